#include "norm-activation.h"

#include <cmath>
#include <vector>

#include "parallel.h"

namespace whetstone {
namespace {

// So many rows are summed in single precision before double precision takes the sum over: more would cost
// digits, fewer time.
constexpr int64_t kRowsASum = 16;

// Two sums by channel for each thread, and then for all.
class Sums {
 public:
  explicit Sums(int64_t channels)
      : channels_(channels), sums_(Threads::Shared().count() * 2 * channels, 0.0) {}

  double* first(int part) { return &sums_[part * 2 * channels_]; }
  double* second(int part) { return first(part) + channels_; }

  // Adds every thread's sums to those of the first.
  void Join() {
    for (int part = 1; part < Threads::Shared().count(); part += 1)
      for (int64_t c = 0; c < 2 * channels_; c += 1) sums_[c] += sums_[part * 2 * channels_ + c];
  }

 private:
  int64_t channels_;
  std::vector<double> sums_;
};

void AddTo(double* __restrict sums, float* __restrict block, int64_t count) {
  for (int64_t c = 0; c < count; c += 1) {
    sums[c] += block[c];
    block[c] = 0;
  }
}

void SumRow(const float* __restrict x, const float* __restrict shift, float* __restrict sum,
            float* __restrict squares, int64_t channels) {
  for (int64_t c = 0; c < channels; c += 1) {
    const float from_shift = x[c] - shift[c];
    sum[c] += from_shift;
    squares[c] += from_shift * from_shift;
  }
}

struct Factors {
  std::vector<float> scale;
  std::vector<float> inverse_deviation;
};

Factors FactorsOf(const Norm& norm, int64_t channels) {
  Factors factors{std::vector<float>(channels), std::vector<float>(channels)};
  for (int64_t c = 0; c < channels; c += 1) {
    factors.inverse_deviation[c] = 1.0f / std::sqrt(norm.variance[c] + norm.epsilon);
    factors.scale[c] = norm.scale[c] * factors.inverse_deviation[c];
  }
  return factors;
}

// A number that is none stays none: both comparisons are false.
inline float Rectified(float z, float ceiling) { return z < 0 ? 0.0f : (z > ceiling ? ceiling : z); }

template <bool rectified>
void NormRow(const float* __restrict x, const float* __restrict mean, const float* __restrict scale,
             const float* __restrict offset, float ceiling, float* __restrict y, int64_t channels) {
  for (int64_t c = 0; c < channels; c += 1) {
    const float z = (x[c] - mean[c]) * scale[c] + offset[c];
    y[c] = rectified ? Rectified(z, ceiling) : z;
  }
}

// What of dy came through the activation.
template <bool rectified>
inline float Through(float dy, float z, float ceiling) {
  return rectified && !(z > 0 && z < ceiling) ? 0.0f : dy;
}

template <bool rectified>
void SumGradientRow(const float* __restrict dy, const float* __restrict x,
                    const float* __restrict mean, const float* __restrict scale,
                    const float* __restrict offset, float ceiling, float* __restrict sum,
                    float* __restrict products, int64_t channels) {
  for (int64_t c = 0; c < channels; c += 1) {
    const float centred = x[c] - mean[c];
    const float g = Through<rectified>(dy[c], centred * scale[c] + offset[c], ceiling);
    sum[c] += g;
    products[c] += g * centred;
  }
}

// By channel: dx = scale * (g - constant - slope * (x - mean)).
struct Correction {
  std::vector<float> constant;
  std::vector<float> slope;
};

template <bool rectified>
void GradientRow(const float* __restrict dy, const float* __restrict x,
                 const float* __restrict mean, const float* __restrict scale,
                 const float* __restrict offset, float ceiling, const float* __restrict constant,
                 const float* __restrict slope, float* __restrict dx, int64_t channels) {
  for (int64_t c = 0; c < channels; c += 1) {
    const float centred = x[c] - mean[c];
    const float g = Through<rectified>(dy[c], centred * scale[c] + offset[c], ceiling);
    dx[c] = scale[c] * (g - constant[c] - slope[c] * centred);
  }
}

template <bool rectified>
void ForwardShare(const float* x, Rows rows, const Norm& norm, const Factors& factors,
                  float ceiling, float* y, int64_t from, int64_t to) {
  const int64_t channels = rows.channels;
  for (int64_t row = from; row < to; row += 1)
    NormRow<rectified>(x + row * channels, norm.mean, factors.scale.data(), norm.offset, ceiling,
                       y + row * channels, channels);
}

template <bool rectified>
void Gradient(const float* dy, const float* x, Rows rows, const Norm& norm, float ceiling,
              bool own_statistics, const NormGradients& gradients) {
  const int64_t channels = rows.channels;
  const Factors factors = FactorsOf(norm, channels);
  Sums sums(channels);
  ForShares(rows.count, [&](int part, int64_t from, int64_t to) {
    std::vector<float> block(2 * channels, 0.0f);
    for (int64_t row = from; row < to; row += 1) {
      SumGradientRow<rectified>(dy + row * channels, x + row * channels, norm.mean,
                                factors.scale.data(), norm.offset, ceiling, &block[0],
                                &block[channels], channels);
      if ((row - from) % kRowsASum == kRowsASum - 1 || row == to - 1)
        AddTo(sums.first(part), block.data(), 2 * channels);
    }
  });
  sums.Join();

  Correction correction{std::vector<float>(channels, 0.0f), std::vector<float>(channels, 0.0f)};
  for (int64_t c = 0; c < channels; c += 1) {
    const double inverse = factors.inverse_deviation[c];
    gradients.doffset[c] = sums.first(0)[c];
    gradients.dscale[c] = sums.second(0)[c] * inverse;
    if (!own_statistics) continue;
    correction.constant[c] = sums.first(0)[c] / rows.count;
    correction.slope[c] = sums.second(0)[c] * inverse * inverse / rows.count;
  }
  ForShares(rows.count, [&](int, int64_t from, int64_t to) {
    for (int64_t row = from; row < to; row += 1)
      GradientRow<rectified>(dy + row * channels, x + row * channels, norm.mean,
                             factors.scale.data(), norm.offset, ceiling,
                             correction.constant.data(), correction.slope.data(),
                             gradients.dx + row * channels, channels);
  });
}

}  // namespace

void Moments(const float* x, Rows rows, float* mean, float* variance) {
  const int64_t channels = rows.channels;
  Sums sums(channels);
  // Any row is near the mean: sums of squares around it cancel less than those around zero.
  const float* shift = x;
  ForShares(rows.count, [&](int part, int64_t from, int64_t to) {
    std::vector<float> block(2 * channels, 0.0f);
    for (int64_t row = from; row < to; row += 1) {
      SumRow(x + row * channels, shift, &block[0], &block[channels], channels);
      if ((row - from) % kRowsASum == kRowsASum - 1 || row == to - 1)
        AddTo(sums.first(part), block.data(), 2 * channels);
    }
  });
  sums.Join();
  for (int64_t c = 0; c < channels; c += 1) {
    const double from_shift = sums.first(0)[c] / rows.count;
    mean[c] = shift[c] + from_shift;
    variance[c] = sums.second(0)[c] / rows.count - from_shift * from_shift;
    if (variance[c] < 0) variance[c] = 0;
  }
}

void NormActivation(const float* x, Rows rows, const Norm& norm, Activation activation, float* y) {
  const Factors factors = FactorsOf(norm, rows.channels);
  ForShares(rows.count, [&](int, int64_t from, int64_t to) {
    auto share = activation.rectified ? ForwardShare<true> : ForwardShare<false>;
    share(x, rows, norm, factors, activation.ceiling, y, from, to);
  });
}

void NormActivationGrad(const float* dy, const float* x, Rows rows, const Norm& norm,
                        Activation activation, bool own_statistics,
                        const NormGradients& gradients) {
  auto gradient = activation.rectified ? Gradient<true> : Gradient<false>;
  gradient(dy, x, rows, norm, activation.ceiling, own_statistics, gradients);
}

}  // namespace whetstone
