// What a POSIX file system says about one entry, and its times as FILETIME and back.
#ifndef DISM_WIM_CAPTURE_FILE_STATUS_H_
#define DISM_WIM_CAPTURE_FILE_STATUS_H_

#include <sys/stat.h>

#include <cstdint>
#include <ctime>
#include <optional>

namespace dism::wim {

// Seconds and nanoseconds since 1970, compared exactly: a side-car recognises unchanged files by them.
struct PosixTime {
  int64_t seconds = 0;
  uint32_t nanoseconds = 0;
  bool operator==(const PosixTime&) const = default;
};

struct FileStatus {
  uint32_t mode = 0;
  uint32_t user = 0;
  uint32_t group = 0;
  uint32_t device_number = 0;  // of a device node
  uint32_t link_count = 0;
  uint64_t size = 0;
  uint64_t allocated = 0;  // bytes
  uint64_t inode = 0;
  uint64_t device = 0;  // of the file system it is on
  PosixTime modified, accessed, changed;
  std::optional<PosixTime> born;
};

// fstatat with the time of birth where the system knows it. name "" is `directory` itself. 0, or errno.
int GetFileStatus(int directory, const char* name, bool follow, FileStatus* status);

// FILETIME counts 100 ns from 1601; what lies before becomes 0.
uint64_t FileTimeFromPosix(const PosixTime& time);
timespec PosixFromFileTime(uint64_t file_time);

}  // namespace dism::wim

#endif  // DISM_WIM_CAPTURE_FILE_STATUS_H_
