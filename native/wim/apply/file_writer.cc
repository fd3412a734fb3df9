#include "wim/apply/file_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "wim/apply/entry_metadata.h"
#include "wim/capture/capture_content.h"

namespace dism::wim {
namespace {

// Zeros shorter than this are written even into sparse files: a hole costs an extent.
constexpr size_t kSmallestHole = 64 << 10;
// The most written by one system call, so that a cancel is seen in time.
constexpr size_t kMostAtOnce = 8 << 20;
constexpr uint64_t kCopyAtOnce = 16 << 20;
constexpr int kCreateFlags = O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;

bool IsZero(ByteSpan data) {
  return data.empty() || (data[0] == 0 && std::memcmp(data.data(), data.data() + 1, data.size() - 1) == 0);
}

// Copies `size` bytes, in the kernel where both files allow it. 0, ECANCELED, or errno.
int CopyBytes(int source, int target, uint64_t size, const CancelFlag& cancel) {
  uint64_t done = 0;
#if defined(__linux__)
  while (done < size) {
    if (cancel.IsSet()) return ECANCELED;
    off_t in = static_cast<off_t>(done), out = static_cast<off_t>(done);
    const ssize_t n = copy_file_range(source, &in, target, &out, std::min(size - done, kCopyAtOnce), 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EIO)) return errno;
    if (n <= 0) break;
    done += static_cast<uint64_t>(n);
  }
#endif
  std::vector<uint8_t> buffer(static_cast<size_t>(std::min<uint64_t>(size - done, 1 << 20)));
  while (done < size) {
    if (cancel.IsSet()) return ECANCELED;
    const size_t want = static_cast<size_t>(std::min<uint64_t>(size - done, buffer.size()));
    const ssize_t n = pread(source, buffer.data(), want, static_cast<off_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return n < 0 ? errno : EIO;
    for (size_t at = 0; at < static_cast<size_t>(n);) {
      const ssize_t m = pwrite(target, buffer.data() + at, static_cast<size_t>(n) - at, static_cast<off_t>(done + at));
      if (m < 0 && errno == EINTR) continue;
      if (m < 0) return errno;
      at += static_cast<size_t>(m);
    }
    done += static_cast<uint64_t>(n);
  }
  return 0;
}

}  // namespace

FileWriter::FileWriter(ApplyPlan& plan, const WimReader& reader, const ImageTree& tree, const ApplyOptions& options,
                       TargetTree& target, JobContext& job)
    : plan_(plan), reader_(reader), tree_(tree), options_(options), target_(target), job_(job) {
  for (size_t i = 0; i < plan.uses.size(); ++i) {
    if (i > 0 && plan.uses[i].blob == plan.uses[i - 1].blob) continue;
    blobs_.push_back(plan.uses[i].blob);
    first_use_.push_back(i);
    total_bytes_ += reader.table().blobs()[plan.uses[i].blob].size;
  }
  first_use_.push_back(plan.uses.size());
}

FileWriter::~FileWriter() { RemoveUnfinished(); }

std::span<const BlobUse> FileWriter::UsesOf(size_t request) const {
  return std::span<const BlobUse>(plan_.uses)
      .subspan(first_use_[request], first_use_[request + 1] - first_use_[request]);
}

uint64_t FileWriter::SizeOf(size_t request) const { return reader_.table().blobs()[blobs_[request]].size; }

std::string FileWriter::ShownPath(uint32_t entry) const {
  const std::string& root = target_.path();
  return ShownBytes((root == "/" ? "" : root) + "/" + plan_.RelativePath(entry));
}

void FileWriter::Skip(uint32_t entry, ErrorCode code, const std::string& message) {
  for (uint32_t name = entry; name != kNoEntry; name = plan_.entries[name].next_link) {
    plan_.entries[name].skipped = true;
    skipped_count.fetch_add(1, std::memory_order_relaxed);
    job_.Warn(code, ShownPath(name), message);
  }
}

Status FileWriter::SkipOrStop(uint32_t entry, int error, const char* action) {
  if (error == ECANCELED) return Error(ErrorCode::kCancelled);
  Error e = ErrorFromErrno(error, action, ShownPath(entry));
  if (!ConcernsOneEntry(error)) return e;
  Skip(entry, e.code, std::string("skipped: cannot ") + action + ": " + strerror(error));
  return Ok();
}

int FileWriter::Create(uint32_t entry, int flags, std::shared_ptr<const Descriptor>* directory, int* fd) {
  const PlannedEntry& planned = plan_.entries[entry];
  const int error = target_.OpenDirectory(planned.parent, directory);
  if (error != 0) return error;
  const std::string name(plan_.Name(entry));
  // Nobody else may look into a file before its owner and mode are set.
  const mode_t mode = options_.unix_data ? 0600 : planned.read_only ? 0444 : 0666;
  for (int attempt = 0;; ++attempt) {
    *fd = openat((*directory)->get(), name.c_str(), flags | kCreateFlags, mode);
    if (*fd >= 0) return 0;
    if (errno == EINTR) continue;
    if (errno != EEXIST || attempt == 2) return errno;
    const int in_the_way = RemoveInTheWay((*directory)->get(), name.c_str());
    if (in_the_way != 0) return in_the_way;
  }
}

void FileWriter::Remove(uint32_t entry, const Descriptor& directory) {
  unlinkat(directory.get(), std::string(plan_.Name(entry)).c_str(), 0);
}

int FileWriter::WriteData(int fd, uint64_t offset, ByteSpan data, bool sparse) {
  while (!data.empty()) {
    ByteSpan piece = data.first(std::min(data.size(), sparse ? kSmallestHole : kMostAtOnce));
    data = data.subspan(piece.size());
    if (sparse && piece.size() == kSmallestHole && IsZero(piece)) {
      offset += piece.size();
      continue;
    }
    while (!piece.empty()) {
      const ssize_t n = pwrite(fd, piece.data(), piece.size(), static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return errno;
      piece = piece.subspan(static_cast<size_t>(n));
      offset += static_cast<uint64_t>(n);
    }
  }
  return 0;
}

Status FileWriter::Finish(uint32_t entry, int fd, const std::shared_ptr<const Descriptor>& directory, uint64_t size) {
  const PlannedEntry& planned = plan_.entries[entry];
  MetadataProblems problems;
  if (options_.unix_data) {
    const UnixMetadata metadata = ReadUnixMetadata(tree_.Get(planned.node));
    // An image without Unix data: what a file gets that is simply created.
    if (!metadata.has_data && fchmod(fd, planned.read_only ? 0444 : 0644) != 0) problems.Add(errno, "mode");
    SetUnixMetadata(fd, directory->get(), std::string(plan_.Name(entry)).c_str(), metadata, &problems);
  }
  timespec times[2];
  TimesOf(planned, times);
  if (futimens(fd, times) != 0) problems.Add(errno, "times");
  // Some file systems report a full disk only here.
  if (close(fd) != 0 && errno != EINTR) {
    const int error = errno;
    Remove(entry, *directory);
    return SkipOrStop(entry, error, "write the file");
  }
  if (problems.error != 0) job_.Warn(ErrorFromErrno(problems.error, "", "").code, ShownPath(entry), problems.what);
  file_count.fetch_add(1, std::memory_order_relaxed);
  bytes.fetch_add(size, std::memory_order_relaxed);
  return MakeLinks(entry, *directory, size);
}

Status FileWriter::MakeLinks(uint32_t entry, const Descriptor& directory, uint64_t size) {
  const std::string first(plan_.Name(entry));
  for (uint32_t name = plan_.entries[entry].next_link; name != kNoEntry; name = plan_.entries[name].next_link) {
    DISM_TRY(job_.CheckCancelled());
    std::shared_ptr<const Descriptor> there;
    int error = target_.OpenDirectory(plan_.entries[name].parent, &there);
    const std::string link(plan_.Name(name));
    for (int attempt = 0; error == 0; ++attempt) {
      if (linkat(directory.get(), first.c_str(), there->get(), link.c_str(), 0) == 0) break;
      error = errno;
      if (error == EEXIST && attempt < 2) error = RemoveInTheWay(there->get(), link.c_str());
    }
    // One of several names: the others go on their own, so the chain is cut off here for what may be reported.
    const uint32_t rest = plan_.entries[name].next_link;
    if (error == EPERM || error == EMLINK || error == ENOTSUP || error == EXDEV) {
      // The file system has no hard links, or no more for this file.
      if (!warned_no_links_.exchange(true)) {
        job_.Warn(ErrorCode::kNotSupported, ShownPath(name), "the file system makes no hard link here: made a copy");
      }
      const int source = openat(directory.get(), first.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
      if (source < 0) {
        error = errno;
      } else {
        plan_.entries[name].next_link = kNoEntry;
        Status copied = CopyFile(name, source, size);
        plan_.entries[name].next_link = rest;
        close(source);
        if (!copied.ok()) return copied;
        continue;
      }
    }
    if (error != 0) {
      plan_.entries[name].next_link = kNoEntry;
      Status skipped = SkipOrStop(name, error, "make the hard link");
      plan_.entries[name].next_link = rest;
      if (!skipped.ok()) return skipped;
      continue;
    }
    file_count.fetch_add(1, std::memory_order_relaxed);
  }
  return Ok();
}

Status FileWriter::WriteFile(uint32_t entry, ByteSpan data) {
  std::shared_ptr<const Descriptor> directory;
  int fd;
  int error = Create(entry, O_WRONLY, &directory, &fd);
  if (error != 0) return SkipOrStop(entry, error, "create the file");
  const bool sparse = plan_.entries[entry].sparse;
  error = WriteData(fd, 0, data, sparse);
  if (error == 0 && sparse && ftruncate(fd, static_cast<off_t>(data.size())) != 0) error = errno;
  if (error != 0) {
    close(fd);
    Remove(entry, *directory);
    return SkipOrStop(entry, error, "write the file");
  }
  return Finish(entry, fd, directory, data.size());
}

Status FileWriter::CopyFile(uint32_t entry, int source, uint64_t size) {
  std::shared_ptr<const Descriptor> directory;
  int fd;
  int error = Create(entry, O_WRONLY, &directory, &fd);
  if (error != 0) return SkipOrStop(entry, error, "create the file");
  error = CopyBytes(source, fd, size, job_.cancel);
  if (error != 0) {
    close(fd);
    Remove(entry, *directory);
    return SkipOrStop(entry, error, "write the file");
  }
  return Finish(entry, fd, directory, size);
}

Status FileWriter::Whole(size_t request, ByteSpan data) {
  std::shared_ptr<const std::vector<uint8_t>> reparse;
  for (const BlobUse& use : UsesOf(request)) {
    DISM_TRY(job_.CheckCancelled());
    PlannedEntry& entry = plan_.entries[use.entry];
    if (entry.skipped) continue;
    if (entry.kind == PlannedEntry::Kind::kFile) {
      DISM_TRY(WriteFile(use.entry, data));
      continue;
    }
    if (!reparse) reparse = std::make_shared<const std::vector<uint8_t>>(data.begin(), data.end());
    std::lock_guard lock(mutex_);
    if (reparse_.empty() || reparse.use_count() == 1) reparse_bytes_ += data.size();
    if (reparse_bytes_ > job_.memory_budget) {
      out_of_budget_ = true;
      return Error(ErrorCode::kLimitExceeded, "the reparse data of the image does not fit into the memory budget");
    }
    reparse_.emplace(use.entry, reparse);
  }
  return Ok();
}

Status FileWriter::Begin(size_t request) {
  LargeFile large;
  for (const BlobUse& use : UsesOf(request)) {
    PlannedEntry& entry = plan_.entries[use.entry];
    if (entry.skipped) continue;
    int error = Create(use.entry, O_RDWR, &large.directory, &large.fd);
    if (error != 0) {
      DISM_TRY(SkipOrStop(use.entry, error, "create the file"));
      continue;
    }
    large.entry = use.entry;
    const off_t size = static_cast<off_t>(SizeOf(request));
    if (entry.sparse) {
      if (ftruncate(large.fd, size) != 0) error = errno;
#if defined(__linux__)
    } else if (fallocate(large.fd, 0, 0, size) != 0 && errno != EOPNOTSUPP && errno != ENOSYS && errno != EINTR) {
      error = errno;
#endif
    }
    if (error == 0) break;
    close(large.fd);
    Remove(use.entry, *large.directory);
    large = {};
    DISM_TRY(SkipOrStop(use.entry, error, "set the size of the file"));
  }
  std::lock_guard lock(mutex_);
  open_[request] = std::move(large);
  return Ok();
}

Status FileWriter::Piece(size_t request, uint64_t offset, ByteSpan data) {
  int fd;
  uint32_t entry;
  {
    std::lock_guard lock(mutex_);
    const auto found = open_.find(request);
    if (found == open_.end() || found->second.entry == kNoEntry) return Ok();
    fd = found->second.fd;
    entry = found->second.entry;
  }
  const int error = WriteData(fd, offset, data, plan_.entries[entry].sparse);
  // Whatever the reason, the rest of the file is of no use; Failed() removes it.
  if (error != 0) return ErrorFromErrno(error, "write", ShownPath(entry));
  return Ok();
}

Status FileWriter::End(size_t request) {
  LargeFile large;
  {
    std::lock_guard lock(mutex_);
    const auto found = open_.find(request);
    if (found == open_.end()) return Ok();
    large = std::move(found->second);
    // Until its copies are made the first file counts as finished: a cancel between keeps it.
    open_.erase(found);
  }
  if (large.entry == kNoEntry) return Ok();
  const int source = dup(large.fd);
  const uint64_t size = SizeOf(request);
  Status status = Finish(large.entry, large.fd, large.directory, size);
  for (const BlobUse& use : UsesOf(request)) {
    if (!status.ok()) break;
    if (use.entry == large.entry || plan_.entries[use.entry].skipped) continue;
    status = source < 0 ? SkipOrStop(use.entry, EMFILE, "copy the file") : CopyFile(use.entry, source, size);
  }
  if (source >= 0) close(source);
  return status;
}

Status FileWriter::Failed(size_t request, const Error& error) {
  LargeFile large;
  {
    std::lock_guard lock(mutex_);
    const auto found = open_.find(request);
    if (found != open_.end()) {
      large = std::move(found->second);
      open_.erase(found);
    }
  }
  if (large.entry != kNoEntry) {
    close(large.fd);
    Remove(large.entry, *large.directory);
  }
  if (error.code == ErrorCode::kCancelled || out_of_budget_ ||
      (error.os_error != 0 && !ConcernsOneEntry(error.os_error))) {
    return error;
  }
  for (const BlobUse& use : UsesOf(request)) {
    if (plan_.entries[use.entry].skipped) continue;
    Skip(use.entry, error.code,
         error.detail.empty() ? "skipped: its content cannot be read" : "skipped: " + error.detail);
  }
  return Ok();
}

void FileWriter::RemoveUnfinished() {
  std::lock_guard lock(mutex_);
  for (auto& [request, large] : open_) {
    if (large.entry == kNoEntry) continue;
    close(large.fd);
    Remove(large.entry, *large.directory);
  }
  open_.clear();
}

const std::vector<uint8_t>* FileWriter::ReparseData(uint32_t entry) const {
  const auto found = reparse_.find(entry);
  return found == reparse_.end() ? nullptr : found->second.get();
}

}  // namespace dism::wim
