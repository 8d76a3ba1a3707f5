#include "normalisation.h"
#include <cmath>
#include <cstring>
#include <numeric>
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

/** The same values as rows of whole vectors. */
Batch whole(const Batch& batch) {
  const long together = rowsTogether(batch.channels);
  return {batch.groups, batch.rows / together, batch.channels * together};
}

/** Numbers [lines, channels], those of a line as often as it takes for the channels of the batch made whole. */
class Repeated {
 public:
  const float* at;

  Repeated(const float* from, long lines, long channels) : at(from) {
    const long together = rowsTogether(channels);
    if (together == 1) return;
    each_.resize(lines * together * channels);
    for (long i = 0; i < lines * together; i++) std::copy_n(from + i / together * channels, channels, each_.begin() + i * channels);
    at = each_.data();
  }
  Repeated(const Repeated&) = delete;

 private:
  std::vector<float> each_;
};

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
  /** Adds up two numbers a channel that every block left in `parts` [blocks, 2, the batch's channels]: `found` gets them for each of a group's own `channels`. */
  template <typename Found>
  void sums(const float* parts, long channels, Found found) const {
    const long wide = batch.channels;
    std::vector<double> totals(2 * wide);
    for (long group = 0; group < batch.groups; group++) {
      std::fill(totals.begin(), totals.end(), 0.0);
      for (long block = 0; block < each; block++, parts += 2 * wide)
        for (long i = 0; i < 2 * wide; i++) totals[i] += parts[i];
      for (long c = 0; c < channels; c++) {
        for (long i = c + channels; i < wide; i += channels) totals[c] += totals[i], totals[wide + c] += totals[wide + i];
        found(group * channels + c, c, totals[c], totals[wide + c]);
      }
    }
  }
};

}  // namespace

long rowsTogether(long channels) { return kernelsHere()->lanes / std::gcd(channels, static_cast<long>(kernelsHere()->lanes)); }

template <typename Number>
void normalise(const Batch& batch, const Number* x, const float* scale, const float* offset, float epsilon, float slope, Number* y, float* mean, float* inverse) {
  const NormalisationKernels<Number>& kernels = passes<Number>();
  const Batch wide = whole(batch);
  const Blocks blocks(wide);
  const long channels = batch.channels, statistics = batch.groups * channels;
  const Room parts(2 * blocks.count() * wide.channels), middles(statistics), factors(statistics);
  // Sums of squares about a value of each group lose nothing where the mean is far from 0.
  for (long i = 0; i < statistics; i++) middles.at[i] = number(x[i / channels * batch.rows * channels + i % channels]);
  const Repeated middle(middles.at, batch.groups, channels);
  blocks.run([&](long block, long group, long first, long rows) {
    float* sums = parts.at + 2 * block * wide.channels;
    kernels.moments(x + first, rows, wide.channels, middle.at + group * wide.channels, sums, sums + wide.channels);
  }, true);
  const double each = 1.0 / batch.rows;
  blocks.sums(parts.at, channels, [&](long i, long c, double sum, double square) {
    const double shift = sum * each;
    mean[i] = static_cast<float>(middles.at[i] + shift);
    inverse[i] = 1 / std::sqrt(static_cast<float>(std::max(0.0, square * each - shift * shift)) + epsilon);
    factors.at[i] = scale[c] * inverse[i];
  });
  const Repeated means(mean, batch.groups, channels), factor(factors.at, batch.groups, channels), offsets(offset, 1, channels);
  blocks.run([&](long, long group, long first, long rows) {
    kernels.apply(x + first, rows, wide.channels, {means.at + group * wide.channels, factor.at + group * wide.channels, offsets.at, slope}, y + first);
  });
}

template <typename Number>
void normaliseBack(const Batch& batch, const Number* dy, const Number* x, const float* scale, const float* offset, float slope, const float* mean, const float* inverse, Number* dx, float* dScale, float* dOffset) {
  const NormalisationKernels<Number>& kernels = passes<Number>();
  const Batch wide = whole(batch);
  const Blocks blocks(wide);
  const long channels = batch.channels, statistics = batch.groups * channels;
  const Room parts(2 * blocks.count() * wide.channels), factors(statistics), slopes(statistics), constants(statistics);
  for (long i = 0; i < statistics; i++) factors.at[i] = scale[i % channels] * inverse[i];
  const Repeated means(mean, batch.groups, channels), factor(factors.at, batch.groups, channels), offsets(offset, 1, channels);
  const auto affine = [&](long group) { return Affine{means.at + group * wide.channels, factor.at + group * wide.channels, offsets.at, slope}; };
  blocks.run([&](long block, long group, long first, long rows) {
    float* sums = parts.at + 2 * block * wide.channels;
    kernels.gradients(dy + first, x + first, rows, wide.channels, affine(group), sums, sums + wide.channels);
  }, true);
  std::fill(dScale, dScale + channels, 0.0f);
  std::fill(dOffset, dOffset + channels, 0.0f);
  const double each = 1.0 / batch.rows;
  // dx = factor (dy - mean of dy - x̂ · mean of dy x̂), x̂ = (x - mean) inverse
  blocks.sums(parts.at, channels, [&](long i, long c, double sum, double product) {
    dOffset[c] += static_cast<float>(sum);
    dScale[c] += static_cast<float>(product * inverse[i]);
    slopes.at[i] = -factors.at[i] * inverse[i] * inverse[i] * static_cast<float>(product * each);
    constants.at[i] = -factors.at[i] * static_cast<float>(sum * each);
  });
  const Repeated steep(slopes.at, batch.groups, channels), constant(constants.at, batch.groups, channels);
  blocks.run([&](long, long group, long first, long rows) {
    kernels.applyBack(dy + first, x + first, rows, wide.channels, affine(group), steep.at + group * wide.channels, constant.at + group * wide.channels, dx + first);
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
  const Batch batch = whole({1, rows, channels});
  const Blocks blocks(batch);
  const Room parts(2 * blocks.count() * batch.channels), middles(batch.channels);
  std::fill(middles.at, middles.at + batch.channels, 0.0f);
  blocks.run([&](long block, long, long first, long count) {
    float* part = parts.at + 2 * block * batch.channels;
    passes<float>().moments(x + first, count, batch.channels, middles.at, part, part + batch.channels);
  });
  blocks.sums(parts.at, channels, [&](long i, long, double sum, double) { sums[i] = static_cast<float>(sum); });
}
