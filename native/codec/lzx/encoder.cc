// LZX encoder: load and filter the chunk, parse it into items, split those into blocks, write the
// blocks.
//
// Balanced, and all levels of chunks above 32 KiB, parse with hash chains as they go (LazyEncoder);
// Quick does so with as little work as possible around it (QuickEncoder). The slow levels find all matches first and then look for the cheapest way through
// them under the prices of an earlier parse (OptimalEncoder). Where only a smaller result fits,
// both give up at once on chunks that look random.
#include "codec/lzx/encoder.h"

#include <algorithm>

#include "base/cpu.h"
#include "codec/huffman_code.h"
#include "codec/incompressible.h"
#include "codec/lzx/bit_writer.h"
#include "codec/lzx/block_splitter.h"
#include "codec/lzx/block_writer.h"
#include "codec/lzx/cached_parser.h"
#include "codec/lzx/chunk_buffer.h"
#include "codec/lzx/lazy_parser.h"
#include "codec/lzx/match_gain.h"
#include "codec/lzx/parse_graph.h"
#include "codec/lzx/quick_parser.h"
#include "codec/match/binary_tree.h"
#include "codec/match/prefix_tables.h"

namespace dism::codec::lzx {
namespace {

bool IsCancelled(const CancelFlag* cancel) { return cancel != nullptr && cancel->IsSet(); }

// --- Balanced, and large chunks ---

struct LazyLevel {
  LazyConfig parser;
  uint32_t split_granularity;  // in bytes, see BlockSplitter
  bool refine_cuts;
};

LazyLevel LazyLevelOf(Level level) {
  switch (level) {
    case Level::kQuick:
      return {{.max_depth = 5, .nice_length = 48, .look_ahead = 1}, 8192, false};
    case Level::kBalanced:
      return {{.max_depth = 48, .nice_length = 128, .look_ahead = 2}, 2048, true};
    case Level::kThorough:
      return {{.max_depth = 128, .nice_length = 257, .look_ahead = 2}, 2048, true};
    case Level::kExtreme:
      return {{.max_depth = 512, .nice_length = 257, .look_ahead = 2}, 1024, true};
  }
  return {};
}

class LazyEncoder final : public Encoder {
 public:
  LazyEncoder(uint32_t chunk_size, Level level)
      : chunk_size_(chunk_size),
        level_(LazyLevelOf(level)),
        chunk_(chunk_size),
        items_(new Item[chunk_size]),
        parser_(NewLazyParser(chunk_size, level_.parser)),
        writer_(chunk_size) {}

  size_t Encode(ByteSpan in, MutableByteSpan out, const CancelFlag* cancel) override {
    if (in.empty() || in.size() > chunk_size_ || IsCancelled(cancel)) return 0;
    chunk_.Load(in);
    if (out.size() < in.size() && incompressible_.Holds(chunk_.data(), chunk_.size())) return 0;
    const size_t num_items = parser_->Parse(chunk_.data(), chunk_.size(), items_.get(), cancel);
    if (num_items == 0) return 0;
    BlockRange blocks[BlockSplitter::kMaxBlocks];
    const int num_blocks =
        splitter_.Split(items_.get(), num_items, chunk_.size(), level_.split_granularity, level_.refine_cuts, blocks);
    BitWriter bits(out);
    writer_.BeginChunk();
    for (int b = 0; b < num_blocks; ++b) {
      if (!writer_.Write(items_.get(), blocks[b], bits)) return 0;
    }
    return bits.Finish();
  }

  static size_t Memory(uint32_t chunk_size) {
    return sizeof(LazyEncoder) + ChunkBuffer::Memory(chunk_size) + sizeof(Item) * chunk_size +
           LazyParserMemory(chunk_size);
  }

 private:
  const uint32_t chunk_size_;
  const LazyLevel level_;
  ChunkBuffer chunk_;
  std::unique_ptr<Item[]> items_;
  IncompressibleTest incompressible_;
  std::unique_ptr<LazyParser> parser_;
  BlockSplitter splitter_;
  BlockWriter writer_;
};

// --- The fastest level ---

class QuickEncoder final : public Encoder {
 public:
  QuickEncoder() : chunk_(kMinChunkSize), writer_(kMinChunkSize) {}

