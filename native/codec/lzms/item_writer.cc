#include "codec/lzms/item_writer.h"

#include <array>
#include <bit>
#include <cstring>

namespace dism::codec::lzms {
namespace {

// Where the search for the slot of an offset starts: by its top bit and the kIndexBits below it, the
// slot of the smallest such offset. Slots are so wide that few steps remain.
constexpr unsigned kIndexBits = 5;
constexpr size_t kIndexSize = 32 << kIndexBits;

inline uint32_t SlotIndex(uint32_t value) {
  const unsigned top = static_cast<unsigned>(std::bit_width(value)) - 1;
  const uint32_t below = static_cast<uint32_t>((uint64_t{value} << kIndexBits) >> top) & ((1u << kIndexBits) - 1);
  return top << kIndexBits | below;
}

template <size_t kSlots>
std::array<uint16_t, kIndexSize> MakeIndex(const std::array<Slot, kSlots>& slots) {
  std::array<uint16_t, kIndexSize> index{};
  for (uint32_t i = 0; i < kIndexSize; ++i) {
    const unsigned top = i >> kIndexBits;
    const uint64_t value = (uint64_t{(1u << kIndexBits) | (i & ((1u << kIndexBits) - 1))} << top) >> kIndexBits;
    index[i] = static_cast<uint16_t>(FindSlot(slots, static_cast<uint32_t>(value)));
  }
  return index;
}

template <size_t kSlots>
inline uint32_t StepToSlot(const std::array<Slot, kSlots>& slots, uint32_t slot, uint32_t value) {
  while (slot + 1 < kSlots && slots[slot + 1].base <= value) ++slot;
  return slot;
}

template <typename T>
void MoveToFront(T* queue, uint32_t index, T value) {
  for (; index > 0; --index) queue[index] = queue[index - 1];
  queue[0] = value;
}

}  // namespace

uint32_t OffsetSlot(uint32_t offset) {
  static const std::array<uint16_t, kIndexSize> index = MakeIndex(kOffsetSlots);
  return StepToSlot(kOffsetSlots, index[SlotIndex(offset)], offset);
}

uint32_t LengthSlot(uint32_t length) {
  static const std::array<uint16_t, kIndexSize> index = MakeIndex(kLengthSlots);
  return StepToSlot(kLengthSlots, index[SlotIndex(length)], length);
}

void CoderState::Apply(const Item& item) {
  const auto push = [](uint8_t& state, uint32_t bit, uint32_t mask) {
    state = static_cast<uint8_t>((state << 1 | bit) & mask);
  };
  const auto push_index = [&](uint8_t* states, uint32_t repeat) {
    push(states[0], repeat != 0, 63);
    if (repeat != 0) push(states[1], repeat - 1, 63);
  };
  if (item.kind == ItemKind::kLiteral) {
    push(main, 0, 15);
    after_lz = after_delta = 0;
    return;
  }
  push(main, 1, 15);
  const bool is_delta = item.kind >= ItemKind::kDelta;
  push(match, is_delta, 31);
  switch (item.kind) {
    case ItemKind::kLz:
      push(lz_decision, 0, 63);
      MoveToFront(lz, kQueueSize - 1, item.value);
      break;
    case ItemKind::kLzRepeat:
      push(lz_decision, 1, 63);
      push_index(lz_repeat, item.value);
      MoveToFront(lz, item.value + after_lz, LzRepeat(item.value));
      break;
    case ItemKind::kDelta:
      push(delta_decision, 0, 63);
      MoveToFront(delta, kQueueSize - 1, DeltaSource{item.power, item.value});
      break;
    default:
      push(delta_decision, 1, 63);
      push_index(delta_repeat, item.value);
      MoveToFront(delta, item.value + after_delta, DeltaSource(DeltaRepeat(item.value)));
      break;
  }
  after_lz = !is_delta;
  after_delta = is_delta;
}

size_t BlockBuffer::Join() {
  if (full_) return 0;
  const size_t backward_size = static_cast<size_t>(end_ - backward_);
  std::memmove(forward_, backward_, backward_size);
  return static_cast<size_t>(forward_ - begin_) + backward_size;
}

void ItemWriter::Reset(size_t size, MutableByteSpan out) {
  buffer_.Reset(out);
  low_ = 0;
  range_ = 0xFFFFFFFF;
  cache_ = 0;
  num_ffff_ = 0;
  first_ = true;
  pending_ = 0;
  num_pending_ = 0;
  state_ = CoderState();
  decisions_ = Decisions();
  literals_.Reset(kNumLiterals, kLiteralRebuild);
  offsets_.Reset(NumOffsetSlots(size), kOffsetRebuild);
  lengths_.Reset(kNumLengthSlots, kLengthRebuild);
  delta_offsets_.Reset(NumOffsetSlots(size), kOffsetRebuild);
  delta_powers_.Reset(kNumDeltaPowers, kPowerRebuild);
}

// Moves the top unit of low_ to the cache. What was cached goes out, unless a carry may still come.
void ItemWriter::ShiftLow() {
  if (low_ < 0xFFFF0000 || low_ > 0xFFFFFFFF) {
    const uint32_t carry = static_cast<uint32_t>(low_ >> 32);
    if (!first_) buffer_.PutForward(cache_ + carry);
    first_ = false;
    for (; num_ffff_ > 0; --num_ffff_) buffer_.PutForward(0xFFFF + carry);
    cache_ = static_cast<uint32_t>(low_ >> 16) & 0xFFFF;
  } else {
    ++num_ffff_;
  }
  low_ = (low_ & 0xFFFF) << 16;
}

template <unsigned kStateBits>
void ItemWriter::PutDecision(Decision<kStateBits>& decision, uint32_t bit) {
  if (range_ <= 0xFFFF) {
    range_ <<= 16;
    ShiftLow();
  }
  const uint32_t bound = (range_ >> Probability::kBits) * decision.Current().OfZero();
  if (bit == 0) {
    range_ = bound;
  } else {
    low_ += bound;
    range_ -= bound;
  }
  decision.Update(bit);
}

void ItemWriter::PutBits(uint32_t bits, uint32_t count) {
  pending_ = pending_ << count | bits;
  num_pending_ += count;
  while (num_pending_ >= 16) {
    num_pending_ -= 16;
    buffer_.PutBackward(static_cast<uint32_t>(pending_ >> num_pending_) & 0xFFFF);
  }
}

void ItemWriter::PutRepeatIndex(Decision<6>* decisions, uint32_t index) {
  PutDecision(decisions[0], index != 0);
  if (index != 0) PutDecision(decisions[1], index - 1);
}

void ItemWriter::Write(const Item& item) {
  PutDecision(decisions_.main, item.kind != ItemKind::kLiteral);
  if (item.kind == ItemKind::kLiteral) {
    PutSymbol(literals_, item.value);
    literals_.Count(item.value);
    state_.Apply(item);
    return;
  }
  const auto put_offset = [&](AdaptiveEncoder<kNumOffsetSlots>& code, uint32_t offset) {
    const uint32_t slot = OffsetSlot(offset);
    PutSymbol(code, slot);
    PutBits(offset - kOffsetSlots[slot].base, kOffsetSlots[slot].extra_bits);
    code.Count(slot);
  };
  PutDecision(decisions_.match, item.kind >= ItemKind::kDelta);
  switch (item.kind) {
    case ItemKind::kLz:
      PutDecision(decisions_.lz, 0);
      put_offset(offsets_, item.value);
      break;
    case ItemKind::kLzRepeat:
      PutDecision(decisions_.lz, 1);
      PutRepeatIndex(decisions_.lz_repeat, item.value);
      break;
    case ItemKind::kDelta:
      PutDecision(decisions_.delta, 0);
      PutSymbol(delta_powers_, item.power);
      delta_powers_.Count(item.power);
      put_offset(delta_offsets_, item.value);
      break;
    default:
      PutDecision(decisions_.delta, 1);
      PutRepeatIndex(decisions_.delta_repeat, item.value);
      break;
  }
  const uint32_t slot = LengthSlot(item.length);
  PutSymbol(lengths_, slot);
  PutBits(item.length - kLengthSlots[slot].base, kLengthSlots[slot].extra_bits);
  lengths_.Count(slot);
  state_.Apply(item);
}

size_t ItemWriter::Finish() {
  // Some decoders (7-Zip's) normalise once more after the last decision, and expect zeros then.
  if (range_ <= 0xFFFF) ShiftLow();
  // Cache, and the 32 bits of low_.
  for (int i = 0; i < 3; ++i) ShiftLow();
  if (num_pending_ > 0) PutBits(0, 16 - num_pending_);
  return buffer_.Join();
}

}  // namespace dism::codec::lzms
