// The adaptive state that encoder and decoder keep in step: probabilities of decisions, symbol
// frequencies, Huffman codes made from them.
#ifndef DISM_CODEC_LZMS_MODEL_H_
#define DISM_CODEC_LZMS_MODEL_H_

#include <cstddef>
#include <cstdint>

#include "codec/lzms/format.h"

namespace dism::codec::lzms {

// How likely a decision is 0, from the last 64 times it was made in the same circumstances.
struct Probability {
  static constexpr unsigned kBits = 6;  // probabilities are in units of 1/64

  uint64_t history = 0x55555555;  // the last 64 bits, newest lowest
  uint32_t zeros = 48;            // zero bits in history

  // Neither outcome is ever impossible.
  uint32_t OfZero() const { return zeros + (zeros == 0) - (zeros >> kBits); }
  void Update(uint32_t bit) {
    zeros += static_cast<uint32_t>(history >> 63) - bit;
    history = history << 1 | bit;
  }
};

// A class of decisions: the last kStateBits outcomes select the probability.
template <unsigned kStateBits>
struct Decision {
  static constexpr uint32_t kMask = (1u << kStateBits) - 1;

  Probability probabilities[1 << kStateBits];
  uint32_t state = 0;

  Probability& Current() { return probabilities[state]; }
  void Update(uint32_t bit) {
    Current().Update(bit);
    state = (state << 1 | bit) & kMask;
  }
};

struct Decisions {
  Decision<4> main;          // 0 literal, 1 match
  Decision<5> match;         // 0 LZ, 1 delta
  Decision<6> lz;            // 0 explicit offset, 1 repeat
  Decision<6> lz_repeat[2];  // 1: not this repeat, a later one
  Decision<6> delta;
  Decision<6> delta_repeat[2];
};

// Where a delta match takes its values from: span = 2^power, offset = raw_offset * span.
struct DeltaSource {
  uint32_t power;
  uint32_t raw_offset;
};

inline constexpr unsigned kMaxCodewordLength = 15;

// Makes the code of the format from frequencies, all of which are 1 or more: lengths of all symbols, and
// how many codewords there are of each length (`counts` has kMaxCodewordLength + 1 elements).
// num_symbols is 0 to kNumOffsetSlots.
void BuildCodeLengths(const uint16_t* frequencies, size_t num_symbols, uint8_t* lengths, uint16_t* counts);

// Symbol frequencies and the time of the next rebuild. kCapacity is the largest alphabet.
template <size_t kCapacity>
class AdaptiveFrequencies {
 public:
  void Reset(size_t num_symbols, uint32_t rebuild) {
    num_symbols_ = num_symbols;
    rebuild_ = rebuild;
    countdown_ = rebuild;
    for (size_t i = 0; i < num_symbols; ++i) frequencies_[i] = 1;
  }
  size_t num_symbols() const { return num_symbols_; }
  const uint16_t* frequencies() const { return frequencies_; }

  // True when a new code has to be built, after which Halve() is called.
  bool Count(uint32_t symbol) {
    ++frequencies_[symbol];
    return --countdown_ == 0;
  }
  void Halve() {
    for (size_t i = 0; i < num_symbols_; ++i) {
      frequencies_[i] = static_cast<uint16_t>((frequencies_[i] >> 1) + 1);
    }
    countdown_ = rebuild_;
  }

 private:
  // At most 2 (rebuild + kCapacity), for they are halved at each rebuild.
  uint16_t frequencies_[kCapacity];
  size_t num_symbols_;
  uint32_t rebuild_;
  uint32_t countdown_;
};

}  // namespace dism::codec::lzms

#endif  // DISM_CODEC_LZMS_MODEL_H_
