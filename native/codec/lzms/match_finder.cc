#include "codec/lzms/match_finder.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "codec/xpress/match_length.h"

namespace dism::codec::lzms {
namespace {

constexpr unsigned kHash3Bits = 16;
// One head for every four positions that may be in the trees costs little next to the links.
constexpr unsigned kMaxHash4Bits = 21;
constexpr uint32_t kMultiplier = 0x9E3779B1;            // 2^32 / golden ratio
constexpr uint64_t kMultiplier64 = 0x9E3779B97F4A7C15;  // 2^64 / golden ratio
// Short matches far away cost more than their literals.
constexpr uint32_t kMaxOffset2 = 1u << 9;
constexpr uint32_t kMaxOffset3 = 1u << 17;
// Long repeats are recognised by this many equal bytes, at one of 2^kSampleBits places chosen by
// content.
constexpr uint32_t kLongBytes = 24;
constexpr unsigned kSampleBits = 3;

inline uint32_t Hash3(uint32_t bytes) { return (bytes << 8) * kMultiplier >> (32 - kHash3Bits); }

inline uint64_t HashLong(const uint8_t* p) {
  const uint64_t a = LoadLe64(p) * kMultiplier64;
  const uint64_t b = (LoadLe64(p + 8) + std::rotl(a, 29)) * kMultiplier64;
  return (LoadLe64(p + 16) + std::rotl(b, 31)) * kMultiplier64;
}

uint32_t RingSize(uint32_t chunk_size) { return std::min(chunk_size, MatchFinder::kMaxRing); }
unsigned Hash4Bits(uint32_t chunk_size) {
  return std::min(kMaxHash4Bits, std::max(15u, static_cast<unsigned>(std::bit_width(chunk_size)) - 2));
}
// A quarter of the sampled positions: newer ones displace older ones.
unsigned LongBits(uint32_t chunk_size) {
  if (chunk_size <= MatchFinder::kMaxRing) return 0;
  return static_cast<unsigned>(std::bit_width(chunk_size)) - 1 - kSampleBits - 1;
}

}  // namespace

MatchFinder::MatchFinder(uint32_t chunk_size, uint32_t depth, uint32_t nice_length)
    : depth_(depth),
      nice_length_(nice_length),
      ring_mask_(RingSize(chunk_size) - 1),
      hash_bits_(Hash4Bits(chunk_size)),
      long_bits_(LongBits(chunk_size)),
      head2_(NewLargeArray<uint32_t>(1 << 16)),
      head3_(NewLargeArray<uint32_t>(1 << kHash3Bits)),
      head4_(NewLargeArray<uint32_t>(size_t{1} << hash_bits_)),
      links_(NewLargeArray<uint32_t>(2 * size_t{RingSize(chunk_size)})),
      head_long_(long_bits_ != 0 ? NewLargeArray<uint32_t>(size_t{1} << long_bits_) : nullptr) {}

size_t MatchFinder::Memory(uint32_t chunk_size) {
  size_t entries =
      (1 << 16) + (1 << kHash3Bits) + (size_t{1} << Hash4Bits(chunk_size)) + 2 * size_t{RingSize(chunk_size)};
  if (LongBits(chunk_size) != 0) entries += size_t{1} << LongBits(chunk_size);
  return sizeof(MatchFinder) + entries * sizeof(uint32_t);
}

void MatchFinder::Reset(const uint8_t* data, uint32_t size) {
  data_ = data;
  size_ = size;
  position_ = 0;
  // Links need no clearing: they are reached through heads, and written before that.
  std::memset(head2_.get(), 0, sizeof(uint32_t) << 16);
  std::memset(head3_.get(), 0, sizeof(uint32_t) << kHash3Bits);
  std::memset(head4_.get(), 0, sizeof(uint32_t) << hash_bits_);
  if (long_bits_ != 0) std::memset(head_long_.get(), 0, sizeof(uint32_t) << long_bits_);
}

template <bool kFind>
size_t MatchFinder::Advance(Match* matches) {
  const uint32_t position = position_++;
  const uint32_t left = size_ - position;
  if (left < 4) return 0;
  const uint8_t* const here = data_ + position;
  const uint32_t limit = std::min(left, nice_length_);
  const uint32_t bytes = LoadLe32(here);
  Match* next = matches;
  // Leaves room for a long repeat.
  const Match* const last = kFind ? matches + (MatchFinder::kMaxMatches - 1) : nullptr;
  uint32_t best = 1;

  const auto try_recent = [&](uint32_t& head, uint32_t max_offset, uint32_t mask) {
    const uint32_t candidate = head;
    head = position + 1;
    if (!kFind || candidate == 0) return;
    const uint32_t offset = position + 1 - candidate;
    if (offset > max_offset || ((LoadLe32(here - offset) ^ bytes) & mask) != 0) return;
    const uint32_t length = ExtendMatch(here, here - offset, 2, limit);
    if (length > best) {
      best = length;
      *next++ = {length, offset};
    }
  };
  try_recent(head2_[bytes & 0xFFFF], kMaxOffset2, 0xFFFF);
  try_recent(head3_[Hash3(bytes)], kMaxOffset3, 0xFFFFFF);

  // Insertion into the tree of this hash, as its new root: the old tree is cut along the path to the
  // new string, which passes the most similar ones.
  uint32_t& root = head4_[bytes * kMultiplier >> (32 - hash_bits_)];
  uint32_t candidate = root;
  root = position + 1;
  uint32_t* const links = links_.get();
  uint32_t* before = links + 2 * size_t{position & ring_mask_};  // takes strings less than this one
  uint32_t* after = before + 1;
  uint32_t before_length = 0;  // bytes that all strings below `before` have in common with this one
  uint32_t after_length = 0;
  // The next position's tree is somewhere else: start to fetch it.
  __builtin_prefetch(&head4_[LoadLe32(here + 2) * kMultiplier >> (32 - hash_bits_)]);
  const uint32_t next_root = head4_[LoadLe32(here + 1) * kMultiplier >> (32 - hash_bits_)];
  __builtin_prefetch(links + 2 * size_t{(next_root - 1) & ring_mask_});
  __builtin_prefetch(data_ + (next_root != 0 ? next_root - 1 : 0));
  for (uint32_t depth = depth_;; --depth) {
    if (candidate == 0 || position + 1 - candidate > ring_mask_ || depth == 0) {
      *before = *after = 0;
      break;
    }
    const uint32_t other = candidate - 1;
    const uint8_t* const there = data_ + other;
    uint32_t* const pair = links + 2 * size_t{other & ring_mask_};
    uint32_t length = std::min(before_length, after_length);
    length = ExtendMatch(here, there, length, limit);
    if (kFind && length > best && (next != last || length >= limit)) {
      best = length;
      // The longest one is never left out.
      if (next == last) --next;
      *next++ = {length, position - other};
    }
    if (length >= limit) {
      // Equal as far as anyone looks: the new string takes the place of the old one.
      *before = pair[0];
      *after = pair[1];
      break;
    }
    if (there[length] < here[length]) {
      *before = candidate;
      before = pair + 1;
      candidate = *before;
      before_length = length;
    } else {
      *after = candidate;
      after = pair;
      candidate = *after;
      after_length = length;
    }
  }

  if (long_bits_ != 0 && left >= kLongBytes) {
    const uint64_t hash = HashLong(here);
    if ((hash >> 8 & ((1u << kSampleBits) - 1)) == 0) {
      uint32_t& head = head_long_[hash >> (64 - long_bits_)];
      const uint32_t old = head;
      head = position + 1;
      if (kFind && old != 0 && best < nice_length_ && position + 1 - old > ring_mask_) {
        const uint32_t offset = position + 1 - old;
        const uint32_t length = ExtendMatch(here, here - offset, 0, limit);
        if (length >= kLongBytes && length > best) *next++ = {length, offset};
      }
    }
  }
  return static_cast<size_t>(next - matches);
}

template size_t MatchFinder::Advance<true>(Match*);
template size_t MatchFinder::Advance<false>(Match*);

}  // namespace dism::codec::lzms
