#include "base/utf16.h"

#include "support/test.h"

namespace dism {
namespace {

TEST(Utf16, KnownPairs) {
  const struct {
    std::u16string utf16;
    std::string utf8;
  } cases[] = {
      {u"", ""},
      {u"abc", "abc"},
      {std::u16string(u"a\0b", 3), std::string("a\0b", 3)},
      {u"\x7F\x80\x7FF\x800", "\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80"},
      {u"\xD7FF\xE000\xFFFF", "\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF"},
      {u"\xD800\xDC00", "\xF0\x90\x80\x80"},
      {u"\xDBFF\xDFFF", "\xF4\x8F\xBF\xBF"},
      {u"\xD800", "\xED\xA0\x80"},  // half a pair, as WTF-8
      {u"\xDFFF", "\xED\xBF\xBF"},
      {u"\xDC00\xD800", "\xED\xB0\x80\xED\xA0\x80"},  // the wrong way round is no pair
      {u"\xD800\xD800\xDC00", "\xED\xA0\x80\xF0\x90\x80\x80"},
      {u"\xD800x", "\xED\xA0\x80x"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Utf16ToUtf8(c.utf16), c.utf8);
    const auto back = Utf8ToUtf16(c.utf8);
    EXPECT(back.has_value() && *back == c.utf16);
  }
}

TEST(Utf16, EveryUnitAndPairComesBack) {
  for (unsigned c = 0; c < 0x10000; ++c) {
    const std::u16string one(1, static_cast<char16_t>(c));
    EXPECT(Utf8ToUtf16(Utf16ToUtf8(one)) == one);
  }
  constexpr uint64_t kSeed = 51;
  test::Random random(kSeed);
  for (int round = 0; round < 20000; ++round) {
    // Mostly surrogates, which are what can go wrong.
    std::u16string s;
    for (uint64_t n = random.Below(8); n > 0; --n) {
      s += static_cast<char16_t>(random.Below(3) == 0 ? random.Below(0x10000) : 0xD7F0 + random.Below(0x820));
    }
    const auto back = Utf8ToUtf16(Utf16ToUtf8(s));
    if (!back.has_value() || *back != s) {
      test::Fail(__FILE__, __LINE__, "seed " + std::to_string(kSeed) + ": " + Utf16ToUtf8(s));
    }
  }
}

TEST(Utf16, WhatIsNotWtf8) {
  for (const char* bad : {
           "\x80", "a\xBF",                     // continuation without a lead
           "\xC2", "\xE0\xA0", "\xF0\x90\x80",  // cut off
           "\xC2g", "\xE0g\x80", "\xE0\xA0g", "\xF0\x90\x80g", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF",
           "\xF0\x8F\xBF\xBF",                                      // longer than needed
           "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF",  // beyond U+10FFFF
           "\xED\xA0\x80\xED\xB0\x80",  // a pair in two times three bytes would come back as four
       }) {
    if (Utf8ToUtf16(bad).has_value()) {
      std::string hex;
      for (const char* p = bad; *p != 0; ++p) hex += std::to_string(static_cast<uint8_t>(*p)) + " ";
      test::Fail(__FILE__, __LINE__, "accepted: " + hex);
    }
  }
}

TEST(Utf16, AcceptedBytesComeBack) {
  constexpr uint64_t kSeed = 52;
  test::Random random(kSeed);
  size_t accepted = 0;
  const uint8_t alphabet[] = {'a', 0x80, 0x90, 0xA0, 0xB0, 0xBF, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xFF};
  for (int round = 0; round < 100000; ++round) {
    std::string s;
    for (uint64_t n = random.Below(7); n > 0; --n) {
      s += static_cast<char>(alphabet[random.Below(sizeof alphabet)]);
    }
    const auto utf16 = Utf8ToUtf16(s);
    if (!utf16.has_value()) continue;
    ++accepted;
    if (Utf16ToUtf8(*utf16) != s) test::Fail(__FILE__, __LINE__, "seed " + std::to_string(kSeed));
  }
  EXPECT(accepted > 1000);
}

}  // namespace
}  // namespace dism
