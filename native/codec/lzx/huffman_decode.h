// Decoding tables for canonical Huffman codes, codewords read MSB first.
//
// A codeword of at most kTableBits bits is one table lookup. Longer ones are rare by construction
// and are found by comparing with the first codeword of each length, so that a table never needs
// sub-tables and building it is one sequential write.
#ifndef DISM_CODEC_LZX_HUFFMAN_DECODE_H_
#define DISM_CODEC_LZX_HUFFMAN_DECODE_H_

#include <cstdint>
#include <cstring>

namespace dism::codec::lzx {

constexpr int kMaxCodeword = 16;

// An entry carries in its low 5 bits the codeword length and above it whatever `payload(symbol)`
// gave at Build. Entry 0 in the table means "longer than kTableBits, or no code".
template <int kNumSymbols, int kTableBits>
class DecodeTable {
 public:
  static constexpr uint32_t kLengthMask = 31;
  static constexpr int kPayloadShift = 5;

  // Builds the table of the code with these lengths (each 0..16). False unless the code is complete
  // or has no symbol; then decoding gives entries of length 0.
  template <typename Payload>
  bool Build(const uint8_t* lengths, int num_symbols, Payload payload) {
    uint16_t count[kMaxCodeword + 1] = {};
    for (int s = 0; s < num_symbols; ++s) ++count[lengths[s]];
    count[0] = 0;

    uint32_t used = 0;  // in units of 2^-16 of the code space
    uint16_t position[kMaxCodeword + 2];
    position[1] = 0;
    for (int l = 1; l <= kMaxCodeword; ++l) {
      first_index_[l] = position[l];
      first_code_[l] = used;
      used += static_cast<uint32_t>(count[l]) << (kMaxCodeword - l);
      position[l + 1] = static_cast<uint16_t>(position[l] + count[l]);
      end_code_[l] = used;
    }
    if (used == 0) {
      std::memset(table_, 0, sizeof table_);
      return true;
    }
    if (used != uint32_t{1} << kMaxCodeword) return false;

    const int num_coded = position[kMaxCodeword + 1];
    for (int s = 0; s < num_symbols; ++s) {
      const uint8_t l = lengths[s];
      if (l != 0) sorted_[position[l]++] = payload(static_cast<uint32_t>(s)) << kPayloadShift | l;
    }
    // Canonical codes ascend with the index in sorted_: the table fills from front to back.
    uint32_t* out = table_;
    int index = 0;
    for (int l = 1; l <= kTableBits; ++l) {
      const uint32_t repeat = uint32_t{1} << (kTableBits - l);
      for (int i = 0; i < count[l]; ++i, ++index) {
        const uint32_t entry = sorted_[index];
        for (uint32_t r = 0; r < repeat; ++r) out[r] = entry;
        out += repeat;
      }
    }
    if (index < num_coded) std::memset(out, 0, sizeof(uint32_t) * static_cast<size_t>(table_ + kTableSize - out));
    return true;
  }

  // The entry for the codeword that begins at bit 63 of `bits`; its length is 0 when the code is
  // empty.
  uint32_t Lookup(uint64_t bits) const {
    const uint32_t entry = table_[bits >> (64 - kTableBits)];
    if (__builtin_expect(entry != 0, 1)) return entry;
    return LookupLong(bits);
  }

 private:
  static constexpr uint32_t kTableSize = uint32_t{1} << kTableBits;

  uint32_t LookupLong(uint64_t bits) const {
    const uint32_t code = static_cast<uint32_t>(bits >> (64 - kMaxCodeword));
    for (int l = kTableBits + 1; l <= kMaxCodeword; ++l) {
      if (code < end_code_[l]) {
        return sorted_[first_index_[l] + ((code - first_code_[l]) >> (kMaxCodeword - l))];
      }
    }
    return 0;  // an empty code; a complete one ends the loop at l = 16 at the latest
  }

  uint32_t table_[kTableSize];
  uint32_t sorted_[kNumSymbols];  // entries by (length, symbol)
  // For each length: where its entries begin in sorted_, and its codewords as a half-open range of
  // 16-bit codes.
  uint16_t first_index_[kMaxCodeword + 1];
  uint32_t first_code_[kMaxCodeword + 1];
  uint32_t end_code_[kMaxCodeword + 1];
};

}  // namespace dism::codec::lzx

#endif  // DISM_CODEC_LZX_HUFFMAN_DECODE_H_
