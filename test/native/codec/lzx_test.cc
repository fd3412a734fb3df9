#include "codec/lzx/lzx.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "codec/huffman_code.h"
#include "codec/lzx/decoder.h"
#include "codec/lzx/e8_filter.h"
#include "codec/lzx/encoder.h"
#include "codec/lzx/format.h"
#include "lzx_vectors.h"
#include "support/test.h"

namespace dism::codec {
namespace {

using Bytes = std::vector<uint8_t>;
constexpr Level kLevels[] = {Level::kQuick, Level::kBalanced, Level::kThorough, Level::kExtreme};
constexpr uint32_t kChunk = 32768;

Bytes FromHex(const std::string& hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  Bytes out;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    out.push_back(static_cast<uint8_t>(digit(hex[i]) << 4 | digit(hex[i + 1])));
  }
  return out;
}

// Decodes from and into allocations of the exact size, so that the address sanitizer sees any byte
// too many. Both variants must agree. Returns false when the stream is refused.
bool Decode(const Bytes& stream, size_t size, Bytes& plain, uint32_t chunk_size = kChunk) {
  Bytes other(size, 0xAA);
  plain.assign(size, 0x55);
  const Bytes exact(stream);
  const bool ok = lzx::NewDecoder(chunk_size, lzx::Variant::kBest)->Decode(exact, plain, nullptr);
  const bool other_ok = lzx::NewDecoder(chunk_size, lzx::Variant::kPortable)->Decode(exact, other, nullptr);
  EXPECT_EQ(ok, other_ok);
  if (ok && other_ok) EXPECT(plain == other);
  return ok;
}

bool Refused(const Bytes& stream, size_t size) {
  Bytes plain;
  return !Decode(stream, size, plain);
}

// Writes streams by hand.
class StreamWriter {
 public:
  StreamWriter& Bits(uint32_t value, int n) {
    for (int i = n - 1; i >= 0; --i) {
      if (used_ % 16 == 0) bytes_.insert(bytes_.end(), 2, 0);
      const size_t unit = bytes_.size() - 2;
      const int bit = 15 - used_ % 16;
      if (value >> i & 1) bytes_[unit + (bit >= 8 ? 1 : 0)] |= static_cast<uint8_t>(1 << bit % 8);
      ++used_;
    }
    return *this;
  }
  StreamWriter& Header(uint32_t type, uint32_t size) { return Bits(type, 3).Bits(0, 1).Bits(size, 16); }
  // A pretree with the symbols a and b, one bit each, a < b.
  StreamWriter& Pretree(int a, int b) {
    for (int s = 0; s < 20; ++s) Bits(s == a || s == b ? 1 : 0, 4);
    return *this;
  }
  // A list of n zeros, where all old lengths are 0: runs of up to 51 and single zeros.
  StreamWriter& Zeros(int n) {
    Pretree(0, 18);
    while (n >= 20) {
      const int run = std::min(n, 51);
      Bits(1, 1).Bits(static_cast<uint32_t>(run - 20), 5);
      n -= run;
    }
    while (n-- > 0) Bits(0, 1);
    return *this;
  }
  // A list of n lengths, given as differences to old lengths of 0: 1 (written as 17 - 1 = 16) at
  // the named places.
  StreamWriter& Ones(int n, std::vector<int> places) {
    Pretree(0, 16);
    for (int i = 0; i < n; ++i) Bits(std::count(places.begin(), places.end(), i) != 0 ? 1 : 0, 1);
    return *this;
  }
  StreamWriter& AlignForBytes() {
    used_ % 16 == 0 ? Bits(0, 16) : Bits(0, 16 - used_ % 16);
    return *this;
  }
  StreamWriter& Raw(const Bytes& bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  StreamWriter& Repeats(uint32_t a, uint32_t b, uint32_t c) {
    for (uint32_t r : {a, b, c}) {
      for (int i = 0; i < 4; ++i) bytes_.push_back(static_cast<uint8_t>(r >> 8 * i));
    }
    return *this;
  }
  const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
  int used_ = 0;
};

// A verbatim block with two main symbols of one bit: `literal` (code 0) and the match symbol 256 +
// match (code 1).
StreamWriter TwoSymbolBlock(uint32_t size, int literal, int match, int type = lzx::kVerbatim) {
  StreamWriter w;
  w.Header(static_cast<uint32_t>(type), size);
  if (type == lzx::kAligned) {
    for (int i = 0; i < 8; ++i) w.Bits(3, 3);
  }
  w.Ones(256, {literal}).Ones(240, {match}).Zeros(249);
  return w;
}

// --- Inputs ---

Bytes Noise(size_t n, uint64_t seed, uint64_t alphabet = 256) {
  test::Random random(seed);
  Bytes out(n);
  for (uint8_t& b : out) b = static_cast<uint8_t>(random.Below(alphabet));
  return out;
}

// Words of a small vocabulary with noise in between: matches of all lengths and distances, repeat
// offsets.
Bytes Wordy(size_t n, uint64_t seed) {
  test::Random random(seed);
  std::vector<Bytes> words;
  for (int i = 0; i < 200; ++i) {
    const size_t length = 2 + random.Below(i % 20 == 0 ? 400 : 12);
    words.push_back(Noise(length, random.Next(), 60));
  }
  Bytes out;
  while (out.size() < n) {
    const Bytes& word = words[random.Below(1 + random.Below(words.size()))];
    out.insert(out.end(), word.begin(), word.end());
    if (random.Below(3) == 0) out.push_back(static_cast<uint8_t>(random.Next()));
  }
  out.resize(n);
  return out;
}

Bytes Calls(size_t n) {
  Bytes out(n);
  for (size_t i = 0; i + 11 <= n; i += 11) {
    const uint32_t relative = static_cast<uint32_t>(0x4000 - static_cast<int32_t>(i));
    out[i] = 0xE8;
    std::memcpy(&out[i + 1], &relative, 4);
    out[i + 6] = static_cast<uint8_t>(i / 11);
  }
  return out;
}

// Words at multiples of eight bytes, so that offsets are multiples of eight and aligned blocks pay.
Bytes Records(size_t n, uint64_t seed) {
  test::Random random(seed);
  const Bytes words = Noise(8 * 300, seed);
  Bytes out;
  while (out.size() < n) {
    const Bytes fresh = Noise(8, random.Next());
    const uint8_t* const record = random.Below(4) == 0 ? fresh.data() : &words[8 * random.Below(300)];
    out.insert(out.end(), record, record + 8);
  }
  out.resize(n);
  return out;
}

// Counts like Fibonacci numbers make codewords longer than any limit.
Bytes Skewed(size_t n) {
  Bytes out;
  size_t a = 1, b = 1;
  for (int symbol = 0; symbol < 30 && out.size() < n; ++symbol) {
    out.insert(out.end(), std::min(a, n - out.size()), static_cast<uint8_t>(symbol * 7));
    std::swap(a, b);
    b += a;
  }
  out.resize(n);
  test::Random random(5);
  for (size_t i = n; i > 1; --i) std::swap(out[i - 1], out[random.Below(i)]);
  return out;
}

std::vector<Bytes> Inputs() {
  std::vector<Bytes> inputs;
  for (size_t n :
       {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 16, 31, 64, 100, 255, 256, 257, 258, 259, 264, 300, 511, 1000}) {
    inputs.push_back(Bytes(n, 0));
    inputs.push_back(Noise(n, n));
    inputs.push_back(Wordy(n, n));
    inputs.push_back(Calls(n));
  }
  for (size_t n : {4096, 32766, 32767, 32768}) {
    inputs.push_back(Bytes(n, 0xE8));
    inputs.push_back(Noise(n, n));
    inputs.push_back(Noise(n, n, 2));
    inputs.push_back(Noise(n, n, 40));
    inputs.push_back(Wordy(n, n));
    inputs.push_back(Calls(n));
    inputs.push_back(Skewed(n));
    inputs.push_back(Records(n, n));
  }
  // Halves that want different codes.
  Bytes mixed = Wordy(16384, 77);
  const Bytes noise = Noise(8192, 78, 16);
  mixed.insert(mixed.end(), noise.begin(), noise.end());
  mixed.resize(32768, 'z');
  inputs.push_back(mixed);
  return inputs;
}

// Encodes with room of the exact size; an empty result means "does not shrink".
Bytes Encode(Encoder& encoder, const Bytes& plain, size_t room) {
  const Bytes exact(plain);
  Bytes out(room);
  const size_t size = encoder.Encode(exact, out, nullptr);
  ASSERT(size <= room);
  out.resize(size);
  return out;
}

// --- The decoder ---

TEST(LzxDecoder, VectorsOfOtherEncoders) {
  for (const LzxVector& v : kLzxVectors) {
    Bytes expected = FromHex(v.plain);
    expected.resize(expected.size() + v.plain_zeros, 0);
    Bytes plain;
    EXPECT(Decode(FromHex(v.compressed), expected.size(), plain));
    EXPECT(plain == expected);
  }
}

// A stream cut anywhere must be refused: every one of these needs its last unit.
TEST(LzxDecoder, TruncationAtEachByte) {
  for (const LzxVector& v : kLzxVectors) {
    const Bytes whole = FromHex(v.compressed);
    const size_t size = FromHex(v.plain).size() + v.plain_zeros;
    for (size_t n = 0; n + 1 < whole.size(); ++n) EXPECT(Refused(Bytes(whole.begin(), whole.begin() + n), size));
  }
}

// Whatever the damage, it is refused or gives something; the sanitizers watch the rest.
TEST(LzxDecoder, FlippedBitsDoNoHarm) {
  int refused = 0;
  for (const LzxVector& v : kLzxVectors) {
    const Bytes whole = FromHex(v.compressed);
    const size_t size = FromHex(v.plain).size() + v.plain_zeros;
    for (size_t bit = 0; bit < whole.size() * 8; ++bit) {
      Bytes damaged = whole;
      damaged[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
      refused += Refused(damaged, size);
    }
  }
  EXPECT(refused > 1000);
}

TEST(LzxDecoder, WrongSizesAreRefused) {
  const Bytes stream = FromHex(kLzxVectors[0].compressed);
  EXPECT(Refused(stream, 1023));   // the block is larger
  EXPECT(Refused(stream, 1025));   // another block is missing
  EXPECT(Refused(stream, 32769));  // more than a chunk
}

TEST(LzxDecoder, HandMadeBlockDecodes) {
  // 'a', then slot 0 (R0 = 1), header 6: length 8.
  Bytes plain;
  EXPECT(Decode(TwoSymbolBlock(9, 'a', 6).Bits(0, 1).Bits(1, 1).bytes(), 9, plain));
  EXPECT(plain == Bytes(9, 'a'));
}

TEST(LzxDecoder, BlockTypesAndSizes) {
  for (uint32_t type : {0u, 4u, 5u, 6u, 7u}) {
    EXPECT(Refused(StreamWriter().Header(type, 10).Raw(Bytes(200)).bytes(), 10));
  }
  EXPECT(Refused(StreamWriter().Header(lzx::kVerbatim, 0).Raw(Bytes(200)).bytes(), 10));
  EXPECT(Refused(StreamWriter().Header(lzx::kUncompressed, 0).Raw(Bytes(200)).bytes(), 10));
  // The flag means 32768, which overshoots any smaller chunk.
  EXPECT(Refused(StreamWriter().Bits(lzx::kVerbatim, 3).Bits(1, 1).Raw(Bytes(200)).bytes(), 10));
}

TEST(LzxDecoder, MatchBeforeTheChunkIsRefused) {
  EXPECT(Refused(TwoSymbolBlock(8, 'a', 6).Bits(1, 1).bytes(), 8));
  // Slot 3 is offset 1, slot 4 with its bit set offset 3: after one literal only the first exists.
  Bytes plain;
  EXPECT(Decode(TwoSymbolBlock(3, 'a', 3 * 8).Bits(0, 1).Bits(1, 1).bytes(), 3, plain));
  EXPECT(Refused(TwoSymbolBlock(3, 'a', 4 * 8).Bits(0, 1).Bits(1, 1).Bits(1, 1).bytes(), 3));
  // The largest offset of the window, from the last slot.
  EXPECT(Refused(TwoSymbolBlock(3, 'a', 29 * 8).Bits(0, 1).Bits(1, 1).Bits(8191, 13).bytes(), 3));
}

TEST(LzxDecoder, MatchBehindItsBlockIsRefused) {
  EXPECT(Refused(TwoSymbolBlock(8, 'a', 6).Bits(0, 1).Bits(1, 1).bytes(), 8));
  // Also where the chunk goes on and the fast loop could copy.
  StreamWriter w = TwoSymbolBlock(8, 'a', 6);
  w.Bits(0, 1).Bits(1, 1).Raw(Bytes(600));
  EXPECT(Refused(w.bytes(), 600));
}

TEST(LzxDecoder, MissingLengthTreeIsRefusedWhenNeeded) {
  EXPECT(Refused(TwoSymbolBlock(20, 'a', 7).Bits(0, 1).Bits(1, 1).Raw(Bytes(100)).bytes(), 20));
}

TEST(LzxDecoder, IncompleteAndOversubscribedCodesAreRefused) {
  const auto with_places = [](std::vector<int> literals, std::vector<int> matches) {
    StreamWriter w;
    w.Header(lzx::kVerbatim, 9).Ones(256, literals).Ones(240, matches).Zeros(249);
    return w.Raw(Bytes(100)).bytes();
  };
  EXPECT(Refused(with_places({'a'}, {}), 9));
  EXPECT(Refused(with_places({'a', 'b'}, {6}), 9));
  EXPECT(Refused(with_places({}, {}), 9));
  Bytes plain;
  EXPECT(Decode(with_places({'a', 'b'}, {}), 9, plain));
  EXPECT(plain == Bytes(9, 'a'));
}

TEST(LzxDecoder, PretreeMustBeACode) {
  StreamWriter empty;
  empty.Header(lzx::kVerbatim, 9);
  for (int s = 0; s < 20; ++s) empty.Bits(0, 4);
  EXPECT(Refused(empty.Raw(Bytes(400)).bytes(), 9));
  StreamWriter full;
  full.Header(lzx::kVerbatim, 9);
  for (int s = 0; s < 20; ++s) full.Bits(1, 4);
  EXPECT(Refused(full.Raw(Bytes(400)).bytes(), 9));
}

TEST(LzxDecoder, RunsThatOverrunTheirListAreRefused) {
  // 5 * 51 zeros reach 255 of 256; another run does not fit.
  StreamWriter zeros;
  zeros.Header(lzx::kVerbatim, 9).Pretree(0, 18);
  for (int i = 0; i < 6; ++i) zeros.Bits(1, 1).Bits(31, 5);
  EXPECT(Refused(zeros.Raw(Bytes(400)).bytes(), 9));
  // A run of equal values whose difference is itself a run symbol.
  StreamWriter nested;
  nested.Header(lzx::kVerbatim, 9).Pretree(18, 19);
  nested.Bits(1, 1).Bits(0, 1).Bits(0, 1);
  EXPECT(Refused(nested.Raw(Bytes(400)).bytes(), 9));
}

TEST(LzxDecoder, AlignedBlock) {
  // Slot 8 has three extra bits, all from the aligned tree: formatted 16 + 5 = offset 19.
  StreamWriter w = TwoSymbolBlock(21, 'a', 8 * 8, lzx::kAligned);
  for (int i = 0; i < 19; ++i) w.Bits(0, 1);
  w.Bits(1, 1).Bits(5, 3);
  Bytes plain;
  EXPECT(Decode(w.bytes(), 21, plain));
  EXPECT(plain == Bytes(21, 'a'));
  // With 18 literals the offset leads before the chunk.
  StreamWriter bad = TwoSymbolBlock(21, 'a', 8 * 8, lzx::kAligned);
  for (int i = 0; i < 18; ++i) bad.Bits(0, 1);
  bad.Bits(1, 1).Bits(5, 3).Raw(Bytes(40));
  EXPECT(Refused(bad.bytes(), 21));
  // An aligned tree without a symbol.
  StreamWriter empty;
  empty.Header(lzx::kAligned, 9).Bits(0, 24).Ones(256, {'a'}).Ones(240, {6}).Zeros(249).Raw(Bytes(40));
  EXPECT(Refused(empty.bytes(), 9));
}

TEST(LzxDecoder, UncompressedBlocks) {
  const Bytes text = {'q', 'w', 'e', 'r', 't'};
  Bytes plain;
  const auto block = [&](uint32_t r0) {
    return StreamWriter().Header(lzx::kUncompressed, 5).AlignForBytes().Repeats(r0, 1, 1).Raw(text);
  };
  EXPECT(Decode(block(1).bytes(), 5, plain));  // the padding may be missing at the end
  EXPECT(plain == text);
  EXPECT(Decode(block(1).Raw({0}).bytes(), 5, plain));
  EXPECT(Refused(block(0).bytes(), 5));
  Bytes cut = block(1).bytes();
  cut.pop_back();
  EXPECT(Refused(cut, 5));
  // A repeat offset from the header that leads before the chunk is refused only when used.
  EXPECT(Decode(block(0xFFFFFFFF).bytes(), 5, plain));
  StreamWriter used = block(0xFFFFFFFF).Raw({0});
  used.Raw(TwoSymbolBlock(8, 'a', 6).Bits(1, 1).bytes());
  EXPECT(Refused(used.bytes(), 13));
  StreamWriter fine = block(5).Raw({0});
  fine.Raw(TwoSymbolBlock(8, 'a', 6).Bits(1, 1).bytes());
  EXPECT(Decode(fine.bytes(), 13, plain));
  EXPECT(std::string(plain.begin(), plain.end()) == "qwertqwertqwe");
}

TEST(LzxDecoder, CancelStops) {
  CancelFlag cancel;
  cancel.Set();
  Bytes plain(1024);
  EXPECT(!kLzxOps.new_decoder(kChunk)->Decode(FromHex(kLzxVectors[0].compressed), plain, &cancel));
}

// --- The E8 filter ---

TEST(LzxE8, UndoIsTheInverse) {
  for (const Bytes& input : Inputs()) {
    Bytes chunk = input;
    lzx::ApplyE8(chunk);
    lzx::UndoE8(chunk);
    EXPECT(chunk == input);
  }
}

TEST(LzxE8, TailAndShortChunksAreLeftAlone) {
  for (size_t n = 1; n <= 10; ++n) {
    Bytes chunk(n, 0xE8);
    lzx::ApplyE8(chunk);
    EXPECT(chunk == Bytes(n, 0xE8));
  }
  // The last ten of 40 bytes begin at 30: the calls at 7 and 29 are converted, the one at 35 is
  // not.
  Bytes chunk(40, 0);
  chunk[7] = chunk[29] = chunk[35] = 0xE8;
  lzx::ApplyE8(chunk);
  EXPECT_EQ(LoadLe32(&chunk[8]), 7u);
  EXPECT_EQ(LoadLe32(&chunk[30]), 29u);
  EXPECT_EQ(LoadLe32(&chunk[36]), 0u);
}

// --- Huffman codes ---

TEST(LzxHuffman, CodesAreCompleteLimitedAndOrdered) {
  test::Random random(9);
  for (int round = 0; round < 400; ++round) {
    const int n = static_cast<int>(2 + random.Below(600));
    const int limit = n <= 8 ? 7 : n <= 20 ? 15 : n <= 128 ? 7 + static_cast<int>(random.Below(10)) : 16;
    std::vector<uint32_t> counts(n);
    uint32_t a = 1, b = 1;
    for (uint32_t& c : counts) {
      if (round % 3 == 0) {
        c = a;
        if (b < 10000000) {
          std::swap(a, b);
          b += a;
        }
      } else {
        c = random.Below(4) == 0 ? 0 : static_cast<uint32_t>(random.Below(1 + random.Below(2000)));
      }
    }
    Bytes lengths(n);
    BuildCodeLengths(counts.data(), n, limit, lengths.data());
    double kraft = 0;
    bool any = false;
    for (int s = 0; s < n; ++s) {
      any |= counts[s] != 0;
      EXPECT(lengths[s] <= limit);
      if (lengths[s] != 0) kraft += 1.0 / (1 << lengths[s]);
      if (counts[s] != 0) EXPECT(lengths[s] != 0);
      for (int t = 0; t < s; t += 7) {
        if (counts[s] > counts[t] && counts[t] > 0) EXPECT(lengths[s] <= lengths[t]);
      }
    }
    EXPECT_EQ(kraft, any ? 1.0 : 0.0);
  }
}

TEST(LzxHuffman, OneSymbolGetsACompanion) {
  for (int used : {0, 3}) {
    uint32_t counts[8] = {};
    counts[used] = 17;
    uint8_t lengths[8];
    BuildCodeLengths(counts, 8, 7, lengths);
    EXPECT_EQ(int{lengths[used]}, 1);
    EXPECT_EQ(std::count(lengths, lengths + 8, 1), 2);
  }
}

// --- Round trips ---

TEST(LzxEncoder, RoundTrip) {
  for (Level level : kLevels) {
    const auto encoder = kLzxOps.new_encoder(kChunk, level);
    size_t compressed = 0;
    for (const Bytes& input : Inputs()) {
      const Bytes stream = Encode(*encoder, input, input.size() - 1);
      if (stream.empty()) continue;
      ++compressed;
      Bytes plain;
      EXPECT(Decode(stream, input.size(), plain));
      EXPECT(plain == input);
    }
    EXPECT(compressed > 50);
  }
}

// The other tests rely on it: without such an input no encoder test would see an aligned block.
TEST(LzxEncoder, RecordsMakeAlignedBlocks) {
  const Bytes input = Records(32768, 1);
  for (Level level : kLevels) {
    const Bytes stream = Encode(*kLzxOps.new_encoder(kChunk, level), input, input.size());
    ASSERT(!stream.empty());
    EXPECT_EQ(stream[1] >> 5, int{lzx::kAligned});  // the type of the first block
  }
}

// With room to spare even noise must come out as a valid stream, so that no path hides behind the
// stored fallback.
TEST(LzxEncoder, RoundTripOfWhatDoesNotShrink) {
  for (Level level : kLevels) {
    const auto encoder = kLzxOps.new_encoder(kChunk, level);
    for (const Bytes& input : Inputs()) {
      const Bytes stream = Encode(*encoder, input, 2 * input.size() + 1000);
      ASSERT(!stream.empty());
      Bytes plain;
      EXPECT(Decode(stream, input.size(), plain));
      EXPECT(plain == input);
    }
  }
}

TEST(LzxEncoder, ResultFitsTheRoomOrIsRefused) {
  const Bytes input = Wordy(5000, 3);
  for (Level level : kLevels) {
    const auto encoder = kLzxOps.new_encoder(kChunk, level);
    const size_t size = Encode(*encoder, input, 10000).size();
    EXPECT(size > 100 && size < input.size());
    for (size_t room = 0; room < size; room += 1 + room / 16) EXPECT(Encode(*encoder, input, room).empty());
    EXPECT(Encode(*encoder, input, size - 1).empty());
    EXPECT_EQ(Encode(*encoder, input, size).size(), size);
  }
}

TEST(LzxEncoder, OutputDependsOnTheInputOnly) {
  const std::vector<Bytes> inputs = Inputs();
  for (Level level : kLevels) {
    const auto used = kLzxOps.new_encoder(kChunk, level);
    for (size_t i = 0; i < inputs.size(); i += 3) {
      const size_t room = inputs[i].size() + 500;
      const Bytes first = Encode(*kLzxOps.new_encoder(kChunk, level), inputs[i], room);
      EXPECT(first == Encode(*used, inputs[i], room));
    }
  }
}

TEST(LzxEncoder, PortableVariantGivesTheSameBytes) {
  for (Level level : kLevels) {
    for (uint32_t chunk_size : {kChunk, 4 * kChunk}) {
      const auto best = lzx::NewEncoder(chunk_size, level, lzx::Variant::kBest);
      const auto portable = lzx::NewEncoder(chunk_size, level, lzx::Variant::kPortable);
      for (const Bytes& input : Inputs()) {
        const size_t room = input.size() + 500;
        EXPECT(Encode(*best, input, room) == Encode(*portable, input, room));
      }
    }
  }
}

TEST(LzxEncoder, LargeChunks) {
  for (uint32_t chunk_size = 2 * kChunk; chunk_size <= kLzxOps.max_chunk_size; chunk_size *= 2) {
    for (Level level : kLevels) {
      if (chunk_size > 8 * kChunk && level != Level::kQuick && chunk_size != kLzxOps.max_chunk_size) continue;
      const auto encoder = kLzxOps.new_encoder(chunk_size, level);
      for (uint32_t size : {chunk_size, chunk_size - 12345, 32768u, 32769u}) {
        // The second half repeats the first, so that the longest offsets are used.
        Bytes input = Wordy(size, size);
        std::copy(input.begin(), input.begin() + size / 2, input.begin() + (size + 1) / 2);
        const Bytes stream = Encode(*encoder, input, input.size() - 1);
        ASSERT(!stream.empty());
        Bytes plain;
        EXPECT(Decode(stream, input.size(), plain, chunk_size));
        EXPECT(plain == input);
      }
    }
  }
}

// Noise is given up early when only a smaller result would fit; noise that repeats must not be.
TEST(LzxEncoder, NoiseIsStoredUnlessItRepeats) {
  for (Level level : kLevels) {
    const auto encoder = kLzxOps.new_encoder(kChunk, level);
    for (size_t n : {4096, 20000, 32768}) EXPECT(Encode(*encoder, Noise(n, n), n - 1).empty());
    Bytes twice = Noise(32768, 4);
    std::copy(twice.begin(), twice.begin() + 16384, twice.begin() + 16384);
    const Bytes stream = Encode(*encoder, twice, twice.size() - 1);
    EXPECT(!stream.empty() && stream.size() < 18000);
    // Few different bytes, without any repetition of note.
    EXPECT(!Encode(*encoder, Noise(32768, 5, 200), 32767).empty());
  }
}

// Offsets end three bytes before the window does; a match farther away must not be used.
TEST(LzxEncoder, FarthestOffsets) {
  for (Level level : kLevels) {
    const auto encoder = kLzxOps.new_encoder(kChunk, level);
    for (uint32_t distance = 32768 - 12; distance <= 32768 - 8; ++distance) {
      Bytes input = Noise(32768, 6);
      std::copy(input.begin(), input.begin() + (32768 - distance), input.begin() + distance);
      const Bytes stream = Encode(*encoder, input, 40000);
      Bytes plain;
      EXPECT(Decode(stream, input.size(), plain));
      EXPECT(plain == input);
    }
  }
}

TEST(LzxEncoder, CancelStops) {
  CancelFlag cancel;
  cancel.Set();
  const Bytes input = Wordy(32768, 1);
  Bytes out(40000);
  for (Level level : kLevels) EXPECT_EQ(kLzxOps.new_encoder(kChunk, level)->Encode(input, out, &cancel), size_t{0});
}

TEST(LzxOps, MemoryIsReported) {
  for (Level level : kLevels) {
    EXPECT(kLzxOps.encoder_memory(kChunk, level) > 5 * kChunk);
    EXPECT(kLzxOps.encoder_memory(kChunk, level) < (size_t{8} << 20));
    EXPECT(kLzxOps.encoder_memory(kLzxOps.max_chunk_size, level) > kLzxOps.max_chunk_size);
  }
  EXPECT(kLzxOps.decoder_memory(kChunk) > 10000);
}

}  // namespace
}  // namespace dism::codec
