// An adaptive Huffman code on the decoder's side.
#ifndef DISM_CODEC_LZMS_DECODE_TABLE_H_
#define DISM_CODEC_LZMS_DECODE_TABLE_H_

#include "codec/lzms/model.h"

namespace dism::codec::lzms {

// The part that does not depend on the size of the alphabet. Codewords of at most table_bits bits are
// found by one look-up in table[0, 2^table_bits); longer ones by comparing with the limits of their
// lengths.
struct CanonicalDecoder {
  // A table entry is symbol << 4 | codeword length, or 0: longer.
  void Build(const uint8_t* lengths, const uint16_t* counts, size_t num_symbols, unsigned table_bits, uint16_t* table,
             uint16_t* sorted);
  uint32_t LongCodeword(uint64_t bits, unsigned table_bits, const uint16_t* sorted) const;

  // For each length: one past its last codeword, left-justified to 16 bits, never decreasing; and what
  // to add to a codeword of that length (mod 2^32) to get its place in `sorted`.
  uint32_t limit[kMaxCodewordLength + 1];
  uint32_t place[kMaxCodewordLength + 1];
};

template <size_t kCapacity, unsigned kTableBits>
class AdaptiveDecoder {
 public:
  void Reset(size_t num_symbols, uint32_t rebuild) {
    frequencies_.Reset(num_symbols, rebuild);
    Rebuild();
  }

  // The entry (symbol << 4 | length) of the codeword at the top of `bits`. The code is complete: every
  // codeword is somebody's.
  uint32_t Lookup(uint64_t bits) const {
    const uint32_t entry = table_[bits >> (64 - kTableBits)];
    if (entry == 0) return canonical_.LongCodeword(bits, kTableBits, sorted_);
    return entry;
  }
  // To be called with each decoded symbol, before the next Lookup.
  void Count(uint32_t symbol) {
    if (frequencies_.Count(symbol)) {
      Rebuild();
      frequencies_.Halve();
    }
  }

 private:
  void Rebuild() {
    uint8_t lengths[kCapacity];
    uint16_t counts[kMaxCodewordLength + 1];
    BuildCodeLengths(frequencies_.frequencies(), frequencies_.num_symbols(), lengths, counts);
    canonical_.Build(lengths, counts, frequencies_.num_symbols(), kTableBits, table_, sorted_);
  }

  AdaptiveFrequencies<kCapacity> frequencies_;
  CanonicalDecoder canonical_;
  uint16_t table_[1 << kTableBits];
  uint16_t sorted_[kCapacity];  // entries of all symbols in canonical order
};

}  // namespace dism::codec::lzms

#endif  // DISM_CODEC_LZMS_DECODE_TABLE_H_
