#include "codec/lzx/incompressible.h"

#include <cstring>

#include "base/bytes.h"
#include "codec/lzx/fixed_log.h"
#include "codec/lzx/format.h"

namespace dism::codec::lzx {

// Below this a chunk costs little, and the counts say less.
static constexpr uint32_t kMinSize = 4096;
static constexpr uint32_t kMaxSize = 32768;

// The entropy of the bytes in 1/256 bit is at least 7.96 bits each: Huffman codes could save 0.5 %,
// and their code lengths take that. Random bytes have 7.994 in a chunk of 32 KiB.
static bool HasFlatCounts(const uint8_t* data, uint32_t n) {
  // Four histograms, so that runs of one byte do not wait for their own store.
  uint32_t counts[4][kNumLiterals];
  std::memset(counts, 0, sizeof counts);
  for (uint32_t p = 0; p + 4 <= n; p += 4) {
    for (int k = 0; k < 4; ++k) ++counts[k][data[p + k]];
  }
  const uint32_t counted = n & ~3u;
  uint64_t entropy = XLog2X(counted);
  for (int b = 0; b < kNumLiterals; ++b) entropy -= XLog2X(counts[0][b] + counts[1][b] + counts[2][b] + counts[3][b]);
  return entropy * 100 >= uint64_t{counted} * 256 * 796;
}

bool IncompressibleTest::Holds(const uint8_t* data, uint32_t n) {
  if (n < kMinSize || n > kMaxSize || !HasFlatCounts(data, n)) return false;
  // One repetition of four bytes in 1024 positions saves less than 0.2 %.
  const uint32_t allowed = n / 1024;
  uint32_t repetitions = 0;
  std::memset(last_, 0, sizeof last_);
  for (uint32_t p = 1; p < n; ++p) {
    const uint32_t bytes = LoadLe32(data + p);
    uint16_t& last = last_[bytes * 0x9E3779B1u >> (32 - kHashBits)];
    if (last != 0 && LoadLe32(data + last) == bytes && ++repetitions > allowed) return false;
    last = static_cast<uint16_t>(p);
  }
  return true;
}

}  // namespace dism::codec::lzx
