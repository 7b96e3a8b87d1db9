#include <algorithm>
#include <cstdint>
#include <vector>

#include "norm-activation.h"
#include "operation.h"

namespace whetstone {
namespace {

struct Attributes {
  float epsilon;
  Activation activation;
  bool own_statistics;
};

Rows RowsOf(const std::vector<int64_t>& shape) {
  Rows rows{1, shape.empty() ? 0 : shape.back()};
  for (size_t d = 0; d + 1 < shape.size(); d += 1) rows.count *= shape[d];
  return rows;
}

// Each of those inputs has as many numbers as an activation has channels.
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

void ComputeMoments(void* kernel, TF_OpKernelContext* context) {
  const float share = *static_cast<float*>(kernel);
  Call call(context);
  const Rows rows = RowsOf(call.Shape(0));
  ExpectVectors(call, rows, 1, 2);
  const float* x = call.Input(0);
  const float* running_mean = call.Input(1);
  const float* running_variance = call.Input(2);
  if (!call.IsFine()) return;
  float* outputs[4];
  for (int index = 0; index < 4; index += 1) outputs[index] = call.Output(index, {rows.channels});
  if (!call.IsFine()) return;
  const auto [mean, variance, moved_mean, moved_variance] = outputs;
  Moments(x, rows, mean, variance);
  // The running variance is made of unbiased ones.
  const float of_variance = share * rows.count / std::max<int64_t>(rows.count - 1, 1);
  for (int64_t c = 0; c < rows.channels; c += 1) {
    moved_mean[c] = (1 - share) * running_mean[c] + share * mean[c];
    moved_variance[c] = (1 - share) * running_variance[c] + of_variance * variance[c];
  }
}

void* ReadShare(TF_OpKernelConstruction* construction) {
  return new float(AttributeReader(construction).Number("share"));
}

void DeleteShare(void* share) { delete static_cast<float*>(share); }

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
  AttributeReader read(construction);
  return new Attributes{read.Number("epsilon"),
                        {read.Flag("rectified"), read.Number("ceiling")},
                        read.Flag("own_statistics")};
}

void DeleteAttributes(void* attributes) { delete static_cast<Attributes*>(attributes); }

}  // namespace

const std::vector<Operation>& NormOperations() {
  static const std::vector<const char*> attributes = {"epsilon: float", "rectified: bool",
                                                      "ceiling: float", "own_statistics: bool"};
  static const std::vector<Operation> operations = {
      {"WhetstoneMoments",
       {"x: float", "running_mean: float", "running_variance: float"},
       {"mean: float", "variance: float", "moved_mean: float", "moved_variance: float"},
       {"share: float"},
       ReadShare,
       ComputeMoments,
       DeleteShare},
      {"WhetstoneNormActivation",
       {"x: float", "mean: float", "variance: float", "scale: float", "offset: float"},
       {"y: float"},
       attributes,
       ReadAttributes,
       ComputeForward,
       DeleteAttributes},
      {"WhetstoneNormActivationGrad",
       {"dy: float", "x: float", "mean: float", "variance: float", "scale: float", "offset: float"},
       {"dx: float", "dscale: float", "doffset: float"},
       attributes,
       ReadAttributes,
       ComputeGradient,
       DeleteAttributes},
  };
  return operations;
}

}  // namespace whetstone
