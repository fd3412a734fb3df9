// Work is cut into units that threads take in file order: a batch of small blobs, a segment of a large blob, or a chunk of
// a solid resource. A blob that spans several units is a Stream: its pieces go to the consumer as they come, its digest is
// computed in order; a thread that is ahead waits for its turn. No deadlock: units are taken in order, so the unit that
// everybody waits for is always being worked on.
#include "wim/blob_reader.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <tuple>

#include "base/buffer.h"
#include "hash/sha1.h"
#include "wim/chunks.h"

namespace dism::wim {
namespace {

// One read and one decode buffer of this size a thread: large enough that system calls vanish, small enough for L2.
constexpr uint64_t kBatchBytes = 1 << 20;
constexpr size_t kBatchCount = 512;
constexpr uint64_t kMaxGap = 64 << 10;  // reading over dead bytes is cheaper than another system call
constexpr uint64_t kSegmentBytes = 2 << 20;

// A blob delivered in pieces.
struct Stream {
  size_t request = 0;
  const Blob* blob = nullptr;
  ChunkLayout layout;  // non-solid compressed
  bool compressed = false;
  uint64_t segments = 0;  // how many units hold a part of it
  std::mutex mutex;
  std::condition_variable turn;
  bool begun = false;
  uint64_t next = 0;  // the segment whose turn it is to be hashed
  Sha1 sha;
  std::optional<Error> error;  // the first one
};

// A part of a decoded solid chunk that belongs to one request.
struct Slice {
  size_t request;
  Stream* stream;        // nullptr: the whole blob lies in the chunk
  uint64_t segment = 0;  // of the stream
  uint64_t blob_offset = 0;
  uint32_t start = 0;  // in the chunk
  uint32_t size = 0;
};

struct Unit {
  enum class Kind : uint8_t { kBatch, kSegment, kSolidChunk };
  Kind kind = Kind::kBatch;
  // kBatch: range of sorted_; kSegment: first = segment; kSolidChunk: first = chunk, solid = index
  uint64_t first = 0;
  uint64_t last = 0;
  uint32_t solid = 0;
  Stream* stream = nullptr;
  std::vector<Slice> slices;
};

class Engine {
 public:
  Engine(const WimReader& reader, std::span<const uint32_t> blobs, BlobConsumer& consumer, JobContext& job)
      : reader_(reader), requests_(blobs), consumer_(consumer), job_(job) {}

  Status Run() {
    if (!reader_.is_complete()) {
      return Error(ErrorCode::kSplitSetIncomplete, "not all parts of the split set are there").At(reader_.path());
    }
    DISM_TRY(Plan());
    const unsigned threads = static_cast<unsigned>(std::min<size_t>(ThreadLimit(), std::max<size_t>(units_.size(), 1)));
    {
      TaskGroup group(*job_.pool, threads);
      for (unsigned i = 0; i < threads; ++i) group.Submit([this] { Work(); });
    }
    std::lock_guard lock(mutex_);
    if (fatal_) return std::move(*fatal_);
    return job_.CheckCancelled();
  }

 private:
  const Blob& BlobOf(size_t request) const { return reader_.table().blobs()[requests_[request]]; }

  unsigned ThreadLimit() const {
    unsigned threads = job_.thread_count();
    // Every thread holds a decoded and a stored chunk of a solid resource.
    if (largest_solid_chunk_ > 0) {
      const uint64_t fit = std::max<uint64_t>(1, job_.memory_budget / (2 * largest_solid_chunk_));
      threads = static_cast<unsigned>(std::min<uint64_t>(threads, fit));
    }
    return std::max(1u, threads);
  }

