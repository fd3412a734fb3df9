// XPRESS: vectors, streams built bit by bit, truncation, round trips, Windows-made streams.
#include "codec/xpress/xpress.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "native/codec/xpress_lzms_samples.h"

namespace dism::codec {
namespace {

using namespace test_samples;

constexpr Level kLevels[] = {Level::kQuick, Level::kBalanced, Level::kThorough, Level::kExtreme};

// "0123456789ABCDEF" 64 times, and 452 bytes of code with many short matches; both streams come from
// an independent encoder (wimlib-imagex 1.13.5).
constexpr char kVectorA[] =
    "0000000000000000000000000000000000000000000000005455454444000000404444040000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000000000000000000004000000"
    "0000000000000000000000000000000000000000000000000000000000000000000000400000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "000000000000000000000000000000000000000000000000000000000000000000000000770e12df56349a78"
    "d0b000c0ffec030000";
constexpr char kVectorBInput[] =
    "e8004000008b4500909090e8f53f00008b4501909090e8ea3f00008b4502909090e8df3f00008b4503909090"
    "e8d43f00008b4504909090e8c93f00008b4505909090e8be3f00008b4506909090e8b33f00008b4507909090"
    "e8a83f00008b4508909090e89d3f00008b4509909090e8923f00008b450a909090e8873f00008b450b909090"
    "e87c3f00008b450c909090e8713f00008b450d909090e8663f00008b450e909090e85b3f00008b450f909090"
    "e8503f00008b4510909090e8453f00008b4511909090e83a3f00008b4512909090e82f3f00008b4513909090"
    "e8243f00008b4514909090e8193f00008b4515909090e80e3f00008b4516909090e8033f00008b4517909090"
    "e8f83e00008b4518909090e8ed3e00008b4519909090e8e23e00008b451a909090e8d73e00008b451b909090"
    "e8cc3e00008b451c909090e8c13e00008b451d909090e8b63e00008b451e909090e8ab3e00008b451f909090"
    "e8a03e00008b4520909090e8953e00008b4521909090e88a3e00008b4522909090e87f3e00008b4523909090"
    "e8743e00008b4524909090e8693e00008b4525909090e85e3e00008b4526909090e8533e00008b4527909090"
    "cccccccccccccccccccccccc";
constexpr char kVectorB[] =
    "8678888888888887888888887888888888888788000000800000000000080088080070000000000008800000"
    "0080000800000007700000007000070000000770000000700077000006077000000070000700000007700000"
    "0070000700000007700000007000070000000770000000700007000007077000000070000700000007000000"
    "0700000000000000000000000000000000000000270200000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000000000000000000000000000000000000000000007c510dc91513004"
    "8bc3d02f07f57a8dc0a383b8bdbcdc61b85e2fed7660b217cb3a1ddaed45928e07f77b3d9aa3e1bd5ecbe4f8"
    "28ae97ff3fc0f0c5428e87f8bef0fb3190afd77138cae6cb551c8ef3fa229b077de4c823c3b8bec2dfa1585f"
    "afee76b0dad72b3b1deef775aa8e07fc7e4da02321bf5fcee698382e2fe57fd0f5ebea1fb4fdbabb80330000";

Bytes VectorAInput() {
  Bytes bytes;
  for (int i = 0; i < 64; ++i) {
    for (const char c : std::string_view("0123456789ABCDEF")) {
      bytes.push_back(static_cast<uint8_t>(c));
    }
  }
  return bytes;
}

// Builds streams by the format's own rules, valid or not: two 16-bit units are reserved ahead of the
// raw bytes and a unit is stored when a bit beyond it is written.
class StreamBuilder {
 public:
  StreamBuilder() : bytes_(256 + 4), slots_{256, 258} {}

  // All symbols of `symbols` get codewords of `length` bits, in ascending order.
  void SetLength(unsigned symbol, unsigned length) {
    bytes_[symbol / 2] = static_cast<uint8_t>(bytes_[symbol / 2] | length << (symbol % 2 * 4));
  }
  void Bits(unsigned value, unsigned count) {
    for (unsigned i = count; i-- > 0;) {
      if (pending_bits_ == 16) Store();
      pending_ = pending_ << 1 | (value >> i & 1);
      ++pending_bits_;
    }
  }
  void Byte(unsigned value) { bytes_.push_back(static_cast<uint8_t>(value)); }
  Bytes Finish() {
    if (pending_bits_ > 0) {
      pending_ <<= 16 - pending_bits_;
      Store();
    }
    return bytes_;
  }

