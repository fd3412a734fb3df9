// Compressing on all threads of a job: the encoders its threads share, and whole resources in memory.
#ifndef DISM_WIM_COMPRESS_RESOURCE_H_
#define DISM_WIM_COMPRESS_RESOURCE_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "base/error.h"
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

// Compresses a buffer as one normal resource (chunk table and chunks) on the job's threads. Empty when it does not
// shrink: then it is to be stored as it is.
Result<std::vector<uint8_t>> CompressResource(ByteSpan data, codec::Format format, uint32_t chunk_size,
                                              codec::Level level, JobContext& job);

}  // namespace dism::wim

#endif  // DISM_WIM_COMPRESS_RESOURCE_H_
