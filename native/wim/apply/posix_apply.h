// Applies an image, or chosen parts of it, to a directory of a POSIX file system. Never writes outside the target,
// whatever the image holds.
#ifndef DISM_WIM_APPLY_POSIX_APPLY_H_
#define DISM_WIM_APPLY_POSIX_APPLY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/job.h"
#include "wim/image_tree.h"
#include "wim/reader.h"

namespace dism::wim {

struct ApplyOptions {
  std::string target;              // made when missing; existing files in the way are replaced
  bool fix_reparse_points = true;  // RPFIX: only when the WIM header says it was captured with it
  bool unix_data = false;          // restore owner, mode, devices and extended attributes from tagged items
  bool write_side_car = true;      // keep what the file system cannot hold in <target>.opendism
  std::string side_car_path;       // instead of <target>.opendism
  std::vector<NodeId> roots;       // apply only these subtrees, each under its own name in the target; empty: all
};

struct ApplyResult {
  uint64_t directory_count = 0;
  uint64_t file_count = 0;
  uint64_t bytes = 0;          // of distinct files written
  uint64_t skipped_count = 0;  // entries that could not be applied; each had a warning
};

Result<ApplyResult> ApplyPosix(const WimReader& reader, const ImageTree& tree, const ApplyOptions& options,
                               JobContext& job);

}  // namespace dism::wim

#endif  // DISM_WIM_APPLY_POSIX_APPLY_H_
