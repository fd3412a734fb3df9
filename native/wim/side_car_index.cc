#include "wim/side_car_index.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstring>

namespace dism::wim {
namespace {

constexpr uint8_t kMagic[8] = {'O', 'D', 'S', 'I', 'D', 'E', 'C', 'R'};
constexpr size_t kDigestSize = 20;
constexpr size_t kPieceSize = 1 << 20;

void AppendHeader(const Guid& guid, uint32_t flags, uint32_t record_count, uint64_t names_size,
                  std::vector<uint8_t>* out) {
  const size_t at = out->size();
  out->resize(at + SideCarIndex::kHeaderSize);
  uint8_t* p = out->data() + at;
  std::memcpy(p, kMagic, sizeof kMagic);
  StoreLe32(p + 8, SideCarIndex::kVersion);
  StoreLe32(p + 12, SideCarIndex::kHeaderSize);
  std::memcpy(p + 16, guid.data(), guid.size());
  StoreLe32(p + 32, record_count);
  StoreLe32(p + 36, flags);
  StoreLe64(p + 40, names_size);
}

void AppendRecord(const SideCarRecord& record, std::vector<uint8_t>* out) {
  const size_t at = out->size();
  out->resize(at + SideCarRecord::kSize);
  uint8_t* p = out->data() + at;
  StoreLe32(p, record.parent);
  StoreLe32(p + 4, record.name_offset);
  StoreLe16(p + 8, record.name_length);
  StoreLe16(p + 10, record.flags);
  StoreLe32(p + 12, record.type);
  StoreLe64(p + 16, record.inode);
  StoreLe64(p + 24, record.size);
  StoreLe64(p + 32, static_cast<uint64_t>(record.modified.seconds));
  StoreLe64(p + 40, static_cast<uint64_t>(record.changed.seconds));
  StoreLe32(p + 48, record.modified.nanoseconds);
  StoreLe32(p + 52, record.changed.nanoseconds);
}

}  // namespace

bool SideCarRecord::Matches(const FileStatus& status) const {
  return (status.mode & S_IFMT) == type && status.inode == inode && status.size == size &&
         status.modified == modified && status.changed == changed;
}

Result<SideCarIndex> SideCarIndex::Parse(View bytes) {
  if (!bytes.Has(0, kHeaderSize + kDigestSize)) return Error(ErrorCode::kTruncated, "side-car index", bytes.base());
  if (std::memcmp(bytes.data(), kMagic, sizeof kMagic) != 0) return bytes.Bad(0, "not a side-car index");
  if (bytes.U32(8) != kVersion) {
    return Error(ErrorCode::kUnsupportedVersion, "version of the side-car index", bytes.base() + 8);
  }
  const uint64_t record_count = bytes.U32(32), names_size = bytes.U64(40);
  const uint64_t records_size = record_count * SideCarRecord::kSize;
  if (names_size > bytes.size() || kHeaderSize + records_size + names_size + kDigestSize != bytes.size()) {
    return bytes.Bad(32, "sizes in the side-car index do not add up");
  }
  const Sha1Digest digest = Sha1::Of(bytes.bytes().first(bytes.size() - kDigestSize));
  if (std::memcmp(digest.data(), bytes.data() + bytes.size() - kDigestSize, kDigestSize) != 0) {
    return Error(ErrorCode::kHashMismatch, "side-car index", bytes.base() + bytes.size() - kDigestSize);
  }
  SideCarIndex index;
  std::memcpy(index.guid.data(), bytes.data() + 16, index.guid.size());
  index.flags = bytes.U32(36);
  const uint64_t names_at = kHeaderSize + records_size;
  index.names.assign(reinterpret_cast<const char*>(bytes.data()) + names_at, static_cast<size_t>(names_size));
  index.records.resize(static_cast<size_t>(record_count));
  for (size_t i = 0; i < index.records.size(); ++i) {
    const uint64_t at = kHeaderSize + i * SideCarRecord::kSize;
    SideCarRecord& record = index.records[i];
    record.parent = bytes.U32(at);
    record.name_offset = bytes.U32(at + 4);
    record.name_length = bytes.U16(at + 8);
    record.flags = bytes.U16(at + 10);
    record.type = bytes.U32(at + 12);
    record.inode = bytes.U64(at + 16);
    record.size = bytes.U64(at + 24);
    record.modified = {static_cast<int64_t>(bytes.U64(at + 32)), bytes.U32(at + 48)};
    record.changed = {static_cast<int64_t>(bytes.U64(at + 40)), bytes.U32(at + 52)};
    if (i > 0 && record.parent >= i) return bytes.Bad(at, "a record of the side-car index comes before its directory");
    if (record.name_offset > names_size || record.name_length > names_size - record.name_offset) {
      return bytes.Bad(at + 4, "a name outside the side-car index");
    }
  }
  return index;
}

std::vector<uint8_t> SideCarIndex::Write() const {
  std::vector<uint8_t> bytes;
  AppendHeader(guid, flags, static_cast<uint32_t>(records.size()), names.size(), &bytes);
  for (const SideCarRecord& record : records) AppendRecord(record, &bytes);
  bytes.insert(bytes.end(), names.begin(), names.end());
  const Sha1Digest digest = Sha1::Of(bytes);
  bytes.insert(bytes.end(), digest.begin(), digest.end());
  return bytes;
}

SideCarIndexWriter::SideCarIndexWriter(WritableFile& file, const Guid& guid, uint32_t flags, uint32_t record_count,
                                       uint64_t names_size)
    : file_(file) {
  AppendHeader(guid, flags, record_count, names_size, &piece_);
}

Status SideCarIndexWriter::AddRecord(const SideCarRecord& record) {
  AppendRecord(record, &piece_);
  return piece_.size() < kPieceSize ? Ok() : Flush();
}

Status SideCarIndexWriter::AddName(std::string_view name) {
  piece_.insert(piece_.end(), name.begin(), name.end());
  return piece_.size() < kPieceSize ? Ok() : Flush();
}

Status SideCarIndexWriter::Flush() {
  sha_.Update(piece_);
  DISM_TRY(file_.WriteAt(offset_, piece_));
  offset_ += piece_.size();
  piece_.clear();
  return Ok();
}

Status SideCarIndexWriter::Finish() {
  DISM_TRY(Flush());
  return file_.WriteAt(offset_, sha_.Finish());
}

}  // namespace dism::wim
