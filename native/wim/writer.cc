#include "wim/writer.h"

#include <algorithm>
#include <random>
#include <tuple>

#include "wim/blob_content.h"
#include "wim/blob_reader.h"
#include "wim/chunks.h"
#include "wim/compress_resource.h"
#include "wim/store.h"
#include "wim/tail.h"
#include "wim/undo.h"

namespace dism::wim {
namespace {

Guid RandomGuid() {
  std::random_device random;
  Guid guid;
  for (size_t i = 0; i < guid.size(); i += 4) StoreLe32(guid.data() + i, random());
  return guid;
}

// The end of everything the header and the blob table refer to: a tail behind it was left by a writer that was killed.
uint64_t ReferencedEnd(const WimReader& reader) {
  uint64_t end = Header::kSize;
  const auto cover = [&end](const ResourceHeader& r) { end = std::max(end, r.offset + r.stored_size); };
  cover(reader.header().blob_table);
  cover(reader.header().xml);
  cover(reader.header().integrity);
  for (const ResourceHeader& metadata : reader.table().metadata) cover(metadata);
  for (const SolidResource& solid : reader.table().solid_resources) cover(solid.header);
  for (const Blob& blob : reader.table().blobs()) {
    if (blob.solid == kNotSolid) cover(blob.resource);
  }
  return end;
}

class Writer final : public WimWriter {
 public:
  Writer(std::shared_ptr<WritableFile> file, const WriterOptions& options)
      : file_(std::move(file)), options_(options) {}

  Status BeginNew() {
    header_.version = options_.solid || options_.format == codec::Format::kLzms ? kVersionSolid : kVersionDefault;
    header_.set_format(options_.format);
    header_.chunk_size = options_.format == codec::Format::kNone ? 0 : options_.chunk_size;
    header_.guid = options_.guid == Guid{} ? RandomGuid() : options_.guid;
    if (options_.rp_fix) header_.flags |= kHeaderRpFix;
    end_ = Header::kSize;
    return Ok();
  }

  Status BeginExisting() {
    DISM_ASSIGN(std::unique_ptr<WimReader> base, WimReader::Open(file_));
    base_ = std::move(base);
    header_ = base_->header();
    if (header_.total_parts != 1) {
      return Error(ErrorCode::kNotSupported, "a split image cannot be changed: join its parts first").At(file_->path());
    }
    if ((header_.flags & kHeaderReadOnly) != 0) {
      return Error(ErrorCode::kAccessDenied, "the file is marked read-only").At(file_->path());
    }
    if (std::any_of(header_.reserved.begin(), header_.reserved.end(), [](uint8_t byte) { return byte != 0; })) {
      return Error(ErrorCode::kNotSupported, "the file is signed (its header locates a signature): export it first",
                   Header::kSize - header_.reserved.size())
          .At(file_->path());
    }
    options_.format = header_.format();
    options_.chunk_size = header_.chunk_size;
    options_.rp_fix = (header_.flags & kHeaderRpFix) != 0;
    if (options_.solid && header_.version != kVersionSolid) {
      return Error(ErrorCode::kNotSupported, "solid resources need a file of version 0xE00").At(file_->path());
    }
    table_ = base_->table();
    end_ = ReferencedEnd(*base_);
    DISM_ASSIGN(const uint64_t size, file_->Size());
    if (size > end_) DISM_TRY(file_->Truncate(end_));
    old_size_ = end_;
    boot_image_ = header_.boot_index;
    return Ok();
  }

  void set_temporary(std::unique_ptr<TemporaryFile> temporary) { temporary_ = std::move(temporary); }

  const WimReader* base() const override { return base_.get(); }
  std::shared_ptr<const WimReader> shared_base() const override { return base_; }
  uint32_t image_count() const override { return static_cast<uint32_t>(table_.metadata.size()); }

  uint64_t DataSize() const override {
    // Commit drops what nothing refers to from a new file.
    return end_ + (base_ == nullptr ? 0 : UndoRecord::kSize) +
           table_.WrittenSize(header_.part_number, /*referenced_only=*/base_ == nullptr);
  }

