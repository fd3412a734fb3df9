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
#include "wim/side_car.h"

namespace dism::wim {

class ImageBuilder {
 public:
  // side_car: the metadata that an apply kept for this tree, or nullptr.
  ImageBuilder(const CaptureOptions& options, JobContext& job, DirectoryScan& scan, const SideCar* side_car);
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
    uint32_t count = 0;        // names in the image
    uint64_t group = 0;        // given when the walk meets the first
    uint32_t content = kNone;  // in result_.contents; kNone for an empty file
  };
  // A directory on the way of the walk.
  struct Level {
    uint32_t directory;
    NodeId node;
    size_t next = 0;  // entry
    // In the side-car: the records of what is in the directory. Empty when it has none.
    std::vector<uint32_t> records;
  };
  // What goes into the image besides the entry itself: contents by stream, in the order of Dentry::streams.
  struct StreamContent {
    StreamKind kind;
    std::unique_ptr<Content> content;  // or
    uint32_t blob = kNone;             // of the side-car
  };

  void DropEmptyExclusions();
  // Names of hard links, and how much there will be of everything.
  void CountEntries();
  void BuildRoot(uint32_t record);
  void ReportDirectory(uint32_t directory);
  // Adds one entry; its node, or kNoNode when it was left out with a warning.
  NodeId AddEntry(const Level& level, const ScannedEntry& entry, uint32_t record);
  bool FillLink(const ScannedDirectory& directory, const ScannedEntry& entry, const PathRef& ref, Dentry* dentry,
                std::vector<uint8_t>* data);
  // Gives the entry back what the side-car has kept for it. `dentry` is as the file system alone would make it.
  void Restore(uint32_t record, const ScannedEntry* entry, const FileStatus& status, const std::string& shown_path,
               Dentry* dentry, std::vector<StreamContent>* contents);
  void RestoreStreams(const Dentry& kept, bool unchanged, const FileStatus& status, const std::string& shown_path,
                      Dentry* dentry, std::vector<StreamContent>* contents);
  // How many contents AddStreamContents will append before the one of `stream`.
  uint32_t NewContentsBefore(const std::vector<StreamContent>& contents, uint32_t stream) const;
  void AddStreamContents(NodeId node, std::vector<StreamContent>& contents, bool store_uncompressed);
  void Clamp(Dentry* dentry) const;
  void FillTimes(const FileStatus& status, Dentry* dentry) const;
  void FillUnixData(const FileStatus& status, const std::string* attributes, Dentry* dentry) const;
  void AddContent(std::unique_ptr<Content> content, NodeId node, uint32_t stream, bool store_uncompressed);
  void Skip(ErrorCode code, const PathRef& ref, std::string message);

  const CaptureOptions& options_;
  JobContext& job_;
  DirectoryScan& scan_;
  const SideCar* const side_car_;
  LinkResolver links_;
  std::shared_ptr<PathTable> table_;
  std::vector<bool> kept_;  // by directory
  std::unordered_map<FileKey, HardLinks, FileKeyHash> hard_links_;
  uint64_t last_group_ = 0;
  std::unordered_map<uint32_t, uint32_t> blob_contents_;  // blob of the side-car -> content
  std::unordered_map<int32_t, int32_t> security_ids_;     // of the side-car -> of the image
  bool renamed_ = false;  // a stand-in got its real name back: the order of its directory is not known any more
  CaptureScan result_;
};

}  // namespace dism::wim

#endif  // DISM_WIM_CAPTURE_IMAGE_BUILDER_H_
