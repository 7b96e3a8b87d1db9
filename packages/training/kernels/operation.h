// What makes a function a TensorFlow operation, through its C interface.
#pragma once

#include <cstdint>
#include <vector>

#include "tensorflow-c.h"

namespace whetstone {

// One call of an operation: its inputs, its outputs, and what went wrong.
class Call {
 public:
  explicit Call(TF_OpKernelContext* context);
  ~Call();

  // Null, and an empty shape, once something went wrong.
  const float* Input(int index);
  std::vector<int64_t> Shape(int index);
  float* Output(int index, const std::vector<int64_t>& shape);

  bool IsFine() const;

  // Fails the call with what was expected, unless that holds.
  void Expect(bool condition, const char* expectation);

 private:
  TF_Tensor* InputTensor(int index);

  TF_OpKernelContext* context_;
  TF_Status* status_;
  std::vector<TF_Tensor*> held_;
};

// Reads the attributes of an operation when TensorFlow makes its kernel.
class AttributeReader {
 public:
  explicit AttributeReader(TF_OpKernelConstruction* construction);
  ~AttributeReader();

  float Number(const char* name);
  int64_t Integer(const char* name);
  bool Flag(const char* name);

 private:
  TF_OpKernelConstruction* construction_;
  TF_Status* status_;
};

// Inputs, outputs and attributes are written as TensorFlow does, "x: float".
struct Operation {
  const char* name;
  std::vector<const char*> inputs;
  std::vector<const char*> outputs;
  std::vector<const char*> attributes;
  // Makes what `compute` gets, of the attributes; both are null where there are none.
  void* (*create)(TF_OpKernelConstruction*);
  void (*compute)(void* kernel, TF_OpKernelContext*);
  void (*destroy)(void* kernel);
};

// Whether TensorFlow took the operation; if not, `status` says why.
bool Register(const Operation& operation, TF_Status* status);

const std::vector<Operation>& NormOperations();
const std::vector<Operation>& DepthwiseOperations();

}  // namespace whetstone
