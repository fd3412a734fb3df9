// WimReader: an open WIM or split set: header, blob table, XML bytes, metadata of images, raw resources. Immutable after
// Open, so any number of threads may read from it.
#ifndef DISM_WIM_READER_H_
#define DISM_WIM_READER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/job.h"
#include "wim/blob_table.h"
#include "wim/header.h"
#include "wim/image_tree.h"
#include "wim/integrity.h"

namespace dism::wim {

class WimReader {
 public:
  // Opens the file; for a part of a split set, part_paths names the files that may hold the other parts (others are
  // ignored). Without all parts the set opens with is_complete() false: information can be read, content not.
  static Result<std::unique_ptr<WimReader>> Open(const std::string& path, const std::vector<std::string>& part_paths);
  // Over a file that somebody else opened (a writer that reads what it extends, tests).
  static Result<std::unique_ptr<WimReader>> Open(std::shared_ptr<const ReadableFile> file);

  const Header& header() const { return header_; }
  const BlobTable& table() const { return table_; }
  const std::vector<uint8_t>& xml() const { return xml_; }  // UTF-16LE with its byte order mark
  const std::string& path() const { return path_; }
  uint64_t file_size() const { return parts_[0].size; }
  uint32_t image_count() const { return static_cast<uint32_t>(table_.metadata.size()); }
  bool is_complete() const { return complete_; }
  // The file of a part, 1-based; nullptr when it is missing.
  const ReadableFile* part_file(uint16_t part) const;
  // The integrity table of part 1, when it has one.
  Result<std::unique_ptr<IntegrityTable>> ReadIntegrityTable() const;

  // Reads a whole non-solid resource, decompressed; refuses more than `limit` bytes (LimitExceeded).
  Result<std::vector<uint8_t>> ReadResource(uint16_t part, const ResourceHeader& resource, uint64_t limit,
                                            const CancelFlag* cancel) const;
  // A whole blob, solid or not, into memory; digest verified.
  Result<std::vector<uint8_t>> ReadBlob(size_t blob, uint64_t limit, JobContext& job) const;

  // The metadata of an image, 1-based; its digest is verified. ImageNotFound when there is none.
  Result<ImageTree> LoadImage(uint32_t index, std::vector<ImageTree::Finding>* findings, JobContext& job) const;

 private:
  struct Part {
    std::shared_ptr<const ReadableFile> file;
    uint64_t size = 0;
    Header header;
  };
  WimReader() = default;
  Status ReadTable(uint16_t part);
  Status ReadSolidHeaders();

  std::string path_;
  Header header_;
  BlobTable table_;
  std::vector<uint8_t> xml_;
  std::vector<Part> parts_;      // [0] is the file opened; then ordered by part number when split
  std::vector<int> part_index_;  // part number - 1 -> index in parts_, or -1
  bool complete_ = true;
};

}  // namespace dism::wim

#endif  // DISM_WIM_READER_H_
