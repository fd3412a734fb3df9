// Candidates for matches by a hash of four bytes, for windows of at most 64 KiB: rows of the 16 newest positions with
// the same row hash, one cache line each, with a byte of further hash bits (a tag) for every position.
//
// Against hash chains: one access gives all candidates, and comparing the tags leaves out those that only share the
// row, so that almost every candidate that is looked at is a match of four bytes.
#ifndef DISM_CODEC_MATCH_ROW_TABLE_H_
#define DISM_CODEC_MATCH_ROW_TABLE_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

#include "base/bytes.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace dism::codec::match {

inline constexpr uint32_t kRowEntries = 16;

// Bit i is set when tags[i] == tag.
inline uint32_t MatchTagsPortable(const uint8_t* tags, uint8_t tag) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kLow7 = 0x7F7F7F7F7F7F7F7F;
  const auto equal_bytes = [tag](uint64_t eight) {
    const uint64_t difference = eight ^ kOnes * tag;
    const uint64_t zero = ~(((difference & kLow7) + kLow7) | difference | kLow7) >> 7;  // 1 in each equal byte
    return static_cast<uint32_t>(zero * 0x0102040810204080 >> 56);
  };
  return equal_bytes(LoadLe64(tags)) | equal_bytes(LoadLe64(tags + 8)) << 8;
}
inline uint32_t MatchTags(const uint8_t* tags, uint8_t tag) {
#if defined(__SSE2__)
  const __m128i row = _mm_load_si128(reinterpret_cast<const __m128i*>(tags));
  return static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(row, _mm_set1_epi8(static_cast<char>(tag)))));
#else
  return MatchTagsPortable(tags, tag);
#endif
}

class RowTable {
 public:
  struct alignas(64) Row {
    uint8_t tags[kRowEntries];
    uint16_t positions[kRowEntries];
    uint32_t newest;  // modulo kRowEntries; older ones follow

    // Bit i stands for the i-th newest position with this tag.
    uint32_t Match(uint8_t tag) const {
      const uint32_t mask = MatchTags(tags, tag);
      const uint32_t first = newest % kRowEntries;
      return (mask | mask << kRowEntries) >> first & 0x7FFF;
    }
    uint32_t Position(uint32_t i, uint32_t first) const { return positions[(first + i) % kRowEntries]; }
    void Insert(uint8_t tag, uint32_t position) {
      const uint32_t at = (newest - 1) % kRowEntries;
      newest = at;
      tags[at] = tag;
      positions[at] = static_cast<uint16_t>(position);
    }
  };
  struct Key {
    uint32_t row;
    uint8_t tag;
  };
  // What a parser works with, by value: were it read through a pointer, every byte that is stored into a row would make
  // the compiler load it again.
  struct View {
    Row* rows;
    uint32_t mask;

    Key KeyOf(uint32_t bytes) const {
      constexpr uint32_t kMultiplier = 0x9E3779B1;  // 2^32 divided by the golden ratio
      const uint32_t hash = bytes * kMultiplier;
      return {hash >> 20 & mask, static_cast<uint8_t>(hash >> 12)};
    }
    Row& operator[](uint32_t row) const { return rows[row]; }
  };

  // window: a power of two from 4 KiB to 64 KiB.
  explicit RowTable(uint32_t window) : row_mask_(window / kRowEntries - 1), rows_(new Row[window / kRowEntries]) {}
  static size_t Memory(uint32_t window) { return window / kRowEntries * sizeof(Row); }

  // Entries that were never set give position 0: candidates are compared before they are used.
  void Clear() { std::memset(static_cast<void*>(rows_.get()), 0, sizeof(Row) * (row_mask_ + 1)); }

  View view() { return {rows_.get(), row_mask_}; }

 private:
  const uint32_t row_mask_;
  std::unique_ptr<Row[]> rows_;
};

}  // namespace dism::codec::match

#endif  // DISM_CODEC_MATCH_ROW_TABLE_H_
