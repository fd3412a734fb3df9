#include "codec/lzx/match_gain.h"

#include <cstring>

#include "codec/lzx/price.h"

namespace dism::codec::lzx {

void MatchGain::CumulateLiteralCosts(const uint8_t* data, uint32_t n, uint32_t* costs) {
  // Four histograms, so that runs of one byte do not wait for their own store.
  uint32_t counts[4][kNumLiterals];
  std::memset(counts, 0, sizeof counts);
  uint32_t p = 0;
  for (; p + 4 <= n; p += 4) {
    for (int k = 0; k < 4; ++k) ++counts[k][data[p + k]];
  }
  for (; p < n; ++p) ++counts[0][data[p]];

  // 14 bits: a byte that hardly occurs is worth no more than about what a literal can cost.
  constexpr uint32_t kMaxBits = 14;
  uint32_t weighted[kNumLiterals];
  const uint32_t log_total = Log2(n);
  for (int b = 0; b < kNumLiterals; ++b) {
    const uint32_t count = counts[0][b] + counts[1][b] + counts[2][b] + counts[3][b];
    weighted[b] = SymbolPrice(count, log_total, kMaxBits) * kLiteralWeight / 16;
  }
  uint32_t sum = 0;
  for (p = 0; p < n; ++p) {
    costs[p] = sum;
    sum += weighted[data[p]];
  }
  for (; p < n + kLiteralCostRoom; ++p) costs[p] = sum;
}

}  // namespace dism::codec::lzx
