/**
 * The kernels as operations of TensorFlow, and what Node asks of this library while it loads it.
 *
 *     GanConvolution           large, filter, bias -> small
 *     GanConvolutionBack       filter, small, bias, behind -> large
 *     GanFilterGradient        large, small -> filter
 *     GanBiasGradient          dy -> bias
 *     GanNormalise             x, scale, offset -> y, mean, inverse
 *     GanNormaliseGradient     dy, x, scale, offset, mean, inverse -> dx, dScale, dOffset
 *     GanRectifierGradient     dy, y -> dx
 *     GanAverage               average, values, rate -> average
 *
 * A bias of no channels adds nothing. The attribute `slope` is that of a leaky rectifier, after a convolution or a normalisation or, with
 * its results `behind`, before what is differentiated; a rectifier's gradient has `cap` too, normalisation `groups` and `epsilon`.
 */
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include "convolution.h"
#include "kernels.h"
#include "threads.h"
#include "tensorflow-call.h"

namespace {

/** @throws Refusal where the shapes do not fit each other or the kernels */
Shape checked(Shape shape, bool fits) {
  const bool channels = shape.fewChannels() || (shape.largeChannels % kernelsHere()->lanes == 0 && shape.depth() % panel == 0);
  if (!fits || !channels || shape.height % 2 || shape.width % 2 || shape.smallChannels % panel) throw unfit("the shapes do not fit a convolution by 4x4 taps at steps of 2");
  return shape;
}

/** What attributes say. */
struct How {
  int32_t groups;
  float slope, cap, epsilon;
};

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
  if (behind.size() != 0 && (behind.size() != shape.largeSize() || shape.fewChannels())) throw unfit("what a rectifier made must have the shape of the large pictures, of more than four channels");
  convolveBack(shape, small.floats(), filter.floats(), {call.bias(2, f[2]), how.slope}, behind.size() == 0 ? nullptr : behind.floats(), call.floats(0, {y[0], 2 * y[1], 2 * y[2], f[2]}));
}

void filterGradient(Call& call, const How&) {
  const Given large = call.pictures(0), small = call.pictures(1);
  const auto &x = large.shape, &y = small.shape;
  const Shape shape = checked({y[0], y[1], y[2], x[3], y[3]}, x[0] == y[0] && x[1] == 2 * y[1] && x[2] == 2 * y[2]);
  filterGradient(shape, large.floats(), small.floats(), call.floats(0, {4, 4, x[3], y[3]}));
}

void biasGradient(Call& call, const How&) {
  const Given dy = call.input(0);
  const long channels = dy.channels(), lanes = kernelsHere()->lanes;
  float* sums = call.floats(0, {channels});
  if (channels % lanes == 0) return sumRows(dy.floats(), dy.size() / channels, channels, sums);
  // As many rows as a vector has lanes are a row of whole vectors.
  const long together = channels * lanes;
  if (dy.size() % together) throw unfit("rows must be a multiple of the lanes");
  std::vector<float> apart(together);
  sumRows(dy.floats(), dy.size() / together, together, apart.data());
  for (long c = 0; c < channels; c++) {
    sums[c] = 0;
    for (long i = c; i < together; i += channels) sums[c] += apart[i];
  }
}

Batch batchOf(const Given& x, const How& how) {
  const long channels = x.channels();
  if (how.groups < 1 || channels % kernelsHere()->lanes || x.size() == 0 || x.size() % (how.groups * channels)) throw unfit("the shape does not fit a batch norm by groups");
  return {how.groups, x.size() / (how.groups * channels), channels};
}

