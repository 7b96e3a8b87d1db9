// Rows of a map as a window meets them: with zeros around and between, of a chunk of neighbouring channels.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "depthwise.h"
#include "lanes.h"

namespace whetstone {

// Channels that are worked on at once, whole `Lanes` of them in `pitch`, the last ones maybe unused.
struct Chunk {
  int64_t first, count, pitch;

  // How many there are from `lane` on.
  int64_t From(int64_t lane) const { return count - lane; }
};

// Holds as many rows as the window is high, which move on with it.
class PaddedRows {
 public:
  PaddedRows(const Axis& rows, const Axis& columns, int64_t channels)
      : rows_(rows), columns_(columns), channels_(channels), held_(rows.kernel) {}

  // Turns to a chunk of an image; `map` points to the image.
  void Begin(const float* map, const Chunk& chunk) {
    map_ = map + chunk.first;
    const int64_t width = (columns_.out - 1) * columns_.stride + columns_.kernel;
    size_ = width * chunk.pitch;
    if (chunk.count != chunk_.count) padded_.assign(rows_.kernel * size_);
    chunk_ = chunk;
    std::fill(held_.begin(), held_.end(), -1);
  }

  // The row at a position that the window sees, from the first column that it sees on; null where all of it is zero.
  const float* At(int64_t position) {
    const int64_t row = position / rows_.spacing;
    if (position < 0 || position % rows_.spacing != 0 || row >= rows_.in) return nullptr;
    const int64_t slot = row % rows_.kernel;
    float* padded = padded_.data() + slot * size_;
    if (held_[slot] != row) Copy(row, padded);
    held_[slot] = row;
    return padded;
  }

 private:
  void Copy(int64_t row, float* padded) const {
    const float* from = map_ + row * columns_.in * channels_;
    float* to = padded + columns_.pad * chunk_.pitch;
    const int64_t step = columns_.spacing * chunk_.pitch;
    // With a stride, the last columns may lie behind every window.
    const float* end = padded + size_;
    for (int64_t c = 0; c < columns_.in && to < end; c += 1, from += channels_, to += step)
      std::copy_n(from, chunk_.count, to);
  }

  const Axis rows_, columns_;
  const int64_t channels_;
  const float* map_ = nullptr;
  Chunk chunk_{0, 0, 0};
  int64_t size_ = 0;
  AlignedFloats padded_;
  std::vector<int64_t> held_;
};

}  // namespace whetstone
