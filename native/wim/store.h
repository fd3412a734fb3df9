// StoreContents: the write side of the engine. Reads, hashes, deduplicates, compresses and stores contents on all
// threads; the file is the same whatever the number of threads.
#ifndef DISM_WIM_STORE_H_
#define DISM_WIM_STORE_H_

#include <cstdint>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/job.h"
#include "codec/codec.h"
#include "wim/blob_table.h"
#include "wim/content.h"

namespace dism::wim {

struct StoreTarget {
  WritableFile* file;
  uint64_t* end;     // where the next byte goes; moves on
  BlobTable* table;  // blobs there are found, new ones are added with reference count 0
  codec::Format format;
  uint32_t chunk_size;
  codec::Level level;
  bool solid;
  uint32_t solid_chunk_size;
};

// Fills in digest or failed of every content. Errors: of the target file, Cancelled; a content that cannot be read is a
// warning. Progress: adds bytes and items; the caller has set phase and totals.
Status StoreContents(const StoreTarget& target, std::vector<PendingContent>& contents,
                     const std::vector<bool>& store_uncompressed, JobContext& job);

}  // namespace dism::wim

#endif  // DISM_WIM_STORE_H_
