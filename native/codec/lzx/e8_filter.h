// The E8 filter: operands of x86 CALL instructions are absolute in the compressed form, so that
// calls to one function look alike. It runs over every chunk of more than ten bytes, whatever the
// content.
#ifndef DISM_CODEC_LZX_E8_FILTER_H_
#define DISM_CODEC_LZX_E8_FILTER_H_

#include "base/bytes.h"

namespace dism::codec::lzx {

// Relative to absolute, before compression.
void ApplyE8(MutableByteSpan chunk);

// Absolute to relative, after decompression.
void UndoE8(MutableByteSpan chunk);

}  // namespace dism::codec::lzx

#endif  // DISM_CODEC_LZX_E8_FILTER_H_
