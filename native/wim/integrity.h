// The integrity table: SHA-1 of every 10 MiB of the file from the end of the header to the end of
// the blob table. FORMAT.md, "Integrity table".
#ifndef DISM_WIM_INTEGRITY_H_
#define DISM_WIM_INTEGRITY_H_

#include <cstdint>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/job.h"
#include "hash/sha1.h"

namespace dism::wim {

struct IntegrityTable {
  static constexpr uint32_t kDefaultChunkSize = 10485760;
  uint32_t chunk_size = kDefaultChunkSize;
  std::vector<Sha1Digest> digests;

  static Result<IntegrityTable> Parse(View bytes);
  std::vector<uint8_t> Write() const;
};

// Hashes [Header::kSize, end) of the file on the job's threads. With `old`, chunks that ended
// before old_end (the end of the range `old` covers) keep their digest and are not read again.
Result<IntegrityTable> ComputeIntegrity(const ReadableFile& file, uint64_t end, const IntegrityTable* old,
                                        uint64_t old_end, JobContext& job);

// Compares; IntegrityFailure with the offset of the first chunk that differs.
Status CheckIntegrity(const ReadableFile& file, uint64_t end, const IntegrityTable& table, JobContext& job);

}  // namespace dism::wim

#endif  // DISM_WIM_INTEGRITY_H_
