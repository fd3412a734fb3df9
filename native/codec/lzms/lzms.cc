#include "codec/lzms/lzms.h"

#include "codec/lzms/decoder.h"

namespace dism::codec {

namespace {

// Until there is an encoder: every chunk is stored.
class StoringEncoder final : public Encoder {
 public:
  size_t Encode(ByteSpan, MutableByteSpan, const CancelFlag*) override { return 0; }
};

}  // namespace

const CodecOps kLzmsOps = {
    .format = Format::kLzms,
    .name = "LZMS",
    .min_chunk_size = lzms::kMinChunkSize,
    .max_chunk_size = lzms::kMaxChunkSize,
    .encoder_memory = [](uint32_t, Level) -> size_t { return 0; },
    .decoder_memory = [](uint32_t) { return lzms::LzmsDecoder::Memory(); },
    .new_encoder = [](uint32_t, Level) -> std::unique_ptr<Encoder> {
      return std::make_unique<StoringEncoder>();
    },
    .new_decoder = [](uint32_t) -> std::unique_ptr<Decoder> {
      return std::make_unique<lzms::LzmsDecoder>();
    },
};

}  // namespace dism::codec
