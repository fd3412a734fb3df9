// The numbers of the LZX format as FORMAT.md tells them. Encoder and decoder share this file and
// nothing else.
#ifndef DISM_CODEC_LZX_FORMAT_H_
#define DISM_CODEC_LZX_FORMAT_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace dism::codec::lzx {

// The window of a WIM chunk is the chunk; its order is log2 of the full chunk size.
constexpr uint32_t kMinChunkSize = uint32_t{1} << 15;
constexpr uint32_t kMaxChunkSize = uint32_t{1} << 21;

enum BlockType : uint32_t { kVerbatim = 1, kAligned = 2, kUncompressed = 3 };
// Block size meant by a set flag bit, whatever the chunk size.
constexpr uint32_t kDefaultBlockSize = 32768;

constexpr int kNumLiterals = 256;
// A match symbol is 256 + 8 * slot + length header. Headers 0..6 are lengths 2..8; header 7 says
// that a length symbol follows, which counts from 9.
constexpr int kNumLengthHeaders = 8;
constexpr int kLongLengthHeader = 7;
constexpr int kMinMatch = 2;
constexpr int kMaxMatch = 257;
constexpr int kMinLongMatch = kMinMatch + kLongLengthHeader;

constexpr int kMaxOffsetSlots = 50;  // window order 21
constexpr int kNumRepeatOffsets = 3;
// Slots 0 to 2 are the repeat offsets, so an explicit offset is written as "formatted offset" =
// offset + 2.
constexpr int kOffsetBias = 2;

constexpr int kMaxMainSymbols = kNumLiterals + kNumLengthHeaders * kMaxOffsetSlots;
constexpr int kNumLengthSymbols = 249;
constexpr int kNumAlignedSymbols = 8;
constexpr int kNumPretreeSymbols = 20;

constexpr int kMaxMainCodeword = 16;
constexpr int kMaxLengthCodeword = 16;
constexpr int kMaxAlignedCodeword = 7;   // stored in 3 bits
constexpr int kMaxPretreeCodeword = 15;  // stored in 4 bits

// Code lengths travel as differences modulo 17 (lengths are 0..16).
constexpr int kCodeLengthModulus = 17;
enum PretreeSymbol : uint32_t {
  kZeroRunShort = 17,  // 4 + 4 bits zeros
  kZeroRunLong = 18,   // 20 + 5 bits zeros
  kSameRun = 19,       // 4 + 1 bit entries of one value, whose difference follows as another symbol
};

// Offsets with at least this many extra bits take their low three from the aligned tree in an
// aligned block.
constexpr int kMinAlignedExtraBits = 3;
constexpr uint32_t kFirstAlignedSlot = 8;

// The E8 filter converts operands below this "file size", a constant in WIM.
constexpr int32_t kE8FileSize = 12000000;
// Chunks of at most this size, and the last so many bytes of any chunk, are left alone.
constexpr size_t kE8Tail = 10;

struct OffsetSlot {
  uint32_t base;
  uint32_t extra_bits;
};

constexpr std::array<OffsetSlot, kMaxOffsetSlots> MakeOffsetSlots() {
  std::array<OffsetSlot, kMaxOffsetSlots> slots{};
  uint32_t base = 0;
  for (uint32_t s = 0; s < kMaxOffsetSlots; ++s) {
    const uint32_t extra = s < 4 ? 0 : s >= 36 ? 17 : s / 2 - 1;
    slots[s] = {base, extra};
    base += uint32_t{1} << extra;
  }
  return slots;
}
inline constexpr std::array<OffsetSlot, kMaxOffsetSlots> kOffsetSlots = MakeOffsetSlots();
static_assert(kOffsetSlots[29].base == 24576 && kOffsetSlots[36].base == 262144);
static_assert(kOffsetSlots[49].base == 1966080);

// How many slots the main tree has for chunks of 2^order bytes: enough for every formatted offset
// below 2^order.
constexpr int NumOffsetSlots(uint32_t chunk_size) {
  int n = 30;
  while (n < kMaxOffsetSlots && kOffsetSlots[n].base < chunk_size) ++n;
  return n;
}
static_assert(NumOffsetSlots(1u << 15) == 30 && NumOffsetSlots(1u << 16) == 32);
static_assert(NumOffsetSlots(1u << 20) == 42 && NumOffsetSlots(1u << 21) == 50);

constexpr int NumMainSymbols(uint32_t chunk_size) {
  return kNumLiterals + kNumLengthHeaders * NumOffsetSlots(chunk_size);
}

// The slot of a formatted offset. Below slot 36 slots come in pairs, one pair for each power of
// two; from there each holds 2^17 offsets.
constexpr uint32_t SlotOf(uint32_t formatted) {
  if (formatted < 4) return formatted;
  if (formatted >= kOffsetSlots[36].base) return 34 + (formatted >> 17);
  const uint32_t log = static_cast<uint32_t>(std::bit_width(formatted)) - 1;
  return 2 * log + ((formatted >> (log - 1)) & 1);
}
static_assert(SlotOf(3) == 3 && SlotOf(5) == 4 && SlotOf(6) == 5 && SlotOf(262143) == 35);
static_assert(SlotOf(262144) == 36 && SlotOf(2097151) == 49);

}  // namespace dism::codec::lzx

#endif  // DISM_CODEC_LZX_FORMAT_H_
