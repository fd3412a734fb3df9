// Trees in the scratch directory for tests of capture and apply: made, captured to a WIM, applied, described, compared.
#ifndef DISM_TEST_NATIVE_WIM_CAPTURE_CAPTURE_SUPPORT_H_
#define DISM_TEST_NATIVE_WIM_CAPTURE_CAPTURE_SUPPORT_H_

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/utf16.h"
#include "support/test.h"
#include "wim/apply/posix_apply.h"
#include "wim/capture/posix_scan.h"
#include "wim/reader.h"
#include "wim/writer.h"

namespace dism::wim::test_support {

namespace fs = std::filesystem;

// A new empty directory.
inline std::string NewDirectory() {
  static int count = 0;
  const std::string path = test::ScratchDirectory() + "/capture-" + std::to_string(++count);
  fs::create_directory(path);
  return path;
}

inline void WriteText(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

inline std::string ReadText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

inline bool Exists(const std::string& path) {
  struct stat st;
  return lstat(path.c_str(), &st) == 0;
}

inline void SetTimes(const std::string& path, timespec access, timespec write) {
  const timespec times[2] = {access, write};
  utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW);
}

inline std::string RandomText(test::Random& random, size_t size) {
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random.Next());
  return text;
}

// A job whose events are collected while it runs: the queue is bounded and makes the engine wait.
class CollectingJob {
 public:
  explicit CollectingJob(unsigned threads = 0) : collector_([this] { Collect(); }) { job.threads = threads; }
  ~CollectingJob() { Stop(); }
  // All events so far; ends the collecting.
  const std::vector<Event>& Events() {
    Stop();
    return events_;
  }
  size_t Count(ErrorCode code, const std::string& path_end) {
    return static_cast<size_t>(std::count_if(Events().begin(), Events().end(), [&](const Event& event) {
      return event.code == code && event.path.ends_with(path_end);
    }));
  }
  JobContext job;

