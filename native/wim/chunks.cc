#include "wim/chunks.h"

#include <algorithm>
#include <cstring>

namespace dism::wim {

uint64_t ChunkTableSize(uint64_t original_size, uint32_t chunk_size) {
  const uint64_t count = ChunkCount(original_size, chunk_size);
  return count == 0 ? 0 : (count - 1) * ChunkEntrySize(original_size);
}

static Status CheckChunks(const ChunkLayout& layout) {
  for (uint64_t i = 0; i < layout.count(); ++i) {
    const uint64_t start = layout.offsets[i], end = layout.offsets[i + 1];
    if (end <= start || end - start > layout.OriginalSize(i)) {
      return Error(ErrorCode::kCorrupt, "chunk " + std::to_string(i) + " has an impossible size", start);
    }
  }
  return Ok();
}

Status ChunkLayout::ParseNormal(ByteSpan bytes, const ResourceHeader& resource, codec::Format format,
                                uint32_t chunk_size, ChunkLayout* layout) {
  if (resource.original_size == 0 || chunk_size == 0) {
    return Error(ErrorCode::kCorrupt, "a compressed resource without size", resource.offset);
  }
  layout->format = format;
  layout->chunk_size = chunk_size;
  layout->original_size = resource.original_size;
  const uint64_t count = ChunkCount(resource.original_size, chunk_size);
  const uint32_t width = ChunkEntrySize(resource.original_size);
  if (count - 1 > std::min<uint64_t>(resource.stored_size, bytes.size()) / width) {
    return Error(ErrorCode::kCorrupt, "the chunk table is larger than its resource", resource.offset);
  }
  const uint64_t table_size = (count - 1) * width;
  const uint64_t data = resource.offset + table_size;
  layout->offsets.resize(static_cast<size_t>(count) + 1);
  layout->offsets[0] = data;
  for (uint64_t i = 1; i < count; ++i) {
    const uint8_t* entry = bytes.data() + (i - 1) * width;
    const uint64_t relative = width == 4 ? LoadLe32(entry) : LoadLe64(entry);
    if (relative > resource.stored_size - table_size) {
      return Error(ErrorCode::kCorrupt, "a chunk lies outside its resource", resource.offset + (i - 1) * width);
    }
    layout->offsets[i] = data + relative;
  }
  layout->offsets[count] = resource.offset + resource.stored_size;
  return CheckChunks(*layout);
}

Result<ChunkLayout> ChunkLayout::ReadNormal(const ReadableFile& file, const ResourceHeader& resource,
                                            codec::Format format, uint32_t chunk_size) {
  // The table lies inside the resource, whose range was checked against the file: this bounds the memory.
  const uint64_t table_size = chunk_size == 0 ? 0 : ChunkTableSize(resource.original_size, chunk_size);
  std::vector<uint8_t> table;
  if (table_size <= resource.stored_size) {
    table.resize(static_cast<size_t>(table_size));
    DISM_TRY(file.ReadAt(resource.offset, table));
  }
  ChunkLayout layout;
  Status status = ParseNormal(table, resource, format, chunk_size, &layout);
  if (!status.ok()) return std::move(status.error()).At(file.path());
  return layout;
}

Result<ChunkLayout> ChunkLayout::ReadSolid(const ReadableFile& file, const SolidResource& resource) {
  ChunkLayout layout;
  layout.format = resource.format;
  layout.chunk_size = resource.chunk_size;
  layout.original_size = resource.uncompressed_size;
  const uint64_t count = ChunkCount(layout.original_size, layout.chunk_size);
  const uint64_t stored = resource.header.stored_size;
  if (stored < 16 || count > (stored - 16) / 4) {
    return Error(ErrorCode::kCorrupt, "the chunk table is larger than its solid resource", resource.header.offset)
        .At(file.path());
  }
  std::vector<uint8_t> table(static_cast<size_t>(count * 4));
  DISM_TRY(file.ReadAt(resource.header.offset + 16, table));
  layout.offsets.resize(static_cast<size_t>(count) + 1);
  uint64_t at = resource.header.offset + 16 + count * 4;
  const uint64_t end = resource.header.offset + stored;
  for (uint64_t i = 0; i < count; ++i) {
    layout.offsets[i] = at;
    const uint32_t size = LoadLe32(table.data() + 4 * i);
    if (size > end - at) {
      return Error(ErrorCode::kCorrupt, "a chunk lies outside its solid resource", resource.header.offset + 16 + 4 * i)
          .At(file.path());
    }
    at += size;
  }
  layout.offsets[count] = at;
  Status status = CheckChunks(layout);
  if (!status.ok()) return std::move(status.error()).At(file.path());
  return layout;
}

std::unique_ptr<codec::Decoder> DecoderPool::Take(codec::Format format, uint32_t chunk_size) {
  {
    std::lock_guard lock(mutex_);
    for (size_t i = 0; i < idle_.size(); ++i) {
      if (idle_[i].format == format && idle_[i].chunk_size == chunk_size) {
        std::unique_ptr<codec::Decoder> decoder = std::move(idle_[i].decoder);
        idle_.erase(idle_.begin() + static_cast<ptrdiff_t>(i));
        return decoder;
      }
    }
  }
  const codec::CodecOps* codec = codec::FindCodec(format);
  return codec == nullptr ? nullptr : codec->new_decoder(chunk_size);
}

void DecoderPool::Give(codec::Format format, uint32_t chunk_size, std::unique_ptr<codec::Decoder> decoder) {
  if (decoder == nullptr) return;
  std::lock_guard lock(mutex_);
  idle_.push_back({format, chunk_size, std::move(decoder)});
}

Status DecodeChunk(codec::Decoder* decoder, ByteSpan stored, MutableByteSpan out, uint64_t offset,
                   const CancelFlag* cancel) {
  if (stored.size() == out.size()) {
    std::memcpy(out.data(), stored.data(), out.size());
    return Ok();
  }
  if (decoder == nullptr) return Error(ErrorCode::kCorrupt, "a compressed chunk in an uncompressed resource", offset);
  if (!decoder->Decode(stored, out, cancel)) {
    if (cancel != nullptr && cancel->IsSet()) return Error(ErrorCode::kCancelled);
    return Error(ErrorCode::kDecompressionFailed, "a chunk does not decode", offset);
  }
  return Ok();
}

}  // namespace dism::wim
