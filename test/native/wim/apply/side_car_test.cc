// Apply, then capture: the metadata that the file system cannot hold comes back through the side-car.
#include "wim/side_car.h"

#include "native/wim/apply/rich_image.h"
#include "wim/capture/unix_data.h"

namespace dism::wim {
namespace {

using namespace test_support;

struct Applied {
  std::string work = NewDirectory();
  std::string target = work + "/out";
  std::unique_ptr<WimReader> reader;
};

Applied ApplyRichImage() {
  Applied applied;
  CollectingJob job;
  ImageMaker maker;
  FillRichImage(maker);
  applied.reader = maker.Write(applied.work + "/a.wim", job.job);
  ApplyOptions options;
  options.target = applied.target;
  EXPECT_EQ(MustApply(*applied.reader, options, job.job).skipped_count, 0u);
  EXPECT_EQ(job.job.warnings.load(), 0u);
  return applied;
}

CaptureScan Recapture(const std::string& target, CollectingJob& job) {
  CaptureOptions options;
  options.root = target;
  return MustScan(options, job.job);
}

TEST(SideCar, ApplyThenCaptureGivesTheSameMetadata) {
  Applied applied = ApplyRichImage();
  CollectingJob job;
  CaptureScan scan = Recapture(applied.target, job);
  const auto again = WriteScan(scan, applied.work + "/b.wim", job.job);
  EXPECT_EQ(scan.skipped_count, 0u);
  auto before = applied.reader->LoadImage(1, nullptr, job.job);
  auto after = again->LoadImage(1, nullptr, job.job);
  ASSERT(before.ok() && after.ok());
  ExpectSameEntries(*before, *after);
  EXPECT_EQ(job.Events().size(), 0u);
}

TEST(SideCar, TheTreeItselfIsOrdinary) {
  Applied applied = ApplyRichImage();
  EXPECT_EQ(ReadText(applied.target + "/Windows/notepad plus.exe"), "MZ data");
  EXPECT_EQ(fs::read_symlink(applied.target + "/Documents and Settings").string(), applied.target + "/Users/Public");
  EXPECT_EQ(fs::read_symlink(applied.target + "/from root").string(), applied.target + "/Users");
  EXPECT_EQ(fs::read_symlink(applied.target + "/relative").string(), "Windows/notepad plus.exe");
  EXPECT_EQ(ReadText(applied.target + "/broken link"), "");
  EXPECT_EQ(ReadText(applied.target + "/cloud file"), "here");
  struct stat st;
  ASSERT(lstat((applied.target + "/broken link").c_str(), &st) == 0);
  EXPECT(S_ISREG(st.st_mode));
  EXPECT(!Exists(applied.target + ".opendism/incomplete"));
}

TEST(SideCar, AChangedFileKeepsWhatDoesNotDeriveFromItsContent) {
  Applied applied = ApplyRichImage();
  WriteText(applied.target + "/Windows/notepad plus.exe", "other data");
  WriteText(applied.target + "/cloud file", "changed");
  WriteText(applied.target + "/secret", "no longer encrypted");
  chmod((applied.target + "/Windows/Fonts/arial.ttf").c_str(), 0644);
  fs::remove(applied.target + "/relative");
  fs::create_symlink("elsewhere", applied.target + "/relative");
  fs::remove(applied.target + "/Users/Public");
  WriteText(applied.target + "/Users/Public", "a file now");
  WriteText(applied.target + "/Users/new", "new");
  // Read since, which is no change: the time of the image stays.
  const std::string only_read = applied.target + "/Windows/Fonts/no attributes.txt";
  const timespec times[2] = {{1700000000, 0}, {0, UTIME_OMIT}};
  ASSERT(utimensat(AT_FDCWD, only_read.c_str(), times, 0) == 0);
  CollectingJob job;
  CaptureScan scan = Recapture(applied.target, job);
  WriteScan(scan, applied.work + "/b.wim", job.job);
  auto before = applied.reader->LoadImage(1, nullptr, job.job);
  ASSERT(before.ok());
  const auto read_path = u"\\Windows\\Fonts\\no attributes.txt";
  EXPECT_EQ(EntryAt(scan.tree, read_path).last_access_time, EntryAt(*before, read_path).last_access_time);

  const Dentry notepad = EntryAt(scan.tree, u"\\Windows\\notepad plus.exe");
  EXPECT_EQ(notepad.attributes, kAttributeArchive | kHidden);
  EXPECT_EQ(notepad.short_name == u"NOTEPA~1.EXE", true);
  EXPECT_EQ(scan.tree.security().Get(notepad.security_id).size(), 40u);
  EXPECT_EQ(notepad.streams.size(), 4u);
  const std::string other = "other data";
  EXPECT(notepad.streams[0].digest == Sha1::Of(ByteSpan(reinterpret_cast<const uint8_t*>(other.data()), other.size())));
  EXPECT(notepad.last_write_time > 133000000000000000);  // from the file
  EXPECT(notepad.creation_time < 121000000000000000);    // from the image

  const Dentry cloud = EntryAt(scan.tree, u"\\cloud file");
  EXPECT(!cloud.is_reparse_point());
  EXPECT_EQ(cloud.streams.size(), 1u);
  const Dentry secret = EntryAt(scan.tree, u"\\secret");
  EXPECT_EQ(secret.attributes & kAttributeEncrypted, 0u);
  EXPECT(secret.streams.size() == 1 && secret.streams[0].kind == StreamKind::kData);
  EXPECT(!IsZeroDigest(secret.streams[0].digest));
  EXPECT_EQ(EntryAt(scan.tree, u"\\Windows\\Fonts\\arial.ttf").attributes, kAttributeArchive);
  EXPECT_EQ(EntryAt(scan.tree, u"\\Users\\Public").attributes, kAttributeArchive);
  EXPECT_EQ(EntryAt(scan.tree, u"\\Users\\new").attributes, kAttributeArchive);

  EXPECT_EQ(job.Count(ErrorCode::kFileChanged, "/cloud file"), 1u);
  EXPECT_EQ(job.Count(ErrorCode::kFileChanged, "/secret"), 1u);
  EXPECT_EQ(job.Count(ErrorCode::kFileChanged, "/Users/Public"), 1u);
  EXPECT_EQ(job.Events().size(), 3u);
}

TEST(SideCar, AMarkedTreeIsRefusedWithoutForce) {
  Applied applied = ApplyRichImage();
  WriteText(applied.target + ".opendism/incomplete", "");
  CollectingJob job;
  CaptureOptions options;
  options.root = applied.target;
  for (const bool use : {true, false}) {
    options.use_side_car = use;
    Result<CaptureScan> refused = ScanPosix(options, job.job);
    ASSERT(!refused.ok());
    EXPECT(refused.error().code == ErrorCode::kWriteInProgress);
  }
  options.use_side_car = true;
  options.force = true;
  CaptureScan scan = MustScan(options, job.job);
  EXPECT_EQ(EntryAt(scan.tree, u"\\Windows\\notepad plus.exe").attributes, kAttributeArchive);
  EXPECT_EQ(job.Count(ErrorCode::kWriteInProgress, ".opendism"), 1u);
}

TEST(SideCar, ACancelledApplyLeavesTheMark) {
  const std::string work = NewDirectory();
  CollectingJob job;
  ImageMaker maker;
  FillRichImage(maker);
  const auto reader = maker.Write(work + "/a.wim", job.job);
  Result<ImageTree> tree = reader->LoadImage(1, nullptr, job.job);
  ASSERT(tree.ok());
  JobContext cancelled;
  cancelled.cancel.Set();
  ApplyOptions options;
  options.target = work + "/out";
  Result<ApplyResult> result = ApplyPosix(*reader, *tree, options, cancelled);
  ASSERT(!result.ok());
  EXPECT(result.error().code == ErrorCode::kCancelled);
  EXPECT(Exists(work + "/out.opendism/incomplete"));
  MustApply(*reader, options, job.job);
  EXPECT(!Exists(work + "/out.opendism/incomplete"));
}

TEST(SideCar, ADamagedOneIsAWarning) {
  const Applied applied = ApplyRichImage();
  const std::string index = applied.target + ".opendism/index", good = ReadText(index);
  for (const size_t at : {size_t{0}, size_t{9}, size_t{33}, size_t{41}, size_t{70}, good.size() - 1}) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x40);
    WriteText(index, bad);
    CollectingJob job;
    Recapture(applied.target, job);
    EXPECT(job.Events().size() >= 1);
    EXPECT(job.Events()[0].path.ends_with(".opendism"));
  }
  for (size_t size = 0; size < good.size(); size += 37) {
    EXPECT(!SideCarIndex::Parse(View(ByteSpan(reinterpret_cast<const uint8_t*>(good.data()), size))).ok());
  }
  WriteText(index, good);
  WriteText(applied.target + ".opendism/tree.wim", "not a WIM");
  CollectingJob job;
  Recapture(applied.target, job);
  EXPECT(job.Events().size() >= 1);
}

