#include "depthwise.h"

#include <algorithm>
#include <type_traits>
#include <vector>

#include "lanes.h"
#include "padded-rows.h"
#include "parallel.h"

namespace whetstone {
namespace {

// Outputs that are computed side by side, so that no sum waits for the one before it.
constexpr int kTile = 4;
// Filter, rows and sums of so many channels stay in the second cache, and are read in long runs.
constexpr int64_t kChunk = 192;
// So many products are summed in single precision before double precision takes the sum over.
constexpr int64_t kProductsASum = 64;

// Shares the chunks of all images out to the threads, each of which calls work(image, chunk) for its own.
template <typename MakeWork>
void ForChunks(const Depthwise& s, const MakeWork& make_work) {
  const int64_t chunks = (s.channels + kChunk - 1) / kChunk;
  ForShares(s.images * chunks, [&](int part, int64_t from, int64_t to) {
    auto work = make_work(part);
    for (int64_t item = from; item < to; item += 1) {
      const int64_t first = item % chunks * kChunk;
      const int64_t count = std::min(kChunk, s.channels - first);
      work(item / chunks, Chunk{first, count, (count + kLanes - 1) / kLanes * kLanes});
    }
  });
}

// Calls tile(column, n) for outputs beside each other, with n as a constant: `kTile` at once, then what is left.
template <typename Tile>
void ForTiles(int64_t columns, const Tile& tile) {
  int64_t c = 0;
  for (; c + kTile <= columns; c += kTile) tile(c, std::integral_constant<int, kTile>());
  if (columns - c == 3) tile(c, std::integral_constant<int, 3>());
  if (columns - c == 2) tile(c, std::integral_constant<int, 2>());
  if (columns - c == 1) tile(c, std::integral_constant<int, 1>());
}

// Rows under the window; null where all is zero.
template <int kernel>
struct Window {
  Window(PaddedRows& padded, const Axis& axis, int64_t r) {
    for (int64_t i = 0; i < kernel; i += 1) rows[i] = padded.At(axis.Start(r) + i);
  }

