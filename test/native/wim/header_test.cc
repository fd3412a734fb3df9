#include "wim/header.h"

#include <functional>

#include "native/wim/wim_bytes.h"

namespace dism::wim {
namespace {

Header Good() {
  Header h;
  h.set_format(codec::Format::kLzx);
  h.flags |= kHeaderRpFix;
  h.chunk_size = 32768;
  for (size_t i = 0; i < h.guid.size(); ++i) h.guid[i] = static_cast<uint8_t>(i + 1);
  h.part_number = 2;
  h.total_parts = 3;
  h.image_count = 4;
  h.blob_table = {100, kResourceMetadata, 5000, 100};
  h.xml = {900, kResourceMetadata, 5100, 900};
  h.boot_metadata = {300, kResourceMetadata | kResourceCompressed, 4000, 3000};
  h.boot_index = 4;
  h.integrity = {32, 0, 6000, 32};
  h.reserved[59] = 9;
  return h;
}
constexpr uint64_t kFileSize = 6032;

TEST(WimHeader, WriteThenParseKeepsEverything) {
  const Header h = Good();
  const auto bytes = h.Write();
  const auto parsed = Header::Parse(View(bytes), kFileSize);
  ASSERT(parsed.ok());
  EXPECT(parsed->Write() == bytes);
  EXPECT(parsed->format() == codec::Format::kLzx);
  EXPECT_EQ(parsed->version, kVersionDefault);
  EXPECT_EQ(parsed->part_number, 2);
  EXPECT_EQ(parsed->total_parts, 3);
  EXPECT_EQ(parsed->image_count, 4u);
  EXPECT_EQ(parsed->boot_index, 4u);
  EXPECT(parsed->blob_table == h.blob_table);
  EXPECT(parsed->xml == h.xml);
  EXPECT(parsed->boot_metadata == h.boot_metadata);
  EXPECT(parsed->integrity == h.integrity);
  EXPECT(parsed->guid == h.guid);
}

// Parses the good header after `change`, as bytes.
Result<Header> ParseChanged(const std::function<void(uint8_t*)>& change, uint64_t file_size = kFileSize) {
  auto bytes = Good().Write();
  change(bytes.data());
  return Header::Parse(View(bytes), file_size);
}

void ExpectError(const char* what, const Result<Header>& result, ErrorCode code, uint64_t offset) {
  if (result.ok() || result.error().code != code || result.error().offset != offset) {
    test::Fail(__FILE__, __LINE__,
               std::string(what) + ": " +
                   (result.ok() ? "parsed"
                                : std::string(ErrorSymbol(result.error().code)) + " at " +
                                      std::to_string(result.error().offset)));
  }
}

TEST(WimHeader, EachFieldBroken) {
  struct Case {
    const char* what;
    std::function<void(uint8_t*)> change;
    ErrorCode code;
    uint64_t offset;
  };
  const Case cases[] = {
      {"magic", [](uint8_t* p) { p[0] = 'X'; }, ErrorCode::kNotAWim, 0},
      {"magic padding", [](uint8_t* p) { p[7] = 1; }, ErrorCode::kNotAWim, 0},
      {"pipable", [](uint8_t* p) { std::memcpy(p, "WLPWM\0\0", 8); }, ErrorCode::kUnsupportedVersion, 0},
      {"header size", [](uint8_t* p) { StoreLe32(p + 8, 207); }, ErrorCode::kCorrupt, 8},
      {"version", [](uint8_t* p) { StoreLe32(p + 12, 0x00010C00); }, ErrorCode::kUnsupportedVersion, 12},
      {"no compression type", [](uint8_t* p) { StoreLe32(p + 16, kHeaderCompression); }, ErrorCode::kCorrupt, 16},
      {"two compression types", [](uint8_t* p) { StoreLe32(p + 16, kHeaderCompression | kHeaderLzx | kHeaderXpress); },
       ErrorCode::kCorrupt, 16},
      {"chunk size 0", [](uint8_t* p) { StoreLe32(p + 20, 0); }, ErrorCode::kCorrupt, 20},
      {"chunk size not a power of two", [](uint8_t* p) { StoreLe32(p + 20, 40000); }, ErrorCode::kCorrupt, 20},
      {"chunk size too small", [](uint8_t* p) { StoreLe32(p + 20, 1 << 14); }, ErrorCode::kCorrupt, 20},
      {"chunk size too large", [](uint8_t* p) { StoreLe32(p + 20, 1 << 22); }, ErrorCode::kCorrupt, 20},
      {"part 0", [](uint8_t* p) { StoreLe16(p + 40, 0); }, ErrorCode::kCorrupt, 40},
      {"part over total", [](uint8_t* p) { StoreLe16(p + 40, 4); }, ErrorCode::kCorrupt, 40},
      {"total 0", [](uint8_t* p) { StoreLe16(p + 42, 0); }, ErrorCode::kCorrupt, 40},
      {"4 billion images", [](uint8_t* p) { StoreLe32(p + 44, 0xFFFFFFFF); }, ErrorCode::kLimitExceeded, 44},
      {"boot index", [](uint8_t* p) { StoreLe32(p + 120, 5); }, ErrorCode::kCorrupt, 120},
  };
  for (const Case& c : cases) ExpectError(c.what, ParseChanged(c.change), c.code, c.offset);
}

TEST(WimHeader, EachResourceBroken) {
  for (const uint64_t at : {0x30, 0x48, 0x60, 0x7C}) {
    const bool table = at != 0x60;
    const auto set = [at](uint64_t stored, uint8_t flags, uint64_t offset, uint64_t original) {
      return ParseChanged([=](uint8_t* p) { ResourceHeader{stored, flags, offset, original}.Write(p + at); });
    };
    ExpectError("inside the header", set(8, 0, 207, 8), ErrorCode::kCorrupt, at + 8);
    ExpectError("offset at the end", set(1, 0, kFileSize, 1), ErrorCode::kTruncated, at);
    ExpectError("offset behind", set(1, 0, kFileSize + 1, 1), ErrorCode::kTruncated, at);
    ExpectError("wraps", set(8, 0, ~uint64_t{0} - 3, 8), ErrorCode::kTruncated, at);
    constexpr uint64_t kLargest = (uint64_t{1} << 56) - 1;
    ExpectError("2^56-1", set(kLargest, 0, 208, kLargest), ErrorCode::kTruncated, at);
    ExpectError("sizes differ", set(8, 0, 208, 9), ErrorCode::kCorrupt, at + 16);
    ExpectError("bytes out of nothing", set(0, 0, 208, 9), ErrorCode::kCorrupt, at + 16);
    const auto compressed = set(8, kResourceCompressed, 208, 9);
    if (table) {
      ExpectError("compressed table", compressed, ErrorCode::kCorrupt, at + 7);
    } else {
      EXPECT(compressed.ok());
    }
    EXPECT(set(kFileSize - 208, 0, 208, kFileSize - 208).ok());
    EXPECT(set(0, 0, 0, 0).ok());
    EXPECT(set(0, 0, ~uint64_t{0}, 0).ok());
  }
}

TEST(WimHeader, TruncatedAtEveryByte) {
  const auto bytes = Good().Write();
  for (size_t n = 0; n < bytes.size(); ++n) {
    const auto result = Header::Parse(View(ByteSpan(bytes).first(n)), n);
    ASSERT(!result.ok());
    EXPECT(result.error().code == (n < 8 ? ErrorCode::kNotAWim : ErrorCode::kTruncated));
  }
  EXPECT(!Header::Parse(View(bytes), 207).ok());
}

TEST(WimHeader, ChunkSizesOfEveryFormat) {
  const struct {
    codec::Format format;
    unsigned smallest, largest;  // exponents
  } rows[] = {{codec::Format::kXpress, 12, 16},
              {codec::Format::kLzx, 15, 21},
              {codec::Format::kLzms, 15, 30},
              {codec::Format::kNone, 0, 31}};
  for (const auto& row : rows) {
    for (unsigned exponent = 0; exponent < 32; ++exponent) {
      Header h = Good();
      h.set_format(row.format);
      EXPECT(h.format() == row.format);
      h.chunk_size = 1u << exponent;
      const bool valid = exponent >= row.smallest && exponent <= row.largest;
      EXPECT_EQ(Header::Parse(View(h.Write()), kFileSize).ok(), valid);
    }
  }
  // Without the compression bit a type means nothing; XPRESS_2 is XPRESS.
  Header h = Good();
  h.flags = kHeaderLzx | kHeaderXpress;
  h.chunk_size = 7;
  const auto plain = Header::Parse(View(h.Write()), kFileSize);
  ASSERT(plain.ok());
  EXPECT(plain->format() == codec::Format::kNone);
  h.flags = kHeaderCompression | kHeaderXpress2;
  h.chunk_size = 4096;
  const auto second = Header::Parse(View(h.Write()), kFileSize);
  ASSERT(second.ok());
  EXPECT(second->format() == codec::Format::kXpress);
  h.flags |= kHeaderRpFix;
  h.set_format(codec::Format::kNone);
  EXPECT_EQ(h.flags, kHeaderRpFix);
}

TEST(WimHeader, FlippedBitsNeverReachOutsideTheFile) {
  constexpr uint64_t kSeed = 11;
  test::Random random(kSeed);
  size_t parsed = 0;
  for (int round = 0; round < 20000; ++round) {
    auto bytes = Good().Write();
    for (uint64_t flips = 1 + random.Below(3); flips > 0; --flips) {
      bytes[random.Below(bytes.size())] ^= static_cast<uint8_t>(1u << random.Below(8));
    }
    const auto result = Header::Parse(View(bytes), kFileSize);
    if (!result.ok()) continue;
    ++parsed;
    EXPECT(result->Write() == bytes);
    for (const ResourceHeader* r : {&result->blob_table, &result->xml, &result->integrity}) {
      EXPECT(r->stored_size == 0 || (r->offset >= Header::kSize && r->offset < kFileSize &&
                                     r->stored_size <= kFileSize - r->offset && r->stored_size == r->original_size));
    }
  }
  if (parsed == 0 || parsed == 20000) test::Fail(__FILE__, __LINE__, "seed " + std::to_string(kSeed));
}

TEST(WimHeader, RealFiles) {
  const std::string corpus = Corpus("WimHeader.RealFiles");
  if (corpus.empty()) return;
  size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(corpus + "/wim")) {
    if (!entry.is_regular_file()) continue;
    const Bytes bytes = ReadWhole(entry.path());
    if (bytes.size() < 8 || std::memcmp(bytes.data(), "MSWIM\0\0", 8) != 0) continue;
    ++count;
    const auto result = Header::Parse(View(bytes), bytes.size());
    if (!result.ok()) {
      test::Fail(__FILE__, __LINE__, entry.path().string() + ": " + result.error().detail);
      continue;
    }
    EXPECT(std::equal(bytes.begin(), bytes.begin() + 208, result->Write().begin()));
  }
  EXPECT_EQ(count, 22u);
}

TEST(ResourceHeader, FieldsOnDisk) {
  const ResourceHeader h{0x00BBCCDDEEFF1122, 0xAA, 0x1111222233334444, 0x5555666677778888};
  uint8_t bytes[24];
  h.Write(bytes);
  const uint8_t expected[24] = {0x22, 0x11, 0xFF, 0xEE, 0xDD, 0xCC, 0xBB, 0xAA, 0x44, 0x44, 0x33, 0x33,
                                0x22, 0x22, 0x11, 0x11, 0x88, 0x88, 0x77, 0x77, 0x66, 0x66, 0x55, 0x55};
  EXPECT(std::memcmp(bytes, expected, 24) == 0);
  EXPECT(ResourceHeader::Parse(bytes) == h);
}

}  // namespace
}  // namespace dism::wim
