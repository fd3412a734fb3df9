#include "codec/lzx/parse_graph.h"

#include <algorithm>
#include <cstring>

#include "base/bytes.h"
#include "codec/match/match_length.h"

namespace dism::codec::lzx {
namespace {

using match::MatchCache;

// Where the last match relaxed with an offset ended, by the low byte of the offset; explicit and
// repeat matches apart. The same end means the same match, one byte on.
struct ContinuedMatches {
  uint16_t explicit_end[256] = {};
  uint16_t repeat_end[256] = {};
};

void Relax(Node& node, Node candidate) { node = std::min(node, candidate); }

// Offers the lengths from 9 to `longest` of one match at i; with only_last those in the last
// aligned group of eight.
void RelaxLong(ParseGraph& graph, uint32_t i, Node base, uint32_t longest, bool only_last) {
  const uint32_t end = i + longest;
  uint32_t p = i + kMinLongMatch;
  if (only_last) p = std::max(p, end & ~7u);
  const Node* const prices = graph.prices.long_length();
  for (; p <= end; ++p) Relax(graph.nodes[p], base + prices[p - i]);
}

// Explicit matches at i. Returns the length of one so long that the parser may jump, or 0.
uint32_t RelaxExplicit(ParseGraph& graph, uint32_t i, uint32_t end, Node cost, ContinuedMatches& continued) {
  const MatchCache& matches = *graph.matches;
  const ParsePrices& prices = graph.prices;
  const uint16_t* const lanes = matches.lanes + 8 * i;
  for (uint32_t lane = 1; lane < 8; ++lane) {
    if (lanes[lane] == MatchCache::kNone) continue;
    const uint32_t formatted = lanes[lane] + kOffsetBias;
    const uint32_t slot = SlotOf(formatted);
    const Node low_bits = slot >= kFirstAlignedSlot ? prices.aligned[formatted % kNumAlignedSymbols] : 0;
    Relax(graph.nodes[i + lane + 1], cost + prices.explicit_short[slot][lane] + low_bits);
  }
  const uint32_t room = end - i;
  if (lanes[0] != 0 && uint32_t{lanes[0]} + 1 + kMinMatch <= room) {
    const uint32_t offset = matches.LongestOffset(i);
    if (ContinuesBehindGap(graph.data, i + lanes[0], offset)) OfferGap(graph, i, cost, lanes[0], offset);
  }
  if (lanes[0] <= MatchCache::kMaxShort) return 0;
  for (uint32_t k = matches.list_start[i]; k < matches.list_start[i + 1]; ++k) {
    const uint32_t longest = std::min(matches.list[k] >> 16, room);
    if (longest < kMinLongMatch) continue;
    const uint32_t formatted = (matches.list[k] & 0xFFFF) + kOffsetBias;
    const uint32_t slot = SlotOf(formatted);
    const Node low_bits = slot >= kFirstAlignedSlot ? prices.aligned[formatted % kNumAlignedSymbols] : 0;
    uint16_t& last_end = continued.explicit_end[formatted % 256];
    const bool only_last = graph.shorten_continued && last_end == i + longest;
    last_end = static_cast<uint16_t>(i + longest);
    RelaxLong(graph, i, cost + prices.long_header[slot] + low_bits, longest, only_last);
  }
  return lanes[0] >= kMaxMatch ? std::min<uint32_t>(lanes[0], room) : 0;
}

// Repeat matches at i > 0. Returns as RelaxExplicit.
uint32_t RelaxRepeats(ParseGraph& graph, uint32_t i, uint32_t end, Node cost, const RepeatOffsets& repeats,
                      ContinuedMatches& continued) {
  const uint32_t room = std::min<uint32_t>(end - i, kMaxMatch);
  const uint8_t* const here = graph.data + i;
  uint32_t jump = 0;
  for (uint32_t k = 0; k < kNumRepeatOffsets; ++k) {
    const uint32_t offset = repeats.offset[k];
    const uint32_t equal = match::PortableLength::Extend(here, here - offset, 0, 8);
    // Short lengths may lead behind the end of the block: those nodes are never looked at.
    for (uint32_t l = kMinMatch; l <= equal; ++l) Relax(graph.nodes[i + l], cost + graph.prices.repeat_short[k][l - 2]);
    if (equal < 8 || room <= 8) continue;
    if ((k >= 1 && offset == repeats.offset[0]) || (k == 2 && offset == repeats.offset[1])) continue;
    const uint32_t longest = match::PortableLength::Extend(here, here - offset, 8, room);
    if (longest < kMinLongMatch) continue;
    uint16_t& last_end = continued.repeat_end[offset % 256];
    const bool only_last = graph.shorten_continued && last_end == i + longest;
    last_end = static_cast<uint16_t>(i + longest);
    RelaxLong(graph, i, cost + graph.prices.long_header[k], longest, only_last);
    if (longest >= kMaxMatch) jump = longest;
  }
  return jump;
}

// Leads on from the gap arrival at i, if there is one: repeat matches with its offset.
void RelaxGap(ParseGraph& graph, uint32_t i, uint32_t end, const RepeatOffsets& repeats) {
  const Node cost = graph.gap_cost(i);
  if (cost >= kNoNode) return;
  graph.gap_cost(i) = kNoNode;
  const uint32_t offset = graph.gap_steps[i].offset;
  if (offset == repeats.offset[0]) return;  // the first arrival has it too
  const uint32_t room = std::min<uint32_t>(end - i, kMaxMatch);
  const uint32_t longest =
      match::PortableLength::Extend(graph.data + i, graph.data + i - offset, 0, std::max<uint32_t>(room, 8));
  for (uint32_t l = kMinMatch; l <= std::min<uint32_t>(longest, 8); ++l) {
    Relax(graph.nodes[i + l], cost + kGapFromRepeat0 + graph.prices.repeat_short[0][l - 2]);
  }
  if (longest > 8) RelaxLong(graph, i, cost + kGapFromRepeat0 + graph.prices.long_header[0], longest, false);
}

}  // namespace

void FindPathPortable(ParseGraph& graph, uint32_t start, uint32_t end, RepeatOffsets& offsets) {
  std::memset(graph.nodes + start, 0xFF, sizeof(Node) * (end - start + kMaxMatch + 16));
  std::fill(std::begin(graph.gap_costs), std::end(graph.gap_costs), kNoNode);
  graph.arrivals[start] = PackOffsets(offsets);
  ContinuedMatches continued;
  RepeatOffsets repeats = offsets;
  Node cost = 0;  // of position i, the step cleared
  uint32_t rebase_at = start + kRebaseInterval;
  uint32_t i = start;
  while (i < end) {
    uint32_t jump = RelaxExplicit(graph, i, end, cost, continued);
    Relax(graph.nodes[i + 1], cost + graph.prices.literal[graph.data[i]]);
    if (i != 0) jump = std::max(jump, RelaxRepeats(graph, i, end, cost, repeats, continued));
    RelaxGap(graph, i, end, repeats);
    // Behind a match of the greatest length no position inside it is worth a look: that keeps runs
    // cheap.
    if (jump > 8 && i + jump <= end) {
      for (uint32_t p = i + 1; p < i + jump; ++p) graph.gap_cost(p) = kNoNode;
      i += jump;
    } else {
      ++i;
    }

    const Node node = graph.nodes[i];
    const uint32_t length = node & kNodeLengthMask;
    const uint32_t kind = (node & kNodeKindMask) >> kNodeKindShift;
    repeats = UnpackOffsets(graph.arrivals[i - length]);
    if (kind == kExplicitMatch) {
      repeats.Update(graph.matches->OffsetFor(i - length, length) + kOffsetBias);
    } else if (kind == kGapMatch) {
      const ParseGraph::GapStep gap = graph.gap_steps[i - length];
      repeats = UnpackOffsets(graph.arrivals[gap.from]);
      repeats.Update(gap.offset + uint32_t{kOffsetBias});
    } else if (kind != kLiteralStep) {
      repeats.Update(kind - kRepeatMatch0);
    }
    graph.arrivals[i] = PackOffsets(repeats);
    graph.steps[i] = static_cast<uint16_t>(node & kNodeStepMask);
    cost = node & ~kNodeStepMask;
    if (i >= rebase_at) {
      rebase_at = i + kRebaseInterval;
      for (uint32_t p = i + 1; p <= i + kMaxMatch; ++p) {
        if (graph.nodes[p] < kNoNode) graph.nodes[p] -= cost;
      }
      for (Node& gap : graph.gap_costs) {
        if (gap < kNoNode) gap -= cost;
      }
      cost = 0;
    }
  }
  offsets = repeats;
}

uint32_t TracePath(const ParseGraph& graph, uint32_t start, uint32_t end, Item* items) {
  // Filled from the back, then moved to the front.
  Item* const items_end = items + (end - start);
  Item* out = items_end;
  for (uint32_t p = end; p > start;) {
    const uint32_t length = graph.steps[p] & kNodeLengthMask;
    const uint32_t kind = graph.steps[p] >> kNodeKindShift;
    const uint32_t offset = static_cast<uint32_t>(graph.arrivals[p] & 0xFFFF);
    p -= length;
    if (length == 1) {
      *--out = Item::Literal(graph.data[p]);
    } else if (kind == kExplicitMatch) {
      *--out = Item::Match(length, offset + kOffsetBias);
    } else if (kind == kGapMatch) {
      *--out = Item::Match(length, 0);
      *--out = Item::Literal(graph.data[p - 1]);
      *--out = Item::Match(p - 1 - graph.gap_steps[p].from, offset + kOffsetBias);
      p = graph.gap_steps[p].from;
    } else {
      *--out = Item::Match(length, kind - kRepeatMatch0);
    }
  }
  const size_t n = static_cast<size_t>(items_end - out);
  std::memmove(items, out, n * sizeof(Item));
  return static_cast<uint32_t>(n);
}

}  // namespace dism::codec::lzx
