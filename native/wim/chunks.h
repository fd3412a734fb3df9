// Where the chunks of one compressed resource lie in its file. FORMAT.md, "Compressed resource" and "Solid resource".
#ifndef DISM_WIM_CHUNKS_H_
#define DISM_WIM_CHUNKS_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "codec/codec.h"
#include "wim/blob_table.h"
#include "wim/resource_header.h"

namespace dism::wim {

struct ChunkLayout {
  codec::Format format = codec::Format::kNone;
  uint32_t chunk_size = 0;
  uint64_t original_size = 0;
  std::vector<uint64_t> offsets;  // file offset of each chunk, then the end of the last: count() + 1 entries

  uint64_t count() const { return offsets.size() - 1; }
  uint32_t StoredSize(uint64_t chunk) const { return static_cast<uint32_t>(offsets[chunk + 1] - offsets[chunk]); }
  uint32_t OriginalSize(uint64_t chunk) const {
    const uint64_t start = chunk * chunk_size;
    return static_cast<uint32_t>(original_size - start < chunk_size ? original_size - start : chunk_size);
  }

  // Reads and checks the table: every chunk inside the resource, no chunk empty or larger than what it decodes to.
  static Result<ChunkLayout> ReadNormal(const ReadableFile& file, const ResourceHeader& resource, codec::Format format,
                                        uint32_t chunk_size);
  // The same from the first bytes of the resource in memory (at least its chunk table), into an object that is reused.
  static Status ParseNormal(ByteSpan bytes, const ResourceHeader& resource, codec::Format format, uint32_t chunk_size,
                            ChunkLayout* layout);
  static Result<ChunkLayout> ReadSolid(const ReadableFile& file, const SolidResource& resource);
};

// Bytes of the chunk table of a normal resource of this original size.
uint64_t ChunkTableSize(uint64_t original_size, uint32_t chunk_size);
inline uint64_t ChunkCount(uint64_t original_size, uint32_t chunk_size) {
  return original_size == 0 ? 0 : (original_size - 1) / chunk_size + 1;
}
// The width of a table entry.
inline uint32_t ChunkEntrySize(uint64_t original_size) { return original_size > 0xFFFFFFFF ? 8 : 4; }

// Decoders of one job, handed out to its threads and taken back.
class DecoderPool {
 public:
  std::unique_ptr<codec::Decoder> Take(codec::Format format, uint32_t chunk_size);
  void Give(codec::Format format, uint32_t chunk_size, std::unique_ptr<codec::Decoder> decoder);

 private:
  struct Entry {
    codec::Format format;
    uint32_t chunk_size;
    std::unique_ptr<codec::Decoder> decoder;
  };
  std::mutex mutex_;
  std::vector<Entry> idle_;
};

// Decodes one chunk: copies when it is stored raw. `offset` is for the error only.
Status DecodeChunk(codec::Decoder* decoder, ByteSpan stored, MutableByteSpan out, uint64_t offset,
                   const CancelFlag* cancel);

}  // namespace dism::wim

#endif  // DISM_WIM_CHUNKS_H_
