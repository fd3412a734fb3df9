#include "codec/lzms/delta_finder.h"

#include <algorithm>
#include <cstring>

namespace dism::codec::lzms {

static constexpr uint32_t kMinLengthMask = 0xFFFFFF;

DeltaFinder::DeltaFinder(unsigned powers)
    : powers_(powers), heads_(NewLargeArray<Head>(std::max<size_t>(1, size_t{powers} << kHashBits))) {}

size_t DeltaFinder::Memory(unsigned powers) { return sizeof(Head) * (size_t{powers} << kHashBits); }

void DeltaFinder::Reset(const uint8_t* data, uint32_t size) {
  data_ = data;
  size_ = size;
  std::memset(static_cast<void*>(heads_.get()), 0, Memory(powers_));
  MakeKeys(0);
}

void DeltaFinder::MakeKeys(uint32_t position) {
  keys_position_ = position;
  const bool at_end = position >= size_ || size_ - position < 4;
  for (unsigned power = 0; power < powers_; ++power) {
    const uint32_t span = 1u << power;
    Key& key = keys_[power];
    key.differences = at_end || position < span ? 0 : Differences(data_ + position, span) & kMinLengthMask;
    // Offsets are multiples of the span: positions that differ modulo the span never meet.
    const uint32_t hashed = key.differences + (position & (span - 1)) * 0x01000193u;
    key.head = (power << kHashBits) + (hashed * 0x9E3779B1u >> (32 - kHashBits));
    __builtin_prefetch(&heads_[key.head], 1);
  }
}

void DeltaFinder::Find(uint32_t position, uint32_t* offsets) {
  if (keys_position_ != position) MakeKeys(position);
  for (unsigned power = 0; power < powers_; ++power) {
    const uint32_t span = 1u << power;
    const Key key = keys_[power];
    offsets[power] = 0;
    if (key.differences == 0) continue;
    Head& head = heads_[key.head];
    const Head old = head;
    head = {position + 1, key.differences};
    if (old.next == 0 || old.differences != key.differences) continue;
    const uint32_t offset = position + 1 - old.next;
    offsets[power] = offset % span == 0 ? offset : 0;
  }
  MakeKeys(position + 1);
}

}  // namespace dism::codec::lzms