  Status AddContents(std::vector<PendingContent>& contents, const std::vector<bool>& store_uncompressed,
                     JobContext& job) override {
    const StoreTarget target{file_.get(),         &end_,          &table_,        options_.format,
                             options_.chunk_size, options_.level, options_.solid, options_.solid_chunk_size};
    return StoreContents(target, contents, store_uncompressed, job);
  }

  Status CopyBlobs(const WimReader& source, const std::vector<uint32_t>& blobs, JobContext& job) override {
    std::vector<uint32_t> raw, recompressed;
    for (uint32_t index : blobs) {
      const Blob& blob = source.table().blobs()[index];
      if (table_.Find(blob.digest) >= 0) continue;
      (CanCopyRaw(source, blob) ? raw : recompressed).push_back(index);
    }
    uint64_t bytes = 0;
    for (uint32_t index : raw) bytes += source.table().blobs()[index].size;
    for (uint32_t index : recompressed) bytes += source.table().blobs()[index].size;
    job.progress.Begin("Copying", bytes, raw.size() + recompressed.size());
    DISM_TRY(CopyRaw(source, raw, job));
    if (recompressed.empty()) return Ok();
    std::vector<PendingContent> contents = ContentsOfBlobs(source, recompressed, job);
    DISM_TRY(AddContents(contents, {}, job));
    for (uint32_t index : recompressed) {
      // Stored under the digest of what was read: when that is not the digest of the blob, the source is damaged.
      const Blob& blob = source.table().blobs()[index];
      if (table_.Find(blob.digest) < 0) {
        return Error(ErrorCode::kHashMismatch, "a blob does not decode to what its SHA-1 digest says",
                     blob.solid == kNotSolid ? blob.resource.offset : kNoOffset)
            .At(source.path());
      }
    }
    return Ok();
  }

  Status CopyImage(const WimReader& source, uint32_t index, JobContext& job) override {
    DISM_ASSIGN(ImageTree tree, source.LoadImage(index, nullptr, job));
    std::vector<uint32_t> blobs;
    std::vector<bool> seen(source.table().blobs().size());
    DISM_TRY(ForEachDigestOf(tree, [&](const Sha1Digest& digest) -> Status {
      const int64_t found = source.table().Find(digest);
      if (found < 0) return MissingBlob(digest, source.path());
      if (!seen[static_cast<size_t>(found)]) {
        seen[static_cast<size_t>(found)] = true;
        blobs.push_back(static_cast<uint32_t>(found));
      }
      return Ok();
    }));
    DISM_TRY(CopyBlobs(source, blobs, job));
    // The metadata itself: the bytes as they are when they mean the same here.
    const ResourceHeader& metadata = source.table().metadata[index - 1];
    const bool compressed = (metadata.flags & kResourceCompressed) != 0;
    if (compressed &&
        !(source.header().format() == header_.format() && source.header().chunk_size == header_.chunk_size)) {
      auto added = AddImage(tree, job, nullptr);
      if (!added.ok()) return std::move(added.error());
      return Ok();
    }
    DISM_TRY(CountReferences(tree, 1));
    ResourceHeader copy = metadata;
    copy.offset = end_;
    const uint16_t part = source.header().total_parts == 1 ? source.header().part_number : 1;
    DISM_TRY(file_->CopyFrom(*source.part_file(part), metadata.offset, end_, metadata.stored_size));
    end_ += metadata.stored_size;
    table_.metadata.push_back(copy);
    table_.metadata_digests.push_back(source.table().metadata_digests[index - 1]);
    return Ok();
  }

  Result<uint32_t> AddImage(const ImageTree& tree, JobContext& job, const ImageTree::Patch& patch) override {
    DISM_TRY(CountReferences(tree, 1, /*missing_is_error=*/true, patch));
    ResourceHeader resource;
    Sha1Digest digest;
    DISM_TRY(WriteMetadata(tree, &resource, &digest, job, patch));
    table_.metadata.push_back(resource);
    table_.metadata_digests.push_back(digest);
    return image_count();
  }

