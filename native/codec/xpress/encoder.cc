#include "codec/xpress/encoder.h"

#include <cstring>

#include "codec/xpress/chunk_writer.h"

namespace dism::codec::xpress {
namespace {

constexpr LazyEffort kQuickEffort = {.depth = 4, .lazy_depth = 2, .lazy_length = 16, .nice_length = 32};
constexpr LazyEffort kBalancedEffort = {.depth = 16, .lazy_depth = 8, .lazy_length = 32, .nice_length = 64};
constexpr OptimalEffort kThoroughEffort = {.depth = 48, .nice_length = 64, .passes = 2};
constexpr OptimalEffort kExtremeEffort = {.depth = 200, .nice_length = 256, .passes = 4};

bool IsLazy(Level level) { return level <= Level::kBalanced; }

}  // namespace

XpressEncoder::XpressEncoder(uint32_t chunk_size, Level level)
    : window_(new uint8_t[chunk_size + kParserPadding]), items_(chunk_size) {
  if (IsLazy(level)) {
    lazy_.emplace(chunk_size, level == Level::kQuick ? kQuickEffort : kBalancedEffort);
  } else {
    optimal_.emplace(chunk_size, level == Level::kThorough ? kThoroughEffort : kExtremeEffort);
  }
}

size_t XpressEncoder::Memory(uint32_t chunk_size, Level level) {
  return sizeof(XpressEncoder) + chunk_size + kParserPadding + ItemList::Memory(chunk_size) +
         (IsLazy(level) ? LazyParser::Memory(chunk_size) : OptimalParser::Memory(chunk_size));
}

size_t XpressEncoder::Encode(ByteSpan in, MutableByteSpan out, const CancelFlag* cancel) {
  // A chunk is at most 64 KiB: one look at the flag is enough.
  if (cancel != nullptr && cancel->IsSet()) return 0;
  // Table, two units: smaller chunks cannot exist.
  if (out.size() < kTableBytes + 4) return 0;
  std::memcpy(window_.get(), in.data(), in.size());
  std::memset(window_.get() + in.size(), 0, kParserPadding);
  const uint32_t size = static_cast<uint32_t>(in.size());
  if (out.size() < in.size() && incompressible_.Holds(window_.get(), size)) return 0;
  if (lazy_) {
    lazy_->Parse(window_.get(), size, items_);
  } else {
    optimal_->Parse(window_.get(), size, items_);
  }
  return WriteChunk(items_, out);
}

}  // namespace dism::codec::xpress
