#include "codec/lzx/lzx.h"

#include "codec/lzx/decoder.h"
#include "codec/lzx/encoder.h"
#include "codec/lzx/format.h"

namespace dism::codec {

const CodecOps kLzxOps = {
    .format = Format::kLzx,
    .name = "LZX",
    .min_chunk_size = lzx::kMinChunkSize,
    .max_chunk_size = lzx::kMaxChunkSize,
    .encoder_memory = lzx::EncoderMemory,
    .decoder_memory = [](uint32_t) { return lzx::DecoderMemory(); },
    .new_encoder = [](uint32_t chunk_size,
                      Level level) { return lzx::NewEncoder(chunk_size, level, lzx::Variant::kBest); },
    .new_decoder = [](uint32_t chunk_size) { return lzx::NewDecoder(chunk_size, lzx::Variant::kBest); },
};

}  // namespace dism::codec
