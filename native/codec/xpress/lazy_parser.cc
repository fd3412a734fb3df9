#include "codec/xpress/lazy_parser.h"

#include "codec/match/match_length.h"
#include "codec/xpress/match_length.h"

namespace dism::codec::xpress {
namespace {

// Gains are in quarter bits: what a match saves against literals. A literal costs about 6 bits in
// what is left over after matching, a match header about 7 and its offset bits come on top.
constexpr int kLiteralPrice = 24;
constexpr int kHeaderPrice = 30;
constexpr int kOffsetBitPrice = 4;
constexpr int kLengthBytePrice = 28;
// What a match one position later must save more, for it may be followed by something worse.
constexpr int kLazyMargin = 8;

struct Found {
  int gain;
  uint32_t length;  // 0: no match that saves anything
  uint32_t offset;
};

inline int Gain(uint32_t length, uint32_t offset) {
  int gain =
      static_cast<int>(length) * kLiteralPrice - kHeaderPrice - static_cast<int>(OffsetLog(offset)) * kOffsetBitPrice;
  if (length >= kMinLongLength) gain -= kLengthBytePrice;
  return gain;
}

// Finds the match at a position that saves most. Inlined where it is called: a result of three words would go through
// memory, and reading it back at once stalls.
class MatchSearch {
 public:
  MatchSearch(const uint8_t* data, uint32_t size, const match::HashChains& chains, uint32_t nice_length)
      : data_(data),
        size_(size),
        previous3_(chains.previous3()),
        previous4_(chains.previous4()),
        nice_length_(nice_length) {}

  // The match that saves most and more than `least`. position + 4 <= size.
  DISM_ALWAYS_INLINE Found Best(uint32_t position, int least, unsigned depth) const {
    const uint32_t bytes = LoadLe32(data_ + position);
    const uint32_t candidate3 = previous3_[position];
    const uint32_t candidate = previous4_[position];
    const bool has_three = ((LoadLe32(data_ + candidate3) ^ bytes) << 8) == 0;
    const bool has_four = LoadLe32(data_ + candidate) == bytes;
    // Most positions have neither: one branch for both.
    if ((int{has_three} | int{has_four}) == 0) return {least, 0, 0};
    if (has_four) return FollowChain(position, position, candidate, least, 3, depth);
    const uint32_t offset = position - candidate3;
    const int gain = Gain(3, offset);
    if (gain <= least) return {least, 0, 0};
    return {gain, 3, offset};
  }

  // As Best, when only matches longer than `length` > 3 bytes are of interest, which is less than what is left. Follows
  // the chain of the last four of the bytes that must be equal, which is far shorter than that of the first four.
  DISM_ALWAYS_INLINE Found Longer(uint32_t position, int least, uint32_t length, unsigned depth) const {
    const uint32_t from = position + length - 3;
    const uint32_t candidate = previous4_[from];
    if (LoadLe32(data_ + candidate) != LoadLe32(data_ + from)) return {least, 0, 0};
    return FollowChain(position, from, candidate, least, length, depth);
  }

 private:
  // Looks for matches longer than `length` at `position`. The candidates are given as those for `from` >= position.
  DISM_ALWAYS_INLINE Found FollowChain(uint32_t position, uint32_t from, uint32_t candidate, int least, uint32_t length,
                                       unsigned depth) const {
    Found best = {least, 0, 0};
    const uint8_t* const here = data_ + position;
    const uint32_t limit = size_ - position;
    const uint32_t before = from - position;
    const uint32_t bytes = LoadLe32(here);
    // `length` bytes are the most that matched so far: only what matches more is looked at closely.
    uint32_t tail = LoadLe32(here + length - 3);
    while (candidate >= before) {
      const uint8_t* const there = data_ + (candidate - before);
      if (LoadLe32(there + length - 3) == tail && LoadLe32(there) == bytes) {
        const uint32_t matched = ExtendMatch(here, there, 4, limit);
        if (matched > length) {
          length = matched;
          const uint32_t offset = from - candidate;
          const int gain = Gain(matched, offset);
          if (gain > best.gain) best = {gain, matched, offset};
          if (length >= nice_length_ || length >= limit) break;
          tail = LoadLe32(here + length - 3);
        }
      }
      if (candidate == 0 || --depth == 0) break;
      candidate = previous4_[candidate];
    }
    return best;
  }

  const uint8_t* const data_;
  const uint32_t size_;
  const uint16_t* const previous3_;
  const uint16_t* const previous4_;
  const uint32_t nice_length_;
};

}  // namespace

LazyParser::LazyParser(uint32_t chunk_size, const LazyEffort& effort) : effort_(effort), chains_(chunk_size) {}

size_t LazyParser::Memory(uint32_t chunk_size) { return match::HashChains::Memory(chunk_size); }

void LazyParser::Parse(const uint8_t* data, uint32_t size, ItemList& list) {
  chains_.Build(data, size);
  const MatchSearch search(data, size, chains_, effort_.nice_length);
  ItemList::Cursor out = list.Begin();
  // Behind the last position with a hash, and before the first one, there are only literals.
  const uint32_t end = size < 4 ? 0 : size - 3;
  uint32_t position = 0;
  if (size != 0) out.AddLiteral(data[position++]);
  while (position < end) {
    Found current = search.Best(position, 0, effort_.depth);
    if (current.length == 0) {
      out.AddLiteral(data[position++]);
      continue;
    }
    // Move on while the next position has something better.
    for (uint32_t next = position + 1; current.length < effort_.lazy_length && next < end; ++next) {
      const int least = current.gain + kLazyMargin;
      // A better match is seldom shorter by more than the byte that it gives up.
      const uint32_t length = current.length - 1;
      const Found better = length > 3 ? search.Longer(next, least, length, effort_.lazy_depth)
                                      : search.Best(next, least, effort_.lazy_depth);
      if (better.length == 0) break;
      out.AddLiteral(data[position++]);
      current = better;
    }
    out.AddMatch(current.offset, current.length);
    position += current.length;
  }
  while (position < size) out.AddLiteral(data[position++]);
  list.End(out);
}

}  // namespace dism::codec::xpress
