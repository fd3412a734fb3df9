#include "codec/xpress/chunk_writer.h"

#include "codec/xpress/huffman_code.h"

namespace dism::codec::xpress {

namespace {

// The mirror of the prefetching reader (FORMAT.md, "Bits and bytes"): two units are reserved ahead of
// the raw bytes, and a unit is stored only when a bit beyond it is written. Storing may be put off
// while no raw byte comes, which is what Bits() does: two units at a time.
class BitWriter {
 public:
  // The caller has made sure that everything it is going to write fits.
  explicit BitWriter(uint8_t* out) : slot_(out), next_slot_(out + 2), next_byte_(out + 4) {}

  // count is 0 to 30; bits above it are zero.
  void Bits(uint64_t bits, unsigned count) {
    pending_ = pending_ << count | bits;
    num_pending_ += count;
    if (num_pending_ > 32) {
      num_pending_ -= 32;
      const uint32_t two = static_cast<uint32_t>(pending_ >> num_pending_);
      StoreLe16(slot_, static_cast<uint16_t>(two >> 16));
      StoreLe16(next_slot_, static_cast<uint16_t>(two));
      slot_ = next_byte_;
      next_slot_ = next_byte_ + 2;
      next_byte_ += 4;
    }
  }
  // Before the first of some raw bytes: now it matters which units have been reserved.
  void AlignForBytes() {
    if (num_pending_ > 16) {
      num_pending_ -= 16;
      StoreLe16(slot_, static_cast<uint16_t>(pending_ >> num_pending_));
      slot_ = next_slot_;
      next_slot_ = next_byte_;
      next_byte_ += 2;
    }
  }
  void Byte(unsigned byte) { *next_byte_++ = static_cast<uint8_t>(byte); }

  // Fills both reserved units.
  void Finish() {
    AlignForBytes();
    StoreLe16(slot_, static_cast<uint16_t>(pending_ << (16 - num_pending_)));
    StoreLe16(next_slot_, uint16_t{0});
  }

 private:
  uint8_t* slot_;             // where the pending bits go
  uint8_t* next_slot_;        // where the unit after them goes
  uint8_t* next_byte_;        // where the next raw byte, or the unit after those two, goes
  uint64_t pending_ = 0;      // the low num_pending_ bits are not stored yet
  unsigned num_pending_ = 0;  // 0 to 32 between calls
};

// The size that BitWriter will produce, table included.
size_t ChunkSize(std::span<const Item> items, const uint32_t* counts, const uint8_t* lengths) {
  uint64_t bits = 0;
  for (size_t symbol = 0; symbol < kNumSymbols; ++symbol) {
    uint32_t cost = lengths[symbol];
    if (symbol >= kFirstMatchSymbol) cost += (symbol - kFirstMatchSymbol) >> 4;
    bits += uint64_t{counts[symbol]} * cost;
  }
  size_t bytes = 0;
  uint32_t num_long = 0;
  for (size_t symbol = kFirstMatchSymbol + kLongLengthHeader; symbol < kNumSymbols; symbol += 16) {
    num_long += counts[symbol];
  }
  if (num_long > 0) {
    for (const Item item : items) {
      if (!IsMatch(item) || MatchLength(item) < kMinLongLength) continue;
      bytes += MatchLength(item) < kMinEscapedLength ? 1 : 3;
    }
  }
  // The last unit may be partial, and the one after it is reserved in any case.
  return kTableBytes + bytes + 2 * static_cast<size_t>((bits + 15) / 16) + 2;
}

}  // namespace

size_t WriteChunk(std::span<const Item> items, const uint32_t* counts, MutableByteSpan out) {
  uint8_t lengths[kNumSymbols];
  BuildCodeLengths(counts, kNumSymbols, kMaxCodewordLength, lengths);
  const size_t size = ChunkSize(items, counts, lengths);
  if (size > out.size()) return 0;

  uint16_t codewords[kNumSymbols];
  AssignCodewords(lengths, kNumSymbols, codewords);
  for (size_t i = 0; i < kTableBytes; ++i) {
    out[i] = static_cast<uint8_t>(lengths[2 * i] | lengths[2 * i + 1] << 4);
  }

  // Codeword << 4 | length.
  uint32_t codes[kNumSymbols];
  for (size_t i = 0; i < kNumSymbols; ++i) codes[i] = uint32_t{codewords[i]} << 4 | lengths[i];

  BitWriter writer(out.data() + kTableBytes);
  for (const Item item : items) {
    if (!IsMatch(item)) {
      const uint32_t code = codes[item];
      writer.Bits(code >> 4, code & 15);
      continue;
    }
    const uint32_t offset = MatchOffset(item);
    const uint32_t log = OffsetLog(offset);
    const uint32_t length = MatchLength(item);
    const uint32_t code = codes[MatchSymbol(offset, length)];
    const uint64_t offset_bits = offset - (uint64_t{1} << log);
    if (length < kMinLongLength) {
      writer.Bits(uint64_t{code >> 4} << log | offset_bits, (code & 15) + log);
      continue;
    }
    writer.Bits(code >> 4, code & 15);
    writer.AlignForBytes();
    if (length < kMinEscapedLength) {
      writer.Byte(length - kMinLongLength);
    } else {
      const uint32_t adjusted = length - kMinMatchLength;
      writer.Byte(kLengthEscape);
      writer.Byte(adjusted & 255);
      writer.Byte(adjusted >> 8);
    }
    writer.Bits(offset_bits, log);
  }
  writer.Bits(codewords[kEndSymbol], lengths[kEndSymbol]);
  writer.Finish();
  return size;
}

}  // namespace dism::codec::xpress
