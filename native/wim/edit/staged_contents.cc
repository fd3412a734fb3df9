#include "wim/edit/staged_contents.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/buffer.h"

namespace dism::wim {
namespace {

constexpr uint64_t kPiece = 1 << 20;

class BytesReader final : public ContentReader {
 public:
  explicit BytesReader(ByteSpan bytes) : bytes_(bytes) {}
  Status ReadAt(uint64_t offset, MutableByteSpan out) override {
    std::copy_n(bytes_.begin() + static_cast<ptrdiff_t>(offset), out.size(), out.begin());
    return Ok();
  }

 private:
  ByteSpan bytes_;
};

class BytesContent final : public Content {
 public:
  explicit BytesContent(std::vector<uint8_t> bytes) : bytes_(std::move(bytes)) {}
  uint64_t size() const override { return bytes_.size(); }
  std::string path() const override { return "bytes"; }
  Result<std::unique_ptr<ContentReader>> Open() const override {
    return std::unique_ptr<ContentReader>(std::make_unique<BytesReader>(bytes_));
  }

 private:
  std::vector<uint8_t> bytes_;
};

// What tells one state of a file from another.
struct FileIdentity {
  uint64_t size = 0, inode = 0, device = 0;
  int64_t seconds = 0, nanoseconds = 0;
  bool operator==(const FileIdentity&) const = default;
};

FileIdentity IdentityOf(const struct stat& status) {
#if defined(__APPLE__)
  const struct timespec modified = status.st_mtimespec;
#else
  const struct timespec modified = status.st_mtim;
#endif
  return {static_cast<uint64_t>(status.st_size), static_cast<uint64_t>(status.st_ino),
          static_cast<uint64_t>(status.st_dev), static_cast<int64_t>(modified.tv_sec), modified.tv_nsec};
}

Error Changed(const std::string& path) {
  return Error(ErrorCode::kFileChanged, "the file changed after it had been chosen as content").At(path);
}

class LocalFileReader final : public ContentReader {
 public:
  LocalFileReader(int fd, const FileIdentity& identity, const std::string& path)
      : fd_(fd), identity_(identity), path_(path) {}
  ~LocalFileReader() override { close(fd_); }

  Status ReadAt(uint64_t offset, MutableByteSpan out) override {
    while (!out.empty()) {
      const ssize_t n = pread(fd_, out.data(), out.size(), static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return ErrorFromErrno(errno, "read", path_);
      if (n == 0) return Changed(path_);
      out = out.subspan(static_cast<size_t>(n));
      offset += static_cast<uint64_t>(n);
    }
    return Ok();
  }
  Status CheckUnchanged() override {
    struct stat status;
    if (fstat(fd_, &status) != 0) return ErrorFromErrno(errno, "examine", path_);
    if (!(IdentityOf(status) == identity_)) return Changed(path_);
    return Ok();
  }

 private:
  int fd_;
  FileIdentity identity_;
  const std::string& path_;  // of the content, which outlives its readers
};

class LocalFileContent final : public Content {
 public:
  LocalFileContent(std::string path, const FileIdentity& identity) : path_(std::move(path)), identity_(identity) {}
  uint64_t size() const override { return identity_.size; }
  std::string path() const override { return path_; }
  Result<std::unique_ptr<ContentReader>> Open() const override {
    const int fd = open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return ErrorFromErrno(errno, "open", path_);
    auto reader = std::make_unique<LocalFileReader>(fd, identity_, path_);
    DISM_TRY(reader->CheckUnchanged());
    return std::unique_ptr<ContentReader>(std::move(reader));
  }

 private:
  std::string path_;
  FileIdentity identity_;
};

// Lets a writer own what is shared.
class SharedContent final : public Content {
 public:
  explicit SharedContent(std::shared_ptr<const Content> content) : content_(std::move(content)) {}
  uint64_t size() const override { return content_->size(); }
  std::string path() const override { return content_->path(); }
  Result<std::unique_ptr<ContentReader>> Open() const override { return content_->Open(); }

