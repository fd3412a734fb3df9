#include "wim/upcase.h"

#include <cstdlib>

#include "native/wim/wim_bytes.h"

namespace dism::wim {
namespace {

TEST(Upcase, Letters) {
  EXPECT_EQ(Upcase(u'a'), u'A');
  EXPECT_EQ(Upcase(u'z'), u'Z');
  EXPECT_EQ(Upcase(u'Z'), u'Z');
  EXPECT_EQ(Upcase(u'_'), u'_');
  EXPECT_EQ(Upcase(0xE4), char16_t{0xC4});
  EXPECT_EQ(Upcase(0xFF), char16_t{0x178});     // y diaeresis
  EXPECT_EQ(Upcase(0x3B1), char16_t{0x391});    // alpha
  EXPECT_EQ(Upcase(0x44F), char16_t{0x42F});    // ya
  EXPECT_EQ(Upcase(0x1F80), char16_t{0x1F88});  // title case in Unicode, upper case here
  EXPECT_EQ(Upcase(0xFF41), char16_t{0xFF21});  // full width a
}

TEST(Upcase, WhatWindowsLeavesAlone) {
  const char16_t same[] = {0x00B5,  // micro sign
                           0x00DF,  // sharp s
                           0x0131,  // dotless i
                           0x017F,  // long s
                           0x01C5,  // Dz with caron, title case
                           0x0345, 0x03C2, 0x03D0, 0x1E9B, 0x1FBE,
                           0x0252,  // upper case since Unicode 5.2 only
                           0x0525, 0x10D0, 0x13F8, 0xA661, 0xAB70,
                           0xD801, 0xDC28};  // half of U+10428, which has an upper case
  for (const char16_t c : same) EXPECT_EQ(Upcase(c), c);
}

TEST(Upcase, WholeTable) {
  unsigned changed = 0;
  for (unsigned c = 0; c < 0x10000; ++c) {
    const char16_t upper = Upcase(static_cast<char16_t>(c));
    EXPECT_EQ(Upcase(upper), upper);
    changed += upper != c;
  }
  EXPECT_EQ(changed, 973u);
}

// The table that mkntfs writes into a new volume is the one of Windows Vista to 8.1.
TEST(Upcase, EqualsTheTableOfANewVolume) {
  const std::string image = test::ScratchDirectory() + "/upcase.img";
  const std::string command =
      "PATH=$PATH:/usr/sbin:/sbin; command -v mkntfs >/dev/null && command -v ntfscat >/dev/null"
      " && truncate -s 8M " +
      image + " && mkntfs -F -q " + image + " >/dev/null 2>&1 && ntfscat -f " + image + " '$UpCase' > " + image +
      ".table";
  if (std::system(("{ " + command + "; } 2>/dev/null").c_str()) != 0) {
    std::cout << "skipped: mkntfs and ntfscat are not installed (Upcase.EqualsTheTableOfANewVolume)" << std::endl;
    return;
  }
  const Bytes table = ReadWhole(image + ".table");
  ASSERT(table.size() == 0x20000);
  for (unsigned c = 0; c < 0x10000; ++c) {
    EXPECT_EQ(Upcase(static_cast<char16_t>(c)), char16_t{LoadLe16(table.data() + 2 * c)});
  }
}

TEST(Upcase, Collation) {
  // In order: by upcased units, shorter first, then by units.
  const std::u16string names[] = {u"",   u"A",  u"a",  u"AA", u"Aa",     u"aA",
                                  u"aa", u"ab", u"AC", u"b",  u"\u00C4", u"\u00E4"};
  for (size_t i = 0; i < std::size(names); ++i) {
    for (size_t k = 0; k < std::size(names); ++k) {
      const int order = CompareNames(names[i], names[k]);
      EXPECT_EQ(order < 0, i < k);
      EXPECT_EQ(order > 0, i > k);
    }
  }
  // "_" (0x5F) lies between upper and lower case: behind all letters when those are upcased.
  EXPECT(CompareNames(u"_", u"a") > 0);
  EXPECT(EqualIgnoringCase(u"\u00E4bc", u"\u00C4BC"));
  EXPECT(!EqualIgnoringCase(u"ab", u"abc"));
  EXPECT(!EqualIgnoringCase(u"i", u"\u0131"));
  EXPECT(EqualIgnoringCase(u"", u""));
}

}  // namespace
}  // namespace dism::wim
