// Constants of the XPRESS (LZ77 + Huffman) format as used in WIM. The whole format: FORMAT.md.
#ifndef DISM_CODEC_XPRESS_FORMAT_H_
#define DISM_CODEC_XPRESS_FORMAT_H_

#include <cstddef>
#include <cstdint>

namespace dism::codec::xpress {

inline constexpr uint32_t kMinChunkSize = 4096;
// Offsets have at most 16 bits and there is one code table a chunk.
inline constexpr uint32_t kMaxChunkSize = 65536;

// One code: symbols 0-255 are literals, 256-511 match headers (offset log << 4 | length header).
inline constexpr size_t kNumSymbols = 512;
inline constexpr size_t kFirstMatchSymbol = 256;
// Codeword lengths are stored in 4 bits each.
inline constexpr unsigned kMaxCodewordLength = 15;
inline constexpr size_t kTableBytes = kNumSymbols / 2;

// Both "match of length 3 at offset 1" and, after the last item, the end marker. Decoders stop by
// output size; the encoder writes it because Microsoft's decoders may look for it.
inline constexpr unsigned kEndSymbol = 256;

inline constexpr uint32_t kMinMatchLength = 3;
// Length header 15 says that length bytes follow: b < 255 means 15 + b, 255 means that a 16-bit
// value follows which is the whole adjusted length.
inline constexpr unsigned kLongLengthHeader = 15;
inline constexpr unsigned kLengthEscape = 255;
// Matches of at least this length carry one length byte (3 + 15), respectively three (3 + 15 + 255).
inline constexpr unsigned kMinLongLength = kMinMatchLength + kLongLengthHeader;
inline constexpr unsigned kMinEscapedLength = kMinLongLength + kLengthEscape;

}  // namespace dism::codec::xpress

#endif  // DISM_CODEC_XPRESS_FORMAT_H_
