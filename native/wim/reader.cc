#include "wim/reader.h"

#include <algorithm>

#include "wim/blob_reader.h"
#include "wim/chunks.h"

namespace dism::wim {
namespace {

// XML of a WIM with a hundred images is below 1 MiB; wimlib's own limit is of this order too.
constexpr uint64_t kMaxXmlSize = 64 << 20;
// 50 bytes an entry: 40 million blobs.
constexpr uint64_t kMaxBlobTableSize = uint64_t{2} << 30;
// A dentry takes at least 104 bytes; this allows 30 million files with long names.
constexpr uint64_t kMaxMetadataSize = uint64_t{8} << 30;

Error AtFile(Error error, const ReadableFile& file) {
  error.At(file.path());
  return error;
}

}  // namespace

Result<std::unique_ptr<WimReader>> WimReader::Open(std::shared_ptr<const ReadableFile> file) {
  auto reader = std::unique_ptr<WimReader>(new WimReader());
  reader->path_ = file->path();
  Part part;
  part.file = std::move(file);
  DISM_ASSIGN(part.size, part.file->Size());
  uint8_t bytes[Header::kSize] = {};
  if (part.size < Header::kSize) {
    return Error(ErrorCode::kNotAWim, "the file is shorter than a WIM header", part.size).At(reader->path_);
  }
  DISM_TRY(part.file->ReadAt(0, bytes));
  auto header = Header::Parse(View(bytes), part.size);
  if (!header.ok()) return AtFile(std::move(header.error()), *part.file);
  part.header = *header;
  reader->header_ = *header;
  reader->parts_.push_back(std::move(part));
  reader->part_index_.assign(header->total_parts, -1);
  reader->part_index_[header->part_number - 1] = 0;
  reader->complete_ = header->total_parts == 1;
  const ResourceHeader& xml = reader->header_.xml;
  if (xml.original_size > 0) {
    auto bytes_of_xml = reader->ReadResource(header->part_number, xml, kMaxXmlSize, nullptr);
    if (!bytes_of_xml.ok()) return AtFile(std::move(bytes_of_xml.error()), *reader->parts_[0].file);
    reader->xml_ = std::move(*bytes_of_xml);
  }
  DISM_TRY(reader->ReadTable(header->part_number));
  if (reader->complete_) DISM_TRY(reader->ReadSolidHeaders());
  return reader;
}

Result<std::unique_ptr<WimReader>> WimReader::Open(const std::string& path,
                                                   const std::vector<std::string>& part_paths) {
  auto file = OpenForReading(path);
  if (!file.ok()) return std::move(file.error());
  auto opened = Open(std::shared_ptr<const ReadableFile>(std::move(*file)));
  if (!opened.ok() || (*opened)->complete_) return opened;

  auto reader = std::move(*opened);
  const Header& first = reader->header_;
  size_t found = 1;
  for (const std::string& other : part_paths) {
    if (other == path) continue;
    auto part_file = OpenForReading(other);
    if (!part_file.ok()) return std::move(part_file.error());
    Part part;
    part.file = std::shared_ptr<const ReadableFile>(std::move(*part_file));
    DISM_ASSIGN(part.size, part.file->Size());
    uint8_t bytes[Header::kSize] = {};
    if (part.size < Header::kSize) continue;
    DISM_TRY(part.file->ReadAt(0, bytes));
    auto header = Header::Parse(View(bytes), part.size);
    if (!header.ok()) return AtFile(std::move(header.error()), *part.file);
    if (header->guid != first.guid) continue;  // a part of another set that shares the name pattern
    if (header->total_parts != first.total_parts || header->version != first.version ||
        header->format() != first.format() || header->chunk_size != first.chunk_size) {
      return Error(ErrorCode::kSplitSetMismatch, "the header differs from that of " + path).At(other);
    }
    int& index = reader->part_index_[header->part_number - 1];
    if (index >= 0) continue;  // the same part under two names
    part.header = *header;
    index = static_cast<int>(reader->parts_.size());
    reader->parts_.push_back(std::move(part));
    ++found;
  }
  reader->complete_ = found == first.total_parts;
  for (uint16_t number = 1; number <= first.total_parts; ++number) {
    if (number != first.part_number && reader->part_index_[number - 1] >= 0) DISM_TRY(reader->ReadTable(number));
  }
  if (reader->complete_) DISM_TRY(reader->ReadSolidHeaders());
  return reader;
}

const ReadableFile* WimReader::part_file(uint16_t part) const {
  if (part == 0 || part > part_index_.size() || part_index_[part - 1] < 0) return nullptr;
  return parts_[static_cast<size_t>(part_index_[part - 1])].file.get();
}

Status WimReader::ReadTable(uint16_t part_number) {
  const Part& part = parts_[static_cast<size_t>(part_index_[part_number - 1])];
  const ResourceHeader& resource = part.header.blob_table;
  if (resource.original_size == 0) return Ok();
  auto bytes = ReadResource(part_number, resource, std::min(kMaxBlobTableSize, part.size * 64), nullptr);
  if (!bytes.ok()) return AtFile(std::move(bytes.error()), *part.file);
  Status status = table_.ParsePart(View(*bytes, resource.offset), part_number, part.size, part.header.version);
  if (!status.ok()) return AtFile(std::move(status.error()), *part.file);
  return Ok();
}

Status WimReader::ReadSolidHeaders() {
  for (SolidResource& solid : table_.solid_resources) {
    const ReadableFile* file = part_file(solid.part);
    if (file == nullptr) return Error(ErrorCode::kSplitSetIncomplete, "a part is missing").At(path_);
    uint8_t bytes[16];
    if (solid.header.stored_size < sizeof bytes) {
      return Error(ErrorCode::kCorrupt, "a solid resource without header", solid.header.offset).At(file->path());
    }
    DISM_TRY(file->ReadAt(solid.header.offset, bytes));
    solid.uncompressed_size = LoadLe64(bytes);
    solid.chunk_size = LoadLe32(bytes + 8);
    solid.format = static_cast<codec::Format>(LoadLe32(bytes + 12));
    const codec::CodecOps* codec = codec::FindCodec(solid.format);
    const bool valid = codec != nullptr ? codec::IsValidChunkSize(*codec, solid.chunk_size)
                                        : solid.format == codec::Format::kNone && solid.chunk_size != 0;
    if (!valid) {
      return Error(ErrorCode::kCorrupt, "a solid resource with an unknown format or chunk size",
                   solid.header.offset + 8)
          .At(file->path());
    }
  }
  Status status = table_.ResolveSolid();
  if (!status.ok()) return std::move(status.error()).At(path_);
  return Ok();
}

Result<std::unique_ptr<IntegrityTable>> WimReader::ReadIntegrityTable() const {
  if (header_.integrity.IsEmpty()) return std::unique_ptr<IntegrityTable>();
  auto bytes = ReadResource(header_.part_number, header_.integrity, kMaxXmlSize, nullptr);
  if (!bytes.ok()) return AtFile(std::move(bytes.error()), *parts_[0].file);
  auto table = IntegrityTable::Parse(View(*bytes, header_.integrity.offset));
  if (!table.ok()) return AtFile(std::move(table.error()), *parts_[0].file);
  return std::make_unique<IntegrityTable>(std::move(*table));
}

Result<std::vector<uint8_t>> WimReader::ReadResource(uint16_t part, const ResourceHeader& resource, uint64_t limit,
                                                     const CancelFlag* cancel) const {
  const ReadableFile* file = part_file(part);
  if (file == nullptr) return Error(ErrorCode::kSplitSetIncomplete, "a part is missing").At(path_);
  if (resource.original_size > limit) {
    return Error(ErrorCode::kLimitExceeded,
                 "a resource claims to be " + std::to_string(resource.original_size) + " bytes", resource.offset)
        .At(file->path());
  }
  if ((resource.flags & kResourceCompressed) == 0) {
    if (resource.stored_size != resource.original_size) {
      return Error(ErrorCode::kCorrupt, "an uncompressed resource with two sizes", resource.offset).At(file->path());
    }
    // Before the allocation: the range must exist, so that memory is bounded by the file.
    DISM_ASSIGN(const uint64_t size, file->Size());
    if (resource.offset > size || resource.stored_size > size - resource.offset) {
      return Error(ErrorCode::kTruncated, "a resource lies outside the file", resource.offset).At(file->path());
    }
    std::vector<uint8_t> bytes(static_cast<size_t>(resource.original_size));
    DISM_TRY(file->ReadAt(resource.offset, bytes));
    return bytes;
  }
  DISM_ASSIGN(const ChunkLayout layout, ChunkLayout::ReadNormal(*file, resource, header_.format(), header_.chunk_size));
  const codec::CodecOps* codec = codec::FindCodec(layout.format);
  if (codec == nullptr) {
    return Error(ErrorCode::kCorrupt, "a compressed resource in a WIM without compression", resource.offset)
        .At(file->path());
  }
  std::unique_ptr<codec::Decoder> decoder = codec->new_decoder(layout.chunk_size);
  std::vector<uint8_t> stored(static_cast<size_t>(layout.offsets.back() - layout.offsets.front()));
  DISM_TRY(file->ReadAt(layout.offsets.front(), stored));
  // Grown chunk by chunk: a resource that lies about its size fails before it costs much memory.
  std::vector<uint8_t> bytes;
  for (uint64_t i = 0; i < layout.count(); ++i) {
    if (cancel != nullptr && cancel->IsSet()) return Error(ErrorCode::kCancelled);
    const size_t start = static_cast<size_t>(i * layout.chunk_size);
    const size_t size = layout.OriginalSize(i);
    bytes.resize(start + size);
    Status status = DecodeChunk(
        decoder.get(),
        ByteSpan(stored).subspan(static_cast<size_t>(layout.offsets[i] - layout.offsets[0]), layout.StoredSize(i)),
        MutableByteSpan(bytes).subspan(start, size), layout.offsets[i], cancel);
    if (!status.ok()) return AtFile(std::move(status.error()), *file);
  }
  return bytes;
}

namespace {

// Collects one blob in memory.
class CollectBlob final : public BlobConsumer {
 public:
  explicit CollectBlob(uint64_t size) : size_(size) {}
  Status Whole(size_t, ByteSpan data) override {
    bytes_.assign(data.begin(), data.end());
    return Ok();
  }
  Status Begin(size_t) override {
    bytes_.resize(static_cast<size_t>(size_));
    return Ok();
  }
  Status Piece(size_t, uint64_t offset, ByteSpan data) override {
    std::copy(data.begin(), data.end(), bytes_.begin() + static_cast<ptrdiff_t>(offset));
    return Ok();
  }
  Status End(size_t) override { return Ok(); }
  Status Failed(size_t, const Error& error) override { return Error(error); }
  std::vector<uint8_t> bytes_;

