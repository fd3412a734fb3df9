#ifndef DISM_CODEC_LZMS_DELTA_FINDER_H_
#define DISM_CODEC_LZMS_DELTA_FINDER_H_

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/large_array.h"
#include "codec/lzms/format.h"

namespace dism::codec::lzms {

// Differences of four bytes to those `span` before them, each modulo 256.
inline uint32_t Differences(const uint8_t* p, uint32_t span) {
  const uint32_t a = LoadLe32(p);
  const uint32_t b = LoadLe32(p - span);
  return ((a | 0x80808080) - (b & 0x7F7F7F7F)) ^ ((a ^ ~b) & 0x80808080);
}

// Finds where bytes continue as they did somewhere before: for each span (2^power) a table of the last position with
// the same first three differences. All spans matter: the rows of tables in programs have 4 to 128 bytes, and a field
// that counts up from row to row is a delta match at the span of the row.
class DeltaFinder {
 public:
  static constexpr uint32_t kMinLength = 3;

  // powers: how many spans, 0 or kNumDeltaPowers. chunk_size: the largest size that Reset will be given.
  DeltaFinder(uint32_t chunk_size, unsigned powers);
  static size_t Memory(uint32_t chunk_size, unsigned powers);

  // data[0, size) and 8 bytes after it stay valid while the finder is used.
  void Reset(const uint8_t* data, uint32_t size);

  // Inserts `position` and gives, for each power, the offset of a delta match of kMinLength bytes or more, 0 for none.
  // Positions ascend; they need not be consecutive.
  void Find(uint32_t position, uint32_t* offsets);

 private:
  struct Head {
    uint32_t next;         // the position plus 1; 0 means none
    uint32_t differences;  // of its first kMinLength bytes, so that a look at the data is seldom in vain
  };
  void MakeKeys(uint32_t position);

  const unsigned powers_;
  unsigned hash_bits_;
  LargeArray<Head> heads_;
  const uint8_t* data_ = nullptr;
  uint32_t size_ = 0;
  // What the look-up of a position needs. Made one position ahead, so that the heads are on their way.
  uint32_t keys_position_ = 0;
  uint32_t differences_[kNumDeltaPowers];  // 0: constant areas are for LZ matches, and would only fill the table
  uint32_t hashes_[kNumDeltaPowers];
};

}  // namespace dism::codec::lzms

#endif  // DISM_CODEC_LZMS_DELTA_FINDER_H_
