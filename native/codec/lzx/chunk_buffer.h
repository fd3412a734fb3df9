// A chunk as the encoder sees it: after the E8 filter, with room around it that finders and parsers
// may read.
#ifndef DISM_CODEC_LZX_CHUNK_BUFFER_H_
#define DISM_CODEC_LZX_CHUNK_BUFFER_H_

#include <cstring>
#include <memory>

#include "base/bytes.h"
#include "codec/lzx/e8_filter.h"
#include "codec/match/match_length.h"

namespace dism::codec::lzx {

class ChunkBuffer {
 public:
  // Readable bytes before the chunk: the repeat offsets begin as 1.
  static constexpr size_t kFront = 64;
  static constexpr size_t kBack = match::kReadAhead + 96;

  explicit ChunkBuffer(uint32_t chunk_size) : bytes_(new uint8_t[kFront + chunk_size + kBack]()) {}

  static size_t Memory(uint32_t chunk_size) { return kFront + chunk_size + kBack; }

  // Copies, filters and pads with zeros.
  void Load(ByteSpan in) {
    size_ = static_cast<uint32_t>(in.size());
    std::memcpy(bytes_.get() + kFront, in.data(), in.size());
    std::memset(bytes_.get() + kFront + in.size(), 0, kBack);
    ApplyE8(MutableByteSpan(bytes_.get() + kFront, in.size()));
  }

  const uint8_t* data() const { return bytes_.get() + kFront; }
  uint32_t size() const { return size_; }

 private:
  std::unique_ptr<uint8_t[]> bytes_;
  uint32_t size_ = 0;
};

}  // namespace dism::codec::lzx

#endif  // DISM_CODEC_LZX_CHUNK_BUFFER_H_
