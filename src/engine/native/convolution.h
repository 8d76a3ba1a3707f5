/** The three kernels of a training step, on all processors; float32 throughout. */
#pragma once
#include "shape.h"

/** Of this processor, null where it has neither AVX-512 nor AVX2. */
const Kernels* kernelsHere();

/** `bias`: what is added to each channel of the result, or null. */
void convolve(const Shape&, const float* large, const float* filter, const float* bias, float* small);
/** Not for large pictures of few channels. */
void convolveBack(const Shape&, const float* small, const float* filter, const float* bias, float* large);
void filterGradient(const Shape&, const float* large, const float* small, float* filter);
