#include "operation.h"

namespace whetstone {

Call::Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}

Call::~Call() {
  if (!IsFine()) TF_OpKernelContext_Failure(context_, status_);
  for (TF_Tensor* tensor : held_) TF_DeleteTensor(tensor);
  TF_DeleteStatus(status_);
}

const float* Call::Input(int index) {
  TF_Tensor* tensor = InputTensor(index);
  return tensor == nullptr ? nullptr : static_cast<const float*>(TF_TensorData(tensor));
}

std::vector<int64_t> Call::Shape(int index) {
  TF_Tensor* tensor = InputTensor(index);
  std::vector<int64_t> shape;
  for (int d = 0; tensor != nullptr && d < TF_NumDims(tensor); d += 1)
    shape.push_back(TF_Dim(tensor, d));
  return shape;
}

float* Call::Output(int index, const std::vector<int64_t>& shape) {
  size_t bytes = sizeof(float);
  for (int64_t size : shape) bytes *= size;
  TF_Tensor* tensor = TF_AllocateOutput(context_, index, TF_FLOAT, shape.data(),
                                        static_cast<int>(shape.size()), bytes, status_);
  if (tensor == nullptr) return nullptr;
  held_.push_back(tensor);
  return static_cast<float*>(TF_TensorData(tensor));
}

bool Call::IsFine() const { return TF_GetCode(status_) == TF_OK; }

void Call::Expect(bool condition, const char* expectation) {
  if (!condition && IsFine()) TF_SetStatus(status_, TF_INVALID_ARGUMENT, expectation);
}

TF_Tensor* Call::InputTensor(int index) {
  TF_Tensor* tensor = nullptr;
  if (IsFine()) TF_GetInput(context_, index, &tensor, status_);
  if (tensor != nullptr) held_.push_back(tensor);
  return tensor;
}

AttributeReader::AttributeReader(TF_OpKernelConstruction* construction)
    : construction_(construction), status_(TF_NewStatus()) {}

AttributeReader::~AttributeReader() {
  if (TF_GetCode(status_) != TF_OK) TF_OpKernelConstruction_Failure(construction_, status_);
  TF_DeleteStatus(status_);
}

float AttributeReader::Number(const char* name) {
  float value = 0;
  TF_OpKernelConstruction_GetAttrFloat(construction_, name, &value, status_);
  return value;
}

int64_t AttributeReader::Integer(const char* name) {
  int64_t value = 0;
  TF_OpKernelConstruction_GetAttrInt64(construction_, name, &value, status_);
  return value;
}

bool AttributeReader::Flag(const char* name) {
  TF_Bool value = false;
  TF_OpKernelConstruction_GetAttrBool(construction_, name, &value, status_);
  return value;
}

namespace {

void ShapesAreKnownLater(TF_ShapeInferenceContext*, TF_Status*) {}

}  // namespace

bool Register(const Operation& operation, TF_Status* status) {
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(operation.name);
  for (const char* input : operation.inputs) TF_OpDefinitionBuilderAddInput(definition, input);
  for (const char* output : operation.outputs) TF_OpDefinitionBuilderAddOutput(definition, output);
  for (const char* attribute : operation.attributes)
    TF_OpDefinitionBuilderAddAttr(definition, attribute);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, ShapesAreKnownLater);
  TF_RegisterOpDefinition(definition, status);
  if (TF_GetCode(status) != TF_OK) return false;
  TF_KernelBuilder* kernel = TF_NewKernelBuilder(operation.name, "CPU", operation.create,
                                                 operation.compute, operation.destroy);
  TF_RegisterKernelBuilder(operation.name, kernel, status);
  return TF_GetCode(status) == TF_OK;
}

}  // namespace whetstone
