// Buffer: memory that is reused and never zero-filled, for workers that read and decode over and over.
#ifndef DISM_BASE_BUFFER_H_
#define DISM_BASE_BUFFER_H_

#include <cstdint>
#include <memory>

#include "base/bytes.h"

namespace dism {

class Buffer {
 public:
  // At least `size` bytes; what they held before is lost when it has to grow.
  MutableByteSpan Get(size_t size) {
    if (size > capacity_) {
      bytes_.reset();
      bytes_ = std::make_unique_for_overwrite<uint8_t[]>(size);
      capacity_ = size;
    }
    return MutableByteSpan(bytes_.get(), size);
  }
  size_t capacity() const { return capacity_; }

 private:
  std::unique_ptr<uint8_t[]> bytes_;
  size_t capacity_ = 0;
};

}  // namespace dism

#endif  // DISM_BASE_BUFFER_H_
