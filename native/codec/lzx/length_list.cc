#include "codec/lzx/length_list.h"

#include <algorithm>
#include <cstring>

#include "codec/huffman_code.h"

namespace dism::codec::lzx {

// Extra bits of the run symbols, from kZeroRunShort.
static constexpr uint8_t kRunExtraBits[3] = {4, 5, 1};

void LengthList::Build(const uint8_t* old_lengths, const uint8_t* lengths, int n) {
  num_steps_ = 0;
  std::memset(counts_, 0, sizeof counts_);
  const auto difference_at = [&](int i) {
    const int d = old_lengths[i] - lengths[i];
    return static_cast<uint32_t>(d < 0 ? d + kCodeLengthModulus : d);
  };
  for (int i = 0; i < n;) {
    const uint8_t value = lengths[i];
    int run = 1;
    while (i + run < n && lengths[i + run] == value) ++run;
    if (run < 4) {
      for (; run > 0; --run) Add(difference_at(i++), 0);
    } else if (value != 0) {
      run = std::min(run, 5);
      Add(kSameRun, static_cast<uint32_t>(run - 4));
      Add(difference_at(i), 0);
      i += run;
    } else if (run < 20) {
      Add(kZeroRunShort, static_cast<uint32_t>(run - 4));
      i += run;
    } else {
      run = std::min(run, 51);
      Add(kZeroRunLong, static_cast<uint32_t>(run - 20));
      i += run;
    }
  }
  BuildCodeLengths(counts_, kNumPretreeSymbols, kMaxPretreeCodeword, pretree_);
}

uint32_t LengthList::SizeInBits() const {
  uint32_t bits = 4 * kNumPretreeSymbols;
  for (int s = 0; s < kNumPretreeSymbols; ++s) bits += counts_[s] * pretree_[s];
  for (int r = 0; r < 3; ++r) bits += counts_[kZeroRunShort + r] * kRunExtraBits[r];
  return bits;
}

void LengthList::Write(BitWriter& out) const {
  uint16_t codewords[kNumPretreeSymbols];
  AssignCodewords(pretree_, kNumPretreeSymbols, codewords);
  for (const uint8_t l : pretree_) out.Write(l, 4);
  for (int i = 0; i < num_steps_; ++i) {
    const Step step = steps_[i];
    out.Write(codewords[step.symbol], pretree_[step.symbol]);
    if (step.symbol >= kZeroRunShort) out.Write(step.extra, kRunExtraBits[step.symbol - kZeroRunShort]);
  }
}

}  // namespace dism::codec::lzx
