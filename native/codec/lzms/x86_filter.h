// The filter that LZMS applies to every chunk, code or not: relative operands of common x86-64
// instructions become absolute, so that calls of one target look alike.
#ifndef DISM_CODEC_LZMS_X86_FILTER_H_
#define DISM_CODEC_LZMS_X86_FILTER_H_

#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/cancel.h"

namespace dism::codec::lzms {

class X86Filter {
 public:
  X86Filter();
  static constexpr size_t kMemory = sizeof(uint32_t) << 16;

  // In place; data.size() is at most kMaxChunkSize. False when cancelled.
  bool Apply(MutableByteSpan data, const CancelFlag* cancel) { return Run<true>(data, cancel); }
  bool Undo(MutableByteSpan data, const CancelFlag* cancel) { return Run<false>(data, cancel); }

 private:
  template <bool kApply>
  bool Run(MutableByteSpan data, const CancelFlag* cancel);

  // For each value of the low 16 bits of a target: base_ + position of the last operand with it.
  // base_ grows from chunk to chunk by more than a distance that counts, so entries of earlier chunks
  // are too far away to matter and the table is cleared every few GiB only.
  std::unique_ptr<uint32_t[]> last_target_;
  uint32_t base_ = 0;
};

}  // namespace dism::codec::lzms

#endif  // DISM_CODEC_LZMS_X86_FILTER_H_
