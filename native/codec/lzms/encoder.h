#ifndef DISM_CODEC_LZMS_ENCODER_H_
#define DISM_CODEC_LZMS_ENCODER_H_

#include <memory>

#include "base/large_array.h"
#include "codec/codec.h"
#include "codec/lzms/parser.h"
#include "codec/lzms/x86_filter.h"

namespace dism::codec::lzms {

class LzmsEncoder final : public Encoder {
 public:
  LzmsEncoder(uint32_t chunk_size, Level level);
  static size_t Memory(uint32_t chunk_size, Level level);
  size_t Encode(ByteSpan in, MutableByteSpan out, const CancelFlag* cancel) override;
  size_t EncodeInPlace(uint8_t* in, size_t size, MutableByteSpan out, const CancelFlag* cancel) override;

 private:
  // data: `size` bytes and kSlack of slack; they are left filtered.
  size_t EncodeWindow(uint8_t* data, size_t size, MutableByteSpan out, const CancelFlag* cancel);

  const uint32_t chunk_size_;
  Parser parser_;
  ItemWriter writer_;
  X86Filter filter_;
  LargeArray<uint8_t> window_;  // the filtered input and its slack; made when it is first needed
};

}  // namespace dism::codec::lzms

#endif  // DISM_CODEC_LZMS_ENCODER_H_
