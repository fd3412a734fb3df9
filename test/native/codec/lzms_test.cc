// LZMS: vectors, slot tables, the filter, hostile and truncated streams, round trips.
#include "codec/lzms/lzms.h"

#include <algorithm>

#include "codec/lzms/format.h"
#include "codec/lzms/model.h"
#include "codec/lzms/x86_filter.h"
#include "native/codec/xpress_lzms_samples.h"

namespace dism::codec {
namespace {

using namespace test_samples;

// Streams of an independent encoder (wimlib-imagex 1.13.5). A: "0123456789ABCDEF" 64 times.
// D: 256 numbers 1000000 + 37 i, mostly one delta match. X: LEA and CALL with equal targets, 40 times.
constexpr char kVectorA[] = "1268006a000080a8b983b98482340a323130";
constexpr char kVectorD[] =
    "cb338400b4471a2f50f20000003c03e3108c43368ad89ad0216b68a4a4685d65000f4240";
constexpr char kVectorX[] =
    "6509c42ad00b0000000000001312a38000603000d7bc355dc12ff8e800001fff0d8d4890";
constexpr char kVectorXInput[] =
    "90488d0dff1f0000e8f82f0000488d0df31f0000e8ec2f0000488d0de71f0000e8e02f0000488d0ddb1f0000"
    "e8d42f0000488d0dcf1f0000e8c82f0000488d0dc31f0000e8bc2f0000488d0db71f0000e8b02f0000488d0d"
    "ab1f0000e8a42f0000488d0d9f1f0000e8982f0000488d0d931f0000e88c2f0000488d0d871f0000e8802f00"
    "00488d0d7b1f0000e8742f0000488d0d6f1f0000e8682f0000488d0d631f0000e85c2f0000488d0d571f0000"
    "e8502f0000488d0d4b1f0000e8442f0000488d0d3f1f0000e8382f0000488d0d331f0000e82c2f0000488d0d"
    "271f0000e8202f0000488d0d1b1f0000e8142f0000488d0d0f1f0000e8082f0000488d0d031f0000e8fc2e00"
    "00488d0df71e0000e8f02e0000488d0deb1e0000e8e42e0000488d0ddf1e0000e8d82e0000488d0dd31e0000"
    "e8cc2e0000488d0dc71e0000e8c02e0000488d0dbb1e0000e8b42e0000488d0daf1e0000e8a82e0000488d0d"
    "a31e0000e89c2e0000488d0d971e0000e8902e0000488d0d8b1e0000e8842e0000488d0d7f1e0000e8782e00"
    "00488d0d731e0000e86c2e0000488d0d671e0000e8602e0000488d0d5b1e0000e8542e0000488d0d4f1e0000"
    "e8482e0000488d0d431e0000e83c2e0000488d0d371e0000e8302e0000488d0d2b1e0000e8242e0000909090"
    "9090909090909090909090909090909090";

Bytes VectorAInput() {
  Bytes bytes;
  for (int i = 0; i < 64; ++i) {
    for (const char c : std::string_view("0123456789ABCDEF")) {
      bytes.push_back(static_cast<uint8_t>(c));
    }
  }
  return bytes;
}
Bytes VectorDInput() {
  Bytes bytes(1024);
  for (uint32_t i = 0; i < 256; ++i) {
    const uint32_t value = 1000000 + 37 * i;
    std::memcpy(&bytes[i * 4], &value, 4);
  }
  return bytes;
}

bool Decodes(const Bytes& stream, size_t size, Bytes* out) {
  return DecodeExact(*kLzmsOps.new_decoder(32768), stream, size, out);
}

TEST(Lzms, DecodesVectors) {
  Bytes out;
  ASSERT(Decodes(FromHex(kVectorA), 1024, &out));
  EXPECT(out == VectorAInput());
  ASSERT(Decodes(FromHex(kVectorD), 1024, &out));
  EXPECT(out == VectorDInput());
  const Bytes x = FromHex(kVectorXInput);
  ASSERT(Decodes(FromHex(kVectorX), x.size(), &out));
  EXPECT(out == x);
}

// Spot checks of the tables written out in full elsewhere.
TEST(Lzms, SlotTablesAreThoseOfTheFormat) {
  struct {
    uint32_t slot, base, extra;
  } const offsets[] = {{0, 1, 0},           {8, 9, 2},           {24, 0x65, 4},
                       {104, 0x24a5, 9},    {207, 0x224a5, 12},  {354, 0x1964a5, 15},
                       {504, 0x8ae4a5, 16}, {687, 0x2b3e4a5, 19}, {798, 0x65be4a5, 30}};
  for (const auto& o : offsets) {
    EXPECT_EQ(lzms::kOffsetSlots[o.slot].base, o.base);
    EXPECT_EQ(lzms::kOffsetSlots[o.slot].extra_bits, o.extra);
  }
  EXPECT_EQ(lzms::kLengthSlots[45].base, 0xabu);
  EXPECT_EQ(lzms::kLengthSlots[52].extra_bits, 16u);
  EXPECT_EQ(lzms::NumOffsetSlots(0), 0u);
  EXPECT_EQ(lzms::NumOffsetSlots(1), 0u);
  EXPECT_EQ(lzms::NumOffsetSlots(2), 1u);
  EXPECT_EQ(lzms::NumOffsetSlots(3), 2u);
  EXPECT_EQ(lzms::NumOffsetSlots(10), 9u);
  for (size_t i = 0; i < lzms::kNumOffsetSlots; ++i) {
    EXPECT_EQ(lzms::FindSlot(lzms::kOffsetSlots, lzms::kOffsetSlots[i].base), i);
  }
}

TEST(Lzms, CodesAreBuiltWithTheTieBreaksOfTheFormat) {
  uint8_t lengths[lzms::kNumOffsetSlots];
  uint16_t counts[16];
  std::vector<uint16_t> ones(lzms::kNumOffsetSlots, 1);
  lzms::BuildCodeLengths(ones.data(), 54, lengths, counts);
  for (int i = 0; i < 54; ++i) EXPECT_EQ(static_cast<int>(lengths[i]), i < 44 ? 6 : 5);
  EXPECT_EQ(static_cast<int>(counts[5]), 10);
  EXPECT_EQ(static_cast<int>(counts[6]), 44);
  // Leaf before inner node at equal weight: 1 1 2 2 gives 2 2 2 2, not 3 3 2 1.
  const uint16_t tied[] = {1, 1, 2, 2};
  lzms::BuildCodeLengths(tied, 4, lengths, counts);
  EXPECT_EQ(static_cast<int>(counts[2]), 4);
  // Complete for any frequencies that can occur, large ones included.
  test::Random random(5);
  for (int round = 0; round < 300; ++round) {
    const size_t size = 2 + random.Below(lzms::kNumOffsetSlots - 2);
    std::vector<uint16_t> f(size, 1);
    const uint64_t spread = 1 + random.Below(size);
    for (int i = 0; i < 1500; ++i) ++f[random.Below(1 + random.Below(spread))];
    lzms::BuildCodeLengths(f.data(), size, lengths, counts);
    uint32_t kraft = 0;
    for (size_t i = 0; i < size; ++i) kraft += 32768u >> lengths[i];
    EXPECT_EQ(kraft, 32768u);
    for (size_t i = 0; i < size; ++i) {
      for (size_t k = i % 7; k < size; k += 7) {
        if (f[i] > f[k]) EXPECT(lengths[i] <= lengths[k]);
      }
    }
  }
}

// The filter as the format describes it, step by step with plain signed positions.
void PlainFilter(Bytes& d, bool apply) {
  const int n = static_cast<int>(d.size());
  if (n <= 17) return;
  int last_x86 = -1024;
  std::vector<int> last_target(65536, -65536);
  for (int p = 1; p < n - 16;) {
    int op = 0, max = 1023;
    if (d[p] == 0xE8) op = 1, max = 511;
    if (d[p] == 0xE9) {
      p += 5;
      continue;
    }
    if (d[p] == 0xFF && d[p + 1] == 0x15) op = 2;
    if (d[p] == 0xF0 && d[p + 1] == 0x83 && d[p + 2] == 0x05) op = 3;
    if ((d[p] == 0x48 || d[p] == 0x4C) && (d[p + 2] & 7) == 5) {
      if (d[p + 1] == 0x8D) op = 3;
      if (d[p] == 0x48 && d[p + 1] == 0x8B && (d[p + 2] & 0xF0) == 0) op = 3;
    }
    if (op == 0) {
      ++p;
      continue;
    }
    uint8_t* const q = &d[p + op];
    const bool translate = p - last_x86 <= max;
    uint32_t value;
    std::memcpy(&value, q, 4);
    const uint32_t result = apply ? value + p : value - p;
    const int target = static_cast<int>((p + ((apply || !translate) ? value : result)) & 0xFFFF);
    if (translate) std::memcpy(q, &result, 4);
    const int e = p + op + 3;
    if (e - last_target[target] <= 65535) last_x86 = e;
    last_target[target] = e;
    p += op + 4;
  }
}

TEST(Lzms, FilterIsThatOfTheFormatAndIsUndone) {
  lzms::X86Filter filter;
  for (size_t size = 0; size < 400; size += size < 60 ? 1 : 37) {
    for (uint64_t seed = 0; seed < 6; ++seed) {
      Bytes in = seed % 2 ? Code(size, seed) : Random(size, seed);
      if (seed == 2) std::fill(in.begin(), in.end(), 0xE8);
      if (seed == 4) {
        for (uint8_t& b : in) b = b % 3 == 0 ? 0x48 : b % 3 == 1 ? 0x8B : 0x05;
      }
      Bytes expected = in;
      PlainFilter(expected, true);
      Bytes filtered = in;
      EXPECT(filter.Apply(filtered, nullptr));
      EXPECT(filtered == expected);
      EXPECT(filter.Undo(filtered, nullptr));
      EXPECT(filtered == in);
    }
  }
  // Large enough for distances beyond the window of trusted targets.
  for (uint64_t seed = 10; seed < 13; ++seed) {
    const Bytes in = Code(300000, seed);
    Bytes expected = in;
    PlainFilter(expected, true);
    EXPECT(expected != in);
    Bytes filtered = in;
    EXPECT(filter.Apply(filtered, nullptr));
    EXPECT(filtered == expected);
    EXPECT(filter.Undo(filtered, nullptr));
    EXPECT(filtered == in);
  }
}

TEST(Lzms, SizesThatNoBlockHasAreRefused) {
  Bytes out;
  const Bytes a = FromHex(kVectorA);
  EXPECT(!Decodes({}, 1024, &out));
  EXPECT(!Decodes(Bytes(2), 1024, &out));
  EXPECT(!Decodes(Bytes(a.begin(), a.end() - 1), 1024, &out));
}

TEST(Lzms, TruncatedStreamsNeverDecodeToTheirOrigin) {
  const struct {
    Bytes stream, in;
  } cases[] = {{FromHex(kVectorA), VectorAInput()},
               {FromHex(kVectorD), VectorDInput()},
               {FromHex(kVectorX), FromHex(kVectorXInput)}};
  for (const auto& c : cases) {
    for (size_t size = 0; size < c.stream.size(); ++size) {
      Bytes out;
      const bool ok = Decodes(Bytes(c.stream.begin(), c.stream.begin() + size), c.in.size(), &out);
      EXPECT(!ok || out != c.in);
    }
  }
}

// Whatever the bytes are, every item must stay inside the output.
TEST(Lzms, NoiseAndDamageStayInside) {
  const auto decoder = kLzmsOps.new_decoder(32768);
  test::Random random(31);
  size_t refused = 0;
  for (int i = 0; i < 3000; ++i) {
    Bytes stream = Random(4 + random.Below(200) * 2, static_cast<uint64_t>(i) + 1000);
    if (i % 3 == 0) {
      stream = FromHex(i % 2 ? kVectorX : kVectorD);
      for (int k = 0; k < 2; ++k) {
        stream[random.Below(stream.size())] = static_cast<uint8_t>(random.Next() >> 20);
      }
    }
    Bytes out;
    if (!DecodeExact(*decoder, stream, 1 + random.Below(5000), &out)) ++refused;
  }
  EXPECT(refused > 1000);
}

TEST(Lzms, CancelStopsDecoding) {
  CancelFlag cancel;
  cancel.Set();
  Bytes out(1024);
  EXPECT(!kLzmsOps.new_decoder(32768)->Decode(FromHex(kVectorA), out, &cancel));
}

}  // namespace
}  // namespace dism::codec
