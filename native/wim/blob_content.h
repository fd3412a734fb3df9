// Blobs of an open WIM as contents to store in another one: how export and optimise recompress.
#ifndef DISM_WIM_BLOB_CONTENT_H_
#define DISM_WIM_BLOB_CONTENT_H_

#include <cstdint>
#include <vector>

#include "base/job.h"
#include "wim/content.h"
#include "wim/reader.h"

namespace dism::wim {

// One content a blob, in the order in which reading them is cheapest. They refer to `source` and `job`, which must
// outlive them. Solid chunks are decoded once and shared while neighbours are read.
std::vector<PendingContent> ContentsOfBlobs(const WimReader& source, const std::vector<uint32_t>& blobs,
                                            JobContext& job);

}  // namespace dism::wim

#endif  // DISM_WIM_BLOB_CONTENT_H_