  Status ReplaceImage(uint32_t index, const ImageTree& tree, JobContext& job) override {
    DISM_TRY(CheckIndex(index));
    DISM_ASSIGN(const ImageTree old, LoadOwnImage(index, job));
    DISM_TRY(CountReferences(tree, 1));
    DISM_TRY(CountReferences(old, -1));
    return WriteMetadata(tree, &table_.metadata[index - 1], &table_.metadata_digests[index - 1], job);
  }

  Status ReplaceImage(uint32_t index, const ImageTree& tree, const ReferenceChanges& changes,
                      JobContext& job) override {
    DISM_TRY(CheckIndex(index));
    for (const auto& [digest, change] : changes) {
      const int64_t found = table_.Find(digest);
      if (found < 0) {
        if (change <= 0) continue;
        return MissingBlob(digest, file_->path());
      }
      uint32_t& count = table_.mutable_blobs()[static_cast<size_t>(found)].reference_count;
      // Never to 0, as above.
      const int64_t sum = static_cast<int64_t>(count) + change;
      count = static_cast<uint32_t>(std::clamp<int64_t>(sum, std::min<int64_t>(count, 1), UINT32_MAX));
    }
    return WriteMetadata(tree, &table_.metadata[index - 1], &table_.metadata_digests[index - 1], job);
  }

  Status Restart() override {
    if (base_ == nullptr) return Error(ErrorCode::kInternal, "a new file cannot be extended").At(file_->path());
    committed_ = false;
    old_size_ = 0;
    table_ = BlobTable{};
    return BeginExisting();
  }

  Status RemoveImage(uint32_t index, JobContext& job) override {
    DISM_TRY(CheckIndex(index));
    table_.metadata.erase(table_.metadata.begin() + (index - 1));
    table_.metadata_digests.erase(table_.metadata_digests.begin() + (index - 1));
    if (boot_image_ == index) {
      boot_image_ = 0;
    } else if (boot_image_ > index) {
      --boot_image_;
    }
    // Counts in files of others may be wrong: count anew from what remains before anything is dropped.
    for (Blob& blob : table_.mutable_blobs()) blob.reference_count = 0;
    for (uint32_t image = 1; image <= image_count(); ++image) {
      DISM_ASSIGN(const ImageTree tree, LoadOwnImage(image, job));
      DISM_TRY(CountReferences(tree, 1, /*missing_is_error=*/false));
    }
    table_.Retain([](const Blob& blob) { return blob.reference_count > 0; });
    return Ok();
  }

  Result<CommitResult> Commit(ByteSpan xml, const CommitOptions& options, JobContext& job) override {
    if (base_ == nullptr) {
      // What was stored for an image that then was not added.
      table_.Retain([](const Blob& blob) { return blob.reference_count > 0; });
    }
    header_.image_count = image_count();
    if (base_ == nullptr && options.guid_from_content) header_.guid = GuidFromContent(xml);
    if (options.set_boot_index) boot_image_ = options.boot_index;
    header_.boot_index = boot_image_;
    if (boot_image_ > image_count()) {
      return Error(ErrorCode::kImageNotFound, "the boot index names no image").At(file_->path());
    }
    header_.boot_metadata = boot_image_ == 0 ? ResourceHeader{} : table_.metadata[boot_image_ - 1];
    header_.flags &= ~kHeaderWriteInProgress;

    TailOptions tail;
    std::unique_ptr<IntegrityTable> old_integrity;
    if (base_ != nullptr && options.integrity != CommitOptions::Integrity::kNone) {
      DISM_ASSIGN(old_integrity, base_->ReadIntegrityTable());
      tail.old_integrity = old_integrity.get();
      tail.old_integrity_end = base_->header().blob_table.offset + base_->header().blob_table.stored_size;
    }
    tail.integrity = options.integrity == CommitOptions::Integrity::kWrite ||
                     (options.integrity == CommitOptions::Integrity::kKeep && old_integrity != nullptr);
    if (base_ != nullptr) {
      UndoRecord undo;
      DISM_TRY(file_->ReadAt(0, undo.old_header));
      undo.old_size = old_size_;
      const auto bytes = undo.Write();
      DISM_TRY(file_->WriteAt(end_, bytes));
      end_ += bytes.size();
    }
    DISM_TRY(WriteTail(*file_, &end_, table_, xml, tail, &header_, job));
    DISM_TRY(job.CheckCancelled());
    const auto header = header_.Write();
    if (base_ != nullptr) {
      // The moment of truth: everything new is on the disk before the one write that makes it valid.
      DISM_TRY(file_->Sync());
      DISM_TRY(file_->WriteAt(0, header));
      DISM_TRY(file_->Sync());
    } else {
      DISM_TRY(file_->WriteAt(0, header));
      if (temporary_ != nullptr) {
        DISM_TRY(temporary_->Publish());
      } else {
        DISM_TRY(file_->Sync());
      }
    }
    committed_ = true;
    return CommitResult{end_, end_ - (base_ == nullptr ? Header::kSize : old_size_)};
  }