TEST(SideCar, IsNeverCaptured) {
  const std::string root = NewDirectory();
  fs::create_directories(root + "/tree.opendism");
  fs::create_directories(root + "/lonely.opendism");
  fs::create_directories(root + "/tree");
  fs::create_directories(root + "/inner");
  CollectingJob job;
  CaptureOptions options;
  options.root = root;
  options.side_car_path = root + "/inner";
  CaptureScan scan = MustScan(options, job.job);
  EXPECT_EQ(ListPaths(scan.tree), "\\lonely.opendism\n\\tree\n");
}

TEST(SideCar, ChosenEntriesOnly) {
  const std::string work = NewDirectory();
  CollectingJob job;
  ImageMaker maker;
  FillRichImage(maker);
  const auto reader = maker.Write(work + "/a.wim", job.job);
  Result<ImageTree> tree = reader->LoadImage(1, nullptr, job.job);
  ASSERT(tree.ok());
  ApplyOptions options;
  options.target = work + "/out";
  options.roots = {*tree->Find(u"\\Windows\\Fonts"), *tree->Find(u"\\secret")};
  ASSERT(ApplyPosix(*reader, *tree, options, job.job).ok());
  CaptureScan scan = Recapture(work + "/out", job);
  EXPECT_EQ(ListPaths(scan.tree), "\\Fonts\n\\Fonts\\arial.ttf\n\\Fonts\\no attributes.txt\n\\secret\n");
  EXPECT_EQ(EntryAt(scan.tree, u"\\Fonts").attributes, tree->attributes(*tree->Find(u"\\Windows\\Fonts")));
  EXPECT_EQ(EntryAt(scan.tree, u"\\secret").attributes, kAttributeArchive | kAttributeEncrypted);
}

