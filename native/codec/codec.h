// The codec table: a codec is one CodecOps and one line in codec.cc. Whole buffers in, whole buffers out; an encoder or
// decoder object owns all memory it needs, so nothing is allocated while it runs. One object serves one thread at a time.
#ifndef DISM_CODEC_CODEC_H_
#define DISM_CODEC_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/cancel.h"

namespace dism::codec {

// Numbers as in the header of a solid WIM resource.
enum class Format : uint32_t { kNone = 0, kXpress = 1, kLzx = 2, kLzms = 3 };

// Effort. Same format, same decoder; more effort, smaller output.
enum class Level : uint8_t { kQuick, kBalanced, kThorough, kExtreme };

class Encoder {
 public:
  virtual ~Encoder() = default;
  // Compresses `in` (1 to max_chunk bytes) into `out`. Returns the compressed size, or 0 when it would not fit into `out`
  // (callers pass in.size() - 1 bytes: what does not shrink is stored) or when `cancel` was set (polled at least every
  // 64 KiB). Output depends on `in`, chunk size and level only: never on earlier calls, threads or the CPU.
  virtual size_t Encode(ByteSpan in, MutableByteSpan out, const CancelFlag* cancel) = 0;
  // The same with `size` bytes at `in` as working space, which spares large chunks a copy. kSlack more bytes there can be
  // written. When the result is 0 and `cancel` is not set, the `size` bytes are as they were; otherwise undefined.
  static constexpr size_t kSlack = 32;
  virtual size_t EncodeInPlace(uint8_t* in, size_t size, MutableByteSpan out, const CancelFlag* cancel) {
    return Encode(ByteSpan(in, size), out, cancel);
  }
};

class Decoder {
 public:
  virtual ~Decoder() = default;
  // Decompresses `in` into exactly out.size() bytes. False when `in` is not a valid stream of that size (or `cancel` was
  // set). Never reads or writes outside the spans, whatever `in` holds; `out` is undefined after a failure.
  virtual bool Decode(ByteSpan in, MutableByteSpan out, const CancelFlag* cancel) = 0;
};

struct CodecOps {
  Format format;
  const char* name;         // "XPRESS"
  uint32_t min_chunk_size;  // powers of two
  uint32_t max_chunk_size;
  // Bytes that one encoder or decoder object holds, for the memory budget.
  size_t (*encoder_memory)(uint32_t chunk_size, Level level);
  size_t (*decoder_memory)(uint32_t chunk_size);
  // chunk_size: the size of full chunks, a power of two in range; inputs may be shorter.
  std::unique_ptr<Encoder> (*new_encoder)(uint32_t chunk_size, Level level);
  std::unique_ptr<Decoder> (*new_decoder)(uint32_t chunk_size);
};

// The codec of a format; nullptr for kNone and unknown numbers.
const CodecOps* FindCodec(Format format);

// Whether chunk_size is a power of two that the codec accepts.
bool IsValidChunkSize(const CodecOps& codec, uint64_t chunk_size);

}  // namespace dism::codec

#endif  // DISM_CODEC_CODEC_H_
