#include "wim/compress_resource.h"

#include <algorithm>
#include <atomic>
#include <cstring>

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

ResourceCompressor::ResourceCompressor(uint64_t size, codec::Format format, uint32_t chunk_size, codec::Level level,
                                       JobContext& job)
    : size_(size),
      chunk_size_(chunk_size),
      job_(job),
      encoders_(format, chunk_size, level),
      table_(static_cast<size_t>(ChunkTableSize(size, chunk_size))) {
  constexpr size_t kSlabBytes = 4 << 20;
  slab_size_ = chunk_size * std::max<size_t>(kSlabBytes / chunk_size, 2 * size_t{job.thread_count()});
  slab_size_ = static_cast<size_t>(std::min<uint64_t>(slab_size_, size));
  slab_.reserve(slab_size_);
}

Status ResourceCompressor::Append(ByteSpan data) {
  while (!data.empty()) {
    const size_t take = std::min(data.size(), slab_size_ - slab_.size());
    slab_.insert(slab_.end(), data.begin(), data.begin() + static_cast<std::ptrdiff_t>(take));
    data = data.subspan(take);
    if (slab_.size() == slab_size_) DISM_TRY(CompressSlab());
  }
  return Ok();
}

Status ResourceCompressor::Finish() {
  if (!slab_.empty()) DISM_TRY(CompressSlab());
  return Ok();
}

Status ResourceCompressor::CompressSlab() {
  const size_t count = static_cast<size_t>(ChunkCount(slab_.size(), chunk_size_));
  std::vector<uint8_t> out(slab_.size());  // each chunk first in its own place
  std::vector<size_t> sizes(count);
  std::atomic<size_t> next{0};
  {
    const unsigned threads = static_cast<unsigned>(std::min<size_t>(job_.thread_count(), count));
    TaskGroup group(*job_.pool, threads);
    for (unsigned t = 0; t < threads; ++t) {
      group.Submit([&] {
        std::unique_ptr<codec::Encoder> encoder = encoders_.Take();
        for (size_t i = next++; i < count && !job_.cancel.IsSet(); i = next++) {
          const size_t start = i * chunk_size_;
          const ByteSpan chunk = ByteSpan(slab_).subspan(start, std::min<size_t>(chunk_size_, slab_.size() - start));
          const MutableByteSpan place = MutableByteSpan(out).subspan(start, chunk.size());
          sizes[i] = encoder->Encode(chunk, place.first(chunk.size() - 1), &job_.cancel);
          if (sizes[i] > 0) continue;
          std::memcpy(place.data(), chunk.data(), chunk.size());
          sizes[i] = chunk.size();
        }
        encoders_.Give(std::move(encoder));
      });
    }
  }
  DISM_TRY(job_.CheckCancelled());
  const uint32_t width = ChunkEntrySize(size_);
  size_t end = 0;
  for (size_t i = 0; i < count; ++i) {
    std::memmove(out.data() + end, out.data() + i * chunk_size_, sizes[i]);
    end += sizes[i];
    // The table says where each chunk but the first begins.
    const size_t entry = static_cast<size_t>(chunk_count_++ * width);
    if (entry >= table_.size()) continue;
    if (width == 4) {
      StoreLe32(table_.data() + entry, static_cast<uint32_t>(chunk_bytes_ + end));
    } else {
      StoreLe64(table_.data() + entry, chunk_bytes_ + end);
    }
  }
  chunk_bytes_ += end;
  chunks_.emplace_back(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(end));
  slab_.clear();
  return Ok();
}

Status ResourceCompressor::WriteTo(WritableFile& file, uint64_t offset) const {
  DISM_TRY(file.WriteAt(offset, table_));
  offset += table_.size();
  for (const std::vector<uint8_t>& chunk : chunks_) {
    DISM_TRY(file.WriteAt(offset, chunk));
    offset += chunk.size();
  }
  return Ok();
}

}  // namespace dism::wim
