#include "wim/integrity.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "base/thread_pool.h"
#include "wim/header.h"

namespace dism::wim {
namespace {

constexpr size_t kFixedSize = 12;
constexpr size_t kDigestSize = 20;

// An old table with a chunk size outside these is replaced rather than continued.
constexpr uint32_t kSmallestSaneChunk = 4096;
constexpr uint32_t kLargestSaneChunk = 128u << 20;

// What a thread reads at once: also how long it takes to see a cancel.
constexpr size_t kReadSize = 256 << 10;

uint64_t ChunkCount(uint64_t end, uint32_t chunk_size) {
  const uint64_t range = end > Header::kSize ? end - Header::kSize : 0;
  return range / chunk_size + (range % chunk_size != 0);
}

// Hashes chunks first..count-1 in this order on the threads of the job. take(index, digest) runs on
// any thread and says whether to go on; after a no, or an error, chunks behind that one are left
// out, those before it are finished.
class ChunkHasher {
 public:
  using Take = std::function<bool(uint64_t index, const Sha1Digest& digest)>;

  ChunkHasher(const ReadableFile& file, uint64_t end, uint32_t chunk_size, JobContext& job)
      : file_(file), end_(end), chunk_size_(chunk_size), job_(job) {}

  Status Run(uint64_t first, uint64_t count, const Take& take) {
    next_ = first;
    limit_ = count;
    const uint64_t threads = std::min<uint64_t>(std::max(1u, job_.thread_count()), count > first ? count - first : 0);
    TaskGroup group(*job_.pool, static_cast<unsigned>(threads));
    for (uint64_t i = 0; i < threads; ++i) group.Submit([this, &take] { Work(take); });
    group.Wait();
    DISM_TRY(job_.CheckCancelled());
    if (error_) return std::move(*error_);
    return Ok();
  }

 private:
  void Work(const Take& take) {
    std::vector<uint8_t> buffer(static_cast<size_t>(std::min<uint64_t>({kReadSize, chunk_size_, end_})));
    for (;;) {
      const uint64_t index = next_.fetch_add(1);
      if (index >= limit_ || job_.cancel.IsSet()) return;
      Sha1Digest digest;
      Status status = Hash(index, buffer, &digest);
      if (!status.ok()) {
        std::lock_guard lock(mutex_);
        if (index < error_index_) {
          error_index_ = index;
          error_ = std::move(status.error());
        }
        StopAt(index);
      } else if (!take(index, digest)) {
        std::lock_guard lock(mutex_);
        StopAt(index);
      }
    }
  }

  void StopAt(uint64_t index) { limit_ = std::min<uint64_t>(limit_, index); }

  Status Hash(uint64_t index, MutableByteSpan buffer, Sha1Digest* digest) {
    uint64_t at = Header::kSize + index * chunk_size_;
    const uint64_t chunk_end = std::min<uint64_t>(end_, at + chunk_size_);
    Sha1 sha;
    while (at < chunk_end) {
      DISM_TRY(job_.CheckCancelled());
      const MutableByteSpan piece =
          buffer.first(static_cast<size_t>(std::min<uint64_t>(buffer.size(), chunk_end - at)));
      DISM_TRY(file_.ReadAt(at, piece));
      sha.Update(piece);
      at += piece.size();
      job_.progress.completed_bytes += piece.size();
    }
    *digest = sha.Finish();
    return Ok();
  }

