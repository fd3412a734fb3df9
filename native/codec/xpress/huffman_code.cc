#include "codec/xpress/huffman_code.h"

#include <cstring>

namespace dism::codec::xpress {
namespace {

// A symbol with its frequency: frequency << kSymbolBits | symbol.
constexpr unsigned kSymbolBits = 9;
static_assert(kMaxHuffmanSymbols == 1 << kSymbolBits);

// Sorts keys by frequency, then symbol (they come in symbol order): a radix sort of 8 bits a pass that
// skips passes in which all digits are equal. Both arrays have room for `count` keys.
// Returns the array that holds the result.
uint32_t* SortKeys(uint32_t* keys, uint32_t* scratch, size_t count, uint32_t max_frequency) {
  for (unsigned shift = kSymbolBits; max_frequency != 0; shift += 8, max_frequency >>= 8) {
    uint16_t start[256] = {};
    for (size_t i = 0; i < count; ++i) ++start[keys[i] >> shift & 255];
    uint16_t sum = 0;
    for (uint16_t& s : start) {
      const uint16_t n = s;
      s = sum;
      sum = static_cast<uint16_t>(sum + n);
    }
    for (size_t i = 0; i < count; ++i) scratch[start[keys[i] >> shift & 255]++] = keys[i];
    uint32_t* const swap = keys;
    keys = scratch;
    scratch = swap;
  }
  return keys;
}

}  // namespace

void BuildCodeLengths(const uint32_t* frequencies, size_t num_symbols, unsigned max_length, uint8_t* lengths) {
  uint32_t keys[kMaxHuffmanSymbols];
  uint32_t scratch[kMaxHuffmanSymbols];
  size_t used = 0;
  uint32_t max_frequency = 0;
  for (uint32_t symbol = 0; symbol < num_symbols; ++symbol) {
    if (frequencies[symbol] == 0) continue;
    keys[used++] = frequencies[symbol] << kSymbolBits | symbol;
    if (frequencies[symbol] > max_frequency) max_frequency = frequencies[symbol];
  }
  std::memset(lengths, 0, num_symbols);
  if (used < 2) {
    const uint32_t symbol = used == 0 ? 0 : keys[0] & (kMaxHuffmanSymbols - 1);
    lengths[symbol] = 1;
    lengths[symbol == 0 ? 1 : 0] = 1;
    return;
  }
  const uint32_t* const sorted = SortKeys(keys, scratch, used, max_frequency);

  // Huffman's algorithm with two queues: the sorted leaves, and the inner nodes, which come into being
  // in order of frequency. weight[i] and parent[i] belong to inner node i; leaf_end[i] tells how many
  // leaves hang directly below it.
  uint32_t weight[kMaxHuffmanSymbols];
  uint16_t parent[kMaxHuffmanSymbols];
  uint8_t leaves_below[kMaxHuffmanSymbols];
  size_t leaf = 0;
  size_t inner = 0;
  const size_t num_inner = used - 1;
  for (size_t node = 0; node < num_inner; ++node) {
    uint32_t sum = 0;
    uint8_t leaves = 0;
    for (int child = 0; child < 2; ++child) {
      if (inner == node || (leaf < used && (sorted[leaf] >> kSymbolBits) <= weight[inner])) {
        sum += sorted[leaf++] >> kSymbolBits;
        ++leaves;
      } else {
        sum += weight[inner];
        parent[inner++] = static_cast<uint16_t>(node);
      }
    }
    weight[node] = sum;
    leaves_below[node] = leaves;
  }

  // Depths from the root down, counting leaves; those too deep go to the limit for now.
  uint16_t count[kMaxHuffmanLength + 1] = {};
  uint16_t depth[kMaxHuffmanSymbols];
  depth[num_inner - 1] = 0;
  bool too_deep = false;
  for (size_t node = num_inner; node-- > 0;) {
    if (node != num_inner - 1) depth[node] = static_cast<uint16_t>(depth[parent[node]] + 1);
    unsigned leaf_depth = depth[node] + 1u;
    if (leaf_depth > max_length) {
      leaf_depth = max_length;
      too_deep = leaves_below[node] > 0 || too_deep;
    }
    count[leaf_depth] = static_cast<uint16_t>(count[leaf_depth] + leaves_below[node]);
  }
  if (too_deep) {
    // Kraft's sum exceeds 1 by some units of 2^-max_length. Splitting the deepest codeword above the
    // limit makes room for two at its children: one moves down, one of the surplus ones moves in.
    uint32_t kraft = 0;
    for (unsigned length = 1; length <= max_length; ++length) {
      kraft += static_cast<uint32_t>(count[length]) << (max_length - length);
    }
    for (; kraft > (1u << max_length); --kraft) {
      unsigned length = max_length - 1;
      while (count[length] == 0) --length;
      --count[length];
      count[length + 1] = static_cast<uint16_t>(count[length + 1] + 2);
      --count[max_length];
    }
  }

  size_t next = 0;
  for (unsigned length = max_length; length >= 1; --length) {
    for (uint16_t n = count[length]; n > 0; --n) {
      lengths[sorted[next++] & (kMaxHuffmanSymbols - 1)] = static_cast<uint8_t>(length);
    }
  }
}

void AssignCodewords(const uint8_t* lengths, size_t num_symbols, uint16_t* codewords) {
  uint16_t count[kMaxHuffmanLength + 1] = {};
  for (size_t i = 0; i < num_symbols; ++i) ++count[lengths[i]];
  uint16_t next[kMaxHuffmanLength + 1];
  uint32_t codeword = 0;
  count[0] = 0;
  for (unsigned length = 1; length <= kMaxHuffmanLength; ++length) {
    codeword = (codeword + count[length - 1]) << 1;
    next[length] = static_cast<uint16_t>(codeword);
  }
  for (size_t i = 0; i < num_symbols; ++i) {
    codewords[i] = lengths[i] == 0 ? 0 : next[lengths[i]]++;
  }
}

}  // namespace dism::codec::xpress
