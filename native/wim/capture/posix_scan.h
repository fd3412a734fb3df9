// Scans a directory of a POSIX file system into the metadata of a new image and the list of contents to store.
#ifndef DISM_WIM_CAPTURE_POSIX_SCAN_H_
#define DISM_WIM_CAPTURE_POSIX_SCAN_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/job.h"
#include "wim/capture/capture_content.h"
#include "wim/content.h"
#include "wim/image_tree.h"

namespace dism::wim {

// Patterns of a capture configuration, as FORMAT.md ("Capture configuration") explains them.
struct CaptureExclusions {
  std::vector<std::u16string> exclude;             // [ExclusionList]
  std::vector<std::u16string> except;              // [ExclusionException]
  std::vector<std::u16string> store_uncompressed;  // [CompressionExclusionList]
};

struct CaptureOptions {
  std::string root;  // directory to capture
  CaptureExclusions exclusions;
  bool fix_reparse_points = true;  // RPFIX
  bool unix_data = false;          // owner, mode, device and extended attributes as tagged items
  bool use_side_car = true;        // read <root>.opendism when it is there
  std::string side_car_path;       // instead of <root>.opendism
  bool force = false;              // capture a tree whose side-car says that its apply did not finish
  // Reproducible capture: creation and access times become the write time, all times are clamped to this FILETIME.
  std::optional<uint64_t> clamp_time;
  // Never captured, existing or not: the WIM that is being written (with its temporary name) when it lies inside the root.
  std::vector<std::string> skip_paths;
};

// A stream whose bytes are a content. Several streams share one: hard links, blobs of the side-car.
struct StreamUser {
  uint32_t content;  // in CaptureScan::contents
  NodeId node;
  uint32_t stream;  // index in Dentry::streams
};

struct CaptureScan {
  std::shared_ptr<const PathTable> paths;  // outlives the contents
  ImageTree tree;
  std::vector<PendingContent> contents;  // in the order in which they should be stored
  std::vector<bool> store_uncompressed;  // parallel to contents
  std::vector<StreamUser> users;         // in the order of the walk; every content has one
  uint64_t directory_count = 0;          // with the root
  uint64_t file_count = 0;               // every hard link counts
  uint64_t total_bytes = 0;              // sum over dentries of stream sizes
  uint64_t hard_link_bytes = 0;          // the part of total_bytes due to additional links
  uint64_t excluded_count = 0;
  uint64_t skipped_count = 0;  // could not be captured; each had a warning
  bool any_rp_fix = false;
};

// Errors: NotFound, AccessDenied... of the root itself; Cancelled. Everything below that cannot be captured is a warning
// through the job.
Result<CaptureScan> ScanPosix(const CaptureOptions& options, JobContext& job);

// After the contents have been stored: puts their digests into the tree, takes entries whose content failed out of it
// and out of the counts, and counts them as skipped (the writer has warned).
void FinishScan(CaptureScan& scan);

}  // namespace dism::wim

#endif  // DISM_WIM_CAPTURE_POSIX_SCAN_H_