  Status Plan() {
    std::vector<uint32_t> solid;
    for (size_t i = 0; i < requests_.size(); ++i) {
      (BlobOf(i).solid == kNotSolid ? sorted_ : solid).push_back(static_cast<uint32_t>(i));
    }
    std::sort(sorted_.begin(), sorted_.end(), [this](uint32_t a, uint32_t b) {
      const Blob &x = BlobOf(a), &y = BlobOf(b);
      return std::tie(x.part, x.resource.offset, a) < std::tie(y.part, y.resource.offset, b);
    });
    for (size_t i = 0; i < sorted_.size();) {
      if (BlobOf(sorted_[i]).size > kWholeBlobLimit) {
        DISM_TRY(PlanLarge(sorted_[i]));
        ++i;
        continue;
      }
      const Blob& first = BlobOf(sorted_[i]);
      uint64_t total = 0, end = first.resource.offset;
      size_t last = i;
      for (; last < sorted_.size() && last - i < kBatchCount; ++last) {
        const Blob& blob = BlobOf(sorted_[last]);
        if (blob.size > kWholeBlobLimit || blob.part != first.part) break;
        if (last > i && (blob.resource.offset > end + kMaxGap || total + blob.size > kBatchBytes)) break;
        total += blob.size;
        end = std::max(end, blob.resource.offset + blob.resource.stored_size);
      }
      Unit unit;
      unit.kind = Unit::Kind::kBatch;
      unit.first = i;
      unit.last = last;
      units_.push_back(std::move(unit));
      i = last;
    }
    return PlanSolid(std::move(solid));
  }

  Status PlanLarge(uint32_t request) {
    Stream& stream = streams_.emplace_back();
    stream.request = request;
    stream.blob = &BlobOf(request);
    stream.compressed = (stream.blob->resource.flags & kResourceCompressed) != 0;
    uint64_t segment_bytes = kSegmentBytes;
    if (stream.compressed) {
      const ReadableFile& file = *reader_.part_file(stream.blob->part);
      auto layout =
          ChunkLayout::ReadNormal(file, stream.blob->resource, reader_.header().format(), reader_.header().chunk_size);
      if (!layout.ok()) return consumer_.Failed(request, layout.error());
      stream.layout = std::move(*layout);
      segment_bytes = std::max<uint64_t>(kSegmentBytes, stream.layout.chunk_size);
    }
    stream.segments = ChunkCount(stream.blob->size, static_cast<uint32_t>(segment_bytes));
    for (uint64_t i = 0; i < stream.segments; ++i) {
      Unit unit;
      unit.kind = Unit::Kind::kSegment;
      unit.first = i;
      unit.last = segment_bytes;
      unit.stream = &stream;
      units_.push_back(std::move(unit));
    }
    return Ok();
  }

  Status PlanSolid(std::vector<uint32_t> requests) {
    std::sort(requests.begin(), requests.end(), [this](uint32_t a, uint32_t b) {
      const Blob &x = BlobOf(a), &y = BlobOf(b);
      return std::tie(x.solid, x.solid_offset, a) < std::tie(y.solid, y.solid_offset, b);
    });
    for (uint32_t request : requests) {
      const Blob& blob = BlobOf(request);
      const SolidResource& solid = reader_.table().solid_resources[blob.solid];
      if (solid_layouts_.size() <= blob.solid) solid_layouts_.resize(blob.solid + 1);
      if (solid_layouts_[blob.solid].offsets.empty()) {
        DISM_ASSIGN(solid_layouts_[blob.solid], ChunkLayout::ReadSolid(*reader_.part_file(solid.part), solid));
        const uint64_t chunk = std::min<uint64_t>(solid.chunk_size, solid.uncompressed_size);
        if (chunk > job_.memory_budget) {
          return Error(ErrorCode::kLimitExceeded,
                       "a chunk of " + std::to_string(chunk) + " bytes does not fit into the memory budget",
                       solid.header.offset)
              .At(reader_.path());
        }
        largest_solid_chunk_ = std::max(largest_solid_chunk_, chunk);
      }
      const uint64_t first = blob.solid_offset / solid.chunk_size;
      const uint64_t last = (blob.solid_offset + blob.size - 1) / solid.chunk_size;
      Stream* stream = nullptr;
      if (first != last) {
        stream = &streams_.emplace_back();
        stream->request = request;
        stream->blob = &blob;
        stream->segments = last - first + 1;
      }
      uint64_t blob_offset = 0;
      for (uint64_t chunk = first; chunk <= last; ++chunk) {
        if (units_.empty() || units_.back().kind != Unit::Kind::kSolidChunk || units_.back().solid != blob.solid ||
            units_.back().first != chunk) {
          Unit unit;
          unit.kind = Unit::Kind::kSolidChunk;
          unit.first = chunk;
          unit.solid = blob.solid;
          units_.push_back(std::move(unit));
        }
        const uint64_t start = chunk == first ? blob.solid_offset - chunk * solid.chunk_size : 0;
        const uint64_t size = std::min<uint64_t>(solid.chunk_size - start, blob.size - blob_offset);
        units_.back().slices.push_back(
            {request, stream, chunk - first, blob_offset, static_cast<uint32_t>(start), static_cast<uint32_t>(size)});
        blob_offset += size;
      }
    }
    return Ok();
  }

