#include "codec/lzx/lazy_parser.h"

#include <algorithm>
#include <cstring>

#include "base/bytes.h"
#include "base/cpu.h"
#include "codec/lzx/match_gain.h"
#include "codec/match/match_length.h"

namespace dism::codec::lzx {
namespace {

// Two bytes pay only when they are near: 0.1 % of Windows files, 0.2 % of ELF files.
constexpr uint32_t kMaxOffsetOfTwo = 63;

constexpr uint32_t kHashMultiplier = 0x9E3779B1;  // 2^32 divided by the golden ratio

// Tables of the finder. Position is the smallest type that holds a position of the chunk: half the
// memory traffic for the usual 32 KiB. Entries that were never set are 0, a legal position: a
// candidate is always compared before it is used.
template <typename Position, int kHash3Bits, int kHash4Bits>
struct ChainTables {
  static constexpr int kHash2Bits = 12;
  static uint32_t Hash2(uint32_t bytes) { return (bytes << 16) * kHashMultiplier >> (32 - kHash2Bits); }
  static uint32_t Hash3(uint32_t bytes) { return (bytes << 8) * kHashMultiplier >> (32 - kHash3Bits); }
  static uint32_t Hash4(uint32_t bytes) { return bytes * kHashMultiplier >> (32 - kHash4Bits); }

  void Clear() {
    std::memset(last2, 0, sizeof last2);
    std::memset(last3, 0, sizeof last3);
    std::memset(last4, 0, sizeof last4);
  }
  DISM_ALWAYS_INLINE void Insert(const uint8_t* data, uint32_t p) {
    const uint32_t bytes = LoadLe32(data + p);
    Position& head = last4[Hash4(bytes)];
    last3[Hash3(bytes)] = static_cast<Position>(p);
    previous[p] = head;
    head = static_cast<Position>(p);
  }

  Position last2[1 << kHash2Bits];  // the last position that was looked at with these two bytes
  Position last3[1 << kHash3Bits];  // the nearest position with these three bytes
  Position last4[1 << kHash4Bits];  // heads of the chains of equal four bytes
  Position* previous;               // chunk size entries: the next older position of the same chain
};

struct Found {
  int gain;         // what a match must exceed to be taken, or the gain of the one that did
  uint32_t length;  // 0: none
  uint32_t formatted;
};

template <typename Position, int kHash3Bits, int kHash4Bits>
class ChainLazyParser final : public LazyParser {
 public:
  ChainLazyParser(uint32_t chunk_size, const LazyConfig& config, Variant variant)
      : config_(config),
        max_formatted_(chunk_size - 1),
        use_avx2_(variant == Variant::kBest && Cpu().avx2),
        previous_(new Position[chunk_size]),
        literal_costs_(new uint32_t[chunk_size + MatchGain::kLiteralCostRoom]) {
    tables_.previous = previous_.get();
  }

  size_t Parse(const uint8_t* data, uint32_t n, Item* items, const CancelFlag* cancel) override {
#if defined(__x86_64__)
    if (use_avx2_) return ParseAvx2(data, n, items, cancel);
#endif
    return ParseBody<match::PortableLength>(data, n, items, cancel);
  }

 private:
#if defined(__x86_64__)
  DISM_TARGET_AVX2 size_t ParseAvx2(const uint8_t* data, uint32_t n, Item* items, const CancelFlag* cancel) {
    return ParseBody<match::Avx2Length>(data, n, items, cancel);
  }
#endif

  template <typename Length>
  DISM_ALWAYS_INLINE size_t ParseBody(const uint8_t* data, uint32_t n, Item* items, const CancelFlag* cancel);
  template <typename Length>
  DISM_ALWAYS_INLINE Found FindAndInsert(const uint8_t* data, uint32_t p, uint32_t n, const RepeatOffsets& repeats,
                                         int least_gain);

