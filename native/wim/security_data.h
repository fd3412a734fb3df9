// The security descriptors of an image, deduplicated by content. FORMAT.md, "Security data".
#ifndef DISM_WIM_SECURITY_DATA_H_
#define DISM_WIM_SECURITY_DATA_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace dism::wim {

class SecurityData {
 public:
  // Parses the block at the start of a metadata resource; *end is its length rounded up to 8: where
  // the root dentry is.
  static Result<SecurityData> Parse(View metadata, uint64_t* end);
  void Write(std::vector<uint8_t>* out) const;

  size_t size() const { return descriptors_.size(); }
  // The self-relative descriptor with this id; empty for -1 and ids out of range.
  ByteSpan Get(int32_t id) const;
  // The id of an equal descriptor, added when new. -1 for an empty one.
  int32_t Add(ByteSpan descriptor);

 private:
  std::vector<std::vector<uint8_t>> descriptors_;
  // The lowest id of each content among the first indexed_ descriptors. Filled by Add only: most
  // images are only read.
  std::map<std::string, int32_t> index_;
  size_t indexed_ = 0;
  bool length_is_exact_ = false;  // the block was stored with its length before padding, and is written so again
};

}  // namespace dism::wim

#endif  // DISM_WIM_SECURITY_DATA_H_