  const ReadableFile& file_;
  const uint64_t end_;
  const uint32_t chunk_size_;
  JobContext& job_;
  std::atomic<uint64_t> next_{0};
  std::atomic<uint64_t> limit_{0};  // lowered under mutex_
  std::mutex mutex_;
  uint64_t error_index_ = ~uint64_t{0};
  std::optional<Error> error_;  // of the lowest chunk that failed
};

}  // namespace

Result<IntegrityTable> IntegrityTable::Parse(View bytes) {
  if (!bytes.Has(0, kFixedSize)) {
    return Error(ErrorCode::kTruncated, "integrity table", bytes.base() + bytes.size());
  }
  const uint64_t size = bytes.U32(0);
  const uint64_t count = bytes.U32(4);
  IntegrityTable table;
  table.chunk_size = bytes.U32(8);
  if (size != kFixedSize + kDigestSize * count) return bytes.Bad(0, "size of the integrity table");
  if (!bytes.Has(0, size)) {
    return Error(ErrorCode::kTruncated, "integrity table", bytes.base() + bytes.size());
  }
  if (table.chunk_size == 0) return bytes.Bad(8, "chunk size of the integrity table");
  table.digests.resize(static_cast<size_t>(count));
  for (size_t i = 0; i < table.digests.size(); ++i) {
    std::memcpy(table.digests[i].data(), bytes.data() + kFixedSize + kDigestSize * i, kDigestSize);
  }
  return table;
}

std::vector<uint8_t> IntegrityTable::Write() const {
  std::vector<uint8_t> out(kFixedSize + kDigestSize * digests.size());
  StoreLe32(out.data(), static_cast<uint32_t>(out.size()));
  StoreLe32(out.data() + 4, static_cast<uint32_t>(digests.size()));
  StoreLe32(out.data() + 8, chunk_size);
  for (size_t i = 0; i < digests.size(); ++i) {
    std::memcpy(out.data() + kFixedSize + kDigestSize * i, digests[i].data(), kDigestSize);
  }
  return out;
}

Result<IntegrityTable> ComputeIntegrity(const ReadableFile& file, uint64_t end, const IntegrityTable* old,
                                        uint64_t old_end, JobContext& job) {
  IntegrityTable table;
  if (old != nullptr && old->chunk_size >= kSmallestSaneChunk && old->chunk_size <= kLargestSaneChunk) {
    table.chunk_size = old->chunk_size;
  } else {
    old = nullptr;
  }
  const uint64_t count = ChunkCount(end, table.chunk_size);
  // The table stores its own size in 32 bits.
  if (count > (UINT32_MAX - kFixedSize) / kDigestSize) {
    return Error(ErrorCode::kLimitExceeded, "the integrity table would exceed 4 GiB");
  }
  uint64_t kept = 0;
  if (old != nullptr) {
    const uint64_t unchanged = std::min(end, old_end);
    const uint64_t whole = unchanged > Header::kSize ? (unchanged - Header::kSize) / table.chunk_size : 0;
    kept = std::min<uint64_t>(whole, old->digests.size());
    table.digests.assign(old->digests.begin(), old->digests.begin() + static_cast<std::ptrdiff_t>(kept));
  }
  table.digests.resize(static_cast<size_t>(count));
  const uint64_t begin = Header::kSize + kept * table.chunk_size;
  job.progress.Begin("Calculating integrity", end > begin ? end - begin : 0, 0);
  ChunkHasher hasher(file, end, table.chunk_size, job);
  DISM_TRY(hasher.Run(kept, count, [&](uint64_t index, const Sha1Digest& digest) {
    table.digests[static_cast<size_t>(index)] = digest;
    return true;
  }));
  return table;
}

Status CheckIntegrity(const ReadableFile& file, uint64_t end, const IntegrityTable& table, JobContext& job) {
  const uint64_t count = table.chunk_size == 0 ? 0 : ChunkCount(end, table.chunk_size);
  if (table.chunk_size == 0 || count != table.digests.size()) {
    return Error(ErrorCode::kCorrupt, "number of digests in the integrity table").At(file.path());
  }
  job.progress.Begin("Verifying integrity", end > Header::kSize ? end - Header::kSize : 0, 0);
  std::mutex mutex;
  uint64_t first_bad = count;
  ChunkHasher hasher(file, end, table.chunk_size, job);
  DISM_TRY(hasher.Run(0, count, [&](uint64_t index, const Sha1Digest& digest) {
    if (digest == table.digests[static_cast<size_t>(index)]) return true;
    std::lock_guard lock(mutex);
    first_bad = std::min(first_bad, index);
    return false;
  }));
  if (first_bad == count) return Ok();
  return Error(ErrorCode::kIntegrityFailure, "chunk " + std::to_string(first_bad + 1) + " of " + std::to_string(count),
               Header::kSize + first_bad * table.chunk_size)
      .At(file.path());
}

}  // namespace dism::wim
