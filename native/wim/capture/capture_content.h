// Contents of a capture: files by their place in a table of directories (no path is kept for a file) and buffers.
#ifndef DISM_WIM_CAPTURE_CAPTURE_CONTENT_H_
#define DISM_WIM_CAPTURE_CAPTURE_CONTENT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wim/capture/file_status.h"
#include "wim/content.h"

namespace dism::wim {

// Where an entry stands: its directory (index in the PathTable) and its name in that directory's `names`.
struct PathRef {
  uint32_t directory = 0;
  uint32_t name_offset = 0;
  uint32_t name_length = 0;
};

// The directories of a scan. Directory 0 is the root. Grows only while the scan runs; shared by all contents after it.
class PathTable {
 public:
  struct Directory {
    PathRef self;       // where it is listed; unused for the root
    std::string names;  // of its entries, back to back, as the file system gave them
  };

  ~PathTable();
  std::string_view Name(const PathRef& ref) const {
    return std::string_view(directories[ref.directory].names).substr(ref.name_offset, ref.name_length);
  }
  // Below the root, without a leading slash; "" for the root itself.
  std::string RelativePath(uint32_t directory) const;
  std::string RelativePath(const PathRef& ref) const;
  // As text for people: with the root in front, UTF-8 whatever the bytes are.
  std::string ShownPath(uint32_t directory) const;
  std::string ShownPath(const PathRef& ref) const;

  std::string root;  // as the caller named it, without trailing slashes
  int root_fd = -1;  // owned
  std::vector<Directory> directories;
};

// openat for paths of any length. Never waits for a device or a pipe, never follows a link in the last component. The
// descriptor, or -1 with errno.
int OpenBelow(int root, std::string_view relative_path, int flags);

// Bytes as UTF-8; those that are not are written as \xNN.
std::string ShownBytes(std::string_view bytes);

// The unnamed data of a regular file as the scan saw it. Reading gives FileChanged when it is not that file any more. The table
// must outlive the content.
std::unique_ptr<Content> MakeFileContent(const PathTable& table, const PathRef& ref, const FileStatus& status);

std::unique_ptr<Content> MakeBufferContent(std::vector<uint8_t> bytes, std::string shown_path);

}  // namespace dism::wim

#endif  // DISM_WIM_CAPTURE_CAPTURE_CONTENT_H_
