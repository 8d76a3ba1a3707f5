/** The three kernels of a training step, on all processors; float32 throughout. */
#pragma once
#include "shape.h"

void convolve(const Shape&, const float* large, const float* filter, const Ending&, float* small);
/**
 * The ending's rectifier is not for large pictures of few channels.
 * @param behind null, or what a rectifier of the ending's slope made of values of the large pictures' shape: the result is the gradient
 * by those values.
 */
void convolveBack(const Shape&, const float* small, const float* filter, const Ending&, const float* behind, float* large);
/** @param bias the sums of the small pictures' channels, from large ones of few channels; null from others */
void filterGradient(const Shape&, const float* large, const float* small, float* filter, float* bias);
