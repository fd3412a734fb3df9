// Splits a WIM into parts of a split set. FORMAT.md, "Split WIM".
#ifndef DISM_WIM_SPLIT_H_
#define DISM_WIM_SPLIT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/job.h"
#include "wim/reader.h"

namespace dism::wim {

struct SplitOptions {
  std::string path;        // of the first part; the others get 2, 3, ... before the extension
  uint64_t part_size = 0;  // bytes; a part with one larger blob, and part 1 with its metadata, may exceed it
  bool integrity = false;
};

struct SplitResult {
  std::vector<std::string> paths;
  std::vector<uint64_t> sizes;
};

// All parts appear at the end, the first one last. Refuses solid resources and sources that are parts themselves.
Result<SplitResult> SplitWim(const WimReader& source, const SplitOptions& options, JobContext& job);

// base.swm, base2.swm, base3.swm: the name of part `number` (from 1).
std::string SplitPartPath(const std::string& first, uint32_t number);

}  // namespace dism::wim

#endif  // DISM_WIM_SPLIT_H_
