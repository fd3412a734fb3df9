// Bits of an LZX stream: 16-bit little-endian units, taken from bit 15 down.
//
// Invariants of BitReader:
//   bits_   the next bits of the stream, left-aligned: the next bit is bit 63. Behind the valid
//   ones lie zeros, or already
//           the bits that follow in the stream: the next refill ORs the same bits over them.
//   count_  how many bits of bits_ are valid (0..63).
//   next_   the first byte not yet in bits_; next_ <= end_, and end_ - begin_ is even or its last
//   byte is never read. missing_units_  units of zeros that were appended because the input had
//   ended. They are allowed as look-ahead, so
//           the reader has overrun only when fewer bits are left than were appended: Overrun().
#ifndef DISM_CODEC_LZX_BIT_READER_H_
#define DISM_CODEC_LZX_BIT_READER_H_

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace dism::codec::lzx {

class BitReader {
 public:
  explicit BitReader(ByteSpan in)
      : begin_(in.data()), next_(in.data()), end_(in.data() + (in.size() & ~size_t{1})), tail_(in.data() + in.size()) {}

  // After either refill at least this many bits can be taken.
  static constexpr uint32_t kMinBitsAfterRefill = 48;

  // Whether RefillFast may be called `times` times: it reads 8 bytes at next_ and moves by at
  // most 8.
  bool HasFast(size_t times) const { return static_cast<size_t>(end_ - next_) >= 8 * times; }

  // Needs HasFast(1).
  void RefillFast() {
    const uint64_t v = LoadLe64(next_);
    // First unit to the top, bytes inside each unit as they are.
    const uint64_t reversed = __builtin_bswap64(v);
    const uint64_t units = (reversed & 0x00FF00FF00FF00FFu) << 8 | (reversed >> 8 & 0x00FF00FF00FF00FFu);
    // At most 63 bits in all, so that no shift is by 64. No mask: see bits_.
    const uint32_t whole_units = (63 - count_) >> 4;
    bits_ |= units >> count_;
    next_ += 2 * whole_units;
    count_ += 16 * whole_units;
  }

  void Refill() {
    if (__builtin_expect(HasFast(1), 1)) {
      RefillFast();
    } else {
      RefillCareful();
    }
  }

  void RefillCareful() {
    while (count_ < 48) {
      if (next_ < end_) {
        bits_ |= static_cast<uint64_t>(LoadLe16(next_)) << (48 - count_);
        next_ += 2;
      } else {
        ++missing_units_;
      }
      count_ += 16;
    }
  }

  uint64_t bits() const { return bits_; }

  // Drops n < 64 bits. The caller has refilled: n <= count_.
  void Skip(uint32_t n) {
    bits_ <<= n;
    count_ -= n;
  }

  // The next n bits, 0 <= n <= 32, without taking them.
  uint32_t Peek(uint32_t n) const { return static_cast<uint32_t>(bits_ >> 1 >> (63 - n)); }

  // Takes n bits. The caller has refilled.
  uint32_t Take(uint32_t n) {
    const uint32_t v = Peek(n);
    Skip(n);
    return v;
  }

  // Refills and takes n <= 32 bits.
  uint32_t Read(uint32_t n) {
    Refill();
    return Take(n);
  }

  // Whether bits behind the end have been taken.
  bool Overrun() const { return count_ < 16 * missing_units_; }

  // Drops the rest of the current unit, a whole unit when none is begun, and returns the bytes from
  // there on; the bit buffer is then empty. Empty when the input ends before.
  ByteSpan AlignToBytes() {
    Refill();
    // count_ % 16 bits of the current unit are left; with 0 a whole unit is dropped.
    Skip(count_ % 16 == 0 ? 16 : count_ % 16);
    if (Overrun()) return {};
    const uint8_t* p = next_ - (count_ / 16 - missing_units_) * 2;
    return ByteSpan(p, static_cast<size_t>(tail_ - p));
  }

  // Continues with bits at p, inside the input, after AlignToBytes.
  void RestartAt(const uint8_t* p) {
    next_ = p;
    // Units restart here, so the last byte is out of reach when an odd number is left.
    end_ = p + (static_cast<size_t>(tail_ - p) & ~size_t{1});
    bits_ = 0;
    count_ = 0;
    missing_units_ = 0;
  }

  const uint8_t* begin() const { return begin_; }

 private:
  const uint8_t* begin_;
  const uint8_t* next_;
  const uint8_t* end_;
  const uint8_t* tail_;
  uint64_t bits_ = 0;
  uint32_t count_ = 0;
  uint32_t missing_units_ = 0;
};

}  // namespace dism::codec::lzx

#endif  // DISM_CODEC_LZX_BIT_READER_H_