  const float* rows[kernel];
};

// `x` is where in the window's rows the first output's window starts; `step` leads to the next output's.
template <int kernel, int tile>
void ConvTile(const Window<kernel>& window, int64_t x, int64_t step, const float* filter,
              const Chunk& chunk, float* y, int64_t channels) {
  for (int64_t lane = 0; lane < chunk.pitch; lane += kLanes) {
    Lanes sums[tile];
#pragma GCC unroll 4
    for (int t = 0; t < tile; t += 1) sums[t] = Zeros();
    const float* weights = filter + lane;
    for (int i = 0; i < kernel; i += 1) {
      if (window.rows[i] == nullptr) {
        weights += kernel * chunk.pitch;
        continue;
      }
      const float* from = window.rows[i] + x + lane;
#pragma GCC unroll 1
      for (int j = 0; j < kernel; j += 1, from += chunk.pitch, weights += chunk.pitch) {
        const Lanes weight = Load(weights);
#pragma GCC unroll 4
        for (int t = 0; t < tile; t += 1) AddProduct(sums[t], weight, Load(from + t * step));
      }
    }
#pragma GCC unroll 4
    for (int t = 0; t < tile; t += 1) StoreSome(sums[t], y + t * channels + lane, chunk.From(lane));
  }
}

// The filter's part for a chunk, taps in their order or from the last to the first.
AlignedFloats FilterOf(const float* filter, const Depthwise& s, const Chunk& chunk,
                            bool turned) {
  const int64_t taps = s.rows.kernel * s.columns.kernel;
  AlignedFloats part(taps * chunk.pitch);
  for (int64_t tap = 0; tap < taps; tap += 1)
    std::copy_n(filter + (turned ? taps - 1 - tap : tap) * s.channels + chunk.first, chunk.count,
                part.data() + tap * chunk.pitch);
  return part;
}

template <int kernel>
void Conv(const float* x, const float* filter, const Depthwise& s, bool turned, float* y) {
  ForChunks(s, [&](int) {
    return [&, padded = PaddedRows(s.rows, s.columns, s.channels)](int64_t image,
                                                                   const Chunk& chunk) mutable {
      const AlignedFloats part = FilterOf(filter, s, chunk, turned);
      padded.Begin(x + image * s.rows.in * s.columns.in * s.channels, chunk);
      const int64_t step = s.columns.stride * chunk.pitch;
      for (int64_t r = 0; r < s.rows.out; r += 1) {
        const Window<kernel> window(padded, s.rows, r);
        float* line = y + (image * s.rows.out + r) * s.columns.out * s.channels + chunk.first;
        ForTiles(s.columns.out, [&](int64_t c, auto tile) {
          ConvTile<kernel, tile>(window, c * step, step, part.data(), chunk, line + c * s.channels,
                                 s.channels);
        });
      }
    };
  });
}

// Adds the products of outputs beside each other and the inputs under their windows, tap by tap.
template <int kernel, int tile>
void SumTile(const Window<kernel>& window, int64_t x, int64_t step, const float* dy,
             int64_t channels, const Chunk& chunk, float* sums) {
  for (int64_t lane = 0; lane < chunk.pitch; lane += kLanes) {
    Lanes gradients[tile];
#pragma GCC unroll 4
    for (int t = 0; t < tile; t += 1)
      gradients[t] = LoadSome(dy + t * channels + lane, chunk.From(lane));
    float* of_tap = sums + lane;
    for (int i = 0; i < kernel; i += 1) {
      if (window.rows[i] == nullptr) {
        of_tap += kernel * chunk.pitch;
        continue;
      }
      const float* from = window.rows[i] + x + lane;
#pragma GCC unroll 1
      for (int j = 0; j < kernel; j += 1, from += chunk.pitch, of_tap += chunk.pitch) {
        Lanes sum = Load(of_tap);
#pragma GCC unroll 4
        for (int t = 0; t < tile; t += 1) AddProduct(sum, gradients[t], Load(from + t * step));
        Store(sum, of_tap);
      }
    }
  }
}

// Moves the sums of a chunk's taps over to those of all channels.
template <int kernel>
void MoveSums(float* sums, const Chunk& chunk, int64_t channels, double* totals) {
  for (int64_t tap = 0; tap < kernel * kernel; tap += 1) {
    const float* of_tap = sums + tap * chunk.pitch;
    double* total = totals + tap * channels + chunk.first;
    for (int64_t c = 0; c < chunk.count; c += 1) total[c] += of_tap[c];
  }
  std::fill_n(sums, kernel * kernel * chunk.pitch, 0.0f);
}

template <int kernel>
void ByFilter(const float* x, const float* dy, const Depthwise& s, float* dfilter) {
  const int64_t numbers = kernel * kernel * s.channels;
  std::vector<double> totals(Threads::Shared().count() * numbers, 0.0);
  ForChunks(s, [&](int part) {
    return [&, part, padded = PaddedRows(s.rows, s.columns, s.channels)](
               int64_t image, const Chunk& chunk) mutable {
      AlignedFloats sums(kernel * kernel * chunk.pitch);
      padded.Begin(x + image * s.rows.in * s.columns.in * s.channels, chunk);
      const int64_t step = s.columns.stride * chunk.pitch;
      for (int64_t r = 0, products = 0; r < s.rows.out; r += 1) {
        const Window<kernel> window(padded, s.rows, r);
        const float* line = dy + (image * s.rows.out + r) * s.columns.out * s.channels + chunk.first;
        ForTiles(s.columns.out, [&](int64_t c, auto tile) {
          SumTile<kernel, tile>(window, c * step, step, line + c * s.channels, s.channels, chunk,
                                sums.data());
        });
        products += s.columns.out;
        if (products < kProductsASum && r + 1 < s.rows.out) continue;
        MoveSums<kernel>(sums.data(), chunk, s.channels, &totals[part * numbers]);
        products = 0;
      }
    };
  });
  for (int64_t n = 0; n < numbers; n += 1) {
    double sum = 0;
    for (int part = 0; part < Threads::Shared().count(); part += 1) sum += totals[part * numbers + n];
    dfilter[n] = sum;
  }
}

// What a gradient passes through on its way back: a window over outputs, as far apart as the stride.
Axis Back(const Axis& axis) {
  return {axis.out, axis.in, axis.kernel, 1, axis.kernel - 1 - axis.pad, axis.stride};
}

}  // namespace

void DepthwiseConv(const float* x, const float* filter, const Depthwise& shape, float* y) {
  const auto conv = shape.rows.kernel == 3 ? Conv<3> : Conv<5>;
  conv(x, filter, shape, false, y);
}

void DepthwiseConvByInput(const float* dy, const float* filter, const Depthwise& shape, float* dx) {
  const auto conv = shape.rows.kernel == 3 ? Conv<3> : Conv<5>;
  conv(dy, filter, {shape.images, shape.channels, Back(shape.rows), Back(shape.columns)}, true, dx);
}

void DepthwiseConvByFilter(const float* x, const float* dy, const Depthwise& shape,
                           float* dfilter) {
  shape.rows.kernel == 3 ? ByFilter<3>(x, dy, shape, dfilter) : ByFilter<5>(x, dy, shape, dfilter);
}

}  // namespace whetstone
