// Makes the kernels TensorFlow operations, through its C interface. Node loads this as an addon.
#include <node_api.h>

#include <cstdint>
#include <vector>

#include "norm-activation.h"
#include "tensorflow-c.h"

namespace whetstone {
namespace {

struct Attributes {
  float epsilon = 0;
  Activation activation{false, 0};
  TF_Bool own_statistics = false;
};

// One call of an operation: its inputs, its outputs, and what went wrong.
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}

  ~Call() {
    if (TF_GetCode(status_) != TF_OK) TF_OpKernelContext_Failure(context_, status_);
    for (TF_Tensor* tensor : held_) TF_DeleteTensor(tensor);
    TF_DeleteStatus(status_);
  }

  const float* Input(int index) {
    TF_Tensor* tensor = InputTensor(index);
    return tensor == nullptr ? nullptr : static_cast<const float*>(TF_TensorData(tensor));
  }

  std::vector<int64_t> Shape(int index) {
    TF_Tensor* tensor = InputTensor(index);
    std::vector<int64_t> shape;
    for (int d = 0; tensor != nullptr && d < TF_NumDims(tensor); d += 1)
      shape.push_back(TF_Dim(tensor, d));
    return shape;
  }

  float* Output(int index, const std::vector<int64_t>& shape) {
    size_t bytes = sizeof(float);
    for (int64_t size : shape) bytes *= size;
    TF_Tensor* tensor = TF_AllocateOutput(context_, index, TF_FLOAT, shape.data(),
                                          static_cast<int>(shape.size()), bytes, status_);
    if (tensor == nullptr) return nullptr;
    held_.push_back(tensor);
    return static_cast<float*>(TF_TensorData(tensor));
  }

  bool IsFine() const { return TF_GetCode(status_) == TF_OK; }

  void Expect(bool condition, const char* expectation) {
    if (!condition && IsFine()) TF_SetStatus(status_, TF_INVALID_ARGUMENT, expectation);
  }

 private:
  TF_Tensor* InputTensor(int index) {
    TF_Tensor* tensor = nullptr;
    if (IsFine()) TF_GetInput(context_, index, &tensor, status_);
    if (tensor != nullptr) held_.push_back(tensor);
    return tensor;
  }

  TF_OpKernelContext* context_;
  TF_Status* status_;
  std::vector<TF_Tensor*> held_;
};

Rows RowsOf(const std::vector<int64_t>& shape) {
  Rows rows{1, shape.empty() ? 0 : shape.back()};
  for (size_t d = 0; d + 1 < shape.size(); d += 1) rows.count *= shape[d];
  return rows;
}

// The last input, by channel, has as many numbers as an activation has channels.
void ExpectVectors(Call& call, const Rows& rows, int first, int last) {
  call.Expect(rows.count > 0 && rows.channels > 0, "Expected an activation that is not empty");
  for (int index = first; index <= last; index += 1)
    call.Expect(call.Shape(index) == std::vector<int64_t>{rows.channels},
                "Expected statistics, scale and offset with a number for each channel");
}

Norm NormOf(Call& call, int first, float epsilon) {
  return {call.Input(first), call.Input(first + 1), call.Input(first + 2), call.Input(first + 3),
          epsilon};
}

void ComputeMoments(void*, TF_OpKernelContext* context) {
  Call call(context);
  const Rows rows = RowsOf(call.Shape(0));
  ExpectVectors(call, rows, 0, -1);
  const float* x = call.Input(0);
  if (!call.IsFine()) return;
  float* mean = call.Output(0, {rows.channels});
  float* variance = call.Output(1, {rows.channels});
  if (call.IsFine()) Moments(x, rows, mean, variance);
}

void ComputeForward(void* kernel, TF_OpKernelContext* context) {
  const auto& [epsilon, activation, own_statistics] = *static_cast<Attributes*>(kernel);
  Call call(context);
  const std::vector<int64_t> shape = call.Shape(0);
  const Rows rows = RowsOf(shape);
  ExpectVectors(call, rows, 1, 4);
  const float* x = call.Input(0);
  const Norm norm = NormOf(call, 1, epsilon);
  if (!call.IsFine()) return;
  float* y = call.Output(0, shape);
  if (call.IsFine()) NormActivation(x, rows, norm, activation, y);
}

