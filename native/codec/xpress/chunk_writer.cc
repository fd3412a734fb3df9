#include "codec/xpress/chunk_writer.h"

#include "codec/huffman_code.h"

namespace dism::codec::xpress {

namespace {

// The mirror of the prefetching reader (FORMAT.md, "Bits and bytes"): two units are reserved ahead of
// the raw bytes, and a unit is passed only when a bit beyond it is written. That may be put off
// while no raw byte comes, which is what Bits() does: two units at a time.
class BitWriter {
 public:
  // The caller has made sure that everything it is going to write fits.
  explicit BitWriter(uint8_t* out) : slot_(out), next_slot_(out + 2), next_byte_(out + 4) {}

  // count is 0 to 30; bits above it are zero. Stores both reserved units each time, full or not, and without a
  // branch: whether they are full now is hard to predict.
  void Bits(uint64_t bits, unsigned count) {
    pending_ |= bits << 1 << (63 - num_pending_ - count);
    num_pending_ += count;
    StoreLe16(slot_, static_cast<uint16_t>(pending_ >> 48));
    StoreLe16(next_slot_, static_cast<uint16_t>(pending_ >> 32));
    const bool passed = num_pending_ > 32;
    slot_ = passed ? next_byte_ : slot_;
    next_slot_ = passed ? next_byte_ + 2 : next_slot_;
    next_byte_ = passed ? next_byte_ + 4 : next_byte_;
    pending_ = passed ? pending_ << 32 : pending_;
    num_pending_ = passed ? num_pending_ - 32 : num_pending_;
  }
  // Before the first of some raw bytes: now it matters which units have been reserved.
  void AlignForBytes() {
    if (num_pending_ > 16) {
      num_pending_ -= 16;
      pending_ <<= 16;
      slot_ = next_slot_;
      next_slot_ = next_byte_;
      next_byte_ += 2;
    }
  }
  void Byte(unsigned byte) { *next_byte_++ = static_cast<uint8_t>(byte); }

  // Fills both reserved units.
  void Finish() {
    AlignForBytes();
    StoreLe16(slot_, static_cast<uint16_t>(pending_ >> 48));
    StoreLe16(next_slot_, uint16_t{0});
  }

 private:
  uint8_t* slot_;             // where the pending bits go
  uint8_t* next_slot_;        // where the unit after them goes
  uint8_t* next_byte_;        // where the next raw byte, or the unit after those two, goes
  uint64_t pending_ = 0;      // the top num_pending_ bits are not passed yet; the others are 0
  unsigned num_pending_ = 0;  // 0 to 32 between calls
};

// The size that BitWriter will produce, table included.
size_t ChunkSize(const ItemList& list, const uint8_t* lengths) {
  const uint32_t* const counts = list.counts();
  uint64_t bits = 0;
  for (size_t symbol = 0; symbol < kNumSymbols; ++symbol) {
    uint32_t cost = lengths[symbol];
    if (symbol >= kFirstMatchSymbol) cost += (symbol - kFirstMatchSymbol) >> 4;
    bits += uint64_t{counts[symbol]} * cost;
  }
  size_t bytes = 0;
  for (const uint16_t length : list.long_lengths()) bytes += length < kLongLengthHeader + kLengthEscape ? 1 : 3;
  // The last unit may be partial, and the one after it is reserved in any case.
  return kTableBytes + bytes + 2 * static_cast<size_t>((bits + 15) / 16) + 2;
}

}  // namespace

size_t WriteChunk(const ItemList& list, MutableByteSpan out) {
  uint8_t lengths[kNumSymbols];
  BuildCodeLengths(list.counts(), static_cast<int>(kNumSymbols), kMaxCodewordLength, lengths);
  const size_t size = ChunkSize(list, lengths);
  if (size > out.size()) return 0;

  uint16_t codewords[kNumSymbols];
  AssignCodewords(lengths, static_cast<int>(kNumSymbols), codewords);
  for (size_t i = 0; i < kTableBytes; ++i) {
    out[i] = static_cast<uint8_t>(lengths[2 * i] | lengths[2 * i + 1] << 4);
  }

  struct Code {
    uint16_t codeword;
    uint8_t length;
    uint8_t offset_bits;
  };
  Code codes[kNumSymbols];
  for (size_t i = 0; i < kNumSymbols; ++i) {
    const size_t log = i < kFirstMatchSymbol ? 0 : (i - kFirstMatchSymbol) >> 4;
    codes[i] = {codewords[i], lengths[i], static_cast<uint8_t>(log)};
  }

  BitWriter writer(out.data() + kTableBytes);
  const uint16_t* long_length = list.long_lengths().data();
  for (const Item item : list.items()) {
    const uint32_t symbol = item >> 16;
    const uint32_t offset_bits = item & 0xFFFF;
    const Code code = codes[symbol];
    if ((symbol & (kFirstMatchSymbol | kLongLengthHeader)) != (kFirstMatchSymbol | kLongLengthHeader)) {
      writer.Bits(uint64_t{code.codeword} << code.offset_bits | offset_bits, code.length + code.offset_bits);
      continue;
    }
    const uint32_t adjusted = *long_length++;
    writer.Bits(code.codeword, code.length);
    writer.AlignForBytes();
    if (adjusted < kLongLengthHeader + kLengthEscape) {
      writer.Byte(adjusted - kLongLengthHeader);
    } else {
      writer.Byte(kLengthEscape);
      writer.Byte(adjusted & 255);
      writer.Byte(adjusted >> 8);
    }
    writer.Bits(offset_bits, code.offset_bits);
  }
  writer.Bits(codewords[kEndSymbol], lengths[kEndSymbol]);
  writer.Finish();
  return size;
}

}  // namespace dism::codec::xpress
