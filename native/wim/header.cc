#include "wim/header.h"

#include <bit>
#include <cstring>
#include <string>

namespace dism::wim {
namespace {

constexpr uint8_t kMagic[8] = {'M', 'S', 'W', 'I', 'M', 0, 0, 0};
constexpr uint8_t kPipableMagic[8] = {'W', 'L', 'P', 'W', 'M', 0, 0, 0};

// Where the fields are; errors name these offsets.
constexpr uint64_t kAtHeaderSize = 0x08;
constexpr uint64_t kAtVersion = 0x0C;
constexpr uint64_t kAtFlags = 0x10;
constexpr uint64_t kAtChunkSize = 0x14;
constexpr uint64_t kAtGuid = 0x18;
constexpr uint64_t kAtPartNumber = 0x28;
constexpr uint64_t kAtTotalParts = 0x2A;
constexpr uint64_t kAtImageCount = 0x2C;
constexpr uint64_t kAtBlobTable = 0x30;
constexpr uint64_t kAtXml = 0x48;
constexpr uint64_t kAtBootMetadata = 0x60;
constexpr uint64_t kAtBootIndex = 0x78;
constexpr uint64_t kAtIntegrity = 0x7C;  // not 8-aligned
constexpr uint64_t kAtReserved = 0x94;

constexpr uint32_t kFormatFlags = kHeaderCompression | kHeaderXpress | kHeaderLzx | kHeaderLzms | kHeaderXpress2;

struct ChunkSizes {
  codec::Format format;
  uint32_t smallest, largest;  // powers of two
};
constexpr ChunkSizes kChunkSizes[] = {
    {codec::Format::kXpress, 1u << 12, 1u << 16},
    {codec::Format::kLzx, 1u << 15, 1u << 21},
    {codec::Format::kLzms, 1u << 15, 1u << 30},
};

bool IsChunkSizeOf(codec::Format format, uint32_t size) {
  for (const ChunkSizes& row : kChunkSizes) {
    if (row.format == format) {
      return std::has_single_bit(size) && size >= row.smallest && size <= row.largest;
    }
  }
  return true;
}

// is_table: blob table, XML and integrity table, which have to be stored uncompressed.
Status CheckRange(const ResourceHeader& resource, bool is_table, uint64_t file_size, View header, uint64_t at,
                  const char* what) {
  if (resource.stored_size == 0) {
    // The offset of nothing does not matter, but nothing cannot hold bytes.
    if (resource.original_size != 0) return header.Bad(at + 16, what);
    return Ok();
  }
  if (resource.offset < Header::kSize) return header.Bad(at + 8, what);
  if (resource.offset > file_size || resource.stored_size > file_size - resource.offset) {
    return Error(ErrorCode::kTruncated, what, header.base() + at);
  }
  const bool compressed = (resource.flags & kResourceCompressed) != 0;
  if (is_table && compressed) return header.Bad(at + 7, what);
  if (!compressed && resource.stored_size != resource.original_size) {
    return header.Bad(at + 16, what);
  }
  return Ok();
}

}  // namespace

codec::Format Header::format() const {
  if ((flags & kHeaderCompression) == 0) return codec::Format::kNone;
  if ((flags & kHeaderLzms) != 0) return codec::Format::kLzms;
  if ((flags & kHeaderLzx) != 0) return codec::Format::kLzx;
  if ((flags & (kHeaderXpress | kHeaderXpress2)) != 0) return codec::Format::kXpress;
  return codec::Format::kNone;
}

void Header::set_format(codec::Format format) {
  flags &= ~kFormatFlags;
  switch (format) {
    case codec::Format::kNone:
      break;
    case codec::Format::kXpress:
      flags |= kHeaderCompression | kHeaderXpress;
      break;
    case codec::Format::kLzx:
      flags |= kHeaderCompression | kHeaderLzx;
      break;
    case codec::Format::kLzms:
      flags |= kHeaderCompression | kHeaderLzms;
      break;
  }
}

Result<Header> Header::Parse(View file_start, uint64_t file_size) {
  const View& v = file_start;
  if (!v.Has(0, sizeof kMagic)) return Error(ErrorCode::kNotAWim, "too short for a WIM header");
  if (std::memcmp(v.data(), kPipableMagic, sizeof kPipableMagic) == 0) {
    return Error(ErrorCode::kUnsupportedVersion, "pipable WIM files (WLPWM) are not supported", v.base());
  }
  if (std::memcmp(v.data(), kMagic, sizeof kMagic) != 0) {
    return Error(ErrorCode::kNotAWim, "the file does not begin with MSWIM", v.base());
  }
  if (!v.Has(0, kSize) || file_size < kSize) {
    return Error(ErrorCode::kTruncated, "the WIM header", v.base() + v.size());
  }

  // The version first: files of the Vista betas differ in everything behind it.
  Header h;
  h.version = v.U32(kAtVersion);
  if (h.version != kVersionDefault && h.version != kVersionSolid) {
    return Error(ErrorCode::kUnsupportedVersion,
                 "WIM version " + std::to_string(h.version) + ", expected 0x10D00 or 0xE00", v.base() + kAtVersion);
  }
  if (v.U32(kAtHeaderSize) != kSize) return v.Bad(kAtHeaderSize, "header size, expected 208");

  h.flags = v.U32(kAtFlags);
  h.chunk_size = v.U32(kAtChunkSize);
  std::memcpy(h.guid.data(), v.data() + kAtGuid, h.guid.size());
  h.part_number = v.U16(kAtPartNumber);
  h.total_parts = v.U16(kAtTotalParts);
  h.image_count = v.U32(kAtImageCount);
  h.blob_table = ResourceHeader::Parse(v.data() + kAtBlobTable);
  h.xml = ResourceHeader::Parse(v.data() + kAtXml);
  h.boot_metadata = ResourceHeader::Parse(v.data() + kAtBootMetadata);
  h.boot_index = v.U32(kAtBootIndex);
  h.integrity = ResourceHeader::Parse(v.data() + kAtIntegrity);
  std::memcpy(h.reserved.data(), v.data() + kAtReserved, h.reserved.size());

  if ((h.flags & kHeaderCompression) != 0) {
    const int types = ((h.flags & (kHeaderXpress | kHeaderXpress2)) != 0) + ((h.flags & kHeaderLzx) != 0) +
                      ((h.flags & kHeaderLzms) != 0);
    if (types != 1) return v.Bad(kAtFlags, "header flags, expected one compression type");
    if (!IsChunkSizeOf(h.format(), h.chunk_size)) {
      return v.Bad(kAtChunkSize, "chunk size, expected a power of two that the compression allows");
    }
  }
  if (h.part_number == 0 || h.part_number > h.total_parts) {
    return v.Bad(kAtPartNumber, "part number, expected 1 to the number of parts");
  }
  if (h.image_count > kMaxImages) {
    return Error(ErrorCode::kLimitExceeded, "image count over 65,535", v.base() + kAtImageCount);
  }
  if (h.boot_index > h.image_count) {
    return v.Bad(kAtBootIndex, "boot index, expected at most the image count");
  }
  DISM_TRY(CheckRange(h.blob_table, true, file_size, v, kAtBlobTable, "blob table in the header"));
  DISM_TRY(CheckRange(h.xml, true, file_size, v, kAtXml, "XML data in the header"));
  DISM_TRY(CheckRange(h.boot_metadata, false, file_size, v, kAtBootMetadata, "boot metadata in the header"));
  DISM_TRY(CheckRange(h.integrity, true, file_size, v, kAtIntegrity, "integrity table in the header"));
  return h;
}

std::array<uint8_t, Header::kSize> Header::Write() const {
  std::array<uint8_t, kSize> out{};
  uint8_t* p = out.data();
  std::memcpy(p, kMagic, sizeof kMagic);
  StoreLe32(p + kAtHeaderSize, kSize);
  StoreLe32(p + kAtVersion, version);
  StoreLe32(p + kAtFlags, flags);
  StoreLe32(p + kAtChunkSize, chunk_size);
  std::memcpy(p + kAtGuid, guid.data(), guid.size());
  StoreLe16(p + kAtPartNumber, part_number);
  StoreLe16(p + kAtTotalParts, total_parts);
  StoreLe32(p + kAtImageCount, image_count);
  blob_table.Write(p + kAtBlobTable);
  xml.Write(p + kAtXml);
  boot_metadata.Write(p + kAtBootMetadata);
  StoreLe32(p + kAtBootIndex, boot_index);
  integrity.Write(p + kAtIntegrity);
  std::memcpy(p + kAtReserved, reserved.data(), reserved.size());
  return out;
}

}  // namespace dism::wim