void ComputeGradient(void* kernel, TF_OpKernelContext* context) {
  const auto& [epsilon, activation, own_statistics] = *static_cast<Attributes*>(kernel);
  Call call(context);
  const std::vector<int64_t> shape = call.Shape(1);
  const Rows rows = RowsOf(shape);
  call.Expect(call.Shape(0) == shape, "Expected a gradient of the activation's shape");
  ExpectVectors(call, rows, 2, 5);
  const float* dy = call.Input(0);
  const float* x = call.Input(1);
  const Norm norm = NormOf(call, 2, epsilon);
  if (!call.IsFine()) return;
  const NormGradients gradients{call.Output(0, shape), call.Output(1, {rows.channels}),
                                call.Output(2, {rows.channels})};
  if (call.IsFine())
    NormActivationGrad(dy, x, rows, norm, activation, own_statistics, gradients);
}

void* ReadAttributes(TF_OpKernelConstruction* construction) {
  auto* attributes = new Attributes();
  TF_Bool rectified = false;
  TF_Status* status = TF_NewStatus();
  TF_OpKernelConstruction_GetAttrFloat(construction, "epsilon", &attributes->epsilon, status);
  TF_OpKernelConstruction_GetAttrBool(construction, "rectified", &rectified, status);
  TF_OpKernelConstruction_GetAttrFloat(construction, "ceiling", &attributes->activation.ceiling,
                                       status);
  TF_OpKernelConstruction_GetAttrBool(construction, "own_statistics", &attributes->own_statistics,
                                      status);
  attributes->activation.rectified = rectified;
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return attributes;
}

void DeleteAttributes(void* attributes) { delete static_cast<Attributes*>(attributes); }

void ShapesAreKnownLater(TF_ShapeInferenceContext*, TF_Status*) {}

struct Operation {
  const char* name;
  std::vector<const char*> inputs;
  std::vector<const char*> outputs;
  bool has_attributes;
  void (*compute)(void*, TF_OpKernelContext*);
};

bool Register(const Operation& operation, TF_Status* status) {
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(operation.name);
  for (const char* input : operation.inputs) TF_OpDefinitionBuilderAddInput(definition, input);
  for (const char* output : operation.outputs) TF_OpDefinitionBuilderAddOutput(definition, output);
  if (operation.has_attributes)
    for (const char* attribute :
         {"epsilon: float", "rectified: bool", "ceiling: float", "own_statistics: bool"})
      TF_OpDefinitionBuilderAddAttr(definition, attribute);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, ShapesAreKnownLater);
  TF_RegisterOpDefinition(definition, status);
  if (TF_GetCode(status) != TF_OK) return false;
  TF_KernelBuilder* kernel =
      TF_NewKernelBuilder(operation.name, "CPU", operation.has_attributes ? ReadAttributes : nullptr,
                          operation.compute, operation.has_attributes ? DeleteAttributes : nullptr);
  TF_RegisterKernelBuilder(operation.name, kernel, status);
  return TF_GetCode(status) == TF_OK;
}

const std::vector<Operation>& Operations() {
  static const std::vector<Operation> operations = {
      {"WhetstoneMoments", {"x: float"}, {"mean: float", "variance: float"}, false, ComputeMoments},
      {"WhetstoneNormActivation",
       {"x: float", "mean: float", "variance: float", "scale: float", "offset: float"},
       {"y: float"},
       true,
       ComputeForward},
      {"WhetstoneNormActivationGrad",
       {"dy: float", "x: float", "mean: float", "variance: float", "scale: float", "offset: float"},
       {"dx: float", "dscale: float", "doffset: float"},
       true,
       ComputeGradient},
  };
  return operations;
}

}  // namespace
}  // namespace whetstone

// Registers every operation; throws where TensorFlow does not take one.
NAPI_MODULE_INIT() {
  TF_Status* status = TF_NewStatus();
  for (const whetstone::Operation& operation : whetstone::Operations()) {
    if (whetstone::Register(operation, status)) continue;
    napi_throw_error(env, nullptr, TF_Message(status));
    break;
  }
  TF_DeleteStatus(status);
  return exports;
}
