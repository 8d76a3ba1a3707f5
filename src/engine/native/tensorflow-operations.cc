/**
 * The kernels as operations of TensorFlow, through its C interface, and what Node asks of this library while it loads it.
 *
 *     GanConvolution        large, filter, bias -> small
 *     GanConvolutionBack    filter, small, bias -> large
 *     GanFilterGradient     large, small -> filter
 *
 * A bias of no channels adds nothing.
 */
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <memory>
#include <new>
#include <vector>
#include "c-interfaces.h"
#include "convolution.h"

namespace {

using Status = std::unique_ptr<TF_Status, decltype(&TF_DeleteStatus)>;
using Tensor = std::unique_ptr<TF_Tensor, decltype(&TF_DeleteTensor)>;

struct Refusal {
  TF_Code code;
  const char* text;
};

Status newStatus() { return {TF_NewStatus(), TF_DeleteStatus}; }
void check(const Status& status) {
  if (TF_GetCode(status.get()) != TF_OK) throw Refusal{TF_GetCode(status.get()), TF_Message(status.get())};
}

/** What a kernel reads and writes: tensors of four dimensions. */
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context) {}

  const float* input(int i, long (&dims)[4]) {
    TF_Tensor* tensor = read(i);
    if (TF_NumDims(tensor) != 4) throw Refusal{TF_INVALID_ARGUMENT, "pictures and filters have four dimensions"};
    for (int d = 0; d < 4; d++) dims[d] = TF_Dim(tensor, d);
    return static_cast<const float*>(TF_TensorData(tensor));
  }

  /** A number for each channel; null where there are none. */
  const float* bias(int i, long channels) {
    TF_Tensor* tensor = read(i);
    const long length = TF_NumDims(tensor) == 1 ? TF_Dim(tensor, 0) : -1;
    if (length != 0 && length != channels) throw Refusal{TF_INVALID_ARGUMENT, "a bias has a number for each channel, or none"};
    return length == 0 ? nullptr : static_cast<const float*>(TF_TensorData(tensor));
  }

  float* output(long a, long b, long c, long d) {
    const int64_t dims[] = {a, b, c, d};
    TF_Tensor* tensor = TF_AllocateOutput(context_, 0, TF_FLOAT, dims, 4, 4 * a * b * c * d, status_.get());
    tensors_.emplace_back(tensor, TF_DeleteTensor);
    check(status_);
    return static_cast<float*>(TF_TensorData(tensor));
  }

 private:
  TF_Tensor* read(int i) {
    TF_Tensor* tensor = nullptr;
    TF_GetInput(context_, i, &tensor, status_.get());
    check(status_);
    tensors_.emplace_back(tensor, TF_DeleteTensor);
    return tensor;
  }

  TF_OpKernelContext* context_;
  Status status_ = newStatus();
  std::vector<Tensor> tensors_;
};

/** @throws Refusal where the shapes do not fit each other or the kernels */
Shape checked(Shape shape, bool fits) {
  const bool channels = shape.fewChannels() || (shape.largeChannels % kernelsHere()->lanes == 0 && shape.depth() % panel == 0);
  if (!fits || !channels || shape.height % 2 || shape.width % 2 || shape.smallChannels % panel)
    throw Refusal{TF_INVALID_ARGUMENT, "the shapes do not fit a convolution by 4x4 taps at steps of 2"};
  return shape;
}

void runConvolution(Call& call) {
  long x[4], f[4];
  const float* large = call.input(0, x);
  const float* filter = call.input(1, f);
  const Shape shape = checked({x[0], x[1] / 2, x[2] / 2, x[3], f[3]}, f[0] == 4 && f[1] == 4 && f[2] == x[3] && x[1] % 2 == 0 && x[2] % 2 == 0);
  convolve(shape, large, filter, call.bias(2, shape.smallChannels), call.output(shape.pictures, shape.height, shape.width, shape.smallChannels));
}

void runConvolutionBack(Call& call) {
  long f[4], y[4];
  const float* filter = call.input(0, f);
  const float* small = call.input(1, y);
  const Shape shape = checked({y[0], y[1], y[2], f[2], f[3]}, f[0] == 4 && f[1] == 4 && f[3] == y[3] && f[2] > 4);
  convolveBack(shape, small, filter, call.bias(2, shape.largeChannels), call.output(shape.pictures, 2 * shape.height, 2 * shape.width, shape.largeChannels));
}

void runFilterGradient(Call& call) {
  long x[4], y[4];
  const float* large = call.input(0, x);
  const float* small = call.input(1, y);
  const Shape shape = checked({y[0], y[1], y[2], x[3], y[3]}, x[0] == y[0] && x[1] == 2 * y[1] && x[2] == 2 * y[2]);
  filterGradient(shape, large, small, call.output(4, 4, shape.largeChannels, shape.smallChannels));
}

template <void (*run)(Call&)>
void compute(void*, TF_OpKernelContext* context) {
  const auto fail = [&](TF_Code code, const char* text) {
    const Status status = newStatus();
    TF_SetStatus(status.get(), code, text);
    TF_OpKernelContext_Failure(context, status.get());
  };
  // For benchmarks: a line as oneDNN writes them with ONEDNN_VERBOSE.
  static const bool told = std::getenv("OWN_KERNELS_VERBOSE") != nullptr;
  const auto start = std::chrono::steady_clock::now();
  try {
    Call call(context);
    run(call);
    if (told) {
      std::printf("own_kernels,v1,primitive,exec,cpu,convolution,,%.4f\n", std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
      std::fflush(stdout);
    }
  } catch (const Refusal& refusal) {
    fail(refusal.code, refusal.text);
  } catch (const std::bad_alloc&) {
    fail(TF_RESOURCE_EXHAUSTED, "there is not enough memory for a convolution");
  }
}

/** Shapes are known when it runs. */
void anyShape(TF_ShapeInferenceContext* context, TF_Status* status) { TF_ShapeInferenceContextSetUnknownShape(context, status); }

void offer(const char* name, std::initializer_list<const char*> inputs, const char* output, void (*run)(void*, TF_OpKernelContext*)) {
  const Status status = newStatus();
  TF_OpDefinitionBuilder* operation = TF_NewOpDefinitionBuilder(name);
  for (const char* input : inputs) TF_OpDefinitionBuilderAddInput(operation, input);
  TF_OpDefinitionBuilderAddOutput(operation, output);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(operation, anyShape);
  TF_RegisterOpDefinition(operation, status.get());
  if (TF_GetCode(status.get()) == TF_OK) TF_RegisterKernelBuilder(name, TF_NewKernelBuilder(name, "CPU", nullptr, run, nullptr), status.get());
}

void offerAll() {
  offer("GanConvolution", {"large: float", "filter: float", "bias: float"}, "small: float", compute<runConvolution>);
  offer("GanConvolutionBack", {"filter: float", "small: float", "bias: float"}, "large: float", compute<runConvolutionBack>);
  offer("GanFilterGradient", {"large: float", "small: float"}, "filter: float", compute<runFilterGradient>);
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
