#ifndef DISM_CODEC_LZMS_DELTA_FINDER_H_
#define DISM_CODEC_LZMS_DELTA_FINDER_H_

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "codec/lzms/format.h"
#include "codec/lzms/large_array.h"

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
  // powers: how many spans, 0 to kNumDeltaPowers.
  explicit DeltaFinder(unsigned powers);
  static size_t Memory(unsigned powers);

  // data[0, size) and 8 bytes after it stay valid while the finder is used.
  void Reset(const uint8_t* data, uint32_t size);

  // Inserts `position` and gives, for each power, the offset of a delta match of three bytes or more, 0 for none.
  // Positions ascend; they need not be consecutive.
  void Find(uint32_t position, uint32_t* offsets);

 private:
  static constexpr unsigned kHashBits = 14;

  struct Head {
    uint32_t next;         // the position plus 1; 0 means none
    uint32_t differences;  // of its first three bytes, so that a look at the data is seldom in vain
  };
  // What the look-up of a position needs. Made one position ahead, so that the heads are on their way.
  struct Key {
    uint32_t differences;  // 0: constant areas are for LZ matches, and would only fill the table
    uint32_t head;
  };
  void MakeKeys(uint32_t position);

  const unsigned powers_;
  LargeArray<Head> heads_;
  const uint8_t* data_ = nullptr;
  uint32_t size_ = 0;
  Key keys_[kNumDeltaPowers];
  uint32_t keys_position_ = 0;
};

}  // namespace dism::codec::lzms

#endif  // DISM_CODEC_LZMS_DELTA_FINDER_H_
