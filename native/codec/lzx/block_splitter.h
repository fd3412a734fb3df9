// Cuts the items of a chunk into blocks, so that parts with different statistics get codes of their
// own.
//
// Cut points are item boundaries near multiples of a granularity. Over all ways to join the
// segments between them the one with the least estimated size is found by dynamic programming; the
// estimate of a block is the entropy of its symbols and a guess at what its code lengths take. The
// cuts that were chosen may then move by half of the granularity.
#ifndef DISM_CODEC_LZX_BLOCK_SPLITTER_H_
#define DISM_CODEC_LZX_BLOCK_SPLITTER_H_

#include <cstddef>
#include <cstdint>

#include "codec/lzx/format.h"
#include "codec/lzx/item.h"

namespace dism::codec::lzx {

struct BlockRange {
  uint32_t first_item;
  uint32_t end_item;
  uint32_t start;  // in bytes of the chunk
  uint32_t end;
};

// A part of the items whose symbols have been counted already.
struct CountedSegment {
  uint32_t first_item;
  uint32_t start;
  SymbolCounts counts;
};

class BlockSplitter {
 public:
  static constexpr int kMaxBlocks = 33;

  // Splits items[0..n), which cover `size` bytes, at multiples of at least `granularity` bytes (0:
  // one block), and with `refine` at half of them. Writes at most kMaxBlocks ranges and returns
  // their number.
  int Split(const Item* items, size_t n, uint32_t size, uint32_t granularity, bool refine, BlockRange* blocks);

  // Joins segments[0..k), 1 <= k < kMaxBlocks, of a chunk of 32 KiB to blocks; segments[k] marks the end. counts[b] are
  // those of block b: they are summed up in its first segment.
  static int Join(CountedSegment* segments, int k, BlockRange* blocks, const SymbolCounts** counts);

 private:
  static constexpr int kNumSymbols = kMaxMainSymbols + kNumLengthSymbols;

  // A symbol and how often it occurs in one segment. Segments are shorter than 2^17 bytes.
  struct SymbolCount {
    uint32_t symbol : 10;
    uint32_t count : 22;
  };
  struct Segment {
    uint32_t first_item;
    uint32_t start;
    uint32_t num_main;
    uint32_t num_long;  // matches with a length symbol
    uint32_t aligned[kNumAlignedSymbols];
    int num_symbols;
    SymbolCount symbols[kNumSymbols];  // main symbols, and length symbols behind them, in the order
                                       // of first use
  };
  // What a block would contain, kept up to date while it grows and shrinks.
  class Contents {
   public:
    void Clear();
    void Add(const Segment& segment);
    void Add(const Item* items, size_t n) { Change<true>(items, n); }
    void Remove(const Item* items, size_t n) { Change<false>(items, n); }
    uint64_t Cost() const;  // of the block, in 1/256 bit

   private:
    void SetCount(uint32_t symbol, uint32_t count);
    template <bool kAdd>
    void Change(const Item* items, size_t n);

    uint32_t counts_[kNumSymbols];
    uint32_t aligned_[kNumAlignedSymbols];
    uint32_t num_main_;
    uint32_t num_long_;
    uint32_t num_used_;
    uint64_t sum_;  // of XLog2X over counts_
  };

  int MakeSegments(const Item* items, size_t n, uint32_t size, uint32_t granularity);
  void MoveCuts(const Item* items, uint32_t distance, BlockRange* blocks, int num_blocks);

  Segment segments_[kMaxBlocks + 1];  // the last one in use only marks the end
  uint32_t counts_[kNumSymbols];
  Contents block_;
  Contents next_block_;
};

}  // namespace dism::codec::lzx

#endif  // DISM_CODEC_LZX_BLOCK_SPLITTER_H_
