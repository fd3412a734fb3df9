#ifndef DISM_CODEC_XPRESS_DECODER_H_
#define DISM_CODEC_XPRESS_DECODER_H_

#include "codec/codec.h"
#include "codec/xpress/format.h"

namespace dism::codec::xpress {

class XpressDecoder final : public Decoder {
 public:
  bool Decode(ByteSpan in, MutableByteSpan out, const CancelFlag* cancel) override;

 private:
  // Codewords of at most kTableBits bits are found by one look-up. Longer ones are rare by
  // construction (each has a probability of about 2^-12 or less) and are found by comparing with the
  // limits of their lengths, which needs no second-level tables. 2^11 entries of 4 bytes leave room
  // in the first-level cache for output and input.
  static constexpr unsigned kTableBits = 11;

  // A table entry, and what LongCodeword() returns:
  //   bits 0-7   codeword length
  //   bits 8-15  a literal: the byte; a match: its length, 3 to 18 (18: length bytes follow)
  //   bits 16-19 a match: offset log
  //   bit 31     not a literal
  //   bit 30     (with bit 31) the codeword is longer than kTableBits, or invalid
  static constexpr uint32_t kNotLiteral = 0x80000000;
  static constexpr uint32_t kLong = 0x40000000;

  bool BuildTable(const uint8_t* lengths);
  uint32_t LongCodeword(uint64_t bits) const;
  uint32_t Lookup(uint64_t bits) const {
    const uint32_t entry = table_[bits >> (64 - kTableBits)];
    return (entry & kLong) ? LongCodeword(bits) : entry;
  }

  uint32_t table_[1 << kTableBits];
  // Entries of all symbols in canonical order, for LongCodeword().
  uint32_t sorted_[kNumSymbols];
  // For each length: one past its last codeword, left-justified to 16 bits, never decreasing; and
  // what to add to a codeword of that length (mod 2^32) to get its place in sorted_.
  uint32_t limit_[kMaxCodewordLength + 1];
  uint32_t place_[kMaxCodewordLength + 1];
};

}  // namespace dism::codec::xpress

#endif  // DISM_CODEC_XPRESS_DECODER_H_
