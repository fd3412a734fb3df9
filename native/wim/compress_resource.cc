#include "wim/compress_resource.h"

#include <algorithm>
#include <atomic>

#include "wim/chunks.h"

namespace dism::wim {

std::unique_ptr<codec::Encoder> EncoderPool::Take() {
  {
    std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<codec::Encoder> encoder = std::move(idle_.back());
      idle_.pop_back();
      return encoder;
    }
  }
  return codec_ == nullptr ? nullptr : codec_->new_encoder(chunk_size_, level_);
}

void EncoderPool::Give(std::unique_ptr<codec::Encoder> encoder) {
  if (encoder == nullptr) return;
  std::lock_guard lock(mutex_);
  idle_.push_back(std::move(encoder));
}

Result<std::vector<uint8_t>> CompressResource(ByteSpan data, codec::Format format, uint32_t chunk_size,
                                              codec::Level level, JobContext& job) {
  std::vector<uint8_t> out;
  if (format == codec::Format::kNone || data.empty()) return out;
  EncoderPool encoders(format, chunk_size, level);
  const size_t count = static_cast<size_t>(ChunkCount(data.size(), chunk_size));
  std::vector<std::vector<uint8_t>> chunks(count);
  std::atomic<size_t> next{0};
  {
    const unsigned threads = static_cast<unsigned>(std::min<size_t>(job.thread_count(), count));
    TaskGroup group(*job.pool, threads);
    for (unsigned t = 0; t < threads; ++t) {
      group.Submit([&] {
        std::unique_ptr<codec::Encoder> encoder = encoders.Take();
        for (size_t i = next++; i < count && !job.cancel.IsSet(); i = next++) {
          const ByteSpan chunk =
              data.subspan(i * chunk_size, std::min<size_t>(chunk_size, data.size() - i * chunk_size));
          chunks[i].resize(chunk.size());
          const size_t size = encoder->Encode(chunk, MutableByteSpan(chunks[i]).first(chunk.size() - 1), &job.cancel);
          if (size > 0) {
            chunks[i].resize(size);
            chunks[i].shrink_to_fit();
          } else {
            chunks[i].assign(chunk.begin(), chunk.end());
          }
        }
        encoders.Give(std::move(encoder));
      });
    }
  }
  DISM_TRY(job.CheckCancelled());
  const uint32_t width = ChunkEntrySize(data.size());
  out.resize(static_cast<size_t>(ChunkTableSize(data.size(), chunk_size)));
  uint64_t end = 0;
  for (size_t i = 0; i < count; ++i) {
    end += chunks[i].size();
    if (i + 1 == count) break;
    if (width == 4) {
      StoreLe32(out.data() + 4 * i, static_cast<uint32_t>(end));
    } else {
      StoreLe64(out.data() + 8 * i, end);
    }
  }
  if (out.size() + end >= data.size()) {
    out.clear();
    return out;
  }
  out.reserve(out.size() + static_cast<size_t>(end));
  for (const std::vector<uint8_t>& chunk : chunks) out.insert(out.end(), chunk.begin(), chunk.end());
  return out;
}

}  // namespace dism::wim
