// Constants and slot tables of the LZMS format. The whole format: FORMAT.md.
#ifndef DISM_CODEC_LZMS_FORMAT_H_
#define DISM_CODEC_LZMS_FORMAT_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace dism::codec::lzms {

inline constexpr uint32_t kMinChunkSize = 1u << 15;
// Microsoft's own maximum is 2^26; the slot tables reach a little beyond 2^30.
inline constexpr uint32_t kMaxChunkSize = 1u << 30;

inline constexpr size_t kNumLiterals = 256;
inline constexpr size_t kNumOffsetSlots = 799;
inline constexpr size_t kNumLengthSlots = 54;
inline constexpr size_t kNumDeltaPowers = 8;
// Symbols coded between two rebuilds of a code.
inline constexpr uint32_t kLiteralRebuild = 1024;
inline constexpr uint32_t kOffsetRebuild = 1024;
inline constexpr uint32_t kLengthRebuild = 512;
inline constexpr uint32_t kPowerRebuild = 512;

// Repeat queues: three offsets can be addressed, and one more moves up when one of them is used.
inline constexpr size_t kNumRepeats = 3;
inline constexpr size_t kQueueSize = kNumRepeats + 1;

// A slot stands for the values base to base + 2^extra_bits - 1.
struct Slot {
  uint32_t base;
  uint32_t extra_bits;
};

namespace internal {

struct SlotRun {
  uint32_t extra_bits;
  uint32_t slots;
};
inline constexpr SlotRun kOffsetRuns[] = {{0, 8},   {2, 9},   {3, 7},   {4, 10},  {5, 15},   {6, 15},  {7, 20},
                                          {8, 20},  {9, 30},  {10, 33}, {11, 40}, {12, 42},  {13, 45}, {14, 60},
                                          {15, 73}, {16, 80}, {17, 85}, {18, 95}, {19, 105}, {20, 6},  {30, 1}};
inline constexpr SlotRun kLengthRuns[] = {{0, 26}, {1, 4}, {2, 6}, {3, 4},  {4, 5},  {5, 2}, {6, 1},
                                          {7, 1},  {8, 1}, {9, 1}, {10, 1}, {16, 1}, {30, 1}};

template <size_t kSlots, size_t kRuns>
constexpr std::array<Slot, kSlots> MakeSlots(const SlotRun (&runs)[kRuns]) {
  std::array<Slot, kSlots> slots{};
  size_t slot = 0;
  uint32_t base = 1;
  for (const SlotRun& run : runs) {
    for (uint32_t i = 0; i < run.slots; ++i) {
      slots[slot++] = {base, run.extra_bits};
      base += 1u << run.extra_bits;
    }
  }
  return slots;
}

}  // namespace internal

// Both tables begin at value 1.
inline constexpr std::array<Slot, kNumOffsetSlots> kOffsetSlots =
    internal::MakeSlots<kNumOffsetSlots>(internal::kOffsetRuns);
inline constexpr std::array<Slot, kNumLengthSlots> kLengthSlots =
    internal::MakeSlots<kNumLengthSlots>(internal::kLengthRuns);
static_assert(kOffsetSlots[kNumOffsetSlots - 1].base == 0x65be4a5);
static_assert(kLengthSlots[kNumLengthSlots - 1].base == 0x108ab);

// The slot of `value` (1 or more) by binary search.
template <size_t kSlots>
constexpr uint32_t FindSlot(const std::array<Slot, kSlots>& slots, uint32_t value) {
  uint32_t low = 0;
  uint32_t high = kSlots;
  while (high - low > 1) {
    const uint32_t middle = (low + high) / 2;
    (slots[middle].base <= value ? low : high) = middle;
  }
  return low;
}

// Number of offset slots in the codes of a chunk of `size` bytes of output.
constexpr uint32_t NumOffsetSlots(size_t size) {
  return size < 2 ? 0 : 1 + FindSlot(kOffsetSlots, static_cast<uint32_t>(size - 1));
}

}  // namespace dism::codec::lzms

#endif  // DISM_CODEC_LZMS_FORMAT_H_
