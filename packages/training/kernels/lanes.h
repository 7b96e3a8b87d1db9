// Sixteen neighbouring channels, a line of the cache, computed side by side.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

namespace whetstone {

#if defined(__AVX512F__)
constexpr int kRegisterBytes = 64;
#elif defined(__AVX__)
constexpr int kRegisterBytes = 32;
#else
constexpr int kRegisterBytes = 16;
#endif

constexpr int64_t kLanes = 16;

typedef float Register __attribute__((vector_size(kRegisterBytes)));
constexpr int kRegisters = kLanes * sizeof(float) / kRegisterBytes;

// As many registers as they fill, as compilers make poor code of vectors that are wider than one. Loops over them are
// unrolled, so that none of them lives in memory.
struct alignas(64) Lanes {
  Register parts[kRegisters];
};

inline Lanes Zeros() {
  Lanes lanes;
#pragma GCC unroll 4
  for (int part = 0; part < kRegisters; part += 1) lanes.parts[part] = Register{};
  return lanes;
}

inline Lanes Load(const float* from) {
  Lanes lanes;
#pragma GCC unroll 4
  for (int part = 0; part < kRegisters; part += 1)
    std::memcpy(&lanes.parts[part], from + part * kLanes / kRegisters, sizeof(Register));
  return lanes;
}

inline void Store(const Lanes& lanes, float* to) {
#pragma GCC unroll 4
  for (int part = 0; part < kRegisters; part += 1)
    std::memcpy(to + part * kLanes / kRegisters, &lanes.parts[part], sizeof(Register));
}

// The first `count` of them; the others are zero.
inline Lanes LoadSome(const float* from, int64_t count) {
  if (count >= kLanes) return Load(from);
  float some[kLanes] = {};
  std::memcpy(some, from, count * sizeof(float));
  return Load(some);
}

inline void StoreSome(const Lanes& lanes, float* to, int64_t count) {
  if (count >= kLanes) return Store(lanes, to);
  float some[kLanes];
  Store(lanes, some);
  std::memcpy(to, some, count * sizeof(float));
}

// sum += a * b
inline void AddProduct(Lanes& sum, const Lanes& a, const Lanes& b) {
#pragma GCC unroll 4
  for (int part = 0; part < kRegisters; part += 1)
    sum.parts[part] += a.parts[part] * b.parts[part];
}

// Numbers that start where a line of the cache does, so that no load of lanes touches two.
class AlignedFloats {
 public:
  explicit AlignedFloats(int64_t count = 0) { assign(count); }

  // As many zeros.
  void assign(int64_t count) { lanes_.assign((count + kLanes - 1) / kLanes, Lanes{}); }
  float* data() { return reinterpret_cast<float*>(lanes_.data()); }
  const float* data() const { return reinterpret_cast<const float*>(lanes_.data()); }

 private:
  std::vector<Lanes> lanes_;
};

}  // namespace whetstone
