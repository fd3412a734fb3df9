#include "codec/lzx/block_splitter.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "codec/fixed_log.h"

namespace dism::codec::lzx {
namespace {

// Costs are in 1/256 bit, the unit of XLog2X.
constexpr uint64_t kBit = 256;
// What a block costs beside its symbols: about 300 bits, and 5.5 for each symbol that gets a code
// length. The true cost depends on the previous block; 3.5 splits too much and loses 0.2 to 0.5 %,
// 5 to 6 are equal.
constexpr uint64_t kBlockCost = 300 * kBit;
constexpr uint64_t kSymbolCost = 11 * kBit / 2;
constexpr uint64_t kAlignedTreeCost = 24 * kBit;

uint64_t AlignedCost(const uint32_t* counts) {
  uint64_t sum = 0;
  uint32_t total = 0;
  for (int i = 0; i < kNumAlignedSymbols; ++i) {
    sum += XLog2X(counts[i]);
    total += counts[i];
  }
  // Offsets go verbatim where the aligned tree does not pay.
  return std::min(XLog2X(total) - sum + kAlignedTreeCost, 3 * kBit * total);
}

// The cost of a block of these symbols.
uint64_t BlockCost(const SymbolCounts& counts) {
  uint64_t sum = 0;
  uint64_t num_used = 0;
  const auto entropy = [&](const uint32_t* n, int num_symbols) {
    uint32_t total = 0;
    for (int s = 0; s < num_symbols; ++s) {
      sum -= XLog2X(n[s]);
      total += n[s];
      num_used += n[s] != 0;
    }
    sum += XLog2X(total);
  };
  entropy(counts.main, NumMainSymbols(kMinChunkSize));
  entropy(counts.length, kNumLengthSymbols);
  return sum + AlignedCost(counts.aligned) + kBlockCost + kSymbolCost * num_used;
}

// Writes the blocks between the cuts, where from[j] is the segment with which the block before segment j begins.
template <typename AnySegment>
int TraceBlocks(const AnySegment* segments, int k, const int* from, BlockRange* blocks) {
  int num_blocks = 0;
  for (int j = k; j > 0; j = from[j]) ++num_blocks;
  for (int j = k, b = num_blocks - 1; j > 0; j = from[j], --b) {
    const AnySegment& first = segments[from[j]];
    const AnySegment& end = segments[j];
    blocks[b] = {first.first_item, end.first_item, first.start, end.start};
  }
  return num_blocks;
}

}  // namespace

void BlockSplitter::Contents::Clear() {
  std::memset(counts_, 0, sizeof counts_);
  std::memset(aligned_, 0, sizeof aligned_);
  num_main_ = num_long_ = num_used_ = 0;
  sum_ = 0;
}

inline void BlockSplitter::Contents::SetCount(uint32_t symbol, uint32_t count) {
  const uint32_t before = counts_[symbol];
  counts_[symbol] = count;
  num_used_ += uint32_t{count != 0} - uint32_t{before != 0};
  sum_ += XLog2X(count) - XLog2X(before);
}

void BlockSplitter::Contents::Add(const Segment& segment) {
  for (int s = 0; s < segment.num_symbols; ++s) {
    const SymbolCount added = segment.symbols[s];
    SetCount(added.symbol, counts_[added.symbol] + added.count);
  }
  for (int a = 0; a < kNumAlignedSymbols; ++a) aligned_[a] += segment.aligned[a];
  num_main_ += segment.num_main;
  num_long_ += segment.num_long;
}

template <bool kAdd>
void BlockSplitter::Contents::Change(const Item* items, size_t n) {
  constexpr uint32_t kStep = kAdd ? 1u : 0u - 1u;
  const auto change = [this](uint32_t symbol) { SetCount(symbol, counts_[symbol] + kStep); };
  num_main_ += kStep * static_cast<uint32_t>(n);
  for (size_t i = 0; i < n; ++i) {
    const uint32_t value = items[i].value();
    if (items[i].is_literal()) {
      change(value);
      continue;
    }
    const uint32_t length = items[i].length();
    const uint32_t slot = SlotOf(value);
    change(MatchSymbol(slot, length));
    if (length >= kMinLongMatch) {
      change(kMaxMainSymbols + length - kMinLongMatch);
      num_long_ += kStep;
    }
    if (slot >= kFirstAlignedSlot) aligned_[value % kNumAlignedSymbols] += kStep;
  }
}

uint64_t BlockSplitter::Contents::Cost() const {
  return XLog2X(num_main_) + XLog2X(num_long_) - sum_ + AlignedCost(aligned_) + kBlockCost + kSymbolCost * num_used_;
}

int BlockSplitter::MakeSegments(const Item* items, size_t n, uint32_t size, uint32_t granularity) {
  std::memset(counts_, 0, sizeof counts_);
  int k = 0;
  Segment* segment = &segments_[0];
  const auto begin_segment = [&](size_t first_item, uint32_t start) {
    segment = &segments_[k];
    segment->first_item = static_cast<uint32_t>(first_item);
    segment->start = start;
    segment->num_main = segment->num_long = 0;
    std::memset(segment->aligned, 0, sizeof segment->aligned);
    segment->num_symbols = 0;
  };
  const auto end_segment = [&] {
    for (int s = 0; s < segment->num_symbols; ++s) {
      const uint32_t symbol = segment->symbols[s].symbol;
      segment->symbols[s].count = counts_[symbol];
      counts_[symbol] = 0;
    }
    ++k;
  };
  const auto count = [&](uint32_t symbol) {
    segment->symbols[segment->num_symbols].symbol = symbol;
    segment->num_symbols += counts_[symbol]++ == 0;
  };

  begin_segment(0, 0);
  uint32_t position = 0;
  uint32_t next_cut = granularity;
  for (size_t i = 0; i < n; ++i) {
    const uint32_t length = items[i].length();
    const uint32_t value = items[i].value();
    ++segment->num_main;
    if (items[i].is_literal()) {
      count(value);
    } else {
      const uint32_t slot = SlotOf(value);
      count(MatchSymbol(slot, length));
      if (length >= kMinLongMatch) {
        count(kMaxMainSymbols + length - kMinLongMatch);
        ++segment->num_long;
      }
      if (slot >= kFirstAlignedSlot) ++segment->aligned[value % kNumAlignedSymbols];
    }
    position += length;
    if (position >= next_cut && size - position >= granularity / 2) {
      end_segment();
      begin_segment(i + 1, position);
      next_cut = position - position % granularity + granularity;
    }
  }
  end_segment();
  segments_[k].first_item = static_cast<uint32_t>(n);
  segments_[k].start = size;
  return k;
}

// Moves each cut to the item boundary that is `distance` bytes before or behind it, where that costs less.
void BlockSplitter::MoveCuts(const Item* items, uint32_t distance, BlockRange* blocks, int num_blocks) {
  for (int b = 0; b + 1 < num_blocks; ++b) {
    BlockRange& left = blocks[b];
    BlockRange& right = blocks[b + 1];
    block_.Clear();
    block_.Add(items + left.first_item, left.end_item - left.first_item);
    next_block_.Clear();
    next_block_.Add(items + right.first_item, right.end_item - right.first_item);
    const uint32_t cut = left.end;
    const uint32_t cut_item = left.end_item;
    uint64_t least = block_.Cost() + next_block_.Cost();
    const auto consider = [&](uint32_t item, uint32_t position) {
      const uint64_t cost = block_.Cost() + next_block_.Cost();
      if (cost >= least) return;
      least = cost;
      left.end_item = right.first_item = item;
      left.end = right.start = position;
    };

    uint32_t position = cut;
    uint32_t item = cut_item;
    while (item > left.first_item && cut - position < distance) position -= items[--item].length();
    if (item > left.first_item) {
      block_.Remove(items + item, cut_item - item);
      next_block_.Add(items + item, cut_item - item);
      consider(item, position);
      block_.Add(items + item, cut_item - item);
      next_block_.Remove(items + item, cut_item - item);
    }
    position = cut;
    item = cut_item;
    while (item < right.end_item && position - cut < distance) position += items[item++].length();
    if (item < right.end_item) {
      block_.Add(items + cut_item, item - cut_item);
      next_block_.Remove(items + cut_item, item - cut_item);
      consider(item, position);
    }
  }
}

int BlockSplitter::Split(const Item* items, size_t n, uint32_t size, uint32_t granularity, bool refine,
                         BlockRange* blocks) {
  // A large chunk is cut more coarsely, because the search is quadratic.
  if (granularity != 0) granularity = std::max(granularity, (size + kMaxBlocks - 2) / (kMaxBlocks - 1));
  if (granularity == 0 || size < 2 * granularity) {
    blocks[0] = {0, static_cast<uint32_t>(n), 0, size};
    return 1;
  }
  const int k = MakeSegments(items, n, size, granularity);

  // best[j]: the least cost of the segments before j; from[j]: where their last block begins.
  uint64_t best[kMaxBlocks + 1];
  int from[kMaxBlocks + 1];
  best[0] = 0;
  for (int j = 1; j <= k; ++j) {
    best[j] = std::numeric_limits<uint64_t>::max();
    block_.Clear();
    // The block of segments i..j-1 grows towards the front; only the symbols of the new segment
    // change.
    for (int i = j - 1; i >= 0; --i) {
      block_.Add(segments_[i]);
      const uint64_t cost = best[i] + block_.Cost();
      if (cost < best[j]) {
        best[j] = cost;
        from[j] = i;
      }
    }
  }

  const int num_blocks = TraceBlocks(segments_, k, from, blocks);
  if (refine) MoveCuts(items, granularity / 2, blocks, num_blocks);
  return num_blocks;
}

int BlockSplitter::Join(CountedSegment* segments, int k, BlockRange* blocks, const SymbolCounts** counts) {
  uint64_t best[kMaxBlocks];
  int from[kMaxBlocks];
  best[0] = 0;
  for (int j = 1; j <= k; ++j) {
    best[j] = std::numeric_limits<uint64_t>::max();
    SymbolCounts joined = segments[j - 1].counts;
    for (int i = j - 1;; --i) {
      const uint64_t cost = best[i] + BlockCost(joined);
      if (cost < best[j]) {
        best[j] = cost;
        from[j] = i;
      }
      if (i == 0) break;
      joined.Add(segments[i - 1].counts);
    }
  }
  const int num_blocks = TraceBlocks(segments, k, from, blocks);
  for (int b = 0, i = 0; b < num_blocks; ++b) {
    SymbolCounts& sum = segments[i].counts;
    counts[b] = &sum;
    while (segments[++i].start < blocks[b].end) sum.Add(segments[i].counts);
  }
  return num_blocks;
}

}  // namespace dism::codec::lzx
