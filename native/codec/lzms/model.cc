#include "codec/lzms/model.h"

#include <cstring>

namespace dism::codec::lzms {

void BuildCodeLengths(const uint16_t* frequencies, size_t num_symbols, uint8_t* lengths, uint16_t* counts) {
  std::memset(counts, 0, (kMaxCodewordLength + 1) * sizeof counts[0]);
  if (num_symbols < 2) {
    // Nothing can be coded with an alphabet of one symbol's worth of data; the lengths stay usable.
    if (num_symbols == 1) lengths[0] = 1;
    counts[1] = static_cast<uint16_t>(num_symbols);
    return;
  }

  // Leaves by (frequency, symbol). Frequencies add up to less than 4,096, so few are large: a counting
  // sort with one bucket for all large ones, which is then sorted by insertion.
  constexpr unsigned kBuckets = 128;
  uint16_t start[kBuckets] = {};
  for (size_t i = 0; i < num_symbols; ++i) {
    const unsigned f = frequencies[i];
    ++start[f < kBuckets - 1 ? f : kBuckets - 1];
  }
  uint16_t sum = 0;
  for (uint16_t& s : start) {
    const uint16_t n = s;
    s = sum;
    sum = static_cast<uint16_t>(sum + n);
  }
  uint16_t sorted[kNumOffsetSlots];
  uint16_t weight[kNumOffsetSlots + 1];  // of the sorted leaves; a sentinel ends them
  const size_t first_large = start[kBuckets - 1];
  for (size_t i = 0; i < num_symbols; ++i) {
    const unsigned f = frequencies[i];
    const unsigned at = start[f < kBuckets - 1 ? f : kBuckets - 1]++;
    sorted[at] = static_cast<uint16_t>(i);
    weight[at] = frequencies[i];
  }
  for (size_t i = first_large + 1; i < num_symbols; ++i) {
    const uint16_t symbol = sorted[i];
    const uint16_t f = weight[i];
    size_t k = i;
    for (; k > first_large && weight[k - 1] > f; --k) {
      sorted[k] = sorted[k - 1];
      weight[k] = weight[k - 1];
    }
    sorted[k] = symbol;
    weight[k] = f;
  }
  constexpr uint16_t kNoNode = 0xFFFF;  // larger than any sum of frequencies
  weight[num_symbols] = kNoNode;

  // Two queues: sorted leaves, and inner nodes in order of creation. At equal weight the leaf goes
  // first. Inner node i is made from two nodes; `parent` of an inner node is the inner node above it.
  uint16_t inner_weight[kNumOffsetSlots + 1];
  uint16_t parent[kNumOffsetSlots];
  uint8_t leaves_below[kNumOffsetSlots];
  const size_t num_inner = num_symbols - 1;
  size_t leaf = 0;
  size_t inner = 0;
  inner_weight[0] = kNoNode;
  for (size_t node = 0; node < num_inner; ++node) {
    uint32_t total = 0;
    uint8_t leaves = 0;
    for (int child = 0; child < 2; ++child) {
      // Without branches: which queue goes first is hard to predict.
      const bool take_leaf = weight[leaf] <= inner_weight[inner];
      total += take_leaf ? weight[leaf] : inner_weight[inner];
      parent[inner] = static_cast<uint16_t>(node);  // overwritten later if it was a leaf
      leaf += take_leaf;
      inner += !take_leaf;
      leaves = static_cast<uint8_t>(leaves + take_leaf);
    }
    inner_weight[node] = static_cast<uint16_t>(total);
    inner_weight[node + 1] = kNoNode;
    leaves_below[node] = leaves;
  }

  uint8_t depth[kNumOffsetSlots];
  depth[num_inner - 1] = 0;
  counts[1] = leaves_below[num_inner - 1];
  for (size_t node = num_inner - 1; node-- > 0;) {
    const unsigned d = depth[parent[node]] + 1u;
    depth[node] = static_cast<uint8_t>(d);
    // Frequencies that are 1 at least and add up to less than 4,096 never go deeper than 15.
    const unsigned leaf_depth = d + 1 <= kMaxCodewordLength ? d + 1 : kMaxCodewordLength;
    counts[leaf_depth] = static_cast<uint16_t>(counts[leaf_depth] + leaves_below[node]);
  }

  size_t next = 0;
  for (unsigned length = kMaxCodewordLength; length > 0; --length) {
    for (uint16_t n = counts[length]; n > 0; --n) {
      lengths[sorted[next++]] = static_cast<uint8_t>(length);
    }
  }
}

}  // namespace dism::codec::lzms
