// Trees that go through a WIM and come back.
#include "native/wim/capture/capture_support.h"

namespace dism::wim {
namespace {

using namespace test_support;

// Everything that a POSIX tree and an image both can hold.
std::string MakeTree(uint64_t seed) {
  const std::string root = NewDirectory();
  test::Random random(seed);
  fs::create_directories(root + "/sub/deeper/deepest");
  fs::create_directory(root + "/empty directory");
  WriteText(root + "/empty", "");
  WriteText(root + "/hello", "hello");
  WriteText(root + "/sub/copy of hello", "hello");
  WriteText(root + "/sub/large", RandomText(random, 9 << 20));
  WriteText(root + "/sub/deeper/medium", RandomText(random, 100000));
  fs::copy_file(root + "/sub/large", root + "/another large");
  fs::create_hard_link(root + "/sub/deeper/medium", root + "/a link of medium");
  fs::create_hard_link(root + "/empty", root + "/sub/link of empty");
  WriteText(root + "/unicode \xC3\xA4\xF0\x9F\x98\x80", "x");
  fs::create_symlink("sub/deeper", root + "/link to directory");
  fs::create_symlink("../hello", root + "/sub/link to file");
  fs::create_symlink("/etc/no such file", root + "/link outside");
  fs::create_symlink("dangling\\with backslash", root + "/dangling");
  WriteText(root + "/read-only", "ro");
  chmod((root + "/read-only").c_str(), 0444);
  for (int i = 0; i < 200; ++i) {
    WriteText(root + "/sub/file " + std::to_string(i), RandomText(random, random.Below(3000)));
  }
  int64_t second = 1500000000;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    ++second;
    SetTimes(entry.path(), {second, 100}, {second, static_cast<long>(random.Below(10000000) * 100)});
  }
  SetTimes(root, {second, 0}, {second, 123456700});
  return root;
}

void ExpectRoundTrip(unsigned threads, bool solid) {
  const std::string source = MakeTree(7), work = NewDirectory();
  CollectingJob job(threads);
  CaptureOptions capture;
  capture.root = source;
  CaptureScan scan = MustScan(capture, job.job);
  EXPECT_EQ(scan.skipped_count, 0u);
  const auto reader = WriteScan(scan, work + "/a.wim", job.job, true, solid);
  ApplyOptions apply;
  apply.target = work + "/out";
  apply.write_side_car = false;
  const ApplyResult result = MustApply(*reader, apply, job.job);
  EXPECT_EQ(result.skipped_count, 0u);
  EXPECT_EQ(result.file_count, scan.file_count);
  EXPECT_EQ(result.directory_count, scan.directory_count);
  EXPECT_EQ(DescribeTree(work + "/out"), DescribeTree(source));
  EXPECT_EQ(job.job.warnings.load(), 0u);
  EXPECT_EQ(job.job.progress.completed_items.load(), job.job.progress.total_items.load());
  EXPECT_EQ(job.job.progress.completed_bytes.load(), job.job.progress.total_bytes.load());
}

TEST(RoundTrip, OneThread) { ExpectRoundTrip(1, false); }
TEST(RoundTrip, AllThreads) { ExpectRoundTrip(0, false); }
TEST(RoundTrip, Solid) { ExpectRoundTrip(0, true); }

TEST(RoundTrip, WimlibAppliesWhatWeCapture) {
  if (!HaveJudge()) return;
  const std::string source = MakeTree(8), work = NewDirectory();
  CollectingJob job;
  CaptureOptions capture;
  capture.root = source;
  CaptureScan scan = MustScan(capture, job.job);
  WriteScan(scan, work + "/a.wim", job.job);
  ASSERT(RunProgram({"wimlib-imagex", "verify", work + "/a.wim"}) == 0);
  fs::create_directory(work + "/out");
  ASSERT(RunProgram({"wimlib-imagex", "apply", work + "/a.wim", "1", work + "/out"}) == 0);
  // wimlib does not turn the READONLY attribute into a mode.
  chmod((work + "/out/read-only").c_str(), 0444);
  EXPECT_EQ(DescribeTree(work + "/out"), DescribeTree(source));
}

TEST(RoundTrip, WeApplyWhatWimlibCaptures) {
  if (!HaveJudge()) return;
  const std::string source = MakeTree(9), work = NewDirectory();
  chmod((source + "/read-only").c_str(), 0644);  // wimlib does not capture READONLY from a mode
  ASSERT(RunProgram({"wimlib-imagex", "capture", source, work + "/a.wim", "--compress=lzx"}) == 0);
  CollectingJob job;
  auto reader = WimReader::Open(work + "/a.wim", {});
  ASSERT(reader.ok());
  ApplyOptions apply;
  apply.target = work + "/out";
  apply.write_side_car = false;
  MustApply(**reader, apply, job.job);
  EXPECT_EQ(DescribeTree(work + "/out"), DescribeTree(source));
}

}  // namespace
}  // namespace dism::wim
