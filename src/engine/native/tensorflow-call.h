/** What an operation reads and writes, through TensorFlow's C interface. */
#pragma once
#include <memory>
#include <vector>
#include "c-interfaces.h"

struct Refusal {
  TF_Code code;
  const char* text;
};
inline Refusal unfit(const char* text) { return {TF_INVALID_ARGUMENT, text}; }

using Status = std::unique_ptr<TF_Status, decltype(&TF_DeleteStatus)>;
inline Status newStatus() { return {TF_NewStatus(), TF_DeleteStatus}; }
inline void check(const Status& status) {
  if (TF_GetCode(status.get()) != TF_OK) throw Refusal{TF_GetCode(status.get()), TF_Message(status.get())};
}

inline long sizeOf(const std::vector<long>& shape) {
  long size = 1;
  for (const long side : shape) size *= side;
  return size;
}

/** A tensor that is read. */
struct Given {
  TF_DataType type;
  std::vector<long> shape;
  const void* data;

  const float* floats() const { return static_cast<const float*>(data); }
  long size() const { return sizeOf(shape); }
  long channels() const { return shape.empty() ? 1 : shape.back(); }
};

class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context) {}

  int inputs() const { return TF_NumInputs(context_); }
  Given input(int i) {
    TF_Tensor* tensor = reference(i);
    tensors_.emplace_back(tensor, TF_DeleteTensor);
    return described(tensor);
  }
  Given pictures(int i) {
    Given given = input(i);
    if (given.shape.size() != 4) throw unfit("pictures and filters have four dimensions");
    return given;
  }
  /** A number for each channel. */
  const float* perChannel(int i, long channels) {
    const Given given = input(i);
    if (given.size() != channels) throw unfit("there must be a number for each channel");
    return given.floats();
  }
  /** The same, or null where there are none. */
  const float* bias(int i, long channels) { return input(i).size() == 0 ? nullptr : perChannel(i, channels); }

  void* output(int i, TF_DataType type, const std::vector<long>& shape) {
    const std::vector<int64_t> sides(shape.begin(), shape.end());
    return kept(TF_AllocateOutput(context_, i, type, sides.data(), static_cast<int>(sides.size()), sizeOf(shape) * (type == TF_FLOAT ? 4 : 2), status_.get()));
  }
  float* floats(int i, const std::vector<long>& shape) { return static_cast<float*>(output(i, TF_FLOAT, shape)); }
  /** An input and an output of its shape: the same memory where nothing else needs the input, which must not have been asked for yet. */
  struct Over {
    Given from;
    void* to;

    float* floats() const { return static_cast<float*>(to); }
  };
  Over over(int i, int output) {
    // While we hold it, it is needed.
    TF_Tensor* held = reference(i);
    Given given = described(held);
    TF_DeleteTensor(held);
    const std::vector<int64_t> sides(given.shape.begin(), given.shape.end());
    int taken = -1;
    void* to = kept(TF_ForwardInputOrAllocateOutput(context_, &i, 1, output, sides.data(), static_cast<int>(sides.size()), &taken, status_.get()));
    given.data = to;
    return {taken == i ? given : input(i), to};
  }
  /** Floats of an input from `first` on, in its own memory; TensorFlow copies them where they do not begin at a whole cache line. */
  void view(int input, long first, int i, const std::vector<long>& shape) {
    const std::vector<int64_t> sides(shape.begin(), shape.end());
    TF_Tensor* whole = reference(input);
    float* data = static_cast<float*>(TF_TensorData(whole)) + first;
    TF_Tensor* part = TF_NewTensor(TF_FLOAT, sides.data(), static_cast<int>(sides.size()), data, 4 * sizeOf(shape), [](void*, size_t, void* owner) { TF_DeleteTensor(static_cast<TF_Tensor*>(owner)); }, whole);
    tensors_.emplace_back(part, TF_DeleteTensor);
    TF_SetOutput(context_, i, part, status_.get());
    check(status_);
  }

 private:
  TF_Tensor* reference(int i) {
    TF_Tensor* tensor = nullptr;
    TF_GetInput(context_, i, &tensor, status_.get());
    check(status_);
    return tensor;
  }
  static Given described(const TF_Tensor* tensor) {
    std::vector<long> shape(TF_NumDims(tensor));
    for (std::size_t d = 0; d < shape.size(); d++) shape[d] = TF_Dim(tensor, static_cast<int>(d));
    return {TF_TensorType(tensor), shape, TF_TensorData(tensor)};
  }
  void* kept(TF_Tensor* tensor) {
    tensors_.emplace_back(tensor, TF_DeleteTensor);
    check(status_);
    return TF_TensorData(tensor);
  }

  TF_OpKernelContext* context_;
  Status status_ = newStatus();
  std::vector<std::unique_ptr<TF_Tensor, decltype(&TF_DeleteTensor)>> tensors_;
};
