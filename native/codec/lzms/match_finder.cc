#include "codec/lzms/match_finder.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "codec/match/match_length.h"

namespace dism::codec::lzms {
namespace {

constexpr unsigned kShortBits = 16;
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

// Of the `32 - shift` low bits.
inline uint32_t Hash(uint32_t bytes, unsigned shift, unsigned bits) {
  return (bytes << shift) * kMultiplier >> (32 - bits);
}

inline uint64_t HashLong(const uint8_t* p) {
  const uint64_t a = LoadLe64(p) * kMultiplier64;
  const uint64_t b = (LoadLe64(p + 8) + std::rotl(a, 29)) * kMultiplier64;
  return (LoadLe64(p + 16) + std::rotl(b, 31)) * kMultiplier64;
}

uint32_t RingSize(uint32_t chunk_size) { return std::min(chunk_size, MatchFinder::kMaxRing); }
unsigned Hash4Bits(uint32_t chunk_size) {
  return std::min(kMaxHash4Bits, std::max(8u, static_cast<unsigned>(std::bit_width(chunk_size >> 2))));
}
// A quarter of the sampled positions: newer ones displace older ones.
unsigned LongBits(uint32_t chunk_size) {
  return std::max(8u, static_cast<unsigned>(std::bit_width(chunk_size >> (kSampleBits + 2))));
}

}  // namespace

MatchFinder::MatchFinder(uint32_t chunk_size, uint32_t depth, uint32_t nice_length)
    : depth_(depth),
      nice_length_(nice_length),
      ring_mask_(RingSize(chunk_size) - 1),
      reach_(RingSize(chunk_size) - 1 - kBatch),
      hash_bits_(Hash4Bits(chunk_size)),
      long_bits_(LongBits(chunk_size)),
      head2_(NewLargeArray<uint32_t>(1 << kShortBits)),
      head3_(NewLargeArray<uint32_t>(1 << kShortBits)),
      head4_(NewLargeArray<uint32_t>(size_t{1} << hash_bits_)),
      links_(NewLargeArray<uint32_t>(2 * size_t{RingSize(chunk_size)})),
      head_long_(NewLargeArray<uint32_t>(size_t{1} << long_bits_)) {}

size_t MatchFinder::Memory(uint32_t chunk_size) {
  const size_t entries = (2 << kShortBits) + (size_t{1} << Hash4Bits(chunk_size)) + 2 * size_t{RingSize(chunk_size)} +
                         (size_t{1} << LongBits(chunk_size));
  return sizeof(MatchFinder) + entries * sizeof(uint32_t);
}

void MatchFinder::Reset(const uint8_t* data, uint32_t size) {
  data_ = data;
  size_ = size;
  position_ = 0;
  batch_first_ = batch_size_ = 0;
  next_ = 0;
  // Links need no clearing: they are reached through heads, and written before that.
  // Small inputs use small tables: clearing takes time in proportion to the input.
  hash_bits_ = Hash4Bits(size);
  short_bits_ = std::min(kShortBits, hash_bits_);
  long_bits_ = LongBits(size);
  std::memset(head2_.get(), 0, sizeof(uint32_t) << short_bits_);
  std::memset(head3_.get(), 0, sizeof(uint32_t) << short_bits_);
  std::memset(head4_.get(), 0, sizeof(uint32_t) << hash_bits_);
  std::memset(head_long_.get(), 0, sizeof(uint32_t) << long_bits_);
}

// Looks up the heads of a position, which is to be in the trees next.
inline void MatchFinder::Fetch(uint32_t position) const {
  const uint8_t* const there = data_ + position;
  __builtin_prefetch(&head4_[Hash(LoadLe32(there), 0, hash_bits_)], 1);
}

// Prepares the walk of a position: its short matches, and its root. False when the tree is one that a walk of
// this batch is in.
bool MatchFinder::Start(Walk& walk, uint32_t position) {
  const uint8_t* const here = data_ + position;
  const uint32_t bytes = LoadLe32(here);
  uint32_t& root = head4_[Hash(bytes, 0, hash_bits_)];
  if (root > batch_first_) return false;
  walk.position = position;
  walk.candidate = root;
  root = position + 1;
  walk.limit = std::min(size_ - position, nice_length_);
  walk.depth = depth_;
  uint32_t* const pair = links_.get() + 2 * size_t{position & ring_mask_};
  walk.link[0] = pair;
  walk.link[1] = pair + 1;
  walk.length[0] = walk.length[1] = 0;
  walk.best = 1;
  walk.num_matches = 0;
  uint32_t& head2 = head2_[Hash(bytes, 16, short_bits_)];
  uint32_t& head3 = head3_[Hash(bytes, 8, short_bits_)];
  walk.recent[0] = head2;
  walk.recent[1] = head3;
  head2 = head3 = position + 1;
  if (walk.candidate != 0) {
    __builtin_prefetch(data_ + walk.candidate - 1);
    __builtin_prefetch(links_.get() + 2 * size_t{(walk.candidate - 1) & ring_mask_}, 1);
  }
  if (walk.recent[1] != 0) __builtin_prefetch(data_ + walk.recent[1] - 1);
  return true;
}

// Matches of two and three bytes, which the trees do not have.
void MatchFinder::FindRecent(Walk& walk) {
  const uint8_t* const here = data_ + walk.position;
  const uint32_t bytes = LoadLe32(here);
  const auto try_recent = [&](uint32_t candidate, uint32_t max_offset, uint32_t mask) {
    if (candidate == 0) return;
    const uint32_t offset = walk.position + 1 - candidate;
    if (offset > max_offset || ((LoadLe32(here - offset) ^ bytes) & mask) != 0) return;
    const uint32_t length = match::PortableLength::Extend(here, here - offset, 2, walk.limit);
    if (length > walk.best) {
      walk.best = length;
      walk.matches[walk.num_matches++] = {length, offset};
    }
  };
  try_recent(walk.recent[0], kMaxOffset2, 0xFFFF);
  try_recent(walk.recent[1], kMaxOffset3, 0xFFFFFF);
}

// One node of a tree. False when the walk is over.
inline bool MatchFinder::Step(Walk& walk) {
  const uint32_t candidate = walk.candidate;
  if (candidate == 0 || walk.position - candidate >= reach_ || walk.depth == 0) {
    *walk.link[0] = *walk.link[1] = 0;
    return false;
  }
  --walk.depth;
  const uint32_t other = candidate - 1;
  const uint8_t* const here = data_ + walk.position;
  const uint8_t* const there = data_ + other;
  uint32_t* const pair = links_.get() + 2 * size_t{other & ring_mask_};
  const uint32_t length =
      match::PortableLength::Extend(here, there, std::min(walk.length[0], walk.length[1]), walk.limit);
  if (length > walk.best) {
    walk.best = length;
    // The longest one is never left out; there is room for a long repeat.
    if (walk.num_matches == kMaxMatches - 1) --walk.num_matches;
    walk.matches[walk.num_matches++] = {length, walk.position - other};
  }
  if (length >= walk.limit) {
    // Equal as far as anyone looks: the new string takes the place of the old one.
    *walk.link[0] = pair[0];
    *walk.link[1] = pair[1];
    return false;
  }
  // Without a branch, which nothing could predict: the old string sorts before (0) or after (1) the new one.
  const unsigned side = there[length] >= here[length];
  *walk.link[side] = candidate;
  walk.link[side] = pair + (1 - side);
  walk.length[side] = length;
  walk.candidate = pair[1 - side];
  __builtin_prefetch(data_ + walk.candidate - 1 + std::min(walk.length[0], walk.length[1]));
  __builtin_prefetch(links_.get() + 2 * size_t{(walk.candidate - 1) & ring_mask_}, 1);
  return true;
}

// The last position that began with the same kLongBytes, if this is one of the sampled places.
inline uint32_t MatchFinder::ExchangeLong(uint32_t position) {
  if (size_ - position < kLongBytes) return 0;
  const uint64_t hash = HashLong(data_ + position);
  if ((hash >> 8 & ((1u << kSampleBits) - 1)) != 0) return 0;
  return std::exchange(head_long_[hash >> (64 - long_bits_)], position + 1);
}

void MatchFinder::FindLong(Walk& walk) {
  const uint32_t old = ExchangeLong(walk.position);
  if (old == 0 || walk.best >= nice_length_ || walk.position - old < reach_) return;
  const uint8_t* const here = data_ + walk.position;
  const uint32_t offset = walk.position + 1 - old;
  const uint32_t length = match::PortableLength::Extend(here, here - offset, 0, walk.limit);
  if (length >= kLongBytes && length > walk.best) walk.matches[walk.num_matches++] = {length, offset};
}

std::span<const Match> MatchFinder::FindSparse() {
  if (next_ < batch_size_) return Find();
  Walk& walk = walks_[0];
  walk.position = position_++;
  walk.limit = std::min(size_ - walk.position, nice_length_);
  walk.num_matches = 0;
  const uint32_t old = ExchangeLong(walk.position);
  if (old != 0) {
    const uint8_t* const here = data_ + walk.position;
    const uint32_t offset = walk.position + 1 - old;
    const uint32_t length = match::PortableLength::Extend(here, here - offset, 0, walk.limit);
    if (length >= kLongBytes) walk.matches[walk.num_matches++] = {length, offset};
  }
  return {walk.matches, walk.num_matches};
}

void MatchFinder::NextBatch() {
  batch_first_ = position_;
  batch_size_ = 0;
  while (batch_size_ < kBatch && size_ - position_ >= 4) {
    if (!Start(walks_[batch_size_], position_)) break;
    ++batch_size_;
    ++position_;
    Fetch(position_ + kBatch - 1);
  }
  if (batch_size_ == 0) {
    // Fewer than four bytes are left.
    walks_[0].num_matches = 0;
    batch_size_ = 1;
    ++position_;
    return;
  }
  for (uint32_t i = 0; i < batch_size_; ++i) FindRecent(walks_[i]);
  Walk* live[kBatch];
  uint32_t num_live = batch_size_;
  for (uint32_t i = 0; i < num_live; ++i) live[i] = &walks_[i];
  while (num_live > 0) {
    for (uint32_t i = 0; i < num_live;) {
      if (Step(*live[i])) {
        ++i;
      } else {
        live[i] = live[--num_live];
      }
    }
  }
  // The trees see no farther than the ring.
  if (size_ > ring_mask_ + 1) {
    for (uint32_t i = 0; i < batch_size_; ++i) FindLong(walks_[i]);
  }
}

}  // namespace dism::codec::lzms
