// Compressing on all threads of a job: the encoders its threads share, and whole resources.
#ifndef DISM_WIM_COMPRESS_RESOURCE_H_
#define DISM_WIM_COMPRESS_RESOURCE_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/job.h"
#include "codec/codec.h"

namespace dism::wim {

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

// Compresses the bytes of one normal resource (chunk table and chunks) as they come, on the job's threads. Only the
// compressed form is kept in memory.
class ResourceCompressor {
 public:
  // size: of all bytes that will be appended.
  ResourceCompressor(uint64_t size, codec::Format format, uint32_t chunk_size, codec::Level level, JobContext& job);
  Status Append(ByteSpan data);
  // After the last byte.
  Status Finish();

  // Whether the resource is smaller than its bytes: otherwise it is to be stored as it is.
  bool shrinks() const { return table_.size() + chunk_bytes_ < size_; }
  uint64_t stored_size() const { return table_.size() + chunk_bytes_; }
  Status WriteTo(WritableFile& file, uint64_t offset) const;

 private:
  Status CompressSlab();

  const uint64_t size_;
  const uint32_t chunk_size_;
  JobContext& job_;
  EncoderPool encoders_;
  size_t slab_size_;  // so many chunks are compressed at once
  std::vector<uint8_t> slab_;
  std::vector<uint8_t> table_;
  std::vector<std::vector<uint8_t>> chunks_;  // of one slab each
  uint64_t chunk_count_ = 0;
  uint64_t chunk_bytes_ = 0;
};

}  // namespace dism::wim

#endif  // DISM_WIM_COMPRESS_RESOURCE_H_
