/** The three kernels of a training step, on all processors; float32 throughout. */
#pragma once
#include "shape.h"
#include "threads.h"

/** Places of each block of small pictures; a block of large ones is a picture. */
long placesOfBlock(const Shape&);

/** @param done is told of each block of the result once it is there, while it lies in a near cache */
void convolve(const Shape&, const float* large, const float* filter, const Ending&, float* small, const Each& done = {});
void convolveBack(const Shape&, const float* small, const float* filter, const Ending&, float* large, const Each& done = {});
/** @param bias the sums of the small pictures' channels, from large ones of few channels; null from others */
void filterGradient(const Shape&, const float* large, const float* small, float* filter, float* bias);
