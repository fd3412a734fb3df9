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

constexpr unsigned kHash3Bits = 15;
inline uint32_t Hash3(uint32_t bytes) { return (bytes << 8) * kMultiplier >> (32 - kHash3Bits); }

}  // namespace

LazyParser::LazyParser(uint32_t chunk_size, const LazyEffort& effort)
    : effort_(effort), head3_(new uint16_t[size_t{1} << kHash3Bits]), rows_(chunk_size) {}

size_t LazyParser::Memory(uint32_t chunk_size) {
  return (sizeof(uint16_t) << kHash3Bits) + match::RowTable::Memory(chunk_size);
}

void LazyParser::Parse(const uint8_t* data, uint32_t size, ItemList& list) {
  ItemList::Cursor out = list.Begin();
  uint16_t* const head3 = head3_.get();
  const match::RowTable::View rows = rows_.view();
  std::memset(head3, 0, sizeof(uint16_t) << kHash3Bits);
  rows_.Clear();
  const uint32_t nice_length = effort_.nice_length;

  const auto insert = [&](uint32_t position) {
    const uint32_t bytes = LoadLe32(data + position);
    head3[Hash3(bytes)] = static_cast<uint16_t>(position);
    const match::RowTable::Key key = rows.KeyOf(bytes);
    rows[key.row].Insert(key.tag, position);
  };

  // Inserts `position` and finds the match there that saves most and more than `least`.
  const auto find = [&](uint32_t position, int least, unsigned depth) {
    Found best;
    best.gain = least;
    const uint8_t* const here = data + position;
    const uint32_t bytes = LoadLe32(here);
    uint16_t& slot3 = head3[Hash3(bytes)];
    const match::RowTable::Key key = rows.KeyOf(bytes);
    match::RowTable::Row& row = rows[key.row];
    const uint32_t candidate3 = slot3;
    const uint32_t first = row.newest;
    uint32_t mask = row.Match(key.tag);
    slot3 = static_cast<uint16_t>(position);
    row.Insert(key.tag, position);
    const uint32_t limit = size - position;
    if (position == 0 || limit < 4) return best;
    if (((LoadLe32(data + candidate3) ^ bytes) << 8) == 0) {
      const int gain = Gain(3, position - candidate3);
      if (gain > best.gain) best = {gain, 3, position - candidate3};
    }
    if (mask == 0) return best;
    uint32_t length = 3;
    // `length` bytes are the most that matched so far: only what matches more is looked at closely.
    uint32_t tail = bytes;
    do {
      const uint32_t candidate = row.Position(static_cast<uint32_t>(std::countr_zero(mask)), first);
      mask &= mask - 1;
      const uint8_t* const there = data + candidate;
      if (LoadLe32(there + length - 3) == tail) {
        const uint32_t matched = ExtendMatch(here, there, 0, limit);
        if (matched > length) {
          length = matched;
          const int gain = Gain(matched, position - candidate);
          if (gain > best.gain) best = {gain, matched, position - candidate};
          if (length >= nice_length || length >= limit) break;
          tail = LoadLe32(here + length - 3);
        }
      }
    } while (mask != 0 && --depth != 0);
    return best;
  };

  // As find, when only matches longer than `length` > 3 bytes are of interest. Candidates are the positions with the
  // last four of the bytes that must be equal: far fewer than those with the first four.
  const auto find_longer = [&](uint32_t position, int least, uint32_t length, unsigned depth) {
    Found best;
    best.gain = least;
    const uint8_t* const here = data + position;
    const uint32_t bytes = LoadLe32(here);
    head3[Hash3(bytes)] = static_cast<uint16_t>(position);
    const match::RowTable::Key key = rows.KeyOf(bytes);
    const uint32_t before = length - 3;
    uint32_t tail = LoadLe32(here + before);
    const match::RowTable::Key tail_key = rows.KeyOf(tail);
    const match::RowTable::Row& row = rows[tail_key.row];
    const uint32_t first = row.newest;
    uint32_t mask = row.Match(tail_key.tag);
    const uint32_t limit = size - position;
    if (mask != 0 && length < limit) {
      do {
        const uint32_t candidate = row.Position(static_cast<uint32_t>(std::countr_zero(mask)), first) - before;
        mask &= mask - 1;
        const uint8_t* const there = data + candidate;
        if (candidate < position && LoadLe32(there) == bytes && LoadLe32(there + length - 3) == tail) {
          const uint32_t matched = ExtendMatch(here, there, 4, limit);
          if (matched > length) {
            length = matched;
            const int gain = Gain(matched, position - candidate);
            if (gain > best.gain) best = {gain, matched, position - candidate};
            if (length >= nice_length || length >= limit) break;
            tail = LoadLe32(here + length - 3);
          }
        }
      } while (mask != 0 && --depth != 0);
    }
    rows[key.row].Insert(key.tag, position);
    return best;
  };

  uint32_t position = 0;
  while (position < size) {
    Found current = find(position, 0, effort_.depth);
    if (current.length == 0) {
      out.AddLiteral(data[position++]);
      continue;
    }
    // Move on while the next position has something better.
    uint32_t inserted = position + 1;
    while (current.length < effort_.lazy_length && inserted + 4 <= size) {
      const uint32_t length = std::max(current.length - kLazyShortening, kMinMatchLength - 1);
      const Found next = length > 3 ? find_longer(inserted, current.gain + kLazyMargin, length, effort_.lazy_depth)
                                    : find(inserted, current.gain + kLazyMargin, effort_.lazy_depth);
      ++inserted;
      if (next.length == 0) break;
      out.AddLiteral(data[position++]);
      current = next;
    }
    out.AddMatch(current.offset, current.length);
    position += current.length;
    const uint32_t end = std::min(position, size);
    for (; inserted < end; ++inserted) insert(inserted);
  }
  list.End(out);
}

}  // namespace dism::codec::xpress
