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

// The offsets of all short lengths at p, and the greatest length in lane 0.
DISM_ALWAYS_INLINE void PrefixTables::LookUpAll(const uint8_t* data, uint64_t bytes, uint32_t p, uint32_t candidate8,
                                                uint16_t* lanes) {
  uint32_t nearest = (p - candidate8) | (0u - uint32_t{LoadLe64(data + candidate8) != bytes});
  uint32_t longest = 8 - (nearest >> 31);
  lanes[7] = static_cast<uint16_t>(nearest);
  LookUp<7>(data, bytes, p, lanes, nearest, longest);
  LookUp<6>(data, bytes, p, lanes, nearest, longest);
  LookUp<5>(data, bytes, p, lanes, nearest, longest);
  LookUp<4>(data, bytes, p, lanes, nearest, longest);
  LookUp<3>(data, bytes, p, lanes, nearest, longest);
  LookUp<2>(data, bytes, p, lanes, nearest, longest);
  lanes[0] = static_cast<uint16_t>(longest & (0u - uint32_t{longest > 1}));
}

#if defined(__x86_64__)
// The same; all candidates are compared at once.
DISM_TARGET_AVX2 inline void PrefixTables::LookUpAllAvx2(const uint8_t* data, uint64_t bytes, uint32_t p,
                                                         uint32_t candidate8, uint16_t* lanes) {
  const uint32_t c2 = Swap<2>(bytes, p);
  const uint32_t c3 = Swap<3>(bytes, p);
  const uint32_t c4 = Swap<4>(bytes, p);
  const uint32_t c5 = Swap<5>(bytes, p);
  const uint32_t c6 = Swap<6>(bytes, p);
  const uint32_t c7 = Swap<7>(bytes, p);
  const auto pair = [data](uint32_t low, uint32_t high) DISM_TARGET_AVX2 {
    return _mm_set_epi64x(static_cast<int64_t>(LoadLe64(data + high)), static_cast<int64_t>(LoadLe64(data + low)));
  };
  // In the order that makes the two packs below give lanes 0..7; lane 0 repeats prefix 2 and is not used.
  const __m256i there_a = _mm256_inserti128_si256(_mm256_castsi128_si256(pair(c2, c2)), pair(c5, c6), 1);
  const __m256i there_b = _mm256_inserti128_si256(_mm256_castsi128_si256(pair(c3, c4)), pair(c7, candidate8), 1);
  const __m256i here = _mm256_set1_epi64x(static_cast<int64_t>(bytes));
  const __m256i prefix_a = _mm256_setr_epi64x(0xFFFF, 0xFFFF, 0xFFFFFFFFFF, 0xFFFFFFFFFFFF);
  const __m256i prefix_b = _mm256_setr_epi64x(0xFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFFFFFF, -1);
  const __m256i zero = _mm256_setzero_si256();
  const __m256i equal_a = _mm256_cmpeq_epi64(_mm256_and_si256(_mm256_xor_si256(there_a, here), prefix_a), zero);
  const __m256i equal_b = _mm256_cmpeq_epi64(_mm256_and_si256(_mm256_xor_si256(there_b, here), prefix_b), zero);
  const __m256i packed = _mm256_packs_epi32(equal_a, equal_b);
  const __m128i equal = _mm_packs_epi32(_mm256_castsi256_si128(packed), _mm256_extracti128_si256(packed, 1));

  __m128i candidates = _mm_cvtsi32_si128(static_cast<int>(c2 << 16));
  candidates = _mm_insert_epi16(candidates, static_cast<int>(c3), 2);
  candidates = _mm_insert_epi16(candidates, static_cast<int>(c4), 3);
  candidates = _mm_insert_epi16(candidates, static_cast<int>(c5), 4);
  candidates = _mm_insert_epi16(candidates, static_cast<int>(c6), 5);
  candidates = _mm_insert_epi16(candidates, static_cast<int>(c7), 6);
  candidates = _mm_insert_epi16(candidates, static_cast<int>(candidate8), 7);
  const __m128i none = _mm_set1_epi16(-1);
  __m128i offsets = _mm_sub_epi16(_mm_set1_epi16(static_cast<int16_t>(p)), candidates);
  offsets = _mm_or_si128(offsets, _mm_cmpeq_epi16(equal, _mm_setzero_si128()));
  // The least of each lane and those above.
  offsets = _mm_min_epu16(offsets, _mm_alignr_epi8(none, offsets, 2));
  offsets = _mm_min_epu16(offsets, _mm_alignr_epi8(none, offsets, 4));
  offsets = _mm_min_epu16(offsets, _mm_alignr_epi8(none, offsets, 8));
  const uint32_t missing = static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi16(offsets, none))) >> 2;
  const uint32_t found = static_cast<uint32_t>(std::countr_zero(missing | 1u << 14)) / 2;
  offsets = _mm_insert_epi16(offsets, static_cast<int>(found + (found != 0)), 0);
  _mm_store_si128(reinterpret_cast<__m128i*>(lanes), offsets);
}
#endif

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
#if defined(__x86_64__)
    if constexpr (Length::kIsAvx2) {
      LookUpAllAvx2(data, bytes, p, candidate8, lanes);
    } else {
      LookUpAll(data, bytes, p, candidate8, lanes);
    }
#else
    LookUpAll(data, bytes, p, candidate8, lanes);
#endif
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
