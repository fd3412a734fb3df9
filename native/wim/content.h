// Content: bytes that a writer is to store and that are not in the WIM yet: a file, a buffer, a blob of another WIM.
#ifndef DISM_WIM_CONTENT_H_
#define DISM_WIM_CONTENT_H_

#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "hash/sha1.h"

namespace dism::wim {

// Open content; used by one thread at a time.
class ContentReader {
 public:
  virtual ~ContentReader() = default;
  virtual Status ReadAt(uint64_t offset, MutableByteSpan out) = 0;
  // After the last read: FileChanged when the source is not what it was when it was opened.
  virtual Status CheckUnchanged() { return Ok(); }
};

class Content {
 public:
  virtual ~Content() = default;
  virtual uint64_t size() const = 0;
  virtual std::string path() const = 0;  // for messages, UTF-8
  // FileChanged when the size is not size() any more.
  virtual Result<std::unique_ptr<ContentReader>> Open() const = 0;
};

// One content to store. The writer fills in the digest, or notes that it could not be read.
struct PendingContent {
  std::unique_ptr<Content> content;
  Sha1Digest digest{};
  bool failed = false;
};

}  // namespace dism::wim

#endif  // DISM_WIM_CONTENT_H_