  ~Writer() override {
    // Not committed: what was appended is a tail that nothing refers to. The next writer would cut it off as well.
    // A file that was refused is not touched.
    if (old_size_ != 0 && !committed_) (void)file_->Truncate(old_size_);
  }

 private:
  Status CheckIndex(uint32_t index) const {
    if (index >= 1 && index <= image_count()) return Ok();
    return Error(ErrorCode::kImageNotFound,
                 "there is no image " + std::to_string(index) + "; the file has " + std::to_string(image_count()))
        .At(file_->path());
  }

  // The digests of the metadata cover every name and, through the digests in it, every byte of content.
  Guid GuidFromContent(ByteSpan xml) const {
    Sha1 sha;
    for (const Sha1Digest& digest : table_.metadata_digests) sha.Update(digest);
    sha.Update(xml);
    const Sha1Digest digest = sha.Finish();
    Guid guid;
    std::copy_n(digest.begin(), guid.size(), guid.begin());
    return guid;
  }

  static Error MissingBlob(const Sha1Digest& digest, const std::string& path) {
    static const char* kDigits = "0123456789abcdef";
    std::string hex;
    for (uint8_t byte : digest) {
      hex += kDigits[byte >> 4];
      hex += kDigits[byte & 15];
    }
    return Error(ErrorCode::kBlobMissing, "blob " + hex + " is not in the file").At(path);
  }

  template <typename Visit>
  static Status ForEachDigestOf(const ImageTree& tree, Visit visit, const ImageTree::Patch& patch = nullptr) {
    std::vector<uint8_t> patched;
    std::vector<NodeId> stack = {kRootNode};
    while (!stack.empty()) {
      const NodeId node = stack.back();
      stack.pop_back();
      ByteSpan entry = tree.raw(node);
      if (patch) {
        patched.assign(entry.begin(), entry.end());
        patch(patched);
        entry = patched;
      }
      Status status;
      ImageTree::ForEachStreamIn(entry, [&](StreamKind, const Sha1Digest& digest) {
        if (status.ok() && !IsZeroDigest(digest)) status = visit(digest);
      });
      DISM_TRY(std::move(status));
      for (NodeId child : tree.children(node)) stack.push_back(child);
    }
    return Ok();
  }

  Status CountReferences(const ImageTree& tree, int delta, bool missing_is_error = true,
                         const ImageTree::Patch& patch = nullptr) {
    const auto count = [&](const Sha1Digest& digest) -> Status {
      const int64_t found = table_.Find(digest);
      if (found < 0) return missing_is_error ? Status(MissingBlob(digest, file_->path())) : Ok();
      uint32_t& count = table_.mutable_blobs()[static_cast<size_t>(found)].reference_count;
      if (delta > 0) {
        ++count;
      } else if (count > 1) {
        --count;  // never to 0: another image may use it although the file's counts said otherwise
      }
      return Ok();
    };
    return ForEachDigestOf(tree, count, patch);
  }

