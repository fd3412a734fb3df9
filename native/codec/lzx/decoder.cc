// LZX decoder. Why it is fast:
//   - 64-bit bit buffer refilled without a loop; up to three literals on one refill.
//   - A main table entry holds all that a symbol means: literal, or slot, length header and number
//   of extra bits.
//   - Matches are copied 16 bytes at a time, past their end where room allows.
// The fast loop runs while input and output have room for the worst item; the careful loop does the
// rest with the same tables and checks every byte. Nothing is trusted: lengths must form complete
// codes, a match must lie in the chunk and in its block, and bits behind the input must not have
// been used.
#include "codec/lzx/decoder.h"

#include <algorithm>
#include <cstring>

#include "base/cpu.h"
#include "codec/lzx/bit_reader.h"
#include "codec/lzx/e8_filter.h"
#include "codec/lzx/format.h"
#include "codec/lzx/huffman_decode.h"

namespace dism::codec::lzx {
namespace {

// 11 bits: almost every main codeword, and 8 KiB stay in the first-level cache. Building costs one
// pass over the table for each block, which a larger one would not earn back in blocks of 32 KiB
// and less.
using MainTable = DecodeTable<kMaxMainSymbols, 11>;
using LengthTable = DecodeTable<kNumLengthSymbols, 10>;
using AlignedTable = DecodeTable<kNumAlignedSymbols, 7>;
using PretreeTable = DecodeTable<kNumPretreeSymbols, 7>;

// A main table entry, from bit 0: codeword length (5), extra bits to read raw (5), length header
// (3), slot (6), literal flag (1), literal (8).
constexpr uint32_t kEntryExtraShift = 5;
constexpr uint32_t kEntryHeaderShift = 10;
constexpr uint32_t kEntrySlotShift = 13;
constexpr uint32_t kEntryLiteralFlag = uint32_t{1} << 19;
constexpr uint32_t kEntryLiteralShift = 20;

// A block of kAligned leaves the low three extra bits to the aligned tree.
template <bool kIsAligned>
uint32_t MainPayload(uint32_t symbol) {
  uint32_t entry;
  if (symbol < kNumLiterals) {
    entry = kEntryLiteralFlag | symbol << kEntryLiteralShift;
  } else {
    const uint32_t header = (symbol - kNumLiterals) % kNumLengthHeaders;
    const uint32_t slot = (symbol - kNumLiterals) / kNumLengthHeaders;
    uint32_t extra = kOffsetSlots[slot].extra_bits;
    if (kIsAligned && extra >= kMinAlignedExtraBits) extra -= kMinAlignedExtraBits;
    entry = extra << kEntryExtraShift | header << kEntryHeaderShift | slot << kEntrySlotShift;
  }
  return entry >> MainTable::kPayloadShift;
}

// Everything that lives while one chunk is decoded.
struct State {
  BitReader in;
  uint8_t* const out_begin;
  uint8_t* const out_end;
  uint8_t* out;  // out_begin <= out <= out_end
  uint32_t repeat[kNumRepeatOffsets] = {1, 1, 1};
};

// Output bytes that the fast loop may touch from one position: three literals, a match, and a
// copy's excess.
constexpr ptrdiff_t kFastOutputRoom = 3 + kMaxMatch + 16;
// Refills in one turn of the fast loop.
constexpr size_t kFastRefills = 3;

static_assert(3 * kMaxMainCodeword <= BitReader::kMinBitsAfterRefill, "three literals on one refill");
static_assert(kMaxMainCodeword + 17 + kMaxAlignedCodeword - 3 <= BitReader::kMinBitsAfterRefill,
              "a match without length symbol on one refill");
static_assert(17 + kMaxAlignedCodeword - 3 <= BitReader::kMinBitsAfterRefill, "an offset on one refill");

// Copies `length` bytes from out - offset to out, in steps of up to 16 bytes: writes up to 15 bytes
// behind the match.
inline void CopyMatchFast(uint8_t* out, size_t offset, size_t length) {
  const uint8_t* src = out - offset;
  uint8_t* const end = out + length;
  if (__builtin_expect(offset >= 16, 1)) {
    do {
      std::memcpy(out, src, 16);
      out += 16;
      src += 16;
    } while (out < end);
    return;
  }
  // Each step doubles the distance between reading and writing: the pattern is periodic.
  while (offset < 8) {
    StoreLe64(out, LoadLe64(src));
    out += offset;
    offset += offset;
  }
  while (out < end) {
    StoreLe64(out, LoadLe64(src));
    out += 8;
    src += 8;
  }
}

struct Tables {
  MainTable main;
  LengthTable length;
  AlignedTable aligned;
};

// Takes the offset of a match whose main entry is given. The bit buffer holds enough bits.
template <bool kIsAligned>
inline __attribute__((always_inline)) uint32_t TakeOffset(BitReader& in, uint32_t entry, const Tables& tables,
                                                          uint32_t* repeat) {
  const uint32_t slot = entry >> kEntrySlotShift & 63;
  if (slot < kNumRepeatOffsets) {
    const uint32_t offset = repeat[slot];
    repeat[slot] = repeat[0];
    repeat[0] = offset;
    return offset;
  }
  uint32_t extra = in.Take(entry >> kEntryExtraShift & 31);
  if (kIsAligned && slot >= kFirstAlignedSlot) {
    const uint32_t aligned = tables.aligned.Lookup(in.bits());
    in.Skip(aligned & AlignedTable::kLengthMask);
    extra = extra << 3 | aligned >> AlignedTable::kPayloadShift;
  }
  const uint32_t offset = kOffsetSlots[slot].base - kOffsetBias + extra;
  repeat[2] = repeat[1];
  repeat[1] = repeat[0];
  repeat[0] = offset;
  return offset;
}

// Decodes items until at least `stop`; none reaches behind block_end. stop <= block_end <=
// state.out_end.
template <bool kIsAligned>
inline __attribute__((always_inline)) bool DecodeItemsBody(State& state, const Tables& tables, uint8_t* stop,
                                                           uint8_t* block_end) {
  BitReader in = state.in;
  uint8_t* out = state.out;
  uint8_t* const out_begin = state.out_begin;
  uint32_t repeat[kNumRepeatOffsets] = {state.repeat[0], state.repeat[1], state.repeat[2]};

  const auto literal_of = [](uint32_t entry) { return static_cast<uint8_t>(entry >> kEntryLiteralShift); };
  // The fast loop: at its head there is room for three literals in the block, and for all it may
  // touch in the chunk.
  if (block_end - out >= 3 && state.out_end - out >= kFastOutputRoom) {
    uint8_t* const fast_stop = std::min({stop, block_end - 2, state.out_end - kFastOutputRoom + 1});
    while (out < fast_stop && in.HasFast(kFastRefills)) {
      in.RefillFast();
      uint32_t entry = tables.main.Lookup(in.bits());
      in.Skip(entry & MainTable::kLengthMask);
      if (entry & kEntryLiteralFlag) {
        *out++ = literal_of(entry);
        entry = tables.main.Lookup(in.bits());
        in.Skip(entry & MainTable::kLengthMask);
        if (entry & kEntryLiteralFlag) {
          *out++ = literal_of(entry);
          entry = tables.main.Lookup(in.bits());
          in.Skip(entry & MainTable::kLengthMask);
          if (entry & kEntryLiteralFlag) {
            *out++ = literal_of(entry);
            continue;
          }
        }
        in.RefillFast();
      }
      size_t length = (entry >> kEntryHeaderShift & 7) + kMinMatch;
      if (length == kMinLongMatch) {
        const uint32_t long_entry = tables.length.Lookup(in.bits());
        in.Skip(long_entry & LengthTable::kLengthMask);
        length = long_entry >> LengthTable::kPayloadShift;
        if (__builtin_expect(length == 0, 0)) return false;  // the length code is empty
        in.RefillFast();
      }
      const uint32_t offset = TakeOffset<kIsAligned>(in, entry, tables, repeat);
      if (__builtin_expect(offset > static_cast<size_t>(out - out_begin), 0)) return false;
      if (__builtin_expect(length > static_cast<size_t>(block_end - out), 0)) return false;
      CopyMatchFast(out, offset, length);
      out += length;
    }
  }

  while (out < stop) {
    in.Refill();
    const uint32_t entry = tables.main.Lookup(in.bits());
    in.Skip(entry & MainTable::kLengthMask);
    if (entry & kEntryLiteralFlag) {
      *out++ = literal_of(entry);
      continue;
    }
    size_t length = (entry >> kEntryHeaderShift & 7) + kMinMatch;
    in.Refill();
    if (length == kMinLongMatch) {
      const uint32_t long_entry = tables.length.Lookup(in.bits());
      in.Skip(long_entry & LengthTable::kLengthMask);
      length = long_entry >> LengthTable::kPayloadShift;
      if (length == 0) return false;
      in.Refill();
    }
    const uint32_t offset = TakeOffset<kIsAligned>(in, entry, tables, repeat);
    if (offset > static_cast<size_t>(out - out_begin)) return false;
    if (length > static_cast<size_t>(block_end - out)) return false;
    for (size_t i = 0; i < length; ++i) out[i] = *(out + i - offset);
    out += length;
  }
  state.in = in;
  state.out = out;
  std::copy(repeat, repeat + kNumRepeatOffsets, state.repeat);
  return !in.Overrun();
}

using DecodeItems = bool (*)(State& state, const Tables& tables, uint8_t* stop, uint8_t* block_end);

struct Routines {
  DecodeItems verbatim;
  DecodeItems aligned;
};

template <bool kIsAligned>
bool DecodeItemsPortable(State& state, const Tables& tables, uint8_t* stop, uint8_t* block_end) {
  return DecodeItemsBody<kIsAligned>(state, tables, stop, block_end);
}
constexpr Routines kPortableRoutines = {DecodeItemsPortable<false>, DecodeItemsPortable<true>};

#if defined(__x86_64__)
// Shifts by a variable amount are one instruction with BMI2 and three without.
template <bool kIsAligned>
__attribute__((target("bmi,bmi2"))) bool DecodeItemsBmi2(State& state, const Tables& tables, uint8_t* stop,
                                                         uint8_t* block_end) {
  return DecodeItemsBody<kIsAligned>(state, tables, stop, block_end);
}
constexpr Routines kBmi2Routines = {DecodeItemsBmi2<false>, DecodeItemsBmi2<true>};
#endif

Routines PickRoutines(Variant variant) {
#if defined(__x86_64__)
  if (variant == Variant::kBest && Cpu().avx2) return kBmi2Routines;
#endif
  return kPortableRoutines;
}

class LzxDecoder final : public Decoder {
 public:
  LzxDecoder(uint32_t chunk_size, Variant variant)
      : chunk_size_(chunk_size), num_main_symbols_(NumMainSymbols(chunk_size)), routines_(PickRoutines(variant)) {}

