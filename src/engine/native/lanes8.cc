// For processors with AVX2 and FMA: compiled with their instructions.
#define LANES 8
#include "few.inc"
#include "minimal.inc"
#include "normalise.inc"
#include "update.inc"
#include "kernels.h"

extern const Kernels kernels8 = {LANES, packDown, packUp, down, up, takeApart, spread, multiply, gather, packFew, downFew, gradientFew, packUpFew, upFew, normalisation<float>, normalisation<Bfloat16>, update};
