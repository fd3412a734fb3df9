#include "wim/reparse.h"

#include "base/utf16.h"
#include "support/test.h"

namespace dism::wim {
namespace {

std::string Text(const LinkData& link, const std::string& root = "") {
  return PosixLinkText(link, root).value_or("(none)");
}

TEST(Reparse, WritesTheDocumentedLayout) {
  const LinkData link{u"ab", u"c", true};
  const std::vector<uint8_t> expected{0, 0, 4, 0, 6, 0, 2, 0, 1, 0, 0, 0, 'a', 0, 'b', 0, 0, 0, 'c', 0, 0, 0};
  EXPECT(*link.Write(kReparseTagSymlink) == expected);
  std::vector<uint8_t> junction = expected;
  junction.erase(junction.begin() + 8, junction.begin() + 12);
  EXPECT(*link.Write(kReparseTagMountPoint) == junction);
  const Result<LinkData> parsed = LinkData::Parse(kReparseTagMountPoint, junction);
  ASSERT(parsed.ok());
  EXPECT(parsed->substitute == u"ab" && parsed->print == u"c" && !parsed->relative);
}

TEST(Reparse, RefusesWhatDoesNotFit) {
  const std::vector<uint8_t> good = *LinkData{u"ab", u"c", true}.Write(kReparseTagSymlink);
  ASSERT(LinkData::Parse(kReparseTagSymlink, good).ok());
  // Without the closing NUL it is still complete.
  for (size_t size = 0; size < good.size() - 2; ++size) {
    EXPECT(!LinkData::Parse(kReparseTagSymlink, ByteSpan(good).first(size)).ok());
  }
  for (const size_t field : {0, 2, 4, 6}) {
    std::vector<uint8_t> bad = good;
    bad[field + 1] = 0xFF;
    EXPECT(!LinkData::Parse(kReparseTagSymlink, bad).ok());
  }
  std::vector<uint8_t> odd = good;
  odd[2] = 3;
  EXPECT(!LinkData::Parse(kReparseTagSymlink, odd).ok());
  EXPECT(!LinkData::Parse(0x80000017, good).ok());
}

TEST(Reparse, LongTargetsLoseThePrintNameFirst) {
  const LinkData fits{std::u16string(5000, u'x'), std::u16string(5000, u'x'), true};
  const std::optional<std::vector<uint8_t>> data = fits.Write(kReparseTagSymlink);
  ASSERT(data.has_value());
  EXPECT(data->size() <= kMaxReparseData);
  const Result<LinkData> parsed = LinkData::Parse(kReparseTagSymlink, *data);
  ASSERT(parsed.ok());
  EXPECT(parsed->substitute == fits.substitute);
  EXPECT(parsed->print.empty());
  EXPECT(!LinkData({std::u16string(9000, u'x'), u"", true}).Write(kReparseTagSymlink).has_value());
}

// Every text comes back, whatever is in it.
TEST(Reparse, PosixTextsComeBack) {
  for (const char* text : {"a", "../a/b", "/etc/passwd", "/", "//x", "/a/", "a\\b", "\\a", "/a\\b/c", "C:", "/C:/x",
                           ".", "a//b", "/\xC3\xA4", "x:y", "\\\\?\\C:\\x", "\\??\\C:\\x"}) {
    const LinkData link = LinkFromPosix(*Utf8ToUtf16(text));
    EXPECT_EQ(Text(link), text);
    EXPECT_EQ(link.relative, text[0] != '/');
    const Result<LinkData> parsed = LinkData::Parse(kReparseTagSymlink, *link.Write(kReparseTagSymlink));
    ASSERT(parsed.ok());
    EXPECT_EQ(Text(*parsed), text);
  }
  EXPECT(LinkFromPosix(u"/etc/passwd").substitute == u"\\??\\C:\\etc\\passwd");
  EXPECT(LinkFromPosix(u"/etc/passwd").print == u"C:\\etc\\passwd");
  EXPECT(LinkFromPosix(u"../a").substitute == u"..\\a");
}

TEST(Reparse, FixedLinksGoBelowTheTarget) {
  EXPECT(FixedLinkFromPosix(u"/sub/x").substitute == u"\\??\\X:\\sub\\x");
  EXPECT(FixedLinkFromPosix(u"").print == u"X:");
  EXPECT_EQ(Text(FixedLinkFromPosix(u"/sub/x"), "/mnt/out"), "/mnt/out/sub/x");
  EXPECT_EQ(Text(FixedLinkFromPosix(u""), "/mnt/out"), "/mnt/out");
  EXPECT_EQ(Text(FixedLinkFromPosix(u"/"), "/mnt/out"), "/mnt/out/");
  EXPECT_EQ(Text(FixedLinkFromPosix(u"/x"), "/"), "/x");
  EXPECT_EQ(Text(FixedLinkFromPosix(u""), "/"), "/");
  EXPECT_EQ(Text({u"\\??\\C:\\\\a\\\\b", u"", false}, "/t"), "/t/a/b");
}

TEST(Reparse, WindowsTargets) {
  const auto junction = [](const char16_t* substitute) { return LinkData{substitute, u"", false}; };
  EXPECT_EQ(Text(junction(u"\\??\\C:\\Users\\Public\\"), "/t"), "/t/Users/Public/");
  EXPECT_EQ(Text(junction(u"\\??\\Volume{2eca078d-5cbc-43d3-aff8-7e8511f60d0e}\\x"), "/t"), "/t/x");
  EXPECT_EQ(Text(junction(u"\\Device\\HarddiskVolume1\\x"), "/t"), "/t/x");
  EXPECT_EQ(Text(junction(u"\\DosDevices\\D:\\x"), "/t"), "/t/x");
  EXPECT_EQ(Text(junction(u"D:\\x"), "/t"), "/t/x");
  EXPECT_EQ(Text(junction(u"\\??\\D:\\data"), ""), "/data");
  EXPECT_EQ(Text(junction(u"\\??\\D:"), ""), "/");
  // From the root of the volume that the link is on.
  EXPECT_EQ(Text({u"\\Users", u"", true}, "/t"), "/t/Users");
  EXPECT_EQ(Text({u"\\Users", u"", true}, ""), "/Users");
  EXPECT_EQ(Text({u"", u"", true}, "/t"), "(none)");
  EXPECT_EQ(Text({std::u16string(u"a\0b", 3), u"", true}, ""), "(none)");
}

TEST(Reparse, ClimbsOut) {
  EXPECT(ClimbsOut(u"/.."));
  EXPECT(ClimbsOut(u"/a/../../b"));
  EXPECT(ClimbsOut(u"/./.."));
  EXPECT(!ClimbsOut(u"/a/../b"));
  EXPECT(!ClimbsOut(u"/a/b/../.."));
  EXPECT(!ClimbsOut(u""));
  EXPECT(!ClimbsOut(u"/..a/b.."));
}

}  // namespace
}  // namespace dism::wim
