#include "wim/capture/capture_content.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "base/utf16.h"

namespace dism::wim {
namespace {

// Shorter than PATH_MAX everywhere; longer paths are walked in several steps.
constexpr size_t kLongestPathAtOnce = 1000;

// Reading for a capture should leave the access time alone. Only the owner of a file may ask for that.
#if defined(O_NOATIME)
constexpr int kKeepAccessTime = O_NOATIME;
#else
constexpr int kKeepAccessTime = 0;
#endif

Error ChangedError(std::string path) {
  return Error(ErrorCode::kFileChanged, "the file changed while it was being captured").At(std::move(path));
}

class FileContent final : public Content {
 public:
  FileContent(const PathTable& table, const PathRef& ref, const FileStatus& status)
      : table_(table),
        ref_(ref),
        size_(status.size),
        inode_(status.inode),
        device_(status.device),
        modified_(status.modified) {}

  uint64_t size() const override { return size_; }
  std::string path() const override { return table_.ShownPath(ref_); }
  Result<std::unique_ptr<ContentReader>> Open() const override;

  // nullopt-like: ok when the open file is still the one that was scanned.
  Status Check(int fd) const {
    FileStatus now;
    const int error = GetFileStatus(fd, "", false, &now);
    if (error != 0) return ErrorFromErrno(error, "examine", path());
    if (!S_ISREG(now.mode) || now.size != size_ || now.inode != inode_ || now.device != device_ ||
        now.modified != modified_) {
      return ChangedError(path());
    }
    return Ok();
  }

 private:
  const PathTable& table_;
  PathRef ref_;
  uint64_t size_;
  uint64_t inode_;
  uint64_t device_;
  PosixTime modified_;
};

class FileContentReader final : public ContentReader {
 public:
  FileContentReader(const FileContent& content, int fd) : content_(content), fd_(fd) {}
  ~FileContentReader() override { close(fd_); }

  Status ReadAt(uint64_t offset, MutableByteSpan out) override {
    while (!out.empty()) {
      const ssize_t n = pread(fd_, out.data(), out.size(), static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return ErrorFromErrno(errno, "read", content_.path());
      if (n == 0) return ChangedError(content_.path());
      out = out.subspan(static_cast<size_t>(n));
      offset += static_cast<uint64_t>(n);
    }
    return Ok();
  }
  Status CheckUnchanged() override { return content_.Check(fd_); }

 private:
  const FileContent& content_;  // outlives its readers
  const int fd_;
};

Result<std::unique_ptr<ContentReader>> FileContent::Open() const {
  const std::string relative = table_.RelativePath(ref_);
  int fd = OpenBelow(table_.root_fd, relative, O_RDONLY | kKeepAccessTime);
  if (fd < 0 && errno == EPERM) fd = OpenBelow(table_.root_fd, relative, O_RDONLY);
  if (fd < 0) {
    // A link in the place of the file.
    if (errno == ELOOP) return ChangedError(path());
    return ErrorFromErrno(errno, "open", path());
  }
  auto reader = std::make_unique<FileContentReader>(*this, fd);
  DISM_TRY(Check(fd));
  return std::unique_ptr<ContentReader>(std::move(reader));
}

class BufferContent final : public Content {
 public:
  BufferContent(std::vector<uint8_t> bytes, std::string path) : bytes_(std::move(bytes)), path_(std::move(path)) {}
  uint64_t size() const override { return bytes_.size(); }
  std::string path() const override { return path_; }
  Result<std::unique_ptr<ContentReader>> Open() const override {
    return std::unique_ptr<ContentReader>(std::make_unique<Reader>(bytes_));
  }

 private:
  class Reader final : public ContentReader {
   public:
    explicit Reader(ByteSpan bytes) : bytes_(bytes) {}
    Status ReadAt(uint64_t offset, MutableByteSpan out) override {
      if (offset > bytes_.size() || out.size() > bytes_.size() - offset) {
        return Error(ErrorCode::kTruncated, "read behind the end of a buffer", offset);
      }
      if (!out.empty()) std::memcpy(out.data(), bytes_.data() + offset, out.size());
      return Ok();
    }

   private:
    ByteSpan bytes_;
  };
  std::vector<uint8_t> bytes_;
  std::string path_;
};

}  // namespace

PathTable::~PathTable() {
  if (root_fd >= 0) close(root_fd);
}

std::string PathTable::RelativePath(uint32_t directory) const {
  std::vector<std::string_view> names;
  for (uint32_t at = directory; at != 0; at = directories[at].self.directory)
    names.push_back(Name(directories[at].self));
  std::string path;
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    if (!path.empty()) path += '/';
    path += *name;
  }
  return path;
}

std::string PathTable::RelativePath(const PathRef& ref) const {
  std::string path = RelativePath(ref.directory);
  if (!path.empty()) path += '/';
  path += Name(ref);
  return path;
}

std::string PathTable::ShownPath(uint32_t directory) const {
  if (directory == 0) return root.empty() ? "/" : ShownBytes(root);
  return ShownBytes(root + "/" + RelativePath(directory));
}

std::string PathTable::ShownPath(const PathRef& ref) const { return ShownBytes(root + "/" + RelativePath(ref)); }

int OpenBelow(int root, std::string_view relative_path, int flags) {
  constexpr int kAlways = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  int at = root;
  const auto step = [&](std::string_view path, int step_flags) {
    const std::string piece(path.empty() ? "." : path);
    const int next = openat(at, piece.c_str(), step_flags | kAlways);
    const int error = errno;
    if (at != root) close(at);
    errno = error;
    at = next;
    return next >= 0;
  };
  while (relative_path.size() > kLongestPathAtOnce) {
    size_t cut = relative_path.rfind('/', kLongestPathAtOnce);
    // A single name is never that long.
    if (cut == std::string_view::npos) cut = relative_path.find('/');
    if (cut == std::string_view::npos) break;
    if (!step(relative_path.substr(0, cut), O_RDONLY | O_DIRECTORY)) return -1;
    relative_path.remove_prefix(cut + 1);
  }
  return step(relative_path, flags) ? at : -1;
}

std::string ShownBytes(std::string_view bytes) {
  if (Utf8ToUtf16(bytes)) return std::string(bytes);
  static const char kDigits[] = "0123456789abcdef";
  std::string shown;
  for (size_t i = 0; i < bytes.size();) {
    size_t length = 1;
    while (length <= 4 && i + length <= bytes.size() && !Utf8ToUtf16(bytes.substr(i, length))) ++length;
    if (length <= 4 && i + length <= bytes.size()) {
      shown += bytes.substr(i, length);
      i += length;
      continue;
    }
    const uint8_t byte = static_cast<uint8_t>(bytes[i++]);
    shown += "\\x";
    shown += kDigits[byte >> 4];
    shown += kDigits[byte & 15];
  }
  return shown;
}

std::unique_ptr<Content> MakeFileContent(const PathTable& table, const PathRef& ref, const FileStatus& status) {
  return std::make_unique<FileContent>(table, ref, status);
}

std::unique_ptr<Content> MakeBufferContent(std::vector<uint8_t> bytes, std::string shown_path) {
  return std::make_unique<BufferContent>(std::move(bytes), std::move(shown_path));
}

}  // namespace dism::wim