  bool Decode(ByteSpan in, MutableByteSpan out, const CancelFlag* cancel) override;

 private:
  struct BlockHeader {
    uint32_t type;
    uint32_t size;
  };

  bool ReadBlockHeader(BitReader& in, BlockHeader& block);
  bool ReadCodes(BitReader& in, bool is_aligned);
  bool ReadLengths(BitReader& in, uint8_t* lengths, int n);
  bool CopyUncompressedBlock(State& state, uint32_t size);
  bool DecodeCompressedBlock(State& state, const BlockHeader& block, const CancelFlag* cancel);

  const uint32_t chunk_size_;
  const int num_main_symbols_;
  const Routines routines_;
  Tables tables_;
  PretreeTable pretree_;
  // Code lengths of the last verbatim or aligned block of this chunk: what the next block's differ
  // from.
  uint8_t main_lengths_[kMaxMainSymbols];
  uint8_t length_lengths_[kNumLengthSymbols];
};

// Output between two looks at the cancel flag.
constexpr size_t kCancelInterval = 65536;

bool LzxDecoder::Decode(ByteSpan in, MutableByteSpan out, const CancelFlag* cancel) {
  if (out.size() > chunk_size_) return false;
  State state{BitReader(in), out.data(), out.data() + out.size(), out.data()};
  std::memset(main_lengths_, 0, sizeof main_lengths_);
  std::memset(length_lengths_, 0, sizeof length_lengths_);
  while (state.out < state.out_end) {
    if (cancel != nullptr && cancel->IsSet()) return false;
    BlockHeader block;
    if (!ReadBlockHeader(state.in, block)) return false;
    if (block.size == 0 || block.size > static_cast<size_t>(state.out_end - state.out)) return false;
    if (block.type == kUncompressed) {
      if (!CopyUncompressedBlock(state, block.size)) return false;
    } else {
      if (!ReadCodes(state.in, block.type == kAligned)) return false;
      if (!DecodeCompressedBlock(state, block, cancel)) return false;
    }
  }
  UndoE8(out);
  return true;
}

bool LzxDecoder::ReadBlockHeader(BitReader& in, BlockHeader& block) {
  in.Refill();
  block.type = in.Take(3);
  if (block.type < kVerbatim || block.type > kUncompressed) return false;
  if (in.Take(1) != 0) {
    block.size = kDefaultBlockSize;
  } else {
    block.size = in.Take(16);
    if (chunk_size_ > kMinChunkSize) block.size = block.size << 8 | in.Take(8);
  }
  return !in.Overrun();
}

bool LzxDecoder::ReadCodes(BitReader& in, bool is_aligned) {
  if (is_aligned) {
    uint8_t lengths[kNumAlignedSymbols];
    bool any = false;
    for (uint8_t& l : lengths) {
      l = static_cast<uint8_t>(in.Read(3));
      any |= l != 0;
    }
    // An empty aligned code is of no use and would decode as endless zeros.
    if (!any || !tables_.aligned.Build(lengths, kNumAlignedSymbols, [](uint32_t s) { return s; })) return false;
  }
  if (!ReadLengths(in, main_lengths_, kNumLiterals)) return false;
  if (!ReadLengths(in, main_lengths_ + kNumLiterals, num_main_symbols_ - kNumLiterals)) return false;
  if (!ReadLengths(in, length_lengths_, kNumLengthSymbols)) return false;

  // Every block has items, so the main code must not be empty. The length code may be.
  const bool main_empty =
      std::all_of(main_lengths_, main_lengths_ + num_main_symbols_, [](uint8_t l) { return l == 0; });
  if (main_empty) return false;
  const bool main_ok = is_aligned ? tables_.main.Build(main_lengths_, num_main_symbols_, MainPayload<true>)
                                  : tables_.main.Build(main_lengths_, num_main_symbols_, MainPayload<false>);
  return main_ok &&
         tables_.length.Build(length_lengths_, kNumLengthSymbols, [](uint32_t s) { return s + kMinLongMatch; });
}

// Reads one list of code lengths, as differences to what `lengths` holds.
bool LzxDecoder::ReadLengths(BitReader& in, uint8_t* lengths, int n) {
  uint8_t pretree_lengths[kNumPretreeSymbols];
  for (uint8_t& l : pretree_lengths) l = static_cast<uint8_t>(in.Read(4));
  if (!pretree_.Build(pretree_lengths, kNumPretreeSymbols, [](uint32_t s) { return s; })) return false;

  const auto take_symbol = [&]() -> uint32_t {
    const uint32_t entry = pretree_.Lookup(in.bits());
    in.Skip(entry & PretreeTable::kLengthMask);
    return entry == 0 ? kNumPretreeSymbols : entry >> PretreeTable::kPayloadShift;
  };
  static_assert(2 * kMaxPretreeCodeword + 5 <= BitReader::kMinBitsAfterRefill, "a run on one refill");
  const auto value_at = [&](int i, uint32_t difference) {
    const int v = lengths[i] - static_cast<int>(difference);
    return static_cast<uint8_t>(v < 0 ? v + kCodeLengthModulus : v);
  };
  for (int i = 0; i < n;) {
    in.Refill();
    const uint32_t symbol = take_symbol();
    if (symbol < kCodeLengthModulus) {
      lengths[i] = value_at(i, symbol);
      ++i;
      continue;
    }
    int run;
    uint8_t value = 0;
    if (symbol == kZeroRunShort) {
      run = static_cast<int>(4 + in.Take(4));
    } else if (symbol == kZeroRunLong) {
      run = static_cast<int>(20 + in.Take(5));
    } else if (symbol == kSameRun) {
      run = static_cast<int>(4 + in.Take(1));
      const uint32_t difference = take_symbol();
      if (difference >= kCodeLengthModulus) return false;
      value = value_at(i, difference);
    } else {
      return false;  // the pretree is empty
    }
    if (run > n - i) return false;
    std::memset(lengths + i, value, static_cast<size_t>(run));
    i += run;
  }
  return !in.Overrun();
}

bool LzxDecoder::DecodeCompressedBlock(State& state, const BlockHeader& block, const CancelFlag* cancel) {
  const DecodeItems decode = block.type == kAligned ? routines_.aligned : routines_.verbatim;
  uint8_t* const block_end = state.out + block.size;
  while (state.out < block_end) {
    if (cancel != nullptr && cancel->IsSet()) return false;
    uint8_t* const stop = state.out + std::min<size_t>(kCancelInterval, static_cast<size_t>(block_end - state.out));
    if (!decode(state, tables_, stop, block_end)) return false;
  }
  return true;
}

bool LzxDecoder::CopyUncompressedBlock(State& state, uint32_t size) {
  constexpr size_t kHeaderSize = 4 * kNumRepeatOffsets;
  const ByteSpan bytes = state.in.AlignToBytes();
  if (bytes.size() < kHeaderSize || bytes.size() - kHeaderSize < size) return false;
  for (int i = 0; i < kNumRepeatOffsets; ++i) {
    state.repeat[i] = LoadLe32(bytes.data() + 4 * i);
    if (state.repeat[i] == 0) return false;
  }
  std::memcpy(state.out, bytes.data() + kHeaderSize, size);
  state.out += size;
  // An odd block is followed by a byte of padding, which may be missing at the end of the chunk.
  const size_t padded = kHeaderSize + size + (size & 1);
  state.in.RestartAt(bytes.data() + std::min(padded, bytes.size()));
  return true;
}

}  // namespace

std::unique_ptr<Decoder> NewDecoder(uint32_t chunk_size, Variant variant) {
  return std::make_unique<LzxDecoder>(chunk_size, variant);
}

size_t DecoderMemory() { return sizeof(LzxDecoder); }

}  // namespace dism::codec::lzx