 private:
  std::shared_ptr<const Content> content_;
};

}  // namespace

std::shared_ptr<const Content> MakeBytesContent(std::vector<uint8_t> bytes) {
  return std::make_shared<BytesContent>(std::move(bytes));
}

Result<std::shared_ptr<const Content>> MakeLocalFileContent(const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) return ErrorFromErrno(errno, "open", path);
  if (S_ISDIR(status.st_mode)) return ErrorFromErrno(EISDIR, "open", path);
  if (!S_ISREG(status.st_mode)) return Error(ErrorCode::kNotSupported, "not a regular file").At(path);
  return std::shared_ptr<const Content>(std::make_shared<LocalFileContent>(path, IdentityOf(status)));
}

Result<StagedContents::Staged> StagedContents::Add(std::shared_ptr<const Content> content, JobContext& job) {
  Staged staged;
  staged.size = content->size();
  DISM_ASSIGN(const std::unique_ptr<ContentReader> reader, content->Open());
  Buffer buffer;
  Sha1 sha;
  for (uint64_t at = 0; at < staged.size; at += kPiece) {
    DISM_TRY(job.CheckCancelled());
    const MutableByteSpan bytes = buffer.Get(static_cast<size_t>(std::min(kPiece, staged.size - at)));
    DISM_TRY(reader->ReadAt(at, bytes));
    sha.Update(bytes);
  }
  DISM_TRY(reader->CheckUnchanged());
  if (staged.size == 0) return staged;
  staged.digest = sha.Finish();
  Add(Item{staged, std::move(content), nullptr, 0});
  return staged;
}

StagedContents::Staged StagedContents::AddBlob(std::shared_ptr<const WimReader> reader, uint32_t blob) {
  const Blob& entry = reader->table().blobs()[blob];
  const Staged staged{entry.digest, entry.size};
  Add(Item{staged, nullptr, std::move(reader), blob});
  return staged;
}

void StagedContents::Add(const Item& item) {
  std::lock_guard lock(mutex_);
  const auto [entry, added] = by_digest_.try_emplace(item.staged.digest, items_.size());
  if (added) {
    items_.push_back(item);
  } else {
    // The newer source of the same bytes: the older file may be gone by now.
    items_[entry->second] = item;
  }
}

bool StagedContents::Find(const Sha1Digest& digest, Item* item) const {
  std::lock_guard lock(mutex_);
  const auto entry = by_digest_.find(digest);
  if (entry == by_digest_.end()) return false;
  *item = items_[entry->second];
  return true;
}

void StagedContents::Clear() {
  std::lock_guard lock(mutex_);
  items_.clear();
  by_digest_.clear();
}

Status StagedContents::Store(WimWriter& writer, const std::function<bool(const Sha1Digest&)>& is_wanted,
                             JobContext& job) {
  std::vector<Item> items;
  {
    std::lock_guard lock(mutex_);
    std::copy_if(items_.begin(), items_.end(), std::back_inserter(items),
                 [&](const Item& item) { return is_wanted(item.staged.digest); });
  }
  std::vector<PendingContent> contents;
  std::vector<const Item*> sources;
  std::vector<std::pair<std::shared_ptr<const WimReader>, std::vector<uint32_t>>> copies;
  uint64_t bytes = 0;
  for (const Item& item : items) {
    if (item.content != nullptr) {
      contents.emplace_back().content = std::make_unique<SharedContent>(item.content);
      sources.push_back(&item);
      bytes += item.staged.size;
      continue;
    }
    if (copies.empty() || copies.back().first != item.reader) copies.push_back({item.reader, {}});
    copies.back().second.push_back(item.blob);
  }
  if (!contents.empty()) {
    job.progress.Begin("Storing", bytes, contents.size());
    DISM_TRY(writer.AddContents(contents, {}, job));
  }
  for (size_t i = 0; i < contents.size(); ++i) {
    if (contents[i].failed) {
      return Error(ErrorCode::kFileChanged, "the new content of a file cannot be read any more")
          .At(contents[i].content->path());
    }
    if (contents[i].digest != sources[i]->staged.digest) return Changed(contents[i].content->path());
  }
  for (const auto& [reader, blobs] : copies) DISM_TRY(writer.CopyBlobs(*reader, blobs, job));
  return Ok();
}

}  // namespace dism::wim