TEST(SideCar, ASecondApplyAddsToIt) {
  Applied applied = ApplyRichImage();
  CollectingJob job;
  ImageMaker maker;
  const NodeId windows = maker.AddDirectory(kRootNode, u"Windows");
  Dentry dentry;
  dentry.attributes = kAttributeArchive | kAttributeHidden;
  maker.Add(windows, u"added.txt", dentry, {{StreamKind::kData, "added"}, {StreamKind::kNamed, "side", u"stream"}});
  maker.AddFile(kRootNode, u"cloud file", "an ordinary file now");
  maker.AddFile(kRootNode, u"cloud directory", "a file now");
  maker.AddLink(kRootNode, u"junction", kReparseTagMountPoint, {u"\\??\\D:\\x", u"", false}, false, true);
  // The other image was captured without RPFIX: its links must not be fixed up later.
  const auto second = maker.Write(applied.work + "/second.wim", job.job, false);
  ApplyOptions options;
  options.target = applied.target;
  fs::remove_all(applied.target + "/cloud directory");
  EXPECT_EQ(MustApply(*second, options, job.job).skipped_count, 0u);

  CaptureScan scan = Recapture(applied.target, job);
  const auto again = WriteScan(scan, applied.work + "/b.wim", job.job);
  EXPECT_EQ(job.Events().size(), 0u);
  auto before = applied.reader->LoadImage(1, nullptr, job.job);
  ASSERT(before.ok());
  for (const auto path : {u"\\Windows\\notepad plus.exe", u"\\Windows\\Fonts", u"\\secret", u"\\broken link",
                          u"\\from root", u"\\Windows\\Fonts\\arial.ttf"}) {
    Dentry x = EntryAt(*before, path), y = EntryAt(scan.tree, path);
    const ByteSpan a = before->security().Get(x.security_id), b = scan.tree.security().Get(y.security_id);
    EXPECT(std::equal(a.begin(), a.end(), b.begin(), b.end()));
    x.security_id = y.security_id;
    x.subdirectory_offset = y.subdirectory_offset = 0;
    std::vector<uint8_t> bytes_x, bytes_y;
    x.Write(&bytes_x);
    y.Write(&bytes_y);
    EXPECT(bytes_x == bytes_y);
  }
  EXPECT_EQ(EntryAt(scan.tree, std::u16string(u"\\") + kLongName + u"\\inside").attributes, kAttributeArchive);
  const Dentry added = EntryAt(scan.tree, u"\\Windows\\added.txt");
  EXPECT_EQ(added.attributes, kAttributeArchive | kAttributeHidden);
  EXPECT_EQ(added.streams.size(), 2u);
  EXPECT(!EntryAt(scan.tree, u"\\cloud file").is_reparse_point());
  EXPECT_EQ(EntryAt(scan.tree, u"\\cloud directory").attributes, kAttributeArchive);
  EXPECT_EQ(EntryAt(scan.tree, u"\\junction").reparse_flags, kReparseNotFixed);
  EXPECT_EQ(EntryAt(scan.tree, u"\\Documents and Settings").reparse_flags, 0u);
}

