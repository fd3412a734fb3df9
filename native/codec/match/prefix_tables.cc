#include "codec/match/prefix_tables.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/bytes.h"
#include "codec/match/match_length.h"

namespace dism::codec::match {

// While a match found earlier covers at least so many bytes from here, positions are only inserted,
// and take its offset: no loss (0.01 %), 3 % less time.
static constexpr uint32_t kCoveredLength = 16;

// Of the first kPrefix bytes.
template <int kPrefix>
DISM_ALWAYS_INLINE uint32_t PrefixTables::Hash(uint64_t bytes) {
  constexpr uint64_t kMultiplier = 0x9E3779B185EBCA87;
  return static_cast<uint32_t>(((bytes << (64 - 8 * kPrefix)) * kMultiplier) >> (64 - kHashBits));
}

// Puts p into the table of kPrefix and returns what was there.
template <int kPrefix>
DISM_ALWAYS_INLINE uint32_t PrefixTables::Swap(uint64_t bytes, uint32_t p) {
  uint16_t& last = last_[kPrefix - kMinPrefix][Hash<kPrefix>(bytes)];
  const uint32_t found = last;
  last = static_cast<uint16_t>(p);
  return found;
}

DISM_ALWAYS_INLINE void PrefixTables::InsertShort(uint64_t bytes, uint32_t p) {
  Swap<2>(bytes, p);
  Swap<3>(bytes, p);
  Swap<4>(bytes, p);
  Swap<5>(bytes, p);
  Swap<6>(bytes, p);
  Swap<7>(bytes, p);
}

// `offset` is the least offset for a longer prefix (kNotFound: there is none), which may be nearer than what a collision
// left in this table. Arithmetic instead of conditions: what is found cannot be predicted, and compilers make branches of
// conditions.
template <int kPrefix>
DISM_ALWAYS_INLINE void PrefixTables::LookUp(const uint8_t* data, uint64_t bytes, uint32_t p, uint16_t* lanes,
                                             uint32_t& offset, uint32_t& longest) {
  const uint32_t candidate = Swap<kPrefix>(bytes, p);
  const uint64_t difference = (LoadLe64(data + candidate) ^ bytes) << (64 - 8 * kPrefix);
  const uint32_t found = (p - candidate) | (0u - uint32_t{difference != 0});
  offset = std::min(offset, found);
  longest -= offset >> 31;
  lanes[kPrefix - 1] = static_cast<uint16_t>(offset);
}

// How many bytes before a and b agree, at most `limit`.
static uint32_t EqualBefore(const uint8_t* a, const uint8_t* b, uint32_t limit) {
  uint32_t equal = 0;
  for (; equal + 8 <= limit; equal += 8) {
    const uint64_t difference = LoadLe64(a - equal - 8) ^ LoadLe64(b - equal - 8);
    if (difference != 0) return equal + (static_cast<uint32_t>(std::countl_zero(difference)) >> 3);
  }
  while (equal < limit && a[-1 - static_cast<int>(equal)] == b[-1 - static_cast<int>(equal)]) ++equal;
  return equal;
}

// A match that is longer than the run contains the run's end and the byte behind it: so those of the positions with the
// eight bytes that end there come into question, one search for the whole run.
PrefixTables::Successor PrefixTables::FindSuccessor(const uint8_t* data, uint32_t p, uint32_t run_end) const {
  const uint32_t anchor = run_end - 7;
  const uint64_t bytes = LoadLe64(data + anchor);
  Successor best = {run_end, 0};
  uint32_t candidate = last_[8 - kMinPrefix][Hash<8>(bytes)];
  for (uint32_t depth = max_depth_; depth > 0; --depth) {
    if (LoadLe64(data + candidate) == bytes) {
      const uint32_t equal = EqualBefore(data + anchor, data + candidate, std::min(anchor - p, candidate));
      if (anchor - equal < best.start) {
        best = {anchor - equal, anchor - candidate};
        if (best.start == p) break;
      }
    }
    const uint32_t older = previous_[candidate];
    if (older >= candidate) break;
    candidate = older;
  }
  return best;
}

template <typename Length>
DISM_ALWAYS_INLINE void PrefixTables::FindBody(const uint8_t* data, uint32_t n, MatchCache& cache) {
  std::memset(last_, 0, sizeof last_);
  uint32_t list_end = 0;
  uint32_t skip_until = 0;  // positions inside a match of the greatest length are only inserted
  // The longest match of the position before, if longer than 8: it continues here, one shorter.
  uint32_t run_length = 0;
  uint32_t run_offset = 0;
  bool is_new_run = false;
  Successor successor = {};
  for (uint32_t p = 0; p < n; ++p) {
    const uint8_t* const here = data + p;
    const uint64_t bytes = LoadLe64(here);
    uint16_t* const lanes = cache.lanes + 8 * p;
    cache.list_start[p] = list_end;
    const uint32_t candidate8 = Swap<8>(bytes, p);
    previous_[p] = static_cast<uint16_t>(candidate8);
    if (run_length > 0) --run_length;
    // The last seven positions get no match: that saves all checks for the end.
    if (__builtin_expect(p < skip_until || p == 0 || n - p < 8, 0)) {
      InsertShort(bytes, p);
      lanes[0] = 0;
      std::fill(lanes + 1, lanes + 8, MatchCache::kNone);
      continue;
    }
    const uint32_t max = std::min(n - p, MatchCache::kMaxLength);
    const bool has_room = MatchCache::kListSize - list_end >= MatchCache::kMaxListPerPosition;
    if (run_length >= kCoveredLength && has_room) {
      InsertShort(bytes, p);
      const uint32_t run_end = p + run_length;
      if (is_new_run) successor = run_end < n ? FindSuccessor(data, p, run_end) : Successor{n, 0};
      is_new_run = false;
      const bool has_successor = p >= successor.start;
      if (!has_successor || run_offset < successor.offset) cache.list[list_end++] = run_length << 16 | run_offset;
      if (has_successor) {
        run_length = Length::Extend(here, here - successor.offset, run_length, max);
        run_offset = successor.offset;
        cache.list[list_end++] = run_length << 16 | run_offset;
        is_new_run = true;
      }
      std::fill(lanes + 1, lanes + 8, static_cast<uint16_t>(cache.list[cache.list_start[p]] & 0xFFFF));
      lanes[0] = static_cast<uint16_t>(run_length);
      if (run_length == MatchCache::kMaxLength) {
        skip_until = p + run_length - 1;
        run_length = 0;  // the true length may be greater
      }
      continue;
    }
    if (run_length < 9) run_length = 0;
    const bool have_eight = LoadLe64(data + candidate8) == bytes;
    uint32_t nearest = (p - candidate8) | (0u - uint32_t{!have_eight});
    uint32_t short_length = 8 - (nearest >> 31);
    lanes[7] = static_cast<uint16_t>(nearest);
    LookUp<7>(data, bytes, p, lanes, nearest, short_length);
    LookUp<6>(data, bytes, p, lanes, nearest, short_length);
    LookUp<5>(data, bytes, p, lanes, nearest, short_length);
    LookUp<4>(data, bytes, p, lanes, nearest, short_length);
    LookUp<3>(data, bytes, p, lanes, nearest, short_length);
    LookUp<2>(data, bytes, p, lanes, nearest, short_length);
    lanes[0] = static_cast<uint16_t>(short_length & (0u - uint32_t{short_length > 1}));
    if (!have_eight || !has_room) {
      run_length = 0;
      continue;
    }
    uint32_t longest = 8;  // of those in the lanes or the list
    uint32_t candidate = candidate8;
    // Only a candidate that agrees on the last four bytes of a longer match can give one.
    uint32_t tail = LoadLe32(here + longest - 3);
    for (uint32_t depth = max_depth_; depth > 0; --depth) {
      if (LoadLe32(data + candidate + longest - 3) == tail) {
        const uint32_t offset = p - candidate;
        const uint32_t length =
            offset == run_offset && run_length != 0 ? run_length : Length::Extend(here, data + candidate, 0, max);
        if (length > longest) {
          cache.list[list_end++] = length << 16 | offset;
          longest = length;
          if (length >= max) break;
          tail = LoadLe32(here + longest - 3);
        }
      }
      const uint32_t older = previous_[candidate];
      if (older >= candidate) break;
      candidate = older;
    }
    if (run_length > longest && run_length <= max) {
      cache.list[list_end++] = run_length << 16 | run_offset;
      longest = run_length;
    }
    lanes[0] = static_cast<uint16_t>(longest);
    if (list_end > cache.list_start[p]) {
      run_length = cache.list[list_end - 1] >> 16;
      run_offset = cache.list[list_end - 1] & 0xFFFF;
      is_new_run = true;
    } else {
      run_length = 0;
    }
    if (longest >= MatchCache::kMaxLength) {
      skip_until = p + longest - 1;
      run_length = 0;
    }
  }
  cache.list_start[n] = list_end;
}

void PrefixTables::FindPortable(const uint8_t* data, uint32_t n, MatchCache& cache) {
  FindBody<PortableLength>(data, n, cache);
}

#if defined(__x86_64__)
DISM_TARGET_AVX2 void PrefixTables::FindAvx2(const uint8_t* data, uint32_t n, MatchCache& cache) {
  FindBody<Avx2Length>(data, n, cache);
}
#endif

}  // namespace dism::codec::match
