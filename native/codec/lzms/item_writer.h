// Writing items: both streams of a block and the adaptive models behind them.
#ifndef DISM_CODEC_LZMS_ITEM_WRITER_H_
#define DISM_CODEC_LZMS_ITEM_WRITER_H_

#include "base/bytes.h"
#include "codec/lzms/model.h"

namespace dism::codec::lzms {

enum class ItemKind : uint8_t { kLiteral, kLz, kLzRepeat, kDelta, kDeltaRepeat };

struct Item {
  uint32_t length = 1;
  uint32_t value = 0;  // byte; offset; repeat index; raw offset; repeat index
  ItemKind kind = ItemKind::kLiteral;
  uint8_t power = 0;  // of a delta match with explicit offset
};

// What the meaning of the next item depends on, besides probabilities and codes. Offsets are inserted
// at once (see FORMAT.md): index i is entry i, or i + 1 right after a match of the same kind.
struct CoderState {
  uint32_t lz[kQueueSize] = {1, 2, 3, 4};
  DeltaSource delta[kQueueSize] = {{0, 1}, {0, 2}, {0, 3}, {0, 4}};
  uint8_t after_lz = 0;
  uint8_t after_delta = 0;
  // The last outcomes of each decision class, as Decision::state.
  uint8_t main = 0;
  uint8_t match = 0;
  uint8_t lz_decision = 0;
  uint8_t lz_repeat[2] = {0, 0};
  uint8_t delta_decision = 0;
  uint8_t delta_repeat[2] = {0, 0};

  uint32_t LzRepeat(uint32_t index) const { return lz[index + after_lz]; }
  const DeltaSource& DeltaRepeat(uint32_t index) const { return delta[index + after_delta]; }
  void Apply(const Item& item);
};

// An adaptive Huffman code on the encoder's side.
template <size_t kCapacity>
class AdaptiveEncoder {
 public:
  void Reset(size_t num_symbols, uint32_t rebuild) {
    frequencies_.Reset(num_symbols, rebuild);
    Rebuild();
  }
  uint32_t length(uint32_t symbol) const { return lengths_[symbol]; }
  uint32_t codeword(uint32_t symbol) const { return codewords_[symbol]; }
  size_t num_symbols() const { return frequencies_.num_symbols(); }
  // Grows with each rebuild: prices derived from lengths are out of date when it has.
  uint32_t generation() const { return generation_; }

  void Count(uint32_t symbol) {
    if (frequencies_.Count(symbol)) {
      Rebuild();
      frequencies_.Halve();
    }
  }

 private:
  void Rebuild() {
    uint16_t counts[kMaxCodewordLength + 1];
    const size_t n = frequencies_.num_symbols();
    BuildCodeLengths(frequencies_.frequencies(), n, lengths_, counts);
    uint16_t next[kMaxCodewordLength + 1];
    uint32_t codeword = 0;
    for (unsigned length = 1; length <= kMaxCodewordLength; ++length) {
      codeword <<= 1;
      next[length] = static_cast<uint16_t>(codeword);
      codeword += counts[length];
    }
    for (size_t i = 0; i < n; ++i) codewords_[i] = next[lengths_[i]]++;
    ++generation_;
  }

  AdaptiveFrequencies<kCapacity> frequencies_;
  uint8_t lengths_[kCapacity];
  uint16_t codewords_[kCapacity];
  uint32_t generation_ = 0;
};

// The slots of offsets and lengths, found quickly.
uint32_t OffsetSlot(uint32_t offset);
uint32_t LengthSlot(uint32_t length);

// The output of a block: the forward stream grows from the start of the buffer, the backward stream from
// its end. When they would meet, `full` is set and nothing more is written.
class BlockBuffer {
 public:
  void Reset(MutableByteSpan out) {
    begin_ = forward_ = out.data();
    backward_ = end_ = out.data() + out.size();
    full_ = false;
  }
  void PutForward(uint32_t unit) {
    if (backward_ - forward_ < 2) {
      full_ = true;
      return;
    }
    StoreLe16(forward_, static_cast<uint16_t>(unit));
    forward_ += 2;
  }
  void PutBackward(uint32_t unit) {
    if (backward_ - forward_ < 2) {
      full_ = true;
      return;
    }
    backward_ -= 2;
    StoreLe16(backward_, static_cast<uint16_t>(unit));
  }
  bool full() const { return full_; }
  // Moves the backward stream behind the forward one; returns the size of both.
  size_t Join();

 private:
  // begin_ <= forward_ <= backward_ <= end_.
  uint8_t* begin_;
  uint8_t* forward_;
  uint8_t* backward_;
  uint8_t* end_;
  bool full_;
};

class ItemWriter {
 public:
  // For a chunk of `size` bytes whose compressed form goes to `out`.
  void Reset(size_t size, MutableByteSpan out);
  void Write(const Item& item);
  // True when the output has not enough room; the rest need not be written.
  bool full() const { return buffer_.full(); }
  // Size of the block, or 0 when it did not fit.
  size_t Finish();

  // What parsers compute prices from.
  const CoderState& state() const { return state_; }
  const Decisions& decisions() const { return decisions_; }
  const AdaptiveEncoder<kNumLiterals>& literals() const { return literals_; }
  const AdaptiveEncoder<kNumOffsetSlots>& offsets() const { return offsets_; }
  const AdaptiveEncoder<kNumLengthSlots>& lengths() const { return lengths_; }
  const AdaptiveEncoder<kNumOffsetSlots>& delta_offsets() const { return delta_offsets_; }
  const AdaptiveEncoder<kNumDeltaPowers>& delta_powers() const { return delta_powers_; }

 private:
  template <unsigned kStateBits>
  void PutDecision(Decision<kStateBits>& decision, uint32_t bit);
  void ShiftLow();
  void PutBits(uint32_t bits, uint32_t count);
  template <size_t kCapacity>
  void PutSymbol(AdaptiveEncoder<kCapacity>& code, uint32_t symbol) {
    PutBits(code.codeword(symbol), code.length(symbol));
  }
  void PutRepeatIndex(Decision<6>* decisions, uint32_t index);

  BlockBuffer buffer_;

  // Range encoder. The code so far is what was put out, then cache_, then num_ffff_ units 0xFFFF, then
  // low_ (32 bits and a carry on top of them). The first cached unit is not one of the stream.
  uint64_t low_;
  uint32_t range_;
  uint32_t cache_;
  uint64_t num_ffff_;
  bool first_;

  // The low num_pending_ bits (less than 16 between calls) wait for the backward stream.
  uint64_t pending_;
  uint32_t num_pending_;

  CoderState state_;
  Decisions decisions_;
  AdaptiveEncoder<kNumLiterals> literals_;
  AdaptiveEncoder<kNumOffsetSlots> offsets_;
  AdaptiveEncoder<kNumLengthSlots> lengths_;
  AdaptiveEncoder<kNumOffsetSlots> delta_offsets_;
  AdaptiveEncoder<kNumDeltaPowers> delta_powers_;
};

}  // namespace dism::codec::lzms

#endif  // DISM_CODEC_LZMS_ITEM_WRITER_H_
