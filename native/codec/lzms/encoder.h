#ifndef DISM_CODEC_LZMS_ENCODER_H_
#define DISM_CODEC_LZMS_ENCODER_H_

#include <memory>

#include "codec/codec.h"
#include "codec/lzms/large_array.h"
#include "codec/lzms/parser.h"
#include "codec/lzms/x86_filter.h"

namespace dism::codec::lzms {

class LzmsEncoder final : public Encoder {
 public:
  LzmsEncoder(uint32_t chunk_size, Level level);
  static size_t Memory(uint32_t chunk_size, Level level);
  size_t Encode(ByteSpan in, MutableByteSpan out, const CancelFlag* cancel) override;

 private:
  Parser parser_;
  ItemWriter writer_;
  X86Filter filter_;
  LargeArray<uint8_t> window_;  // the filtered input and MatchFinder::kPadding zero bytes
};

}  // namespace dism::codec::lzms

#endif  // DISM_CODEC_LZMS_ENCODER_H_
