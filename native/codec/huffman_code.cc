#include "codec/huffman_code.h"

#include <algorithm>
#include <cstring>

namespace dism::codec {
namespace {

// A symbol with its count above it, so that sorting keys sorts by (count, symbol).
using Key = uint64_t;
constexpr int kKeySymbolBits = 16;
Key MakeKey(uint32_t count, int symbol) { return Key{count} << kKeySymbolBits | static_cast<Key>(symbol); }
uint32_t KeyCount(Key key) { return static_cast<uint32_t>(key >> kKeySymbolBits); }
uint32_t KeySymbol(Key key) { return static_cast<uint32_t>(key & 0xFFFF); }

// Writes the keys of all symbols that occur in ascending order; returns how many. Most counts in a
// block are small, so those are sorted by counting, and only the few others by comparing.
int SortSymbols(const uint32_t* counts, int n, Key* sorted) {
  constexpr uint32_t kSmall = 64;
  uint16_t place[kSmall] = {};
  Key large[kMaxCodeSymbols];
  int num_large = 0;
  for (int s = 0; s < n; ++s) {
    if (counts[s] == 0) continue;
    if (counts[s] < kSmall) {
      ++place[counts[s]];
    } else {
      large[num_large++] = MakeKey(counts[s], s);
    }
  }
  uint16_t num_small = 0;
  for (uint16_t& p : place) {
    const uint16_t here = p;
    p = num_small;
    num_small = static_cast<uint16_t>(num_small + here);
  }
  for (int s = 0; s < n; ++s) {
    if (counts[s] != 0 && counts[s] < kSmall) sorted[place[counts[s]]++] = MakeKey(counts[s], s);
  }
  std::sort(large, large + num_large);
  std::copy(large, large + num_large, sorted + num_small);
  return num_small + num_large;
}

// No codeword is longer than this before limiting: a depth d needs Fibonacci(d) occurrences, and
// there are below 2^31.
constexpr int kMaxDepth = 48;

// How many codewords of each length the Huffman code of m >= 2 ascending counts has. Moffat and
// Katajainen's in-place method: `a` holds counts, then weights and parents of inner nodes, then
// their depths.
void CountDepths(const Key* sorted, int m, uint32_t* depth_counts) {
  uint32_t a[kMaxCodeSymbols];
  for (int i = 0; i < m; ++i) a[i] = KeyCount(sorted[i]);
  a[0] += a[1];
  int root = 0;  // the lightest inner node without a parent
  int leaf = 2;  // the lightest leaf without one
  for (int next = 1; next < m - 1; ++next) {
    if (leaf >= m || a[root] < a[leaf]) {
      a[next] = a[root];
      a[root++] = static_cast<uint32_t>(next);
    } else {
      a[next] = a[leaf++];
    }
    if (leaf >= m || (root < next && a[root] < a[leaf])) {
      a[next] += a[root];
      a[root++] = static_cast<uint32_t>(next);
    } else {
      a[next] += a[leaf++];
    }
  }
  a[m - 2] = 0;
  for (int i = m - 3; i >= 0; --i) a[i] = a[a[i]] + 1;

  // Inner nodes by level, from the root down: what is not an inner node at a level is a leaf.
  int available = 1;
  int node = m - 2;
  for (uint32_t depth = 0; available > 0; ++depth) {
    int inner = 0;
    while (node >= 0 && a[node] == depth) {
      ++inner;
      --node;
    }
    depth_counts[depth] = static_cast<uint32_t>(available - inner);
    available = 2 * inner;
  }
}

// Moves all codewords to at most `limit` bits and keeps the code complete.
void LimitDepths(uint32_t* depth_counts, int limit) {
  uint32_t too_long = 0;
  for (int l = limit + 1; l <= kMaxDepth; ++l) {
    too_long += depth_counts[l];
    depth_counts[l] = 0;
  }
  if (too_long == 0) return;
  depth_counts[limit] += too_long;
  // The Kraft sum in units of 2^-limit, now too large: lengthen the deepest codewords above the
  // limit.
  const uint32_t full = uint32_t{1} << limit;
  uint32_t sum = 0;
  for (int l = 1; l <= limit; ++l) sum += depth_counts[l] << (limit - l);
  while (sum > full) {
    int l = limit - 1;
    while (depth_counts[l] == 0) --l;
    --depth_counts[l];
    ++depth_counts[l + 1];
    sum -= uint32_t{1} << (limit - l - 1);
  }
  // The last step may have freed more than was needed: shorten where that fits, deepest first.
  for (int l = limit; l > 1 && sum < full;) {
    const uint32_t gain = uint32_t{1} << (limit - l);
    if (depth_counts[l] != 0 && sum + gain <= full) {
      --depth_counts[l];
      ++depth_counts[l - 1];
      sum += gain;
    } else {
      --l;
    }
  }
}

}  // namespace

void BuildCodeLengths(const uint32_t* counts, int n, int limit, uint8_t* lengths) {
  std::memset(lengths, 0, static_cast<size_t>(n));
  Key sorted[kMaxCodeSymbols];
  const int m = SortSymbols(counts, n, sorted);
  if (m == 0) return;
  if (m == 1) {
    const uint32_t symbol = KeySymbol(sorted[0]);
    lengths[symbol] = 1;
    lengths[symbol == 0 ? 1 : 0] = 1;
    return;
  }
  uint32_t depth_counts[kMaxDepth + 1] = {};
  CountDepths(sorted, m, depth_counts);
  LimitDepths(depth_counts, limit);
  // The rarest symbols take the longest codewords.
  int i = 0;
  for (int l = limit; l >= 1; --l) {
    for (uint32_t c = 0; c < depth_counts[l]; ++c) lengths[KeySymbol(sorted[i++])] = static_cast<uint8_t>(l);
  }
}

void AssignCodewords(const uint8_t* lengths, int n, uint16_t* codewords) {
  uint32_t count[17] = {};
  for (int s = 0; s < n; ++s) ++count[lengths[s]];
  count[0] = 0;
  uint32_t next[17];
  uint32_t code = 0;
  for (int l = 1; l <= 16; ++l) {
    code = (code + count[l - 1]) << 1;
    next[l] = code;
  }
  for (int s = 0; s < n; ++s) {
    codewords[s] = static_cast<uint16_t>(lengths[s] != 0 ? next[lengths[s]]++ : 0);
  }
}

}  // namespace dism::codec
