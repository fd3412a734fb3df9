// What a parser hands to the writer: the chunk as a sequence of literals and matches.
#ifndef DISM_CODEC_XPRESS_ITEM_H_
#define DISM_CODEC_XPRESS_ITEM_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

#include "codec/xpress/format.h"

namespace dism::codec::xpress {

// Bits below the top bit of an offset: what its offset log says that follows.
inline uint32_t OffsetLog(uint32_t offset) { return static_cast<uint32_t>(std::bit_width(offset)) - 1; }

// An item as it is written: symbol << 16 | the offset bits that follow it, 0 for a literal. One form for both, so that
// the writer need not ask which it is: that is hard to predict.
using Item = uint32_t;

class ItemList {
 public:
  explicit ItemList(uint32_t chunk_size)
      : items_(new Item[chunk_size]), long_lengths_(new uint16_t[MaxLongLengths(chunk_size)]) {}
  static size_t Memory(uint32_t chunk_size) {
    return chunk_size * sizeof(Item) + MaxLongLengths(chunk_size) * sizeof(uint16_t);
  }

  // The end of the list, to be held in a local variable while items are added.
  struct Cursor {
    Item* next;
    uint16_t* next_long;
    uint32_t* counts;

    void AddLiteral(uint8_t byte) {
      *next++ = uint32_t{byte} << 16;
      ++counts[byte];
    }
    // length >= kMinMatchLength; the items cover a chunk at most.
    void AddMatch(uint32_t offset, uint32_t length) {
      const uint32_t log = OffsetLog(offset);
      uint32_t header = length - kMinMatchLength;
      if (header >= kLongLengthHeader) {
        *next_long++ = static_cast<uint16_t>(header);
        header = kLongLengthHeader;
      }
      const uint32_t symbol = kFirstMatchSymbol + (log << 4) + header;
      *next++ = symbol << 16 | (offset ^ 1u << log);
      ++counts[symbol];
    }
  };
  // Empties the list.
  Cursor Begin() {
    std::memset(counts_, 0, sizeof counts_);
    ++counts_[kEndSymbol];
    return {items_.get(), long_lengths_.get(), counts_};
  }
  void End(const Cursor& cursor) {
    end_ = cursor.next;
    long_end_ = cursor.next_long;
  }

  std::span<const Item> items() const { return {items_.get(), end_}; }
  // Of the matches with kLongLengthHeader, in their order: length - kMinMatchLength.
  std::span<const uint16_t> long_lengths() const { return {long_lengths_.get(), long_end_}; }
  // How often each symbol occurs, one end symbol included (kNumSymbols elements).
  const uint32_t* counts() const { return counts_; }

 private:
  static size_t MaxLongLengths(uint32_t chunk_size) { return chunk_size / kMinLongLength + 1; }

  std::unique_ptr<Item[]> items_;
  std::unique_ptr<uint16_t[]> long_lengths_;
  Item* end_ = nullptr;
  uint16_t* long_end_ = nullptr;
  uint32_t counts_[kNumSymbols];
};

}  // namespace dism::codec::xpress

#endif  // DISM_CODEC_XPRESS_ITEM_H_
