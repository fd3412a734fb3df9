// The undo record: written before the blob table of every in-place update, so that the update can be taken back while
// the file has not been rebuilt. FORMAT.md, "Undo record".
#ifndef DISM_WIM_UNDO_H_
#define DISM_WIM_UNDO_H_

#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "wim/header.h"

namespace dism::wim {

struct UndoRecord {
  static constexpr size_t kSize = 8 + Header::kSize + 8 + 20;
  static constexpr char kMagic[9] = "DISMUNDO";
  std::array<uint8_t, Header::kSize> old_header{};
  uint64_t old_size = 0;

  std::array<uint8_t, kSize> Write() const;
  // False when the bytes are not an undo record.
  static bool Parse(ByteSpan bytes, UndoRecord* record);
};

}  // namespace dism::wim

#endif  // DISM_WIM_UNDO_H_