  const LazyConfig config_;
  const uint32_t max_formatted_;  // window - 1: offsets end at window - 3
  const bool use_avx2_;
  std::unique_ptr<Position[]> previous_;
  std::unique_ptr<uint32_t[]> literal_costs_;  // cumulated, see MatchGain
  ChainTables<Position, kHash3Bits, kHash4Bits> tables_;
};

// The best match at p whose gain exceeds least_gain; inserts p into the tables.
template <typename Position, int kHash3Bits, int kHash4Bits>
template <typename Length>
DISM_ALWAYS_INLINE Found ChainLazyParser<Position, kHash3Bits, kHash4Bits>::FindAndInsert(const uint8_t* data,
                                                                                          uint32_t p, uint32_t n,
                                                                                          const RepeatOffsets& repeats,
                                                                                          int least_gain) {
  Found best = {least_gain, 0, 0};
  const uint8_t* const here = data + p;
  const uint64_t bytes = LoadLe64(here);
  const uint32_t max = std::min<uint32_t>(n - p, kMaxMatch);
  const uint32_t* const costs = literal_costs_.get() + p;
  const auto consider = [&](uint32_t length, uint32_t formatted, uint32_t slot) {
    const int gain = MatchGain::Gain(length, slot, costs[length] - costs[0]);
    if (gain > best.gain) best = {gain, length, formatted};
  };

  Position& head3 = tables_.last3[tables_.Hash3(static_cast<uint32_t>(bytes))];
  Position& head4 = tables_.last4[tables_.Hash4(static_cast<uint32_t>(bytes))];
  Position& head2 = tables_.last2[tables_.Hash2(static_cast<uint32_t>(bytes))];
  const uint32_t candidate2 = head2;
  const uint32_t candidate3 = head3;
  uint32_t candidate = head4;
  head2 = static_cast<Position>(p);
  head3 = static_cast<Position>(p);
  head4 = static_cast<Position>(p);
  tables_.previous[p] = static_cast<Position>(candidate);
  if (p == 0 || max < 4) return best;

  uint32_t longest = 2;
  // One branch for all three, which are seldom taken one by one.
  const uint16_t two = static_cast<uint16_t>(bytes);
  const int any_repeat = int{LoadLe16(here - repeats.offset[0]) == two} |
                         int{LoadLe16(here - repeats.offset[1]) == two} |
                         int{LoadLe16(here - repeats.offset[2]) == two};
  if (any_repeat != 0) {
    for (uint32_t k = 0; k < kNumRepeatOffsets; ++k) {
      const uint8_t* const there = here - repeats.offset[k];
      const uint64_t difference = bytes ^ LoadLe64(there);
      if ((difference & 0xFFFF) != 0) continue;
      uint32_t length = difference != 0 ? static_cast<uint32_t>(std::countr_zero(difference)) >> 3
                                        : Length::Extend(here, there, 8, max);
      length = std::min(length, max);
      consider(length, k, k);
      longest = std::max(longest, length);
    }
    if (longest >= config_.nice_length) return best;
  }

  if (longest < 3) {
    if (((LoadLe32(data + candidate3) ^ static_cast<uint32_t>(bytes)) << 8) == 0) {
      const uint32_t formatted = p - candidate3 + kOffsetBias;
      if (formatted <= max_formatted_) consider(3, formatted, SlotOf(formatted));
    } else if (longest < kMinMatch + 1 && p - candidate2 <= kMaxOffsetOfTwo &&
               LoadLe16(data + candidate2) == static_cast<uint16_t>(bytes)) {
      const uint32_t formatted = p - candidate2 + kOffsetBias;
      consider(kMinMatch, formatted, SlotOf(formatted));
    }
    longest = 3;
  }
  if (longest >= max) return best;

  // Only a candidate that agrees on the last four bytes of a longer match can give one.
  uint32_t tail = LoadLe32(here + longest - 3);
  for (uint32_t depth = config_.max_depth; depth > 0; --depth) {
    const uint8_t* const there = data + candidate;
    if (LoadLe32(there + longest - 3) == tail) {
      const uint32_t length = Length::Extend(here, there, 0, max);
      if (length > longest) {
        const uint32_t formatted = p - candidate + kOffsetBias;
        if (formatted <= max_formatted_) consider(length, formatted, SlotOf(formatted));
        longest = length;
        if (length >= config_.nice_length || length >= max) break;
        tail = LoadLe32(here + longest - 3);
      }
    }
    const uint32_t older = tables_.previous[candidate];
    if (older >= candidate) break;  // the end of the chain
    candidate = older;
  }
  return best;
}

template <typename Position, int kHash3Bits, int kHash4Bits>
template <typename Length>
DISM_ALWAYS_INLINE size_t ChainLazyParser<Position, kHash3Bits, kHash4Bits>::ParseBody(const uint8_t* data, uint32_t n,
                                                                                       Item* items,
                                                                                       const CancelFlag* cancel) {
  constexpr uint32_t kCancelInterval = 65536;
  MatchGain::CumulateLiteralCosts(data, n, literal_costs_.get());
  tables_.Clear();
  RepeatOffsets repeats;
  Item* out = items;
  // Positions that can be inserted: a hash reads four bytes.
  const uint32_t insert_end = n < 4 ? 0 : n - 4;
  uint32_t p = 0;
  uint32_t next_look = kCancelInterval;
  Found found = {0, 0, 0};
  bool have_found = false;  // `found` is what was found at p
  while (p < n) {
    if (p >= next_look) {
      if (cancel != nullptr && cancel->IsSet()) return 0;
      next_look = p + kCancelInterval;
    }
    if (!have_found) found = FindAndInsert<Length>(data, p, n, repeats, 0);
    have_found = false;
    if (found.length == 0) {
      *out++ = Item::Literal(data[p++]);
      continue;
    }
    uint32_t inserted = 1;  // positions from p that are in the tables
    if (found.length < config_.nice_length && p + 1 < n) {
      const Found next = FindAndInsert<Length>(data, p + 1, n, repeats, found.gain + MatchGain::kLazyMargin1);
      inserted = 2;
      if (next.length != 0) {
        *out++ = Item::Literal(data[p++]);
        found = next;
        have_found = true;
        continue;
      }
      // Not behind a match of two bytes: p + 2 would be inserted twice, and then be its own
      // candidate.
      if (config_.look_ahead > 1 && found.length > 2 && p + 2 < n) {
        const Found second = FindAndInsert<Length>(data, p + 2, n, repeats, found.gain + MatchGain::kLazyMargin2);
        inserted = 3;
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
    const uint32_t end = p + found.length;
    for (uint32_t k = p + inserted; k < std::min(end, insert_end); ++k) tables_.Insert(data, k);
    p = end;
  }
  return static_cast<size_t>(out - items);
}

// 2^14 entries suffice for three bytes: the nearest match of length 3 pays only when it is near.
using SmallParser = ChainLazyParser<uint16_t, 14, 15>;
using LargeParser = ChainLazyParser<uint32_t, 15, 17>;

}  // namespace

std::unique_ptr<LazyParser> NewLazyParser(uint32_t chunk_size, const LazyConfig& config, Variant variant) {
  if (chunk_size == kMinChunkSize) return std::make_unique<SmallParser>(chunk_size, config, variant);
  return std::make_unique<LargeParser>(chunk_size, config, variant);
}

size_t LazyParserMemory(uint32_t chunk_size) {
  const size_t costs = sizeof(uint32_t) * (chunk_size + MatchGain::kLiteralCostRoom);
  if (chunk_size == kMinChunkSize) return sizeof(SmallParser) + costs + sizeof(uint16_t) * chunk_size;
  return sizeof(LargeParser) + costs + sizeof(uint32_t) * chunk_size;
}

}  // namespace dism::codec::lzx
