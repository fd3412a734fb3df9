// The undo record: written before the blob table of every in-place update, so that the update can be taken back while
// the file has not been rebuilt. FORMAT.md, "Undo record".
#ifndef DISM_WIM_UNDO_H_
#define DISM_WIM_UNDO_H_

#include <array>
#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/error.h"
#include "base/file.h"
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

struct UndoResult {
  uint64_t size_before = 0;
  uint64_t size_after = 0;
  uint32_t images_before = 0;
  uint32_t images_after = 0;
};

// Takes the last in-place update of a WIM back. NothingToUndo when none is recorded: the file was rebuilt, or somebody
// else wrote it last. What the record names is opened before anything is written; then one write of the header is the
// moment at which the file becomes the old one, and the space behind it is given back.
Result<UndoResult> UndoLastCommit(std::shared_ptr<WritableFile> file);

}  // namespace dism::wim

#endif  // DISM_WIM_UNDO_H_
