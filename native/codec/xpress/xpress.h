// XPRESS: the entry of the codec table. Format: FORMAT.md beside this file.
#ifndef DISM_CODEC_XPRESS_XPRESS_H_
#define DISM_CODEC_XPRESS_XPRESS_H_

#include "codec/codec.h"

namespace dism::codec {

extern const CodecOps kXpressOps;

}  // namespace dism::codec

#endif  // DISM_CODEC_XPRESS_XPRESS_H_
