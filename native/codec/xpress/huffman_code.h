// Length-limited canonical Huffman codes for encoders.
#ifndef DISM_CODEC_XPRESS_HUFFMAN_CODE_H_
#define DISM_CODEC_XPRESS_HUFFMAN_CODE_H_

#include <cstddef>
#include <cstdint>

namespace dism::codec::xpress {

inline constexpr size_t kMaxHuffmanSymbols = 512;
inline constexpr unsigned kMaxHuffmanLength = 15;

// Gives each symbol with a frequency above zero a codeword length of 1 to max_length, all others 0.
// The code is complete: with a single used symbol, a second one (0 or 1) gets a codeword as well.
// num_symbols is 2 to kMaxHuffmanSymbols, frequencies sum up to less than 2^23, and
// 2^max_length >= num_symbols.
void BuildCodeLengths(const uint32_t* frequencies, size_t num_symbols, unsigned max_length, uint8_t* lengths);

// The canonical codewords of `lengths`: by (length, symbol), the first bit of the stream on top.
void AssignCodewords(const uint8_t* lengths, size_t num_symbols, uint16_t* codewords);

}  // namespace dism::codec::xpress

#endif  // DISM_CODEC_XPRESS_HUFFMAN_CODE_H_
