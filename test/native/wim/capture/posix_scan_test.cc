#include "wim/capture/posix_scan.h"

#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "native/wim/capture/capture_support.h"
#include "wim/capture/unix_data.h"
#include "wim/capture/windows_name.h"
#include "wim/reparse.h"

namespace dism::wim {
namespace {

using namespace test_support;

CaptureScan Scan(const std::string& root, CollectingJob& job, CaptureOptions options = {}) {
  options.root = root;
  return MustScan(options, job.job);
}

LinkData LinkOf(const CaptureScan& scan, std::u16string_view path) {
  const NodeId node = *scan.tree.Find(path);
  for (const StreamUser& user : scan.users) {
    if (user.node != node) continue;
    const PendingContent& pending = scan.contents[user.content];
    std::vector<uint8_t> bytes(static_cast<size_t>(pending.content->size()));
    auto reader = pending.content->Open();
    ASSERT(reader.ok());
    ASSERT((*reader)->ReadAt(0, bytes).ok());
    Result<LinkData> link = LinkData::Parse(kReparseTagSymlink, bytes);
    ASSERT(link.ok());
    return *link;
  }
  ASSERT(false);
  return {};
}

TEST(PosixScan, OrderIsTheSameWhateverTheThreads) {
  const std::string root = NewDirectory();
  test::Random random(11);
  for (int d = 0; d < 40; ++d) {
    std::string directory = root;
    for (int level = 0; level < 4; ++level) {
      directory += '/';
      directory += "aBcD"[random.Below(4)];
    }
    fs::create_directories(directory);
    for (int f = 0; f < 10; ++f)
      WriteText(directory + "/" + std::to_string(random.Below(100)) + "x_Y~"[random.Below(4)], "1");
  }
  std::string expected_paths;
  std::vector<std::string> expected_contents;
  for (const unsigned threads : {1u, 2u, 4u}) {
    CollectingJob job(threads);
    CaptureScan scan = Scan(root, job);
    std::vector<std::string> contents;
    for (const PendingContent& pending : scan.contents) contents.push_back(pending.content->path());
    if (threads == 1) {
      expected_paths = ListPaths(scan.tree);
      expected_contents = contents;
      scan.tree.SortChildren();
      EXPECT_EQ(ListPaths(scan.tree), expected_paths);
    }
    EXPECT_EQ(ListPaths(scan.tree), expected_paths);
    EXPECT(contents == expected_contents);
    EXPECT_EQ(scan.contents.size(), scan.file_count);
  }
}

TEST(PosixScan, TimesTo100Nanoseconds) {
  const std::string root = NewDirectory();
  WriteText(root + "/f", "x");
  SetTimes(root + "/f", {1600000000, 987654321}, {1500000000, 123456789});
  WriteText(root + "/ancient", "x");
  SetTimes(root + "/ancient", {1, 0}, {-1000, 999999999});
  CollectingJob job;
  CaptureScan scan = Scan(root, job);
  const Dentry f = EntryAt(scan.tree, u"\\f");
  EXPECT_EQ(f.last_write_time, (1500000000 + 11644473600u) * 10000000 + 1234567);
  EXPECT_EQ(f.last_access_time, (1600000000 + 11644473600u) * 10000000 + 9876543);
  EXPECT_EQ(EntryAt(scan.tree, u"\\ancient").last_write_time, (11644473600u - 1000) * 10000000 + 9999999);
  EXPECT(f.creation_time != 0);
  CaptureOptions clamped;
  clamped.clamp_time = (1400000000 + 11644473600ull) * 10000000;
  CaptureScan clamped_scan = Scan(root, job, clamped);
  for (const auto path : {u"\\f", u"\\"}) {
    const Dentry entry = EntryAt(clamped_scan.tree, path);
    EXPECT_EQ(entry.last_write_time, *clamped.clamp_time);
    EXPECT_EQ(entry.creation_time, *clamped.clamp_time);
    EXPECT_EQ(entry.last_access_time, *clamped.clamp_time);
  }
  const Dentry ancient = EntryAt(clamped_scan.tree, u"\\ancient");
  EXPECT_EQ(ancient.creation_time, ancient.last_write_time);
  EXPECT(ancient.last_write_time < *clamped.clamp_time);
}

TEST(PosixScan, AttributesAndCounts) {
  const std::string root = NewDirectory();
  fs::create_directory(root + "/d");
  WriteText(root + "/ro", "12345");
  chmod((root + "/ro").c_str(), 0444);
  WriteText(root + "/rw", "123");
  WriteText(root + "/empty", "");
  fs::create_hard_link(root + "/rw", root + "/d/second name");
  fs::create_hard_link(root + "/rw", root + "/d/third name");
  fs::create_hard_link(root + "/ro", test::ScratchDirectory() + "/outside-" + fs::path(root).filename().string());
  fs::create_symlink("d", root + "/link");
  CollectingJob job;
  CaptureScan scan = Scan(root, job);
  EXPECT_EQ(EntryAt(scan.tree, u"\\d").attributes, kAttributeDirectory);
  EXPECT_EQ(EntryAt(scan.tree, u"\\ro").attributes, kAttributeArchive | kAttributeReadOnly);
  EXPECT_EQ(EntryAt(scan.tree, u"\\rw").attributes, kAttributeArchive);
  EXPECT_EQ(EntryAt(scan.tree, u"\\link").attributes, kAttributeReparsePoint | kAttributeDirectory);
  // Numbered where the walk meets them; a link to somewhere outside is none.
  EXPECT_EQ(EntryAt(scan.tree, u"\\d\\second name").hard_link_group, 1u);
  EXPECT_EQ(EntryAt(scan.tree, u"\\rw").hard_link_group, 1u);
  EXPECT_EQ(EntryAt(scan.tree, u"\\ro").hard_link_group, 0u);
  EXPECT_EQ(scan.directory_count, 2u);
  EXPECT_EQ(scan.file_count, 6u);
  EXPECT_EQ(scan.contents.size(), 3u);  // the link, ro, rw
  EXPECT_EQ(scan.hard_link_bytes, 6u);
  EXPECT_EQ(scan.total_bytes, 9u + 5u + LinkOf(scan, u"\\link").Write(kReparseTagSymlink)->size());
  CaptureOptions unix;
  unix.unix_data = true;
  EXPECT_EQ(EntryAt(Scan(root, job, unix).tree, u"\\ro").attributes, kAttributeArchive);
  EXPECT_EQ(job.Events().size(), 0u);
}

TEST(PosixScan, SparseFiles) {
  const std::string root = NewDirectory();
  WriteText(root + "/dense", std::string(300000, 'x'));
  const int fd = open((root + "/sparse").c_str(), O_WRONLY | O_CREAT, 0666);
  ASSERT(fd >= 0);
  ASSERT(pwrite(fd, "end", 3, 10 << 20) == 3);
  struct stat st;
  ASSERT(fstat(fd, &st) == 0);
  close(fd);
  if (st.st_blocks * 512 > 5 << 20) {
    std::cout << "skipped: the scratch file system has no sparse files" << std::endl;
    return;
  }
  CollectingJob job;
  CaptureScan scan = Scan(root, job);
  EXPECT_EQ(EntryAt(scan.tree, u"\\sparse").attributes, kAttributeArchive | kAttributeSparse);
  EXPECT_EQ(EntryAt(scan.tree, u"\\dense").attributes, kAttributeArchive);
  EXPECT_EQ(scan.total_bytes, 300000u + (10 << 20) + 3);
}

TEST(PosixScan, Links) {
  const std::string root = NewDirectory(), alias = NewDirectory() + "/alias";
  fs::create_symlink(root, alias);
  fs::create_directory(root + "/sub");
  fs::create_symlink("../x", root + "/sub/relative");
  fs::create_symlink(root + "/sub/y", root + "/inside");
  fs::create_symlink(alias + "/sub", root + "/inside by another name");
  fs::create_symlink(root, root + "/root");
  fs::create_symlink(root + "/sub/../../elsewhere", root + "/climbs out");
  fs::create_symlink("/etc/passwd", root + "/outside");
  fs::create_symlink(root + "x/sub", root + "/similar name");
  CollectingJob job;
  CaptureScan scan = Scan(root, job);
  EXPECT(LinkOf(scan, u"\\sub\\relative").substitute == u"..\\x");
  EXPECT(LinkOf(scan, u"\\inside").substitute == u"\\??\\X:\\sub\\y");
  EXPECT(LinkOf(scan, u"\\inside by another name").substitute == u"\\??\\X:\\sub");
  EXPECT(LinkOf(scan, u"\\root").substitute == u"\\??\\X:");
  EXPECT(LinkOf(scan, u"\\outside").substitute == u"\\??\\C:\\etc\\passwd");
  const std::u16string wide_root = *Utf8ToUtf16(root);
  for (const auto path : {u"\\climbs out", u"\\outside", u"\\similar name", u"\\sub\\relative"}) {
    EXPECT_EQ(EntryAt(scan.tree, path).reparse_flags, kReparseNotFixed);
  }
  for (const auto path : {u"\\inside", u"\\inside by another name", u"\\root"}) {
    EXPECT_EQ(EntryAt(scan.tree, path).reparse_flags, 0u);
  }
  EXPECT(scan.any_rp_fix);
  EXPECT_EQ(EntryAt(scan.tree, u"\\inside by another name").attributes, kAttributeReparsePoint | kAttributeDirectory);
  EXPECT_EQ(EntryAt(scan.tree, u"\\inside").attributes, kAttributeReparsePoint | kAttributeArchive);
  CaptureOptions as_is;
  as_is.fix_reparse_points = false;
  CaptureScan unfixed = Scan(root, job, as_is);
  EXPECT(!unfixed.any_rp_fix);
  EXPECT(PosixLinkText(LinkOf(unfixed, u"\\inside"), "") == root + "/sub/y");
  EXPECT_EQ(EntryAt(unfixed.tree, u"\\inside").reparse_flags, kReparseNotFixed);
}

TEST(PosixScan, NamesThatWindowsCannotHold) {
  const std::string root = NewDirectory();
  for (const char* name :
       {"a:b", "trailing.", "trailing ", "con", "LPT1.txt", "new\nline", "star*", "fine", "con2", "Case", "case"}) {
    WriteText(root + "/" + name, "x");
  }
  WriteText(root + "/back\\slash", "x");
  WriteText(root + "/bad\xFF", "x");
  fs::create_symlink("to\xFE", root + "/bad target");
  CollectingJob job;
  CaptureScan scan = Scan(root, job);
  EXPECT_EQ(scan.file_count, 11u);
  EXPECT_EQ(scan.skipped_count, 3u);
  EXPECT_EQ(job.Count(ErrorCode::kUnsafePath, "/back\\slash"), 1u);
  EXPECT_EQ(job.Count(ErrorCode::kUnsafePath, "/bad\\xff"), 1u);
  EXPECT_EQ(job.Count(ErrorCode::kUnsafePath, "/bad target"), 1u);
  EXPECT_EQ(job.Count(ErrorCode::kUnsafePath, "/trailing."), 1u);
  EXPECT_EQ(job.Count(ErrorCode::kUnsafePath, "/LPT1.txt"), 1u);
  EXPECT_EQ(job.Count(ErrorCode::kNameCollision, "/case"), 1u);
  // Three skipped, seven unusual names, one collision.
  EXPECT_EQ(job.Events().size(), 11u);
}

TEST(WindowsName, Devices) {
  for (const auto name : {u"CON", u"nul.txt", u"Com9", u"lpt1.tar.gz", u"aux."})
    EXPECT(WhyNotForWindows(name) != nullptr);
  for (const auto name : {u"CONSOLE", u"COM", u"COM0", u"COM10", u"file.con", u".hidden", u"a b"})
    EXPECT(WhyNotForWindows(name) == nullptr);
}

TEST(PosixScan, SpecialFilesAndUnixData) {
  const std::string root = NewDirectory();
  WriteText(root + "/f", "x");
  chmod((root + "/f").c_str(), 04751);
  ASSERT(mkfifo((root + "/pipe").c_str(), 0640) == 0);
  const bool attributes = setxattr((root + "/f").c_str(), "user.b", "value", 5, 0) == 0 &&
                          setxattr((root + "/f").c_str(), "user.a", "", 0, 0) == 0;
  if (!attributes) std::cout << "skipped in part: the scratch file system has no user attributes" << std::endl;
  CollectingJob job;
  CaptureScan plain = Scan(root, job);
  EXPECT_EQ(plain.skipped_count, 1u);
  EXPECT_EQ(plain.file_count, 1u);
  EXPECT(EntryAt(plain.tree, u"\\f").tagged_items.empty());
  CaptureOptions options;
  options.unix_data = true;
  CaptureScan scan = Scan(root, job, options);
  const Dentry f = EntryAt(scan.tree, u"\\f");
  const std::optional<UnixData> data = FindUnixData(f.tagged_items);
  ASSERT(data.has_value());
  EXPECT_EQ(data->mode, static_cast<uint32_t>(S_IFREG | 04751));
  EXPECT_EQ(data->user, getuid());
  if (attributes) {
    const std::vector<ExtendedAttribute> list =
        ParseExtendedAttributes(*FindTaggedItem(f.tagged_items, kTagExtendedAttributes));
    ASSERT(list.size() == 2);
    EXPECT(list[0].name == "user.a" && list[0].value.empty());
    EXPECT(list[1].name == "user.b" && list[1].value == "value");
  }
  const std::optional<UnixData> pipe = FindUnixData(EntryAt(scan.tree, u"\\pipe").tagged_items);
  ASSERT(pipe.has_value());
  EXPECT_EQ(pipe->mode, static_cast<uint32_t>(S_IFIFO | 0640));
  EXPECT(FindUnixData(EntryAt(scan.tree, u"\\").tagged_items).has_value());
  EXPECT_EQ(job.Count(ErrorCode::kNotSupported, "/pipe"), 1u);
  EXPECT_EQ(job.Events().size(), 1u);
}

TEST(PosixScan, UnixDataIsWhatWimlibWrites) {
  if (!HaveJudge()) return;
  const std::string root = NewDirectory(), work = NewDirectory();
  WriteText(root + "/f", "x");
  chmod((root + "/f").c_str(), 0600);
  setxattr((root + "/f").c_str(), "user.b", "value", 5, 0);
  setxattr((root + "/f").c_str(), "user.c", "2", 1, 0);
  fs::create_symlink("f", root + "/link");
  mkfifo((root + "/pipe").c_str(), 0640);
  if (geteuid() == 0) ASSERT(mknod((root + "/device").c_str(), S_IFCHR | 0600, makedev(300, 70000)) == 0);
  ASSERT(RunProgram({"wimlib-imagex", "capture", root, work + "/a.wim", "--unix-data"}) == 0);
  CollectingJob job;
  auto reader = WimReader::Open(work + "/a.wim", {});
  ASSERT(reader.ok());
  auto theirs = (*reader)->LoadImage(1, nullptr, job.job);
  ASSERT(theirs.ok());
  CaptureOptions options;
  options.unix_data = true;
  CaptureScan ours = Scan(root, job, options);
  EXPECT_EQ(ListPaths(ours.tree), ListPaths(*theirs));
  for (NodeId node = 0; node < theirs->node_count(); ++node) {
    EXPECT(EntryAt(ours.tree, theirs->Path(node)).tagged_items == theirs->Get(node).tagged_items);
  }
}

TEST(PosixScan, TheFileBeingWrittenIsNotCaptured) {
  const std::string root = NewDirectory();
  fs::create_directory(root + "/sub");
  for (const char* name :
       {"out.wim", "out.wim.0123abcd.tmp", "out.wim.0123abcd.tm", "out.wim.0123abcx.tmp", "other.wim"}) {
    WriteText(root + "/sub/" + name, "x");
  }
  WriteText(root + "/out.wim", "another one");
  CollectingJob job;
  CaptureOptions options;
  options.skip_paths = {root + "/sub/out.wim", "/no/such/place/x"};
  EXPECT_EQ(ListPaths(Scan(root, job, options).tree),
            "\\out.wim\n\\sub\n\\sub\\other.wim\n\\sub\\out.wim.0123abcd.tm\n\\sub\\out.wim.0123abcx.tmp\n");
}

TEST(PosixScan, ErrorsOfTheRoot) {
  JobContext job;
  CaptureOptions options;
  options.root = test::ScratchDirectory() + "/no such directory";
  EXPECT(ScanPosix(options, job).error().code == ErrorCode::kNotFound);
  options.root = NewDirectory() + "/file";
  WriteText(options.root, "x");
  EXPECT(!ScanPosix(options, job).ok());
  options.root = NewDirectory();
  job.cancel.Set();
  EXPECT(ScanPosix(options, job).error().code == ErrorCode::kCancelled);
}

TEST(PosixScan, WhatChangesMeanwhileIsLeftOut) {
  const std::string root = NewDirectory(), work = NewDirectory();
  for (const char* name : {"stays", "vanishes", "grows", "becomes a pipe", "becomes a link"})
    WriteText(root + "/" + name, name);
  fs::create_hard_link(root + "/grows", root + "/grows too");
  CollectingJob job;
  CaptureScan scan = Scan(root, job);
  fs::remove(root + "/vanishes");
  WriteText(root + "/grows", "grown a lot");
  for (const char* name : {"/becomes a pipe", "/becomes a link"}) fs::remove(root + name);
  mkfifo((root + "/becomes a pipe").c_str(), 0666);
  fs::create_symlink("/etc/passwd", root + "/becomes a link");
  WriteScan(scan, work + "/a.wim", job.job);
  EXPECT_EQ(ListPaths(scan.tree), "\\stays\n");
  EXPECT_EQ(scan.file_count, 1u);
  EXPECT_EQ(scan.skipped_count, 5u);
  EXPECT_EQ(scan.total_bytes, 5u);
  EXPECT_EQ(scan.hard_link_bytes, 0u);
  EXPECT_EQ(job.Count(ErrorCode::kNotFound, "/vanishes"), 1u);
  EXPECT_EQ(job.Count(ErrorCode::kFileChanged, "/becomes a link"), 1u);
}

TEST(PosixScan, DeepTreesAndLongPaths) {
  const std::string root = NewDirectory();
  // Deeper than PATH_MAX allows in one path.
  const std::string name(200, 'n');
  int at = open(root.c_str(), O_RDONLY | O_DIRECTORY);
  for (int i = 0; i < 60; ++i) {
    ASSERT(mkdirat(at, name.c_str(), 0777) == 0);
    const int next = openat(at, name.c_str(), O_RDONLY | O_DIRECTORY);
    close(at);
    at = next;
  }
  const int file = openat(at, "bottom", O_WRONLY | O_CREAT, 0666);
  ASSERT(write(file, "deep", 4) == 4);
  close(file);
  close(at);
  CollectingJob job;
  CaptureScan scan = Scan(root, job);
  EXPECT_EQ(scan.directory_count, 61u);
  EXPECT_EQ(scan.file_count, 1u);
  const std::string work = NewDirectory();
  const auto reader = WriteScan(scan, work + "/a.wim", job.job);
  EXPECT_EQ(scan.skipped_count, 0u);
  ApplyOptions options;
  options.target = work + "/out";
  EXPECT_EQ(MustApply(*reader, options, job.job).file_count, 1u);
  CaptureScan again = Scan(work + "/out", job);
  EXPECT(ListPaths(again.tree) == ListPaths(scan.tree));
  EXPECT_EQ(job.Events().size(), 0u);
  // The library of the test cannot remove such a path.
  EXPECT_EQ(RunProgram({"rm", "-rf", root, work}), 0);
}

}  // namespace
}  // namespace dism::wim
