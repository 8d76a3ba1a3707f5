/** Convolutions of pictures in bfloat16 by a processor's matrix unit (Intel AMX); filters, their gradients and all sums are float32. */
#pragma once
#include "normalisation.h"
#include "shape.h"

/** Whether this processor has one that knows bfloat16, and this process may use it. */
bool amxHere();
/** Whether a line of all pictures is whole tiles; of channels what is missing is filled up with zeros. */
bool fitsAmx(const Shape&);

/** What a convolution in bfloat16 ends in, as `Ending`. */
struct LowEnding {
  const float* bias;
  float slope = 1;
  const Bfloat16* behind = nullptr;
};

void convolve(const Shape&, const Bfloat16* large, const float* filter, const LowEnding&, Bfloat16* small);
void convolveBack(const Shape&, const Bfloat16* small, const float* filter, const LowEnding&, Bfloat16* large);
void filterGradient(const Shape&, const Bfloat16* large, const Bfloat16* small, float* filter);
