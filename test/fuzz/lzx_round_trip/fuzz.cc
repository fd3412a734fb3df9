// Encodes arbitrary bytes and decodes the result: it must be the input again, at every level, and
// the portable variant must write the same bytes.
//
// Input: one byte (level in bits 0..1, chunk size of 64 KiB in bit 2, scarce room in bit 3), then
// the text. Text is repeated with small changes when bit 4 is set, so that short inputs reach long
// matches and several blocks.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "base/bytes.h"
#include "codec/lzx/decoder.h"
#include "codec/lzx/encoder.h"
#include "codec/lzx/format.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dism;
  using namespace dism::codec;
  if (size < 2) return 0;
  const uint8_t flags = data[0];
  const Level level = static_cast<Level>(flags & 3);
  const uint32_t chunk_size = lzx::kMinChunkSize << (flags >> 2 & 1);
  std::vector<uint8_t> plain(data + 1, data + std::min<size_t>(size, lzx::kMinChunkSize + 1));
  if (flags & 16) {
    const size_t unit = plain.size();
    const size_t whole = std::min<size_t>(chunk_size, unit * (2 + plain[0] % 16));
    while (plain.size() < whole) {
      plain.push_back(plain[plain.size() - unit]);
      if (plain.size() % 97 == plain[1 % unit] % 97) plain.back() ^= static_cast<uint8_t>(plain.size());
    }
  }

  static std::unique_ptr<Encoder> encoders[2][4][2];
  static std::unique_ptr<Decoder> decoders[2];
  auto& pair = encoders[flags >> 2 & 1][flags & 3];
  auto& decoder = decoders[flags >> 2 & 1];
  if (!pair[0]) {
    pair[0] = lzx::NewEncoder(chunk_size, level, lzx::Variant::kPortable);
    pair[1] = lzx::NewEncoder(chunk_size, level, lzx::Variant::kBest);
  }
  if (!decoder) decoder = lzx::NewDecoder(chunk_size, lzx::Variant::kBest);

  // Callers give one byte less than the text; with ample room even what does not shrink must come
  // out right.
  const bool scarce = flags & 8;
  const size_t room = scarce ? plain.size() - 1 : 2 * plain.size() + 1000;
  std::vector<uint8_t> a(room);
  std::vector<uint8_t> b(room);
  const size_t a_size = pair[0]->Encode(plain, a, nullptr);
  const size_t b_size = pair[1]->Encode(plain, b, nullptr);
  if (a_size > room || a_size != b_size ||
      !std::equal(a.begin(), a.begin() + static_cast<ptrdiff_t>(a_size), b.begin())) {
    std::abort();
  }
  if (a_size == 0) {
    if (!scarce) std::abort();
    return 0;
  }
  a.resize(a_size);
  std::vector<uint8_t> back(plain.size());
  if (!decoder->Decode(a, back, nullptr) || back != plain) std::abort();
  return 0;
}
