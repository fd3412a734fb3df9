// Code lengths as they travel in a block header: differences to the previous block's, run-length
// coded, and those symbols in a Huffman code of their own (the pretree).
#ifndef DISM_CODEC_LZX_LENGTH_LIST_H_
#define DISM_CODEC_LZX_LENGTH_LIST_H_

#include <cstdint>

#include "codec/lzx/bit_writer.h"
#include "codec/lzx/format.h"

namespace dism::codec::lzx {

class LengthList {
 public:
  // n <= 400, the match part of the largest main tree.
  void Build(const uint8_t* old_lengths, const uint8_t* lengths, int n);
  uint32_t SizeInBits() const;
  void Write(BitWriter& out) const;

 private:
  struct Step {
    uint8_t symbol;
    uint8_t extra;
  };
  void Add(uint32_t symbol, uint32_t extra) {
    steps_[num_steps_++] = {static_cast<uint8_t>(symbol), static_cast<uint8_t>(extra)};
    ++counts_[symbol];
  }

  // At most one step for each length: a run of four or five takes two.
  Step steps_[kNumLengthHeaders * kMaxOffsetSlots];
  int num_steps_;
  uint32_t counts_[kNumPretreeSymbols];
  uint8_t pretree_[kNumPretreeSymbols];
};

}  // namespace dism::codec::lzx

#endif  // DISM_CODEC_LZX_LENGTH_LIST_H_
