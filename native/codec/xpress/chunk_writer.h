#ifndef DISM_CODEC_XPRESS_CHUNK_WRITER_H_
#define DISM_CODEC_XPRESS_CHUNK_WRITER_H_

#include "base/bytes.h"
#include "codec/xpress/item.h"

namespace dism::codec::xpress {

// Writes code table, items and end symbol to `out`. Returns the size, or 0 when it does not fit.
size_t WriteChunk(const ItemList& list, MutableByteSpan out);

}  // namespace dism::codec::xpress

#endif  // DISM_CODEC_XPRESS_CHUNK_WRITER_H_