TEST(SideCar, ChosenEntriesOneByOne) {
  const std::string work = NewDirectory();
  CollectingJob job;
  ImageMaker maker;
  FillRichImage(maker);
  const auto reader = maker.Write(work + "/a.wim", job.job);
  Result<ImageTree> tree = reader->LoadImage(1, nullptr, job.job);
  ASSERT(tree.ok());
  ApplyOptions options;
  options.target = work + "/out";
  for (const auto path : {u"\\secret", u"\\Windows\\Fonts", u"\\cloud file"}) {
    options.roots = {*tree->Find(path)};
    ASSERT(ApplyPosix(*reader, *tree, options, job.job).ok());
  }
  CaptureScan scan = Recapture(work + "/out", job);
  EXPECT_EQ(EntryAt(scan.tree, u"\\secret").attributes, kAttributeArchive | kAttributeEncrypted);
  EXPECT_EQ(EntryAt(scan.tree, u"\\cloud file").reparse_tag, kOtherTag);
  EXPECT_EQ(EntryAt(scan.tree, u"\\Fonts").streams.size(), 1u);
  EXPECT_EQ(job.Events().size(), 0u);
}

TEST(SideCar, WithoutItEveryLossIsAWarning) {
  const std::string work = NewDirectory();
  CollectingJob job;
  ImageMaker maker;
  FillRichImage(maker);
  const auto reader = maker.Write(work + "/a.wim", job.job);
  ApplyOptions options;
  options.target = work + "/out";
  options.write_side_car = false;
  EXPECT_EQ(MustApply(*reader, options, job.job).skipped_count, 0u);
  EXPECT(!Exists(work + "/out.opendism"));
  // Three streams of one file and one of a directory, two cloud entries, a broken link, an encrypted file, two names.
  EXPECT_EQ(job.Events().size(), 10u);
}

}  // namespace
}  // namespace dism::wim
