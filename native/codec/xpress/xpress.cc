#include "codec/xpress/xpress.h"

#include "codec/xpress/decoder.h"
#include "codec/xpress/encoder.h"

namespace dism::codec {

const CodecOps kXpressOps = {
    .format = Format::kXpress,
    .name = "XPRESS",
    .min_chunk_size = xpress::kMinChunkSize,
    .max_chunk_size = xpress::kMaxChunkSize,
    .encoder_memory = xpress::XpressEncoder::Memory,
    .decoder_memory = [](uint32_t) { return sizeof(xpress::XpressDecoder); },
    .new_encoder = [](uint32_t chunk_size, Level level) -> std::unique_ptr<Encoder> {
      return std::make_unique<xpress::XpressEncoder>(chunk_size, level);
    },
    .new_decoder = [](uint32_t) -> std::unique_ptr<Decoder> { return std::make_unique<xpress::XpressDecoder>(); },
};

}  // namespace dism::codec
