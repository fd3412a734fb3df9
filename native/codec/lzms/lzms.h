// LZMS: the entry of the codec table. Format: FORMAT.md beside this file.
#ifndef DISM_CODEC_LZMS_LZMS_H_
#define DISM_CODEC_LZMS_LZMS_H_

#include "codec/codec.h"

namespace dism::codec {

extern const CodecOps kLzmsOps;

}  // namespace dism::codec

#endif  // DISM_CODEC_LZMS_LZMS_H_
