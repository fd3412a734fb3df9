// The LZX encoder and its variants, for lzx.cc and for the tests that compare the variants.
#ifndef DISM_CODEC_LZX_ENCODER_H_
#define DISM_CODEC_LZX_ENCODER_H_

#include <memory>

#include "codec/codec.h"
#include "codec/lzx/decoder.h"

namespace dism::codec::lzx {

std::unique_ptr<Encoder> NewEncoder(uint32_t chunk_size, Level level, Variant variant);
size_t EncoderMemory(uint32_t chunk_size, Level level);

}  // namespace dism::codec::lzx

#endif  // DISM_CODEC_LZX_ENCODER_H_
