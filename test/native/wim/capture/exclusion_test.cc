// What a capture configuration keeps out of an image.
#include "native/wim/capture/capture_support.h"

namespace dism::wim {
namespace {

using namespace test_support;

// DISM's defaults.
const std::vector<std::u16string> kDefaults{
    u"\\$ntfs.log", u"\\hiberfil.sys", u"\\pagefile.sys", u"\\swapfile.sys", u"\\System Volume Information",
    u"\\RECYCLER",  u"\\Windows\\CSC"};

std::string MakeWindowsTree() {
  const std::string root = NewDirectory();
  for (const char* directory : {"System Volume Information", "Windows/CSC/v2", "Windows/inf", "RECYCLER/x",
                                "Users/me/RECYCLER", "Users/me/Music", "Users/you/Music"}) {
    fs::create_directories(root + "/" + directory);
  }
  for (const char* file :
       {"hiberfil.sys", "PageFile.sys", "swapfile.sys", "Users/pagefile.sys", "System Volume Information/guid",
        "Windows/CSC/v2/data", "Windows/CSCX", "Windows/inf/a.pnf", "Windows/inf/a.inf", "RECYCLER/x/y",
        "Users/me/RECYCLER/kept", "Users/me/Music/a.mp3", "Users/me/Music/a.txt", "Users/you/Music/b.MP3"}) {
    WriteText(root + "/" + file, "content");
  }
  return root;
}

struct Captured {
  std::string paths;
  uint64_t excluded;
  std::vector<std::string> uncompressed;  // paths of contents that are to be stored so
};

Captured Capture(const std::string& root, const CaptureExclusions& exclusions) {
  CollectingJob job;
  CaptureOptions options;
  options.root = root;
  options.exclusions = exclusions;
  CaptureScan scan = MustScan(options, job.job);
  EXPECT_EQ(job.Events().size(), 0u);
  Captured captured{ListPaths(scan.tree), scan.excluded_count, {}};
  for (size_t i = 0; i < scan.contents.size(); ++i) {
    if (scan.store_uncompressed[i])
      captured.uncompressed.push_back(scan.contents[i].content->path().substr(root.size()));
  }
  return captured;
}

TEST(Exclusion, DefaultsOfDism) {
  const Captured captured =
      Capture(MakeWindowsTree(), {kDefaults, {}, {u"*.mp3", u"*.zip", u"*.cab", u"\\WINDOWS\\inf\\*.pnf"}});
  EXPECT_EQ(
      captured.paths,
      "\\Users\n\\Users\\me\n\\Users\\me\\Music\n\\Users\\me\\Music\\a.mp3\n\\Users\\me\\Music\\a.txt\n"
      "\\Users\\me\\RECYCLER\n\\Users\\me\\RECYCLER\\kept\n\\Users\\pagefile.sys\n\\Users\\you\n\\Users\\you\\Music\n"
      "\\Users\\you\\Music\\b.MP3\n\\Windows\n\\Windows\\CSCX\n\\Windows\\inf\n\\Windows\\inf\\a."
      "inf\n\\Windows\\inf\\a.pnf\n");
  EXPECT_EQ(captured.excluded, 6u);
  EXPECT(captured.uncompressed ==
         (std::vector<std::string>{"/Users/me/Music/a.mp3", "/Users/you/Music/b.MP3", "/Windows/inf/a.pnf"}));
}

TEST(Exclusion, AStarKeepsTheDirectory) {
  const Captured captured =
      Capture(MakeWindowsTree(), {{u"\\Windows\\*", u"\\Users\\*\\Music", u"\\R*", u"\\S*"}, {}, {}});
  EXPECT_EQ(captured.paths,
            "\\hiberfil.sys\n\\PageFile.sys\n\\Users\n\\Users\\me\n\\Users\\me\\RECYCLER\n\\Users\\me\\RECYCLER\\kept\n"
            "\\Users\\pagefile.sys\n\\Users\\you\n\\Windows\n");
  EXPECT_EQ(captured.excluded, 8u);
}

TEST(Exclusion, ExceptionsBringTheirDirectoriesBack) {
  const std::string root = MakeWindowsTree();
  // Only what the exception names, and the way to it.
  EXPECT_EQ(Capture(root, {{u"\\Users", u"\\Windows", u"*.sys", u"\\S*", u"\\R*"}, {u"\\Users\\me\\Music"}, {}}).paths,
            "\\Users\n\\Users\\me\n\\Users\\me\\Music\n\\Users\\me\\Music\\a.mp3\n\\Users\\me\\Music\\a.txt\n");
  // By name at any depth; directories with nothing in them to keep stay out.
  const Captured any = Capture(root, {{u"\\*"}, {u"*.mp3"}, {}});
  EXPECT_EQ(any.paths,
            "\\Users\n\\Users\\me\n\\Users\\me\\Music\n\\Users\\me\\Music\\a.mp3\n\\Users\\you\n\\Users\\you\\Music\n"
            "\\Users\\you\\Music\\b.MP3\n");
  // What is not there any more: three .sys, three directories of the root; in Users: pagefile.sys, RECYCLER, a.txt.
  EXPECT_EQ(any.excluded, 9u);
  // An exception wins over an exclusion below it.
  EXPECT_EQ(Capture(root, {{u"\\*", u"*.mp3"}, {u"\\Users\\me"}, {}}).paths,
            "\\Users\n\\Users\\me\n\\Users\\me\\Music\n\\Users\\me\\Music\\a.mp3\n\\Users\\me\\Music\\a.txt\n"
            "\\Users\\me\\RECYCLER\n\\Users\\me\\RECYCLER\\kept\n");
  EXPECT_EQ(Capture(root, {{u"\\*"}, {u"\\no\\such"}, {}}).paths, "");
}

TEST(Exclusion, ADirectoryIsStoredUncompressedAsAWhole) {
  const Captured captured = Capture(MakeWindowsTree(), {kDefaults, {}, {u"\\Users\\me"}});
  EXPECT(captured.uncompressed ==
         (std::vector<std::string>{"/Users/me/Music/a.mp3", "/Users/me/Music/a.txt", "/Users/me/RECYCLER/kept"}));
}

TEST(Exclusion, AgreesWithWimlib) {
  if (!HaveJudge()) return;
  const std::string root = MakeWindowsTree(), work = NewDirectory();
  const std::vector<std::vector<std::u16string>> lists{
      kDefaults,
      {u"*.mp3", u"RECYCLER", u"\\Windows\\CSC"},
      {u"\\Users\\*", u"\\Windows\\i*"},
      {u"\\Users\\*\\Music\\*.mp3", u"\\?ageFile.sys"},
  };
  int number = 0;
  for (const std::vector<std::u16string>& list : lists) {
    std::string text = "[ExclusionList]\n";
    for (const std::u16string& pattern : list) text += Utf16ToUtf8(pattern) + "\n";
    const std::string config = work + "/config" + std::to_string(++number), wim = config + ".wim";
    WriteText(config, text);
    ASSERT(RunProgram({"env", "WIMLIB_IMAGEX_IGNORE_CASE=1", "wimlib-imagex", "capture", root, wim, "--compress=none",
                       "--config=" + config}) == 0);
    CollectingJob job;
    auto reader = WimReader::Open(wim, {});
    ASSERT(reader.ok());
    auto tree = (*reader)->LoadImage(1, nullptr, job.job);
    ASSERT(tree.ok());
    EXPECT_EQ(Capture(root, {list, {}, {}}).paths, ListPaths(*tree));
  }
}

}  // namespace
}  // namespace dism::wim