 private:
  void Store() {
    bytes_[slots_[0]] = static_cast<uint8_t>(pending_);
    bytes_[slots_[0] + 1] = static_cast<uint8_t>(pending_ >> 8);
    slots_[0] = slots_[1];
    slots_[1] = bytes_.size();
    bytes_.resize(bytes_.size() + 2);
    pending_ = 0;
    pending_bits_ = 0;
  }

  Bytes bytes_;
  size_t slots_[2];
  unsigned pending_ = 0;
  unsigned pending_bits_ = 0;
};

bool Decodes(const Bytes& stream, size_t size, Bytes* out) {
  return DecodeExact(*kXpressOps.new_decoder(65536), stream, size, out);
}

TEST(Xpress, DecodesVectors) {
  Bytes out;
  ASSERT(Decodes(FromHex(kVectorA), 1024, &out));
  EXPECT(out == VectorAInput());
  ASSERT(Decodes(FromHex(kVectorB), 452, &out));
  EXPECT(out == FromHex(kVectorBInput));
}

TEST(Xpress, EncodesVectorsNoLargerThanTheirOrigin) {
  Bytes stream;
  for (const Level level : kLevels) {
    const auto encoder = kXpressOps.new_encoder(4096, level);
    const auto decoder = kXpressOps.new_decoder(4096);
    ASSERT(RoundTrip(*encoder, *decoder, VectorAInput(), "vector A", &stream));
    EXPECT(!stream.empty() && stream.size() <= 273);
    ASSERT(RoundTrip(*encoder, *decoder, FromHex(kVectorBInput), "vector B", &stream));
    EXPECT(!stream.empty() && stream.size() <= 400);
  }
}

// Literal 'a' (1 bit: 0), end symbol = length 3 offset 1 (10), long match at offset 1 (11).
StreamBuilder SmallCode() {
  StreamBuilder builder;
  builder.SetLength('a', 1);
  builder.SetLength(256, 2);
  builder.SetLength(256 + 15, 2);
  return builder;
}

TEST(Xpress, LengthFormsAreDecoded) {
  struct {
    std::vector<unsigned> length_bytes;
    size_t length;
  } const cases[] = {{{0}, 18}, {{254}, 272}, {{255, 15, 0}, 18}, {{255, 14, 1}, 273}, {{255, 0xFC, 0xFF}, 65535}};
  for (const auto& c : cases) {
    StreamBuilder builder = SmallCode();
    builder.Bits(0b0, 1);
    builder.Bits(0b11, 2);
    for (const unsigned byte : c.length_bytes) builder.Byte(byte);
    builder.Bits(0b10, 2);
    Bytes out;
    // Whole, and with the closing match of 3 after it.
    EXPECT(Decodes(builder.Finish(), 1 + c.length, &out));
    EXPECT_EQ(static_cast<size_t>(std::count(out.begin(), out.end(), 'a')), out.size());
    EXPECT(Decodes(builder.Finish(), 1 + c.length + 3, &out));
    // A match that ends past the output is refused.
    EXPECT(!Decodes(builder.Finish(), c.length, &out));
    EXPECT(!Decodes(builder.Finish(), 2, &out));
  }
}

// Long matches at every bit position: the raw bytes must come from where the format says.
TEST(Xpress, RawBytesAreTakenFromTheRightPlaceAtEveryBitPosition) {
  for (unsigned lead = 1; lead < 70; ++lead) {
    StreamBuilder builder = SmallCode();
    for (unsigned i = 0; i < lead; ++i) builder.Bits(0, 1);
    size_t size = lead;
    for (unsigned i = 0; i < 40; ++i) {
      builder.Bits(0b11, 2);
      builder.Byte(i * 5);
      size += 18 + i * 5;
      for (unsigned k = 0; k < i % 7; ++k, ++size) builder.Bits(0, 1);
    }
    builder.Bits(0b10, 2);
    Bytes out;
    EXPECT(Decodes(builder.Finish(), size, &out));
  }
}

TEST(Xpress, HostileStreamsAreRefused) {
  Bytes out;
  // No table, a cut table, a table without symbols.
  EXPECT(!Decodes({}, 10, &out));
  EXPECT(!Decodes(Bytes(255), 10, &out));
  EXPECT(!Decodes(Bytes(300), 10, &out));
  {
    // An over-subscribed code.
    StreamBuilder builder = SmallCode();
    builder.SetLength('b', 2);
    builder.Bits(0, 16);
    EXPECT(!Decodes(builder.Finish(), 10, &out));
  }
  {
    // An incomplete code is usable up to the codeword that nobody has.
    StreamBuilder builder;
    builder.SetLength('a', 1);
    builder.SetLength(256, 2);
    builder.Bits(0, 1);
    builder.Bits(0b10, 2);
    builder.Bits(0b11, 2);
    EXPECT(Decodes(builder.Finish(), 4, &out));
    EXPECT(!Decodes(builder.Finish(), 5, &out));
  }
  {
    // The same with codewords too long for a direct look-up: 15 bits of ones are nobody's.
    StreamBuilder builder;
    for (unsigned length = 1; length <= 15; ++length) builder.SetLength('a' + length, length);
    builder.Bits(0x7FFE, 15);
    builder.Bits(0x7FFF, 15);
    EXPECT(Decodes(builder.Finish(), 1, &out));
    EXPECT_EQ(static_cast<int>(out[0]), 'a' + 15);
    EXPECT(!Decodes(builder.Finish(), 2, &out));
  }
  {
    // A match before the first byte.
    StreamBuilder builder = SmallCode();
    builder.Bits(0b10, 2);
    EXPECT(!Decodes(builder.Finish(), 3, &out));
  }
  {
    // An escaped length below 15 could have been written without the escape; decoders refuse it.
    StreamBuilder builder = SmallCode();
    builder.Bits(0, 1);
    builder.Bits(0b11, 2);
    builder.Byte(255);
    builder.Byte(14);
    builder.Byte(0);
    EXPECT(!Decodes(builder.Finish(), 18, &out));
  }
  {
    // The largest offset with too little before it, in the fast loop and near the end.
    for (const size_t size : {size_t{20}, size_t{4096}}) {
      StreamBuilder builder;
      builder.SetLength('a', 1);
      builder.SetLength(256 + 0xF0, 1);
      for (int i = 0; i < 10; ++i) builder.Bits(0, 1);
      builder.Bits(1, 1);
      builder.Bits(0x7FFF, 15);
      Bytes stream = builder.Finish();
      stream.resize(stream.size() + 100);
      EXPECT(!Decodes(stream, size, &out));
    }
  }
}

TEST(Xpress, TruncatedStreamsNeverDecodeToTheirOrigin) {
  for (const Bytes& in : {VectorAInput(), Text(3000, 9)}) {
    const Bytes stream = EncodeExact(*kXpressOps.new_encoder(4096, Level::kBalanced), in);
    ASSERT(stream.size() > 256);
    size_t accepted = 0;
    for (size_t size = 0; size + 4 < stream.size(); ++size) {
      Bytes out;
      if (Decodes(Bytes(stream.begin(), stream.begin() + size), in.size(), &out)) {
        ++accepted;
        EXPECT(out != in);
      }
    }
    // Up to two units may be missing, for a reader holds that many that nobody needs.
    EXPECT(accepted <= 4);
  }
}

TEST(Xpress, DamagedStreamsStayInside) {
  const Bytes in = Text(6000, 10);
  const Bytes stream = EncodeExact(*kXpressOps.new_encoder(8192, Level::kThorough), in);
  const auto decoder = kXpressOps.new_decoder(8192);
  test::Random random(11);
  size_t refused = 0;
  for (int i = 0; i < 4000; ++i) {
    Bytes damaged = stream;
    for (int k = 0; k < 3; ++k) {
      damaged[random.Below(damaged.size())] = static_cast<uint8_t>(random.Next() >> 20);
    }
    Bytes out;
    if (!DecodeExact(*decoder, damaged, in.size(), &out)) ++refused;
  }
  EXPECT(refused > 0);
}

TEST(Xpress, RoundTripEveryLevelChunkSizeAndKind) {
  for (uint32_t chunk = kXpressOps.min_chunk_size; chunk <= kXpressOps.max_chunk_size; chunk *= 2) {
    const auto decoder = kXpressOps.new_decoder(chunk);
    for (const Level level : kLevels) {
      const auto encoder = kXpressOps.new_encoder(chunk, level);
      for (const size_t size : {size_t{chunk}, size_t{chunk} - 1, size_t{chunk} / 2 + 3}) {
        for (const Sample& sample : Samples(size)) {
          Bytes stream;
          if (!RoundTrip(*encoder, *decoder, sample.bytes, sample.name, &stream)) return;
          if (sample.name != "random") EXPECT(!stream.empty());
          if (sample.name == "random") EXPECT(stream.empty());
        }
      }
    }
  }
}

TEST(Xpress, RoundTripSmallSizesAndAroundPowersOfTwo) {
  std::vector<size_t> sizes;
  for (size_t size = 1; size <= 40; ++size) sizes.push_back(size);
  for (size_t power = 64; power <= 65536; power *= 2) {
    for (size_t size = power - 3; size <= power + 3 && size <= 65536; ++size) sizes.push_back(size);
  }
  for (const Level level : kLevels) {
    const auto encoder = kXpressOps.new_encoder(65536, level);
    const auto decoder = kXpressOps.new_decoder(65536);
    for (const size_t size : sizes) {
      if (!RoundTrip(*encoder, *decoder, Text(size, size), "text")) return;
      if (!RoundTrip(*encoder, *decoder, Bytes(size, 7), "constant")) return;
    }
  }
}

// Frequencies like Fibonacci numbers make Huffman codes deeper than the 15 bits that fit.
TEST(Xpress, SkewedFrequenciesKeepTheLengthLimit) {
  Bytes in;
  uint32_t a = 1, b = 1;
  for (unsigned symbol = 0; symbol < 22; ++symbol) {
    in.insert(in.end(), a, static_cast<uint8_t>(symbol));
    const uint32_t next = a + b;
    a = b;
    b = next;
  }
  ASSERT(in.size() < 65536);
  test::Random random(12);
  for (size_t i = in.size(); i > 1; --i) std::swap(in[i - 1], in[random.Below(i)]);
  for (const Level level : kLevels) {
    Bytes stream;
    RoundTrip(*kXpressOps.new_encoder(65536, level), *kXpressOps.new_decoder(65536), in, "fibonacci", &stream);
    EXPECT(!stream.empty());
  }
}

TEST(Xpress, OutputDependsOnInputAndLevelOnly) {
  const Bytes first = Code(20000, 20);
  for (const Level level : kLevels) {
    const auto used = kXpressOps.new_encoder(32768, level);
    for (const Sample& sample : Samples(32768)) EncodeExact(*used, sample.bytes);
    EXPECT(EncodeExact(*used, first) == EncodeExact(*kXpressOps.new_encoder(32768, level), first));
  }
}

TEST(Xpress, RoomIsRespectedExactly) {
  const Bytes in = Text(5000, 21);
  const auto encoder = kXpressOps.new_encoder(8192, Level::kBalanced);
  const Bytes stream = EncodeExact(*encoder, in);
  for (size_t room = 0; room < in.size(); ++room) {
    const std::unique_ptr<uint8_t[]> out(new uint8_t[room]);
    EXPECT_EQ(encoder->Encode(in, {out.get(), room}, nullptr), room < stream.size() ? size_t{0} : stream.size());
    if (room > stream.size() + 5) room += 400;
  }
}

TEST(Xpress, CancelStopsBothWays) {
  CancelFlag cancel;
  cancel.Set();
  Bytes out(1024);
  EXPECT(!kXpressOps.new_decoder(4096)->Decode(FromHex(kVectorA), out, &cancel));
  EXPECT_EQ(kXpressOps.new_encoder(4096, Level::kQuick)->Encode(VectorAInput(), out, &cancel), size_t{0});
}

Bytes ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return Bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
}

// Streams made by Windows. Longer ones restart the code table every 64 KiB, which WIM never does.
TEST(Xpress, DecodesStreamsMadeByWindows) {
  const char* corpus = std::getenv("OPENDISM_CORPUS");
  if (corpus == nullptr) {
    std::cout << "skipped: OPENDISM_CORPUS is not set" << std::endl;
    return;
  }
  const std::filesystem::path root = std::filesystem::path(corpus) / "compression" / "samba";
  size_t decoded = 0;
  for (const char* folder : {"compressed-huffman", "compressed-more-huffman"}) {
    if (!std::filesystem::is_directory(root / folder)) continue;
    for (const auto& entry : std::filesystem::directory_iterator(root / folder)) {
      if (entry.path().extension() != ".lzhuff") continue;
      const Bytes expected = ReadFile(root / "decompressed" / (entry.path().stem().string() + ".decomp"));
      if (expected.empty() || expected.size() > 65536) continue;
      Bytes out;
      const bool ok = Decodes(ReadFile(entry.path()), expected.size(), &out) && out == expected;
      if (!ok) test::Fail(__FILE__, __LINE__, entry.path().string());
      decoded += ok;
    }
  }
  std::cout << decoded << " streams made by Windows decoded" << std::endl;
  EXPECT(decoded > 0);
}

}  // namespace
}  // namespace dism::codec
