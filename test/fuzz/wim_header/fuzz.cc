// The 208-byte header: what parses is written back byte for byte, and every range lies in the file.
// The first 8 bytes of the input are the file size.
#include "native/wim/fuzz_check.h"
#include "wim/header.h"

using namespace dism;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 8) return 0;
  const uint64_t file_size = LoadLe64(data);
  const ByteSpan bytes(data + 8, size - 8);
  const auto header = wim::Header::Parse(View(bytes), file_size);
  if (!header.ok()) return 0;
  const auto written = header->Write();
  FUZZ_CHECK(std::memcmp(written.data(), bytes.data(), written.size()) == 0);
  for (const wim::ResourceHeader* r : {&header->blob_table, &header->xml, &header->boot_metadata, &header->integrity}) {
    FUZZ_CHECK(r->stored_size == 0 || (r->offset <= file_size && r->stored_size <= file_size - r->offset));
  }
  FUZZ_CHECK(header->boot_index <= header->image_count);
  return 0;
}
