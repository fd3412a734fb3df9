// LZX encoder: load and filter the chunk, parse it into items, split those into blocks, write the blocks.
#include "codec/lzx/encoder.h"

#include "codec/lzx/bit_writer.h"
#include "codec/lzx/block_splitter.h"
#include "codec/lzx/block_writer.h"
#include "codec/lzx/chunk_buffer.h"
#include "codec/lzx/lazy_parser.h"

namespace dism::codec::lzx {
namespace {

// Everything that a level decides.
struct LevelConfig {
  LazyConfig lazy;
  uint32_t split_granularity;  // in bytes, see BlockSplitter
};

LevelConfig ConfigOf(Level level) {
  switch (level) {
    case Level::kQuick:
      return {{.max_depth = 8, .nice_length = 64, .look_ahead = 1}, 4096};
    case Level::kBalanced:
      return {{.max_depth = 64, .nice_length = 128, .look_ahead = 2}, 2048};
    case Level::kThorough:
      return {{.max_depth = 128, .nice_length = 257, .look_ahead = 2}, 2048};
    case Level::kExtreme:
      return {{.max_depth = 512, .nice_length = 257, .look_ahead = 2}, 1024};
  }
  return {};
}

class LazyEncoder final : public Encoder {
 public:
  LazyEncoder(uint32_t chunk_size, Level level, Variant variant)
      : chunk_size_(chunk_size),
        config_(ConfigOf(level)),
        chunk_(chunk_size),
        items_(new Item[chunk_size]),
        parser_(NewLazyParser(chunk_size, config_.lazy, variant)),
        writer_(chunk_size) {}

  size_t Encode(ByteSpan in, MutableByteSpan out, const CancelFlag* cancel) override {
    if (in.empty() || in.size() > chunk_size_) return 0;
    if (cancel != nullptr && cancel->IsSet()) return 0;
    chunk_.Load(in);
    const size_t num_items = parser_->Parse(chunk_.data(), chunk_.size(), items_.get(), cancel);
    if (num_items == 0) return 0;
    BlockRange blocks[BlockSplitter::kMaxBlocks];
    const int num_blocks = splitter_.Split(items_.get(), num_items, chunk_.size(), config_.split_granularity, blocks);
    writer_.BeginChunk();
    BitWriter bits(out);
    for (int b = 0; b < num_blocks; ++b) {
      if (!writer_.Write(items_.get(), blocks[b], bits)) return 0;
    }
    return bits.Finish();
  }

 private:
  const uint32_t chunk_size_;
  const LevelConfig config_;
  ChunkBuffer chunk_;
  std::unique_ptr<Item[]> items_;
  std::unique_ptr<LazyParser> parser_;
  BlockSplitter splitter_;
  BlockWriter writer_;
};

}  // namespace

std::unique_ptr<Encoder> NewEncoder(uint32_t chunk_size, Level level, Variant variant) {
  return std::make_unique<LazyEncoder>(chunk_size, level, variant);
}

size_t EncoderMemory(uint32_t chunk_size, Level level) {
  return sizeof(LazyEncoder) + ChunkBuffer::Memory(chunk_size) + sizeof(Item) * chunk_size + LazyParserMemory(chunk_size);
}

}  // namespace dism::codec::lzx
