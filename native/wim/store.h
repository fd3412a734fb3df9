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

// Encoders of one job, handed out to its threads and taken back.
class EncoderPool {
 public:
  EncoderPool(codec::Format format, uint32_t chunk_size, codec::Level level)
      : codec_(codec::FindCodec(format)), chunk_size_(chunk_size), level_(level) {}
  std::unique_ptr<codec::Encoder> Take();
  void Give(std::unique_ptr<codec::Encoder> encoder);

 private:
  const codec::CodecOps* codec_;
  const uint32_t chunk_size_;
  const codec::Level level_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<codec::Encoder>> idle_;
};

// Compresses a buffer as one normal resource (chunk table and chunks) on the job's threads. Empty when it does not
// shrink: then it is to be stored as it is.
Result<std::vector<uint8_t>> CompressResource(ByteSpan data, codec::Format format, uint32_t chunk_size,
                                              codec::Level level, JobContext& job);

}  // namespace dism::wim

#endif  // DISM_WIM_STORE_H_
