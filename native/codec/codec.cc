#include "codec/codec.h"

#include <bit>

#include "codec/lzms/lzms.h"
#include "codec/lzx/lzx.h"
#include "codec/xpress/xpress.h"

namespace dism::codec {

static const CodecOps* const kCodecs[] = {&kXpressOps, &kLzxOps, &kLzmsOps};

const CodecOps* FindCodec(Format format) {
  for (const CodecOps* codec : kCodecs) {
    if (codec->format == format) return codec;
  }
  return nullptr;
}

bool IsValidChunkSize(const CodecOps& codec, uint64_t chunk_size) {
  return std::has_single_bit(chunk_size) && chunk_size >= codec.min_chunk_size && chunk_size <= codec.max_chunk_size;
}

}  // namespace dism::codec
