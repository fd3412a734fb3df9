#include "codec/lzx/block_writer.h"

#include <cstring>

#include "codec/huffman_code.h"

namespace dism::codec::lzx {

bool AlignedPays(const uint32_t* counts, const uint8_t* lengths) {
  uint32_t aligned_bits = 3 * kNumAlignedSymbols;  // the tree itself
  uint32_t verbatim_bits = 0;
  for (int s = 0; s < kNumAlignedSymbols; ++s) {
    aligned_bits += counts[s] * lengths[s];
    verbatim_bits += counts[s] * 3;
  }
  return aligned_bits < verbatim_bits;
}

// Codewords with their lengths, ready for the item loop.
static void PackCodes(const uint8_t* lengths, int n, uint32_t* packed) {
  uint16_t codewords[kMaxCodeSymbols];
  AssignCodewords(lengths, n, codewords);
  for (int s = 0; s < n; ++s) packed[s] = uint32_t{codewords[s]} << 8 | lengths[s];
}

BlockWriter::BlockWriter(uint32_t chunk_size)
    : wide_sizes_(chunk_size > kMinChunkSize), num_main_symbols_(NumMainSymbols(chunk_size)) {
  BeginChunk();
}

void BlockWriter::BeginChunk() { std::memset(&old_, 0, sizeof old_); }

bool BlockWriter::Write(const Item* items, const BlockRange& block, BitWriter& out) {
  counts_.Clear();
  counts_.Add(items + block.first_item, block.end_item - block.first_item);
  return Write(items, block, counts_, out);
}

bool BlockWriter::Write(const Item* items, const BlockRange& block, const SymbolCounts& counts, BitWriter& out) {
  const size_t n = block.end_item - block.first_item;
  BuildCodes(counts);
  literal_list_.Build(old_.main, lengths_.main, kNumLiterals);
  match_list_.Build(old_.main + kNumLiterals, lengths_.main + kNumLiterals, num_main_symbols_ - kNumLiterals);
  length_list_.Build(old_.length, lengths_.length, kNumLengthSymbols);

  const uint32_t size = block.end - block.start;
  const uint64_t header_bits = 4 +
                               (size == kDefaultBlockSize ? 0
                                : wide_sizes_             ? 24
                                                          : 16) +
                               (is_aligned_ ? 3 * kNumAlignedSymbols : 0) + literal_list_.SizeInBits() +
                               match_list_.SizeInBits() + length_list_.SizeInBits();
  if (!out.Has(header_bits + ItemBits(counts))) return false;
  WriteHeader(size, out);
  if (is_aligned_) {
    WriteItems<true>(items + block.first_item, n, out);
  } else {
    WriteItems<false>(items + block.first_item, n, out);
  }
  old_ = lengths_;
  return true;
}

void BlockWriter::BuildCodes(const SymbolCounts& counts) {
  BuildCodeLengths(counts.main, num_main_symbols_, kMaxMainCodeword, lengths_.main);
  BuildCodeLengths(counts.length, kNumLengthSymbols, kMaxLengthCodeword, lengths_.length);
  BuildCodeLengths(counts.aligned, kNumAlignedSymbols, kMaxAlignedCodeword, lengths_.aligned);
  is_aligned_ = AlignedPays(counts.aligned, lengths_.aligned);
  PackCodes(lengths_.main, num_main_symbols_, main_codes_);
  PackCodes(lengths_.length, kNumLengthSymbols, length_codes_);
  PackCodes(lengths_.aligned, kNumAlignedSymbols, aligned_codes_);
}

// The exact size of all items of the block.
uint64_t BlockWriter::ItemBits(const SymbolCounts& counts) const {
  uint64_t bits = 0;
  for (int s = 0; s < kNumLiterals; ++s) bits += uint64_t{counts.main[s]} * lengths_.main[s];
  for (int s = kNumLiterals; s < num_main_symbols_; ++s) {
    const uint32_t slot = static_cast<uint32_t>(s - kNumLiterals) / kNumLengthHeaders;
    bits += uint64_t{counts.main[s]} * (lengths_.main[s] + kOffsetSlots[slot].extra_bits);
  }
  for (int s = 0; s < kNumLengthSymbols; ++s) bits += uint64_t{counts.length[s]} * lengths_.length[s];
  if (is_aligned_) {
    for (int s = 0; s < kNumAlignedSymbols; ++s) {
      bits += uint64_t{counts.aligned[s]} * lengths_.aligned[s] - uint64_t{counts.aligned[s]} * 3;
    }
  }
  return bits;
}

void BlockWriter::WriteHeader(uint32_t size, BitWriter& out) const {
  out.Write(is_aligned_ ? kAligned : kVerbatim, 3);
  if (size == kDefaultBlockSize) {
    out.Write(1, 1);
  } else {
    out.Write(0, 1);
    out.Write(size, wide_sizes_ ? 24 : 16);
  }
  if (is_aligned_) {
    for (const uint8_t l : lengths_.aligned) out.Write(l, 3);
  }
  literal_list_.Write(out);
  match_list_.Write(out);
  length_list_.Write(out);
}

template <bool kIsAligned>
void BlockWriter::WriteItems(const Item* items, size_t n, BitWriter& writer) const {
  BitWriter out = writer;  // in registers
  const auto add = [&out](uint32_t code) { out.Add(code >> 8, code & 255); };
  for (size_t i = 0; i < n; ++i) {
    const uint32_t length = items[i].length();
    const uint32_t value = items[i].value();
    if (length == 1) {
      add(main_codes_[value]);
      out.Flush();
      continue;
    }
    const uint32_t slot = SlotOf(value);
    add(main_codes_[MatchSymbol(slot, length)]);
    if (length >= kMinLongMatch) add(length_codes_[length - kMinLongMatch]);
    out.Flush();  // at most 31 + 16 + 16 bits were pending
    const OffsetSlot offset_slot = kOffsetSlots[slot];
    const uint32_t extra = value - offset_slot.base;
    if (kIsAligned && slot >= kFirstAlignedSlot) {
      out.Add(extra >> 3, offset_slot.extra_bits - 3);
      add(aligned_codes_[value % kNumAlignedSymbols]);
    } else {
      out.Add(extra, offset_slot.extra_bits);
    }
    out.Flush();
  }
  writer = out;
}

}  // namespace dism::codec::lzx
