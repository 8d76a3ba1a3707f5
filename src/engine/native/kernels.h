/** What is compiled once for each instruction set. */
#pragma once
#include "normalisation.h"
#include "shape.h"
#include "update.h"

/** What a thread does at a time: its processor's own caches hold all of it. `from` is the first of the columns that are meant. */
struct Kernels {
  /** Floats of a vector; channels of large pictures are a multiple of it. */
  int lanes;
  /** The filter as nine matrices [depth, smallChannels] for `down`, and turned round, [smallChannels, depth], for `up`. */
  void (*packDown)(const Shape&, const float* filter, long from, const Nine& packed);
  void (*packUp)(const Shape&, const float* filter, long from, const Nine& packed);
  /** From what was taken apart of large pictures, tiles from `first` on, to small ones in the packed columns, `from` on. Room for 9 * tiles * 32 floats. */
  void (*down)(const Shape&, const Nine& tiles, long first, const Nine& packed, long from, const Ending&, float* small, float* room);
  /**
   * Its transpose from what was spread of small pictures, added to `large`: neighbouring tiles overlap, so one thread does all of a
   * picture in these columns. The same room.
   */
  void (*up)(const Shape&, const Nine& tiles, long first, const Nine& packed, long from, float* large, float* room);
  /** Tiles from `first` on as rows of nine matrices: of large pictures, and of small ones or gradients by them. */
  void (*takeApart)(const Shape&, const float* large, long first, long from, const Nine& to);
  void (*spread)(const Shape&, const float* small, long first, long from, const Nine& to);
  /** Adds up (or begins) the products of 32 columns of each over all rows: `sums` is [nine][32][32]. */
  void (*multiply)(const Nine& large, const Nine& small, long largeColumn, long smallColumn, bool begin, float* sums);
  /** The sums as taps of the filter's gradient. */
  void (*gather)(const Shape&, const float* sums, long largeColumn, long smallColumn, float* filter);
  /** For large pictures of one to four channels, whole pictures at a time: the filter in panels, `down` of one, and the gradients of the filter and, after it, of the bias. */
  void (*packFew)(const Shape&, const float* filter, float* packed);
  void (*downFew)(const Shape&, const float* large, const float* packed, const Ending&, float* small, long picture, float* room);
  void (*gradientFew)(const Shape&, const float* large, const float* small, long from, long to, float* sums, float* room);
  /** The filter turned round in panels of `fewColumns` together, and `up`, which begins with the bias. */
  void (*packUpFew)(const Shape&, const float* filter, float* packed);
  void (*upFew)(const Shape&, const float* small, const float* packed, const Ending&, float* large, long from, long to, float* room);
  NormalisationKernels<float> single;
  NormalisationKernels<Bfloat16> low;
  /** Adam and an average; what is written may be what is read. */
  void (*update)(long count, const AdamState<const float>& before, const float* gradient, const AdamRates&, const AdamState<float>& after);
};

extern const Kernels kernels16, kernels8;

/** Of this processor, null where it has neither AVX-512 nor AVX2. */
const Kernels* kernelsHere();
