#include "codec/lzms/lzms.h"

#include "codec/lzms/decoder.h"
#include "codec/lzms/encoder.h"

namespace dism::codec {

const CodecOps kLzmsOps = {
    .format = Format::kLzms,
    .name = "LZMS",
    .min_chunk_size = lzms::kMinChunkSize,
    .max_chunk_size = lzms::kMaxChunkSize,
    .encoder_memory = lzms::LzmsEncoder::Memory,
    .decoder_memory = [](uint32_t) { return lzms::LzmsDecoder::Memory(); },
    .new_encoder = [](uint32_t chunk_size, Level level) -> std::unique_ptr<Encoder> {
      return std::make_unique<lzms::LzmsEncoder>(chunk_size, level);
    },
    .new_decoder = [](uint32_t) -> std::unique_ptr<Decoder> { return std::make_unique<lzms::LzmsDecoder>(); },
};

}  // namespace dism::codec
