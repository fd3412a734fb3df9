// The last step of a capture: what the writer found out about the contents goes into the metadata.
#ifndef DISM_WIM_CAPTURE_COMPLETE_SCAN_H_
#define DISM_WIM_CAPTURE_COMPLETE_SCAN_H_

#include <cstdint>

#include "wim/capture/posix_scan.h"

namespace dism::wim {

// Fills in the digests. Entries whose content could not be read (each had its warning) leave the tree and the statistics;
// returns how many.
uint64_t CompleteScan(CaptureScan* scan);

}  // namespace dism::wim

#endif  // DISM_WIM_CAPTURE_COMPLETE_SCAN_H_
