#include "codec/lzx/row_lazy_parser.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/bytes.h"
#include "base/cpu.h"
#include "codec/lzx/match_gain.h"
#include "codec/match/match_length.h"
#include "codec/match/row_table.h"

namespace dism::codec::lzx {
namespace {

constexpr uint32_t kWindow = kMinChunkSize;
constexpr uint32_t kHash3Bits = 14;
// 2^14 entries suffice for three bytes: the nearest match of length 3 pays only when it is near.
inline uint32_t Hash3(uint32_t bytes) { return (bytes << 8) * 0x9E3779B1u >> (32 - kHash3Bits); }

struct Found {
  int gain;         // what a match must exceed to be taken, or the gain of the one that did
  uint32_t length;  // 0: none
  uint32_t formatted;
};

class RowLazyParser final : public LazyParser {
 public:
  RowLazyParser(const LazyConfig& config, Variant variant)
      : config_(config), use_avx2_(variant == Variant::kBest && Cpu().avx2), table_(kWindow) {}

  size_t Parse(const uint8_t* data, uint32_t n, Item* items, const CancelFlag* cancel) override {
    // A chunk of 32 KiB: one look at the flag is enough.
    if (cancel != nullptr && cancel->IsSet()) return 0;
#if defined(__x86_64__)
    if (use_avx2_) return ParseAvx2(data, n, items);
#endif
    return ParseBody<match::PortableLength>(data, n, items);
  }

 private:
#if defined(__x86_64__)
  DISM_TARGET_AVX2 size_t ParseAvx2(const uint8_t* data, uint32_t n, Item* items) {
    return ParseBody<match::Avx2Length>(data, n, items);
  }
#endif
  template <typename Length>
  DISM_ALWAYS_INLINE size_t ParseBody(const uint8_t* data, uint32_t n, Item* items);

