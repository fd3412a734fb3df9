// The plan of an apply: every entry that is to be made, with its name, kind and times, before anything is written.
#ifndef DISM_WIM_APPLY_APPLY_PLAN_H_
#define DISM_WIM_APPLY_APPLY_PLAN_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/job.h"
#include "wim/apply/posix_apply.h"
#include "wim/image_tree.h"
#include "wim/reader.h"

namespace dism::wim {

inline constexpr uint32_t kNoEntry = 0xFFFFFFFF;

struct PlannedEntry {
  enum class Kind : uint8_t {
    kDirectory,
    kFile,
    kLink,     // a symbolic link or mount point, from its reparse data
    kSpecial,  // pipe, socket or device, from the Unix data
  };
  NodeId node = kNoNode;
  uint32_t parent = 0;       // the entry of its directory
  uint32_t name_offset = 0;  // in ApplyPlan::names
  uint16_t name_length = 0;
  Kind kind = Kind::kFile;
  bool stand_in = false;
  bool sparse = false;
  bool read_only = false;
  // Not made: had a warning, or the directory it belongs to was not made. Set while planning or by the one thread that
  // handles the entry.
  bool skipped = false;
  uint32_t next_link =
      kNoEntry;  // the next name of the same file; the first in the plan is the one that gets the content
  uint64_t access_time = 0, write_time = 0;
};

// One thing to do with a blob.
struct BlobUse {
  uint32_t blob;
  uint32_t entry;  // a kFile that gets it as content, or a kLink that gets it as reparse data
};

struct ApplyPlan {
  std::vector<PlannedEntry> entries;  // [0] is the target itself; directories before what is in them
  std::string names;
  std::vector<BlobUse> uses;          // sorted by blob
  std::vector<uint32_t> empty_files;  // entries without content
  uint64_t skipped_count = 0;

  std::string_view Name(uint32_t entry) const {
    return std::string_view(names).substr(entries[entry].name_offset, entries[entry].name_length);
  }
  // Below the target, without a leading slash.
  std::string RelativePath(uint32_t entry) const;
};

Result<ApplyPlan> PlanApply(const WimReader& reader, const ImageTree& tree, const ApplyOptions& options,
                            bool case_insensitive, JobContext& job);

}  // namespace dism::wim

#endif  // DISM_WIM_APPLY_APPLY_PLAN_H_
