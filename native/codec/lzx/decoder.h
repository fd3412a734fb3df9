// The LZX decoder and its variants, for lzx.cc and for the tests that compare the variants.
#ifndef DISM_CODEC_LZX_DECODER_H_
#define DISM_CODEC_LZX_DECODER_H_

#include <memory>

#include "codec/codec.h"

namespace dism::codec::lzx {

enum class Variant {
  kPortable,
  kBest,  // what dism::Cpu() allows
};

std::unique_ptr<Decoder> NewDecoder(uint32_t chunk_size, Variant variant);
size_t DecoderMemory();

}  // namespace dism::codec::lzx

#endif  // DISM_CODEC_LZX_DECODER_H_
