// LZX: the entry of the codec table. Format: FORMAT.md beside this file.
#ifndef DISM_CODEC_LZX_LZX_H_
#define DISM_CODEC_LZX_LZX_H_

#include "codec/codec.h"

namespace dism::codec {

extern const CodecOps kLzxOps;

}  // namespace dism::codec

#endif  // DISM_CODEC_LZX_LZX_H_
