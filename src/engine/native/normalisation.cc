#include "normalisation.h"
#include <cmath>
#include <cstring>
#include <numeric>
#include <utility>
#include <vector>
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

/** Channels of the same values as rows of whole vectors. */
long wide(long channels) { return channels * rowsTogether(channels); }

/** A block as such rows. */
struct Rows {
  long group, first, count, channels;

  Rows(const Blocks& blocks, long block) : group(block / blocks.each()), channels(wide(blocks.batch.channels)) {
    const long row = block % blocks.each() * blocks.rows;
    first = (group * blocks.batch.rows + row) * blocks.batch.channels;
    count = std::min(blocks.rows, blocks.batch.rows - row) * blocks.batch.channels / channels;
  }
};

template <typename Do>
void inBlocks(const Blocks& blocks, bool backwards, Do rows) {
  inPieces(blocks.count(), [&](long block) { rows(Rows(blocks, block)); }, backwards);
}

/** Numbers [lines, channels], those of a line as often as it takes for whole vectors. */
class Repeated {
 public:
  Repeated(const float* from, long lines, long channels) : line_(wide(channels)), at_(from) {
    const long together = rowsTogether(channels);
    if (together == 1) return;
    each_.resize(lines * line_);
    for (long i = 0; i < lines * together; i++) std::copy_n(from + i / together * channels, channels, each_.begin() + i * channels);
    at_ = each_.data();
  }
  Repeated(const Repeated&) = delete;
  const float* line(long i) const { return at_ + i * line_; }

 private:
  const long line_;
  const float* at_;
  std::vector<float> each_;
};

/** What a batch norm does, for each group. */
class Affines {
 public:
  Affines(const Batch& batch, const float* scale, const float* offset, const float* mean, const float* inverse, float slope)
      : factors_(factorsOf(batch, scale, inverse)), mean_(mean, batch.groups, batch.channels), factor_(factors_.data(), batch.groups, batch.channels), offset_(offset, 1, batch.channels), slope_(slope) {}
  template <typename Number>
  Affines(const Batch& batch, const Normalised<Number>& by) : Affines(batch, by.scale, by.offset, by.mean, by.inverse, by.slope) {}

  Affine of(long group) const { return {mean_.line(group), factor_.line(group), offset_.line(0), slope_}; }
  /** [groups, channels] */
  float factor(long i) const { return factors_[i]; }

 private:
  static std::vector<float> factorsOf(const Batch& batch, const float* scale, const float* inverse) {
    std::vector<float> factors(batch.groups * batch.channels);
    for (std::size_t i = 0; i < factors.size(); i++) factors[i] = scale[i % batch.channels] * inverse[i];
    return factors;
  }

  const std::vector<float> factors_;
  const Repeated mean_, factor_, offset_;
  const float slope_;
};

/** Two sums for each channel, of lines of whole vectors. */
class Totals {
 public:
  explicit Totals(long channels) : channels_(channels), sums_(wide(channels)), others_(sums_.size()) {}

  void add(const float* sums, const float* others) {
    for (std::size_t i = 0; i < sums_.size(); i++) sums_[i] += sums[i], others_[i] += others[i];
  }
  /** Sums of x - middle and its square as those of x - first. */
  void addMoments(const float* middles, const float* first, long rows, const float* sums, const float* squares) {
    for (std::size_t i = 0; i < sums_.size(); i++) {
      const double shift = static_cast<double>(middles[i]) - first[i];
      sums_[i] += sums[i] + rows * shift;
      others_[i] += squares[i] + shift * (2.0 * sums[i] + rows * shift);
    }
  }
  /** `found` gets each channel's, and they begin at 0 again. */
  template <typename Found>
  void end(Found found) {
    for (long c = 0; c < channels_; c++) {
      double sum = 0, other = 0;
      for (std::size_t i = c; i < sums_.size(); i += channels_) sum += std::exchange(sums_[i], 0.0), other += std::exchange(others_[i], 0.0);
      found(c, sum, other);
    }
  }

 private:
  const long channels_;
  std::vector<double> sums_, others_;
};

}  // namespace

long rowsTogether(long channels) { return kernelsHere()->lanes / std::gcd(channels, static_cast<long>(kernelsHere()->lanes)); }

Blocks blocksOf(const Batch& batch) {
  const long together = rowsTogether(batch.channels);
  return {batch, std::min(batch.rows, std::max(1L, mostNumbers / wide(batch.channels)) * together)};
}

void backOver(const Blocks& blocks, const Each& take) { inPieces(blocks.count(), take, true); }

template <typename Number>
void moments(const Blocks& blocks, const Run& run, const Number* x, float* mean, float* variance) {
  const long channels = wide(blocks.batch.channels);
  // Of each block a value of each channel, and sums about it: a variance is not lost where the mean is far from 0.
  const Room parts(3 * blocks.count() * channels);
  run([&](long block) {
    const Rows rows(blocks, block);
    float* middles = parts.at + 3 * block * channels;
    for (long i = 0; i < channels; i++) middles[i] = number(x[rows.first + i % blocks.batch.channels]);
    passes<Number>().moments(x + rows.first, rows.count, channels, middles, middles + channels, middles + 2 * channels);
  });
  const double each = 1.0 / blocks.batch.rows;
  Totals totals(blocks.batch.channels);
  const float* part = parts.at;
  for (long block = 0; block < blocks.count();) {
    const float* first = part;
    for (long i = 0; i < blocks.each(); i++, block++, part += 3 * channels) totals.addMoments(part, first, Rows(blocks, block).count, part + channels, part + 2 * channels);
    totals.end([&](long c, double sum, double square) {
      const double shift = sum * each;
      *mean++ = static_cast<float>(first[c] + shift);
      *variance++ = static_cast<float>(std::max(0.0, square * each - shift * shift));
    });
  }
}

