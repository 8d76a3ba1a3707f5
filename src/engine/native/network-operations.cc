/** Convolutions, batch norm and rectifiers as TensorFlow calls them. */
#include <algorithm>
#include "amx.h"
#include "convolution.h"
#include "kernels.h"
#include "normalisation.h"
#include "operations.h"

namespace operations {

namespace {

/** @throws Refusal where the shapes do not fit each other or the kernels */
Shape checked(Shape shape, bool fits) {
  const bool channels = shape.fewChannels() || (shape.largeChannels % kernelsHere()->lanes == 0 && shape.depth() % panel == 0);
  if (!fits || !channels || shape.height % 2 || shape.width % 2 || shape.smallChannels % panel) throw unfit("the shapes do not fit a convolution by 4x4 taps at steps of 2");
  return shape;
}

/** What a convolution makes: pictures of so many places, blocks of which it tells of. */
struct Made {
  const float* at;
  long pictures, places, channels, placesOfBlock;
};

/** The first input after a convolution's bias. */
constexpr int behindBias = 3;
/** Whether such inputs tell of the batch norm that a result is the gradient of: x, scale, offset, mean and 1 / deviation. */
bool forGradient(const Call& call) { return call.inputs() == behindBias + 5; }

/** Of a batch norm's `groups`: what it normalised by its other inputs, the first of which is `from`. */
template <typename Number>
Normalised<Number> normalised(Call& call, const Batch& batch, int from, float slope) {
  const Given x = call.input(from);
  if (x.size() != batch.size()) throw unfit("the gradient must have the shape of what was normalised");
  const long statistics = batch.groups * batch.channels;
  return {static_cast<const Number*>(x.data), call.perChannel(from + 1, batch.channels), call.perChannel(from + 2, batch.channels), call.perChannel(from + 3, statistics), call.perChannel(from + 4, statistics), slope};
}

/** Runs a convolution and with it the sums that a batch norm behind it, or before the result of which it makes the gradient, needs of each group: outputs 1 and 2. */
void summed(Call& call, const How& how, const Made& made, const Run& convolve) {
  const long groups = how.summed;
  if (groups == 0) {
    call.floats(1, {0});
    call.floats(2, {0});
    return convolve({});
  }
  if (groups < 0 || made.pictures % groups) throw unfit("the pictures do not fit a batch norm by groups");
  const Blocks blocks = {{groups, made.pictures / groups * made.places, made.channels}, made.placesOfBlock};
  float *first = call.floats(1, {groups, made.channels}), *second = call.floats(2, {groups, made.channels});
  if (forGradient(call)) gradientSums(blocks, convolve, made.at, normalised<float>(call, blocks.batch, behindBias, how.slope), first, second);
  else moments(blocks, convolve, made.at, first, second);
}

/** In bfloat16. @throws Refusal */
Shape checkedLow(const Shape& shape, bool fits, const How& how) {
  if (!amxHere()) throw unfit("this processor has no matrix unit for bfloat16");
  if (!fits || !fitsAmx(shape) || how.summed != 0 || how.tangent != 0) throw unfit("the shapes do not fit a convolution in bfloat16 by 4x4 taps at steps of 2");
  return shape;
}
const Bfloat16* lowOf(const Given& given) { return static_cast<const Bfloat16*>(given.data); }
/** The result of a convolution in bfloat16, which sums up nothing. */
Bfloat16* madeLow(Call& call, const std::vector<long>& shape) {
  call.floats(1, {0});
  call.floats(2, {0});
  return static_cast<Bfloat16*>(call.output(0, TF_BFLOAT16, shape));
}

}  // namespace

void convolution(Call& call, const How& how) {
  const Given large = call.pictures(0), filter = call.pictures(1);
  const auto &x = large.shape, &f = filter.shape;
  const Shape whole = {x[0], x[1] / 2, x[2] / 2, x[3], f[3]};
  const bool fits = f[0] == 4 && f[1] == 4 && f[2] == x[3] && x[1] % 2 == 0 && x[2] % 2 == 0;
  if (large.type == TF_BFLOAT16) {
    const Shape shape = checkedLow(whole, fits, how);
    return convolve(shape, lowOf(large), filter.floats(), {call.bias(2, f[3]), how.slope}, madeLow(call, {x[0], shape.height, shape.width, f[3]}));
  }
  const Shape shape = checked(whole, fits);
  float* small = call.floats(0, {x[0], shape.height, shape.width, f[3]});
  const Ending ending = {call.bias(2, f[3]), forGradient(call) ? 1 : how.slope};
  summed(call, how, {small, x[0], shape.height * shape.width, f[3], placesOfBlock(shape)}, [&](const Each& done) { convolve(shape, large.floats(), filter.floats(), ending, small, done); });
}

void convolutionBack(Call& call, const How& how) {
  const Given filter = call.pictures(0), small = call.pictures(1);
  const auto &f = filter.shape, &y = small.shape;
  const Shape whole = {y[0], y[1], y[2], f[2], f[3]};
  const bool fits = f[0] == 4 && f[1] == 4 && f[3] == y[3], low = small.type == TF_BFLOAT16;
  const Shape shape = low ? checkedLow(whole, fits, how) : checked(whole, fits);
  const Given behind = call.inputs() == behindBias + 1 ? call.input(behindBias) : Given{TF_FLOAT, {0}, nullptr};
  const bool rectifies = how.slope != 1 && !forGradient(call);
  if (behind.size() != 0 && behind.size() != shape.largeSize()) throw unfit("what a rectifier or tangent made must have the shape of the large pictures");
  if (low) return convolveBack(shape, lowOf(small), filter.floats(), {call.bias(2, f[2]), how.slope, behind.size() == 0 ? nullptr : lowOf(behind)}, madeLow(call, {y[0], 2 * y[1], 2 * y[2], f[2]}));
  if (shape.fewChannels() ? rectifies || how.summed != 0 : how.tangent != 0) throw unfit("a tangent is for large pictures of up to four channels, and all else for more");
  float* large = call.floats(0, {y[0], 2 * y[1], 2 * y[2], f[2]});
  const Ending ending = {call.bias(2, f[2]), rectifies ? how.slope : 1, how.tangent != 0, behind.floats()};
  const long places = 4 * shape.height * shape.width;
  summed(call, how, {large, y[0], places, f[2], places}, [&](const Each& done) { convolveBack(shape, small.floats(), filter.floats(), ending, large, done); });
}

void filterGradient(Call& call, const How& how) {
  const Given large = call.pictures(0), small = call.pictures(1);
  const auto &x = large.shape, &y = small.shape;
  const Shape whole = {y[0], y[1], y[2], x[3], y[3]};
  const bool fits = x[0] == y[0] && x[1] == 2 * y[1] && x[2] == 2 * y[2];
  if (large.type == TF_BFLOAT16) {
    const Shape shape = checkedLow(whole, fits, how);
    call.floats(1, {0});
    return ::filterGradient(shape, lowOf(large), lowOf(small), call.floats(0, {4, 4, x[3], y[3]}));
  }
  const Shape shape = checked(whole, fits);
  ::filterGradient(shape, large.floats(), small.floats(), call.floats(0, {4, 4, x[3], y[3]}), call.floats(1, {shape.fewChannels() ? y[3] : 0}));
}

void biasGradient(Call& call, const How&) {
  const Given dy = call.input(0);
  const long channels = dy.channels(), rows = channels == 0 ? 0 : dy.size() / channels;
  if (rows == 0 || rows % rowsTogether(channels)) throw unfit("rows must be a multiple of those that are whole vectors");
  sumRows(dy.floats(), rows, channels, call.floats(0, {channels}));
}

static Batch batchOf(const Given& x, const How& how) {
  const long channels = x.channels();
  if (how.groups < 1 || x.size() == 0 || x.size() % (how.groups * channels) || x.size() / (how.groups * channels) % rowsTogether(channels))
    throw unfit("the shape does not fit a batch norm by groups");
  return {how.groups, x.size() / (how.groups * channels), channels};
}

template <typename Number>
static void normaliseBy(Call& call, const How& how, const Given& x) {
  const Batch batch = batchOf(x, how);
  const Blocks blocks = blocksOf(batch);
  const long channels = batch.channels, statistics = batch.groups * channels;
  const Number* values = static_cast<const Number*>(x.data);
  Number* y = static_cast<Number*>(call.output(0, x.type, x.shape));
  float *mean = call.floats(1, {batch.groups, channels}), *inverse = call.floats(2, {batch.groups, channels});
  const bool given = call.inputs() == 5;
  std::vector<float> own(given ? 0 : statistics);
  if (given) std::copy_n(call.perChannel(3, statistics), statistics, mean);
  else moments(blocks, [&](const Each& take) { backOver(blocks, take); }, values, mean, own.data());
  normalise(batch, values, call.perChannel(1, channels), call.perChannel(2, channels), mean, given ? call.perChannel(4, statistics) : own.data(), how.epsilon, how.slope, given, y, inverse);
}
void normalisation(Call& call, const How& how) {
  const Given x = call.input(0);
  x.type == TF_FLOAT ? normaliseBy<float>(call, how, x) : normaliseBy<Bfloat16>(call, how, x);
}

template <typename Number>
static void normaliseBackBy(Call& call, const How& how, const Given& x) {
  const Batch batch = batchOf(x, how);
  const Blocks blocks = blocksOf(batch);
  const long statistics = batch.groups * batch.channels;
  const Call::Over over = call.over(0, 0);
  if (over.from.size() != x.size()) throw unfit("the gradient must have the shape of what was normalised");
  const Number* dy = static_cast<const Number*>(over.from.data);
  const Normalised<Number> by = normalised<Number>(call, batch, 1, how.slope);
  const bool given = call.inputs() == 8;
  std::vector<float> own(given ? 0 : 2 * statistics);
  if (!given) gradientSums(blocks, [&](const Each& take) { backOver(blocks, take); }, dy, by, own.data(), own.data() + statistics);
  normaliseBack(batch, dy, by, given ? call.perChannel(6, statistics) : own.data(), given ? call.perChannel(7, statistics) : own.data() + statistics, given,
                static_cast<Number*>(over.to), call.floats(1, {1, batch.channels}), call.floats(2, {1, batch.channels}));
}
void normalisationBack(Call& call, const How& how) {
  const Given x = call.input(1);
  x.type == TF_FLOAT ? normaliseBackBy<float>(call, how, x) : normaliseBackBy<Bfloat16>(call, how, x);
}

template <typename Number>
static void rectifierGradientBy(Call& call, const How& how, const Given& y) {
  const Call::Over dy = call.over(0, 0);
  if (dy.from.size() != y.size() || y.size() % kernelsHere()->lanes) throw unfit("a gradient and what was rectified must be of one size, whole vectors");
  rectifyBack(y.size(), static_cast<const Number*>(dy.from.data), static_cast<const Number*>(y.data), how.slope, how.cap, static_cast<Number*>(dy.to));
}
void rectifierGradient(Call& call, const How& how) {
  const Given y = call.input(1);
  y.type == TF_FLOAT ? rectifierGradientBy<float>(call, how, y) : rectifierGradientBy<Bfloat16>(call, how, y);
}

}  // namespace operations
