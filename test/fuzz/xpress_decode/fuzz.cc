// Any bytes through the XPRESS decoder: it may refuse them, and must stay inside its buffers. The first two
// bytes choose the output size. Both buffers are exact allocations, so that AddressSanitizer sees the
// first byte outside.
#include <cstdint>
#include <cstring>
#include <memory>

#include "codec/xpress/xpress.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using dism::codec::kXpressOps;
  if (size < 2) return 0;
  static const auto decoder = kXpressOps.new_decoder(65536);
  const size_t out_size = 1 + (data[0] | data[1] << 8);
  const size_t in_size = size - 2;
  const std::unique_ptr<uint8_t[]> in(new uint8_t[in_size]);
  std::memcpy(in.get(), data + 2, in_size);
  const std::unique_ptr<uint8_t[]> out(new uint8_t[out_size]);
  decoder->Decode({in.get(), in_size}, {out.get(), out_size}, nullptr);
  return 0;
}
