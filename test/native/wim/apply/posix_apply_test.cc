#include "wim/apply/posix_apply.h"

#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/xattr.h>

#include "native/wim/apply/image_maker.h"
#include "wim/apply/apply_plan.h"
#include "wim/apply/file_names.h"
#include "wim/apply/target_tree.h"
#include "wim/capture/unix_data.h"

namespace dism::wim {
namespace {

using namespace test_support;

ApplyOptions To(const std::string& target) {
  ApplyOptions options;
  options.target = target;
  options.write_side_car = false;
  return options;
}

LinkData PosixLink(const std::string& text) { return LinkFromPosix(*Utf8ToUtf16(text)); }

TEST(PosixApply, NothingIsWrittenThroughLinksInTheTarget) {
  const std::string work = NewDirectory(), outside = NewDirectory();
  WriteText(outside + "/file", "untouched");
  CollectingJob job;
  ImageMaker maker;
  const NodeId a = maker.AddDirectory(kRootNode, u"a");
  maker.AddFile(a, u"file", "from the image");
  maker.AddFile(a, u"empty", "");
  maker.AddDirectory(maker.AddDirectory(a, u"sub"), u"subsub");
  maker.AddFile(kRootNode, u"b", "from the image");
  maker.AddFile(kRootNode, u"c", "");
  maker.AddLink(kRootNode, u"d", kReparseTagSymlink, PosixLink("new target"), true);
  maker.AddFile(kRootNode, u"hard", "from the image too");
  const auto reader = maker.Write(work + "/a.wim", job.job);

  const std::string target = work + "/out";
  fs::create_directory(target);
  fs::create_symlink(outside, target + "/a");
  fs::create_symlink(outside + "/file", target + "/b");
  fs::create_symlink(outside + "/made by apply", target + "/c");
  fs::create_symlink(outside, target + "/d");
  fs::create_hard_link(outside + "/file", target + "/hard");
  const std::string before = DescribeTree(outside);
  EXPECT_EQ(MustApply(*reader, To(target), job.job).skipped_count, 0u);
  EXPECT_EQ(ReadText(outside + "/file"), "untouched");
  EXPECT(!Exists(outside + "/made by apply") && !Exists(outside + "/sub") && !Exists(outside + "/empty"));
  EXPECT(fs::is_directory(fs::symlink_status(target + "/a")));
  EXPECT_EQ(ReadText(target + "/a/file"), "from the image");
  EXPECT(fs::is_regular_file(fs::symlink_status(target + "/b")));
  EXPECT_EQ(fs::read_symlink(target + "/d").string(), "new target");
  EXPECT_EQ(ReadText(target + "/hard"), "from the image too");
}

// A link and a directory whose names differ only in case, and children of a link.
TEST(PosixApply, NothingIsWrittenThroughLinksOfTheImage) {
  const std::string work = NewDirectory(), outside = NewDirectory();
  CollectingJob job;
  ImageMaker maker;
  maker.AddLink(kRootNode, u"A", kReparseTagSymlink, PosixLink(outside), true, true);
  const NodeId a = maker.AddDirectory(kRootNode, u"a");
  maker.AddFile(a, u"file", "x");
  const auto reader = maker.Write(work + "/a.wim", job.job);
  // The reader leaves out what is below a link; a tree in memory can still have it.
  Result<ImageTree> tree = reader->LoadImage(1, nullptr, job.job);
  ASSERT(tree.ok());
  const NodeId link = *tree->Find(u"\\A");
  ASSERT((tree->attributes(link) & kAttributeReparsePoint) != 0);
  Dentry child;
  child.attributes = kAttributeArchive;
  child.name = u"through";
  child.streams.push_back({StreamKind::kData, {}, {}});
  tree->Add(link, child);
  Result<ApplyResult> result = ApplyPosix(*reader, *tree, To(work + "/out"), job.job);
  ASSERT(result.ok());
  EXPECT_EQ(result->skipped_count, 1u);
  EXPECT(fs::is_empty(outside));
  EXPECT_EQ(ReadText(work + "/out/a/file"), "x");
  EXPECT_EQ(job.Count(ErrorCode::kUnsafePath, "\\A"), 1u);
}

TEST(PosixApply, ADirectoryThatBecomesALinkIsNotFollowed) {
  const std::string target = NewDirectory(), outside = NewDirectory();
  Result<std::unique_ptr<TargetTree>> tree = TargetTree::Open(target);
  ASSERT(tree.ok());
  ApplyPlan plan;
  plan.names = "ab";
  plan.entries.resize(3);
  plan.entries[1].name_length = plan.entries[2].name_length = 1;
  plan.entries[2].name_offset = 1;
  plan.entries[2].parent = 1;
  (*tree)->SetPlan(&plan);
  std::shared_ptr<const Descriptor> directory;
  fs::create_directories(target + "/a/b");
  EXPECT_EQ((*tree)->OpenDirectory(1, &directory), 0);
  fs::rename(target + "/a/b", target + "/moved");
  fs::create_directory(outside + "/b");
  fs::create_symlink(outside, target + "/a/b");
  EXPECT_EQ((*tree)->OpenDirectory(2, &directory), ENOTDIR);
  EXPECT_EQ((*tree)->OpenDirectory(0, &directory), 0);
  EXPECT_EQ(directory->get(), (*tree)->root());
}

TEST(PosixApply, NamesThatNoFileMayHave) {
  const std::string work = NewDirectory();
  CollectingJob job;
  ImageMaker maker;
  maker.AddFile(kRootNode, u"fine", "x");
  const auto reader = maker.Write(work + "/a.wim", job.job);
  ImageTree tree;
  for (const std::u16string& name :
       {std::u16string(u".."), std::u16string(u"."), std::u16string(u"a\0b", 3), std::u16string(u"../escape"),
        std::u16string(u"/etc"), std::u16string(300, u'x')}) {
    Dentry dentry;
    dentry.attributes = kAttributeDirectory;
    dentry.name = name;
    tree.Add(kRootNode, dentry);
  }
  Result<ApplyResult> result = ApplyPosix(*reader, tree, To(work + "/out/put"), job.job);
  ASSERT(result.ok());
  EXPECT_EQ(result->skipped_count, 3u);
  EXPECT_EQ(result->directory_count, 4u);
  EXPECT(!Exists(work + "/out/escape") && !Exists(work + "/escape"));
  EXPECT_EQ(std::distance(fs::directory_iterator(work + "/out/put"), fs::directory_iterator()), 3);
  EXPECT_EQ(std::distance(fs::directory_iterator(work + "/out"), fs::directory_iterator()), 1);
}

TEST(FileNames, StandIns) {
  const std::u16string long_a(260, u'a'), wide(90, u'\u4E00'), long_b = long_a + u"b";
  const std::vector<std::u16string_view> names{u"plain", long_a, wide, u"a/b", u"..", u"", u"Plain", long_b};
  const std::vector<FileName> posix = PosixNames(names, false);
  EXPECT(posix[0].name == "plain" && !posix[0].stand_in);
  EXPECT(posix[1].stand_in && posix[1].name.size() < 255 && posix[1].name.starts_with(std::string(200, 'a') + "~"));
  EXPECT(posix[1].name != posix[7].name);
  // Cut between characters.
  EXPECT(posix[2].stand_in && Utf8ToUtf16(posix[2].name).has_value());
  EXPECT(posix[3].stand_in && posix[3].name.starts_with("a_b~"));
  EXPECT(posix[4].name.empty() && posix[5].name.empty());
  EXPECT(posix[6].name == "Plain");
  const std::vector<FileName> insensitive = PosixNames(names, true);
  EXPECT(insensitive[6].stand_in && insensitive[6].name.starts_with("Plain~"));
  EXPECT(insensitive[1].name == posix[1].name);
  // An entry that has the name of a stand-in keeps it; the stand-in gives way.
  const std::u16string taken = *Utf8ToUtf16(posix[1].name);
  const std::vector<FileName> contested = PosixNames({long_a, taken}, false);
  EXPECT(contested[1].name == posix[1].name && !contested[1].stand_in);
  EXPECT(contested[0].stand_in && contested[0].name != contested[1].name);
}

TEST(PosixApply, WhatIsInTheWay) {
  const std::string work = NewDirectory(), target = work + "/out";
  CollectingJob job;
  ImageMaker maker;
  maker.AddFile(maker.AddDirectory(kRootNode, u"directory"), u"f", "new");
  maker.AddFile(kRootNode, u"file over empty directory", "new");
  maker.AddFile(kRootNode, u"file over full directory", "new");
  maker.AddFile(kRootNode, u"file over read-only file", "new");
  maker.AddLink(kRootNode, u"link over file", kReparseTagSymlink, PosixLink("new"), true);
  const auto reader = maker.Write(work + "/a.wim", job.job);
  fs::create_directories(target + "/file over empty directory");
  fs::create_directories(target + "/file over full directory/x");
  WriteText(target + "/directory", "old file");
  WriteText(target + "/file over read-only file", "old");
  chmod((target + "/file over read-only file").c_str(), 0444);
  WriteText(target + "/link over file", "old");
  WriteText(target + "/stays", "stays");
  const ApplyResult result = MustApply(*reader, To(target), job.job);
  EXPECT_EQ(result.skipped_count, 1u);
  EXPECT_EQ(result.file_count, 4u);
  EXPECT_EQ(ReadText(target + "/directory/f"), "new");
  EXPECT_EQ(ReadText(target + "/file over empty directory"), "new");
  EXPECT_EQ(ReadText(target + "/file over read-only file"), "new");
  EXPECT_EQ(fs::read_symlink(target + "/link over file").string(), "new");
  EXPECT_EQ(ReadText(target + "/stays"), "stays");
  EXPECT(fs::is_directory(target + "/file over full directory/x"));
  EXPECT_EQ(job.Count(ErrorCode::kDirectoryNotEmpty, "/file over full directory"), 1u);
}

TEST(PosixApply, TimesAndReadOnly) {
  const std::string work = NewDirectory();
  CollectingJob job;
  ImageMaker maker;
  Dentry dentry;
  dentry.attributes = kAttributeArchive | kAttributeReadOnly;
  dentry.creation_time = 1;
  dentry.last_access_time = (1200000000 + 11644473600ull) * 10000000 + 1234567;
  dentry.last_write_time = (1300000000 + 11644473600ull) * 10000000 + 7654321;
  maker.Add(kRootNode, u"f", dentry, {{StreamKind::kData, "x"}});
  dentry.attributes = kAttributeDirectory | kAttributeReadOnly;
  const NodeId directory = maker.Add(kRootNode, u"d", dentry, {});
  maker.AddFile(directory, u"inside", "later than its directory");
  const auto reader = maker.Write(work + "/a.wim", job.job);
  MustApply(*reader, To(work + "/out"), job.job);
  for (const char* name : {"/out/f", "/out/d"}) {
    struct stat st;
    ASSERT(lstat((work + name).c_str(), &st) == 0);
    EXPECT_EQ(st.st_mtim.tv_sec, 1300000000);
    EXPECT_EQ(st.st_mtim.tv_nsec, 765432100);
    EXPECT_EQ(st.st_atim.tv_sec, 1200000000);
    EXPECT_EQ(st.st_atim.tv_nsec, 123456700);
    EXPECT_EQ((st.st_mode & 0222) == 0, S_ISREG(st.st_mode));
  }
}

TEST(PosixApply, SparseFilesStaySparse) {
  const std::string source = NewDirectory(), work = NewDirectory();
  for (const off_t size : {off_t{1} << 20, off_t{20} << 20}) {
    const int fd = open((source + "/sparse" + std::to_string(size)).c_str(), O_WRONLY | O_CREAT, 0666);
    ASSERT(pwrite(fd, "start", 5, 0) == 5 && pwrite(fd, "end", 3, size) == 3);
    close(fd);
  }
  CollectingJob job;
  CaptureOptions capture;
  capture.root = source;
  CaptureScan scan = MustScan(capture, job.job);
  if ((EntryAt(scan.tree, u"\\sparse1048576").attributes & kAttributeSparse) == 0) {
    std::cout << "skipped: the scratch file system has no sparse files" << std::endl;
    return;
  }
  const auto reader = WriteScan(scan, work + "/a.wim", job.job);
  MustApply(*reader, To(work + "/out"), job.job);
  EXPECT_EQ(DescribeTree(work + "/out"), DescribeTree(source));
  for (const auto& entry : fs::directory_iterator(work + "/out")) {
    struct stat st;
    ASSERT(stat(entry.path().c_str(), &st) == 0);
    EXPECT(st.st_blocks * 512 <= 256 << 10);
  }
}

// Flips a byte of the stored content of an entry.
void Damage(const std::string& wim, const WimReader& reader, const ImageTree& tree, std::u16string_view path) {
  const Dentry dentry = EntryAt(tree, path);
  const int64_t blob = reader.table().Find(dentry.FindStream(StreamKind::kData)->digest);
  ASSERT(blob >= 0);
  const ResourceHeader& resource = reader.table().blobs()[static_cast<size_t>(blob)].resource;
  std::fstream file(wim, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(resource.offset + resource.stored_size / 2));
  const char byte = static_cast<char>(file.get() ^ 0x55);
  file.seekp(static_cast<std::streamoff>(resource.offset + resource.stored_size / 2));
  file.put(byte);
}

TEST(PosixApply, DamagedFilesAreLeftOut) {
  const std::string source = NewDirectory(), work = NewDirectory();
  test::Random random(5);
  WriteText(source + "/small", RandomText(random, 5000));
  fs::copy_file(source + "/small", source + "/small copy");
  fs::create_hard_link(source + "/small copy", source + "/small link");
  WriteText(source + "/large", RandomText(random, 20 << 20));
  fs::copy_file(source + "/large", source + "/large copy");
  WriteText(source + "/good", RandomText(random, 5000));
  WriteText(source + "/good large", RandomText(random, 10 << 20));
  CollectingJob job;
  CaptureOptions capture;
  capture.root = source;
  CaptureScan scan = MustScan(capture, job.job);
  const auto reader = WriteScan(scan, work + "/a.wim", job.job);
  Damage(work + "/a.wim", *reader, scan.tree, u"\\small");
  Damage(work + "/a.wim", *reader, scan.tree, u"\\large");
  const ApplyResult result = MustApply(*reader, To(work + "/out"), job.job);
  EXPECT_EQ(result.file_count, 2u);
  EXPECT_EQ(result.skipped_count, 5u);
  EXPECT_EQ(ReadText(work + "/out/good large") == ReadText(source + "/good large"), true);
  EXPECT_EQ(std::distance(fs::directory_iterator(work + "/out"), fs::directory_iterator()), 2);
  for (const char* name : {"/small", "/small copy", "/small link", "/large", "/large copy"}) {
    EXPECT_EQ(job.Count(ErrorCode::kHashMismatch, name), 1u);
  }
  EXPECT_EQ(job.Events().size(), 5u);
}

TEST(PosixApply, AMissingBlobIsAWarning) {
  const std::string work = NewDirectory();
  CollectingJob job;
  ImageMaker maker;
  maker.AddFile(kRootNode, u"good", "x");
  maker.AddFile(kRootNode, u"bad", "y");
  const auto reader = maker.Write(work + "/a.wim", job.job);
  Result<ImageTree> tree = reader->LoadImage(1, nullptr, job.job);
  Sha1Digest unknown{};
  unknown[0] = 1;
  tree->SetDigest(*tree->Find(u"\\bad"), 0, unknown);
  Result<ApplyResult> result = ApplyPosix(*reader, *tree, To(work + "/out"), job.job);
  ASSERT(result.ok());
  EXPECT_EQ(result->skipped_count, 1u);
  EXPECT_EQ(ReadText(work + "/out/good"), "x");
  EXPECT(!Exists(work + "/out/bad"));
  EXPECT_EQ(job.Count(ErrorCode::kBlobMissing, "\\bad"), 1u);
}

TEST(PosixApply, CancelLeavesNoHalfFile) {
  const std::string source = NewDirectory(), work = NewDirectory();
  test::Random random(6);
  for (int i = 0; i < 4; ++i) WriteText(source + "/large" + std::to_string(i), RandomText(random, 10 << 20));
  for (int i = 0; i < 200; ++i) WriteText(source + "/small" + std::to_string(i), RandomText(random, 4000));
  CollectingJob job;
  CaptureOptions capture;
  capture.root = source;
  CaptureScan scan = MustScan(capture, job.job);
  const auto reader = WriteScan(scan, work + "/a.wim", job.job);
  Result<ImageTree> tree = reader->LoadImage(1, nullptr, job.job);
  int cancelled = 0;
  for (int round = 0; round < 5; ++round) {
    const std::string target = work + "/out" + std::to_string(round);
    JobContext apply_job;
    std::thread canceller([&] {
      const uint64_t enough = static_cast<uint64_t>(round) * (8 << 20);
      while (apply_job.progress.completed_bytes < enough) std::this_thread::yield();
      apply_job.cancel.Set();
    });
    Result<ApplyResult> result = ApplyPosix(*reader, *tree, To(target), apply_job);
    canceller.join();
    if (!result.ok()) {
      EXPECT(result.error().code == ErrorCode::kCancelled);
      ++cancelled;
    }
    for (const auto& entry : fs::directory_iterator(target)) {
      EXPECT(ReadText(entry.path()) == ReadText(source + "/" + entry.path().filename().string()));
    }
  }
  EXPECT(cancelled > 0);
}

TEST(PosixApply, AFullDiskStopsEverything) {
  const std::string source = NewDirectory(), work = NewDirectory();
  test::Random random(7);
  for (int i = 0; i < 100; ++i) WriteText(source + "/small" + std::to_string(i), RandomText(random, 100000));
  CollectingJob job;
  CaptureOptions capture;
  capture.root = source;
  CaptureScan scan = MustScan(capture, job.job);
  const auto small = WriteScan(scan, work + "/small.wim", job.job);
  for (const auto& entry : fs::directory_iterator(source)) fs::remove(entry.path());
  WriteText(source + "/large", RandomText(random, 12 << 20));
  CaptureScan large_scan = MustScan(capture, job.job);
  const auto large = WriteScan(large_scan, work + "/large.wim", job.job);

  const std::string target = work + "/mounted";
  fs::create_directory(target);
  if (mount("tmpfs", target.c_str(), "tmpfs", 0, "size=4m") != 0) {
    std::cout << "skipped: no permission to mount a small file system" << std::endl;
    return;
  }
  for (const WimReader* reader : {small.get(), large.get()}) {
    Result<ImageTree> tree = reader->LoadImage(1, nullptr, job.job);
    ASSERT(tree.ok());
    Result<ApplyResult> result = ApplyPosix(*reader, *tree, To(target), job.job);
    EXPECT(!result.ok());
    if (!result.ok()) {
      EXPECT(result.error().code == ErrorCode::kDiskFull);
      EXPECT_EQ(result.error().os_error, ENOSPC);
    }
    for (const auto& entry : fs::directory_iterator(target)) EXPECT_EQ(fs::file_size(entry.path()), 100000u);
    for (const auto& entry : fs::directory_iterator(target)) fs::remove(entry.path());
  }
  umount(target.c_str());
}

TEST(PosixApply, FewDescriptorsForManyDirectories) {
  const std::string work = NewDirectory();
  CollectingJob job;
  ImageMaker maker;
  for (int d = 0; d < 600; ++d) {
    std::string name = "d";
    name += std::to_string(d);
    const NodeId directory = maker.AddDirectory(kRootNode, *Utf8ToUtf16(name));
    maker.AddFile(maker.AddDirectory(directory, u"sub"), u"f", "content " + std::to_string(d % 7));
    maker.AddFile(directory, u"empty", "");
  }
  const auto reader = maker.Write(work + "/a.wim", job.job);
  rlimit old, low;
  ASSERT(getrlimit(RLIMIT_NOFILE, &old) == 0);
  low = old;
  low.rlim_cur = 256;
  ASSERT(setrlimit(RLIMIT_NOFILE, &low) == 0);
  const ApplyResult result = MustApply(*reader, To(work + "/out"), job.job);
  setrlimit(RLIMIT_NOFILE, &old);
  EXPECT_EQ(result.skipped_count, 0u);
  EXPECT_EQ(result.file_count, 1200u);
  EXPECT_EQ(ReadText(work + "/out/d599/sub/f"), "content 4");
}

TEST(PosixApply, LinkGroupsWithDifferentContentsAreDifferentFiles) {
  const std::string work = NewDirectory();
  CollectingJob job;
  ImageMaker maker;
  Dentry dentry;
  dentry.attributes = kAttributeArchive;
  dentry.hard_link_group = 5;
  for (const char* name : {"a", "b", "c", "d"}) {
    maker.Add(kRootNode, *Utf8ToUtf16(name), dentry, {{StreamKind::kData, *name < 'c' ? "one" : "two"}});
  }
  dentry.hard_link_group = 0;
  maker.Add(kRootNode, u"e", dentry, {{StreamKind::kData, "one"}});
  const auto reader = maker.Write(work + "/a.wim", job.job);
  MustApply(*reader, To(work + "/out"), job.job);
  const auto inode = [&](const char* name) {
    struct stat st;
    ASSERT(stat((work + "/out/" + name).c_str(), &st) == 0);
    return st.st_ino;
  };
  EXPECT_EQ(inode("a"), inode("b"));
  EXPECT_EQ(inode("c"), inode("d"));
  EXPECT(inode("a") != inode("c") && inode("a") != inode("e"));
  EXPECT_EQ(ReadText(work + "/out/d"), "two");
}

TEST(PosixApply, UnixData) {
  const std::string source = NewDirectory(), work = NewDirectory();
  fs::create_directory(source + "/d");
  WriteText(source + "/d/f", "x");
  WriteText(source + "/other", "x");
  fs::create_symlink("other", source + "/link");
  ASSERT(mkfifo((source + "/pipe").c_str(), 0640) == 0);
  const bool attributes = setxattr((source + "/d/f").c_str(), "user.a", "value", 5, 0) == 0 &&
                          setxattr((source + "/d").c_str(), "user.d", "on a directory", 14, 0) == 0;
  const bool root = geteuid() == 0;
  if (root) {
    ASSERT(mknod((source + "/device").c_str(), S_IFCHR | 0600, 0x12345) == 0);
    for (const char* name : {"/d", "/d/f", "/link", "/pipe"}) ASSERT(lchown((source + name).c_str(), 1234, 4321) == 0);
  }
  chmod((source + "/d/f").c_str(), 04511);
  chmod((source + "/other").c_str(), 0606);
  chmod((source + "/d").c_str(), 0511);
  CollectingJob job;
  CaptureOptions capture;
  capture.root = source;
  capture.unix_data = true;
  CaptureScan scan = MustScan(capture, job.job);
  const auto reader = WriteScan(scan, work + "/a.wim", job.job);
  ApplyOptions options = To(work + "/out");
  options.unix_data = true;
  EXPECT_EQ(MustApply(*reader, options, job.job).skipped_count, 0u);
  EXPECT_EQ(DescribeTree(work + "/out", true), DescribeTree(source, true));
  if (attributes) {
    char value[32];
    EXPECT_EQ(getxattr((work + "/out/d/f").c_str(), "user.a", value, sizeof value), 5);
    EXPECT_EQ(getxattr((work + "/out/d").c_str(), "user.d", value, sizeof value), 14);
  }
  if (HaveJudge() && root) {
    fs::create_directory(work + "/judge");
    ASSERT(RunProgram({"wimlib-imagex", "apply", work + "/a.wim", "1", work + "/judge", "--unix-data"}) == 0);
    EXPECT_EQ(DescribeTree(work + "/judge", true), DescribeTree(source, true));
  }
  EXPECT_EQ(job.Events().size(), 0u);
  // So that whoever is not root can remove them.
  for (const std::string& tree : {source, work + "/out", work + "/judge"}) chmod((tree + "/d").c_str(), 0755);
}

TEST(PosixApply, WithoutRpFixLinksAreAsTheyWere) {
  const std::string work = NewDirectory();
  CollectingJob job;
  ImageMaker maker;
  maker.AddLink(kRootNode, u"junction", kReparseTagMountPoint, {u"\\??\\D:\\data", u"D:\\data", false}, false, true);
  const auto plain = maker.Write(work + "/plain.wim", job.job, false);
  MustApply(*plain, To(work + "/plain"), job.job);
  EXPECT_EQ(fs::read_symlink(work + "/plain/junction").string(), "/data");

  ImageMaker fixed_maker;
  fixed_maker.AddLink(kRootNode, u"fixed", kReparseTagMountPoint, {u"\\??\\D:\\data", u"D:\\data", false}, false, true);
  fixed_maker.AddLink(kRootNode, u"not fixed", kReparseTagMountPoint, {u"\\??\\D:\\data", u"D:\\data", false}, true,
                      true);
  const auto fixed = fixed_maker.Write(work + "/fixed.wim", job.job, true);
  MustApply(*fixed, To(work + "/fixed"), job.job);
  EXPECT_EQ(fs::read_symlink(work + "/fixed/fixed").string(), work + "/fixed/data");
  EXPECT_EQ(fs::read_symlink(work + "/fixed/not fixed").string(), "/data");
  ApplyOptions as_is = To(work + "/as is");
  as_is.fix_reparse_points = false;
  MustApply(*fixed, as_is, job.job);
  EXPECT_EQ(fs::read_symlink(work + "/as is/fixed").string(), "/data");
}

}  // namespace
}  // namespace dism::wim
