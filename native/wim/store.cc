// Contents are cut into batches: many small ones, or a segment of a large one. A batch is read (any thread, any order),
// decided (in order: is the content known?), compressed (any thread), placed (in order: offsets are handed out) and
// written (any thread). A thread that finds no work of a later stage starts another batch, until too many are under way.
// What is decided and placed in order depends on the contents alone: that is why the output does not depend on threads.
#include "wim/store.h"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <numeric>
#include <optional>
#include <unordered_map>

#include "base/buffer.h"
#include "base/large_array.h"
#include "wim/chunks.h"
#include "wim/compress_resource.h"

namespace dism::wim {

namespace {

// Contents up to this size are read whole. More would save the second pass over files of equal size, but costs memory.
constexpr uint64_t kSmallContent = 2 << 20;
constexpr uint64_t kBatchBytes = 1 << 20;
constexpr size_t kBatchCount = 1024;
constexpr uint64_t kSegmentBytes = 2 << 20;
constexpr size_t kNoBlob = ~size_t{0};

// A content that takes several batches.
struct Large {
  size_t content = 0;
  uint64_t size = 0;
  uint64_t segments = 0;
  bool compressed = false;
  // Touched in order (decide stage).
  Sha1 sha;
  bool failed = false;
  bool duplicate = false;                  // known before it was stored: its segments are dropped
  std::optional<Sha1Digest> known_digest;  // from a first pass, when another content has the same size
  uint64_t solid_offset = 0;
  // Touched in order (place stage), under the lock.
  uint64_t offset = 0;
  uint64_t stored = 0;  // chunk data placed so far
  std::vector<uint64_t> chunk_ends;
  bool any_compressed = false;
  uint64_t placed = 0;
  uint64_t written = 0;
  size_t blob = kNoBlob;
};

struct Piece {
  size_t content = 0;
  uint64_t offset = 0;  // in the content
  size_t start = 0;     // in Batch::data
  size_t size = 0;
  Sha1Digest digest{};
  bool failed = false;
  bool store = false;       // decided: to be compressed and written
  size_t blob = kNoBlob;    // in the table
  bool raw = true;          // written as it is, from Batch::data
  size_t output_start = 0;  // in Batch::output, when not raw
  size_t output_size = 0;
  std::vector<uint32_t> chunk_sizes;  // of a large content
};

struct Batch {
  uint64_t sequence = 0;
  size_t first = 0, last = 0;  // contents in order_ (small)
  Large* large = nullptr;
  uint64_t segment = 0;
  std::vector<Piece> pieces;
  Buffer data;
  Buffer output;
};

// A full chunk of the solid resource.
struct SolidChunk {
  uint64_t sequence = 0;
  LargeArray<uint8_t> data;  // let go of when `output` holds the chunk
  size_t size = 0;
  std::vector<uint8_t> output;  // empty: raw
};

class Store {
 public:
  Store(const StoreTarget& target, std::vector<PendingContent>& contents, const std::vector<bool>& uncompressed,
        JobContext& job)
      : target_(target),
        contents_(contents),
        uncompressed_(uncompressed),
        job_(job),
        encoders_(target.format, target.solid ? target.solid_chunk_size : target.chunk_size, target.level) {}

  Status Run() {
    Plan();
    BeginSolid();
    const unsigned threads = ThreadLimit();
    {
      TaskGroup group(*job_.pool, threads);
      for (unsigned i = 0; i < threads; ++i) group.Submit([this] { Work(); });
    }
    if (fatal_) return std::move(*fatal_);
    DISM_TRY(job_.CheckCancelled());
    return FinishSolid();
  }

 private:
  bool IsCompressed(size_t content) const {
    return target_.format != codec::Format::kNone && (uncompressed_.empty() || !uncompressed_[content]);
  }
  uint64_t SegmentBytes() const { return std::max<uint64_t>(kSegmentBytes, target_.chunk_size); }

