#include "codec/xpress/optimal_parser.h"

#include <algorithm>
#include <cstring>

#include "codec/match/match_length.h"
#include "codec/xpress/price.h"

namespace dism::codec::xpress {
namespace {

constexpr uint32_t kMultiplier = 0x9E3779B1;  // 2^32 / golden ratio
// A long match also costs a byte, or three.
constexpr uint32_t kBytePrice = 8 * kBitPrice;
// No codeword is longer than 15 bits; what never occurred should look dear but not hopeless.
constexpr uint32_t kMaxSymbolPrice = 13 * kBitPrice;

}  // namespace

OptimalParser::OptimalParser(uint32_t chunk_size, const OptimalEffort& effort)
    : effort_(effort),
      hash_bits_(static_cast<unsigned>(std::bit_width(chunk_size)) - 1),
      head3_(new uint16_t[size_t{1} << hash_bits_]),
      head4_(new uint16_t[size_t{1} << hash_bits_]),
      previous_(new uint16_t[chunk_size]),
      matches_(new Match[chunk_size * kMatchesPerPosition]),
      first_match_(new uint32_t[chunk_size + 1]),
      nodes_(new Node[chunk_size + 1]) {}

size_t OptimalParser::Memory(uint32_t chunk_size) {
  return sizeof(OptimalParser) + size_t{chunk_size} * (3 * sizeof(uint16_t) + sizeof(uint32_t) + sizeof(Node) +
                                                       kMatchesPerPosition * sizeof(Match));
}

void OptimalParser::FindMatches(const uint8_t* data, uint32_t size) {
  const unsigned shift = 32 - hash_bits_;
  std::memset(head3_.get(), 0, sizeof(uint16_t) << hash_bits_);
  std::memset(head4_.get(), 0, sizeof(uint16_t) << hash_bits_);
  const Match* const matches_end = matches_.get() + size_t{size} * kMatchesPerPosition;
  Match* next = matches_.get();
  // Inside a nice match: its end, and its offset.
  uint32_t nice_end = 0;
  uint32_t nice_offset = 0;

  for (uint32_t position = 0; position < size; ++position) {
    first_match_[position] = static_cast<uint32_t>(next - matches_.get());
    const uint8_t* const here = data + position;
    const uint32_t bytes = LoadLe32(here);
    uint16_t& slot3 = head3_[(bytes << 8) * kMultiplier >> shift];
    uint16_t& slot4 = head4_[bytes * kMultiplier >> shift];
    const uint32_t candidate3 = slot3;
    uint32_t candidate = slot4;
    slot3 = static_cast<uint16_t>(position);
    slot4 = static_cast<uint16_t>(position);
    previous_[position] = static_cast<uint16_t>(candidate);
    const uint32_t limit = size - position;
    if (limit < 4 || static_cast<size_t>(matches_end - next) < kMaxMatches) continue;
    const auto add = [&](uint32_t length, uint32_t offset) {
      *next++ = {static_cast<uint16_t>(length - kMinMatchLength), static_cast<uint16_t>(offset)};
    };
    if (position + kMinMatchLength <= nice_end) {
      add(nice_end - position, nice_offset);
      continue;
    }
    uint32_t length = kMinMatchLength - 1;
    if (candidate3 < position && ((LoadLe32(data + candidate3) ^ bytes) << 8) == 0) {
      length = match::PortableLength::Extend(here, data + candidate3, kMinMatchLength, limit);
      add(length, position - candidate3);
    }
    if (candidate >= position || length >= limit) continue;
    length = std::max(length, kMinMatchLength);
    uint32_t tail = LoadLe32(here + length - 3);
    const Match* const list_end = next + kMaxMatches - 2;
    for (unsigned depth = effort_.depth;;) {
      const uint8_t* const there = data + candidate;
      if (LoadLe32(there + length - 3) == tail && LoadLe32(there) == bytes) {
        const uint32_t matched = match::PortableLength::Extend(here, there, 4, limit);
        if (matched > length) {
          length = matched;
          add(length, position - candidate);
          if (length >= effort_.nice_length || length >= limit || next == list_end) break;
          tail = LoadLe32(here + length - 3);
        }
      }
      const uint32_t older = previous_[candidate];
      if (older >= candidate || --depth == 0) break;
      candidate = older;
    }
    if (length >= effort_.nice_length) {
      nice_end = position + length;
      nice_offset = (next - 1)->offset;
    }
  }
  first_match_[size] = static_cast<uint32_t>(next - matches_.get());
}

// Before anything is known: literals by how frequent the bytes are in the data, of which matching takes
// the frequent ones away, and matches by what they cost in most chunks.
void OptimalParser::SetFirstPrices(const uint8_t* data, uint32_t size) {
  uint32_t histogram[kFirstMatchSymbol] = {};
  for (uint32_t i = 0; i < size; ++i) ++histogram[data[i]];
  const uint32_t total = LogPrice(size + kFirstMatchSymbol);
  for (size_t byte = 0; byte < kFirstMatchSymbol; ++byte) {
    const uint32_t price = total - LogPrice(histogram[byte] + 1);
    literal_price_[byte] = std::clamp(price + kBitPrice, 5 * kBitPrice, 11 * kBitPrice);
  }
  for (uint32_t log = 0; log < 16; ++log) {
    for (uint32_t header = 0; header < 16; ++header) {
      // Short and near matches are the most frequent ones.
      uint32_t price = 6 * kBitPrice + header * (kBitPrice / 4);
      if (log < 4) price += kBitPrice;
      if (header == kLongLengthHeader) price += kBytePrice - 2 * kBitPrice;
      match_price_[log][header] = price + log * kBitPrice;
    }
  }
}

void OptimalParser::SetPrices(const uint32_t* counts) {
  uint32_t total = 0;
  for (size_t symbol = 0; symbol < kNumSymbols; ++symbol) total += counts[symbol];
  const uint32_t log_total = LogPrice(total);
  const auto price = [&](size_t symbol) {
    const uint32_t count = counts[symbol];
    if (count == 0) return kMaxSymbolPrice;
    return std::clamp(log_total - LogPrice(count), kBitPrice, kMaxSymbolPrice);
  };
  for (size_t byte = 0; byte < kFirstMatchSymbol; ++byte) literal_price_[byte] = price(byte);
  for (uint32_t log = 0; log < 16; ++log) {
    for (uint32_t header = 0; header < 16; ++header) {
      match_price_[log][header] = price(kFirstMatchSymbol + (log << 4) + header) + log * kBitPrice +
                                  (header == kLongLengthHeader ? kBytePrice : 0);
    }
  }
}

void OptimalParser::FindPath(const uint8_t* data, uint32_t size) {
  Node* const nodes = nodes_.get();
  nodes[size] = {0, 0};
  for (uint32_t position = size; position-- > 0;) {
    uint32_t best = nodes[position + 1].price + literal_price_[data[position]];
    uint32_t step = 0;
    const Match* match = matches_.get() + first_match_[position];
    const Match* const end = matches_.get() + first_match_[position + 1];
    uint32_t header = 0;  // lengths below have been tried with a nearer offset
    for (; match != end; ++match) {
      const uint32_t adjusted = match->length_minus_3;
      const uint32_t offset = match->offset;
      const uint32_t* const prices = match_price_[OffsetLog(offset)];
      const uint32_t last = std::min(adjusted, kLongLengthHeader - 1);
      const Node* const after = nodes + position + kMinMatchLength;
      for (; header <= last; ++header) {
        const uint32_t price = after[header].price + prices[header];
        if (price < best) {
          best = price;
          step = offset << 16 | header;
        }
      }
      // Of the lengths with length bytes, the longest is the best but for rare cases.
      if (adjusted >= kLongLengthHeader) {
        const uint32_t bytes = adjusted >= kLongLengthHeader + kLengthEscape ? 2 * kBytePrice : 0;
        const uint32_t price = after[adjusted].price + prices[kLongLengthHeader] + bytes;
        if (price < best) {
          best = price;
          step = offset << 16 | adjusted;
        }
      }
    }
    nodes[position] = {best, step};
  }
}

void OptimalParser::Parse(const uint8_t* data, uint32_t size, ItemList& list) {
  FindMatches(data, size);
  SetFirstPrices(data, size);
  for (unsigned pass = 1;; ++pass) {
    FindPath(data, size);
    ItemList::Cursor out = list.Begin();
    for (uint32_t position = 0; position < size;) {
      const uint32_t step = nodes_[position].step;
      if (step == 0) {
        out.AddLiteral(data[position++]);
      } else {
        const uint32_t length = (step & 0xFFFF) + kMinMatchLength;
        out.AddMatch(step >> 16, length);
        position += length;
      }
    }
    list.End(out);
    if (pass == effort_.passes) return;
    SetPrices(list.counts());
  }
}

}  // namespace dism::codec::xpress
