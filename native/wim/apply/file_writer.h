// FileWriter: the consumer of ReadBlobs that makes the files of an apply. A small blob becomes all its files at once; a
// large one is written in pieces to its first file, of which the others are copies.
#ifndef DISM_WIM_APPLY_FILE_WRITER_H_
#define DISM_WIM_APPLY_FILE_WRITER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/job.h"
#include "wim/apply/apply_plan.h"
#include "wim/apply/target_tree.h"
#include "wim/blob_reader.h"

namespace dism::wim {

class FileWriter final : public BlobConsumer {
 public:
  FileWriter(ApplyPlan& plan, const WimReader& reader, const ImageTree& tree, const ApplyOptions& options,
             TargetTree& target, JobContext& job);
  ~FileWriter() override;

  // The blobs to read; requests are indexes into it.
  const std::vector<uint32_t>& blobs() const { return blobs_; }
  uint64_t total_bytes() const { return total_bytes_; }

  Status Whole(size_t request, ByteSpan data) override;
  Status Begin(size_t request) override;
  Status Piece(size_t request, uint64_t offset, ByteSpan data) override;
  Status End(size_t request) override;
  Status Failed(size_t request, const Error& error) override;

  // A file without content, with its other names. Errors: those of the target itself.
  Status WriteEmpty(uint32_t entry) { return WriteFile(entry, {}); }
  // Removes the files that are not finished. After ReadBlobs, whatever it returned.
  void RemoveUnfinished();

  // Reparse data by entry, for the links that are made last. Filled by Whole.
  const std::vector<uint8_t>* ReparseData(uint32_t entry) const;

  std::atomic<uint64_t> file_count{0};
  std::atomic<uint64_t> bytes{0};
  std::atomic<uint64_t> skipped_count{0};

  // Counts and warns: this entry and all other names of the same file are left out.
  void Skip(uint32_t entry, ErrorCode code, const std::string& message);
  // The same for an errno; returns an error when the target itself is at fault.
  Status SkipOrStop(uint32_t entry, int error, const char* action);

 private:
  // A blob that arrives in pieces. Removed from open_ by End, Failed or RemoveUnfinished.
  struct LargeFile {
    uint32_t entry = kNoEntry;  // the one being written; kNoEntry: none could be made, pieces are dropped
    int fd = -1;
    std::shared_ptr<const Descriptor> directory;
  };

  std::span<const BlobUse> UsesOf(size_t request) const;
  uint64_t SizeOf(size_t request) const;
  int Create(uint32_t entry, int flags, std::shared_ptr<const Descriptor>* directory, int* fd);
  void Remove(uint32_t entry, const Descriptor& directory);
  Status WriteFile(uint32_t entry, ByteSpan data);
  // Metadata, close, then the other names.
  Status Finish(uint32_t entry, int fd, const std::shared_ptr<const Descriptor>& directory, uint64_t size);
  Status MakeLinks(uint32_t entry, const Descriptor& directory, uint64_t size);
  Status CopyFile(uint32_t entry, int source, uint64_t size);
  int WriteData(int fd, uint64_t offset, ByteSpan data, bool sparse);
  std::string ShownPath(uint32_t entry) const;

  ApplyPlan& plan_;
  const WimReader& reader_;
  const ImageTree& tree_;
  const ApplyOptions& options_;
  TargetTree& target_;
  JobContext& job_;
  std::vector<uint32_t> blobs_;
  std::vector<size_t> first_use_;  // by request, index in plan_.uses; one more at the end
  uint64_t total_bytes_ = 0;
  std::atomic<bool> warned_no_links_{false};

  std::mutex mutex_;  // guards what follows
  std::unordered_map<size_t, LargeFile> open_;
  std::unordered_map<uint32_t, std::shared_ptr<const std::vector<uint8_t>>> reparse_;  // by entry
  uint64_t reparse_bytes_ = 0;
  std::atomic<bool> out_of_budget_{false};
};

}  // namespace dism::wim

#endif  // DISM_WIM_APPLY_FILE_WRITER_H_
