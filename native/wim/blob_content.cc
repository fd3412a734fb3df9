#include "wim/blob_content.h"

#include <algorithm>
#include <condition_variable>
#include <list>
#include <mutex>
#include <tuple>

#include "base/buffer.h"
#include "wim/chunks.h"

namespace dism::wim {
namespace {

using SharedBytes = std::shared_ptr<std::vector<uint8_t>>;

// What all contents of one source share: decoders, and the last decoded chunks of solid resources.
class Source {
 public:
  Source(const WimReader& reader, JobContext& job) : reader_(reader), job_(job) {}

  const WimReader& reader() const { return reader_; }
  DecoderPool& decoders() { return decoders_; }
  const CancelFlag* cancel() const { return &job_.cancel; }

  Result<const ChunkLayout*> SolidLayout(uint32_t solid) {
    std::lock_guard lock(mutex_);
    if (layouts_.size() <= solid) layouts_.resize(solid + 1);
    if (layouts_[solid] == nullptr) {
      const SolidResource& resource = reader_.table().solid_resources[solid];
      DISM_ASSIGN(ChunkLayout layout, ChunkLayout::ReadSolid(*reader_.part_file(resource.part), resource));
      layouts_[solid] = std::make_unique<ChunkLayout>(std::move(layout));
    }
    return layouts_[solid].get();
  }

  // A decoded chunk; the first to ask decodes, others wait for it.
  Result<SharedBytes> SolidChunk(uint32_t solid, uint64_t chunk) {
    DISM_ASSIGN(const ChunkLayout* layout, SolidLayout(solid));
    std::unique_lock lock(mutex_);
    for (;;) {
      auto it = std::find_if(cache_.begin(), cache_.end(),
                             [&](const Entry& e) { return e.solid == solid && e.chunk == chunk; });
      if (it == cache_.end()) break;
      if (it->bytes != nullptr) {
        cache_.splice(cache_.begin(), cache_, it);
        return it->bytes;
      }
      ready_.wait(lock);
    }
    // Chunks still in use stay alive with their readers; the list itself keeps two, the current and the one before.
    while (cache_.size() >= 2 && cache_.back().bytes != nullptr) cache_.pop_back();
    cache_.push_front({solid, chunk, nullptr});
    const auto entry = cache_.begin();
    lock.unlock();
    auto bytes = std::make_shared<std::vector<uint8_t>>();
    Status status = Decode(*layout, solid, chunk, bytes.get());
    lock.lock();
    if (status.ok()) {
      entry->bytes = bytes;
    } else {
      cache_.erase(entry);
    }
    ready_.notify_all();
    if (!status.ok()) return std::move(status.error());
    return bytes;
  }

 private:
  struct Entry {
    uint32_t solid;
    uint64_t chunk;
    SharedBytes bytes;
  };

  Status Decode(const ChunkLayout& layout, uint32_t solid, uint64_t chunk, std::vector<uint8_t>* out) {
    const ReadableFile& file = *reader_.part_file(reader_.table().solid_resources[solid].part);
    if (layout.OriginalSize(chunk) > job_.memory_budget) {
      return Error(ErrorCode::kLimitExceeded, "a solid chunk does not fit into the memory budget",
                   layout.offsets[chunk])
          .At(file.path());
    }
    std::vector<uint8_t> stored(layout.StoredSize(chunk));
    DISM_TRY(file.ReadAt(layout.offsets[chunk], stored));
    out->resize(layout.OriginalSize(chunk));
    std::unique_ptr<codec::Decoder> decoder = decoders_.Take(layout.format, layout.chunk_size);
    Status status = DecodeChunk(decoder.get(), stored, *out, layout.offsets[chunk], cancel());
    decoders_.Give(layout.format, layout.chunk_size, std::move(decoder));
    if (!status.ok()) return std::move(status.error()).At(file.path());
    return Ok();
  }

  const WimReader& reader_;
  JobContext& job_;
  DecoderPool decoders_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::vector<std::unique_ptr<ChunkLayout>> layouts_;
  std::list<Entry> cache_;
};

class BlobContentReader final : public ContentReader {
 public:
  BlobContentReader(Source& source, const Blob& blob) : source_(source), blob_(blob) {}

