#include "wim/capture/pattern_set.h"

#include <chrono>

#include "support/test.h"

namespace dism::wim {
namespace {

// Whether a path (components separated by backslashes) matches as a whole.
bool Matches(const std::vector<std::u16string>& patterns, std::u16string_view path) {
  const PatternSet set(patterns);
  PatternSet::State state = set.RootState();
  for (;;) {
    const size_t end = path.find(u'\\');
    PatternSet::State below;
    const bool matched = set.Match(state, UpcaseString(path.substr(0, end)), &below);
    if (end == std::u16string_view::npos) return matched;
    state = std::move(below);
    path.remove_prefix(end + 1);
  }
}

TEST(PatternSet, FromTheRoot) {
  EXPECT(Matches({u"\\pagefile.sys"}, u"pagefile.sys"));
  EXPECT(Matches({u"\\PageFile.SYS"}, u"pagefile.sys"));
  EXPECT(Matches({u"\\\u00C4.txt"}, u"\u00E4.TXT"));
  EXPECT(!Matches({u"\\pagefile.sys"}, u"sub\\pagefile.sys"));
  EXPECT(!Matches({u"\\pagefile.sys"}, u"pagefile.sys.old"));
  EXPECT(Matches({u"\\Windows\\CSC"}, u"windows\\csc"));
  EXPECT(!Matches({u"\\Windows\\CSC"}, u"windows"));
  EXPECT(
      !Matches({u"\\Windows\\CSC"}, u"windows\\csc\\below"));  // what is below is excluded by the walk, not by a match
  EXPECT(!Matches({u"\\Windows\\CSC"}, u"x\\windows\\csc"));
  EXPECT(Matches({u"\\Users\\*\\X"}, u"Users\\somebody\\x"));
  EXPECT(!Matches({u"\\Users\\*\\X"}, u"Users\\some\\body\\x"));
  EXPECT(Matches({u"\\dir\\*"}, u"dir\\anything"));
  EXPECT(!Matches({u"\\dir\\*"}, u"dir"));
}

TEST(PatternSet, Anywhere) {
  EXPECT(Matches({u"*.mp3"}, u"a.mp3"));
  EXPECT(Matches({u"*.mp3"}, u"deep\\deeper\\a.MP3"));
  EXPECT(!Matches({u"*.mp3"}, u"a.mp3\\b"));
  EXPECT(Matches({u"thumbs.db"}, u"a\\b\\Thumbs.db"));
  EXPECT(Matches({u"myfolder\\*.txt"}, u"myfolder\\a.txt"));
  EXPECT(Matches({u"myfolder\\*.txt"}, u"x\\y\\myfolder\\a.txt"));
  EXPECT(!Matches({u"myfolder\\*.txt"}, u"myfolder\\x\\a.txt"));
  EXPECT(Matches({u"a\\a\\b"}, u"a\\a\\a\\b"));
}

TEST(PatternSet, Spelling) {
  EXPECT(Matches({u"  \\pagefile.sys \r"}, u"pagefile.sys"));
  EXPECT(Matches({u"\"\\System Volume Information\""}, u"System Volume Information"));
  EXPECT(Matches({u"/Windows/CSC/"}, u"windows\\csc"));
  EXPECT(Matches({u"C:\\Windows\\CSC"}, u"windows\\csc"));
  for (const std::u16string& nothing :
       {std::u16string(), std::u16string(u"\\"), std::u16string(u"  "), std::u16string(u"\"\"")}) {
    EXPECT(PatternSet({nothing}).empty());
  }
}

TEST(PatternSet, Wildcards) {
  EXPECT(MatchesWildcards(u"", u""));
  EXPECT(MatchesWildcards(u"*", u""));
  EXPECT(!MatchesWildcards(u"?", u""));
  EXPECT(MatchesWildcards(u"?", u"A"));
  EXPECT(MatchesWildcards(u"*WINLOAD.*", u"BOOTWINLOAD.EXE"));
  EXPECT(!MatchesWildcards(u"*WINLOAD.*", u"WINLOADEXE"));
  EXPECT(MatchesWildcards(u"A*B*C", u"AXBXBC"));
  EXPECT(!MatchesWildcards(u"A*B*C", u"AXCXB"));
  EXPECT(MatchesWildcards(u"*.*", u"A."));
  EXPECT(!MatchesWildcards(u"*.*", u"A"));
  EXPECT(MatchesWildcards(u"**A**", u"XAX"));
}

// Against a matcher that simply tries everything, on all short strings over a small alphabet.
bool Naive(std::u16string_view p, std::u16string_view t) {
  if (p.empty()) return t.empty();
  if (p[0] == u'*') return Naive(p.substr(1), t) || (!t.empty() && Naive(p, t.substr(1)));
  return !t.empty() && (p[0] == u'?' || p[0] == t[0]) && Naive(p.substr(1), t.substr(1));
}

TEST(PatternSet, WildcardsAgainstTryingEverything) {
  test::Random random(3);
  int matches = 0;
  for (int round = 0; round < 20000; ++round) {
    std::u16string pattern, text;
    for (uint64_t i = random.Below(7); i > 0; --i) pattern += u"AB*?"[random.Below(4)];
    for (uint64_t i = random.Below(8); i > 0; --i) text += u"AB"[random.Below(2)];
    const bool expected = Naive(pattern, text);
    matches += expected;
    EXPECT(MatchesWildcards(pattern, text) == expected);
  }
  EXPECT(matches > 1000);
}

TEST(PatternSet, ManyStarsCostNoMoreThanTheProductOfLengths) {
  std::u16string pattern, text(255, u'A');
  for (int i = 0; i < 100; ++i) pattern += u"*A";
  pattern += u"*B";
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i) EXPECT(!MatchesWildcards(pattern, text));
  // A matcher that goes back to every star would not end within the age of the universe.
  EXPECT(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
}

TEST(PatternSet, KnowsWhenNothingBelowCanMatch) {
  const PatternSet set({u"\\a\\b\\c"});
  PatternSet::State a, b, x;
  EXPECT(!set.Match(set.RootState(), u"A", &a));
  EXPECT(set.MayMatchBelow(a));
  EXPECT(!set.Match(set.RootState(), u"X", &x));
  EXPECT(!set.MayMatchBelow(x));
  EXPECT(!set.Match(a, u"B", &b));
  EXPECT(set.MayMatchBelow(b));
  EXPECT(PatternSet({u"*.txt"}).MayMatchBelow({}));
}

}  // namespace
}  // namespace dism::wim
