// Match finder for 32 KiB windows: a binary search tree of earlier positions for each hash of four bytes, and tables of the
// last position with the same two and three bytes. Finds the nearest match of every length, up to a search depth.
#ifndef DISM_CODEC_MATCH_BINARY_TREE_H_
#define DISM_CODEC_MATCH_BINARY_TREE_H_

#include <cstdint>

#include "codec/match/match_cache.h"

namespace dism::codec::match {

class BinaryTree {
 public:
  // max_depth: nodes visited for each position, 1..64.
  explicit BinaryTree(uint32_t max_depth) : max_depth_(max_depth) {}

  // As PrefixTables.
  void FindPortable(const uint8_t* data, uint32_t n, MatchCache& cache);
#if defined(__x86_64__)
  void FindAvx2(const uint8_t* data, uint32_t n, MatchCache& cache);
#endif

 private:
  static constexpr int kHashBits = 15;
  static constexpr uint16_t kNoPosition = 0xFFFF;

  template <typename Length>
  void FindBody(const uint8_t* data, uint32_t n, MatchCache& cache);

  const uint32_t max_depth_;
  uint16_t last2_[65536];
  uint16_t last3_[1 << kHashBits];
  uint16_t root_[1 << kHashBits];
  // Children of the node of each position: strings below it that sort before (0) or after (1) its own. All descendants are
  // older.
  uint16_t child_[MatchCache::kWindow][2];
};

}  // namespace dism::codec::match

#endif  // DISM_CODEC_MATCH_BINARY_TREE_H_
