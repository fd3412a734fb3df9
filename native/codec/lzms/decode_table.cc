#include "codec/lzms/decode_table.h"

#include <cstring>

namespace dism::codec::lzms {

void CanonicalDecoder::Build(const uint8_t* lengths, const uint16_t* counts, size_t num_symbols, unsigned table_bits,
                             uint16_t* table, uint16_t* sorted) {
  if (num_symbols < 2) {
    // Outputs of one or two bytes: no offset is valid in them, so any decodable code will do.
    for (size_t i = 0; i < size_t{1} << table_bits; ++i) table[i] = 1;
    return;
  }
  uint16_t next[kMaxCodewordLength + 1];
  uint32_t codeword = 0;
  uint32_t index = 0;
  for (unsigned length = 1; length <= kMaxCodewordLength; ++length) {
    codeword <<= 1;
    place[length] = index - codeword;
    next[length] = static_cast<uint16_t>(index);
    codeword += counts[length];
    index += counts[length];
    limit[length] = codeword << (16 - length);
  }
  for (size_t symbol = 0; symbol < num_symbols; ++symbol) {
    const unsigned length = lengths[symbol];
    sorted[next[length]++] = static_cast<uint16_t>(symbol << 4 | length);
  }

  // In canonical order the table fills from its start without gaps. Runs are powers of two.
  uint16_t* fill = table;
  uint16_t* const end = table + (size_t{1} << table_bits);
  index = 0;
  for (unsigned length = 1; length <= table_bits; ++length) {
    const size_t run = size_t{1} << (table_bits - length);
    for (unsigned n = counts[length]; n > 0; --n) {
      const uint64_t four = sorted[index++] * uint64_t{0x0001000100010001};
      if (run >= 4) {
        for (size_t k = 0; k < run; k += 4) std::memcpy(fill + k, &four, 8);
      } else {
        for (size_t k = 0; k < run; ++k) fill[k] = static_cast<uint16_t>(four);
      }
      fill += run;
    }
  }
  if (fill != end) std::memset(fill, 0, static_cast<size_t>(end - fill) * sizeof *fill);
}

uint32_t CanonicalDecoder::LongCodeword(uint64_t bits, unsigned table_bits, const uint16_t* sorted) const {
  const uint32_t top = static_cast<uint32_t>(bits >> 48);
  unsigned length = table_bits + 1;
  // A complete code has a codeword for everything: the last length needs no comparison.
  while (length < kMaxCodewordLength && top >= limit[length]) ++length;
  return sorted[(top >> (16 - length)) + place[length]];
}

}  // namespace dism::codec::lzms