  size_t Encode(ByteSpan in, MutableByteSpan out, const CancelFlag* cancel) override {
    if (in.empty() || in.size() > kMinChunkSize || IsCancelled(cancel)) return 0;
    chunk_.Load(in);
    if (out.size() < in.size() && incompressible_.Holds(chunk_.data(), chunk_.size())) return 0;
    parser_.Parse(chunk_.data(), chunk_.size(), list_);
    BlockRange blocks[CountedItems::kMaxSegments];
    const SymbolCounts* counts[CountedItems::kMaxSegments];
    const int num_blocks = BlockSplitter::Join(list_.segments, static_cast<int>(list_.num_segments), blocks, counts);
    BitWriter bits(out);
    writer_.BeginChunk();
    for (int b = 0; b < num_blocks; ++b) {
      if (!writer_.Write(list_.items, blocks[b], *counts[b], bits)) return 0;
    }
    return bits.Finish();
  }

  static size_t Memory() { return sizeof(QuickEncoder) + ChunkBuffer::Memory(kMinChunkSize) + QuickParser::Memory(); }

 private:
  ChunkBuffer chunk_;
  IncompressibleTest incompressible_;
  QuickParser parser_;
  CountedItems list_;
  BlockWriter writer_;
};

// --- Slow levels ---

struct OptimalLevel {
  bool use_tree;       // binary tree instead of prefix tables
  uint32_t max_depth;  // of the finder
  int passes;
  uint32_t split_granularity;
  bool refine_cuts;
  bool shorten_continued;  // see ParseGraph
};

OptimalLevel OptimalLevelOf(Level level) {
  if (level == Level::kThorough) {
    return {.use_tree = false,
            .max_depth = 12,
            .passes = 1,
            .split_granularity = 2048,
            .refine_cuts = true,
            .shorten_continued = true};
  }
  return {.use_tree = true,
          .max_depth = 20,
          .passes = 2,
          .split_granularity = 2048,
          .refine_cuts = true,
          .shorten_continued = false};
}

class OptimalEncoder final : public Encoder {
 public:
  OptimalEncoder(Level level, Variant variant)
      : level_(OptimalLevelOf(level)),
        use_avx2_(variant == Variant::kBest && Cpu().avx2),
        chunk_(kChunkSize),
        writer_(kChunkSize) {
    if (level_.use_tree) {
      tree_ = std::make_unique<match::BinaryTree>(level_.max_depth);
    } else {
      tables_ = std::make_unique<match::PrefixTables>(level_.max_depth);
    }
    graph_.data = chunk_.data();
    graph_.matches = &matches_;
    graph_.shorten_continued = level_.shorten_continued;
  }

  size_t Encode(ByteSpan in, MutableByteSpan out, const CancelFlag* cancel) override {
    if (in.empty() || in.size() > kChunkSize || IsCancelled(cancel)) return 0;
    chunk_.Load(in);
    if (out.size() < in.size() && incompressible_.Holds(chunk_.data(), chunk_.size())) return 0;
    FindMatches();
    const size_t num_items = ParseCached(chunk_.data(), chunk_.size(), matches_, literal_costs_, items_);
    BlockRange blocks[BlockSplitter::kMaxBlocks];
    const int num_blocks =
        splitter_.Split(items_, num_items, chunk_.size(), level_.split_granularity, level_.refine_cuts, blocks);
    for (int pass = 0; pass < level_.passes; ++pass) {
      if (IsCancelled(cancel)) return 0;
      ParseOptimally(blocks, num_blocks, pass == 0);
    }
    BitWriter bits(out);
    writer_.BeginChunk();
    for (int b = 0; b < num_blocks; ++b) {
      if (!writer_.Write(items_, blocks[b], bits)) return 0;
    }
    return bits.Finish();
  }

  static size_t Memory(Level level) {
    return sizeof(OptimalEncoder) + ChunkBuffer::Memory(kChunkSize) +
           (OptimalLevelOf(level).use_tree ? sizeof(match::BinaryTree) : sizeof(match::PrefixTables));
  }

 private:
  static constexpr uint32_t kChunkSize = match::MatchCache::kWindow;
  static_assert(kChunkSize == kMinChunkSize);

  void FindMatches() {
#if defined(__x86_64__)
    if (use_avx2_) {
      if (tree_) {
        tree_->FindAvx2(chunk_.data(), chunk_.size(), matches_);
      } else {
        tables_->FindAvx2(chunk_.data(), chunk_.size(), matches_);
      }
      return;
    }
#endif
    if (tree_) {
      tree_->FindPortable(chunk_.data(), chunk_.size(), matches_);
    } else {
      tables_->FindPortable(chunk_.data(), chunk_.size(), matches_);
    }
  }

