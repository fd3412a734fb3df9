#include "codec/lzms/delta_finder.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace dism::codec::lzms {
namespace {

constexpr uint32_t kMinLengthMask = 0xFFFFFF;
constexpr unsigned kMaxHashBits = 16;

// A head of each table for every 16 bytes, up to a number that the caches can bear.
unsigned HashBits(uint32_t size) {
  return std::clamp(static_cast<unsigned>(std::bit_width(size >> 4)), 8u, kMaxHashBits);
}

}  // namespace

DeltaFinder::DeltaFinder(uint32_t chunk_size, unsigned powers)
    : powers_(powers),
      hash_bits_(HashBits(chunk_size)),
      heads_(NewLargeArray<Head>(std::max<size_t>(1, size_t{powers} << hash_bits_))) {}

size_t DeltaFinder::Memory(uint32_t chunk_size, unsigned powers) {
  return sizeof(Head) * (size_t{powers} << HashBits(chunk_size));
}

void DeltaFinder::Reset(const uint8_t* data, uint32_t size) {
  if (powers_ == 0) return;
  data_ = data;
  size_ = size;
  hash_bits_ = HashBits(size);
  std::memset(static_cast<void*>(heads_.get()), 0, sizeof(Head) * (size_t{powers_} << hash_bits_));
  MakeKeys(0);
}

void DeltaFinder::MakeKeys(uint32_t position) {
  keys_position_ = position;
  if (position >= size_ || size_ - position < 4) {
    std::fill_n(differences_, kNumDeltaPowers, 0);
    return;
  }
  const uint8_t* const here = data_ + position;
  uint32_t before[kNumDeltaPowers];
  if (position >= 1u << (kNumDeltaPowers - 1)) {
    for (unsigned power = 0; power < kNumDeltaPowers; ++power) before[power] = LoadLe32(here - (1u << power));
  } else {
    for (unsigned power = 0; power < kNumDeltaPowers; ++power) {
      before[power] = LoadLe32(position >= 1u << power ? here - (1u << power) : here);
    }
  }
  // One loop without branches for all powers, which compilers turn into vector instructions.
  const uint32_t now = LoadLe32(here);
  for (unsigned power = 0; power < kNumDeltaPowers; ++power) {
    const uint32_t b = before[power];
    const uint32_t differences = (((now | 0x80808080) - (b & 0x7F7F7F7F)) ^ ((now ^ ~b) & 0x80808080)) & kMinLengthMask;
    // Offsets are multiples of the span: positions that differ modulo the span never meet.
    const uint32_t hashed = differences + (position & ((1u << power) - 1)) * 0x01000193u;
    differences_[power] = differences;
    hashes_[power] = hashed * 0x9E3779B1u;
  }
  for (unsigned power = 0; power < kNumDeltaPowers; ++power) {
    hashes_[power] = (power << hash_bits_) + (hashes_[power] >> (32 - hash_bits_));
    __builtin_prefetch(&heads_[hashes_[power]], 1);
  }
}

void DeltaFinder::Find(uint32_t position, uint32_t* offsets) {
  if (keys_position_ != position) MakeKeys(position);
  for (unsigned power = 0; power < kNumDeltaPowers; ++power) {
    const uint32_t differences = differences_[power];
    offsets[power] = 0;
    if (differences == 0) continue;
    Head& head = heads_[hashes_[power]];
    const Head old = head;
    head = {position + 1, differences};
    if (old.differences != differences) continue;  // as those of an empty head
    const uint32_t offset = position + 1 - old.next;
    offsets[power] = (offset & ((1u << power) - 1)) == 0 ? offset : 0;
  }
  MakeKeys(position + 1);
}

}  // namespace dism::codec::lzms
