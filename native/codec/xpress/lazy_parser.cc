#include "codec/xpress/lazy_parser.h"

#include <algorithm>
#include <cstring>

#include "codec/xpress/match_length.h"

namespace dism::codec::xpress {
namespace {

// Gains are in quarter bits: what a match saves against literals. A literal costs about 6.5 bits in
// what is left over after matching, a match header about 7 and its offset bits come on top.
constexpr int kLiteralPrice = 26;
constexpr int kHeaderPrice = 30;
constexpr int kOffsetBitPrice = 4;
constexpr int kLengthBytePrice = 28;
// What a match one position later must save more, for it may be followed by something worse.
constexpr int kLazyMargin = 8;
// How much shorter than the match found a better one can be at the next position: seldom more.
constexpr uint32_t kLazyShortening = 1;

struct Found {
  int gain = 0;
  uint32_t length = 0;  // 0: no match that saves anything
  uint32_t offset = 0;
};

inline int Gain(uint32_t length, uint32_t offset) {
  int gain =
      static_cast<int>(length) * kLiteralPrice - kHeaderPrice - static_cast<int>(OffsetLog(offset)) * kOffsetBitPrice;
  if (length >= kMinLongLength) gain -= kLengthBytePrice;
  return gain;
}

constexpr uint32_t kMultiplier = 0x9E3779B1;  // 2^32 / golden ratio

inline uint32_t Hash3(uint32_t bytes, unsigned bits) { return (bytes << 8) * kMultiplier >> (32 - bits); }
inline uint32_t Hash4(uint32_t bytes, unsigned bits) { return bytes * kMultiplier >> (32 - bits); }

}  // namespace

LazyParser::LazyParser(uint32_t chunk_size, const LazyEffort& effort)
    : effort_(effort),
      hash_bits_(static_cast<unsigned>(std::bit_width(chunk_size)) - 1),
      head3_(new uint16_t[size_t{1} << hash_bits_]),
      head4_(new uint16_t[size_t{1} << hash_bits_]),
      previous_(new uint16_t[chunk_size]) {}

size_t LazyParser::Memory(uint32_t chunk_size) { return size_t{3} * chunk_size * sizeof(uint16_t); }

size_t LazyParser::Parse(const uint8_t* data, uint32_t size, Item* items, uint32_t* counts) {
  std::memset(counts, 0, kNumSymbols * sizeof counts[0]);
  ++counts[kEndSymbol];
  const unsigned bits = hash_bits_;
  uint16_t* const head3 = head3_.get();
  uint16_t* const head4 = head4_.get();
  uint16_t* const previous = previous_.get();
  std::memset(head3, 0, sizeof(uint16_t) << bits);
  std::memset(head4, 0, sizeof(uint16_t) << bits);
  const uint32_t nice_length = effort_.nice_length;
  Item* next_item = items;
  const auto literal = [&](uint8_t byte) {
    *next_item++ = byte;
    ++counts[byte];
  };

  const auto insert = [&](uint32_t position) {
    const uint32_t bytes = LoadLe32(data + position);
    head3[Hash3(bytes, bits)] = static_cast<uint16_t>(position);
    uint16_t& head = head4[Hash4(bytes, bits)];
    previous[position] = head;
    head = static_cast<uint16_t>(position);
  };

  // Inserts `position` and finds the match there that saves most and more than `least`. Only matches
  // longer than `length` bytes (2 or more) are looked at.
  const auto find = [&](uint32_t position, int least, uint32_t length, unsigned depth) {
    Found best;
    best.gain = least;
    const uint8_t* const here = data + position;
    const uint32_t bytes = LoadLe32(here);
    uint16_t& slot3 = head3[Hash3(bytes, bits)];
    uint16_t& slot4 = head4[Hash4(bytes, bits)];
    const uint32_t candidate3 = slot3;
    uint32_t candidate = slot4;
    slot3 = static_cast<uint16_t>(position);
    slot4 = static_cast<uint16_t>(position);
    previous[position] = static_cast<uint16_t>(candidate);
    const uint32_t limit = size - position;
    if (position == 0 || limit < 4) return best;

    if (length < 3) {
      if (candidate3 < position && ((LoadLe32(data + candidate3) ^ bytes) << 8) == 0) {
        const int gain = Gain(3, position - candidate3);
        if (gain > best.gain) best = {gain, 3, position - candidate3};
      }
      length = 3;
    }
    if (candidate >= position || length >= limit) return best;
    // `length` bytes are the most that matched so far: only what matches more is looked at closely.
    uint32_t tail = LoadLe32(here + length - 3);
    for (;;) {
      const uint8_t* const there = data + candidate;
      if (LoadLe32(there + length - 3) == tail && LoadLe32(there) == bytes) {
        const uint32_t matched = ExtendMatch(here, there, 4, limit);
        if (matched > length) {
          length = matched;
          const int gain = Gain(matched, position - candidate);
          if (gain > best.gain) best = {gain, matched, position - candidate};
          if (length >= nice_length || length >= limit) break;
          tail = LoadLe32(here + length - 3);
        }
      }
      const uint32_t next = previous[candidate];
      if (next >= candidate || --depth == 0) break;
      candidate = next;
    }
    return best;
  };

  uint32_t position = 0;
  while (position < size) {
    Found current = find(position, 0, kMinMatchLength - 1, effort_.depth);
    if (current.length == 0) {
      literal(data[position++]);
      continue;
    }
    // Move on while the next position has something better.
    uint32_t inserted = position + 1;
    while (current.length < effort_.lazy_length && inserted + 4 <= size) {
      const uint32_t length = std::max(current.length - kLazyShortening, kMinMatchLength - 1);
      const Found next = find(inserted, current.gain + kLazyMargin, length, effort_.lazy_depth);
      ++inserted;
      if (next.length == 0) break;
      literal(data[position++]);
      current = next;
    }
    *next_item++ = MakeMatch(current.offset, current.length);
    ++counts[MatchSymbol(current.offset, current.length)];
    position += current.length;
    const uint32_t end = std::min(position, size);
    for (; inserted < end; ++inserted) insert(inserted);
  }
  return static_cast<size_t>(next_item - items);
}

}  // namespace dism::codec::xpress
