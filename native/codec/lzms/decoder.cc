// LZMS decoder. What makes it fast:
//  - Parsing and copying are apart (see Sequence in the header), with prefetches between them.
//  - The backward stream is a plain sequence of bytes when read from the end: one unaligned load
//    fills the bit buffer.
//  - Code tables are rebuilt every 512 or 1,024 symbols; see model.cc for what keeps that cheap.
#include "codec/lzms/decoder.h"

#include <algorithm>
#include <cstring>

#include "codec/xpress/match_copy.h"

namespace dism::codec::lzms {
namespace {

// The binary range decoder: 16-bit units from the start of the block, zeros after its end.
class RangeDecoder {
 public:
  explicit RangeDecoder(ByteSpan in) : next_(in.data()), end_(in.data() + in.size()) {
    code_ = NextUnit() << 16;
    code_ |= NextUnit();
  }

  template <unsigned kStateBits>
  __attribute__((always_inline)) uint32_t Decode(Decision<kStateBits>& decision) {
    if (range_ <= 0xFFFF) {
      range_ <<= 16;
      code_ = code_ << 16 | NextUnit();
    }
    const uint32_t bound = (range_ >> Probability::kBits) * decision.Current().OfZero();
    uint32_t bit;
    if (code_ < bound) {
      range_ = bound;
      bit = 0;
    } else {
      range_ -= bound;
      code_ -= bound;
      bit = 1;
    }
    decision.Update(bit);
    return bit;
  }

 private:
  uint32_t NextUnit() {
    if (next_ == end_) return 0;
    const uint32_t unit = LoadLe16(next_);  // the block has an even size
    next_ += 2;
    return unit;
  }

  const uint8_t* next_;
  const uint8_t* end_;
  uint32_t range_ = 0xFFFFFFFF;
  uint32_t code_;
};

// The bits of the backward stream. Read from the end, the little-endian units are bytes, most
// significant bit first. Zeros follow when the start of the block is reached.
class BackwardBits {
 public:
  explicit BackwardBits(ByteSpan in) : begin_(in.data()), next_(in.data() + in.size()) {}

  // After this, at least 56 bits are valid.
  __attribute__((always_inline)) void Refill() {
    if (__builtin_expect(next_ - begin_ >= 8, 1)) {
      // The bits below the first `count_` are either zero or those which this ORs in again.
      buffer_ |= LoadLe64(next_ - 8) >> count_;
      next_ -= (63 - count_) >> 3;
      count_ |= 56;
    } else {
      while (count_ <= 56) {
        const uint64_t byte = next_ != begin_ ? *--next_ : 0;
        // Bits left there by a wide load are the same ones.
        buffer_ |= byte << (56 - count_);
        count_ += 8;
      }
    }
  }
  uint64_t Peek() const { return buffer_; }
  void Skip(unsigned bits) {
    buffer_ <<= bits;
    count_ -= bits;
  }
  // bits is 0 to 30.
  uint32_t Take(unsigned bits) {
    const uint32_t value = static_cast<uint32_t>(buffer_ >> 32 >> (32 - bits));
    Skip(bits);
    return value;
  }

 private:
  const uint8_t* begin_;
  const uint8_t* next_;
  uint64_t buffer_ = 0;
  unsigned count_ = 0;
};

// The last offsets of one kind of match. The format inserts an offset one item late; the same results
// from inserting at once and, right behind a match of the same kind, counting from the second entry.
template <typename T>
struct RepeatQueue {
  T entries[kQueueSize];

