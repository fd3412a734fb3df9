#include "codec/xpress/encoder.h"

#include <cstring>

#include "codec/xpress/chunk_writer.h"

namespace dism::codec::xpress {
namespace {

LazyEffort EffortOf(Level level) {
  switch (level) {
    case Level::kQuick:
      return {4, 32, 1};
    case Level::kBalanced:
      return {16, 64, 1};
    case Level::kThorough:
    case Level::kExtreme:
      break;
  }
  return {128, 512, 2};
}

}  // namespace

XpressEncoder::XpressEncoder(uint32_t chunk_size, Level level)
    : lazy_(chunk_size, EffortOf(level)),
      window_(new uint8_t[chunk_size + kParserPadding]),
      items_(new Item[chunk_size]) {}

size_t XpressEncoder::Memory(uint32_t chunk_size, Level level) {
  return sizeof(XpressEncoder) + LazyParser::Memory(chunk_size) + chunk_size + kParserPadding +
         size_t{chunk_size} * sizeof(Item);
}

size_t XpressEncoder::Encode(ByteSpan in, MutableByteSpan out, const CancelFlag* cancel) {
  // A chunk is at most 64 KiB: one look at the flag is enough.
  if (cancel != nullptr && cancel->IsSet()) return 0;
  // Table, two units: smaller chunks cannot exist.
  if (out.size() < kTableBytes + 4) return 0;
  std::memcpy(window_.get(), in.data(), in.size());
  std::memset(window_.get() + in.size(), 0, kParserPadding);
  const uint32_t size = static_cast<uint32_t>(in.size());
  const size_t count = lazy_.Parse(window_.get(), size, items_.get());
  uint32_t counts[kNumSymbols];
  const std::span<const Item> items(items_.get(), count);
  CountSymbols(items, counts);
  return WriteChunk(items, counts, out);
}

}  // namespace dism::codec::xpress
