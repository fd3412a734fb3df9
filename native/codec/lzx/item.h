// What a parser produces and a block is written from: literals and matches, four bytes each, and
// the counts of the symbols that they become.
#ifndef DISM_CODEC_LZX_ITEM_H_
#define DISM_CODEC_LZX_ITEM_H_

#include <cstdint>
#include <cstring>

#include "codec/lzx/format.h"

namespace dism::codec::lzx {

// Low 9 bits: the length, 1 for a literal. Above: the literal, or the formatted offset (0..2 repeat
// offset, else offset + 2).
class Item {
 public:
  Item() = default;
  static Item Literal(uint8_t byte) { return Item(uint32_t{byte} << 9 | 1); }
  static Item Match(uint32_t length, uint32_t formatted) { return Item(formatted << 9 | length); }

  uint32_t length() const { return packed_ & 511; }
  uint32_t value() const { return packed_ >> 9; }
  bool is_literal() const { return length() == 1; }

 private:
  explicit Item(uint32_t packed) : packed_(packed) {}
  uint32_t packed_;
};

// The main symbol of a match and the slot it came from.
inline uint32_t LengthHeader(uint32_t length) {
  return length < kMinLongMatch ? length - kMinMatch : uint32_t{kLongLengthHeader};
}
inline uint32_t MatchSymbol(uint32_t slot, uint32_t length) {
  return kNumLiterals + slot * kNumLengthHeaders + LengthHeader(length);
}

struct SymbolCounts {
  uint32_t main[kMaxMainSymbols];
  uint32_t length[kNumLengthSymbols];
  uint32_t aligned[kNumAlignedSymbols];

  void Clear() { std::memset(this, 0, sizeof *this); }

  void Add(const SymbolCounts& other) {
    for (int s = 0; s < kMaxMainSymbols; ++s) main[s] += other.main[s];
    for (int s = 0; s < kNumLengthSymbols; ++s) length[s] += other.length[s];
    for (int s = 0; s < kNumAlignedSymbols; ++s) aligned[s] += other.aligned[s];
  }

  void Add(const Item* items, size_t n) {
    for (size_t i = 0; i < n; ++i) {
      const uint32_t value = items[i].value();
      if (items[i].is_literal()) {
        ++main[value];
        continue;
      }
      const uint32_t l = items[i].length();
      const uint32_t slot = SlotOf(value);
      ++main[MatchSymbol(slot, l)];
      if (l >= kMinLongMatch) ++length[l - kMinLongMatch];
      if (slot >= kFirstAlignedSlot) ++aligned[value % kNumAlignedSymbols];
    }
  }
};

// The three repeat offsets. A repeat slot swaps its offset with the first; an explicit offset
// pushes.
struct RepeatOffsets {
  uint32_t offset[kNumRepeatOffsets] = {1, 1, 1};

  // Takes the offset of a match in formatted form.
  void Update(uint32_t formatted) {
    if (formatted < kNumRepeatOffsets) {
      const uint32_t used = offset[formatted];
      offset[formatted] = offset[0];
      offset[0] = used;
    } else {
      offset[2] = offset[1];
      offset[1] = offset[0];
      offset[0] = formatted - kOffsetBias;
    }
  }
  // The formatted form of an offset: the first repeat slot that holds it, else explicit.
  uint32_t Format(uint32_t wanted) const {
    for (uint32_t k = 0; k < kNumRepeatOffsets; ++k) {
      if (offset[k] == wanted) return k;
    }
    return wanted + kOffsetBias;
  }
};

}  // namespace dism::codec::lzx

#endif  // DISM_CODEC_LZX_ITEM_H_
