#include "base/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <vector>

namespace dism {
namespace {

// Large enough that the number of system calls does not matter, small enough for L2-friendly copies.
constexpr size_t kCopyBuffer = 1 << 20;

class PosixFile final : public WritableFile {
 public:
  PosixFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  ~PosixFile() override { close(fd_); }

  Status ReadAt(uint64_t offset, MutableByteSpan out) const override {
    while (!out.empty()) {
      const ssize_t n = pread(fd_, out.data(), out.size(), static_cast<off_t>(offset));
      if (n < 0) {
        if (errno == EINTR) continue;
        return ErrorFromErrno(errno, "read", path_);
      }
      if (n == 0) return Error(ErrorCode::kTruncated, "the file ends early", offset).At(path_);
      out = out.subspan(static_cast<size_t>(n));
      offset += static_cast<uint64_t>(n);
    }
    return Ok();
  }

  Result<uint64_t> Size() const override {
    struct stat st;
    if (fstat(fd_, &st) != 0) return ErrorFromErrno(errno, "get the size", path_);
    return static_cast<uint64_t>(st.st_size);
  }

  const std::string& path() const override { return path_; }
  int descriptor() const override { return fd_; }

  Status WriteAt(uint64_t offset, ByteSpan data) override {
    while (!data.empty()) {
      const ssize_t n = pwrite(fd_, data.data(), data.size(), static_cast<off_t>(offset));
      if (n < 0) {
        if (errno == EINTR) continue;
        return ErrorFromErrno(errno, "write", path_);
      }
      data = data.subspan(static_cast<size_t>(n));
      offset += static_cast<uint64_t>(n);
    }
    return Ok();
  }

  Status Truncate(uint64_t size) override {
    if (ftruncate(fd_, static_cast<off_t>(size)) != 0) return ErrorFromErrno(errno, "set the size", path_);
    return Ok();
  }

  Status Sync() override {
#if defined(__APPLE__)
    const int r = fcntl(fd_, F_FULLFSYNC) == 0 ? 0 : fsync(fd_);
#else
    const int r = fdatasync(fd_);
#endif
    // Pipes and special files cannot be synced: nothing to wait for.
    if (r != 0 && errno != EINVAL) return ErrorFromErrno(errno, "flush", path_);
    return Ok();
  }

  Status CopyFrom(const ReadableFile& source, uint64_t source_offset, uint64_t offset, uint64_t length) override {
#if defined(__linux__)
    if (source.descriptor() >= 0) {
      off_t in = static_cast<off_t>(source_offset), out = static_cast<off_t>(offset);
      while (length > 0) {
        const ssize_t n = copy_file_range(source.descriptor(), &in, fd_, &out,
                                          static_cast<size_t>(std::min<uint64_t>(length, 1u << 30)), 0);
        if (n > 0) {
          length -= static_cast<uint64_t>(n);
          continue;
        }
        if (n == 0) break;  // end of the source, or a file system that refuses silently: the loop below decides
        if (errno == EINTR) continue;
        if (errno == ENOSPC || errno == EIO) return ErrorFromErrno(errno, "write", path_);
        break;
      }
      source_offset = static_cast<uint64_t>(in);
      offset = static_cast<uint64_t>(out);
    }
#endif
    return WritableFile::CopyFrom(source, source_offset, offset, length);
  }

 private:
  int fd_;
  std::string path_;
};

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Status WritableFile::CopyFrom(const ReadableFile& source, uint64_t source_offset, uint64_t offset, uint64_t length) {
  std::vector<uint8_t> buffer(static_cast<size_t>(std::min<uint64_t>(length, kCopyBuffer)));
  while (length > 0) {
    const MutableByteSpan piece(buffer.data(), static_cast<size_t>(std::min<uint64_t>(length, buffer.size())));
    DISM_TRY(source.ReadAt(source_offset, piece));
    DISM_TRY(WriteAt(offset, piece));
    source_offset += piece.size();
    offset += piece.size();
    length -= piece.size();
  }
  return Ok();
}

Result<std::unique_ptr<ReadableFile>> OpenForReading(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return ErrorFromErrno(errno, "open", path);
  struct stat st;
  if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
    close(fd);
    return ErrorFromErrno(EISDIR, "open", path);
  }
  return std::unique_ptr<ReadableFile>(std::make_unique<PosixFile>(fd, path));
}

Result<std::unique_ptr<WritableFile>> OpenForUpdate(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return ErrorFromErrno(errno, "open for writing", path);
  auto file = std::make_unique<PosixFile>(fd, path);
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) return ErrorFromErrno(errno, "lock", path);
  struct stat locked, named;
  if (fstat(fd, &locked) != 0 || stat(path.c_str(), &named) != 0)
    return ErrorFromErrno(errno, "open for writing", path);
  if (locked.st_ino != named.st_ino || locked.st_dev != named.st_dev) {
    return Error(ErrorCode::kSharingViolation, "another process replaced the file meanwhile").At(path);
  }
  return std::unique_ptr<WritableFile>(std::move(file));
}

Status SetFileTimes(const std::string& path, int64_t modified, int64_t accessed) {
  const auto split = [](int64_t nanoseconds) {
    constexpr int64_t kSecond = 1'000'000'000;
    const int64_t rest = ((nanoseconds % kSecond) + kSecond) % kSecond;
    return timespec{static_cast<time_t>((nanoseconds - rest) / kSecond), static_cast<long>(rest)};
  };
  const timespec times[2] = {split(accessed), split(modified)};
  if (utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0) return Ok();
  return ErrorFromErrno(errno, "set the times", path);
}

Status LockDescriptor(int descriptor) {
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return Ok();
  if (errno == EWOULDBLOCK) return Error(ErrorCode::kSharingViolation, "another process has it locked");
  if (errno == EINTR) return LockDescriptor(descriptor);
  if (errno == EBADF || errno == EINVAL || errno == ENOLCK || errno == ENOTSUP) return Ok();
  return ErrorFromErrno(errno, "lock", "");
}

Result<std::unique_ptr<TemporaryFile>> TemporaryFile::Create(const std::string& path) {
  std::random_device random;
  for (int attempt = 0; attempt < 16; ++attempt) {
    char suffix[32];
    std::snprintf(suffix, sizeof suffix, ".%08x.tmp", random());
    const std::string temporary = path + suffix;
    const int fd = open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) {
      if (errno == EEXIST) continue;
      return ErrorFromErrno(errno, "create", path);
    }
    auto result = std::unique_ptr<TemporaryFile>(new TemporaryFile());
    result->path_ = path;
    result->temporary_path_ = temporary;
    result->file_ = std::make_unique<PosixFile>(fd, temporary);
    flock(fd, LOCK_EX | LOCK_NB);
    return result;
  }
  return Error(ErrorCode::kAlreadyExists, "no free temporary name beside the file").At(path);
}

TemporaryFile::~TemporaryFile() {
  if (!published_) unlink(temporary_path_.c_str());
}

Status TemporaryFile::Publish() {
  DISM_TRY(file_->Sync());
  if (rename(temporary_path_.c_str(), path_.c_str()) != 0) return ErrorFromErrno(errno, "rename into place", path_);
  published_ = true;
  const int directory = open(DirectoryOf(path_).c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY);
  if (directory >= 0) {
    fsync(directory);
    close(directory);
  }
  return Ok();
}

}  // namespace dism