  const LazyConfig config_;
  const bool use_avx2_;
  match::RowTable table_;
  uint16_t last3_[1 << kHash3Bits];                                // the nearest position with these three bytes
  uint32_t literal_costs_[kWindow + MatchGain::kLiteralCostRoom];  // cumulated, see MatchGain
};

template <typename Length>
DISM_ALWAYS_INLINE size_t RowLazyParser::ParseBody(const uint8_t* data, uint32_t n, Item* items) {
  MatchGain::CumulateLiteralCosts(data, n, literal_costs_);
  std::memset(last3_, 0, sizeof last3_);
  table_.Clear();
  const match::RowTable::View rows = table_.view();
  uint16_t* const last3 = last3_;
  const uint32_t nice_length = config_.nice_length;
  const uint32_t max_formatted = kWindow - 1;
  RepeatOffsets repeats;
  Item* out = items;

  const auto insert = [&](uint32_t p) {
    const uint32_t bytes = LoadLe32(data + p);
    last3[Hash3(bytes)] = static_cast<uint16_t>(p);
    const match::RowTable::Key key = rows.KeyOf(bytes);
    rows[key.row].Insert(key.tag, p);
  };

  // Inserts p and finds the best match there whose gain exceeds least_gain. Explicit matches must also be longer than
  // `longer_than` bytes (0: any).
  const auto find = [&](uint32_t p, int least_gain, uint32_t longer_than) __attribute__((always_inline)) {
    Found best = {least_gain, 0, 0};
    const uint8_t* const here = data + p;
    const uint64_t bytes = LoadLe64(here);
    const uint32_t max = std::min<uint32_t>(n - p, kMaxMatch);
    const uint32_t* const costs = literal_costs_ + p;
    const auto consider = [&](uint32_t length, uint32_t formatted, uint32_t slot) {
      const int gain = MatchGain::Gain(length, slot, costs[length] - costs[0]);
      if (gain > best.gain) best = {gain, length, formatted};
    };

    uint16_t& head3 = last3[Hash3(static_cast<uint32_t>(bytes))];
    const uint32_t candidate3 = head3;
    head3 = static_cast<uint16_t>(p);
    const match::RowTable::Key key = rows.KeyOf(static_cast<uint32_t>(bytes));
    match::RowTable::Row* row = &rows[key.row];
    // The candidates are the positions with the last four of the bytes that must be equal. When those are not the first
    // four, they are far fewer.
    uint32_t longest = std::max(longer_than, 3u);
    const uint32_t before = longest - 3;
    uint32_t tail = LoadLe32(here + before);
    uint32_t first;
    uint32_t mask;
    if (longer_than > 3) {
      const match::RowTable::Key tail_key = rows.KeyOf(tail);
      const match::RowTable::Row& tail_row = rows[tail_key.row];
      first = tail_row.newest;
      mask = tail_row.Match(tail_key.tag);
      row->Insert(key.tag, p);
      row = &rows[tail_key.row];
    } else {
      first = row->newest;
      mask = row->Match(key.tag);
      row->Insert(key.tag, p);
    }
    if (p == 0 || max < 4) return best;

    // One branch for all three, which are seldom taken one by one.
    const uint16_t two = static_cast<uint16_t>(bytes);
    const int any_repeat = int{LoadLe16(here - repeats.offset[0]) == two} |
                           int{LoadLe16(here - repeats.offset[1]) == two} |
                           int{LoadLe16(here - repeats.offset[2]) == two};
    uint32_t longest_repeat = 0;
    if (any_repeat != 0) {
      for (uint32_t k = 0; k < kNumRepeatOffsets; ++k) {
        const uint8_t* const there = here - repeats.offset[k];
        const uint64_t difference = bytes ^ LoadLe64(there);
        if ((difference & 0xFFFF) != 0) continue;
        uint32_t length = difference != 0 ? static_cast<uint32_t>(std::countr_zero(difference)) >> 3
                                          : Length::Extend(here, there, 8, max);
        length = std::min(length, max);
        consider(length, k, k);
        longest_repeat = std::max(longest_repeat, length);
      }
      if (longest_repeat >= nice_length) return best;
    }
    if (longer_than < 3 && longest_repeat < 3 &&
        ((LoadLe32(data + candidate3) ^ static_cast<uint32_t>(bytes)) << 8) == 0) {
      const uint32_t formatted = p - candidate3 + kOffsetBias;
      if (formatted <= max_formatted) consider(3, formatted, SlotOf(formatted));
    }
    longest = std::max(longest, longest_repeat);
    if (mask == 0 || longest >= max) return best;

    tail = LoadLe32(here + longest - 3);
    uint32_t depth = config_.max_depth;
    do {
      const uint32_t candidate = row->Position(static_cast<uint32_t>(std::countr_zero(mask)), first) - before;
      mask &= mask - 1;
      const uint8_t* const there = data + candidate;
      if (candidate < p && LoadLe32(there + longest - 3) == tail) {
        const uint32_t length = Length::Extend(here, there, 0, max);
        if (length > longest) {
          const uint32_t formatted = p - candidate + kOffsetBias;
          if (formatted <= max_formatted) consider(length, formatted, SlotOf(formatted));
          longest = length;
          if (length >= nice_length || length >= max) break;
          tail = LoadLe32(here + longest - 3);
        }
      }
    } while (mask != 0 && --depth != 0);
    return best;
  };

  // Positions that can be inserted: a hash reads four bytes.
  const uint32_t insert_end = n < 4 ? 0 : n - 4;
  uint32_t p = 0;
  while (p < n) {
    Found found = find(p, 0, 0);
    if (found.length == 0) {
      *out++ = Item::Literal(data[p++]);
      continue;
    }
    uint32_t inserted = p + 1;
    while (found.length < nice_length && inserted < n) {
      const Found next = find(inserted, found.gain + MatchGain::kLazyMargin1, found.length - 1);
      ++inserted;
      if (next.length == 0) break;
      *out++ = Item::Literal(data[p++]);
      found = next;
    }
    *out++ = Item::Match(found.length, found.formatted);
    repeats.Update(found.formatted);
    p += found.length;
    const uint32_t end = std::min(p, insert_end);
    for (; inserted < end; ++inserted) insert(inserted);
  }
  return static_cast<size_t>(out - items);
}

}  // namespace

std::unique_ptr<LazyParser> NewRowLazyParser(const LazyConfig& config, Variant variant) {
  return std::make_unique<RowLazyParser>(config, variant);
}

size_t RowLazyParserMemory() { return sizeof(RowLazyParser) + match::RowTable::Memory(kWindow); }

}  // namespace dism::codec::lzx
