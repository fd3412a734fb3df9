// LZMS: vectors, slot tables, the filter, hostile and truncated streams, round trips.
#include "codec/lzms/lzms.h"

#include <algorithm>

#include "codec/lzms/format.h"
#include "codec/lzms/item_writer.h"
#include "codec/lzms/model.h"
#include "codec/lzms/x86_filter.h"
#include "native/codec/xpress_lzms_samples.h"

namespace dism::codec {
namespace {

using namespace test_samples;

// Streams of an independent encoder (wimlib-imagex 1.13.5). A: "0123456789ABCDEF" 64 times.
// D: 256 numbers 1000000 + 37 i, mostly one delta match. X: LEA and CALL with equal targets, 40 times.
constexpr Level kLevels[] = {Level::kQuick, Level::kBalanced, Level::kThorough, Level::kExtreme};

constexpr char kVectorA[] = "1268006a000080a8b983b98482340a323130";
constexpr char kVectorD[] = "cb338400b4471a2f50f20000003c03e3108c43368ad89ad0216b68a4a4685d65000f4240";
constexpr char kVectorX[] = "6509c42ad00b0000000000001312a38000603000d7bc355dc12ff8e800001fff0d8d4890";
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
  } const offsets[] = {{0, 1, 0},           {8, 9, 2},           {24, 0x65, 4},       {104, 0x24a5, 9},
                       {207, 0x224a5, 12},  {354, 0x1964a5, 15}, {504, 0x8ae4a5, 16}, {687, 0x2b3e4a5, 19},
                       {798, 0x65be4a5, 30}};
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
  // Instructions everywhere, also across the places where the filter polls the cancel flag.
  for (uint64_t seed = 20; seed < 36; ++seed) {
    constexpr uint8_t kBytes[] = {0xE8, 0x48, 0x8D, 0x05, 0xFF, 0x15, 0x00, 0xE9};
    Bytes in = Random(200000, seed);
    for (uint8_t& b : in) b = kBytes[b & 7];
    Bytes expected = in;
    PlainFilter(expected, true);
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

TEST(Lzms, EncodesVectorsNotMuchLargerThanTheirOrigin) {
  const struct {
    Bytes in;
    size_t size;
  } cases[] = {{VectorAInput(), 18}, {VectorDInput(), 40}, {FromHex(kVectorXInput), 44}};
  const auto decoder = kLzmsOps.new_decoder(32768);
  for (const Level level : kLevels) {
    // Quick does not look for delta matches.
    if (level == Level::kQuick) continue;
    const auto encoder = kLzmsOps.new_encoder(32768, level);
    for (const auto& c : cases) {
      Bytes stream;
      ASSERT(RoundTrip(*encoder, *decoder, c.in, "vector", &stream));
      EXPECT(!stream.empty());
      if (stream.size() > c.size) EXPECT_EQ(stream.size(), c.size);
    }
  }
}

TEST(Lzms, RoundTripEveryLevelAndKind) {
  for (const uint32_t chunk : {32768u, 65536u, 262144u}) {
    const auto decoder = kLzmsOps.new_decoder(chunk);
    for (const Level level : kLevels) {
      const auto encoder = kLzmsOps.new_encoder(chunk, level);
      for (const size_t size : {size_t{chunk}, size_t{chunk} / 2 + 3}) {
        for (const Sample& sample : Samples(size)) {
          Bytes stream;
          if (!RoundTrip(*encoder, *decoder, sample.bytes, sample.name, &stream)) return;
          EXPECT_EQ(stream.empty(), sample.name == "random");
          EXPECT_EQ(stream.size() % 2, size_t{0});
        }
      }
    }
  }
}

TEST(Lzms, RoundTripSmallSizesAndAroundPowersOfTwo) {
  std::vector<size_t> sizes;
  for (size_t size = 1; size <= 40; ++size) sizes.push_back(size);
  for (size_t power = 64; power <= 65536; power *= 4) {
    for (size_t size = power - 2; size <= power + 2; ++size) sizes.push_back(size);
  }
  for (const Level level : kLevels) {
    const auto encoder = kLzmsOps.new_encoder(131072, level);
    const auto decoder = kLzmsOps.new_decoder(131072);
    for (const size_t size : sizes) {
      if (!RoundTrip(*encoder, *decoder, Text(size, size), "text")) return;
      if (!RoundTrip(*encoder, *decoder, Bytes(size, 7), "constant")) return;
    }
  }
}

// Chunks so large that the match finder's trees do not reach back to their start: a long repeat of the
// first bytes must still be found.
TEST(Lzms, LongRepeatsAreFoundBeyondTheTrees) {
  constexpr size_t kSize = size_t{17} << 20;
  constexpr size_t kRepeat = 100000;
  Bytes in(kSize);
  const Bytes noise = Random(kRepeat, 40);
  std::copy(noise.begin(), noise.end(), in.begin());
  std::copy(noise.begin(), noise.end(), in.end() - kRepeat);
  Bytes stream;
  RoundTrip(*kLzmsOps.new_encoder(1 << 25, Level::kQuick), *kLzmsOps.new_decoder(1 << 25), in, "long repeat", &stream);
  EXPECT(!stream.empty() && stream.size() < kRepeat + kRepeat / 20);
}

// One position with a match of every length from 4 to 300, the longer ones farther back.
TEST(Lzms, MatchesOfVeryManyLengthsAtOnePlace) {
  const Bytes pattern = Random(300, 41);
  Bytes in;
  for (size_t length = 300; length >= 4; --length) {
    in.insert(in.end(), pattern.begin(), pattern.begin() + static_cast<ptrdiff_t>(length));
    in.push_back(static_cast<uint8_t>(pattern[length % 300] + 1));
  }
  in.insert(in.end(), pattern.begin(), pattern.end());
  const auto decoder = kLzmsOps.new_decoder(65536);
  for (const Level level : kLevels) {
    Bytes stream;
    RoundTrip(*kLzmsOps.new_encoder(65536, level), *decoder, in, "many lengths", &stream);
    EXPECT(!stream.empty() && stream.size() < in.size() / 10);
  }
}

TEST(Lzms, OutputDependsOnInputAndLevelOnly) {
  const Bytes first = Code(50000, 20);
  for (const Level level : kLevels) {
    const auto used = kLzmsOps.new_encoder(65536, level);
    for (const Sample& sample : Samples(65536)) EncodeExact(*used, sample.bytes);
    EXPECT(EncodeExact(*used, first) == EncodeExact(*kLzmsOps.new_encoder(65536, level), first));
  }
}

TEST(Lzms, RoomIsRespectedExactly) {
  const Bytes in = Text(3000, 21);
  const auto encoder = kLzmsOps.new_encoder(32768, Level::kQuick);
  const Bytes stream = EncodeExact(*encoder, in);
  for (size_t room = 0; room<in.size(); room += room> stream.size() + 5 ? 400 : 3) {
    const std::unique_ptr<uint8_t[]> out(new uint8_t[room]);
    EXPECT_EQ(encoder->Encode(in, {out.get(), room}, nullptr), room < stream.size() ? size_t{0} : stream.size());
  }
}

TEST(Lzms, TruncatedOwnStreamsNeverDecodeToTheirOrigin) {
  const Bytes in = Text(3000, 22);
  const Bytes stream = EncodeExact(*kLzmsOps.new_encoder(32768, Level::kBalanced), in);
  for (size_t size = 0; size < stream.size(); ++size) {
    Bytes out;
    EXPECT(!Decodes(Bytes(stream.begin(), stream.begin() + size), in.size(), &out) || out != in);
    EXPECT(!Decodes(Bytes(stream.end() - size, stream.end()), in.size(), &out) || out != in);
  }
}

// Items that no parser of ours chooses, written directly: every kind of match in every circumstance.
TEST(Lzms, EveryKindOfItemIsDecoded) {
  test::Random random(50);
  for (int round = 0; round < 60; ++round) {
    const size_t size = 2000 + random.Below(4000);
    Bytes filtered;
    Bytes block(3 * size + 64);
    const auto writer = std::make_unique<lzms::ItemWriter>();
    writer->Reset(size, {block.data(), block.size() & ~size_t{1}});
    while (filtered.size() < size) {
      lzms::Item item;
      const size_t at = filtered.size();
      const lzms::CoderState& state = writer->state();
      item.length = static_cast<uint32_t>(1 + random.Below(random.Below(8) == 0 ? 400 : 12));
      item.length = std::min(item.length, static_cast<uint32_t>(size - at));
      uint32_t span = 0;
      uint64_t offset = 0;
      switch (random.Below(6)) {
        case 0:
          item.kind = lzms::ItemKind::kLz;
          offset = 1 + random.Below(at);
          item.value = static_cast<uint32_t>(offset);
          break;
        case 1:
          item.kind = lzms::ItemKind::kLzRepeat;
          item.value = static_cast<uint32_t>(random.Below(3));
          offset = state.LzRepeat(item.value);
          break;
        case 2:
          item.kind = lzms::ItemKind::kDelta;
          item.power = static_cast<uint8_t>(random.Below(8));
          span = 1u << item.power;
          item.value = static_cast<uint32_t>(1 + random.Below(1 + at / span));
          offset = uint64_t{item.value} << item.power;
          break;
        case 3:
          item.kind = lzms::ItemKind::kDeltaRepeat;
          item.value = static_cast<uint32_t>(random.Below(3));
          span = 1u << state.DeltaRepeat(item.value).power;
          offset = uint64_t{state.DeltaRepeat(item.value).raw_offset} * span;
          break;
        default:
          break;
      }
      if (offset + span > at || offset == 0) {
        item = lzms::Item();
        item.value = static_cast<uint8_t>(random.Below(random.Below(4) == 0 ? 256 : 20));
        filtered.push_back(static_cast<uint8_t>(item.value));
      } else {
        for (uint32_t i = 0; i < item.length; ++i) {
          const size_t p = filtered.size();
          const int value = span == 0 ? filtered[p - offset]
                                      : filtered[p - offset] + filtered[p - span] - filtered[p - offset - span];
          filtered.push_back(static_cast<uint8_t>(value));
        }
      }
      writer->Write(item);
    }
    block.resize(writer->Finish());
    ASSERT(!block.empty());
    PlainFilter(filtered, false);
    Bytes out;
    ASSERT(Decodes(block, size, &out));
    EXPECT(out == filtered);
  }
}

// Matches that reach before the output or past its end, written without looking.
TEST(Lzms, ImpossibleMatchesAreRefused) {
  const lzms::Item literal;
  const struct {
    lzms::Item item;
    bool possible;
  } cases[] = {{{10, 2, lzms::ItemKind::kLz, 0}, true},          {{10, 3, lzms::ItemKind::kLz, 0}, false},
               {{98, 1, lzms::ItemKind::kLz, 0}, true},          {{99, 1, lzms::ItemKind::kLz, 0}, false},
               {{10, 1, lzms::ItemKind::kLzRepeat, 0}, true},    {{10, 2, lzms::ItemKind::kLzRepeat, 0}, false},
               {{10, 1, lzms::ItemKind::kDelta, 0}, true},       {{10, 2, lzms::ItemKind::kDelta, 0}, false},
               {{10, 1, lzms::ItemKind::kDelta, 1}, false},      {{10, 80, lzms::ItemKind::kDelta, 7}, false},
               {{99, 0, lzms::ItemKind::kDeltaRepeat, 0}, false}};
  for (const auto& c : cases) {
    Bytes block(400);
    const auto writer = std::make_unique<lzms::ItemWriter>();
    writer->Reset(100, block);
    writer->Write(literal);
    writer->Write(literal);
    writer->Write(c.item);
    for (uint32_t at = 2 + c.item.length; at < 100; ++at) writer->Write(literal);
    block.resize(writer->Finish());
    Bytes out;
    EXPECT_EQ(Decodes(block, 100, &out), c.possible);
  }
}

TEST(Lzms, CancelStopsBothWays) {
  CancelFlag cancel;
  cancel.Set();
  Bytes out(1024);
  EXPECT(!kLzmsOps.new_decoder(32768)->Decode(FromHex(kVectorA), out, &cancel));
  EXPECT_EQ(kLzmsOps.new_encoder(32768, Level::kQuick)->Encode(VectorAInput(), out, &cancel), size_t{0});
}

}  // namespace
}  // namespace dism::codec