  // An image of the file being written: of the base, or added since.
  Result<ImageTree> LoadOwnImage(uint32_t index, JobContext& job) const {
    const ResourceHeader& resource = table_.metadata[index - 1];
    std::vector<uint8_t> bytes;
    if ((resource.flags & kResourceCompressed) == 0) {
      bytes.resize(static_cast<size_t>(resource.original_size));
      DISM_TRY(file_->ReadAt(resource.offset, bytes));
    } else {
      DISM_ASSIGN(const ChunkLayout layout,
                  ChunkLayout::ReadNormal(*file_, resource, header_.format(), header_.chunk_size));
      const codec::CodecOps* codec = codec::FindCodec(layout.format);
      if (codec == nullptr) return Error(ErrorCode::kCorrupt, "compressed metadata without codec").At(file_->path());
      std::unique_ptr<codec::Decoder> decoder = codec->new_decoder(layout.chunk_size);
      for (uint64_t i = 0; i < layout.count(); ++i) {
        std::vector<uint8_t> stored(layout.StoredSize(i));
        DISM_TRY(file_->ReadAt(layout.offsets[i], stored));
        const size_t start = bytes.size();
        bytes.resize(start + layout.OriginalSize(i));
        DISM_TRY(
            DecodeChunk(decoder.get(), stored, MutableByteSpan(bytes).subspan(start), layout.offsets[i], &job.cancel));
      }
    }
    if (Sha1::Of(bytes) != table_.metadata_digests[index - 1]) {
      return Error(ErrorCode::kHashMismatch,
                   "the metadata of image " + std::to_string(index) + " does not match its SHA-1 digest",
                   resource.offset)
          .At(file_->path());
    }
    return ImageTree::Parse(std::move(bytes), nullptr);
  }

  Status WriteMetadata(const ImageTree& tree, ResourceHeader* resource, Sha1Digest* digest, JobContext& job,
                       const ImageTree::Patch& patch = nullptr) {
    const uint64_t size = tree.WrittenSize();
    // Metadata shrinks well at any level; more effort costs every small change of a large image dearly.
    const codec::Level level = std::min(options_.level, codec::Level::kBalanced);
    Sha1 sha;
    *resource = {size, kResourceMetadata, end_, size};
    if (options_.format != codec::Format::kNone) {
      ResourceCompressor compressor(size, options_.format, options_.chunk_size, level, job);
      const auto compress = [&](ByteSpan piece) -> Status {
        sha.Update(piece);
        return compressor.Append(piece);
      };
      DISM_TRY(tree.WriteTo(compress, patch));
      DISM_TRY(compressor.Finish());
      *digest = sha.Finish();
      if (compressor.shrinks()) {
        resource->stored_size = compressor.stored_size();
        resource->flags |= kResourceCompressed;
        DISM_TRY(compressor.WriteTo(*file_, end_));
        end_ += resource->stored_size;
        return Ok();
      }
      sha = Sha1();
    }
    const auto store = [&](ByteSpan piece) -> Status {
      DISM_TRY(job.CheckCancelled());
      sha.Update(piece);
      DISM_TRY(file_->WriteAt(end_, piece));
      end_ += piece.size();
      return Ok();
    };
    DISM_TRY(tree.WriteTo(store, patch));
    *digest = sha.Finish();
    return Ok();
  }

  bool CanCopyRaw(const WimReader& source, const Blob& blob) const {
    if (options_.recompress || blob.solid != kNotSolid || options_.solid) return false;
    if (source.header().format() == header_.format() && source.header().chunk_size == header_.chunk_size) return true;
    // Stored blobs are recompressed when this file has a compression that the source had not.
    return (blob.resource.flags & kResourceCompressed) == 0 && header_.format() == codec::Format::kNone;
  }

