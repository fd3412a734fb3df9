// The body of the fuzz targets of encoders with one variant: any bytes through the encoder at a level that the first
// byte chooses, and back. The second byte repeats and combines the rest, so that small inputs make large chunks with
// long matches.
#ifndef DISM_TEST_SUPPORT_FUZZ_ROUND_TRIP_H_
#define DISM_TEST_SUPPORT_FUZZ_ROUND_TRIP_H_

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "codec/codec.h"

namespace dism::codec {

// Ends the process when what was encoded does not decode to the input.
inline int FuzzRoundTrip(const CodecOps& codec, const uint8_t* data, size_t size) {
  constexpr uint32_t kChunkSize = 65536;
  if (size < 3) return 0;
  static const auto decoder = codec.new_decoder(kChunkSize);
  static std::unique_ptr<Encoder> encoders[4];
  const unsigned level = data[0] & 3;
  if (!encoders[level]) encoders[level] = codec.new_encoder(kChunkSize, static_cast<Level>(level));

  const uint8_t* const bytes = data + 2;
  const size_t count = size - 2;
  std::vector<uint8_t> in(bytes, bytes + count);
  const unsigned repeats = data[1] & 15;
  const uint8_t step = data[1] >> 4;
  for (unsigned r = 1; r <= repeats && in.size() + count <= kChunkSize; ++r) {
    for (size_t i = 0; i < count; ++i) in.push_back(static_cast<uint8_t>(bytes[i] + r * step));
  }
  if (in.size() > kChunkSize) in.resize(kChunkSize);
  in.shrink_to_fit();

  // Buffers of their exact size, so that a sanitizer sees every access outside.
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

}  // namespace dism::codec

#endif  // DISM_TEST_SUPPORT_FUZZ_ROUND_TRIP_H_
