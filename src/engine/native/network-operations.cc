/** Convolutions, batch norm and rectifiers as TensorFlow calls them. */
#include "convolution.h"
#include "kernels.h"
#include "operations.h"

namespace operations {

namespace {

/** @throws Refusal where the shapes do not fit each other or the kernels */
Shape checked(Shape shape, bool fits) {
  const bool channels = shape.fewChannels() || (shape.largeChannels % kernelsHere()->lanes == 0 && shape.depth() % panel == 0);
  if (!fits || !channels || shape.height % 2 || shape.width % 2 || shape.smallChannels % panel) throw unfit("the shapes do not fit a convolution by 4x4 taps at steps of 2");
  return shape;
}

}  // namespace

void convolution(Call& call, const How& how) {
  const Given large = call.pictures(0), filter = call.pictures(1);
  const auto &x = large.shape, &f = filter.shape;
  const Shape shape = checked({x[0], x[1] / 2, x[2] / 2, x[3], f[3]}, f[0] == 4 && f[1] == 4 && f[2] == x[3] && x[1] % 2 == 0 && x[2] % 2 == 0);
  convolve(shape, large.floats(), filter.floats(), {call.bias(2, f[3]), how.slope}, call.floats(0, {x[0], shape.height, shape.width, f[3]}));
}

void convolutionBack(Call& call, const How& how) {
  const Given filter = call.pictures(0), small = call.pictures(1);
  const auto &f = filter.shape, &y = small.shape;
  const Shape shape = checked({y[0], y[1], y[2], f[2], f[3]}, f[0] == 4 && f[1] == 4 && f[3] == y[3]);
  const Given behind = call.input(3);
  if (behind.size() != 0 && behind.size() != shape.largeSize()) throw unfit("what a rectifier made must have the shape of the large pictures");
  if ((behind.size() != 0 || how.slope != 1) && shape.fewChannels()) throw unfit("a rectifier needs large pictures of more than four channels");
  convolveBack(shape, small.floats(), filter.floats(), {call.bias(2, f[2]), how.slope}, behind.size() == 0 ? nullptr : behind.floats(), call.floats(0, {y[0], 2 * y[1], 2 * y[2], f[2]}));
}

void filterGradient(Call& call, const How&) {
  const Given large = call.pictures(0), small = call.pictures(1);
  const auto &x = large.shape, &y = small.shape;
  const Shape shape = checked({y[0], y[1], y[2], x[3], y[3]}, x[0] == y[0] && x[1] == 2 * y[1] && x[2] == 2 * y[2]);
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
  const long channels = batch.channels;
  normalise(batch, static_cast<const Number*>(x.data), call.perChannel(1, channels), call.perChannel(2, channels), how.epsilon, how.slope,
            static_cast<Number*>(call.output(0, x.type, x.shape)), call.floats(1, {batch.groups, channels}), call.floats(2, {batch.groups, channels}));
}
void normalisation(Call& call, const How& how) {
  const Given x = call.input(0);
  x.type == TF_FLOAT ? normaliseBy<float>(call, how, x) : normaliseBy<Bfloat16>(call, how, x);
}

template <typename Number>
static void normaliseBackBy(Call& call, const How& how, const Given& x) {
  const Batch batch = batchOf(x, how);
  const long channels = batch.channels, statistics = batch.groups * channels;
  const Call::Over dy = call.over(0, 0);
  if (dy.from.size() != x.size()) throw unfit("the gradient must have the shape of what was normalised");
  normaliseBack(batch, static_cast<const Number*>(dy.from.data), static_cast<const Number*>(x.data), call.perChannel(2, channels), call.perChannel(3, channels), how.slope,
                call.perChannel(4, statistics), call.perChannel(5, statistics), static_cast<Number*>(dy.to),
                call.floats(1, {1, channels}), call.floats(2, {1, channels}));
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
