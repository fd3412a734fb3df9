// Match finder for 32 KiB windows: for each prefix length from 2 to 8 a table of the most recent
// position, and a chain of equal 8-byte prefixes for longer matches.
//
// It gives the nearest match of every short length without walking anything, in a fixed number of
// steps and almost without branches: half the time of a binary tree. What it misses are matches
// behind hash collisions and long ones deep in the chain: about 0.2 % of the compressed size.
#ifndef DISM_CODEC_MATCH_PREFIX_TABLES_H_
#define DISM_CODEC_MATCH_PREFIX_TABLES_H_

#include <cstdint>

#include "codec/match/match_cache.h"

namespace dism::codec::match {

class PrefixTables {
 public:
  // max_depth: candidates of the 8-byte chain, 1..64.
  explicit PrefixTables(uint32_t max_depth) : max_depth_(max_depth) {}

  // Finds the matches of data[0..n), n <= kWindow, kReadAhead more bytes being readable.
  void FindPortable(const uint8_t* data, uint32_t n, MatchCache& cache);
#if defined(__x86_64__)
  void FindAvx2(const uint8_t* data, uint32_t n, MatchCache& cache);
#endif

 private:
  static constexpr int kHashBits = 16;
  static constexpr int kMinPrefix = 2;
  static constexpr int kMaxPrefix = 8;

  // Where in a running match a longer one begins, and its offset.
  struct Successor {
    uint32_t start;
    uint32_t offset;
  };
  // Of the run that covers p until run_end, less than the size of the data; start is run_end when there is none.
  Successor FindSuccessor(const uint8_t* data, uint32_t p, uint32_t run_end) const;

  template <typename Length>
  void FindBody(const uint8_t* data, uint32_t n, MatchCache& cache);
  template <int kPrefix>
  static uint32_t Hash(uint64_t bytes);
  template <int kPrefix>
  uint32_t Swap(uint64_t bytes, uint32_t p);
  void InsertShort(uint64_t bytes, uint32_t p);
  void LookUpAll(const uint8_t* data, uint64_t bytes, uint32_t p, uint32_t candidate8, uint16_t* lanes);
#if defined(__x86_64__)
  void LookUpAllAvx2(const uint8_t* data, uint64_t bytes, uint32_t p, uint32_t candidate8, uint16_t* lanes);
#endif
  template <int kPrefix>
  void LookUp(const uint8_t* data, uint64_t bytes, uint32_t p, uint16_t* lanes, uint32_t& offset, uint32_t& longest);

  const uint32_t max_depth_;
  // last_[k - 2]: the last position with the hash of its first k bytes, 0 when there was none:
  // position 0 is a candidate like any other, since all are compared.
  uint16_t last_[kMaxPrefix - kMinPrefix + 1][1 << kHashBits];
  uint16_t previous_[MatchCache::kWindow];  // the next older position with the same hash of eight bytes
};

}  // namespace dism::codec::match

#endif  // DISM_CODEC_MATCH_PREFIX_TABLES_H_
