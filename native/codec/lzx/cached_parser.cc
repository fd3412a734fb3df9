#include "codec/lzx/cached_parser.h"

#include <algorithm>

#include "base/bytes.h"
#include "codec/lzx/match_gain.h"
#include "codec/match/match_length.h"

namespace dism::codec::lzx {
namespace {

struct Found {
  int gain;         // what a match must exceed to be taken, or the gain of the one that did
  uint32_t length;  // 0: none
  uint32_t formatted;
};

// A match of this length is taken without looking at the next position.
constexpr uint32_t kNiceLength = 64;
// Two bytes pay when they are near. Later passes would not find that out: what this parse never takes has a high price.
// Without: 0.1 % larger on Windows files, 0.3 % on ELF files.
constexpr uint32_t kMaxOffsetOfTwo = 128;

Found Find(const uint8_t* data, uint32_t p, uint32_t n, const match::MatchCache& matches, const uint32_t* literal_costs,
           const RepeatOffsets& repeats, int least_gain) {
  Found best = {least_gain, 0, 0};
  if (p == 0) return best;
  const uint32_t max = std::min<uint32_t>(n - p, kMaxMatch);
  const auto consider = [&](uint32_t length, uint32_t formatted, uint32_t slot) {
    const int gain = MatchGain::Gain(length, slot, literal_costs[p + length] - literal_costs[p]);
    if (gain > best.gain) best = {gain, length, formatted};
  };
  const uint8_t* const here = data + p;
  const uint64_t bytes = LoadLe64(here);
  for (uint32_t k = 0; k < kNumRepeatOffsets; ++k) {
    const uint8_t* const there = here - repeats.offset[k];
    const uint64_t difference = bytes ^ LoadLe64(there);
    if ((difference & 0xFFFF) != 0) continue;
    uint32_t length = difference != 0 ? static_cast<uint32_t>(std::countr_zero(difference)) >> 3
                                      : match::PortableLength::Extend(here, there, 8, max);
    length = std::min(length, max);
    if (length >= kMinMatch) consider(length, k, k);
  }
  const uint32_t longest = std::min(matches.longest(p), max);
  if (longest >= 3 || (longest == 2 && matches.lanes[8 * p + 1] < kMaxOffsetOfTwo)) {
    // Not LongestOffset: near the end of the chunk the longest match is cut.
    const uint32_t offset = longest > match::MatchCache::kMaxShort
                                ? matches.list[matches.list_start[p + 1] - 1] & 0xFFFF
                                : matches.lanes[8 * p + longest - 1];
    consider(longest, offset + kOffsetBias, SlotOf(offset + kOffsetBias));
  }
  return best;
}

}  // namespace

size_t ParseCached(const uint8_t* data, uint32_t n, const match::MatchCache& matches, uint32_t* literal_costs,
                   Item* items) {
  MatchGain::CumulateLiteralCosts(data, n, literal_costs);
  RepeatOffsets repeats;
  Item* out = items;
  Found found = {0, 0, 0};
  bool have_found = false;  // `found` is what was found at p
  for (uint32_t p = 0; p < n;) {
    if (!have_found) found = Find(data, p, n, matches, literal_costs, repeats, 0);
    have_found = false;
    if (found.length == 0) {
      *out++ = Item::Literal(data[p++]);
      continue;
    }
    if (found.length < kNiceLength && p + 1 < n) {
      const Found next = Find(data, p + 1, n, matches, literal_costs, repeats, found.gain + MatchGain::kLazyMargin1);
      if (next.length != 0) {
        *out++ = Item::Literal(data[p++]);
        found = next;
        have_found = true;
        continue;
      }
    }
    const uint32_t formatted =
        found.formatted < kNumRepeatOffsets ? found.formatted : repeats.Format(found.formatted - kOffsetBias);
    *out++ = Item::Match(found.length, formatted);
    repeats.Update(formatted);
    p += found.length;
  }
  return static_cast<size_t>(out - items);
}

}  // namespace dism::codec::lzx
