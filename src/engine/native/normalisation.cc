#include "normalisation.h"
#include <cmath>
#include <cstring>
#include "kernels.h"
#include "room.h"

namespace {

/** Numbers that one thread goes over at once: those of two passes stay in the second cache. */
constexpr long mostNumbers = 1 << 14;

template <typename Number>
const NormalisationKernels<Number>& passes() {
  if constexpr (std::is_same_v<Number, float>) return kernelsHere()->single;
  else return kernelsHere()->low;
}

float number(float value) { return value; }
float number(Bfloat16 value) {
  const std::uint32_t bits = std::uint32_t{value.bits} << 16;
  float number;
  std::memcpy(&number, &bits, sizeof number);
  return number;
}

/** A batch's rows in blocks, which are the same with any number of threads. */
struct Blocks {
  const Batch& batch;
  long rows, each;

  explicit Blocks(const Batch& batch)
      : batch(batch), rows(std::max(1L, std::min(batch.rows, mostNumbers / batch.channels))), each((batch.rows + rows - 1) / rows) {}

  long count() const { return batch.groups * each; }
  /** `piece` of every block: its number, group, first value and rows. */
  template <typename Piece>
  void run(Piece piece, bool backwards = false) const {
    inPieces(count(), [&](long i) {
      const long group = i / each, row = i % each * rows;
      piece(i, group, (group * batch.rows + row) * batch.channels, std::min(rows, batch.rows - row));
    }, backwards);
  }
  /** Adds up two numbers a channel that every block left in `parts` [blocks, 2, channels]: `found` gets them for each of a group's channels. */
  template <typename Found>
  void sums(const float* parts, Found found) const {
    const long channels = batch.channels;
    std::vector<double> totals(2 * channels);
    for (long group = 0; group < batch.groups; group++) {
      std::fill(totals.begin(), totals.end(), 0.0);
      for (long block = 0; block < each; block++, parts += 2 * channels)
        for (long i = 0; i < 2 * channels; i++) totals[i] += parts[i];
      for (long c = 0; c < channels; c++) found(group * channels + c, c, totals[c], totals[channels + c]);
    }
  }
};

}  // namespace

template <typename Number>
void normalise(const Batch& batch, const Number* x, const float* scale, const float* offset, float epsilon, float slope, Number* y, float* mean, float* inverse) {
  const NormalisationKernels<Number>& kernels = passes<Number>();
  const Blocks blocks(batch);
  const long channels = batch.channels, statistics = batch.groups * channels;
  const Room parts(2 * blocks.count() * channels), middles(statistics), factors(statistics);
  // Sums of squares about a value of each group lose nothing where the mean is far from 0.
  for (long i = 0; i < statistics; i++) middles.at[i] = number(x[i / channels * batch.rows * channels + i % channels]);
  blocks.run([&](long block, long group, long first, long rows) {
    float* sums = parts.at + 2 * block * channels;
    kernels.moments(x + first, rows, channels, middles.at + group * channels, sums, sums + channels);
  }, true);
  const double each = 1.0 / batch.rows;
  blocks.sums(parts.at, [&](long i, long c, double sum, double square) {
    const double shift = sum * each;
    mean[i] = static_cast<float>(middles.at[i] + shift);
    inverse[i] = 1 / std::sqrt(static_cast<float>(std::max(0.0, square * each - shift * shift)) + epsilon);
    factors.at[i] = scale[c] * inverse[i];
  });
  blocks.run([&](long, long group, long first, long rows) {
    kernels.apply(x + first, rows, channels, {mean + group * channels, factors.at + group * channels, offset, slope}, y + first);
  });
}

template <typename Number>
void normaliseBack(const Batch& batch, const Number* dy, const Number* x, const float* scale, const float* offset, float slope, const float* mean, const float* inverse, Number* dx, float* dScale, float* dOffset) {
  const NormalisationKernels<Number>& kernels = passes<Number>();
  const Blocks blocks(batch);
  const long channels = batch.channels, statistics = batch.groups * channels;
  const Room parts(2 * blocks.count() * channels), factors(statistics), slopes(statistics), constants(statistics);
  for (long i = 0; i < statistics; i++) factors.at[i] = scale[i % channels] * inverse[i];
  const auto affine = [&](long group) { return Affine{mean + group * channels, factors.at + group * channels, offset, slope}; };
  blocks.run([&](long block, long group, long first, long rows) {
    float* sums = parts.at + 2 * block * channels;
    kernels.gradients(dy + first, x + first, rows, channels, affine(group), sums, sums + channels);
  }, true);
  std::fill(dScale, dScale + channels, 0.0f);
  std::fill(dOffset, dOffset + channels, 0.0f);
  const double each = 1.0 / batch.rows;
  // dx = factor (dy - mean of dy - x̂ · mean of dy x̂), x̂ = (x - mean) inverse
  blocks.sums(parts.at, [&](long i, long c, double sum, double product) {
    dOffset[c] += static_cast<float>(sum);
    dScale[c] += static_cast<float>(product * inverse[i]);
    slopes.at[i] = -factors.at[i] * inverse[i] * inverse[i] * static_cast<float>(product * each);
    constants.at[i] = -factors.at[i] * static_cast<float>(sum * each);
  });
  blocks.run([&](long, long group, long first, long rows) {
    kernels.applyBack(dy + first, x + first, rows, channels, affine(group), slopes.at + group * channels, constants.at + group * channels, dx + first);
  });
}

template <typename Number>
void rectifyBack(long size, const Number* dy, const Number* y, float slope, float cap, Number* dx) {
  inRanges(size, mostNumbers, [&](long from, long to) { passes<Number>().rectifyBack(dy + from, y + from, to - from, slope, cap, dx + from); });
}

template void rectifyBack(long, const float*, const float*, float, float, float*);
template void rectifyBack(long, const Bfloat16*, const Bfloat16*, float, float, Bfloat16*);
template void normalise(const Batch&, const float*, const float*, const float*, float, float, float*, float*, float*);
template void normalise(const Batch&, const Bfloat16*, const float*, const float*, float, float, Bfloat16*, float*, float*);
template void normaliseBack(const Batch&, const float*, const float*, const float*, const float*, float, const float*, const float*, float*, float*, float*);
template void normaliseBack(const Batch&, const Bfloat16*, const Bfloat16*, const float*, const float*, float, const float*, const float*, Bfloat16*, float*, float*);

void sumRows(const float* x, long rows, long channels, float* sums) {
  const Batch batch = {1, rows, channels};
  const Blocks blocks(batch);
  const Room parts(2 * blocks.count() * channels), middles(channels);
  std::fill(middles.at, middles.at + channels, 0.0f);
  blocks.run([&](long block, long, long first, long count) {
    float* part = parts.at + 2 * block * channels;
    passes<float>().moments(x + first, count, channels, middles.at, part, part + channels);
  });
  blocks.sums(parts.at, [&](long i, long, double sum, double) { sums[i] = static_cast<float>(sum); });
}
