#ifndef DISM_CODEC_LZMS_MATCH_FINDER_H_
#define DISM_CODEC_LZMS_MATCH_FINDER_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/large_array.h"

namespace dism::codec::lzms {

struct Match {
  uint32_t length;
  uint32_t offset;
};

// Finds LZ matches: binary trees over the last kMaxRing positions, and beyond them a table of sampled
// positions that finds long repeats only. That is where the memory goes: 8 bytes for each of at most 2^24
// positions, so that a chunk of 64 MiB does not need 512 MiB; what is lost are short matches at offsets
// above 16 MiB, which hardly save anything.
class MatchFinder {
 public:
  static constexpr uint32_t kMaxRing = 1u << 24;
  // Bytes after the data that must be readable.
  static constexpr size_t kPadding = 32;
  // Matches that Find may give; when there are more, some lengths are missing.
  static constexpr size_t kMaxMatches = 96;

  MatchFinder(uint32_t chunk_size, uint32_t depth, uint32_t nice_length);
  static size_t Memory(uint32_t chunk_size);

  // data[0, size) and kPadding bytes after it stay valid while the finder is used.
  void Reset(const uint8_t* data, uint32_t size);

  // The matches at the next position, longer ones at larger offsets, until the next call. Lengths beyond the
  // nice length may be understated.
  std::span<const Match> Find() {
    if (next_ == batch_size_) NextBatch(), next_ = 0;
    const Walk& walk = walks_[next_++];
    return {walk.matches, walk.num_matches};
  }
  // The same without the trees, for data that hardly repeats: only long repeats of such data, found at some places.
  std::span<const Match> FindSparse();

 private:
  // Positions whose trees are walked in turns, a node each, so that the memory accesses of one overlap with the work of
  // the others: most nodes are in no cache.
  static constexpr uint32_t kBatch = 8;

  // The insertion of a position into the tree of its hash, as its new root: the old tree is cut along the path to the
  // new string, which passes the most similar ones.
  struct Walk {
    uint32_t position;
    uint32_t candidate;
    uint32_t limit;
    uint32_t depth;
    uint32_t* link[2];   // take strings that sort before the new one, and after it
    uint32_t length[2];  // bytes that all strings below `link` have in common with the new one
    uint32_t recent[2];
    uint32_t best;
    uint32_t num_matches;
    Match matches[kMaxMatches];
  };

  void NextBatch();
  void Fetch(uint32_t position) const;
  bool Start(Walk& walk, uint32_t position);
  void FindRecent(Walk& walk);
  bool Step(Walk& walk);
  uint32_t ExchangeLong(uint32_t position);
  void FindLong(Walk& walk);

  const uint32_t depth_;
  const uint32_t nice_length_;
  const uint32_t ring_mask_;
  const uint32_t reach_;  // nodes farther away may be overwritten by the batch
  // Of the tables in use, which depend on the size of the data; at first those of the largest data.
  unsigned hash_bits_;
  unsigned short_bits_ = 0;
  unsigned long_bits_;

  const uint8_t* data_ = nullptr;
  uint32_t size_ = 0;
  uint32_t position_ = 0;  // after the batch
  uint32_t batch_first_ = 0;
  uint32_t batch_size_ = 0;
  uint32_t next_ = 0;  // of the batch

  // All positions are stored plus 1; 0 means none.
  LargeArray<uint32_t> head2_;  // by hash of two bytes
  LargeArray<uint32_t> head3_;  // by hash of three
  LargeArray<uint32_t> head4_;  // by hash of four: roots of the trees
  // Two links for each position of the ring: to strings that sort before it, and after it. A link to a
  // position that has left the ring ends the search.
  LargeArray<uint32_t> links_;
  LargeArray<uint32_t> head_long_;  // sampled, by hash of kLongBytes

  Walk walks_[kBatch];
};

}  // namespace dism::codec::lzms

#endif  // DISM_CODEC_LZMS_MATCH_FINDER_H_
