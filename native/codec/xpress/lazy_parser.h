#ifndef DISM_CODEC_XPRESS_LAZY_PARSER_H_
#define DISM_CODEC_XPRESS_LAZY_PARSER_H_

#include "codec/match/hash_chains.h"
#include "codec/xpress/item.h"

namespace dism::codec::xpress {

// How far the lazy parser looks. More of any: smaller and slower.
struct LazyEffort {
  unsigned depth;        // candidates tried per position
  unsigned lazy_depth;   // the same one position later, when a match has been found already
  unsigned lazy_length;  // a match of this length is taken without looking one position later
  unsigned nice_length;  // a match of this length ends the search for longer ones
};

// Parses in one pass and compares matches by the bits they save.
class LazyParser {
 public:
  LazyParser(uint32_t chunk_size, const LazyEffort& effort);
  static size_t Memory(uint32_t chunk_size);

  // Parses data[0, size) into `list`, which is cleared first.
  // At least kParserPadding bytes after the data must be readable; their values do not matter.
  void Parse(const uint8_t* data, uint32_t size, ItemList& list);

 private:
  const LazyEffort effort_;
  match::HashChains chains_;
};

inline constexpr size_t kParserPadding = 16;

}  // namespace dism::codec::xpress

#endif  // DISM_CODEC_XPRESS_LAZY_PARSER_H_