template <typename Number>
void normaliseBy(Call& call, const How& how, const Given& x) {
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
void normaliseBackBy(Call& call, const How& how, const Given& x) {
  const Batch batch = batchOf(x, how);
  const long channels = batch.channels, statistics = batch.groups * channels;
  const Given dy = call.input(0);
  if (dy.size() != x.size()) throw unfit("the gradient must have the shape of what was normalised");
  normaliseBack(batch, static_cast<const Number*>(dy.data), static_cast<const Number*>(x.data), call.perChannel(2, channels), call.perChannel(3, channels), how.slope,
                call.perChannel(4, statistics), call.perChannel(5, statistics), static_cast<Number*>(call.outputOver(0, 0, x.shape)),
                call.floats(1, {batch.groups, channels}), call.floats(2, {batch.groups, channels}));
}
void normalisationBack(Call& call, const How& how) {
  const Given x = call.input(1);
  x.type == TF_FLOAT ? normaliseBackBy<float>(call, how, x) : normaliseBackBy<Bfloat16>(call, how, x);
}

template <typename Number>
void rectifierGradientBy(Call& call, const How& how, const Given& y) {
  const Given dy = call.input(0);
  if (dy.size() != y.size() || y.size() % kernelsHere()->lanes) throw unfit("a gradient and what was rectified must be of one size, whole vectors");
  rectifyBack(y.size(), static_cast<const Number*>(dy.data), static_cast<const Number*>(y.data), how.slope, how.cap, static_cast<Number*>(call.outputOver(0, 0, dy.shape)));
}
void rectifierGradient(Call& call, const How& how) {
  const Given y = call.input(1);
  y.type == TF_FLOAT ? rectifierGradientBy<float>(call, how, y) : rectifierGradientBy<Bfloat16>(call, how, y);
}

/** Numbers that one thread does at once. */
constexpr long mostNumbers = 1 << 15;

void average(Call& call, const How&) {
  const Given before = call.input(0), values = call.input(1);
  const float rate = *call.perChannel(2, 1);
  const long size = before.size();
  if (values.size() != size) throw unfit("an average and what is averaged must be of one size");
  const float *from = before.floats(), *towards = values.floats();
  float* to = call.floats(0, before.shape);
  inRanges(size, mostNumbers, [&](long first, long last) {
    for (long i = first; i < last; i++) to[i] = from[i] + (towards[i] - from[i]) * rate;
  });
}

/** For benchmarks: a line as oneDNN writes them with ONEDNN_VERBOSE. */
void tell(const char* kind, std::chrono::steady_clock::time_point start) {
  std::printf("own_kernels,v1,primitive,exec,cpu,%s,,%.4f\n", kind, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  std::fflush(stdout);
}

struct Operation {
  const char *name, *kind;
  void (*run)(Call&, const How&);
  std::initializer_list<const char*> inputs, outputs;
};

const Operation operations[] = {
    {"GanConvolution", "convolution", convolution, {"large: float", "filter: float", "bias: float"}, {"small: float"}},
    {"GanConvolutionBack", "convolution", convolutionBack, {"filter: float", "small: float", "bias: float", "behind: float"}, {"large: float"}},
    {"GanFilterGradient", "convolution", filterGradient, {"large: float", "small: float"}, {"filter: float"}},
    {"GanBiasGradient", "reduction", biasGradient, {"dy: float"}, {"bias: float"}},
    {"GanRectifierGradient", "rectifier", rectifierGradient, {"dy: T", "y: T"}, {"dx: T"}},
    {"GanAverage", "average", average, {"average: float", "values: float", "rate: float"}, {"next: float"}},
    {"GanNormalise", "normalisation", normalisation, {"x: T", "scale: float", "offset: float"}, {"y: T", "mean: float", "inverse: float"}},
    {"GanNormaliseGradient", "normalisation", normalisationBack, {"dy: T", "x: T", "scale: float", "offset: float", "mean: float", "inverse: float"},
     {"dx: T", "scale_gradient: float", "offset_gradient: float"}},
};

/** Of every operation. */
const char* const attributes[] = {"T: {float, bfloat16} = DT_FLOAT", "groups: int = 1", "slope: float = 1.0", "cap: float = 3.4e38", "epsilon: float = 0.0"};

template <int i>
void compute(void* how, TF_OpKernelContext* context) {
  const auto fail = [&](TF_Code code, const char* text) {
    const Status status = newStatus();
    TF_SetStatus(status.get(), code, text);
    TF_OpKernelContext_Failure(context, status.get());
  };
  static const bool told = std::getenv("OWN_KERNELS_VERBOSE") != nullptr;
  const auto start = std::chrono::steady_clock::now();
  try {
    Call call(context);
    operations[i].run(call, *static_cast<const How*>(how));
    if (told) tell(operations[i].kind, start);
  } catch (const Refusal& refusal) {
    fail(refusal.code, refusal.text);
  } catch (const std::bad_alloc&) {
    fail(TF_RESOURCE_EXHAUSTED, "there is not enough memory for an operation of the studio's own");
  }
}

void* newHow(TF_OpKernelConstruction* construction) {
  auto how = std::make_unique<How>();
  const Status status = newStatus();
  const auto number = [&](const char* name, float* to) {
    if (TF_GetCode(status.get()) == TF_OK) TF_OpKernelConstruction_GetAttrFloat(construction, name, to, status.get());
  };
  TF_OpKernelConstruction_GetAttrInt32(construction, "groups", &how->groups, status.get());
  number("slope", &how->slope);
  number("cap", &how->cap);
  number("epsilon", &how->epsilon);
  if (TF_GetCode(status.get()) != TF_OK) TF_OpKernelConstruction_Failure(construction, status.get());
  return how.release();
}
void deleteHow(void* how) { delete static_cast<How*>(how); }

/** Shapes are known when it runs. */
void anyShape(TF_ShapeInferenceContext* context, TF_Status* status) { TF_ShapeInferenceContextSetUnknownShape(context, status); }

template <int i = 0>
void offerAll() {
  if constexpr (i < sizeof operations / sizeof *operations) {
    const Operation& operation = operations[i];
    const Status status = newStatus();
    TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(operation.name);
    for (const char* attribute : attributes) TF_OpDefinitionBuilderAddAttr(definition, attribute);
    for (const char* input : operation.inputs) TF_OpDefinitionBuilderAddInput(definition, input);
    for (const char* output : operation.outputs) TF_OpDefinitionBuilderAddOutput(definition, output);
    TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, anyShape);
    TF_RegisterOpDefinition(definition, status.get());
    if (TF_GetCode(status.get()) == TF_OK) TF_RegisterKernelBuilder(operation.name, TF_NewKernelBuilder(operation.name, "CPU", newHow, compute<i>, deleteHow), status.get());
    offerAll<i + 1>();
  }
}

}  // namespace

/** Node gets `lanes`: floats of this processor's vectors, 0 where there are no kernels for it. */
extern "C" __attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  const Kernels* kernels = kernelsHere();
  if (kernels != nullptr) {
    static const bool once = (offerAll(), true);
    static_cast<void>(once);
  }
  napi_value lanes;
  if (napi_create_int32(env, kernels == nullptr ? 0 : kernels->lanes, &lanes) == napi_ok) napi_set_named_property(env, exports, "lanes", lanes);
  return exports;
}
