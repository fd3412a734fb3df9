// Inputs and checks that the XPRESS and LZMS tests share.
#ifndef DISM_TEST_NATIVE_CODEC_XPRESS_LZMS_SAMPLES_H_
#define DISM_TEST_NATIVE_CODEC_XPRESS_LZMS_SAMPLES_H_

#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "codec/codec.h"
#include "support/test.h"

namespace dism::codec::test_samples {

using Bytes = std::vector<uint8_t>;

inline Bytes FromHex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 32) - 'a' + 10; };
  Bytes bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<uint8_t>(digit(hex[i]) << 4 | digit(hex[i + 1])));
  }
  return bytes;
}

inline Bytes Random(size_t size, uint64_t seed) {
  test::Random random(seed);
  Bytes bytes(size);
  for (uint8_t& b : bytes) b = static_cast<uint8_t>(random.Next() >> 32);
  return bytes;
}

// Words of a small vocabulary: many matches of all lengths and offsets.
inline Bytes Text(size_t size, uint64_t seed) {
  static const char* const words[] = {"component", "image",  " the ",  "of ",     "servicing", "\r\n",
                                      "package",   "driver", "=",      "\"x64\"", "Windows",   "a",
                                      "identity",  " and ",  "<file ", "/>",      "version",   "10.0."};
  test::Random random(seed);
  Bytes bytes;
  while (bytes.size() < size) {
    const std::string_view word = words[random.Below(std::size(words))];
    bytes.insert(bytes.end(), word.begin(), word.end());
    if (random.Below(8) == 0) bytes.push_back(static_cast<uint8_t>('0' + random.Below(10)));
  }
  bytes.resize(size);
  return bytes;
}

// Resembles x86-64 code: calls, LEA and MOV with RIP-relative operands to a few targets.
inline Bytes Code(size_t size, uint64_t seed) {
  test::Random random(seed);
  Bytes bytes;
  const auto operand = [&] {
    const uint32_t target = 0x4000 + static_cast<uint32_t>(random.Below(40)) * 0x130;
    const uint32_t value = target - static_cast<uint32_t>(bytes.size());
    for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<uint8_t>(value >> 8 * i));
  };
  const auto put = [&](std::initializer_list<uint8_t> list) { bytes.insert(bytes.end(), list); };
  while (bytes.size() < size) {
    switch (random.Below(8)) {
      case 0:
        put({0xE8});
        operand();
        break;
      case 1:
        put({0x48, 0x8D, 0x0D});
        operand();
        break;
      case 2:
        put({0x48, 0x8B, 0x05});
        operand();
        break;
      case 3:
        put({0x4C, 0x8D, 0x05});
        operand();
        break;
      case 4:
        put({0xFF, 0x15});
        operand();
        break;
      case 5:
        put({0xE9});
        operand();
        break;
      case 6:
        put({0xF0, 0x83, 0x05});
        operand();
        break;
      default:
        put({0x55, 0x48, 0x89, 0xE5, static_cast<uint8_t>(random.Next())});
        break;
    }
  }
  bytes.resize(size);
  return bytes;
}

// A table of 32-bit numbers in steps, 16-bit samples, then rows of 8 bytes: food for delta matches.
inline Bytes Table(size_t size, uint64_t seed) {
  test::Random random(seed);
  Bytes bytes(size);
  uint32_t value = static_cast<uint32_t>(random.Next());
  for (size_t i = 0; i + 4 <= size / 3; i += 4) {
    if (i % 4096 == 0) value = static_cast<uint32_t>(random.Next());
    value += 37;
    std::memcpy(&bytes[i], &value, 4);
  }
  uint16_t sample = 0;
  for (size_t i = size / 3 & ~size_t{1}; i + 2 <= size * 2 / 3; i += 2) {
    sample = static_cast<uint16_t>(sample + random.Below(16));
    std::memcpy(&bytes[i], &sample, 2);
  }
  for (size_t i = size * 2 / 3; i < size; ++i) bytes[i] = static_cast<uint8_t>(i / 8 * (i % 8));
  return bytes;
}

// Named inputs of `size` bytes.
struct Sample {
  std::string name;
  Bytes bytes;
};
inline std::vector<Sample> Samples(size_t size) {
  std::vector<Sample> samples = {{"text", Text(size, 1)},
                                 {"zeros", Bytes(size)},
                                 {"random", Random(size, 2)},
                                 {"code", Code(size, 3)},
                                 {"table", Table(size, 4)}};
  Bytes mixed = Text(size, 5);
  const Bytes noise = Random(size, 6);
  for (size_t i = 0; i < size; ++i) {
    if (i / 700 % 3 == 1) mixed[i] = noise[i];
    if (i / 700 % 3 == 2) mixed[i] = static_cast<uint8_t>(noise[i] & 1);
  }
  samples.push_back({"mixed", mixed});
  return samples;
}

// Decodes into a buffer of exactly the size, so that AddressSanitizer sees any excess.
inline bool DecodeExact(Decoder& decoder, const Bytes& in, size_t size, Bytes* out) {
  const std::unique_ptr<uint8_t[]> input(new uint8_t[in.size()]);
  if (!in.empty()) std::memcpy(input.get(), in.data(), in.size());
  out->assign(size, 0xA5);
  out->shrink_to_fit();
  return decoder.Decode({input.get(), in.size()}, *out, nullptr);
}

// Encodes with exactly in.size() - 1 bytes of room; empty when it does not shrink.
inline Bytes EncodeExact(Encoder& encoder, const Bytes& in) {
  const size_t room = in.empty() ? 0 : in.size() - 1;
  const std::unique_ptr<uint8_t[]> input(new uint8_t[in.size()]);
  if (!in.empty()) std::memcpy(input.get(), in.data(), in.size());
  const std::unique_ptr<uint8_t[]> output(new uint8_t[room]);
  const size_t size = encoder.Encode({input.get(), in.size()}, {output.get(), room}, nullptr);
  if (size > room) test::Fail(__FILE__, __LINE__, "larger than the buffer");
  return Bytes(output.get(), output.get() + size);
}

// Round trip; false when it failed (reported). *compressed gets the stream, empty when stored.
inline bool RoundTrip(Encoder& encoder, Decoder& decoder, const Bytes& in, const std::string& what,
                      Bytes* compressed = nullptr) {
  const Bytes stream = EncodeExact(encoder, in);
  if (compressed != nullptr) *compressed = stream;
  if (stream.empty()) return true;
  Bytes out;
  if (!DecodeExact(decoder, stream, in.size(), &out)) {
    test::Fail(__FILE__, __LINE__, what + ": own stream is refused");
    return false;
  }
  if (out != in) {
    test::Fail(__FILE__, __LINE__, what + ": decodes to something else");
    return false;
  }
  return true;
}

}  // namespace dism::codec::test_samples

#endif  // DISM_TEST_NATIVE_CODEC_XPRESS_LZMS_SAMPLES_H_
