#include "codec/lzms/encoder.h"

#include <algorithm>
#include <cstring>

namespace dism::codec::lzms {
namespace {

Effort EffortOf(Level level) {
  switch (level) {
    case Level::kQuick:
      return {.depth = 8, .nice_length = 32, .delta_powers = 0};
    case Level::kBalanced:
      return {.depth = 24, .nice_length = 96, .delta_powers = 8};
    case Level::kThorough:
      return {.depth = 96, .nice_length = 273, .delta_powers = 8};
    case Level::kExtreme:
      break;
  }
  return {.depth = 256, .nice_length = 400, .delta_powers = 8};
}

}  // namespace

static_assert(Encoder::kSlack >= MatchFinder::kPadding);

LzmsEncoder::LzmsEncoder(uint32_t chunk_size, Level level)
    : chunk_size_(chunk_size), parser_(chunk_size, EffortOf(level)) {}

size_t LzmsEncoder::Memory(uint32_t chunk_size, Level level) {
  return sizeof(LzmsEncoder) + Parser::Memory(chunk_size, EffortOf(level)) + X86Filter::kMemory + chunk_size + kSlack;
}

size_t LzmsEncoder::Encode(ByteSpan in, MutableByteSpan out, const CancelFlag* cancel) {
  if (window_ == nullptr) window_ = NewLargeArray<uint8_t>(size_t{chunk_size_} + kSlack);
  // Pieces, so that copying can be cancelled like everything else.
  for (size_t at = 0; at < in.size(); at += 65536) {
    if (cancel != nullptr && cancel->IsSet()) return 0;
    std::memcpy(window_.get() + at, in.data() + at, std::min<size_t>(65536, in.size() - at));
  }
  return EncodeWindow(window_.get(), in.size(), out, cancel);
}

size_t LzmsEncoder::EncodeInPlace(uint8_t* in, size_t size, MutableByteSpan out, const CancelFlag* cancel) {
  const size_t packed = EncodeWindow(in, size, out, cancel);
  if (packed == 0) filter_.Undo({in, size}, cancel);
  return packed;
}

size_t LzmsEncoder::EncodeWindow(uint8_t* data, size_t size, MutableByteSpan out, const CancelFlag* cancel) {
  std::memset(data + size, 0, MatchFinder::kPadding);
  if (!filter_.Apply({data, size}, cancel)) return 0;
  // Blocks have an even size.
  writer_.Reset(size, out.first(out.size() & ~size_t{1}));
  if (!parser_.Run(data, static_cast<uint32_t>(size), writer_, cancel)) return 0;
  return writer_.Finish();
}

}  // namespace dism::codec::lzms
