/**
 * The kernels as operations of TensorFlow, and what Node asks of this library while it loads it.
 *
 *     GanConvolution           large, filter, bias -> small
 *     GanConvolutionBack       filter, small, bias, behind -> large
 *     GanFilterGradient        large, small -> filter, and from large pictures of few channels bias
 *     GanBiasGradient          dy -> bias
 *     GanNormalise             x, scale, offset -> y, mean, inverse
 *     GanNormaliseGradient     dy, x, scale, offset, mean, inverse -> dx, dScale, dOffset
 *     GanRectifierGradient     dy, y -> dx
 *     GanAverage               average, values, rate -> average
 *     GanUpdate                values, m, v, average, step, rate, the gradient's parts -> values, m, v, average: Adam, and the average of its values
 *     GanLevels                bytes, four to an int32 -> floats
 *     GanVariety               pictures -> variance
 *     GanParts                 vector -> its parts, which are views
 *
 * A bias of no channels adds nothing, an average of no numbers is none. The attribute `slope` is that of a leaky rectifier, after a convolution or a
 * normalisation or, with its results `behind`, before what is differentiated; a rectifier's gradient has `cap` too, normalisation `groups` and
 * `epsilon`, Adam `beta1`, `beta2` and `epsilon`; `parts` says where each begins, its rank and its sides.
 */
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include "amx.h"
#include "kernels.h"
#include "operations.h"
#include "threads.h"

namespace {

/**
 * For benchmarks: a line as oneDNN writes them with ONEDNN_VERBOSE. Its own lines, some in every step, push these out: a write for each,
 * as Node has it, would be a part of what is measured.
 */
char lines[1 << 16];
const bool telling = std::getenv("OWN_KERNELS_VERBOSE") != nullptr && std::setvbuf(stdout, lines, _IOFBF, sizeof lines) == 0;
void tell(const char* kind, std::chrono::steady_clock::time_point start) {
  std::printf("own_kernels,v1,primitive,exec,cpu,%s,,%.4f\n", kind, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
}

struct Operation {
  const char *name, *kind;
  void (*run)(Call&, const How&);
  std::initializer_list<const char*> inputs, outputs;
};

const Operation offered[] = {
    {"GanConvolution", "convolution", operations::convolution, {"large: T", "filter: float", "bias: float", "behind: M * T"}, {"small: T", "first: float", "second: float"}},
    {"GanConvolutionBack", "convolution", operations::convolutionBack, {"filter: float", "small: T", "bias: float", "behind: M * T"}, {"large: T", "first: float", "second: float"}},
    {"GanFilterGradient", "convolution", operations::filterGradient, {"large: T", "small: T"}, {"filter: float", "bias: float"}},
    {"GanBiasGradient", "reduction", operations::biasGradient, {"dy: float"}, {"bias: float"}},
    {"GanRectifierGradient", "rectifier", operations::rectifierGradient, {"dy: T", "y: T"}, {"dx: T"}},
    {"GanNormalise", "normalisation", operations::normalisation, {"x: T", "scale: float", "offset: float", "moments: M * float"}, {"y: T", "mean: float", "inverse: float"}},
    {"GanNormaliseGradient", "normalisation", operations::normalisationBack, {"dy: T", "x: T", "scale: float", "offset: float", "mean: float", "inverse: float", "sums: M * float"},
     {"dx: T", "scale_gradient: float", "offset_gradient: float"}},
    {"GanAverage", "average", operations::average, {"average: float", "values: float", "rate: float"}, {"next: float"}},
    {"GanUpdate", "update", operations::adam, {"values: float", "m: float", "v: float", "average: float", "step: float", "rate: float", "gradient: N * float"},
     {"next: float", "next_m: float", "next_v: float", "next_average: float"}},
    {"GanLevels", "levels", operations::levels, {"bytes: int32"}, {"values: float"}},
    {"GanVariety", "variety", operations::variety, {"pictures: float"}, {"variance: float"}},
    {"GanParts", "parts", operations::parts, {"vector: float"}, {"part: N * float"}},
};

/** Of every operation. */
const char* const attributes[] = {"T: {float, bfloat16} = DT_FLOAT", "N: int >= 1 = 1", "M: int >= 0 = 0", "groups: int = 1", "summed: int = 0", "tangent: int = 0", "slope: float = 1.0", "cap: float = 3.4e38",
                                  "epsilon: float = 0.0", "beta1: float = 0.0", "beta2: float = 0.0", "parts: list(int) = []"};

template <int i>
void compute(void* how, TF_OpKernelContext* context) {
  const auto fail = [&](TF_Code code, const char* text) {
    const Status status = newStatus();
    TF_SetStatus(status.get(), code, text);
    TF_OpKernelContext_Failure(context, status.get());
  };
  const auto start = std::chrono::steady_clock::now();
  try {
    // The thread may be JavaScript's.
    const WithoutDenormals here;
    Call call(context);
    offered[i].run(call, *static_cast<const How*>(how));
    if (telling) tell(offered[i].kind, start);
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
  const auto whole = [&](const char* name, int32_t* to) {
    if (TF_GetCode(status.get()) == TF_OK) TF_OpKernelConstruction_GetAttrInt32(construction, name, to, status.get());
  };
  whole("groups", &how->groups);
  whole("summed", &how->summed);
  whole("tangent", &how->tangent);
  number("slope", &how->slope);
  number("cap", &how->cap);
  number("epsilon", &how->epsilon);
  number("beta1", &how->beta1);
  number("beta2", &how->beta2);
  int32_t size = 0, all = 0;
  if (TF_GetCode(status.get()) == TF_OK) TF_OpKernelConstruction_GetAttrSize(construction, "parts", &size, &all, status.get());
  how->parts.resize(size > 0 ? size : 0);
  if (TF_GetCode(status.get()) == TF_OK && size > 0) TF_OpKernelConstruction_GetAttrInt64List(construction, "parts", how->parts.data(), size, status.get());
  if (TF_GetCode(status.get()) != TF_OK) TF_OpKernelConstruction_Failure(construction, status.get());
  return how.release();
}
void deleteHow(void* how) { delete static_cast<How*>(how); }

/** Shapes are known when it runs. */
void anyShape(TF_ShapeInferenceContext* context, TF_Status* status) { TF_ShapeInferenceContextSetUnknownShape(context, status); }

template <int i = 0>
void offerAll() {
  if constexpr (i < sizeof offered / sizeof *offered) {
    const Operation& operation = offered[i];
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

/** Node gets `lanes`, floats of this processor's vectors, 0 where there are no kernels for it, and `amx`, whether it convolves in bfloat16. */
extern "C" __attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  const Kernels* kernels = kernelsHere();
  if (kernels != nullptr) {
    static const bool once = (offerAll(), true);
    static_cast<void>(once);
  }
  napi_value lanes;
  if (napi_create_int32(env, kernels == nullptr ? 0 : kernels->lanes, &lanes) == napi_ok) napi_set_named_property(env, exports, "lanes", lanes);
  napi_value amx;
  if (napi_get_boolean(env, kernels != nullptr && amxHere(), &amx) == napi_ok) napi_set_named_property(env, exports, "amx", amx);
  return exports;
}