  struct Worker {
    Buffer stored;
    Buffer decoded;
    ChunkLayout layout;
  };

  void Work() {
    Worker worker;
    while (!stop_.load(std::memory_order_relaxed)) {
      const size_t index = next_unit_.fetch_add(1);
      if (index >= units_.size()) return;
      if (job_.cancel.IsSet()) {
        Stop(Error(ErrorCode::kCancelled));
        return;
      }
      Unit& unit = units_[index];
      Status status = unit.kind == Unit::Kind::kBatch     ? DoBatch(unit, worker)
                      : unit.kind == Unit::Kind::kSegment ? DoSegment(unit, worker)
                                                          : DoSolidChunk(unit, worker);
      if (!status.ok()) {
        Stop(std::move(status.error()));
        return;
      }
    }
  }

  void Stop(Error error) {
    {
      std::lock_guard lock(mutex_);
      if (!fatal_) fatal_.emplace(std::move(error));
    }
    stop_ = true;
    for (Stream& stream : streams_) {
      std::lock_guard lock(stream.mutex);
      stream.turn.notify_all();
    }
  }

  Status Fail(size_t request, Error error) {
    if (error.code == ErrorCode::kCancelled) return error;
    error.At(reader_.path());
    return consumer_.Failed(request, error);
  }

  Status Finish(size_t request, ByteSpan data) {
    const Blob& blob = BlobOf(request);
    if (Sha1::Of(data) != blob.digest) return Fail(request, DigestError(blob));
    Status status = consumer_.Whole(request, data);
    job_.progress.completed_bytes.fetch_add(data.size(), std::memory_order_relaxed);
    job_.progress.completed_items.fetch_add(1, std::memory_order_relaxed);
    return status.ok() ? Ok() : Fail(request, std::move(status.error()));
  }

  static Error DigestError(const Blob& blob) {
    return Error(ErrorCode::kHashMismatch, "the content does not match its SHA-1 digest",
                 blob.solid == kNotSolid ? blob.resource.offset : kNoOffset);
  }

  Status DoBatch(const Unit& unit, Worker& worker) {
    const Blob& first = BlobOf(sorted_[unit.first]);
    const uint64_t start = first.resource.offset;
    uint64_t end = start;
    for (uint64_t i = unit.first; i < unit.last; ++i) {
      const ResourceHeader& resource = BlobOf(sorted_[i]).resource;
      end = std::max(end, resource.offset + resource.stored_size);
    }
    const ReadableFile& file = *reader_.part_file(first.part);
    const MutableByteSpan stored = worker.stored.Get(static_cast<size_t>(end - start));
    Status read = file.ReadAt(start, stored);
    std::unique_ptr<codec::Decoder> decoder;
    for (uint64_t i = unit.first; i < unit.last; ++i) {
      const uint32_t request = sorted_[i];
      const Blob& blob = BlobOf(request);
      if (!read.ok()) {
        DISM_TRY(Fail(request, Error(read.error())));
        continue;
      }
      const ByteSpan bytes = ByteSpan(stored).subspan(static_cast<size_t>(blob.resource.offset - start),
                                                      static_cast<size_t>(blob.resource.stored_size));
      if ((blob.resource.flags & kResourceCompressed) == 0) {
        DISM_TRY(Finish(request, bytes));
        continue;
      }
      const Header& header = reader_.header();
      if (decoder == nullptr) decoder = decoders_.Take(header.format(), header.chunk_size);
      Status status =
          ChunkLayout::ParseNormal(bytes, blob.resource, header.format(), header.chunk_size, &worker.layout);
      if (status.ok()) {
        const MutableByteSpan out = worker.decoded.Get(static_cast<size_t>(blob.size));
        status = DecodeChunks(decoder.get(), worker.layout, 0, worker.layout.count(), stored, start, out);
        if (status.ok()) {
          DISM_TRY(Finish(request, out));
          continue;
        }
      }
      DISM_TRY(Fail(request, std::move(status.error())));
    }
    decoders_.Give(reader_.header().format(), reader_.header().chunk_size, std::move(decoder));
    return Ok();
  }

