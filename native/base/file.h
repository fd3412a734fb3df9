// Files by position. WritableFile is the seam where tests put a recording or failing file in place of a real one.
#ifndef DISM_BASE_FILE_H_
#define DISM_BASE_FILE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/error.h"

namespace dism {

class ReadableFile {
 public:
  virtual ~ReadableFile() = default;
  // Fills `out` from `offset`; Truncated when the file ends before. Safe to call from several threads.
  virtual Status ReadAt(uint64_t offset, MutableByteSpan out) const = 0;
  virtual Result<uint64_t> Size() const = 0;
  virtual const std::string& path() const = 0;
  // The descriptor behind it for copy_file_range, or -1.
  virtual int descriptor() const { return -1; }
};

class WritableFile : public ReadableFile {
 public:
  virtual Status WriteAt(uint64_t offset, ByteSpan data) = 0;
  virtual Status Truncate(uint64_t size) = 0;
  // Returns when everything written is on the disk.
  virtual Status Sync() = 0;
  // Copies a range of another file; on Linux inside the kernel where both are real files.
  virtual Status CopyFrom(const ReadableFile& source, uint64_t source_offset, uint64_t offset, uint64_t length);
};

// Opens for reading. NotFound, AccessDenied and so on, with the path.
Result<std::unique_ptr<ReadableFile>> OpenForReading(const std::string& path);

// Opens an existing file for reading and writing, locks it exclusively without waiting (SharingViolation when another
// writer holds it) and checks that the path still names the locked file.
Result<std::unique_ptr<WritableFile>> OpenForUpdate(const std::string& path);

// Sets both times of a file, directory or symbolic link (which is not followed), in nanoseconds since 1970.
Status SetFileTimes(const std::string& path, int64_t modified, int64_t accessed);

// Locks an open file or directory exclusively without waiting, until the descriptor is closed. SharingViolation when
// another descriptor has it locked; no error on file systems that know no locks.
Status LockDescriptor(int descriptor);

// A new file that appears under its final name only when it is complete.
class TemporaryFile {
 public:
  // Makes `<path>.<random>.tmp` beside `path`.
  static Result<std::unique_ptr<TemporaryFile>> Create(const std::string& path);
  // Removes the temporary unless Publish() succeeded.
  ~TemporaryFile();
  WritableFile& file() { return *file_; }
  // Sync, rename over `path`, sync of the directory.
  Status Publish();

 private:
  TemporaryFile() = default;
  std::unique_ptr<WritableFile> file_;
  std::string path_;
  std::string temporary_path_;
  bool published_ = false;
};

}  // namespace dism

#endif  // DISM_BASE_FILE_H_
