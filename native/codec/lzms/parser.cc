#include "codec/lzms/parser.h"

#include <algorithm>
#include <cstring>

#include "codec/match/match_length.h"
#include "codec/xpress/price.h"

namespace dism::codec::lzms {
namespace {

constexpr uint32_t kUnreached = UINT32_MAX;
// Lengths below this are not tried: the format allows 1, which never pays.
constexpr uint32_t kMinLength = 2;
constexpr uint32_t kMinDeltaLength = DeltaFinder::kMinLength;

// By probability of zero in 1/64: the prices of 0 and of 1.
struct DecisionPrices {
  uint32_t of[65][2];
  DecisionPrices() {
    for (uint32_t p = 0; p <= 64; ++p) {
      const uint32_t zero = std::clamp(p, 1u, 63u);
      of[p][0] = Probability::kBits * kBitPrice - LogPrice(zero);
      of[p][1] = Probability::kBits * kBitPrice - LogPrice(64 - zero);
    }
  }
};

template <unsigned kStateBits>
inline const uint32_t* PriceOf(const Decision<kStateBits>& decision, uint32_t state) {
  static const DecisionPrices prices;
  return prices.of[decision.probabilities[state].zeros];
}

inline uint32_t RepeatPrice(const Decision<6>* decisions, const uint8_t* states, uint32_t index) {
  const uint32_t* const first = PriceOf(decisions[0], states[0]);
  if (index == 0) return first[0];
  return first[1] + PriceOf(decisions[1], states[1])[index - 1];
}

inline uint32_t OffsetPrice(const AdaptiveEncoder<kNumOffsetSlots>& code, uint32_t offset) {
  const uint32_t slot = OffsetSlot(offset);
  return (code.length(slot) + kOffsetSlots[slot].extra_bits) * kBitPrice;
}

}  // namespace

Parser::Parser(uint32_t chunk_size, const Effort& effort)
    : effort_(effort),
      finder_(chunk_size, effort.depth, effort.nice_length),
      delta_finder_(chunk_size, effort.delta_powers),
      node_price_(new uint32_t[kNodes]),
      node_item_(new Item[kNodes]),
      node_state_(new CoderState[kNodes]),
      node_first_(new Item[kNodes]),
      node_first_length_(new uint32_t[kNodes]),
      path_(new Item[kNodes]) {}

size_t Parser::Memory(uint32_t chunk_size, const Effort& effort) {
  return sizeof(Parser) + MatchFinder::Memory(chunk_size) + DeltaFinder::Memory(chunk_size, effort.delta_powers) +
         kNodes * (2 * sizeof(uint32_t) + 3 * sizeof(Item) + sizeof(CoderState));
}

void Parser::UpdatePrices(const ItemWriter& writer) {
  const auto& code = writer.lengths();
  if (code.generation() == length_generation_) return;
  length_generation_ = code.generation();
  for (uint32_t slot = 0; slot < kNumLengthSlots; ++slot) {
    const uint32_t price = (code.length(slot) + kLengthSlots[slot].extra_bits) * kBitPrice;
    const uint64_t end = uint64_t{kLengthSlots[slot].base} + (uint64_t{1} << kLengthSlots[slot].extra_bits);
    for (uint64_t l = kLengthSlots[slot].base; l < end && l <= kMaxNiceLength; ++l) {
      length_price_[l] = price;
    }
  }
}

// How many bytes from `position` on continue linearly; the caller has checked that
// offset + span <= position.
uint32_t Parser::DeltaLength(uint32_t position, uint32_t offset, uint32_t span, uint32_t limit) const {
  const uint8_t* const here = data_ + position;
  const uint8_t* const there = here - offset;
  uint32_t length = 0;
  for (; length + 4 <= limit; length += 4) {
    const uint32_t difference = Differences(here + length, span) ^ Differences(there + length, span);
    if (difference != 0) {
      return length + (static_cast<uint32_t>(std::countr_zero(difference)) >> 3);
    }
  }
  while (length < limit && static_cast<uint8_t>(here[length] - *(here + length - span)) ==
                               static_cast<uint8_t>(there[length] - *(there + length - span))) {
    ++length;
  }
  return length;
}

void Parser::EnterBlock(uint32_t position) {
  block_ = position & ~(kBlock - 1);
  block_is_flat_ = incompressible_.Holds(data_ + block_, std::min(kBlock, size_ - block_));
}

// Writes the items that lead to node `end`.
void Parser::WritePath(uint32_t start, uint32_t end, ItemWriter& writer) {
  uint32_t first = kNodes;
  for (uint32_t node = end; node > 0;) {
    const Item& item = node_item_[node];
    path_[--first] = item;
    node -= item.length;
    if (node_first_length_[node + item.length] != 0) {
      const Item& match = node_first_[node + item.length];
      --node;
      path_[--first] = {1, data_[start + node], ItemKind::kLiteral, 0};
      path_[--first] = match;
      node -= match.length;
    }
  }
  for (uint32_t i = first; i < kNodes; ++i) writer.Write(path_[i]);
}

// Parses and writes a window; returns the position after it.
uint32_t Parser::RunWindow(uint32_t start, ItemWriter& writer) {
  const uint32_t window = std::min(kWindow, size_ - start);
  const Decisions& decisions = writer.decisions();
  uint32_t* const price = node_price_.get();
  Item* const items = node_item_.get();
  price[0] = 0;
  node_state_[0] = writer.state();
  // Nodes up to here have a price or are marked as unreached.
  uint32_t reach = 0;
  const auto extend = [&](uint32_t node) {
    while (reach < node) price[++reach] = kUnreached;
  };
  uint32_t delta_offsets[kNumDeltaPowers];

  for (uint32_t node = 0; node < window; ++node) {
    const uint32_t position = start + node;
    if (node > 0) {
      const Item& item = items[node];
      const uint32_t first_length = node_first_length_[node];
      if (first_length == 0) {
        node_state_[node] = node_state_[node - item.length];
      } else {
        node_state_[node] = node_state_[node - item.length - 1 - first_length];
        node_state_[node].Apply(node_first_[node]);
        node_state_[node].Apply(Item());
      }
      node_state_[node].Apply(item);
    }
    const CoderState& state = node_state_[node];
    const uint32_t here = price[node];
    const uint32_t limit = std::min(size_ - position, effort_.nice_length);

    const uint32_t* const main = PriceOf(decisions.main, state.main);
    extend(node + 1);
    const uint8_t byte = data_[position];
    const uint32_t literal = here + main[0] + writer.literals().length(byte) * kBitPrice;
    if (literal < price[node + 1]) {
      price[node + 1] = literal;
      items[node + 1] = {1, byte, ItemKind::kLiteral, 0};
      node_first_length_[node + 1] = 0;
    }

    // `item` with each length from `first` to `last`.
    const auto relax = [&](uint32_t base, uint32_t first, uint32_t last, Item item) {
      extend(node + last);
      for (uint32_t length = first; length <= last; ++length) {
        const uint32_t sum = base + length_price_[length];
        if (sum < price[node + length]) {
          price[node + length] = sum;
          item.length = length;
          items[node + length] = item;
          node_first_length_[node + length] = 0;
        }
      }
    };
    // The longest match seen, for taking it at once.
    Item longest;
    const auto offer = [&](uint32_t base, uint32_t first, uint32_t length, Item item) {
      if (length > longest.length) {
        longest = item;
        longest.length = length;
      }
      relax(base, first, length, item);
    };

    // An LZ match of `length`, then a literal, then a repeat of its offset: common where two versions
    // of something differ in single bytes. The repeat would often be lost to a cheaper way otherwise.
    const auto relax_with_repeat = [&](uint32_t base, uint32_t length, uint32_t offset, Item item) {
      const uint32_t middle = position + length;
      if (size_ - middle < kMinLength + 2) return;
      const uint8_t* const rest = data_ + middle + 1;
      if (LoadLe16(rest) != LoadLe16(rest - offset)) return;
      const uint32_t repeat = match::PortableLength::Extend(rest, rest - offset, kMinLength,
                                                            std::min(size_ - middle - 1, effort_.nice_length));
      const uint32_t main1 = (state.main << 1 | 1) & 15;
      const uint32_t sum =
          base + length_price_[length] + PriceOf(decisions.main, main1)[0] +
          writer.literals().length(data_[middle]) * kBitPrice + PriceOf(decisions.main, main1 << 1 & 15)[1] +
          PriceOf(decisions.match, state.match << 1 & 31)[0] +
          PriceOf(decisions.lz, (state.lz_decision << 1 | (item.kind == ItemKind::kLzRepeat)) & 63)[1] +
          PriceOf(decisions.lz_repeat[0], state.lz_repeat[0])[0] + length_price_[repeat];
      const uint32_t target = node + length + 1 + repeat;
      if (target >= kNodes) return;
      extend(target);
      if (sum >= price[target]) return;
      price[target] = sum;
      item.length = length;
      items[target] = {repeat, 0, ItemKind::kLzRepeat, 0};
      node_first_[target] = item;
      node_first_length_[target] = length;
    };

    const uint32_t* const match = PriceOf(decisions.match, state.match);
    const uint32_t lz_base = here + main[1] + match[0];
    const uint32_t* const lz = PriceOf(decisions.lz, state.lz_decision);
    for (uint32_t index = 0; index < kNumRepeats; ++index) {
      const uint32_t offset = state.LzRepeat(index);
      if (offset > position || LoadLe16(data_ + position) != LoadLe16(data_ + position - offset)) {
        continue;
      }
      const uint32_t length =
          match::PortableLength::Extend(data_ + position, data_ + position - offset, kMinLength, limit);
      if (length < kMinLength || length > limit) continue;
      const uint32_t base = lz_base + lz[1] + RepeatPrice(decisions.lz_repeat, state.lz_repeat, index);
      const Item item = {0, index, ItemKind::kLzRepeat, 0};
      offer(base, kMinLength, length, item);
      if (length < limit) relax_with_repeat(base, length, offset, item);
    }

    const bool is_flat = IsFlat(position);
    const uint32_t delta_base = here + main[1] + match[1];
    const uint32_t* const delta = PriceOf(decisions.delta, state.delta_decision);
    for (uint32_t index = 0; index < kNumRepeats && !is_flat; ++index) {
      const DeltaSource source = state.DeltaRepeat(index);
      const uint32_t span = 1u << source.power;
      const uint32_t offset = source.raw_offset << source.power;
      if (offset + span > position) continue;
      const uint8_t* const bytes = data_ + position;
      if (((Differences(bytes, span) ^ Differences(bytes - offset, span)) & 0xFFFFFF) != 0) continue;
      const uint32_t length = DeltaLength(position, offset, span, limit);
      if (length < kMinDeltaLength) continue;
      offer(delta_base + delta[1] + RepeatPrice(decisions.delta_repeat, state.delta_repeat, index), kMinDeltaLength,
            length, {0, index, ItemKind::kDeltaRepeat, 0});
    }

    uint32_t tried = kMinLength - 1;
    if (position >= inserted_) {
      inserted_ = position + 1;
      const std::span<const Match> matches = is_flat ? finder_.FindSparse() : finder_.Find();
      for (size_t i = 0; i < matches.size(); ++i) {
        const uint32_t length = std::min(matches[i].length, limit);
        if (length <= tried) continue;
        const uint32_t base = lz_base + lz[0] + OffsetPrice(writer.offsets(), matches[i].offset);
        const Item item = {0, matches[i].offset, ItemKind::kLz, 0};
        offer(base, tried + 1, length, item);
        if (length < limit) relax_with_repeat(base, length, matches[i].offset, item);
        tried = length;
      }
      const unsigned powers = is_flat ? 0 : effort_.delta_powers;
      if (powers != 0) delta_finder_.Find(position, delta_offsets);
      for (unsigned power = 0; power < powers; ++power) {
        const uint32_t offset = delta_offsets[power];
        if (offset == 0 || offset + (1u << power) > position) continue;
        const uint32_t length = DeltaLength(position, offset, 1u << power, limit);
        if (length < kMinDeltaLength) continue;
        const uint32_t raw_offset = offset >> power;
        offer(delta_base + delta[0] + writer.delta_powers().length(power) * kBitPrice +
                  OffsetPrice(writer.delta_offsets(), raw_offset),
              kMinDeltaLength, length, {0, raw_offset, ItemKind::kDelta, static_cast<uint8_t>(power)});
      }
    }

    if (longest.length >= effort_.nice_length) {
      // Long enough to be part of any good way: write what leads here, and it, as far as it goes.
      WritePath(start, node, writer);
      const uint32_t left = size_ - position;
      if (longest.kind == ItemKind::kLz || longest.kind == ItemKind::kLzRepeat) {
        const uint32_t offset = longest.kind == ItemKind::kLz ? longest.value : writer.state().LzRepeat(longest.value);
        longest.length =
            match::PortableLength::Extend(data_ + position, data_ + position - offset, longest.length, left);
      } else {
        const DeltaSource source = longest.kind == ItemKind::kDelta ? DeltaSource{longest.power, longest.value}
                                                                    : writer.state().DeltaRepeat(longest.value);
        longest.length = DeltaLength(position, source.raw_offset << source.power, 1u << source.power, left);
      }
      writer.Write(longest);
      return position + longest.length;
    }
  }

  // The end of the window: where the way is cheapest for its length. Nodes behind it were reached by
  // matches only, so the price per byte so far serves for the difference in length.
  uint32_t best = window;
  const uint64_t average = price[window] / window + 1;
  int64_t best_value = INT64_MAX;
  for (uint32_t node = window; node <= reach; ++node) {
    if (price[node] == kUnreached) continue;
    const int64_t value = static_cast<int64_t>(price[node]) - static_cast<int64_t>(average * (node - window));
    if (value < best_value) {
      best_value = value;
      best = node;
    }
  }
  WritePath(start, best, writer);
  return start + best;
}

bool Parser::Run(const uint8_t* data, uint32_t size, ItemWriter& writer, const CancelFlag* cancel) {
  data_ = data;
  size_ = size;
  inserted_ = 0;
  EnterBlock(0);
  length_generation_ = 0;
  finder_.Reset(data, size);
  delta_finder_.Reset(data, size);
  for (uint32_t position = 0; position < size;) {
    if ((cancel != nullptr && cancel->IsSet()) || writer.full()) return false;
    UpdatePrices(writer);
    position = RunWindow(position, writer);
    // Positions inside the last match, which the window did not look at.
    for (uint32_t polled = inserted_; inserted_ < position; ++inserted_) {
      IsFlat(inserted_) ? finder_.FindSparse() : finder_.Find();
      if (inserted_ - polled >= 65536) {
        polled = inserted_;
        if (cancel != nullptr && cancel->IsSet()) return false;
      }
    }
  }
  return !writer.full();
}

}  // namespace dism::codec::lzms
