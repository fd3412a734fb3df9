// The first stage of a capture: reads all directories below the root in parallel into tables, decides what the capture
// configuration leaves out, and leaves the rest (order of the image, links, side-car) to the next stage.
#ifndef DISM_WIM_CAPTURE_DIRECTORY_SCAN_H_
#define DISM_WIM_CAPTURE_DIRECTORY_SCAN_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/job.h"
#include "wim/capture/capture_content.h"
#include "wim/capture/pattern_set.h"
#include "wim/capture/posix_scan.h"

namespace dism::wim {

inline constexpr uint32_t kNone = 0xFFFFFFFF;

struct ScannedEntry {
  FileStatus status;
  uint32_t name_offset = 0;  // in the names of the directory
  uint32_t name_length = 0;
  uint32_t directory = kNone;   // of a directory: its index
  uint32_t link_text = kNone;   // of a symbolic link: index in ScannedDirectory::texts
  uint32_t attributes = kNone;  // extended attributes as an item: index in ScannedDirectory::texts
  bool sparse = false;
  bool link_to_directory = false;
  bool excluded = false;  // a directory that is only there for what an exception may keep below it
  bool store_uncompressed = false;
};

struct ScanWarning {
  ErrorCode code;
  uint32_t name_offset = kNone;  // of an entry, in `other_names`; kNone: the directory itself
  uint32_t name_length = 0;
  std::string message;
};

struct ScannedDirectory {
  PathRef self;
  uint32_t depth = 0;
  uint64_t inode = 0, device = 0;  // as its parent listed it; checked when it is opened
  bool excluded = false;           // it or a directory above matches an exclusion, and none an exception
  bool excepted = false;           // it or a directory above matches an exception: everything below is kept
  bool store_uncompressed = false;
  PatternSet::State exclude, except, uncompressed;  // released after the directory has been read

  std::string names;                  // of the entries
  std::vector<ScannedEntry> entries;  // in NTFS collation order
  std::vector<std::string> texts;
  std::string other_names;  // of entries that are only warned about
  std::vector<ScanWarning> warnings;
  uint32_t extended_attributes = kNone;  // of the root only; others have them in their entry
  uint64_t excluded_count = 0;
  uint64_t skipped_count = 0;
};

class DirectoryScan {
 public:
  DirectoryScan(const CaptureOptions& options, const std::string& side_car_path, JobContext& job);

  // Reads everything. Errors: of the root itself, and Cancelled.
  Status Run();

  // After Run. Indexes of directories: 0 is the root, a child has a higher index than its parent. Which index a directory
  // gets depends on timing; nothing that ends up in the image may depend on it.
  std::deque<ScannedDirectory>& directories() { return directories_; }
  const FileStatus& root_status() const { return root_status_; }
  const std::string& root() const { return root_; }
  // Hands over the root descriptor and the names of all directories to a table that contents can share.
  std::shared_ptr<PathTable> TakePathTable();

 private:
  // A name that is never captured in the directory with this identity: the file being written, the side-car.
  struct SkippedName {
    uint64_t inode, device;
    std::string name;
  };
  struct Listing;

  void AddSkippedPath(const std::string& path);
  void Scan(uint32_t index);
  void ReadEntries(int fd, ScannedDirectory& directory, Listing* listing);
  bool IsSkippedName(const ScannedDirectory& directory, const std::string& name) const;
  std::string RelativePath(uint32_t index);

  const CaptureOptions& options_;
  JobContext& job_;
  const PatternSet exclude_, except_, uncompressed_;
  const std::string side_car_path_;
  std::string root_;
  std::shared_ptr<PathTable> table_;
  FileStatus root_status_;
  std::vector<SkippedName> skipped_names_;
  TaskGroup tasks_;

  // Guards growth of directories_. References stay valid; a directory is written by its own task only, and read by tasks
  // of its children, which start after it.
  std::mutex mutex_;
  std::deque<ScannedDirectory> directories_;
};

}  // namespace dism::wim

#endif  // DISM_WIM_CAPTURE_DIRECTORY_SCAN_H_