  // Takes the counts of the present items, and in later passes goes half a step further in the
  // direction in which they moved: a parse follows its prices only so far, and this saves about
  // half a pass. All in halves of an occurrence.
  void CountSymbols(const BlockRange& block, bool is_first_pass, SymbolCounts& counts, SymbolCounts& previous) {
    counts.Clear();
    counts.Add(items_ + block.first_item, block.end_item - block.first_item);
    const SymbolCounts present = counts;
    const auto extrapolate = [is_first_pass](uint32_t* now, const uint32_t* before, size_t n) {
      for (size_t s = 0; s < n; ++s) {
        const uint32_t thrice = 3 * now[s];
        const uint32_t least = now[s] != 0;
        now[s] = is_first_pass ? 2 * now[s] : std::max(thrice, before[s] + least) - before[s];
      }
    };
    extrapolate(counts.main, previous.main, kMaxMainSymbols);
    extrapolate(counts.length, previous.length, kNumLengthSymbols);
    extrapolate(counts.aligned, previous.aligned, kNumAlignedSymbols);
    previous = present;
  }

  // One pass: replaces the items of all blocks by the cheapest ones under the prices of the present
  // ones.
  void ParseOptimally(BlockRange* blocks, int num_blocks, bool is_first_pass) {
    for (int b = 0; b < num_blocks; ++b) CountSymbols(blocks[b], is_first_pass, counts_[b], previous_counts_[b]);
    RepeatOffsets offsets;
    uint32_t num_items = 0;
    for (int b = 0; b < num_blocks; ++b) {
      BlockRange& block = blocks[b];
      uint8_t aligned_lengths[kNumAlignedSymbols];
      BuildCodeLengths(counts_[b].aligned, kNumAlignedSymbols, kMaxAlignedCodeword, aligned_lengths);
      graph_.prices.Set(counts_[b], AlignedPays(counts_[b].aligned, aligned_lengths));
      FindPath(block.start, block.end, offsets);
      block.first_item = num_items;
      num_items += TracePath(graph_, block.start, block.end, items_ + num_items);
      block.end_item = num_items;
    }
  }

  void FindPath(uint32_t start, uint32_t end, RepeatOffsets& offsets) {
#if defined(__x86_64__)
    if (use_avx2_) return FindPathAvx2(graph_, start, end, offsets);
#endif
    FindPathPortable(graph_, start, end, offsets);
  }

  const OptimalLevel level_;
  const bool use_avx2_;
  ChunkBuffer chunk_;
  IncompressibleTest incompressible_;
  std::unique_ptr<match::PrefixTables> tables_;  // one of the two finders
  std::unique_ptr<match::BinaryTree> tree_;
  match::MatchCache matches_;
  uint32_t literal_costs_[kChunkSize + MatchGain::kLiteralCostRoom];
  Item items_[kChunkSize];
  BlockSplitter splitter_;
  SymbolCounts counts_[BlockSplitter::kMaxBlocks];
  SymbolCounts previous_counts_[BlockSplitter::kMaxBlocks];  // of the pass before, see CountSymbols
  ParseGraph graph_;
  BlockWriter writer_;
};

bool IsQuick(uint32_t chunk_size, Level level) { return chunk_size == kMinChunkSize && level == Level::kQuick; }

bool IsOptimal(uint32_t chunk_size, Level level) {
  return chunk_size == match::MatchCache::kWindow && (level == Level::kThorough || level == Level::kExtreme);
}

}  // namespace

std::unique_ptr<Encoder> NewEncoder(uint32_t chunk_size, Level level, Variant variant) {
  if (IsOptimal(chunk_size, level)) return std::make_unique<OptimalEncoder>(level, variant);
  if (IsQuick(chunk_size, level)) return std::make_unique<QuickEncoder>();
  return std::make_unique<LazyEncoder>(chunk_size, level);
}

size_t EncoderMemory(uint32_t chunk_size, Level level) {
  if (IsOptimal(chunk_size, level)) return OptimalEncoder::Memory(level);
  return IsQuick(chunk_size, level) ? QuickEncoder::Memory() : LazyEncoder::Memory(chunk_size);
}

}  // namespace dism::codec::lzx
