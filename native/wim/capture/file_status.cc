#include "wim/capture/file_status.h"

#include <fcntl.h>
#include <sys/types.h>
#if defined(__linux__)
#include <sys/sysmacros.h>
#endif

#include <cerrno>

namespace dism::wim {
namespace {

constexpr int64_t kSecondsFrom1601To1970 = 11644473600;
constexpr int64_t kTicksPerSecond = 10000000;

}  // namespace

#if defined(__linux__) && defined(STATX_BTIME)

int GetFileStatus(int directory, const char* name, bool follow, FileStatus* status) {
  struct statx st;
  const int flags = (follow ? 0 : AT_SYMLINK_NOFOLLOW) | (name[0] == '\0' ? AT_EMPTY_PATH : 0) | AT_NO_AUTOMOUNT;
  if (statx(directory, name, flags, STATX_BASIC_STATS | STATX_BTIME, &st) != 0) return errno;
  const auto time = [](const struct statx_timestamp& t) { return PosixTime{t.tv_sec, t.tv_nsec}; };
  status->mode = st.stx_mode;
  status->user = st.stx_uid;
  status->group = st.stx_gid;
  status->device_number = static_cast<uint32_t>(makedev(st.stx_rdev_major, st.stx_rdev_minor));
  status->link_count = st.stx_nlink;
  status->size = st.stx_size;
  status->allocated = st.stx_blocks * 512;
  status->inode = st.stx_ino;
  status->device = makedev(st.stx_dev_major, st.stx_dev_minor);
  status->modified = time(st.stx_mtime);
  status->accessed = time(st.stx_atime);
  status->changed = time(st.stx_ctime);
  status->born.reset();
  if ((st.stx_mask & STATX_BTIME) != 0 && st.stx_btime.tv_sec != 0) status->born = time(st.stx_btime);
  return 0;
}

#else

int GetFileStatus(int directory, const char* name, bool follow, FileStatus* status) {
  struct stat st;
  const int result =
      name[0] == '\0' ? fstat(directory, &st) : fstatat(directory, name, &st, follow ? 0 : AT_SYMLINK_NOFOLLOW);
  if (result != 0) return errno;
  const auto time = [](const timespec& t) {
    return PosixTime{static_cast<int64_t>(t.tv_sec), static_cast<uint32_t>(t.tv_nsec)};
  };
  status->mode = st.st_mode;
  status->user = st.st_uid;
  status->group = st.st_gid;
  status->device_number = static_cast<uint32_t>(st.st_rdev);
  status->link_count = static_cast<uint32_t>(st.st_nlink);
  status->size = static_cast<uint64_t>(st.st_size);
  status->allocated = static_cast<uint64_t>(st.st_blocks) * 512;
  status->inode = st.st_ino;
  status->device = static_cast<uint64_t>(st.st_dev);
#if defined(__APPLE__)
  status->modified = time(st.st_mtimespec);
  status->accessed = time(st.st_atimespec);
  status->changed = time(st.st_ctimespec);
  status->born = time(st.st_birthtimespec);
#else
  status->modified = time(st.st_mtim);
  status->accessed = time(st.st_atim);
  status->changed = time(st.st_ctim);
  status->born.reset();
#endif
  return 0;
}

#endif

uint64_t FileTimeFromPosix(const PosixTime& time) {
  const int64_t seconds = time.seconds + kSecondsFrom1601To1970;
  if (seconds < 0) return 0;
  return static_cast<uint64_t>(seconds) * kTicksPerSecond + time.nanoseconds / 100;
}

timespec PosixFromFileTime(uint64_t file_time) {
  timespec time{};
  time.tv_sec = static_cast<time_t>(static_cast<int64_t>(file_time / kTicksPerSecond) - kSecondsFrom1601To1970);
  time.tv_nsec = static_cast<long>(file_time % kTicksPerSecond * 100);
  return time;
}

}  // namespace dism::wim
