// Writes the bits of an LZX stream: 16-bit little-endian units, filled from bit 15 down.
//
// The writer does not check for room. BlockWriter knows the exact size of a block before it writes
// one, and asks Has().
#ifndef DISM_CODEC_LZX_BIT_WRITER_H_
#define DISM_CODEC_LZX_BIT_WRITER_H_

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace dism::codec::lzx {

// Invariants: the low pending_ bits of bits_ are still to be written, the last one added lowest;
// pending_ < 32 between calls of Flush. next_ <= end_.
class BitWriter {
 public:
  explicit BitWriter(MutableByteSpan out) : begin_(out.data()), next_(out.data()), end_(out.data() + out.size()) {}

  // Whether `num_bits` more bits and the padding of the last unit fit.
  bool Has(uint64_t num_bits) const {
    return (pending_ + num_bits + 15) / 16 * 2 <= static_cast<uint64_t>(end_ - next_);
  }

  // Appends the low n bits of `value`, whose other bits are 0. At most 64 bits may be pending.
  void Add(uint32_t value, uint32_t n) {
    bits_ = bits_ << n | value;
    pending_ += n;
  }

  // Leaves less than 32 bits pending when there were less than 64.
  void Flush() {
    if (pending_ < 32) return;
    pending_ -= 32;
    const uint32_t two_units = static_cast<uint32_t>(bits_ >> pending_);
    StoreLe32(next_, two_units << 16 | two_units >> 16);
    next_ += 4;
  }

  // n <= 32.
  void Write(uint32_t value, uint32_t n) {
    Add(value, n);
    Flush();
  }

  // Pads the last unit with zeros; returns the size of the stream.
  size_t Finish() {
    while (pending_ > 0) {
      if (pending_ < 16) {
        bits_ <<= 16 - pending_;
        pending_ = 16;
      }
      pending_ -= 16;
      StoreLe16(next_, static_cast<uint16_t>(bits_ >> pending_));
      next_ += 2;
    }
    return static_cast<size_t>(next_ - begin_);
  }

 private:
  uint8_t* begin_;
  uint8_t* next_;
  uint8_t* end_;
  uint64_t bits_ = 0;
  uint32_t pending_ = 0;
};

}  // namespace dism::codec::lzx

#endif  // DISM_CODEC_LZX_BIT_WRITER_H_