  Status Prepare() {
    if (blob_.solid != kNotSolid || (blob_.resource.flags & kResourceCompressed) == 0) return Ok();
    const Header& header = source_.reader().header();
    DISM_ASSIGN(layout_, ChunkLayout::ReadNormal(*source_.reader().part_file(blob_.part), blob_.resource,
                                                 header.format(), header.chunk_size));
    return Ok();
  }

  Status ReadAt(uint64_t offset, MutableByteSpan out) override {
    if (blob_.solid != kNotSolid) return ReadSolid(offset, out);
    const ReadableFile& file = *source_.reader().part_file(blob_.part);
    if (layout_.offsets.empty()) return file.ReadAt(blob_.resource.offset + offset, out);
    std::unique_ptr<codec::Decoder> decoder = source_.decoders().Take(layout_.format, layout_.chunk_size);
    Status status;
    while (status.ok() && !out.empty()) {
      const uint64_t chunk = offset / layout_.chunk_size;
      const size_t skip = static_cast<size_t>(offset - chunk * layout_.chunk_size);
      const size_t size = layout_.OriginalSize(chunk);
      const size_t take = std::min(size - skip, out.size());
      const MutableByteSpan stored = stored_.Get(layout_.StoredSize(chunk));
      status = file.ReadAt(layout_.offsets[chunk], stored);
      if (!status.ok()) break;
      if (skip == 0 && take == size) {
        status = DecodeChunk(decoder.get(), stored, out.first(size), layout_.offsets[chunk], source_.cancel());
      } else {
        const MutableByteSpan whole = decoded_.Get(size);
        status = DecodeChunk(decoder.get(), stored, whole, layout_.offsets[chunk], source_.cancel());
        if (status.ok()) std::copy_n(whole.begin() + static_cast<ptrdiff_t>(skip), take, out.begin());
      }
      out = out.subspan(take);
      offset += take;
    }
    source_.decoders().Give(layout_.format, layout_.chunk_size, std::move(decoder));
    return status;
  }

 private:
  Status ReadSolid(uint64_t offset, MutableByteSpan out) {
    const SolidResource& solid = source_.reader().table().solid_resources[blob_.solid];
    while (!out.empty()) {
      const uint64_t at = blob_.solid_offset + offset;
      const uint64_t chunk = at / solid.chunk_size;
      DISM_ASSIGN(const SharedBytes bytes, source_.SolidChunk(blob_.solid, chunk));
      const size_t skip = static_cast<size_t>(at - chunk * solid.chunk_size);
      const size_t take = std::min(bytes->size() - skip, out.size());
      std::copy_n(bytes->begin() + static_cast<ptrdiff_t>(skip), take, out.begin());
      out = out.subspan(take);
      offset += take;
    }
    return Ok();
  }

  Source& source_;
  const Blob& blob_;
  ChunkLayout layout_;
  Buffer stored_;
  Buffer decoded_;
};

class BlobContent final : public Content {
 public:
  BlobContent(std::shared_ptr<Source> source, const Blob& blob) : source_(std::move(source)), blob_(blob) {}
  uint64_t size() const override { return blob_.size; }
  std::string path() const override { return source_->reader().path(); }
  Result<std::unique_ptr<ContentReader>> Open() const override {
    auto reader = std::make_unique<BlobContentReader>(*source_, blob_);
    DISM_TRY(reader->Prepare());
    return std::unique_ptr<ContentReader>(std::move(reader));
  }

 private:
  std::shared_ptr<Source> source_;
  const Blob& blob_;
};

}  // namespace

std::vector<PendingContent> ContentsOfBlobs(const WimReader& source, const std::vector<uint32_t>& blobs,
                                            JobContext& job) {
  std::vector<uint32_t> sorted = blobs;
  std::sort(sorted.begin(), sorted.end(), [&](uint32_t a, uint32_t b) {
    const Blob &x = source.table().blobs()[a], &y = source.table().blobs()[b];
    return std::tie(x.part, x.solid, x.solid_offset, x.resource.offset) <
           std::tie(y.part, y.solid, y.solid_offset, y.resource.offset);
  });
  auto shared = std::make_shared<Source>(source, job);
  std::vector<PendingContent> contents(sorted.size());
  for (size_t i = 0; i < sorted.size(); ++i) {
    contents[i].content = std::make_unique<BlobContent>(shared, source.table().blobs()[sorted[i]]);
  }
  return contents;
}

}  // namespace dism::wim