 private:
  void Collect() {
    for (;;) {
      const bool last = stopping_;
      std::vector<Event> taken = job.events.Take(64);
      events_.insert(events_.end(), std::make_move_iterator(taken.begin()), std::make_move_iterator(taken.end()));
      if (taken.empty() && last) return;
      if (taken.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  void Stop() {
    stopping_ = true;
    if (collector_.joinable()) collector_.join();
  }
  std::atomic<bool> stopping_{false};
  std::vector<Event> events_;
  std::thread collector_;
};

inline std::vector<uint8_t> MinimalXml() {
  const std::u16string text = u"\uFEFF<WIM><IMAGE INDEX=\"1\"><NAME>test</NAME></IMAGE></WIM>";
  std::vector<uint8_t> bytes;
  for (const char16_t c : text) {
    bytes.push_back(static_cast<uint8_t>(c));
    bytes.push_back(static_cast<uint8_t>(c >> 8));
  }
  return bytes;
}

// Writes a finished scan to a WIM and opens it.
inline std::unique_ptr<WimReader> WriteScan(CaptureScan& scan, const std::string& path, JobContext& job,
                                            bool rp_fix = true, bool solid = false) {
  WriterOptions options;
  options.rp_fix = rp_fix;
  options.guid[0] = 1;
  if (solid) {
    options.format = codec::Format::kNone;
    options.solid = true;
  }
  auto writer = WimWriter::Create(path, options);
  ASSERT(writer.ok());
  ASSERT((*writer)->AddContents(scan.contents, scan.store_uncompressed, job).ok());
  FinishScan(scan);
  ASSERT((*writer)->AddImage(scan.tree, job).ok());
  ASSERT((*writer)->Commit(MinimalXml(), {}, job).ok());
  auto reader = WimReader::Open(path, {});
  ASSERT(reader.ok());
  return std::move(*reader);
}

inline CaptureScan MustScan(const CaptureOptions& options, JobContext& job) {
  Result<CaptureScan> scan = ScanPosix(options, job);
  if (!scan.ok()) std::cerr << ErrorSymbol(scan.error().code) << ": " << scan.error().detail << "\n";
  ASSERT(scan.ok());
  return std::move(*scan);
}

inline ApplyResult MustApply(const WimReader& reader, const ApplyOptions& options, JobContext& job) {
  Result<ImageTree> tree = reader.LoadImage(1, nullptr, job);
  ASSERT(tree.ok());
  Result<ApplyResult> result = ApplyPosix(reader, *tree, options, job);
  if (!result.ok()) std::cerr << ErrorSymbol(result.error().code) << ": " << result.error().detail << "\n";
  ASSERT(result.ok());
  return *result;
}

// What a tree holds, one line an entry, sorted: for comparisons that print well.
inline std::string DescribeTree(const std::string& root, bool with_modes = false) {
  std::vector<std::string> lines;
  std::map<std::pair<dev_t, ino_t>, std::string> first_name;
  std::vector<std::string> paths{""};
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    paths.push_back(entry.path().string().substr(root.size()));
  }
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    const std::string full = root + path;
    struct stat st;
    ASSERT(lstat(full.c_str(), &st) == 0);
    std::string line = path + " ";
    if (S_ISLNK(st.st_mode)) {
      line += "-> " + fs::read_symlink(full).string();
    } else if (S_ISREG(st.st_mode)) {
      const std::string content = ReadText(full);
      line += "file " + std::to_string(content.size()) + " " + std::to_string(std::hash<std::string>()(content));
      if (st.st_nlink > 1) {
        line += " link of " + first_name.try_emplace({st.st_dev, st.st_ino}, path).first->second;
      }
    } else {
      line += S_ISDIR(st.st_mode) ? "directory"
                                  : "special " + std::to_string(st.st_mode) + " " + std::to_string(st.st_rdev);
    }
    if (with_modes) line += " mode " + std::to_string(st.st_mode) + " " + std::to_string(st.st_uid);
    const bool writable = (st.st_mode & 0222) != 0;
    if (!writable) line += " read-only";
    // What an image holds of a time: 100 ns.
    line += " at " + std::to_string(st.st_mtim.tv_sec) + "." + std::to_string(st.st_mtim.tv_nsec / 100);
    lines.push_back(line);
  }
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

// The entry of an image by path.
inline Dentry EntryAt(const ImageTree& tree, std::u16string_view path) {
  const std::optional<NodeId> node = tree.Find(path);
  if (!node) std::cerr << "no entry " << Utf16ToUtf8(path) << "\n";
  ASSERT(node.has_value());
  return tree.Get(*node);
}

// Paths of all entries in the order of the image, one a line.
inline std::string ListPaths(const ImageTree& tree) {
  std::string text;
  std::vector<NodeId> pending{kRootNode};
  while (!pending.empty()) {
    const NodeId node = pending.back();
    pending.pop_back();
    if (node != kRootNode) text += Utf16ToUtf8(tree.Path(node)) + "\n";
    const std::vector<NodeId>& children = tree.children(node);
    pending.insert(pending.end(), children.rbegin(), children.rend());
  }
  return text;
}

// Runs a program without a shell; its exit status, or -1 when it cannot be started. Output goes to /dev/null.
inline int RunProgram(const std::vector<std::string>& arguments) {
  const pid_t child = fork();
  if (child == 0) {
    const int null = open("/dev/null", O_RDWR);
    dup2(null, 1);
    dup2(null, 2);
    std::vector<char*> argv;
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    execvp(argv[0], argv.data());
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) != 127 ? WEXITSTATUS(status) : -1;
}

// Whether the judge is installed; says so when it is not.
inline bool HaveJudge() {
  static const bool have = RunProgram({"wimlib-imagex", "--version"}) == 0;
  if (!have) std::cout << "skipped: wimlib-imagex is not installed" << std::endl;
  return have;
}

}  // namespace dism::wim::test_support

#endif  // DISM_TEST_NATIVE_WIM_CAPTURE_CAPTURE_SUPPORT_H_