  unsigned ThreadLimit() {
    unsigned threads = job_.thread_count();
    const codec::CodecOps* codec = codec::FindCodec(target_.format);
    const uint64_t chunk = target_.solid ? target_.solid_chunk_size : target_.chunk_size;
    const uint64_t encoder = codec == nullptr ? 0 : codec->encoder_memory(static_cast<uint32_t>(chunk), target_.level);
    // A solid chunk is encoded where it was collected, which the encoder's memory includes, and seldom leaves more than
    // half of its size.
    const uint64_t each = encoder + (target_.solid ? chunk / 2 : 4 * SegmentBytes());
    threads = static_cast<unsigned>(std::max<uint64_t>(1, std::min<uint64_t>(threads, job_.memory_budget / each)));
    const uint64_t spare = job_.memory_budget - std::min<uint64_t>(job_.memory_budget, threads * encoder);
    limit_ = static_cast<size_t>(std::clamp<uint64_t>(spare / (2 * SegmentBytes()), threads + 1, 4 * threads));
    solid_limit_ = threads + 2;
    return threads;
  }

  // Like beside like: in a solid resource neighbours share a window. By extension, then by name, then as given.
  void SortForSolid() {
    const auto key = [](const std::string& path) {
      const size_t slash = path.rfind('/');
      const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
      const size_t dot = name.rfind('.');
      std::string extension = dot == std::string::npos ? "" : name.substr(dot);
      std::transform(extension.begin(), extension.end(), extension.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
      return std::make_pair(extension, name);
    };
    std::vector<std::pair<std::string, std::string>> keys;
    keys.reserve(contents_.size());
    for (const PendingContent& pending : contents_) keys.push_back(key(pending.content->path()));
    std::stable_sort(order_.begin(), order_.end(), [&](uint32_t a, uint32_t b) { return keys[a] < keys[b]; });
  }

  void Plan() {
    target_.table->Reserve(target_.table->blobs().size() + contents_.size());
    order_.resize(contents_.size());
    std::iota(order_.begin(), order_.end(), 0u);
    if (target_.solid) SortForSolid();
    std::unordered_map<uint64_t, uint32_t> large_sizes;
    for (const PendingContent& pending : contents_) {
      if (pending.content->size() > kSmallContent) ++large_sizes[pending.content->size()];
    }
    if (!large_sizes.empty()) {
      for (const Blob& blob : target_.table->blobs()) {
        const auto it = large_sizes.find(blob.size);
        if (it != large_sizes.end()) ++it->second;
      }
    }
    same_size_ = std::move(large_sizes);
    for (size_t i = 0; i < order_.size();) {
      const uint64_t size = contents_[order_[i]].content->size();
      if (size > kSmallContent) {
        Large& large = larges_.emplace_back();
        large.content = order_[i];
        large.size = size;
        large.segments = ChunkCount(size, static_cast<uint32_t>(SegmentBytes()));
        large.compressed = IsCompressed(order_[i]);
        for (uint64_t s = 0; s < large.segments; ++s) plan_.push_back({i, i + 1, &large, s});
        ++i;
        continue;
      }
      uint64_t total = 0;
      size_t last = i;
      while (last < order_.size() && last - i < kBatchCount) {
        const uint64_t next = contents_[order_[last]].content->size();
        if (next > kSmallContent || (last > i && total + next > kBatchBytes)) break;
        total += next;
        ++last;
      }
      plan_.push_back({i, last, nullptr, 0});
      i = last;
    }
  }

  // ---- scheduling: everything below `mutex_` ----

  void Work() {
    std::unique_lock lock(mutex_);
    while (!fatal_) {
      if (job_.cancel.IsSet()) {
        Stop(Error(ErrorCode::kCancelled));
        return;
      }
      if (!solid_queue_.empty()) {
        SolidChunk chunk = std::move(solid_queue_.front());
        solid_queue_.pop_front();
        CompressSolid(std::move(chunk), lock);
      } else if (!compress_queue_.empty()) {
        std::unique_ptr<Batch> batch = std::move(compress_queue_.front());
        compress_queue_.pop_front();
        Compress(std::move(batch), lock);
      } else if (next_read_ < plan_.size() && in_flight_ < limit_ && solid_in_flight_ < solid_limit_) {
        Read(lock);
      } else if (finished_ == plan_.size()) {
        if (target_.solid && !solid_flushed_) {
          solid_flushed_ = true;
          if (solid_fill_ > 0) PushSolidChunk();
          continue;
        }
        if (solid_in_flight_ == 0) return;
        wake_.wait(lock);
      } else {
        wake_.wait(lock);
      }
    }
  }

  void Stop(Error error) {
    if (!fatal_) fatal_.emplace(std::move(error));
    wake_.notify_all();
  }

  // ---- read and hash ----

  void Read(std::unique_lock<std::mutex>& lock) {
    auto batch = std::make_unique<Batch>();
    batch->sequence = next_read_++;
    const Planned& planned = plan_[batch->sequence];
    batch->first = planned.first;
    batch->last = planned.last;
    batch->large = planned.large;
    batch->segment = planned.segment;
    ++in_flight_;
    lock.unlock();
    if (batch->large != nullptr) {
      ReadSegment(*batch);
    } else {
      ReadSmall(*batch);
    }
    lock.lock();
    to_decide_.emplace(batch->sequence, std::move(batch));
    Decide(lock);
  }

  void ReadSmall(Batch& batch) {
    uint64_t total = 0;
    for (size_t i = batch.first; i < batch.last; ++i) total += contents_[order_[i]].content->size();
    const MutableByteSpan data = batch.data.Get(static_cast<size_t>(total));
    batch.pieces.resize(batch.last - batch.first);
    size_t at = 0;
    for (size_t i = batch.first; i < batch.last; ++i) {
      Piece& piece = batch.pieces[i - batch.first];
      piece.content = order_[i];
      piece.start = at;
      piece.size = static_cast<size_t>(contents_[piece.content].content->size());
      if (job_.cancel.IsSet()) {
        piece.failed = true;
        continue;
      }
      Status status = ReadContent(*contents_[piece.content].content, 0, data.subspan(at, piece.size));
      if (status.ok()) {
        piece.digest = Sha1::Of(data.subspan(at, piece.size));
        at += piece.size;
      } else {
        piece.failed = true;
        WarnContent(piece.content, status.error());
      }
    }
  }

  static Status ReadContent(const Content& content, uint64_t offset, MutableByteSpan out) {
    DISM_ASSIGN(const std::unique_ptr<ContentReader> reader, content.Open());
    DISM_TRY(reader->ReadAt(offset, out));
    return reader->CheckUnchanged();
  }

  void WarnContent(size_t content, const Error& error) {
    if (error.code != ErrorCode::kCancelled) job_.Warn(error, contents_[content].content->path());
  }

  void ReadSegment(Batch& batch) {
    Large& large = *batch.large;
    const Content& content = *contents_[large.content].content;
    Piece& piece = batch.pieces.emplace_back();
    piece.content = large.content;
    piece.offset = batch.segment * SegmentBytes();
    piece.size = static_cast<size_t>(std::min(SegmentBytes(), large.size - piece.offset));
    Status status;
    // A file of the same size may be the same file: hash it first, compressing costs more than reading twice.
    if (batch.segment == 0 && same_size_.find(large.size)->second > 1) {
      auto digest = HashWhole(content);
      if (digest.ok()) {
        large.known_digest = *digest;
      } else {
        status = std::move(digest.error());
      }
    }
    if (status.ok()) status = ReadContent(content, piece.offset, batch.data.Get(piece.size));
    if (!status.ok()) {
      piece.failed = true;
      WarnContent(large.content, status.error());
    }
  }

  Result<Sha1Digest> HashWhole(const Content& content) {
    DISM_ASSIGN(const std::unique_ptr<ContentReader> reader, content.Open());
    Buffer buffer;
    Sha1 sha;
    for (uint64_t at = 0; at < content.size(); at += kSegmentBytes) {
      DISM_TRY(job_.CheckCancelled());
      const MutableByteSpan bytes = buffer.Get(static_cast<size_t>(std::min(kSegmentBytes, content.size() - at)));
      DISM_TRY(reader->ReadAt(at, bytes));
      sha.Update(bytes);
    }
    DISM_TRY(reader->CheckUnchanged());
    return sha.Finish();
  }

  // ---- decide, in order; one thread at a time, which releases the lock for the hashing of large contents ----

  void Decide(std::unique_lock<std::mutex>& lock) {
    if (deciding_) return;
    deciding_ = true;
    while (!to_decide_.empty() && to_decide_.begin()->first == next_decide_) {
      std::unique_ptr<Batch> batch = std::move(to_decide_.begin()->second);
      to_decide_.erase(to_decide_.begin());
      ++next_decide_;
      if (batch->large != nullptr) {
        DecideSegment(*batch, lock);
      } else {
        for (Piece& piece : batch->pieces) DecideSmall(piece);
      }
      if (target_.solid) AppendSolid(*batch, lock);
      compress_queue_.push_back(std::move(batch));
      wake_.notify_all();
    }
    deciding_ = false;
  }

  void DecideSmall(Piece& piece) {
    PendingContent& pending = contents_[piece.content];
    pending.digest = piece.digest;
    pending.failed = piece.failed;
    if (piece.failed || target_.table->Find(piece.digest) >= 0) return;
    piece.store = true;
    piece.blob = AddBlob(piece.digest, piece.size);
  }

  size_t AddBlob(const Sha1Digest& digest, uint64_t size) {
    Blob blob;
    blob.digest = digest;
    blob.size = size;
    return target_.table->Add(blob);
  }

  void DecideSegment(Batch& batch, std::unique_lock<std::mutex>& lock) {
    Large& large = *batch.large;
    Piece& piece = batch.pieces[0];
    if (batch.segment == 0 && large.known_digest && !piece.failed) {
      // Contents before this one are decided as a whole: an equal one is in the table by now.
      large.duplicate = target_.table->Find(*large.known_digest) >= 0;
    }
    large.failed |= piece.failed;
    const bool last = batch.segment + 1 == large.segments;
    if (!large.failed && !large.duplicate) {
      piece.store = true;
      lock.unlock();
      large.sha.Update(batch.data.Get(piece.size));
      lock.lock();
    }
    if (!last) return;
    PendingContent& pending = contents_[large.content];
    if (large.failed) {
      pending.failed = true;
      return;
    }
    pending.digest = large.duplicate ? *large.known_digest : large.sha.Finish();
    // Found although it was stored: the file changed between the two passes. Then this copy is dead space.
    if (!large.duplicate && target_.table->Find(pending.digest) < 0) large.blob = AddBlob(pending.digest, large.size);
  }

  // ---- compress ----

  void Compress(std::unique_ptr<Batch> batch, std::unique_lock<std::mutex>& lock) {
    if (!target_.solid) {
      lock.unlock();
      CompressBatch(*batch);
      lock.lock();
    }
    to_place_.emplace(batch->sequence, std::move(batch));
    Place(lock);
  }

  void CompressBatch(Batch& batch) {
    size_t worst = 0;
    for (const Piece& piece : batch.pieces) {
      if (piece.store && IsCompressed(piece.content)) {
        worst += piece.size + static_cast<size_t>(ChunkTableSize(piece.size, target_.chunk_size));
      }
    }
    if (worst == 0) return;
    const MutableByteSpan output = batch.output.Get(worst);
    std::unique_ptr<codec::Encoder> encoder = encoders_.Take();
    size_t at = 0;
    for (Piece& piece : batch.pieces) {
      if (!piece.store || !IsCompressed(piece.content)) continue;
      const ByteSpan data = ByteSpan(batch.data.Get(0).data() + piece.start, piece.size);
      if (batch.large != nullptr) {
        piece.raw = false;
        piece.output_size = EncodeChunks(*encoder, data, output, &piece.chunk_sizes);
        continue;
      }
      const size_t table = static_cast<size_t>(ChunkTableSize(piece.size, target_.chunk_size));
      piece.chunk_sizes.clear();
      const size_t size = table + EncodeChunks(*encoder, data, output.subspan(at + table), &piece.chunk_sizes);
      if (size >= piece.size) continue;  // raw
      uint64_t end = 0;
      for (size_t c = 0; c + 1 < piece.chunk_sizes.size(); ++c) {
        end += piece.chunk_sizes[c];
        StoreLe32(output.data() + at + 4 * c, static_cast<uint32_t>(end));
      }
      piece.raw = false;
      piece.output_start = at;
      piece.output_size = size;
      at += size;
    }
    encoders_.Give(std::move(encoder));
  }

  size_t EncodeChunks(codec::Encoder& encoder, ByteSpan data, MutableByteSpan out, std::vector<uint32_t>* sizes) {
    size_t at = 0;
    for (size_t start = 0; start < data.size(); start += target_.chunk_size) {
      const ByteSpan chunk = data.subspan(start, std::min<size_t>(target_.chunk_size, data.size() - start));
      size_t size = 0;
      if (!job_.cancel.IsSet()) size = encoder.Encode(chunk, out.subspan(at, chunk.size() - 1), &job_.cancel);
      if (size == 0) {
        size = chunk.size();
        std::memcpy(out.data() + at, chunk.data(), size);
      }
      sizes->push_back(static_cast<uint32_t>(size));
      at += size;
    }
    return at;
  }

  // ---- place, in order, under the lock; write without it ----

  void Place(std::unique_lock<std::mutex>& lock) {
    std::vector<std::unique_ptr<Batch>> placed;
    std::vector<uint64_t> offsets;
    while (!to_place_.empty() && to_place_.begin()->first == next_place_) {
      std::unique_ptr<Batch> batch = std::move(to_place_.begin()->second);
      to_place_.erase(to_place_.begin());
      ++next_place_;
      offsets.push_back(*target_.end);
      if (target_.solid) {
        // The data went to the solid resource; only the blobs' places are filled in.
      } else if (batch->large != nullptr) {
        offsets.back() = PlaceSegment(*batch);
      } else {
        for (Piece& piece : batch->pieces) {
          if (!piece.store) continue;
          ResourceHeader resource;
          resource.offset = *target_.end;
          resource.stored_size = piece.raw ? piece.size : piece.output_size;
          resource.original_size = piece.size;
          resource.flags = piece.raw ? 0 : kResourceCompressed;
          target_.table->mutable_blobs()[piece.blob].resource = resource;
          *target_.end += resource.stored_size;
        }
      }
      placed.push_back(std::move(batch));
    }
    for (size_t i = 0; i < placed.size(); ++i) {
      lock.unlock();
      Status status = target_.solid ? Ok() : WriteBatch(*placed[i], offsets[i]);
      uint64_t bytes = 0;
      for (const Piece& piece : placed[i]->pieces) bytes += piece.size;
      job_.progress.completed_bytes.fetch_add(bytes, std::memory_order_relaxed);
      Large* large = placed[i]->large;
      if (large == nullptr) {
        job_.progress.completed_items.fetch_add(placed[i]->pieces.size(), std::memory_order_relaxed);
      } else if (placed[i]->segment + 1 == large->segments) {
        job_.progress.completed_items.fetch_add(1, std::memory_order_relaxed);
      }
      placed[i].reset();
      lock.lock();
      if (status.ok() && large != nullptr && !target_.solid && ++large->written == large->segments) {
        status = FinishLarge(*large, lock);
      }
      if (!status.ok()) Stop(std::move(status.error()));
      --in_flight_;
      ++finished_;
      wake_.notify_all();
    }
  }

  // Hands out the place of a segment; the offset of its data.
  uint64_t PlaceSegment(Batch& batch) {
    Large& large = *batch.large;
    const Piece& piece = batch.pieces[0];
    ++large.placed;
    if (!piece.store) return *target_.end;
    if (batch.segment == 0) {
      large.offset = *target_.end;
      if (large.compressed) *target_.end += ChunkTableSize(large.size, target_.chunk_size);
    }
    const uint64_t offset = *target_.end;
    const size_t size = piece.raw ? piece.size : piece.output_size;
    *target_.end += size;
    large.stored += size;
    large.any_compressed |= size < piece.size;
    for (uint32_t chunk : piece.chunk_sizes) {
      large.chunk_ends.push_back((large.chunk_ends.empty() ? 0 : large.chunk_ends.back()) + chunk);
    }
    return offset;
  }

  Status WriteBatch(Batch& batch, uint64_t offset) {
    // Neighbours in one buffer are written together.
    const uint8_t* start = nullptr;
    size_t size = 0;
    for (const Piece& piece : batch.pieces) {
      if (!piece.store) continue;
      const uint8_t* bytes =
          piece.raw ? batch.data.Get(0).data() + piece.start : batch.output.Get(0).data() + piece.output_start;
      const size_t length = piece.raw ? piece.size : piece.output_size;
      if (start != nullptr && start + size == bytes) {
        size += length;
        continue;
      }
      if (size > 0) DISM_TRY(target_.file->WriteAt(offset, ByteSpan(start, size)));
      offset += size;
      start = bytes;
      size = length;
    }
    if (size > 0) DISM_TRY(target_.file->WriteAt(offset, ByteSpan(start, size)));
    return Ok();
  }

  // All segments are in the file: the chunk table, or another form when compression gained nothing.
  Status FinishLarge(Large& large, std::unique_lock<std::mutex>& lock) {
    if (large.blob == kNoBlob) return Ok();
    ResourceHeader resource;
    resource.offset = large.offset;
    resource.original_size = large.size;
    resource.stored_size = large.stored;
    if (large.compressed) {
      const uint64_t table_size = ChunkTableSize(large.size, target_.chunk_size);
      if (!large.any_compressed) {
        // Every chunk is stored as it is: without the table this is the uncompressed form.
        resource.offset += table_size;
      } else if (table_size + large.stored >= large.size) {
        lock.unlock();
        Status status = RewriteRaw(large);
        lock.lock();
        if (!status.ok()) return status;
        resource.stored_size = large.size;
      } else {
        const uint32_t width = ChunkEntrySize(large.size);
        std::vector<uint8_t> table(static_cast<size_t>(table_size));
        for (size_t i = 0; i + 1 < large.chunk_ends.size(); ++i) {
          if (width == 4) {
            StoreLe32(table.data() + 4 * i, static_cast<uint32_t>(large.chunk_ends[i]));
          } else {
            StoreLe64(table.data() + 8 * i, large.chunk_ends[i]);
          }
        }
        lock.unlock();
        Status status = target_.file->WriteAt(large.offset, table);
        lock.lock();
        if (!status.ok()) return status;
        resource.stored_size = table_size + large.stored;
        resource.flags = kResourceCompressed;
      }
    }
    target_.table->mutable_blobs()[large.blob].resource = resource;
    return Ok();
  }

  // The chunks saved less than the chunk table costs. The raw form fits into the place that the content has already.
  Status RewriteRaw(const Large& large) {
    DISM_ASSIGN(const std::unique_ptr<ContentReader> reader, contents_[large.content].content->Open());
    Buffer buffer;
    Sha1 sha;
    for (uint64_t at = 0; at < large.size; at += kSegmentBytes) {
      DISM_TRY(job_.CheckCancelled());
      const MutableByteSpan bytes = buffer.Get(static_cast<size_t>(std::min(kSegmentBytes, large.size - at)));
      DISM_TRY(reader->ReadAt(at, bytes));
      sha.Update(bytes);
      DISM_TRY(target_.file->WriteAt(large.offset + at, bytes));
    }
    if (sha.Finish() != contents_[large.content].digest) {
      return Error(ErrorCode::kFileChanged, "the file changed while it was captured")
          .At(contents_[large.content].content->path());
    }
    return Ok();
  }

  // ---- solid ----

  void BeginSolid() {
    if (!target_.solid) return;
    uint64_t total = 0;
    for (const PendingContent& pending : contents_) total += pending.content->size();
    // Room for the header and the table of chunk sizes as if nothing were a duplicate; what is too much stays unused.
    solid_data_ = *target_.end + 16 + 4 * ChunkCount(total, target_.solid_chunk_size);
    *target_.end = solid_data_;
  }

  // Called in order by the deciding thread.
  void AppendSolid(Batch& batch, std::unique_lock<std::mutex>& lock) {
    for (Piece& piece : batch.pieces) {
      if (!piece.store) continue;
      if (batch.large == nullptr) {
        solid_blobs_.push_back({piece.blob, solid_size_});
      } else {
        if (batch.segment == 0) batch.large->solid_offset = solid_size_;
        if (batch.large->blob != kNoBlob) solid_blobs_.push_back({batch.large->blob, batch.large->solid_offset});
      }
      const uint8_t* data = batch.data.Get(0).data() + piece.start;
      for (size_t at = 0; at < piece.size;) {
        if (solid_buffer_ == nullptr) {
          solid_buffer_ = NewLargeArray<uint8_t>(size_t{target_.solid_chunk_size} + codec::Encoder::kSlack);
        }
        const size_t take = std::min<size_t>(piece.size - at, target_.solid_chunk_size - solid_fill_);
        lock.unlock();
        std::memcpy(solid_buffer_.get() + solid_fill_, data + at, take);
        lock.lock();
        solid_fill_ += take;
        at += take;
        if (solid_fill_ == target_.solid_chunk_size) PushSolidChunk();
      }
      solid_size_ += piece.size;
    }
  }

  void PushSolidChunk() {
    SolidChunk chunk;
    chunk.sequence = solid_chunks_++;
    chunk.data = std::move(solid_buffer_);
    chunk.size = solid_fill_;
    solid_fill_ = 0;
    ++solid_in_flight_;
    solid_queue_.push_back(std::move(chunk));
    wake_.notify_all();
  }

  void CompressSolid(SolidChunk chunk, std::unique_lock<std::mutex>& lock) {
    lock.unlock();
    if (target_.format != codec::Format::kNone) {
      std::unique_ptr<codec::Encoder> encoder = encoders_.Take();
      // Not cleared: only what is written takes memory.
      const auto output = std::make_unique_for_overwrite<uint8_t[]>(chunk.size);
      const size_t size = encoder->EncodeInPlace(chunk.data.get(), chunk.size,
                                                 MutableByteSpan(output.get(), chunk.size - 1), &job_.cancel);
      chunk.output.assign(output.get(), output.get() + size);
      if (size != 0) chunk.data.reset();
      encoders_.Give(std::move(encoder));
    }
    lock.lock();
    if (job_.cancel.IsSet()) return;  // seen by Work()
    solid_to_place_.emplace(chunk.sequence, std::move(chunk));
    while (!solid_to_place_.empty() && solid_to_place_.begin()->first == solid_sizes_.size()) {
      SolidChunk next = std::move(solid_to_place_.begin()->second);
      solid_to_place_.erase(solid_to_place_.begin());
      const ByteSpan bytes = next.output.empty() ? ByteSpan(next.data.get(), next.size) : ByteSpan(next.output);
      const uint64_t offset = *target_.end;
      *target_.end += bytes.size();
      solid_sizes_.push_back(static_cast<uint32_t>(bytes.size()));
      lock.unlock();
      Status status = target_.file->WriteAt(offset, bytes);
      next = SolidChunk();
      lock.lock();
      if (!status.ok()) Stop(std::move(status.error()));
      --solid_in_flight_;
      wake_.notify_all();
    }
  }

  Status FinishSolid() {
    if (!target_.solid || solid_size_ == 0) return Ok();
    const uint64_t header_size = 16 + 4 * solid_sizes_.size();
    std::vector<uint8_t> header(static_cast<size_t>(header_size));
    StoreLe64(header.data(), solid_size_);
    StoreLe32(header.data() + 8, target_.solid_chunk_size);
    StoreLe32(header.data() + 12, static_cast<uint32_t>(target_.format));
    for (size_t i = 0; i < solid_sizes_.size(); ++i) StoreLe32(header.data() + 16 + 4 * i, solid_sizes_[i]);
    SolidResource solid;
    solid.header.offset = solid_data_ - header_size;
    solid.header.stored_size = *target_.end - solid.header.offset;
    solid.header.original_size = kSolidResourceMagicSize;
    solid.header.flags = kResourceSolid;
    solid.uncompressed_size = solid_size_;
    solid.chunk_size = target_.solid_chunk_size;
    solid.format = target_.format;
    DISM_TRY(target_.file->WriteAt(solid.header.offset, header));
    const uint32_t index = static_cast<uint32_t>(target_.table->solid_resources.size());
    target_.table->solid_resources.push_back(solid);
    for (const auto& [blob_index, offset] : solid_blobs_) {
      Blob& blob = target_.table->mutable_blobs()[blob_index];
      blob.solid = index;
      blob.solid_offset = offset;
      blob.resource.flags = kResourceSolid;
      blob.resource.stored_size = blob.size;
    }
    return Ok();
  }

  struct Planned {
    size_t first, last;
    Large* large;
    uint64_t segment;
  };

  const StoreTarget& target_;
  std::vector<PendingContent>& contents_;
  const std::vector<bool>& uncompressed_;
  JobContext& job_;
  EncoderPool encoders_;

  std::vector<uint32_t> order_;
  std::vector<Planned> plan_;
  std::deque<Large> larges_;
  std::unordered_map<uint64_t, uint32_t> same_size_;
  size_t limit_ = 4;  // batches under way at once

  std::mutex mutex_;
  std::condition_variable wake_;
  std::optional<Error> fatal_;
  uint64_t next_read_ = 0, next_decide_ = 0, next_place_ = 0, finished_ = 0;
  size_t in_flight_ = 0;
  bool deciding_ = false;
  std::map<uint64_t, std::unique_ptr<Batch>> to_decide_, to_place_;
  std::deque<std::unique_ptr<Batch>> compress_queue_;

  uint64_t solid_data_ = 0;
  uint64_t solid_size_ = 0;
  LargeArray<uint8_t> solid_buffer_;
  size_t solid_fill_ = 0;
  uint64_t solid_chunks_ = 0;
  size_t solid_in_flight_ = 0;
  size_t solid_limit_ = 4;  // chunks that are full and not yet written
  bool solid_flushed_ = false;
  std::deque<SolidChunk> solid_queue_;
  std::map<uint64_t, SolidChunk> solid_to_place_;
  std::vector<uint32_t> solid_sizes_;
  std::vector<std::pair<size_t, uint64_t>> solid_blobs_;  // blob in the table, offset in the solid resource
};

}  // namespace

Status StoreContents(const StoreTarget& target, std::vector<PendingContent>& contents,
                     const std::vector<bool>& store_uncompressed, JobContext& job) {
  return Store(target, contents, store_uncompressed, job).Run();
}

}  // namespace dism::wim
