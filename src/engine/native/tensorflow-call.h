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

/** A tensor that is read. */
struct Given {
  TF_DataType type;
  std::vector<long> shape;
  const void* data;

  const float* floats() const { return static_cast<const float*>(data); }
  long size() const {
    long size = 1;
    for (const long side : shape) size *= side;
    return size;
  }
  long channels() const { return shape.empty() ? 1 : shape.back(); }
};

class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context) {}

  Given input(int i) {
    TF_Tensor* tensor = nullptr;
    TF_GetInput(context_, i, &tensor, status_.get());
    check(status_);
    tensors_.emplace_back(tensor, TF_DeleteTensor);
    std::vector<long> shape(TF_NumDims(tensor));
    for (std::size_t d = 0; d < shape.size(); d++) shape[d] = TF_Dim(tensor, static_cast<int>(d));
    return {TF_TensorType(tensor), shape, TF_TensorData(tensor)};
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
    const Given as{type, shape, nullptr};
    return kept(TF_AllocateOutput(context_, i, type, sides.data(), static_cast<int>(sides.size()), as.size() * (type == TF_FLOAT ? 4 : 2), status_.get()));
  }
  float* floats(int i, const std::vector<long>& shape) { return static_cast<float*>(output(i, TF_FLOAT, shape)); }
  /** An input's own memory where nothing else needs it. */
  void* outputOver(int input, int i, const std::vector<long>& shape) {
    const std::vector<int64_t> sides(shape.begin(), shape.end());
    int taken;
    return kept(TF_ForwardInputOrAllocateOutput(context_, &input, 1, i, sides.data(), static_cast<int>(sides.size()), &taken, status_.get()));
  }

 private:
  void* kept(TF_Tensor* tensor) {
    tensors_.emplace_back(tensor, TF_DeleteTensor);
    check(status_);
    return TF_TensorData(tensor);
  }

  TF_OpKernelContext* context_;
  Status status_ = newStatus();
  std::vector<std::unique_ptr<TF_Tensor, decltype(&TF_DeleteTensor)>> tensors_;
};
