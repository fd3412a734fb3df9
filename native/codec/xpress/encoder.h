#ifndef DISM_CODEC_XPRESS_ENCODER_H_
#define DISM_CODEC_XPRESS_ENCODER_H_

#include <memory>
#include <optional>

#include "codec/codec.h"
#include "codec/incompressible.h"
#include "codec/xpress/item.h"
#include "codec/xpress/lazy_parser.h"
#include "codec/xpress/optimal_parser.h"

namespace dism::codec::xpress {

class XpressEncoder final : public Encoder {
 public:
  XpressEncoder(uint32_t chunk_size, Level level);
  static size_t Memory(uint32_t chunk_size, Level level);
  size_t Encode(ByteSpan in, MutableByteSpan out, const CancelFlag* cancel) override;

 private:
  IncompressibleTest incompressible_;
  // One of the two, by level.
  std::optional<LazyParser> lazy_;
  std::optional<OptimalParser> optimal_;
  std::unique_ptr<uint8_t[]> window_;  // the input and kParserPadding zero bytes
  ItemList items_;
};

}  // namespace dism::codec::xpress

#endif  // DISM_CODEC_XPRESS_ENCODER_H_
