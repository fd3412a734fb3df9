#include "codec/lzx/lazy_parser.h"

#include <algorithm>
#include <cstring>

#include "base/bytes.h"
#include "codec/lzx/match_gain.h"
#include "codec/lzx/repeat_search.h"
#include "codec/match/hash_chains.h"
#include "codec/match/match_length.h"

namespace dism::codec::lzx {
namespace {

// Two bytes pay only when they are near: 0.1 % of Windows files, 0.2 % of ELF files.
constexpr uint32_t kMaxOffsetOfTwo = 63;

struct Found {
  int gain;         // what a match must exceed to be taken, or the gain of the one that did
  uint32_t length;  // 0: none
  uint32_t formatted;
};

template <typename Chains>
class ChainLazyParser final : public LazyParser {
 public:
  ChainLazyParser(uint32_t chunk_size, const LazyConfig& config)
      : config_(config),
        max_formatted_(chunk_size - 1),
        chains_(chunk_size),
        literal_costs_(new uint32_t[chunk_size + MatchGain::kLiteralCostRoom]) {}

  size_t Parse(const uint8_t* data, uint32_t n, Item* items, const CancelFlag* cancel) override;

  static size_t Memory(uint32_t chunk_size) {
    return sizeof(ChainLazyParser) + Chains::Memory(chunk_size) +
           sizeof(uint32_t) * (chunk_size + MatchGain::kLiteralCostRoom);
  }

 private:
  DISM_ALWAYS_INLINE Found Find(const uint8_t* data, uint32_t p, uint32_t n, const RepeatOffsets& repeats,
                                int least_gain, uint32_t longer_than);

  static constexpr int kHash2Bits = 12;
  static uint32_t Hash2(uint32_t bytes) { return (bytes << 16) * 0x9E3779B1 >> (32 - kHash2Bits); }

  const LazyConfig config_;
  const uint32_t max_formatted_;  // window - 1: offsets end at window - 3
  Chains chains_;
  uint32_t last2_[1 << kHash2Bits];            // the last position that was looked at with these two bytes
  std::unique_ptr<uint32_t[]> literal_costs_;  // cumulated, see MatchGain
};

// The best match at p whose gain exceeds least_gain. Explicit matches must also be longer than `longer_than` bytes.
// p > 0, p + 4 <= n.
template <typename Chains>
DISM_ALWAYS_INLINE Found ChainLazyParser<Chains>::Find(const uint8_t* data, uint32_t p, uint32_t n,
                                                       const RepeatOffsets& repeats, int least_gain,
                                                       uint32_t longer_than) {
  Found best = {least_gain, 0, 0};
  const uint8_t* const here = data + p;
  const uint64_t bytes = LoadLe64(here);
  const uint32_t max = std::min<uint32_t>(n - p, kMaxMatch);
  const uint32_t* const costs = literal_costs_.get() + p;
  const auto consider = [&](uint32_t length, uint32_t formatted, uint32_t slot) {
    const int gain = MatchGain::Gain(length, slot, costs[length] - costs[0]);
    if (gain > best.gain) best = {gain, length, formatted};
  };
  const auto consider_offset = [&](uint32_t length, uint32_t offset) {
    const uint32_t formatted = offset + kOffsetBias;
    if (formatted <= max_formatted_) consider(length, formatted, SlotOf(formatted));
  };

  uint32_t& head2 = last2_[Hash2(static_cast<uint32_t>(bytes))];
  const uint32_t candidate2 = head2;
  head2 = p;
  const uint32_t longest_repeat = SearchRepeats<match::PortableLength>(
      here, bytes, max, repeats, [&](uint32_t length, uint32_t k) { consider(length, k, k); });
  const uint32_t longest = std::max(longer_than, longest_repeat);
  if (longest_repeat >= config_.nice_length || longest >= max) return best;
  if (longest < 3) {
    const uint32_t candidate = chains_.previous3()[p];
    if (((LoadLe32(data + candidate) ^ static_cast<uint32_t>(bytes)) << 8) == 0) {
      consider_offset(3, p - candidate);
    } else if (longest < kMinMatch + 1 && p - candidate2 <= kMaxOffsetOfTwo &&
               LoadLe16(data + candidate2) == static_cast<uint16_t>(bytes)) {
      consider_offset(kMinMatch, p - candidate2);
    }
  }
  chains_.template Search<true>(data, p, std::max(longest, 3u), max, config_.nice_length, config_.max_depth,
                                consider_offset);
  return best;
}

template <typename Chains>
size_t ChainLazyParser<Chains>::Parse(const uint8_t* data, uint32_t n, Item* items, const CancelFlag* cancel) {
  constexpr uint32_t kStep = 65536;
  MatchGain::CumulateLiteralCosts(data, n, literal_costs_.get());
  chains_.Clear();
  std::memset(last2_, 0, sizeof last2_);
  RepeatOffsets repeats;
  Item* out = items;
  uint32_t p = 0;
  *out++ = Item::Literal(data[p++]);
  // A position has links when four bytes are left at it.
  const uint32_t end = n < 4 ? 0 : n - 3;
  uint32_t linked = 0;
  Found found = {0, 0, 0};
  bool have_found = false;  // `found` is what was found at p
  while (p < end) {
    // Up to the end of the last match that the next round may look at.
    if (linked < n && p + 2 * kMaxMatch > linked) {
      if (cancel != nullptr && cancel->IsSet()) return 0;
      const uint32_t next = n - linked > kStep + kStep / 2 ? linked + kStep : n;
      chains_.Link(data, linked, next);
      linked = next;
    }
    if (!have_found) found = Find(data, p, n, repeats, 0, 0);
    have_found = false;
    if (found.length == 0) {
      *out++ = Item::Literal(data[p++]);
      continue;
    }
    if (found.length < config_.nice_length && p + 1 < end) {
      const Found next = Find(data, p + 1, n, repeats, found.gain + MatchGain::kLazyMargin1, found.length - 1);
      if (next.length != 0) {
        *out++ = Item::Literal(data[p++]);
        found = next;
        have_found = true;
        continue;
      }
      // Not behind a match of two bytes: p + 2 would be looked at twice, and then be its own candidate.
      if (config_.look_ahead > 1 && found.length > 2 && p + 2 < end) {
        const Found second = Find(data, p + 2, n, repeats, found.gain + MatchGain::kLazyMargin2, found.length - 1);
        if (second.length != 0) {
          *out++ = Item::Literal(data[p++]);
          *out++ = Item::Literal(data[p++]);
          found = second;
          have_found = true;
          continue;
        }
      }
    }
    *out++ = Item::Match(found.length, found.formatted);
    repeats.Update(found.formatted);
    p += found.length;
  }
  while (p < n) *out++ = Item::Literal(data[p++]);
  return static_cast<size_t>(out - items);
}

using SmallParser = ChainLazyParser<match::BasicHashChains<uint16_t, 14, 16>>;
using LargeParser = ChainLazyParser<match::BasicHashChains<uint32_t, 15, 17>>;

}  // namespace

std::unique_ptr<LazyParser> NewLazyParser(uint32_t chunk_size, const LazyConfig& config) {
  if (chunk_size == kMinChunkSize) return std::make_unique<SmallParser>(chunk_size, config);
  return std::make_unique<LargeParser>(chunk_size, config);
}

size_t LazyParserMemory(uint32_t chunk_size) {
  return chunk_size == kMinChunkSize ? SmallParser::Memory(chunk_size) : LargeParser::Memory(chunk_size);
}

}  // namespace dism::codec::lzx
