// Decodes arbitrary bytes with both variants of the decoder: neither may leave its buffers, and
// they must agree.
//
// Input: two bytes of output size, one byte whose low three bits choose the window order, then the
// stream. Both buffers have the exact size, so that the address sanitizer sees the first byte too
// many.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "base/bytes.h"
#include "codec/lzx/decoder.h"
#include "codec/lzx/format.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dism;
  using namespace dism::codec;
  if (size < 3) return 0;
  const size_t out_size = size_t{LoadLe16(data)} % (lzx::kMinChunkSize + 1);
  const uint32_t chunk_size = lzx::kMinChunkSize << data[2] % 7;
  const std::vector<uint8_t> stream(data + 3, data + size);

  static std::unique_ptr<Decoder> decoders[7][2];
  auto& pair = decoders[data[2] % 7];
  if (!pair[0]) {
    pair[0] = lzx::NewDecoder(chunk_size, lzx::Variant::kPortable);
    pair[1] = lzx::NewDecoder(chunk_size, lzx::Variant::kBest);
  }
  std::vector<uint8_t> a(out_size, 0x55);
  std::vector<uint8_t> b(out_size, 0xAA);
  const bool a_ok = pair[0]->Decode(stream, a, nullptr);
  const bool b_ok = pair[1]->Decode(stream, b, nullptr);
  // A valid stream defines every byte, whatever the buffer held before.
  if (a_ok != b_ok || (a_ok && a != b)) std::abort();
  return 0;
}
