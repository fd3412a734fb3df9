#include "wim/apply/target_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <vector>

namespace dism::wim {
namespace {

constexpr int kDirectoryFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

int MakePath(const std::string& path) {
  if (mkdir(path.c_str(), 0777) == 0 || errno == EEXIST) return 0;
  if (errno != ENOENT) return errno;
  const size_t slash =
      path.find_last_not_of('/') == std::string::npos ? std::string::npos : path.rfind('/', path.find_last_not_of('/'));
  if (slash == std::string::npos || slash == 0) return ENOENT;
  const int error = MakePath(path.substr(0, slash));
  if (error != 0) return error;
  return mkdir(path.c_str(), 0777) == 0 || errno == EEXIST ? 0 : errno;
}

}  // namespace

Descriptor::~Descriptor() { close(fd_); }

Result<std::unique_ptr<TargetTree>> TargetTree::Open(const std::string& path) {
  if (path.empty()) return Error(ErrorCode::kInvalidParameter, "no target directory is given");
  const int error = MakePath(path);
  if (error != 0) return ErrorFromErrno(error, "create directory", path);
  // The user's own choice may be a link; only what is below is ours.
  const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return ErrorFromErrno(errno, "open", path);
  auto target = std::unique_ptr<TargetTree>(new TargetTree());
  target->root_ = std::make_shared<const Descriptor>(fd);
  char* resolved = realpath(path.c_str(), nullptr);
  if (resolved == nullptr) return ErrorFromErrno(errno, "resolve", path);
  target->path_ = resolved;
  std::free(resolved);
  return target;
}

Result<bool> TargetTree::IsCaseInsensitive() const {
  for (int attempt = 0; attempt < 100; ++attempt) {
    const std::string suffix = std::to_string(getpid()) + "-" + std::to_string(attempt);
    const std::string lower = ".opendism-case-" + suffix, upper = ".OPENDISM-CASE-" + suffix;
    const int fd = openat(root(), lower.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST) continue;
    if (fd < 0) return ErrorFromErrno(errno, "create a file in", path_);
    close(fd);
    struct stat st;
    const bool insensitive = fstatat(root(), upper.c_str(), &st, AT_SYMLINK_NOFOLLOW) == 0;
    unlinkat(root(), lower.c_str(), 0);
    return insensitive;
  }
  return false;
}

void TargetTree::Remember(uint32_t entry, std::shared_ptr<const Descriptor> descriptor) {
  const auto known = by_entry_.find(entry);
  if (known != by_entry_.end()) {
    recent_.splice(recent_.begin(), recent_, known->second);
    return;
  }
  recent_.push_front({entry, std::move(descriptor)});
  by_entry_[entry] = recent_.begin();
  if (recent_.size() > kCached) {
    by_entry_.erase(recent_.back().entry);
    recent_.pop_back();
  }
}

int TargetTree::OpenDirectory(uint32_t entry, std::shared_ptr<const Descriptor>* result) {
  // From the directory upwards to the nearest one that is open, then down again.
  std::vector<uint32_t> missing;
  std::shared_ptr<const Descriptor> at = root_;
  {
    std::lock_guard lock(mutex_);
    for (uint32_t up = entry; up != 0; up = plan_->entries[up].parent) {
      const auto known = by_entry_.find(up);
      if (known != by_entry_.end()) {
        at = known->second->descriptor;
        recent_.splice(recent_.begin(), recent_, known->second);
        break;
      }
      missing.push_back(up);
    }
  }
  while (!missing.empty()) {
    const uint32_t next = missing.back();
    missing.pop_back();
    const int fd = openat(at->get(), std::string(plan_->Name(next)).c_str(), kDirectoryFlags);
    // A link where a directory was made: somebody else is at work here.
    if (fd < 0) return errno == ELOOP ? ENOTDIR : errno;
    at = std::make_shared<const Descriptor>(fd);
    std::lock_guard lock(mutex_);
    Remember(next, at);
  }
  *result = std::move(at);
  return 0;
}

int RemoveInTheWay(int directory, const char* name) {
  if (unlinkat(directory, name, 0) == 0 || errno == ENOENT) return 0;
  const int error = errno;
  // Linux says EISDIR, POSIX EPERM.
  if (error != EISDIR && error != EPERM) return error;
  if (unlinkat(directory, name, AT_REMOVEDIR) == 0) return 0;
  return errno == ENOTDIR ? error : errno;
}

bool ConcernsOneEntry(int error) {
  switch (error) {
    case ENAMETOOLONG:
    case EINVAL:
    case EILSEQ:
    case EISDIR:
    case ENOTDIR:
    case ENOTEMPTY:
    case EEXIST:
    case ENOENT:
    case ELOOP:
    case EMLINK:
    case EPERM:
    case EACCES:
    case EFBIG:
    case EBUSY:
    case ETXTBSY:
    case ENOTSUP:
      return true;
    default:
      return false;
  }
}

}  // namespace dism::wim
