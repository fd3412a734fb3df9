// The end of a WIM: blob table, XML, integrity table, and the header that makes them valid. Shared by every writer.
#ifndef DISM_WIM_TAIL_H_
#define DISM_WIM_TAIL_H_

#include <cstdint>

#include "base/error.h"
#include "base/file.h"
#include "base/job.h"
#include "wim/blob_table.h"
#include "wim/header.h"
#include "wim/integrity.h"

namespace dism::wim {

struct TailOptions {
  bool integrity = false;
  // What a table that is there already covers, for in-place updates; may be null.
  const IntegrityTable* old_integrity = nullptr;
  uint64_t old_integrity_end = 0;
};

// Writes the tail from *end on (moving it) and fills in the resource headers of `header`; the header itself is not
// written. Entries of header->part_number only.
Status WriteTail(WritableFile& file, uint64_t* end, const BlobTable& table, ByteSpan xml, const TailOptions& options,
                 Header* header, JobContext& job);

}  // namespace dism::wim

#endif  // DISM_WIM_TAIL_H_
