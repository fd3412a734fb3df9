// FindPath with AVX2: the same decisions as FindPathPortable, eight lengths at a time.
//
//   - The nodes of the next eight positions live in one register, `window`. A step relaxes them
//   with one gather (explicit
//     matches) and three masked table rows (repeat matches), then rotates by one.
//   - The next node is taken out before the repeat matches are merged, since those reach two
//   positions on at the least:
//     that halves the chain of dependent instructions.
//   - Lengths from 9 on are relaxed in memory in aligned groups of eight. Unaligned ones would
//   overlap the stores of the
//     step before, which cannot be forwarded.
#include "codec/lzx/parse_graph.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/bytes.h"
#include "codec/match/match_length.h"

namespace dism::codec::lzx {
namespace {

using match::MatchCache;

struct Masks {
  // repeat[n]: kNoNode in the lanes of lengths (lane + 2) above n, the number of equal bytes, and
  // in lane 7.
  alignas(32) Node repeat[9][8];
  // Eight entries from 7 - k on leave lanes 0..k.
  Node tail[16];
};
constexpr Masks MakeMasks() {
  Masks m{};
  for (int n = 0; n <= 8; ++n) {
    for (int lane = 0; lane < 8; ++lane) m.repeat[n][lane] = lane + 2 <= n && lane < 7 ? 0 : kNoNode;
  }
  for (int i = 0; i < 16; ++i) m.tail[i] = i < 8 ? 0 : kNoNode;
  return m;
}
constexpr Masks kMasks = MakeMasks();

// Byte shuffles that make the offsets after a step, by its kind. Input: the three offsets before it
// and a fourth lane, the offset of an explicit match.
alignas(16) constexpr uint8_t kOffsetShuffles[8][16] = {
    {6, 7, 0, 1, 2, 3, 4, 5},  // explicit: pushed
    {0, 1, 2, 3, 4, 5, 6, 7},  // repeat 0
    {2, 3, 0, 1, 4, 5, 6, 7},  // repeat 1: swapped with the first
    {4, 5, 2, 3, 0, 1, 6, 7},  // repeat 2
    {0, 1, 2, 3, 4, 5, 6, 7},  // literal
    {6, 7, 0, 1, 2, 3, 4, 5},  // gap: pushed by the match before the gap
};

DISM_TARGET_AVX2 inline __m256i Load(const Node* p) { return _mm256_load_si256(reinterpret_cast<const __m256i*>(p)); }
DISM_TARGET_AVX2 inline __m256i LoadUnaligned(const Node* p) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
}
DISM_TARGET_AVX2 inline void Store(Node* p, __m256i v) { _mm256_store_si256(reinterpret_cast<__m256i*>(p), v); }
DISM_TARGET_AVX2 inline __m256i Splat(Node v) { return _mm256_set1_epi32(static_cast<int>(v)); }

// Offers the lengths from 9 to `longest` of one match at i; with only_last those in the last
// aligned group. Groups begin at multiples of eight and may begin before i + 9: long_length() has
// kNoNode there.
DISM_TARGET_AVX2 inline void RelaxLong(Node* nodes, const Node* long_length, uint32_t i, Node base, uint32_t longest,
                                       bool only_last) {
  const __m256i bases = Splat(base);
  const uint32_t end = i + longest;
  uint32_t p = (only_last ? end : i + kMinLongMatch) & ~7u;
  for (; p + 7 <= end; p += 8) {
    const __m256i offered = _mm256_add_epi32(bases, LoadUnaligned(long_length + static_cast<int32_t>(p - i)));
    Store(nodes + p, _mm256_min_epu32(Load(nodes + p), offered));
  }
  if (p <= end) {
    const __m256i prices = _mm256_max_epu32(LoadUnaligned(long_length + static_cast<int32_t>(p - i)),
                                            LoadUnaligned(kMasks.tail + 7 - (end - p)));
    Store(nodes + p, _mm256_min_epu32(Load(nodes + p), _mm256_add_epi32(bases, prices)));
  }
}

// Subtracts from all that is open and leaves the rest closed.
DISM_TARGET_AVX2 inline __m256i Rebase(__m256i nodes, __m256i cost) {
  return _mm256_or_si256(_mm256_sub_epi32(nodes, cost), _mm256_srai_epi32(nodes, 31));
}

// Leads on from the gap arrival at i. Long matches go to the nodes in memory; returns the short ones as lanes from i + 2
// on.
DISM_TARGET_AVX2 inline __m256i RelaxGap(ParseGraph& graph, uint32_t i, uint32_t room, Node cost, PackedOffsets packed,
                                         __m256i repeat0) {
  const uint32_t offset = graph.gap_steps[i].offset;
  if (offset == (packed & 0xFFFF)) return Splat(0xFFFFFFFF);  // the first arrival has it too
  const uint8_t* const here = graph.data + i;
  const uint64_t difference = LoadLe64(here) ^ LoadLe64(here - offset);
  const uint32_t equal = static_cast<uint32_t>(_tzcnt_u64(difference)) & 0x78;
  if (difference == 0 && room > 8) {
    const uint32_t longest = match::Avx2Length::Extend(here, here - offset, 8, std::min<uint32_t>(room, kMaxMatch));
    if (longest > 8) {
      RelaxLong(graph.nodes, graph.prices.long_length(), i, cost + kGapFromRepeat0 + graph.prices.long_header[0],
                longest, false);
    }
  }
  const Node* const masks = kMasks.repeat[0];
  return _mm256_add_epi32(Splat(cost + kGapFromRepeat0), _mm256_max_epu32(repeat0, Load(masks + equal)));
}

template <bool kIsAligned>
DISM_TARGET_AVX2 void FindPathBody(ParseGraph& graph, uint32_t start, uint32_t end, RepeatOffsets& offsets) {
  const MatchCache& matches = *graph.matches;
  const ParsePrices& prices = graph.prices;
  const uint8_t* const data = graph.data;
  Node* const nodes = graph.nodes;
  const Node* const long_length = prices.long_length();
  uint16_t explicit_end[256] = {};
  uint16_t repeat_end[256] = {};
  const bool shorten = graph.shorten_continued;

  const __m256i rotate = _mm256_setr_epi32(1, 2, 3, 4, 5, 6, 7, 7);
  const __m256i lane_numbers = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const __m256i aligned_prices = Load(prices.aligned);
  const __m256i cost_mask = Splat(~kNodeStepMask);
  const __m256i repeat0 = Load(prices.repeat_short[0]);
  const __m256i repeat1 = Load(prices.repeat_short[1]);
  const __m256i repeat2 = Load(prices.repeat_short[2]);
  // The slot of x >= 2 as a float: exponent and first mantissa bit are 2 * 127 more than twice log2
  // and its next bit.
  const __m256i row_bias = _mm256_sub_epi32(_mm256_set1_epi32(254 * 8), lane_numbers);

  std::memset(nodes + (start & ~7u), 0xFF, sizeof(Node) * (end - (start & ~7u) + kMaxMatch + 32));
  for (uint32_t p = 0; p < ParseGraph::kGapRing; p += 8) Store(graph.gap_costs + p, Splat(kNoNode));
  PackedOffsets packed = PackOffsets(offsets);
  graph.arrivals[start] = packed;
  // Invariants at the head of the loop: lane k of `window` is node i + 1 + k; the nodes from i + 9
  // on are in memory; `cost` and `costs` are those of node i, the step cleared; `packed` is
  // arrivals[i].
  __m256i window = _mm256_set1_epi32(-1);
  Node cost = 0;
  __m256i costs = _mm256_setzero_si256();
  uint32_t rebase_at = start + kRebaseInterval;
  uint32_t i = start;
  while (i < end) {
    uint32_t jump = 0;
    const uint16_t* const lanes = matches.lanes + 8 * i;
    const __m256i formatted = _mm256_add_epi32(
        _mm256_cvtepu16_epi32(_mm_load_si128(reinterpret_cast<const __m128i*>(lanes))), _mm256_set1_epi32(kOffsetBias));
    const __m256i twice_log = _mm256_srli_epi32(_mm256_castps_si256(_mm256_cvtepi32_ps(formatted)), 22);
    const __m256i index = _mm256_sub_epi32(_mm256_slli_epi32(twice_log, 3), row_bias);
    __m256i offered = _mm256_i32gather_epi32(reinterpret_cast<const int*>(prices.explicit_short), index, 4);
    if (kIsAligned) {
      const __m256i low_bits = _mm256_permutevar8x32_epi32(aligned_prices, formatted);
      const __m256i has_low_bits = _mm256_cmpgt_epi32(formatted, _mm256_set1_epi32(15));
      offered = _mm256_add_epi32(offered, _mm256_and_si256(low_bits, has_low_bits));
    }
    offered = _mm256_blend_epi32(offered, Splat(prices.literal[data[i]]), 1);
    window = _mm256_min_epu32(window, _mm256_add_epi32(costs, offered));
    Node node = static_cast<Node>(_mm_cvtsi128_si32(_mm256_castsi256_si128(window)));  // of i + 1, final

    const uint32_t longest = lanes[0];
    const uint32_t room = end - i;
    if (longest != 0 && longest + 1 + kMinMatch <= room) {
      const uint32_t offset = matches.LongestOffset(i);
      if (ContinuesBehindGap(data, i + longest, offset)) OfferGap(graph, i, cost, longest, offset);
    }
    if (longest > MatchCache::kMaxShort) {
      if (room > MatchCache::kMaxShort) {
        const uint32_t list_end = matches.list_start[i + 1];
        for (uint32_t k = matches.list_start[i]; k < list_end; ++k) {
          const uint32_t entry = matches.list[k];
          const uint32_t length = std::min(entry >> 16, room);
          const uint32_t value = (entry & 0xFFFF) + kOffsetBias;
          Node base = cost + prices.long_header[SlotOf(value)];
          if (kIsAligned && value > 15) base += prices.aligned[value % kNumAlignedSymbols];
          uint16_t& last_end = explicit_end[value % 256];
          const bool only_last = shorten && last_end == i + length;
          last_end = static_cast<uint16_t>(i + length);
          RelaxLong(nodes, long_length, i, base, length, only_last);
        }
      }
      if (longest >= kMaxMatch) jump = std::min(longest, room);
    }

    // The next window, before repeat matches.
    const __m256i next_costs = _mm256_and_si256(_mm256_broadcastd_epi32(_mm256_castsi256_si128(window)), cost_mask);
    __m256i repeats = Splat(0xFFFFFFFF);
    if (__builtin_expect(i != 0, 1)) {
      const uint8_t* const here = data + i;
      const uint64_t bytes = LoadLe64(here);
      const uint32_t offset0 = packed & 0xFFFF;
      const uint32_t offset1 = packed >> 16 & 0xFFFF;
      const uint32_t offset2 = packed >> 32 & 0xFFFF;
      // Eight times the number of equal bytes; 64 when all are.
      const uint32_t equal0 = static_cast<uint32_t>(_tzcnt_u64(bytes ^ LoadLe64(here - offset0))) & 0x78;
      const uint32_t equal1 = static_cast<uint32_t>(_tzcnt_u64(bytes ^ LoadLe64(here - offset1))) & 0x78;
      const uint32_t equal2 = static_cast<uint32_t>(_tzcnt_u64(bytes ^ LoadLe64(here - offset2))) & 0x78;
      const Node* const masks = kMasks.repeat[0];
      repeats = _mm256_min_epu32(_mm256_min_epu32(_mm256_max_epu32(repeat0, Load(masks + equal0)),
                                                  _mm256_max_epu32(repeat1, Load(masks + equal1))),
                                 _mm256_max_epu32(repeat2, Load(masks + equal2)));
      repeats = _mm256_add_epi32(costs, repeats);
      if (__builtin_expect((equal0 | equal1 | equal2) & 64, 0)) {
        const uint32_t max = std::min<uint32_t>(room, kMaxMatch);
        const uint32_t equal[3] = {equal0, equal1, equal2};
        const uint32_t offset[3] = {offset0, offset1, offset2};
        for (uint32_t k = 0; k < kNumRepeatOffsets; ++k) {
          if (equal[k] != 64 || max <= 8) continue;
          if ((k >= 1 && offset[k] == offset0) || (k == 2 && offset[k] == offset1)) continue;
          const uint32_t length = match::Avx2Length::Extend(here, here - offset[k], 8, max);
          if (length < kMinLongMatch) continue;
          uint16_t& last_end = repeat_end[offset[k] % 256];
          const bool only_last = shorten && last_end == i + length;
          last_end = static_cast<uint16_t>(i + length);
          RelaxLong(nodes, long_length, i, cost + prices.long_header[k], length, only_last);
          if (length >= kMaxMatch) jump = std::max(jump, length);
        }
      }
    }
    Node& gap_cost = graph.gap_cost(i);
    if (__builtin_expect(gap_cost < kNoNode, 0)) {
      repeats = _mm256_min_epu32(repeats, RelaxGap(graph, i, room, gap_cost, packed, repeat0));
      gap_cost = kNoNode;
    }
    if (__builtin_expect(jump > 8 && i + jump <= end, 0)) {
      for (uint32_t p = i + 1; p < i + jump; ++p) graph.gap_cost(p) = kNoNode;
      i += jump;
      node = nodes[i];
      window = LoadUnaligned(nodes + i + 1);
      costs = Splat(node & ~kNodeStepMask);
    } else {
      window = _mm256_permutevar8x32_epi32(window, rotate);
      window = _mm256_blend_epi32(window, Splat(nodes[i + 9]), 0x80);
      window = _mm256_min_epu32(window, repeats);
      costs = next_costs;
      ++i;
    }

    // Node i is final: note the step, and the offsets that it leads to. No branch on what kind of
    // step it was; the offset lane is garbage where it is not used.
    cost = node & ~kNodeStepMask;
    const uint32_t length = node & kNodeLengthMask;
    const uint32_t kind = (node & kNodeKindMask) >> kNodeKindShift;
    graph.steps[i] = static_cast<uint16_t>(node & kNodeStepMask);
    uint32_t from = i - length;
    uint32_t offset;
    if (__builtin_expect(kind == kGapMatch, 0)) {
      offset = graph.gap_steps[from].offset;
      from = graph.gap_steps[from].from;
    } else if (__builtin_expect(length > MatchCache::kMaxShort && kind == kExplicitMatch, 0)) {
      offset = matches.OffsetFor(from, length);
    } else {
      offset = matches.lanes[8 * from + ((length - 1) & 7)];
    }
    __m128i before = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(graph.arrivals + from));
    before = _mm_insert_epi16(before, static_cast<int>(offset), 3);
    const __m128i after =
        _mm_shuffle_epi8(before, _mm_load_si128(reinterpret_cast<const __m128i*>(kOffsetShuffles[kind])));
    packed = static_cast<PackedOffsets>(_mm_cvtsi128_si64(after));
    graph.arrivals[i] = packed;

    if (__builtin_expect(i >= rebase_at, 0)) {
      rebase_at = i + kRebaseInterval;
      const __m256i subtracted = Splat(cost);
      window = Rebase(window, subtracted);
      for (uint32_t p = (i + 9) & ~7u; p < i + kMaxMatch + 16; p += 8)
        Store(nodes + p, Rebase(Load(nodes + p), subtracted));
      for (uint32_t p = 0; p < ParseGraph::kGapRing; p += 8) {
        Store(graph.gap_costs + p, Rebase(Load(graph.gap_costs + p), subtracted));
      }
      cost = 0;
      costs = _mm256_setzero_si256();
    }
  }
  offsets = UnpackOffsets(packed);
}

}  // namespace

DISM_TARGET_AVX2 void FindPathAvx2(ParseGraph& graph, uint32_t start, uint32_t end, RepeatOffsets& offsets) {
  if (graph.prices.is_aligned) {
    FindPathBody<true>(graph, start, end, offsets);
  } else {
    FindPathBody<false>(graph, start, end, offsets);
  }
}

}  // namespace dism::codec::lzx

#endif  // __x86_64__
