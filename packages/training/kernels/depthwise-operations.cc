#include <cstdint>
#include <vector>

#include "depthwise.h"
#include "operation.h"

namespace whetstone {
namespace {

struct Attributes {
  int64_t stride;
  // Half a kernel on every side; else as much as TensorFlow's "SAME" has, the odd one at the end.
  bool symmetric;
};

Axis AxisOf(int64_t in, int64_t kernel, const Attributes& attributes) {
  const int64_t out = (in + attributes.stride - 1) / attributes.stride;
  const int64_t missing = (out - 1) * attributes.stride + kernel - in;
  const int64_t pad = attributes.symmetric ? kernel / 2 : (missing > 0 ? missing / 2 : 0);
  return {in, out, kernel, attributes.stride, pad};
}

// Of x [images, rows, columns, channels] and a filter [kernel, kernel, channels, 1].
Depthwise ShapeOf(Call& call, int x, int filter, const Attributes& attributes) {
  const std::vector<int64_t> map = call.Shape(x);
  const std::vector<int64_t> taps = call.Shape(filter);
  const int64_t stride = attributes.stride;
  call.Expect(map.size() == 4 && taps.size() == 4 && taps[2] == map[3] && taps[3] == 1,
              "Expected a map of four axes and a filter for each of its channels");
  call.Expect(call.IsFine() && taps[0] == taps[1] && (taps[0] == 3 || taps[0] == 5),
              "Expected a kernel of 3 or 5");
  call.Expect(stride == 1 || stride == 2, "Expected a stride of 1 or 2");
  if (!call.IsFine()) return {};
  return {map[0], map[3], AxisOf(map[1], taps[0], attributes),
          AxisOf(map[2], taps[0], attributes)};
}

std::vector<int64_t> OutputShape(const Depthwise& shape) {
  return {shape.images, shape.rows.out, shape.columns.out, shape.channels};
}

void ComputeForward(void* kernel, TF_OpKernelContext* context) {
  Call call(context);
  const Depthwise shape = ShapeOf(call, 0, 1, *static_cast<Attributes*>(kernel));
  const float* x = call.Input(0);
  const float* filter = call.Input(1);
  if (!call.IsFine()) return;
  float* y = call.Output(0, OutputShape(shape));
  if (call.IsFine()) DepthwiseConv(x, filter, shape, y);
}

void ComputeGradient(void* kernel, TF_OpKernelContext* context) {
  Call call(context);
  const Depthwise shape = ShapeOf(call, 1, 2, *static_cast<Attributes*>(kernel));
  call.Expect(call.IsFine() && call.Shape(0) == OutputShape(shape),
              "Expected a gradient of the shape that the convolution gives");
  const float* dy = call.Input(0);
  const float* x = call.Input(1);
  const float* filter = call.Input(2);
  if (!call.IsFine()) return;
  float* dx = call.Output(0, call.Shape(1));
  float* dfilter = call.Output(1, call.Shape(2));
  if (!call.IsFine()) return;
  DepthwiseConvByInput(dy, filter, shape, dx);
  DepthwiseConvByFilter(x, dy, shape, dfilter);
}

void* ReadAttributes(TF_OpKernelConstruction* construction) {
  AttributeReader read(construction);
  return new Attributes{read.Integer("stride"), read.Flag("symmetric")};
}

void DeleteAttributes(void* attributes) { delete static_cast<Attributes*>(attributes); }

}  // namespace

const std::vector<Operation>& DepthwiseOperations() {
  static const std::vector<const char*> attributes = {"stride: int", "symmetric: bool"};
  static const std::vector<Operation> operations = {
      {"WhetstoneDepthwiseConv",
       {"x: float", "filter: float"},
       {"y: float"},
       attributes,
       ReadAttributes,
       ComputeForward,
       DeleteAttributes},
      {"WhetstoneDepthwiseConvGrad",
       {"dy: float", "x: float", "filter: float"},
       {"dx: float", "dfilter: float"},
       attributes,
       ReadAttributes,
       ComputeGradient,
       DeleteAttributes},
  };
  return operations;
}

}  // namespace whetstone
