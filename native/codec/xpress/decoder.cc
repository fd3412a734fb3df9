// XPRESS decoder. What makes it fast:
//  - A 64-bit bit buffer, although the format interleaves raw length bytes with 16-bit units of bits
//    that its reference reader has prefetched one or two at a time: where that reader would stand can be
//    computed at any moment, so only the rare length bytes pay for the interleaving.
//  - One refill for up to three literals, or for a whole match.
//  - Copies of 16 bytes at a time that may run past the end of the match, while there is room.
// The last bytes of a chunk are decoded by a second loop that checks every access and implements the
// reader as the format describes it; both loops give the same result wherever both can run.
#include "codec/xpress/decoder.h"

#include "codec/xpress/match_copy.h"

namespace dism::codec::xpress {

bool XpressDecoder::BuildTable(const uint8_t* nibbles) {
  uint16_t count[kMaxCodewordLength + 1] = {};
  uint8_t lengths[kNumSymbols];
  for (size_t i = 0; i < kTableBytes; ++i) {
    lengths[2 * i] = nibbles[i] & 15;
    lengths[2 * i + 1] = nibbles[i] >> 4;
    ++count[nibbles[i] & 15];
    ++count[nibbles[i] >> 4];
  }

  uint16_t next[kMaxCodewordLength + 1];
  uint32_t codeword = 0;
  uint32_t index = 0;
  for (unsigned length = 1; length <= kMaxCodewordLength; ++length) {
    codeword <<= 1;
    place_[length] = index - codeword;
    next[length] = static_cast<uint16_t>(index);
    codeword += count[length];
    if (codeword > (1u << length)) return false;  // more codewords than the length has
    index += count[length];
    limit_[length] = codeword << (16 - length);
  }

  for (uint32_t symbol = 0; symbol < kNumSymbols; ++symbol) {
    const uint32_t length = lengths[symbol];
    if (length == 0) continue;
    uint32_t entry = length;
    if (symbol < kFirstMatchSymbol) {
      entry |= symbol << 8;
    } else {
      entry |= kNotLiteral | ((symbol & 15) + kMinMatchLength) << 8 | ((symbol - kFirstMatchSymbol) >> 4) << 16;
    }
    sorted_[next[length]++] = entry;
  }

  // In canonical order the table fills from its start without gaps.
  uint32_t* fill = table_;
  index = 0;
  for (unsigned length = 1; length <= kTableBits; ++length) {
    const uint32_t run = 1u << (kTableBits - length);
    for (uint32_t i = 0; i < count[length]; ++i) {
      const uint32_t entry = sorted_[index++];
      for (uint32_t k = 0; k < run; ++k) *fill++ = entry;
    }
  }
  while (fill != table_ + (1 << kTableBits)) *fill++ = kNotLiteral | kLong;
  return true;
}

// The entry of a codeword at the top of `bits` that is longer than kTableBits; kNotLiteral | kLong
// when no codeword matches, which happens when the code is incomplete.
uint32_t XpressDecoder::LongCodeword(uint64_t bits) const {
  const uint32_t top = static_cast<uint32_t>(bits >> 48);
  for (unsigned length = kTableBits + 1; length <= kMaxCodewordLength; ++length) {
    if (top < limit_[length]) return sorted_[(top >> (16 - length)) + place_[length]];
  }
  return kNotLiteral | kLong;
}

namespace {

// The eight bytes at p as four units, the first one on top.
inline uint64_t LoadUnits(const uint8_t* p) {
  const uint64_t v = __builtin_bswap64(LoadLe64(p));
  return (v & 0x00FF00FF00FF00FF) << 8 | (v >> 8 & 0x00FF00FF00FF00FF);
}

// Room for the three literals of a round and a short match with its slack.
constexpr size_t kOutSlack = 3 + kMinLongLength + kMatchCopySlack;
// One refill reads 8 bytes; two happen per round, and three length bytes lie between them.
constexpr size_t kInSlack = 32;

}  // namespace

bool XpressDecoder::Decode(ByteSpan in, MutableByteSpan out_span, const CancelFlag* cancel) {
  // A chunk is at most 64 KiB: one look at the flag is enough.
  if (cancel != nullptr && cancel->IsSet()) return false;
  if (in.size() < kTableBytes || !BuildTable(in.data())) return false;

  // Bounds: in.data() <= next <= in_end while in the fast loop; begin <= out <= out_end always.
  const uint8_t* next = in.data() + kTableBytes;
  const uint8_t* const in_end = in.data() + in.size();
  uint8_t* const begin = out_span.data();
  uint8_t* const out_end = begin + out_span.size();
  uint8_t* out = begin;

  // buffer: the next bits of the stream on top. The topmost `bits` of them are counted as read;
  // below them may lie bits of the stream that are not counted yet (reading them again is harmless),
  // and nothing else.
  uint64_t buffer = 0;
  unsigned bits = 0;

  // Fast loop.
  if (out_span.size() > kOutSlack && in.size() > kTableBytes + kInSlack) {
    uint8_t* const out_fast_end = out_end - kOutSlack;
    const uint8_t* const in_fast_end = in_end - kInSlack;
    const auto refill = [&] {
      // Whole units only: `bits` becomes 48 to 63, keeping its value modulo 16.
      buffer |= LoadUnits(next) >> bits;
      next += (63 - bits) >> 4 << 1;
      bits |= 48;
    };
    while (out < out_fast_end && next < in_fast_end) {
      refill();
      uint32_t entry = Lookup(buffer);
      // At most 3 x 15 bits of literals from the 48 or more.
      if (!(entry & kNotLiteral)) {
        buffer <<= entry & 15;
        bits -= entry & 15;
        *out++ = static_cast<uint8_t>(entry >> 8);
        entry = Lookup(buffer);
        if (!(entry & kNotLiteral)) {
          buffer <<= entry & 15;
          bits -= entry & 15;
          *out++ = static_cast<uint8_t>(entry >> 8);
          entry = Lookup(buffer);
          if (!(entry & kNotLiteral)) {
            buffer <<= entry & 15;
            bits -= entry & 15;
            *out++ = static_cast<uint8_t>(entry >> 8);
            continue;
          }
        }
        refill();
      }
      if (entry & kLong) return false;
      buffer <<= entry & 15;
      bits -= entry & 15;
      size_t length = entry >> 8 & 255;
      if (length == kMinLongLength) {
        // Where the reference reader stands: it holds 16 to 31 bits. The buffer has at least 33.
        const unsigned held = 16 + (bits & 15);
        next -= (bits - held) >> 3;
        buffer &= ~uint64_t{0} << (64 - held);
        bits = held;
        const unsigned byte = *next++;
        length += byte;
        if (byte == kLengthEscape) {
          const unsigned adjusted = LoadLe16(next);
          next += 2;
          if (adjusted < kLongLengthHeader) return false;
          length = adjusted + kMinMatchLength;
        }
      }
      // At least 16 bits are left here and an offset takes at most 15.
      const unsigned log = entry >> 16 & 15;
      const size_t offset = (size_t{1} << log) + (log ? buffer >> (64 - log) : 0);
      buffer <<= log;
      bits -= log;
      if (offset > static_cast<size_t>(out - begin)) return false;
      const size_t room = static_cast<size_t>(out_end - out);
      if (length + kMatchCopySlack > room) {
        if (length > room) return false;
        for (; length > 0; --length, ++out) *out = *(out - offset);
        continue;
      }
      CopyMatch(out, offset, length);
      out += length;
    }
    // Give back what the reference reader would not have read yet. A round uses up less than
    // kInSlack - 8 bytes, so a refill is possible.
    refill();
    const unsigned held = 16 + (bits & 15);
    next -= (bits - held) >> 3;
    buffer &= ~uint64_t{0} << (64 - held);
    bits = held;
  }

  // Careful loop: `bits` is 16 to 31 between operations, units past the end are zero.
  // `missing` counts those: the reference reader holds up to two units that nobody needs, so more
  // than two of them mean that the stream was cut off.
  unsigned missing = 0;
  const auto load_unit = [&] {
    if (in_end - next >= 2) {
      buffer |= uint64_t{LoadLe16(next)} << (48 - bits);
      next += 2;
    } else {
      next = in_end;
      ++missing;
    }
    bits += 16;
  };
  while (bits < 16) load_unit();
  while (out != out_end) {
    const uint32_t entry = Lookup(buffer);
    if (entry & kLong) return false;
    buffer <<= entry & 15;
    bits -= entry & 15;
    if (bits < 16) load_unit();
    if (!(entry & kNotLiteral)) {
      if (missing > 2) return false;
      *out++ = static_cast<uint8_t>(entry >> 8);
      continue;
    }
    size_t length = entry >> 8 & 255;
    if (length == kMinLongLength) {
      if (next == in_end) return false;
      const unsigned byte = *next++;
      length += byte;
      if (byte == kLengthEscape) {
        if (in_end - next < 2) return false;
        const unsigned adjusted = LoadLe16(next);
        next += 2;
        if (adjusted < kLongLengthHeader) return false;
        length = adjusted + kMinMatchLength;
      }
    }
    const unsigned log = entry >> 16 & 15;
    const size_t offset = (size_t{1} << log) + (log ? buffer >> (64 - log) : 0);
    buffer <<= log;
    bits -= log;
    if (bits < 16) load_unit();
    if (missing > 2 || offset > static_cast<size_t>(out - begin) || length > static_cast<size_t>(out_end - out)) {
      return false;
    }
    for (; length > 0; --length, ++out) *out = *(out - offset);
  }
  return true;
}

}  // namespace dism::codec::xpress
