#include "codec/match/binary_tree.h"

#include <algorithm>
#include <cstring>

#include "base/bytes.h"
#include "codec/match/match_length.h"

namespace dism::codec::match {

template <typename Length>
DISM_ALWAYS_INLINE void BinaryTree::FindBody(const uint8_t* data, uint32_t n, MatchCache& cache) {
  constexpr uint32_t kMultiplier = 0x9E3779B1;
  // A string is compared to this depth; the four bytes that a hash reads are the least.
  constexpr uint32_t kMinTree = 4;
  std::memset(last2_, 0xFF, sizeof last2_);
  std::memset(last3_, 0xFF, sizeof last3_);
  std::memset(root_, 0xFF, sizeof root_);
  uint32_t list_end = 0;
  uint32_t skip_until = 0;  // positions inside a match of the greatest length are inserted, but get no matches
  for (uint32_t p = 0; p < n; ++p) {
    const uint8_t* const here = data + p;
    const uint32_t bytes = LoadLe32(here);
    const uint32_t max = std::min(n - p, MatchCache::kMaxLength);
    uint16_t* const lanes = cache.lanes + 8 * p;
    cache.list_start[p] = list_end;
    lanes[0] = 0;
    std::fill(lanes + 1, lanes + 8, MatchCache::kNone);
    if (max < kMinTree) continue;

    uint16_t& last2 = last2_[bytes & 0xFFFF];
    uint16_t& last3 = last3_[(bytes << 8) * kMultiplier >> (32 - kHashBits)];
    uint16_t& root = root_[bytes * kMultiplier >> (32 - kHashBits)];
    const uint32_t candidate2 = last2;
    const uint32_t candidate3 = last3;
    uint32_t candidate = root;
    last2 = last3 = root = static_cast<uint16_t>(p);

    const bool record = p >= skip_until;
    uint32_t longest = 1;
    if (record && candidate2 != kNoPosition) {
      lanes[1] = static_cast<uint16_t>(p - candidate2);
      longest = 2;
    }
    if (record && candidate3 != kNoPosition && ((LoadLe32(data + candidate3) ^ bytes) << 8) == 0) {
      lanes[2] = static_cast<uint16_t>(p - candidate3);
      longest = 3;
    }
    const bool room = MatchCache::kListSize - list_end >= MatchCache::kMaxListPerPosition;

    // Walks down and splits the tree into what sorts before and after this string; both hang below
    // the new root. before_length, after_length: what all strings on that side have in common with
    // this one, at least.
    uint16_t* before = &child_[p][0];
    uint16_t* after = &child_[p][1];
    uint32_t before_length = 0;
    uint32_t after_length = 0;
    uint32_t tree_longest = kMinTree - 1;
    for (uint32_t depth = max_depth_;; --depth) {
      if (candidate == kNoPosition || depth == 0) {
        *before = *after = kNoPosition;
        break;
      }
      const uint8_t* const there = data + candidate;
      const uint32_t length = Length::Extend(here, there, std::min(before_length, after_length), max);
      if (length > tree_longest) {
        if (record) {
          const uint16_t offset = static_cast<uint16_t>(p - candidate);
          const uint32_t in_lanes = std::min(length, MatchCache::kMaxShort);
          for (uint32_t l = tree_longest + 1; l <= in_lanes; ++l) lanes[l - 1] = offset;
          if (length > MatchCache::kMaxShort && room) cache.list[list_end++] = length << 16 | offset;
          longest = room ? length : in_lanes;
        }
        tree_longest = length;
      }
      if (length >= max) {
        // Equal as far as anything is compared: the new node takes the place of the old one.
        *before = child_[candidate][0];
        *after = child_[candidate][1];
        break;
      }
      if (there[length] < here[length]) {
        *before = static_cast<uint16_t>(candidate);
        before = &child_[candidate][1];
        candidate = *before;
        before_length = length;
      } else {
        *after = static_cast<uint16_t>(candidate);
        after = &child_[candidate][0];
        candidate = *after;
        after_length = length;
      }
    }
    if (!record) continue;
    // A longer match may be nearer than the last position with the same two or three bytes that a
    // collision hides.
    lanes[2] = std::min(lanes[2], lanes[3]);
    lanes[1] = std::min(lanes[1], lanes[2]);
    longest = std::max<uint32_t>(longest, lanes[2] != MatchCache::kNone ? 3 : 0);
    lanes[0] = static_cast<uint16_t>(longest > 1 ? longest : 0);
    if (longest >= MatchCache::kMaxLength) skip_until = std::max(skip_until, p + longest - 1);
  }
  cache.list_start[n] = list_end;
}

void BinaryTree::FindPortable(const uint8_t* data, uint32_t n, MatchCache& cache) {
  FindBody<PortableLength>(data, n, cache);
}

#if defined(__x86_64__)
DISM_TARGET_AVX2 void BinaryTree::FindAvx2(const uint8_t* data, uint32_t n, MatchCache& cache) {
  FindBody<Avx2Length>(data, n, cache);
}
#endif

}  // namespace dism::codec::match