template <typename Number>
void gradientSums(const Blocks& blocks, const Run& run, const Number* dy, const Normalised<Number>& by, float* sums, float* products) {
  const long channels = wide(blocks.batch.channels);
  const Affines affines(blocks.batch, by);
  const Room parts(2 * blocks.count() * channels);
  run([&](long block) {
    const Rows rows(blocks, block);
    float* part = parts.at + 2 * block * channels;
    passes<Number>().gradients(dy + rows.first, by.x + rows.first, rows.count, channels, affines.of(rows.group), part, part + channels);
  });
  Totals totals(blocks.batch.channels);
  const float* part = parts.at;
  for (long group = 0; group < blocks.batch.groups; group++) {
    for (long i = 0; i < blocks.each(); i++, part += 2 * channels) totals.add(part, part + channels);
    totals.end([&](long, double sum, double product) {
      *sums++ = static_cast<float>(sum);
      *products++ = static_cast<float>(product);
    });
  }
}

template <typename Number>
void normalise(const Batch& batch, const Number* x, const float* scale, const float* offset, const float* mean, const float* variance, float epsilon, float slope, bool backwards, Number* y, float* inverse) {
  for (long i = 0; i < batch.groups * batch.channels; i++) inverse[i] = 1 / std::sqrt(variance[i] + epsilon);
  const Affines affines(batch, scale, offset, mean, inverse, slope);
  inBlocks(blocksOf(batch), backwards, [&](const Rows& rows) { passes<Number>().apply(x + rows.first, rows.count, rows.channels, affines.of(rows.group), y + rows.first); });
}

template <typename Number>
void normaliseBack(const Batch& batch, const Number* dy, const Normalised<Number>& by, const float* sums, const float* products, bool backwards, Number* dx, float* dScale, float* dOffset) {
  const Affines affines(batch, by);
  const long statistics = batch.groups * batch.channels;
  std::vector<float> slopes(statistics), constants(statistics);
  std::fill(dScale, dScale + batch.channels, 0.0f);
  std::fill(dOffset, dOffset + batch.channels, 0.0f);
  const float each = 1.0f / batch.rows;
  // dx = factor (dy - mean of dy - x̂ · mean of dy x̂), x̂ = (x - mean) inverse
  for (long i = 0; i < statistics; i++) {
    const float inverse = by.inverse[i];
    dOffset[i % batch.channels] += sums[i];
    dScale[i % batch.channels] += products[i] * inverse;
    slopes[i] = -affines.factor(i) * inverse * inverse * (products[i] * each);
    constants[i] = -affines.factor(i) * (sums[i] * each);
  }
  const Repeated slope(slopes.data(), batch.groups, batch.channels), constant(constants.data(), batch.groups, batch.channels);
  inBlocks(blocksOf(batch), backwards, [&](const Rows& rows) {
    passes<Number>().applyBack(dy + rows.first, by.x + rows.first, rows.count, rows.channels, affines.of(rows.group), slope.line(rows.group), constant.line(rows.group), dx + rows.first);
  });
}

template <typename Number>
void rectifyBack(long size, const Number* dy, const Number* y, float slope, float cap, Number* dx) {
  inRanges(size, mostNumbers, [&](long from, long to) { passes<Number>().rectifyBack(dy + from, y + from, to - from, slope, cap, dx + from); });
}

#define BOTH(Number)                                                                                                                      \
  template void moments(const Blocks&, const Run&, const Number*, float*, float*);                                                        \
  template void gradientSums(const Blocks&, const Run&, const Number*, const Normalised<Number>&, float*, float*);                        \
  template void normalise(const Batch&, const Number*, const float*, const float*, const float*, const float*, float, float, bool, Number*, float*); \
  template void normaliseBack(const Batch&, const Number*, const Normalised<Number>&, const float*, const float*, bool, Number*, float*, float*);    \
  template void rectifyBack(long, const Number*, const Number*, float, float, Number*);
BOTH(float)
BOTH(Bfloat16)
#undef BOTH

void sumRows(const float* x, long rows, long channels, float* sums) {
  const Blocks blocks = blocksOf({1, rows, channels});
  const long line = wide(channels);
  const Room parts(2 * blocks.count() * line);
  const std::vector<float> zeros(line);
  inPieces(blocks.count(), [&](long block) {
    const Rows rows(blocks, block);
    float* part = parts.at + 2 * block * line;
    passes<float>().moments(x + rows.first, rows.count, line, zeros.data(), part, part + line);
  });
  Totals totals(channels);
  for (long block = 0; block < blocks.count(); block++) totals.add(parts.at + 2 * block * line, parts.at + (2 * block + 1) * line);
  totals.end([&](long c, double sum, double) { sums[c] = static_cast<float>(sum); });
}
