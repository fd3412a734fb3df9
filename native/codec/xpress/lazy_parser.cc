#include "codec/xpress/lazy_parser.h"

#include "codec/match/match_length.h"

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
      : data_(data), size_(size), chains_(chains), nice_length_(nice_length) {}

  // The match that saves most and more than `least`. position + 4 <= size.
  DISM_ALWAYS_INLINE Found Best(uint32_t position, int least, unsigned depth) const {
    const uint32_t bytes = LoadLe32(data_ + position);
    const uint32_t candidate3 = chains_.previous3()[position];
    const bool has_three = ((LoadLe32(data_ + candidate3) ^ bytes) << 8) == 0;
    const bool has_four = LoadLe32(data_ + chains_.previous4()[position]) == bytes;
    // Most positions have neither: one branch for both.
    if ((int{has_three} | int{has_four}) == 0) return {least, 0, 0};
    if (has_four) return Longer(position, least, 3, depth);
    const uint32_t offset = position - candidate3;
    const int gain = Gain(3, offset);
    if (gain <= least) return {least, 0, 0};
    return {gain, 3, offset};
  }

  // As Best, when only matches longer than `length` >= 3 bytes are of interest, which is less than what is left.
  DISM_ALWAYS_INLINE Found Longer(uint32_t position, int least, uint32_t length, unsigned depth) const {
    Found best = {least, 0, 0};
    chains_.Search<false>(data_, position, length, size_ - position, nice_length_, depth,
                          [&best](uint32_t found, uint32_t offset) {
                            const int gain = Gain(found, offset);
                            if (gain > best.gain) best = {gain, found, offset};
                          });
    return best;
  }

 private:
  const uint8_t* const data_;
  const uint32_t size_;
  const match::HashChains& chains_;
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
      // A match to the end of the chunk: nothing is longer, and the last positions have no links.
      if (length >= size - next) break;
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
