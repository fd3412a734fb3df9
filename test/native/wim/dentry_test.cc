#include "wim/dentry.h"

#include "native/wim/wim_bytes.h"

namespace dism::wim {
namespace {

Dentry Full() {
  Dentry d;
  d.attributes = kAttributeArchive | kAttributeHidden;
  d.security_id = 7;
  d.subdirectory_offset = 0x1122334455667788;
  for (size_t i = 0; i < sizeof d.unused; ++i) d.unused[i] = static_cast<uint8_t>(i + 1);
  d.creation_time = 1;
  d.last_access_time = 2;
  d.last_write_time = 3;
  d.unknown_0x54 = 0xAABBCCDD;
  d.hard_link_group = 99;
  d.name = u"Long name \xD800.txt";  // with half a surrogate pair
  d.short_name = u"LONGNA~1.TXT";
  d.streams = {{StreamKind::kData, DigestOf(1), {}},
               {StreamKind::kNamed, DigestOf(2), u"one"},
               {StreamKind::kNamed, {}, u"empty"}};
  const Bytes object_id(64, 5), unknown(3, 6);
  d.SetTaggedItem(kTagObjectId, object_id);
  d.SetTaggedItem(0x12345678, unknown);
  return d;
}

void ExpectEqual(const Dentry& a, const Dentry& b) {
  EXPECT_EQ(a.attributes, b.attributes);
  EXPECT_EQ(a.security_id, b.security_id);
  EXPECT_EQ(a.subdirectory_offset, b.subdirectory_offset);
  EXPECT(std::memcmp(a.unused, b.unused, sizeof a.unused) == 0);
  EXPECT_EQ(a.creation_time, b.creation_time);
  EXPECT_EQ(a.last_access_time, b.last_access_time);
  EXPECT_EQ(a.last_write_time, b.last_write_time);
  EXPECT_EQ(a.unknown_0x54, b.unknown_0x54);
  EXPECT_EQ(a.reparse_tag, b.reparse_tag);
  EXPECT_EQ(a.reparse_reserved, b.reparse_reserved);
  EXPECT_EQ(a.reparse_flags, b.reparse_flags);
  EXPECT_EQ(a.hard_link_group, b.hard_link_group);
  EXPECT(a.name == b.name);
  EXPECT(a.short_name == b.short_name);
  EXPECT(a.tagged_items == b.tagged_items);
  ASSERT(a.streams.size() == b.streams.size());
  for (size_t i = 0; i < a.streams.size(); ++i) {
    EXPECT(a.streams[i].kind == b.streams[i].kind);
    EXPECT(a.streams[i].digest == b.streams[i].digest);
    EXPECT(a.streams[i].name == b.streams[i].name);
  }
}

Dentry ParseGood(const Bytes& bytes) {
  uint64_t end = 0;
  auto result = Dentry::Parse(View(bytes), 0, &end);
  ASSERT(result.ok() && result->has_value());
  EXPECT_EQ(end, bytes.size());
  return **result;
}

TEST(Dentry, WriteThenParseKeepsEverything) {
  const Dentry d = Full();
  Bytes bytes(16, 0xEE);
  d.Write(&bytes);
  EXPECT_EQ(bytes.size() % 8, 0u);
  uint64_t end = 0;
  const auto again = Dentry::Parse(View(bytes), 16, &end);
  ASSERT(again.ok() && again->has_value());
  EXPECT_EQ(end, bytes.size());
  ExpectEqual(**again, d);
  Bytes twice(16, 0xEE);
  (*again)->Write(&twice);
  EXPECT(twice == bytes);
}

TEST(Dentry, FieldsOnDisk) {
  Dentry d = Full();
  d.name = u"ab";
  d.short_name = u"C";
  const Bytes b = RawDentry(d, 0x1122334455667788);
  const uint8_t* p = b.data();
  // 102 + "ab" NUL + "C" NUL = 112, then items of 8 + 64 and 8 + 8 bytes.
  EXPECT_EQ(LoadLe64(p), 112u + 72 + 16);
  EXPECT_EQ(LoadLe32(p + 0x08), d.attributes);
  EXPECT_EQ(LoadLe32(p + 0x0C), 7u);
  EXPECT_EQ(LoadLe64(p + 0x10), 0x1122334455667788u);
  EXPECT_EQ(p[0x18], 1);
  EXPECT_EQ(p[0x27], 16);
  EXPECT_EQ(LoadLe64(p + 0x28), 1u);
  EXPECT_EQ(LoadLe64(p + 0x30), 2u);
  EXPECT_EQ(LoadLe64(p + 0x38), 3u);
  for (int i = 0x40; i < 0x54; ++i) EXPECT_EQ(p[i], 0);  // with named streams all digests are in entries
  EXPECT_EQ(LoadLe32(p + 0x54), 0xAABBCCDDu);
  EXPECT_EQ(LoadLe64(p + 0x58), 99u);
  EXPECT_EQ(LoadLe16(p + 0x60), 3);
  EXPECT_EQ(LoadLe16(p + 0x62), 2);
  EXPECT_EQ(LoadLe16(p + 0x64), 4);
  EXPECT(std::memcmp(p + 0x66, u"ab\0C\0", 10) == 0);
  EXPECT_EQ(LoadLe32(p + 112), kTagObjectId);
  EXPECT_EQ(LoadLe32(p + 116), 64u);
  const uint8_t* s = p + 200;
  EXPECT_EQ(LoadLe64(s), 40u);  // unnamed
  EXPECT_EQ(s[16], 1);
  EXPECT_EQ(LoadLe16(s + 36), 0);
  s += 40;
  EXPECT_EQ(LoadLe64(s), 48u);  // 38 + "one" NUL = 46
  EXPECT_EQ(s[16], 2);
  EXPECT_EQ(LoadLe16(s + 36), 6);
  EXPECT(std::memcmp(s + 38, u"one\0", 8) == 0);
  s += 48;
  EXPECT_EQ(LoadLe64(s), 56u);  // 38 + "empty" NUL = 50
  EXPECT_EQ(s + 56, p + b.size());

  d.attributes |= kAttributeReparsePoint;
  d.reparse_tag = kReparseTagSymlink;
  d.reparse_reserved = 0x1234;
  d.reparse_flags = kReparseNotFixed;
  const Bytes r = RawDentry(d);
  EXPECT_EQ(LoadLe32(r.data() + 0x58), kReparseTagSymlink);
  EXPECT_EQ(LoadLe16(r.data() + 0x5C), 0x1234);
  EXPECT_EQ(LoadLe16(r.data() + 0x5E), 1);
  EXPECT_EQ(ParseGood(r).hard_link_group, 0u);
}

TEST(Dentry, EndMarkers) {
  for (uint64_t length = 0; length <= 9; ++length) {
    Bytes bytes(8);
    StoreLe64(bytes.data(), length);
    uint64_t end = 0;
    const auto result = Dentry::Parse(View(bytes), 0, &end);
    EXPECT_EQ(result.ok(), length <= 8);
    if (result.ok()) {
      EXPECT(!result->has_value());
      EXPECT_EQ(end, 8u);
    }
  }
}

// Bytes of an entry with these digests: main, then one stream entry each (fill 0: zero digest).
struct RawStream {
  uint8_t fill;
  std::u16string name;
};
Bytes WithStreams(uint32_t attributes, uint8_t main, const std::vector<RawStream>& extra) {
  Dentry d;
  d.attributes = attributes;
  d.name = u"n";
  d.streams = {{StreamKind::kNamed, {}, u"placeholder"}};
  Bytes bytes = RawDentry(d);
  bytes.resize(LoadLe64(bytes.data()));
  std::memset(bytes.data() + 0x40, main, 20);
  StoreLe16(bytes.data() + 0x60, static_cast<uint16_t>(extra.size()));
  for (const RawStream& s : extra) {
    const size_t start = bytes.size();
    const size_t length = (38 + (s.name.empty() ? 0 : s.name.size() * 2 + 2) + 7) / 8 * 8;
    bytes.resize(start + length);
    StoreLe64(bytes.data() + start, length);
    std::memset(bytes.data() + start + 16, s.fill, 20);
    StoreLe16(bytes.data() + start + 36, static_cast<uint16_t>(s.name.size() * 2));
    std::memcpy(bytes.data() + start + 38, s.name.data(), s.name.size() * 2);
  }
  return bytes;
}

// "R5 D0 N7=ads": kinds, fills and names in order.
std::string Streams(const Dentry& d) {
  std::string out;
  for (const StreamEntry& s : d.streams) {
    if (!out.empty()) out += ' ';
    out += "DRNE"[static_cast<size_t>(s.kind)];
    out += std::to_string(s.digest[0]);
    if (s.name.empty()) continue;
    out += '=';
    out.append(s.name.begin(), s.name.end());
  }
  return out;
}

constexpr uint32_t kDir = kAttributeDirectory;
constexpr uint32_t kReparse = kAttributeReparsePoint;
constexpr uint32_t kEfs = kAttributeEncrypted;

TEST(Dentry, WhichDigestIsWhichStream) {
  const struct {
    uint32_t attributes;
    uint8_t main;
    std::vector<RawStream> extra;
    const char* expected;
  } cases[] = {
      // Files.
      {0, 0, {}, "D0"},
      {0, 1, {}, "D1"},
      {0, 0, {{2, u""}, {3, u"a"}}, "D2 N3=a"},
      {0, 0, {{0, u""}, {3, u"a"}}, "D0 N3=a"},
      {0, 0, {{3, u"a"}, {2, u""}}, "D2 N3=a"},
      {0, 1, {{3, u"a"}, {0, u"b"}}, "D1 N3=a N0=b"},
      {0, 0, {{3, u"a"}}, "D0 N3=a"},
      {0, 1, {{2, u""}}, "D1"},  // a second unnamed stream is ignored
      {0, 0, {{0, u""}, {2, u""}}, "D0"},
      // Reparse points.
      {kReparse, 0, {}, "R0"},
      {kReparse, 1, {}, "R1"},
      {kReparse, 0, {{1, u""}, {2, u""}}, "R1 D2"},
      {kReparse, 1, {{2, u""}, {3, u""}}, "R1 D2"},
      {kReparse, 0, {{0, u""}, {2, u""}, {3, u"a"}}, "R0 D2 N3=a"},
      {kReparse, 0, {{3, u"a"}, {1, u""}}, "R1 N3=a"},
      // Directories have no data; an empty unnamed entry is what older writers put there.
      {kDir, 0, {}, ""},
      {kDir, 0, {{3, u"a"}}, "N3=a"},
      {kDir, 0, {{0, u""}, {3, u"a"}}, "N3=a"},
      {kDir, 1, {}, "D1"},  // not lost, whatever it is
      {kDir | kReparse, 1, {}, "R1"},
      {kDir | kReparse, 0, {{1, u""}, {3, u"a"}}, "R1 N3=a"},
      {kDir | kReparse, 0, {{1, u""}, {0, u""}}, "R1"},
      // Encrypted files: the first unnamed digest that is not zero.
      {kEfs, 1, {{2, u""}}, "E1"},
      {kEfs, 0, {{0, u""}, {3, u"a"}, {2, u""}, {4, u""}}, "E2"},
      {kEfs, 0, {{3, u"a"}}, "E0"},
      {kEfs | kDir, 0, {}, ""},
      {kEfs | kReparse, 1, {}, "E1"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Streams(ParseGood(WithStreams(c.attributes, c.main, c.extra))), std::string(c.expected));
  }
}

TEST(Dentry, StreamsAsDismWritesThem) {
  const struct {
    uint32_t attributes;
    std::vector<StreamEntry> streams;
    uint8_t main;
    std::vector<RawStream> extra;
  } cases[] = {
      {0, {}, 0, {}},
      {0, {{StreamKind::kData, DigestOf(1), {}}}, 1, {}},
      {0, {{StreamKind::kNamed, DigestOf(3), u"a"}}, 0, {{0, u""}, {3, u"a"}}},
      {0, {{StreamKind::kNamed, DigestOf(3), u"a"}, {StreamKind::kData, DigestOf(1), {}}}, 0, {{1, u""}, {3, u"a"}}},
      {kDir, {}, 0, {}},
      {kDir, {{StreamKind::kData, {}, {}}}, 0, {}},
      {kDir, {{StreamKind::kNamed, DigestOf(3), u"a"}}, 0, {{3, u"a"}}},
      {kDir | kReparse, {{StreamKind::kReparse, DigestOf(1), {}}}, 1, {}},
      {kDir | kReparse,
       {{StreamKind::kReparse, DigestOf(1), {}}, {StreamKind::kNamed, DigestOf(3), u"a"}},
       0,
       {{1, u""}, {3, u"a"}}},
      {kReparse, {{StreamKind::kReparse, DigestOf(1), {}}}, 0, {{1, u""}, {0, u""}}},
      {kReparse,
       {{StreamKind::kData, DigestOf(2), {}}, {StreamKind::kReparse, DigestOf(1), {}}},
       0,
       {{1, u""}, {2, u""}}},
      {kReparse,
       {{StreamKind::kReparse, DigestOf(1), {}}, {StreamKind::kNamed, DigestOf(3), u"a"}},
       0,
       {{1, u""}, {0, u""}, {3, u"a"}}},
      {kEfs, {{StreamKind::kEfsRaw, DigestOf(1), {}}, {StreamKind::kNamed, DigestOf(3), u"a"}}, 1, {}},
  };
  for (const auto& c : cases) {
    Dentry d;
    d.attributes = c.attributes;
    d.name = u"n";
    d.streams = c.streams;
    EXPECT(RawDentry(d) == WithStreams(c.attributes, c.main, c.extra));
  }
}

TEST(Dentry, DigestsAreFoundInWrittenBytes) {
  Dentry d = File(u"f");
  d.streams = {{StreamKind::kNamed, {}, u"a"}, {StreamKind::kReparse, {}, {}}, {StreamKind::kNamed, {}, u"b"}};
  d.attributes |= kReparse;
  Bytes bytes = RawDentry(d);
  ForEachDigest(
      bytes, d,
      [](void* context, size_t stream, uint8_t* digest) {
        ++*static_cast<int*>(context);
        std::memset(digest, static_cast<int>(10 + stream), 20);
      },
      [] {
        static int visits;
        return &visits;
      }());
  EXPECT_EQ(Streams(ParseGood(bytes)), "R11 D0 N10=a N12=b");
}

TEST(Dentry, TaggedItems) {
  Dentry d = File(u"f");
  EXPECT(d.FindTaggedItem(1).empty());
  d.SetTaggedItem(1, Bytes(3, 0xA));
  d.SetTaggedItem(2, Bytes(8, 0xB));
  d.SetTaggedItem(1, Bytes(9, 0xC));
  EXPECT_EQ(d.tagged_items.size(), 16u + 24);
  EXPECT_EQ(d.FindTaggedItem(1).size(), 9u);
  EXPECT_EQ(d.FindTaggedItem(1)[8], 0xC);
  EXPECT_EQ(d.FindTaggedItem(2).size(), 8u);
  EXPECT(ParseGood(RawDentry(d)).tagged_items == d.tagged_items);
  d.SetTaggedItem(2, {});
  EXPECT(d.FindTaggedItem(2).empty());
  EXPECT_EQ(d.tagged_items.size(), 24u);
  // A length beyond the items: nothing found, nothing read outside.
  StoreLe32(d.tagged_items.data() + 4, 17);
  EXPECT(d.FindTaggedItem(1).empty());
  StoreLe32(d.tagged_items.data() + 4, 0xFFFFFFFF);
  EXPECT(d.FindTaggedItem(1).empty());
}

TEST(Dentry, BrokenFields) {
  const Bytes good = RawDentry(Full());
  const uint64_t length = LoadLe64(good.data());
  const struct {
    const char* what;
    uint64_t at;
    size_t width;
    uint64_t value;
    ErrorCode code;
    uint64_t offset;
  } cases[] = {
      {"length 9", 0, 8, 9, ErrorCode::kCorrupt, 0},
      {"length 101", 0, 8, 101, ErrorCode::kCorrupt, 0},
      {"length without room for the names", 0, 8, 102, ErrorCode::kCorrupt, 0x62},
      {"length over the end", 0, 8, good.size() + 8, ErrorCode::kTruncated, 0},
      {"length 2^56-1", 0, 8, (uint64_t{1} << 56) - 1, ErrorCode::kTruncated, 0},
      {"length 2^64-1", 0, 8, ~uint64_t{0}, ErrorCode::kTruncated, 0},
      {"odd name", 0x64, 2, 3, ErrorCode::kCorrupt, 0x64},
      {"odd short name", 0x62, 2, 5, ErrorCode::kCorrupt, 0x62},
      {"long name", 0x64, 2, 0xFFFE, ErrorCode::kCorrupt, 0x62},
      {"long short name", 0x62, 2, 0xFFFE, ErrorCode::kCorrupt, 0x62},
      {"stream length 0", length, 8, 0, ErrorCode::kCorrupt, length},
      {"stream length 37", length, 8, 37, ErrorCode::kCorrupt, length},
      {"stream length over the end", length, 8, 1000, ErrorCode::kTruncated, length},
      {"stream length wraps", length, 8, ~uint64_t{0} - 6, ErrorCode::kTruncated, length},
      {"stream name", length + 36, 2, 4, ErrorCode::kCorrupt, length + 36},
      {"odd stream name", length + 36, 2, 1, ErrorCode::kCorrupt, length + 36},
      {"65,535 streams", 0x60, 2, 0xFFFF, ErrorCode::kTruncated, good.size()},
  };
  for (const auto& c : cases) {
    Bytes bytes = good;
    std::memcpy(bytes.data() + c.at, &c.value, c.width);
    uint64_t end = 0;
    const auto result = Dentry::Parse(View(bytes, 1000), 0, &end);
    if (result.ok() || result.error().code != c.code || result.error().offset != 1000 + c.offset) {
      test::Fail(__FILE__, __LINE__,
                 std::string(c.what) + (result.ok() ? " parsed" : " at " + std::to_string(result.error().offset)));
    }
  }
  uint64_t end = 0;
  for (const uint64_t offset : {~uint64_t{0} - 7, uint64_t{good.size() + 8}, uint64_t{4}}) {
    EXPECT(!Dentry::Parse(View(good), offset, &end).ok());
  }
}

TEST(Dentry, TruncatedAtEveryByte) {
  const Bytes good = RawDentry(Full());
  for (size_t n = 0; n < good.size(); ++n) {
    uint64_t end = 0;
    const Bytes cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(n));
    const auto result = Dentry::Parse(View(cut), 0, &end);
    ASSERT(!result.ok());
    EXPECT(result.error().code == ErrorCode::kTruncated);
  }
}

// Lengths that are not a multiple of 8 are rounded up, and the last name may lack its terminator.
TEST(Dentry, UnroundedLengths) {
  Dentry d = File(u"abc");
  Bytes bytes = RawDentry(d);
  ASSERT(bytes.size() == 112);
  StoreLe64(bytes.data(), 108);
  EXPECT(ParseGood(bytes).name == u"abc");
  StoreLe16(bytes.data() + 0x64, 10);
  std::memcpy(bytes.data() + 0x66, u"abcde", 10);
  EXPECT(ParseGood(bytes).name == u"abcde");
  EXPECT(ParseGood(bytes).tagged_items.empty());
}

TEST(Dentry, FlippedBitsNeverCrash) {
  constexpr uint64_t kSeed = 31;
  test::Random random(kSeed);
  const Bytes good = RawDentry(Full());
  size_t parsed = 0, failed = 0;
  for (int round = 0; round < 20000; ++round) {
    Bytes bytes = good;
    for (uint64_t flips = 1 + random.Below(3); flips > 0; --flips) {
      bytes[random.Below(bytes.size())] ^= static_cast<uint8_t>(1u << random.Below(8));
    }
    uint64_t end = 0;
    const auto result = Dentry::Parse(View(bytes), 0, &end);
    if (!result.ok()) {
      ++failed;
      continue;
    }
    ++parsed;
    EXPECT(end <= bytes.size());
    if (!result->has_value()) continue;
    // What was understood survives a round trip once it is normal.
    Dentry normal = **result;
    normal.NormalizeStreams();
    const Bytes again = RawDentry(normal, normal.subdirectory_offset);
    ExpectEqual(ParseGood(again), normal);
  }
  if (parsed < 1000 || failed < 1000) {
    test::Fail(__FILE__, __LINE__, "one-sided at seed " + std::to_string(kSeed));
  }
}

}  // namespace
}  // namespace dism::wim