 private:
  uint64_t size_;
};

}  // namespace

Result<std::vector<uint8_t>> WimReader::ReadBlob(size_t blob, uint64_t limit, JobContext& job) const {
  const Blob& entry = table_.blobs()[blob];
  if (entry.size > limit) {
    return Error(ErrorCode::kLimitExceeded, "a blob claims to be " + std::to_string(entry.size) + " bytes").At(path_);
  }
  CollectBlob collect(entry.size);
  const uint32_t index = static_cast<uint32_t>(blob);
  DISM_TRY(ReadBlobs(*this, std::span(&index, 1), collect, job));
  return std::move(collect.bytes_);
}

Result<ImageTree> WimReader::LoadImage(uint32_t index, std::vector<ImageTree::Finding>* findings,
                                       JobContext& job) const {
  if (index == 0 || index > image_count()) {
    return Error(ErrorCode::kImageNotFound,
                 "there is no image " + std::to_string(index) + "; the file has " + std::to_string(image_count()))
        .At(path_);
  }
  const ResourceHeader& resource = table_.metadata[index - 1];
  const uint16_t part = header_.total_parts == 1 ? header_.part_number : 1;
  auto bytes = ReadResource(part, resource, std::min(kMaxMetadataSize, file_size() * 512 + (1 << 20)), &job.cancel);
  if (!bytes.ok()) return std::move(bytes.error()).At(path_);
  if (Sha1::Of(*bytes) != table_.metadata_digests[index - 1]) {
    return Error(ErrorCode::kHashMismatch,
                 "the metadata of image " + std::to_string(index) + " does not match its SHA-1 digest", resource.offset)
        .At(path_);
  }
  auto tree = ImageTree::Parse(std::move(*bytes), findings);
  if (!tree.ok()) {
    // The offset is one in the uncompressed metadata, not in the file.
    Error error = std::move(tree.error());
    error.detail = "metadata of image " + std::to_string(index) + ": " + error.detail;
    return std::move(error).At(path_);
  }
  return tree;
}

}  // namespace dism::wim
