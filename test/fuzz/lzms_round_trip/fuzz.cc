// Any bytes through the LZMS encoder at a level that the first byte chooses, and back. The second byte
// repeats and combines the rest, so that small inputs make large chunks with long matches.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "codec/lzms/lzms.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dism::codec;
  if (size < 3) return 0;
  static const auto decoder = kLzmsOps.new_decoder(65536);
  static std::unique_ptr<Encoder> encoders[4];
  const unsigned level = data[0] & 3;
  if (!encoders[level]) encoders[level] = kLzmsOps.new_encoder(65536, static_cast<Level>(level));

  const uint8_t* const bytes = data + 2;
  const size_t count = size - 2;
  std::vector<uint8_t> in(bytes, bytes + count);
  const unsigned repeats = data[1] & 15;
  const uint8_t step = data[1] >> 4;
  for (unsigned r = 1; r <= repeats && in.size() + count <= 65536; ++r) {
    for (size_t i = 0; i < count; ++i) in.push_back(static_cast<uint8_t>(bytes[i] + r * step));
  }
  if (in.size() > 65536) in.resize(65536);
  in.shrink_to_fit();

  const size_t room = in.size() - 1;
  const std::unique_ptr<uint8_t[]> out(new uint8_t[room]);
  const size_t packed = encoders[level]->Encode(in, {out.get(), room}, nullptr);
  if (packed == 0) return 0;
  if (packed > room) std::abort();
  const std::unique_ptr<uint8_t[]> exact(new uint8_t[packed]);
  std::memcpy(exact.get(), out.get(), packed);
  const std::unique_ptr<uint8_t[]> back(new uint8_t[in.size()]);
  if (!decoder->Decode({exact.get(), packed}, {back.get(), in.size()}, nullptr)) std::abort();
  if (std::memcmp(back.get(), in.data(), in.size()) != 0) std::abort();
  return 0;
}
