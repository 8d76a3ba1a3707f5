// For processors with AVX-512: compiled with their instructions.
#define LANES 16
#include "few.inc"
#include "minimal.inc"
#include "normalise.inc"
#include "update.inc"
#include "kernels.h"

extern const Kernels kernels16 = {LANES, packDown, packUp, down, up, takeApart, spread, multiply, gather, packFew, downFew, gradientFew, packUpFew, upFew, normalisation<float>, normalisation<Bfloat16>, update};
