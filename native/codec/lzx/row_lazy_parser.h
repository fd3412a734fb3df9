// The parser of the fastest level for chunks of 32 KiB: finds matches with rows of candidates and decides at once,
// looking one position ahead.
#ifndef DISM_CODEC_LZX_ROW_LAZY_PARSER_H_
#define DISM_CODEC_LZX_ROW_LAZY_PARSER_H_

#include <cstddef>
#include <memory>

#include "codec/lzx/lazy_parser.h"

namespace dism::codec::lzx {

// config.look_ahead is 1.
std::unique_ptr<LazyParser> NewRowLazyParser(const LazyConfig& config, Variant variant);
size_t RowLazyParserMemory();

}  // namespace dism::codec::lzx

#endif  // DISM_CODEC_LZX_ROW_LAZY_PARSER_H_
