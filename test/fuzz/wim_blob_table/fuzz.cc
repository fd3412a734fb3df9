// The blob table with its solid runs. Input: u8 (bit 0: solid version), u32 file size, eight u16
// that stand for the sizes of solid resources (used in turn), then the table.
#include "native/wim/fuzz_check.h"
#include "wim/blob_table.h"

using namespace dism;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kPrefix = 1 + 4 + 16;
  if (size < kPrefix) return 0;
  const uint32_t version = (data[0] & 1) != 0 ? wim::kVersionSolid : wim::kVersionDefault;
  const uint64_t file_size = LoadLe32(data + 1);
  const auto set_sizes = [data](wim::BlobTable* table) {
    for (size_t i = 0; i < table->solid_resources.size(); ++i) {
      table->solid_resources[i].uncompressed_size = LoadLe16(data + 5 + 2 * (i % 8));
    }
  };
  wim::BlobTable table;
  const ByteSpan bytes(data + kPrefix, size - kPrefix);
  if (!table.ParsePart(View(bytes), 1, file_size, version).ok()) return 0;
  set_sizes(&table);
  if (!table.ResolveSolid().ok()) return 0;
  for (size_t i = 0; i < table.blobs().size(); ++i) {
    const wim::Blob& blob = table.blobs()[i];
    FUZZ_CHECK(table.Find(blob.digest) == static_cast<int64_t>(i));
    if (blob.solid == wim::kNotSolid) {
      FUZZ_CHECK(blob.resource.stored_size <= file_size &&
                 blob.resource.offset <= file_size - blob.resource.stored_size);
    } else {
      FUZZ_CHECK(blob.solid < table.solid_resources.size());
      const uint64_t all = table.solid_resources[blob.solid].uncompressed_size;
      FUZZ_CHECK(blob.size <= all && blob.solid_offset <= all - blob.size);
    }
  }

  // Written and read again it says the same, but for solid resources without a blob.
  const std::vector<uint8_t> written = table.Write(1);
  wim::BlobTable again;
  FUZZ_CHECK(again.ParsePart(View(written), 1, file_size, version).ok());
  FUZZ_CHECK(again.blobs().size() == table.blobs().size());
  FUZZ_CHECK(again.metadata.size() == table.metadata.size());
  std::vector<uint64_t> sizes;
  for (size_t i = 0; i < table.solid_resources.size(); ++i) {
    for (const wim::Blob& blob : table.blobs()) {
      if (blob.solid != i) continue;
      sizes.push_back(table.solid_resources[i].uncompressed_size);
      break;
    }
  }
  FUZZ_CHECK(again.solid_resources.size() == sizes.size());
  for (size_t i = 0; i < sizes.size(); ++i) again.solid_resources[i].uncompressed_size = sizes[i];
  FUZZ_CHECK(again.ResolveSolid().ok());
  FUZZ_CHECK(again.Write(1) == written);
  return 0;
}