  // Runs of neighbours are copied in one go.
  Status CopyRaw(const WimReader& source, std::vector<uint32_t> blobs, JobContext& job) {
    std::sort(blobs.begin(), blobs.end(), [&](uint32_t a, uint32_t b) {
      const Blob &x = source.table().blobs()[a], &y = source.table().blobs()[b];
      return std::tie(x.part, x.resource.offset) < std::tie(y.part, y.resource.offset);
    });
    constexpr uint64_t kMaxRun = 64 << 20;  // a cancel and the progress bar wait for one run
    for (size_t i = 0; i < blobs.size();) {
      DISM_TRY(job.CheckCancelled());
      const Blob& first = source.table().blobs()[blobs[i]];
      const uint64_t start = first.resource.offset;
      uint64_t end = start, bytes = 0;
      const size_t from = i;
      for (; i < blobs.size(); ++i) {
        Blob blob = source.table().blobs()[blobs[i]];
        if (blob.part != first.part || blob.resource.offset != end || end - start > kMaxRun) break;
        end += blob.resource.stored_size;
        bytes += blob.size;
        blob.resource.offset = end_ + (blob.resource.offset - start);
        blob.part = 1;
        blob.reference_count = 0;
        table_.Add(blob);
      }
      DISM_TRY(file_->CopyFrom(*source.part_file(first.part), start, end_, end - start));
      end_ += end - start;
      job.progress.completed_bytes += bytes;
      job.progress.completed_items += i - from;
    }
    return Ok();
  }

  std::shared_ptr<WritableFile> file_;
  std::unique_ptr<TemporaryFile> temporary_;
  WriterOptions options_;
  std::shared_ptr<const WimReader> base_;
  Header header_;
  BlobTable table_;
  uint64_t end_ = 0;
  uint64_t old_size_ = 0;
  uint32_t boot_image_ = 0;
  bool committed_ = false;
};

Status CheckOptions(const WriterOptions& options) {
  const codec::CodecOps* codec = codec::FindCodec(options.format);
  if (codec != nullptr && !codec::IsValidChunkSize(*codec, options.chunk_size)) {
    return Error(ErrorCode::kInvalidParameter,
                 "chunk size " + std::to_string(options.chunk_size) + " is not valid for " + codec->name);
  }
  if (codec != nullptr && options.solid && !codec::IsValidChunkSize(*codec, options.solid_chunk_size)) {
    return Error(ErrorCode::kInvalidParameter,
                 "solid chunk size " + std::to_string(options.solid_chunk_size) + " is not valid for " + codec->name);
  }
  return Ok();
}

}  // namespace

Result<std::unique_ptr<WimWriter>> WimWriter::CreateOn(std::shared_ptr<WritableFile> file,
                                                       const WriterOptions& options) {
  DISM_TRY(CheckOptions(options));
  auto writer = std::make_unique<Writer>(std::move(file), options);
  DISM_TRY(writer->BeginNew());
  return std::unique_ptr<WimWriter>(std::move(writer));
}

Result<std::unique_ptr<WimWriter>> WimWriter::OpenOn(std::shared_ptr<WritableFile> file, const WriterOptions& options) {
  auto writer = std::make_unique<Writer>(std::move(file), options);
  DISM_TRY(writer->BeginExisting());
  return std::unique_ptr<WimWriter>(std::move(writer));
}

Result<std::unique_ptr<WimWriter>> WimWriter::Create(const std::string& path, const WriterOptions& options) {
  DISM_TRY(CheckOptions(options));
  DISM_ASSIGN(std::unique_ptr<TemporaryFile> temporary, TemporaryFile::Create(path));
  // The temporary owns its file and outlives the writer's reference to it.
  std::shared_ptr<WritableFile> file(&temporary->file(), [](WritableFile*) {});
  auto writer = std::make_unique<Writer>(std::move(file), options);
  writer->set_temporary(std::move(temporary));
  DISM_TRY(writer->BeginNew());
  return std::unique_ptr<WimWriter>(std::move(writer));
}

Result<std::unique_ptr<WimWriter>> WimWriter::OpenExisting(const std::string& path, const WriterOptions& options) {
  DISM_ASSIGN(std::unique_ptr<WritableFile> file, OpenForUpdate(path));
  return OpenOn(std::shared_ptr<WritableFile>(std::move(file)), options);
}

}  // namespace dism::wim
