// Convolutions of each channel by itself, over images as [rows, columns, channels].
#pragma once

#include <cstdint>

namespace whetstone {

// Where a window stands along one axis of a map.
struct Axis {
  int64_t in, out;  // positions of the map and of the window
  int64_t kernel, stride;
  int64_t pad;  // before the first position of the map
  // From one position of the map to the next, as the window sees them: zeros lie between.
  int64_t spacing = 1;

  int64_t Start(int64_t position) const { return position * stride - pad; }
};

struct Depthwise {
  int64_t images, channels;
  Axis rows, columns;  // of the same kernel, 3 or 5, and stride
};

// y[r, c] = sum over taps i, j of x[r * stride + i - pad, c * stride + j - pad] * filter[i, j]
void DepthwiseConv(const float* x, const float* filter, const Depthwise& shape, float* y);

// The gradient by x.
void DepthwiseConvByInput(const float* dy, const float* filter, const Depthwise& shape, float* dx);

// The gradient by the filter.
void DepthwiseConvByFilter(const float* x, const float* dy, const Depthwise& shape, float* dfilter);

}  // namespace whetstone
