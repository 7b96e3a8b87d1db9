// Batch norm with the activation behind it, over activations as rows of channels (NHWC).
#pragma once

#include <cstdint>

namespace whetstone {

struct Rows {
  int64_t count;
  int64_t channels;
};

// What normalises, by channel.
struct Norm {
  const float* mean;
  const float* variance;
  const float* scale;
  const float* offset;
  float epsilon;
};

// min(max(z, 0), ceiling), or z itself.
struct Activation {
  bool rectified;
  float ceiling;
};

// Mean and biased variance by channel, in one pass, summed in double precision.
void Moments(const float* x, Rows rows, float* mean, float* variance);

// y = activation((x - mean) / sqrt(variance + epsilon) * scale + offset)
void NormActivation(const float* x, Rows rows, const Norm& norm, Activation activation, float* y);

struct NormGradients {
  float* dx;
  float* dscale;
  float* doffset;
};

// Gradients of the same. `own_statistics`: mean and variance are those of x, and move with it.
void NormActivationGrad(const float* dy, const float* x, Rows rows, const Norm& norm,
                        Activation activation, bool own_statistics, const NormGradients& gradients);

}  // namespace whetstone