  // Decodes chunks [first, last) of `layout`; `stored` holds the file from `stored_offset` on.
  Status DecodeChunks(codec::Decoder* decoder, const ChunkLayout& layout, uint64_t first, uint64_t last,
                      ByteSpan stored, uint64_t stored_offset, MutableByteSpan out) {
    for (uint64_t c = first; c < last; ++c) {
      DISM_TRY(DecodeChunk(decoder,
                           stored.subspan(static_cast<size_t>(layout.offsets[c] - stored_offset), layout.StoredSize(c)),
                           out.subspan(static_cast<size_t>((c - first) * layout.chunk_size), layout.OriginalSize(c)),
                           layout.offsets[c], &job_.cancel));
    }
    return Ok();
  }

  Status DoSegment(const Unit& unit, Worker& worker) {
    Stream& stream = *unit.stream;
    const ReadableFile& file = *reader_.part_file(stream.blob->part);
    const uint64_t start = unit.first * unit.last;
    const size_t size = static_cast<size_t>(std::min(unit.last, stream.blob->size - start));
    Status status;
    ByteSpan data;
    if (!stream.compressed) {
      const MutableByteSpan bytes = worker.stored.Get(size);
      status = file.ReadAt(stream.blob->resource.offset + start, bytes);
      data = bytes;
    } else {
      const ChunkLayout& layout = stream.layout;
      const uint64_t first = start / layout.chunk_size;
      const uint64_t last = ChunkCount(start + size, layout.chunk_size);
      const uint64_t from = layout.offsets[first];
      const MutableByteSpan stored = worker.stored.Get(static_cast<size_t>(layout.offsets[last] - from));
      const MutableByteSpan out = worker.decoded.Get(size);
      status = file.ReadAt(from, stored);
      if (status.ok()) {
        std::unique_ptr<codec::Decoder> decoder = decoders_.Take(layout.format, layout.chunk_size);
        status = DecodeChunks(decoder.get(), layout, first, last, stored, from, out);
        decoders_.Give(layout.format, layout.chunk_size, std::move(decoder));
      }
      data = out;
    }
    return Deliver(stream, unit.first, start, data, std::move(status));
  }

  // One piece of a stream, or the error in its place.
  Status Deliver(Stream& stream, uint64_t segment, uint64_t offset, ByteSpan data, Status status) {
    if (status.ok()) {
      std::lock_guard lock(stream.mutex);
      if (!stream.begun && !stream.error) {
        stream.begun = true;
        status = consumer_.Begin(stream.request);
      } else if (stream.error) {
        data = {};
      }
    }
    if (status.ok() && !data.empty()) status = consumer_.Piece(stream.request, offset, data);
    std::unique_lock lock(stream.mutex);
    if (!status.ok() && !stream.error) stream.error.emplace(std::move(status.error()));
    stream.turn.wait(lock, [&] { return stream.next == segment || stop_.load() || job_.cancel.IsSet(); });
    if (stream.next != segment) return job_.CheckCancelled();
    if (!stream.error) {
      lock.unlock();
      stream.sha.Update(data);
      job_.progress.completed_bytes.fetch_add(data.size(), std::memory_order_relaxed);
      lock.lock();
    }
    ++stream.next;
    stream.turn.notify_all();
    if (stream.next < stream.segments) return Ok();
    lock.unlock();
    job_.progress.completed_items.fetch_add(1, std::memory_order_relaxed);
    if (stream.error) return Fail(stream.request, std::move(*stream.error));
    if (stream.sha.Finish() != stream.blob->digest) return Fail(stream.request, DigestError(*stream.blob));
    Status end = consumer_.End(stream.request);
    return end.ok() ? Ok() : Fail(stream.request, std::move(end.error()));
  }