  T Use(uint32_t index) {
    const T value = entries[index];
    for (uint32_t i = index; i > 0; --i) entries[i] = entries[i - 1];
    entries[0] = value;
    return value;
  }
  void Insert(T value) {
    for (uint32_t i = kQueueSize - 1; i > 0; --i) entries[i] = entries[i - 1];
    entries[0] = value;
  }
};

}  // namespace

void LzmsDecoder::Reset(size_t size) {
  literals_.Reset(kNumLiterals, kLiteralRebuild);
  offsets_.Reset(NumOffsetSlots(size), kOffsetRebuild);
  lengths_.Reset(kNumLengthSlots, kLengthRebuild);
  delta_offsets_.Reset(NumOffsetSlots(size), kOffsetRebuild);
  delta_powers_.Reset(kNumDeltaPowers, kPowerRebuild);
  decisions_ = Decisions();
}

uint8_t* LzmsDecoder::Execute(size_t num_sequences, uint8_t* out, uint8_t* out_end, const CancelFlag* cancel) {
  const uint8_t* literals = literal_bytes_;
  for (size_t i = 0; i < num_sequences; ++i) {
    const Sequence s = sequences_[i];
    if (s.num_literals <= 16 && out_end - out >= 16) {
      std::memcpy(out, literals, 16);
    } else {
      std::memcpy(out, literals, s.num_literals);
    }
    literals += s.num_literals;
    out += s.num_literals;
    if (s.length == 0) continue;

    size_t left = s.length;
    // Pieces, so that a match of a gigabyte can be cancelled. Each piece but the last is full.
    constexpr size_t kPiece = 65536;
    for (;;) {
      const size_t length = std::min(left, kPiece);
      if (s.span != 0) {
        const uint8_t* const from = out - s.offset;
        for (size_t k = 0; k < length; ++k) {
          const size_t back = s.span;
          out[k] = static_cast<uint8_t>(from[k] + *(out + k - back) - *(from + k - back));
        }
      } else if (length + kMatchCopySlack <= static_cast<size_t>(out_end - out)) {
        CopyMatch(out, s.offset, length);
      } else {
        for (size_t k = 0; k < length; ++k) out[k] = *(out + k - s.offset);
      }
      out += length;
      left -= length;
      if (left == 0) break;
      if (cancel != nullptr && cancel->IsSet()) return nullptr;
    }
  }
  return out;
}

bool LzmsDecoder::DecodeItems(ByteSpan in, MutableByteSpan out_span, const CancelFlag* cancel) {
  const uint32_t size = static_cast<uint32_t>(out_span.size());
  uint8_t* out = out_span.data();
  uint8_t* const out_end = out + size;
  RangeDecoder range(in);
  BackwardBits bits(in);
  RepeatQueue<uint32_t> offsets = {{1, 2, 3, 4}};
  RepeatQueue<DeltaSource> sources = {{{0, 1}, {0, 2}, {0, 3}, {0, 4}}};
  // Whether the previous item was a match of that kind.
  uint32_t after_lz = 0;
  uint32_t after_delta = 0;

  // Produced by the items parsed so far; the output itself lags behind by up to a batch.
  uint32_t produced = 0;
  while (produced < size) {
    if (cancel != nullptr && cancel->IsSet()) return false;
    size_t num_sequences = 0;
    uint32_t literals_used = 0;
    while (num_sequences < kBatch) {
      Sequence& sequence = sequences_[num_sequences++];
      const uint32_t first_literal = literals_used;
      const uint32_t literal_limit = std::min<uint32_t>(kLiteralRoom, literals_used + (size - produced));
      while (literals_used < literal_limit && range.Decode(decisions_.main) == 0) {
        bits.Refill();
        const uint32_t entry = literals_.Lookup(bits.Peek());
        bits.Skip(entry & 15);
        literal_bytes_[literals_used++] = static_cast<uint8_t>(entry >> 4);
        literals_.Count(entry >> 4);
      }
      const uint32_t num_literals = literals_used - first_literal;
      produced += num_literals;
      sequence.num_literals = num_literals;
      sequence.length = 0;
      if (num_literals > 0) after_lz = after_delta = 0;
      if (literals_used == literal_limit) break;

      bits.Refill();
      if (range.Decode(decisions_.match) == 0) {
        uint32_t offset;
        if (range.Decode(decisions_.lz) == 0) {
          const uint32_t entry = offsets_.Lookup(bits.Peek());
          bits.Skip(entry & 15);
          const Slot slot = kOffsetSlots[entry >> 4];
          offset = slot.base + bits.Take(slot.extra_bits);
          // Source of the copy, if it is valid; prefetching is harmless if not.
          __builtin_prefetch(out_span.data() + (produced - std::min(offset, produced)));
          offsets_.Count(entry >> 4);
          offsets.Insert(offset);
          bits.Refill();
        } else {
          uint32_t index = 0;
          if (range.Decode(decisions_.lz_repeat[0]) != 0) {
            index = 1 + range.Decode(decisions_.lz_repeat[1]);
          }
          offset = offsets.Use(index + after_lz);
        }
        after_lz = 1;
        after_delta = 0;
        if (offset > produced) return false;
        sequence.offset = offset;
        sequence.span = 0;
      } else {
        DeltaSource source;
        if (range.Decode(decisions_.delta) == 0) {
          uint32_t entry = delta_powers_.Lookup(bits.Peek());
          bits.Skip(entry & 15);
          source.power = entry >> 4;
          delta_powers_.Count(entry >> 4);
          entry = delta_offsets_.Lookup(bits.Peek());
          bits.Skip(entry & 15);
          bits.Refill();
          const Slot slot = kOffsetSlots[entry >> 4];
          source.raw_offset = slot.base + bits.Take(slot.extra_bits);
          delta_offsets_.Count(entry >> 4);
          sources.Insert(source);
          bits.Refill();
        } else {
          uint32_t index = 0;
          if (range.Decode(decisions_.delta_repeat[0]) != 0) {
            index = 1 + range.Decode(decisions_.delta_repeat[1]);
          }
          source = sources.Use(index + after_delta);
        }
        after_delta = 1;
        after_lz = 0;
        const uint64_t span = uint64_t{1} << source.power;
        const uint64_t offset = uint64_t{source.raw_offset} << source.power;
        if (offset + span > produced) return false;
        sequence.offset = static_cast<uint32_t>(offset);
        sequence.span = static_cast<uint32_t>(span);
      }
      const uint32_t entry = lengths_.Lookup(bits.Peek());
      bits.Skip(entry & 15);
      const Slot slot = kLengthSlots[entry >> 4];
      sequence.length = slot.base + bits.Take(slot.extra_bits);
      lengths_.Count(entry >> 4);
      if (sequence.length > size - produced) return false;
      produced += sequence.length;
      if (produced == size) break;
    }
    out = Execute(num_sequences, out, out_end, cancel);
    if (out == nullptr) return false;
  }
  return true;
}

bool LzmsDecoder::Decode(ByteSpan in, MutableByteSpan out, const CancelFlag* cancel) {
  // Two units for the range decoder; everything is units.
  if (in.size() < 4 || in.size() % 2 != 0 || out.size() > kMaxChunkSize) return false;
  Reset(out.size());
  return DecodeItems(in, out, cancel) && filter_.Undo(out, cancel);
}

}  // namespace dism::codec::lzms
