#include "codec/lzx/quick_parser.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/bytes.h"
#include "codec/lzx/match_gain.h"
#include "codec/lzx/repeat_search.h"
#include "codec/match/match_length.h"

namespace dism::codec::lzx {
namespace {

constexpr uint32_t kDepth = 8;        // candidates for each position
constexpr uint32_t kLazyDepth = 4;    // the same one position later, when a match has been found already
constexpr uint32_t kNiceLength = 32;  // a match of this length is taken without looking further
// What a byte that a match covers would take as a literal, as MatchGain weighs it: a constant, because looking it up byte
// by byte takes 6 % of the time, and gains no more than a longer kNiceLength does in a third of it.
constexpr uint32_t kLiteralCost = 35;
constexpr uint32_t kMaxFormatted = kMinChunkSize - 1;

struct Found {
  int gain;         // what a match must exceed to be taken, or the gain of the one that did
  uint32_t length;  // 0: none
  uint32_t formatted;

  void Consider(uint32_t new_length, uint32_t new_formatted, uint32_t slot) {
    const int new_gain = MatchGain::Gain(new_length, slot, kLiteralCost * new_length);
    if (new_gain > gain) *this = {new_gain, new_length, new_formatted};
  }
  void ConsiderOffset(uint32_t new_length, uint32_t offset) {
    const uint32_t new_formatted = offset + kOffsetBias;
    if (new_formatted <= kMaxFormatted) Consider(new_length, new_formatted, SlotOf(new_formatted));
  }
};

// Adds items to a list and counts them.
class ItemCounter {
 public:
  ItemCounter(CountedItems& list, uint32_t size) : list_(list), next_(list.items), size_(size) { Begin(0); }

  void AddLiteral(uint8_t byte) {
    *next_++ = Item::Literal(byte);
    ++counts_->main[byte];
  }
  void AddMatch(uint32_t length, uint32_t formatted) {
    const uint32_t slot = SlotOf(formatted);
    *next_++ = Item::Match(length, formatted);
    ++counts_->main[MatchSymbol(slot, length)];
    ++lengths_[length];
    counts_->aligned[formatted % kNumAlignedSymbols] += slot >= kFirstAlignedSlot;
  }
  // Between items: begins a new segment when it is time to.
  void At(uint32_t position) {
    if (position < next_cut_) return;
    EndSegment();
    Begin(position);
  }
  void Finish() {
    EndSegment();
    CountedSegment& end = list_.segments[num_segments_];
    end.first_item = static_cast<uint32_t>(next_ - list_.items);
    end.start = size_;
    list_.num_segments = num_segments_;
  }

 private:
  void Begin(uint32_t position) {
    CountedSegment& segment = list_.segments[num_segments_];
    segment.first_item = static_cast<uint32_t>(next_ - list_.items);
    segment.start = position;
    segment.counts.Clear();
    counts_ = &segment.counts;
    std::memset(lengths_, 0, sizeof lengths_);
    // Not so late that less than half a segment would be left.
    next_cut_ = position - position % CountedItems::kSegmentSize + CountedItems::kSegmentSize;
    if (next_cut_ + CountedItems::kSegmentSize / 2 + kMaxMatch > size_)
      next_cut_ = std::numeric_limits<uint32_t>::max();
  }
  void EndSegment() {
    std::memcpy(counts_->length, lengths_ + kMinLongMatch, sizeof counts_->length);
    ++num_segments_;
  }

  CountedItems& list_;
  Item* next_;
  SymbolCounts* counts_;
  uint32_t next_cut_;
  const uint32_t size_;
  uint32_t num_segments_ = 0;
  uint32_t lengths_[kMaxMatch + 1];  // matches by length: those without a length symbol too, which saves a branch
};

}  // namespace

void QuickParser::Parse(const uint8_t* data, uint32_t n, CountedItems& list) {
  chains_.Build(data, n);
  RepeatOffsets repeats;

  // Inlined where it is called: a result of three words would go through memory, and reading it back at once stalls.
  //
  // The best match at p whose gain exceeds least_gain. Explicit matches must also be longer than `longer_than` bytes.
  // p + 4 <= n, p > 0.
  const auto find = [&](uint32_t p, int least_gain, uint32_t longer_than, uint32_t depth)
      __attribute__((always_inline)) {
    Found best = {least_gain, 0, 0};
    const uint8_t* const here = data + p;
    const uint64_t bytes = LoadLe64(here);
    const uint32_t first_four = static_cast<uint32_t>(bytes);
    const uint32_t max = std::min<uint32_t>(n - p, kMaxMatch);
    const uint32_t longest_repeat = SearchRepeats<match::PortableLength>(
        here, bytes, max, repeats, [&](uint32_t length, uint32_t k) { best.Consider(length, k, k); });
    const uint32_t longest = std::max(longer_than, longest_repeat);
    if (longest_repeat >= kNiceLength || longest >= max) return best;

    if (longest < 3) {
      const uint32_t candidate3 = chains_.previous3()[p];
      const bool has_three = ((LoadLe32(data + candidate3) ^ first_four) << 8) == 0;
      const bool has_four = LoadLe32(data + chains_.previous4()[p]) == first_four;
      // Most positions have neither: one branch for both.
      if ((int{has_three} | int{has_four}) == 0) return best;
      if (!has_four) {
        best.ConsiderOffset(3, p - candidate3);
        return best;
      }
    }
    chains_.Search<false>(data, p, std::max(longest, 3u), max, kNiceLength, depth,
                          [&best](uint32_t length, uint32_t offset) { best.ConsiderOffset(length, offset); });
    return best;
  };

  ItemCounter out(list, n);
  // Behind the last position with a hash, and before the first one, there are only literals.
  const uint32_t end = n < 4 ? 0 : n - 3;
  uint32_t p = 0;
  out.AddLiteral(data[p++]);
  while (p < end) {
    out.At(p);
    Found found = find(p, 0, 0, kDepth);
    if (found.length == 0) {
      out.AddLiteral(data[p++]);
      continue;
    }
    for (uint32_t next = p + 1; found.length < kNiceLength && next < end; ++next) {
      const Found better = find(next, found.gain + MatchGain::kLazyMargin1, found.length - 1, kLazyDepth);
      if (better.length == 0) break;
      out.AddLiteral(data[p++]);
      found = better;
    }
    out.AddMatch(found.length, found.formatted);
    repeats.Update(found.formatted);
    p += found.length;
  }
  while (p < n) out.AddLiteral(data[p++]);
  out.Finish();
}

}  // namespace dism::codec::lzx
