// The index of a side-car: which file of the tree belongs to which entry of tree.wim, and how to recognise that nobody
// has touched it since. capture/FORMAT.md, "Side-car".
#ifndef DISM_WIM_SIDE_CAR_INDEX_H_
#define DISM_WIM_SIDE_CAR_INDEX_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/file.h"
#include "hash/sha1.h"
#include "wim/capture/file_status.h"
#include "wim/header.h"

namespace dism::wim {

struct SideCarRecord {
  static constexpr size_t kSize = 56;
  static constexpr uint16_t kNoMetadata = 1;  // the target itself when only chosen entries were applied to it

  uint32_t parent = 0;
  uint32_t name_offset = 0;  // in the names: the name in the tree, which may be a stand-in
  uint16_t name_length = 0;
  uint16_t flags = 0;
  uint32_t type = 0;  // S_IFMT bits of the file that was made
  uint64_t inode = 0;
  uint64_t size = 0;
  PosixTime modified, changed;

  // Whether the file is the one that was made, with the content and the name it was given.
  bool Matches(const FileStatus& status) const;
};

struct SideCarIndex {
  static constexpr size_t kHeaderSize = 64;
  static constexpr uint32_t kVersion = 1;
  static constexpr uint32_t kModesShowReadOnly = 1;  // files with the attribute READONLY have no write permission

  Guid guid{};  // of tree.wim
  uint32_t flags = 0;
  std::vector<SideCarRecord> records;  // in pre-order of the image; a parent comes before its children
  std::string names;

  std::string_view Name(uint32_t record) const {
    return std::string_view(names).substr(records[record].name_offset, records[record].name_length);
  }
  static Result<SideCarIndex> Parse(View bytes);
  // The whole file.
  std::vector<uint8_t> Write() const;
};

// Writes the file of an index in pieces: all records, then all names in the order of the records.
class SideCarIndexWriter {
 public:
  SideCarIndexWriter(WritableFile& file, const Guid& guid, uint32_t flags, uint32_t record_count, uint64_t names_size);
  Status AddRecord(const SideCarRecord& record);
  Status AddName(std::string_view name);
  Status Finish();

 private:
  Status Flush();
  WritableFile& file_;
  uint64_t offset_ = 0;
  Sha1 sha_;
  std::vector<uint8_t> piece_;
};

}  // namespace dism::wim

#endif  // DISM_WIM_SIDE_CAR_INDEX_H_
