#include "codec/match/hash_chains.h"

#include <cstring>

#include "base/bytes.h"

namespace dism::codec::match {

static constexpr uint32_t kMultiplier = 0x9E3779B1;  // 2^32 divided by the golden ratio

HashChains::HashChains(uint32_t window) : previous3_(new uint16_t[window]), previous4_(new uint16_t[window]) {}

size_t HashChains::Memory(uint32_t window) { return sizeof(HashChains) + size_t{window} * 2 * sizeof(uint16_t); }

void HashChains::Build(const uint8_t* data, uint32_t size) {
  std::memset(head3_, 0, sizeof head3_);
  std::memset(head4_, 0, sizeof head4_);
  uint16_t* const previous3 = previous3_.get();
  uint16_t* const previous4 = previous4_.get();
  for (uint32_t position = 0; position + 4 <= size; ++position) {
    const uint32_t bytes = LoadLe32(data + position);
    uint16_t& last3 = head3_[(bytes << 8) * kMultiplier >> (32 - kHash3Bits)];
    uint16_t& last4 = head4_[bytes * kMultiplier >> (32 - kHash4Bits)];
    previous3[position] = last3;
    previous4[position] = last4;
    last3 = static_cast<uint16_t>(position);
    last4 = static_cast<uint16_t>(position);
  }
}

}  // namespace dism::codec::match
