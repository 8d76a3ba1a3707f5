/**
 * Batch norm by the statistics of the batch itself (Ioffe & Szegedy 2015), the leaky rectifier that follows it, and the gradient
 * of both: two passes over memory each way, of which the first, that sums up, may be done where a convolution ends. Pictures are
 * float32 or bfloat16, what there is one of for each channel is float32.
 */
#pragma once
#include <cstdint>
#include "threads.h"

/** The upper half of a float32. */
struct Bfloat16 {
  std::uint16_t bits;
};

/** Values [groups, rows, channels]; each group has statistics of its own. */
struct Batch {
  long groups, rows, channels;

  long size() const { return groups * rows * channels; }
};

/** y = rectified((x - mean) factor + offset), by channels; `slope` is that of the rectifier below 0, 1 where there is none. */
struct Affine {
  const float *mean, *factor, *offset;
  float slope;
};

/** What a thread does at a time: all channels of some rows. Whatever ends in s is a number for each channel. */
template <typename Number>
struct NormalisationKernels {
  /** Sums of x - middle, and of its square. */
  void (*moments)(const Number* x, long rows, long channels, const float* middles, float* sums, float* squares);
  void (*apply)(const Number* x, long rows, long channels, const Affine&, Number* y);
  /** Sums of the gradient behind the rectifier, and of its product with x - mean. */
  void (*gradients)(const Number* dy, const Number* x, long rows, long channels, const Affine&, float* sums, float* products);
  /** dx = that gradient * factor + (x - mean) * slopes + constants. `dx` may be `dy`. */
  void (*applyBack)(const Number* dy, const Number* x, long rows, long channels, const Affine&, const float* slopes, const float* constants, Number* dx);
  /** The gradient of a rectifier of which y came, `count` values: dy between 0 and the cap, dy * slope below, 0 above. `dx` may be `dy`. */
  void (*rectifyBack)(const Number* dy, const Number* y, long count, float slope, float cap, Number* dx);
};

/** How many rows of so many channels are whole vectors; a group, or what is summed, has a multiple of that. */
long rowsTogether(long channels);

/** Of a batch in blocks of so many rows, which are the same with any number of threads; the last of a group may have fewer. */
struct Blocks {
  Batch batch;
  long rows;

  long each() const { return (batch.rows + rows - 1) / rows; }
  long count() const { return batch.groups * each(); }
};

/** Gives every block to `take`, in any order. */
using Run = std::function<void(const Each& take)>;

/** What was normalised, by numbers [channels] and [groups, channels]; the slope is that of the rectifier behind. */
template <typename Number>
struct Normalised {
  const Number* x;
  const float *scale, *offset, *mean, *inverse;
  float slope;
};

/** Mean and variance of x, [groups, channels] each. */
template <typename Number>
void moments(const Blocks&, const Run&, const Number* x, float* mean, float* variance);
/** Sums of the gradient behind the rectifier and of its product with x - mean, [groups, channels] each. */
template <typename Number>
void gradientSums(const Blocks&, const Run&, const Number* dy, const Normalised<Number>&, float* sums, float* products);
/** Blocks of a pass over memory, and the pass: from the end, where what made the batch left it in a near cache. */
Blocks blocksOf(const Batch&);
void backOver(const Blocks&, const Each& take);
/** @param inverse [groups, channels]: 1 / deviation, for the gradient */
template <typename Number>
void normalise(const Batch&, const Number* x, const float* scale, const float* offset, const float* mean, const float* variance, float epsilon, float slope, bool backwards, Number* y, float* inverse);
/**
 * Gradients by x, scale and offset, from the sums above.
 * @param dx of x's shape; may be dy
 * @param dScale, dOffset [channels]: of all groups
 */
template <typename Number>
void normaliseBack(const Batch&, const Number* dy, const Normalised<Number>&, const float* sums, const float* products, bool backwards, Number* dx, float* dScale, float* dOffset);
/** @param size a multiple of the lanes; the rest as `rectifyBack` above */
template <typename Number>
void rectifyBack(long size, const Number* dy, const Number* y, float slope, float cap, Number* dx);
/** Sums over the rows of [rows, channels]. */
void sumRows(const float* x, long rows, long channels, float* sums);
