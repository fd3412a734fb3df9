// Links between positions with the same hash, against looking at all positions before.
#include "codec/match/hash_chains.h"

#include <cstring>
#include <vector>

#include "support/test.h"

namespace dism::codec::match {
namespace {

// The newest position before p whose first `n` bytes are those at p; 0 when there is none.
uint32_t Newest(const std::vector<uint8_t>& data, uint32_t p, size_t n) {
  for (uint32_t q = p; q-- > 0;) {
    if (std::memcmp(&data[q], &data[p], n) == 0) return q;
  }
  return 0;
}

TEST(HashChains, LeadToEveryEarlierPositionWithTheSameBytesNewestFirst) {
  HashChains chains(4096);
  test::Random random(1);
  // The second chunk must not see the first.
  for (const uint32_t size : {4096u, 3000u}) {
    std::vector<uint8_t> data(size);
    for (uint8_t& byte : data) byte = static_cast<uint8_t>(random.Below(7) * 41);
    chains.Build(data.data(), size);
    for (uint32_t p = 0; p + 4 <= size; ++p) {
      const uint32_t newest3 = Newest(data, p, 3);
      EXPECT(chains.previous3()[p] >= newest3 && (p == 0 || chains.previous3()[p] < p));
      const uint32_t newest4 = Newest(data, p, 4);
      uint32_t candidate = p;
      do {
        EXPECT(candidate == 0 || chains.previous4()[candidate] < candidate);
        candidate = chains.previous4()[candidate];
      } while (candidate != 0 && std::memcmp(&data[candidate], &data[p], 4) != 0);
      EXPECT_EQ(candidate, newest4);
    }
  }
}

TEST(HashChains, LinkNothingBehindTheLastFourBytes) {
  HashChains chains(4096);
  const std::vector<uint8_t> data(4096, 7);
  chains.Build(data.data(), 4096);
  chains.Build(data.data(), 10);
  EXPECT_EQ(chains.previous4()[6], 5u);
  EXPECT_EQ(chains.previous4()[7], 6u);  // of the chunk before
  for (uint32_t size = 0; size < 4; ++size) chains.Build(data.data(), size);
}

}  // namespace
}  // namespace dism::codec::match
