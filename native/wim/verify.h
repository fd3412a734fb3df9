// Verifies a WIM completely: integrity table, structure of every image, presence and digest of every blob.
#ifndef DISM_WIM_VERIFY_H_
#define DISM_WIM_VERIFY_H_

#include <cstdint>

#include "base/error.h"
#include "base/job.h"
#include "wim/reader.h"

namespace dism::wim {

struct VerifyResult {
  uint64_t images = 0;
  uint64_t blobs = 0;
  uint64_t bytes = 0;     // uncompressed
  uint64_t findings = 0;  // each was an event of kind kFinding
};

Result<VerifyResult> VerifyWim(const WimReader& reader, JobContext& job);

// Reads one stream of one entry in order, as events of kind kEntries that carry its bytes. stream_name: empty for the
// unnamed data stream.
Status ReadStream(const WimReader& reader, const ImageTree& tree, NodeId node, std::u16string_view stream_name,
                  JobContext& job);

}  // namespace dism::wim

#endif  // DISM_WIM_VERIFY_H_