  Status DoSolidChunk(Unit& unit, Worker& worker) {
    const SolidResource& solid = reader_.table().solid_resources[unit.solid];
    const ChunkLayout& layout = solid_layouts_[unit.solid];
    const ReadableFile& file = *reader_.part_file(solid.part);
    const MutableByteSpan stored = worker.stored.Get(layout.StoredSize(unit.first));
    const MutableByteSpan out = worker.decoded.Get(layout.OriginalSize(unit.first));
    Status status = file.ReadAt(layout.offsets[unit.first], stored);
    if (status.ok()) {
      std::unique_ptr<codec::Decoder> decoder = decoders_.Take(layout.format, layout.chunk_size);
      status = DecodeChunks(decoder.get(), layout, unit.first, unit.first + 1, stored, layout.offsets[unit.first], out);
      decoders_.Give(layout.format, layout.chunk_size, std::move(decoder));
    }
    // First what the next chunk's thread will wait for, last what needs the chunk before.
    std::stable_sort(unit.slices.begin(), unit.slices.end(), [](const Slice& a, const Slice& b) {
      const auto rank = [](const Slice& s) { return s.stream == nullptr ? 1 : s.segment == 0 ? 0 : 2; };
      return rank(a) < rank(b);
    });
    for (const Slice& slice : unit.slices) {
      DISM_TRY(job_.CheckCancelled());
      const ByteSpan data = ByteSpan(out).subspan(slice.start, slice.size);
      Status piece = status.ok() ? Ok() : Status(Error(status.error()));
      if (slice.stream != nullptr) {
        DISM_TRY(Deliver(*slice.stream, slice.segment, slice.blob_offset, data, std::move(piece)));
      } else if (!piece.ok()) {
        DISM_TRY(Fail(slice.request, std::move(piece.error())));
      } else if (slice.size <= kWholeBlobLimit) {
        DISM_TRY(Finish(slice.request, data));
      } else {
        DISM_TRY(DeliverAtOnce(slice.request, data));
      }
    }
    return Ok();
  }

  // A blob over the limit that lies in memory anyway: still in pieces, so that consumers need one way for each kind.
  Status DeliverAtOnce(size_t request, ByteSpan data) {
    const Blob& blob = BlobOf(request);
    if (Sha1::Of(data) != blob.digest) return Fail(request, DigestError(blob));
    Status status = consumer_.Begin(request);
    for (size_t at = 0; status.ok() && at < data.size(); at += kSegmentBytes) {
      const ByteSpan piece = data.subspan(at, std::min<size_t>(kSegmentBytes, data.size() - at));
      status = consumer_.Piece(request, at, piece);
      job_.progress.completed_bytes.fetch_add(piece.size(), std::memory_order_relaxed);
    }
    if (status.ok()) status = consumer_.End(request);
    job_.progress.completed_items.fetch_add(1, std::memory_order_relaxed);
    return status.ok() ? Ok() : Fail(request, std::move(status.error()));
  }

  const WimReader& reader_;
  const std::span<const uint32_t> requests_;
  BlobConsumer& consumer_;
  JobContext& job_;
  std::vector<uint32_t> sorted_;  // non-solid requests by position
  std::deque<Stream> streams_;    // stable addresses
  std::vector<Unit> units_;
  std::vector<ChunkLayout> solid_layouts_;
  uint64_t largest_solid_chunk_ = 0;
  DecoderPool decoders_;
  std::atomic<size_t> next_unit_{0};
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::optional<Error> fatal_;
};

}  // namespace

Status ReadBlobs(const WimReader& reader, std::span<const uint32_t> blobs, BlobConsumer& consumer, JobContext& job) {
  return Engine(reader, blobs, consumer, job).Run();
}

}  // namespace dism::wim
