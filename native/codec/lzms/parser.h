#ifndef DISM_CODEC_LZMS_PARSER_H_
#define DISM_CODEC_LZMS_PARSER_H_

#include <memory>

#include "base/cancel.h"
#include "codec/incompressible.h"
#include "codec/lzms/delta_finder.h"
#include "codec/lzms/item_writer.h"
#include "codec/lzms/match_finder.h"

namespace dism::codec::lzms {

struct Effort {
  uint32_t depth;         // nodes of a tree looked at per position
  uint32_t nice_length;   // a match of this length is taken at once
  unsigned delta_powers;  // spans 1, 2, 4 ... for which explicit delta matches are looked for
};

// Divides a chunk into items. It works in windows of some thousand bytes: forward dynamic programming
// over all positions of the window, with the prices of the writer's current models; then the items of
// the cheapest way are written, which adapts the models. Each position remembers the state (repeat
// queues, decision contexts) of the cheapest way that leads to it, so repeats are priced exactly on that
// way; a dearer way with a more useful state is lost, which makes it near-optimal only.
class Parser {
 public:
  Parser(uint32_t chunk_size, const Effort& effort);
  static size_t Memory(uint32_t chunk_size, const Effort& effort);

  // Writes data[0, size), which has MatchFinder::kPadding readable bytes after it. False when cancelled
  // or when the writer is full.
  bool Run(const uint8_t* data, uint32_t size, ItemWriter& writer, const CancelFlag* cancel);

 private:
  // A window is short enough that prices hardly change within, and long enough that its end, where the
  // choice is made without knowing what follows, hardly matters.
  static constexpr uint32_t kWindow = 2048;
  static constexpr uint32_t kMaxNiceLength = 512;
  static constexpr uint32_t kNodes = kWindow + 2 * kMaxNiceLength + 2;

  uint32_t RunWindow(uint32_t start, ItemWriter& writer);
  void UpdatePrices(const ItemWriter& writer);
  void WritePath(uint32_t start, uint32_t end, ItemWriter& writer);
  // Whether `position` lies in a block in which no search pays. Positions ascend.
  bool IsFlat(uint32_t position) {
    if (position - block_ >= kBlock) EnterBlock(position);
    return block_is_flat_;
  }
  void EnterBlock(uint32_t position);
  uint32_t DeltaLength(uint32_t position, uint32_t offset, uint32_t span, uint32_t limit) const;

  // Of the test for media and other data that was compressed before.
  static constexpr uint32_t kBlock = 16384;

  const Effort effort_;
  MatchFinder finder_;
  DeltaFinder delta_finder_;
  const uint8_t* data_ = nullptr;
  uint32_t size_ = 0;
  // Positions below this are in the finder and in the delta tables.
  uint32_t inserted_ = 0;
  IncompressibleTest incompressible_;
  uint32_t block_ = 0;  // the start of the block that was tested last
  bool block_is_flat_ = false;

  // Node n is `start + n` of the current window: price of the cheapest way from the start, its last item,
  // and (once the node is reached in order) the state after it.
  std::unique_ptr<uint32_t[]> node_price_;
  std::unique_ptr<Item[]> node_item_;
  std::unique_ptr<CoderState[]> node_state_;
  // A way may also reach a node by three items at once: a match, a literal, and the repeat of the match's
  // offset, which is node_item_. Then this is the length of the first, and node_first_ that match; else 0.
  std::unique_ptr<Item[]> node_first_;
  std::unique_ptr<uint32_t[]> node_first_length_;
  std::unique_ptr<Item[]> path_;

  uint32_t length_price_[kMaxNiceLength + 1];
  uint32_t length_generation_ = 0;
};

}  // namespace dism::codec::lzms

#endif  // DISM_CODEC_LZMS_PARSER_H_
