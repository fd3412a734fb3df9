// Turns the items of one block into bits: codes, header, code lengths, items.
#ifndef DISM_CODEC_LZX_BLOCK_WRITER_H_
#define DISM_CODEC_LZX_BLOCK_WRITER_H_

#include <cstdint>

#include "codec/lzx/bit_writer.h"
#include "codec/lzx/block_splitter.h"
#include "codec/lzx/item.h"
#include "codec/lzx/length_list.h"

namespace dism::codec::lzx {

// Code lengths of the three trees of a block.
struct CodeLengths {
  uint8_t main[kMaxMainSymbols];
  uint8_t length[kNumLengthSymbols];
  uint8_t aligned[kNumAlignedSymbols];
};

// Whether an aligned block is smaller than a verbatim one, for the counts of the aligned symbols
// and their code.
bool AlignedPays(const uint32_t* counts, const uint8_t* lengths);

class BlockWriter {
 public:
  explicit BlockWriter(uint32_t chunk_size);

  // Before the first block of a chunk.
  void BeginChunk();

  // Appends a block of items[block.first_item..end_item). False, with nothing written, when it does
  // not fit.
  bool Write(const Item* items, const BlockRange& block, BitWriter& out);
  // The same when the symbols of the block have been counted.
  bool Write(const Item* items, const BlockRange& block, const SymbolCounts& counts, BitWriter& out);

 private:
  void BuildCodes(const SymbolCounts& counts);
  uint64_t ItemBits(const SymbolCounts& counts) const;
  void WriteHeader(uint32_t size, BitWriter& out) const;
  template <bool kIsAligned>
  void WriteItems(const Item* items, size_t n, BitWriter& out) const;

  const bool wide_sizes_;  // block sizes take 24 bits
  const int num_main_symbols_;

  SymbolCounts counts_;
  CodeLengths old_;  // of the previous block: what the lists in the header differ from
  CodeLengths lengths_;
  bool is_aligned_;
  LengthList literal_list_;
  LengthList match_list_;
  LengthList length_list_;
  // Codeword << 8 | length.
  uint32_t main_codes_[kMaxMainSymbols];
  uint32_t length_codes_[kNumLengthSymbols];
  uint32_t aligned_codes_[kNumAlignedSymbols];
};

}  // namespace dism::codec::lzx

#endif  // DISM_CODEC_LZX_BLOCK_WRITER_H_
