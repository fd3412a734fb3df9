#ifndef DISM_CODEC_XPRESS_OPTIMAL_PARSER_H_
#define DISM_CODEC_XPRESS_OPTIMAL_PARSER_H_

#include <memory>

#include "base/bytes.h"
#include "codec/xpress/item.h"

namespace dism::codec::xpress {

struct OptimalEffort {
  unsigned depth;        // candidates tried per position
  uint32_t nice_length;  // inside a match of this length no other matches are looked for
  unsigned passes;       // shortest paths computed, each with the prices that the last one led to
};

// Finds the matches of all positions once, then the cheapest sequence of items for given prices, several
// times: the format has no state but the output position, so this is a shortest path through the
// chunk, computed from its end.
class OptimalParser {
 public:
  OptimalParser(uint32_t chunk_size, const OptimalEffort& effort);
  static size_t Memory(uint32_t chunk_size);

  // As LazyParser::Parse.
  void Parse(const uint8_t* data, uint32_t size, ItemList& list);

 private:
  // Matches kept per position on average; when they run out, the rest of the chunk gets none. Real data
  // stays below 4.
  static constexpr size_t kMatchesPerPosition = 8;
  // Longest lists of one position: lengths grow along a list.
  static constexpr size_t kMaxMatches = 24;

  struct Match {
    uint16_t length_minus_3;
    uint16_t offset;
  };
  struct Node {
    uint32_t price;  // of the cheapest way from here to the end
    // The first item of that way: 0 for a literal, else offset << 16 | (length - kMinMatchLength).
    uint32_t step;
  };

  void FindMatches(const uint8_t* data, uint32_t size);
  void SetFirstPrices(const uint8_t* data, uint32_t size);
  void SetPrices(const uint32_t* counts);
  void FindPath(const uint8_t* data, uint32_t size);

  const OptimalEffort effort_;
  const unsigned hash_bits_;
  // The last position with each hash of 3 and of 4 bytes, and for each position the previous one with the same hash of
  // 4. A 0 may mean "none", as in LazyParser.
  std::unique_ptr<uint16_t[]> head3_;
  std::unique_ptr<uint16_t[]> head4_;
  std::unique_ptr<uint16_t[]> previous_;
  // The matches of position p are matches_[first_match_[p], first_match_[p + 1]): longer ones have
  // larger offsets.
  std::unique_ptr<Match[]> matches_;
  std::unique_ptr<uint32_t[]> first_match_;
  std::unique_ptr<Node[]> nodes_;

  uint32_t literal_price_[kFirstMatchSymbol];
  // By offset log and length header: codeword, offset bits and one length byte if the header says so.
  uint32_t match_price_[16][16];
};

}  // namespace dism::codec::xpress

#endif  // DISM_CODEC_XPRESS_OPTIMAL_PARSER_H_
