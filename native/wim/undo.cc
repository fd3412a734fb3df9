#include "wim/undo.h"

#include <algorithm>
#include <cstring>

#include "hash/sha1.h"
#include "wim/reader.h"

namespace dism::wim {
namespace {

// The file as it will be: the old header before the old bytes.
class OldFile final : public ReadableFile {
 public:
  OldFile(std::shared_ptr<const ReadableFile> file, const UndoRecord& record)
      : file_(std::move(file)), record_(record) {}
  Status ReadAt(uint64_t offset, MutableByteSpan out) const override {
    if (offset > record_.old_size || out.size() > record_.old_size - offset) {
      return Error(ErrorCode::kTruncated, "the file ends early", offset).At(path());
    }
    DISM_TRY(file_->ReadAt(offset, out));
    for (uint64_t i = offset; i < Header::kSize && i - offset < out.size(); ++i) {
      out[static_cast<size_t>(i - offset)] = record_.old_header[static_cast<size_t>(i)];
    }
    return Ok();
  }
  Result<uint64_t> Size() const override { return record_.old_size; }
  const std::string& path() const override { return file_->path(); }

 private:
  std::shared_ptr<const ReadableFile> file_;
  UndoRecord record_;
};

}  // namespace

std::array<uint8_t, UndoRecord::kSize> UndoRecord::Write() const {
  std::array<uint8_t, kSize> bytes{};
  std::memcpy(bytes.data(), kMagic, 8);
  std::memcpy(bytes.data() + 8, old_header.data(), Header::kSize);
  StoreLe64(bytes.data() + 8 + Header::kSize, old_size);
  const Sha1Digest digest = Sha1::Of(ByteSpan(bytes).first(kSize - 20));
  std::memcpy(bytes.data() + kSize - 20, digest.data(), 20);
  return bytes;
}

bool UndoRecord::Parse(ByteSpan bytes, UndoRecord* record) {
  if (bytes.size() < kSize || std::memcmp(bytes.data(), kMagic, 8) != 0) return false;
  const Sha1Digest digest = Sha1::Of(bytes.first(kSize - 20));
  if (std::memcmp(bytes.data() + kSize - 20, digest.data(), 20) != 0) return false;
  std::memcpy(record->old_header.data(), bytes.data() + 8, Header::kSize);
  record->old_size = LoadLe64(bytes.data() + 8 + Header::kSize);
  return true;
}

Result<UndoResult> UndoLastCommit(std::shared_ptr<WritableFile> file) {
  DISM_ASSIGN(const uint64_t size, file->Size());
  std::array<uint8_t, Header::kSize> bytes{};
  if (size < bytes.size()) return Error(ErrorCode::kNotAWim, "the file is shorter than a WIM header").At(file->path());
  DISM_TRY(file->ReadAt(0, bytes));
  auto parsed = Header::Parse(View(bytes), size);
  if (!parsed.ok()) return std::move(parsed.error()).At(file->path());
  const Header& header = *parsed;
  if ((header.flags & kHeaderReadOnly) != 0) {
    return Error(ErrorCode::kAccessDenied, "the file is marked read-only").At(file->path());
  }
  const uint64_t table = header.blob_table.offset;
  UndoRecord record;
  std::array<uint8_t, UndoRecord::kSize> stored{};
  bool found = header.total_parts == 1 && table >= Header::kSize + stored.size();
  if (found) {
    DISM_TRY(file->ReadAt(table - stored.size(), stored));
    found = UndoRecord::Parse(stored, &record) && record.old_size >= Header::kSize &&
            record.old_size <= table - stored.size();
  }
  if (!found) {
    return Error(ErrorCode::kNothingToUndo,
                 "no change is recorded in the file: it was rebuilt, or never changed in place")
        .At(file->path());
  }
  auto old = WimReader::Open(std::make_shared<OldFile>(file, record));
  if (!old.ok()) return std::move(old.error()).At(file->path());
  if ((*old)->header().guid != header.guid) {
    return Error(ErrorCode::kCorrupt, "the undo record belongs to another file", table - stored.size())
        .At(file->path());
  }
  DISM_TRY(file->WriteAt(0, record.old_header));
  DISM_TRY(file->Sync());
  DISM_TRY(file->Truncate(record.old_size));
  DISM_TRY(file->Sync());
  return UndoResult{size, record.old_size, header.image_count, (*old)->header().image_count};
}

}  // namespace dism::wim
