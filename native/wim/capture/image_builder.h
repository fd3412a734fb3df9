// The second stage of a capture: turns the tables of a DirectoryScan into the tree of the image and its contents, in an
// order that depends on nothing but the files.
#ifndef DISM_WIM_CAPTURE_IMAGE_BUILDER_H_
#define DISM_WIM_CAPTURE_IMAGE_BUILDER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "wim/capture/directory_scan.h"
#include "wim/capture/link_resolver.h"

namespace dism::wim {

class ImageBuilder {
 public:
  ImageBuilder(const CaptureOptions& options, JobContext& job, DirectoryScan& scan);
  Result<CaptureScan> Build();

 private:
  struct FileKey {
    uint64_t device, inode;
    bool operator==(const FileKey&) const = default;
  };
  struct FileKeyHash {
    size_t operator()(const FileKey& key) const { return key.inode * 0x9E3779B97F4A7C15u ^ key.device; }
  };
  // One file with several names in the image.
  struct HardLinks {
    uint32_t count = 0;             // names in the image
    uint64_t group = 0;             // given when the walk meets the first
    uint32_t content = kNone;       // in result_.contents; kNone for an empty file
  };
  // A directory on the way of the walk.
  struct Level {
    uint32_t directory;
    NodeId node;
    size_t next = 0;  // entry
  };

  void DropEmptyExclusions();
  void CountHardLinks();
  void BuildRoot();
  void ReportDirectory(uint32_t directory);
  // Adds one entry; its node, or kNoNode when it was left out with a warning.
  NodeId AddEntry(const Level& level, const ScannedEntry& entry);
  bool FillLink(const ScannedDirectory& directory, const ScannedEntry& entry, const PathRef& ref, Dentry* dentry,
                std::vector<uint8_t>* data);
  void FillTimes(const FileStatus& status, Dentry* dentry) const;
  void FillUnixData(const FileStatus& status, const std::string* attributes, Dentry* dentry) const;
  void AddContent(std::unique_ptr<Content> content, NodeId node, uint32_t stream, bool store_uncompressed);
  void Skip(ErrorCode code, const PathRef& ref, std::string message);

  const CaptureOptions& options_;
  JobContext& job_;
  DirectoryScan& scan_;
  LinkResolver links_;
  std::shared_ptr<PathTable> table_;
  std::vector<bool> kept_;  // by directory
  std::unordered_map<FileKey, HardLinks, FileKeyHash> hard_links_;
  uint64_t last_group_ = 0;
  CaptureScan result_;
};

}  // namespace dism::wim

#endif  // DISM_WIM_CAPTURE_IMAGE_BUILDER_H_
