// Length-limited canonical Huffman codes, for the encoders of XPRESS and LZX (LZMS prescribes how its codes are made).
#ifndef DISM_CODEC_HUFFMAN_CODE_H_
#define DISM_CODEC_HUFFMAN_CODE_H_

#include <cstdint>

namespace dism::codec {

constexpr int kMaxCodeSymbols = 656;

// Fills lengths[0..n) with codeword lengths of at most `limit` for the counts; 0 for symbols that
// do not occur. The code is complete: when a single symbol occurs, a second one gets a codeword
// too. All 0 when none occurs. n <= kMaxCodeSymbols, 2^limit >= n, the sum of counts is below 2^31.
void BuildCodeLengths(const uint32_t* counts, int n, int limit, uint8_t* lengths);

// Canonical codewords, the first in the low `length` bits MSB first; 0 for symbols without one.
void AssignCodewords(const uint8_t* lengths, int n, uint16_t* codewords);

}  // namespace dism::codec

#endif  // DISM_CODEC_HUFFMAN_CODE_H_
