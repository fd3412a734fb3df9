// What a match is worth before any prices are known, for the parsers that decide as they go: the
// literals that it saves less what it costs, in 1/16 bit. The weights come from a search over
// several kinds of files; 20 % on any of them moves the size by 0 to 0.12 %.
#ifndef DISM_CODEC_LZX_MATCH_GAIN_H_
#define DISM_CODEC_LZX_MATCH_GAIN_H_

#include <array>
#include <cstdint>

#include "codec/lzx/format.h"

namespace dism::codec::lzx {

class MatchGain {
 public:
  // Cumulated literal costs go behind the end of the chunk by so many entries, so that a match may
  // be priced there.
  static constexpr uint32_t kLiteralCostRoom = 300;

  // Fills costs[0..n + kLiteralCostRoom) with the sum, over the bytes before each position, of the
  // weighted order-0 costs.
  static void CumulateLiteralCosts(const uint8_t* data, uint32_t n, uint32_t* costs);

  // literal_costs: the difference of two cumulated costs. `slot` is of the formatted offset.
  static int Gain(uint32_t length, uint32_t slot, uint32_t literal_costs) {
    return kTables.length_gain[length] + static_cast<int>(literal_costs) - kTables.slot_cost[slot];
  }

  // A later match must exceed the gain of an earlier one by so much for each literal that it costs.
  static constexpr int kLazyMargin1 = 30;
  static constexpr int kLazyMargin2 = 120;

 private:
  struct Tables {
    std::array<int, kMaxMatch + 1> length_gain;
    std::array<int, kMaxOffsetSlots> slot_cost;
  };
  static constexpr Tables MakeTables() {
    Tables t{};
    for (int l = kMinMatch; l <= kMaxMatch; ++l) {
      // The price of the length: each header step a quarter bit, then a length symbol of growing
      // size.
      const int price = l < kMinLongMatch ? 4 * (l - 2) : 28 + (l < 17 ? 64 : l < 33 ? 80 : l < 65 ? 100 : 120);
      t.length_gain[l] = kGainPerByte * l - price;
    }
    for (int s = 0; s < kMaxOffsetSlots; ++s) {
      t.slot_cost[s] = s < kNumRepeatOffsets ? kRepeatCost[s] : 80 + 16 * static_cast<int>(kOffsetSlots[s].extra_bits);
    }
    return t;
  }
  // Each covered byte: almost 3 bits and 6/16 of its order-0 cost. PE files would take less, ELF
  // files more.
  static constexpr int kGainPerByte = 46;
  static constexpr uint32_t kLiteralWeight = 6;
  static constexpr int kRepeatCost[kNumRepeatOffsets] = {40, 64, 76};
  static const Tables kTables;
};

inline constexpr MatchGain::Tables MatchGain::kTables = MatchGain::MakeTables();

}  // namespace dism::codec::lzx

#endif  // DISM_CODEC_LZX_MATCH_GAIN_H_
