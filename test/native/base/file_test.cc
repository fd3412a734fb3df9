#include "base/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "support/test.h"

namespace dism {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<uint8_t>;

// A folder of its own for each test.
fs::path Folder(const char* name) {
  const fs::path folder = fs::path(test::ScratchDirectory()) / name;
  fs::create_directories(folder);
  return folder;
}

void Put(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

std::string Content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

uint64_t SizeOf(const ReadableFile& file) {
  const auto size = file.Size();
  return size.ok() ? *size : kNoOffset;
}

ByteSpan Span(const std::string& s) { return ByteSpan(reinterpret_cast<const uint8_t*>(s.data()), s.size()); }

TEST(File, ReadsByPosition) {
  const fs::path path = Folder("read") / "f";
  Put(path, "0123456789");
  const auto file = OpenForReading(path);
  ASSERT(file.ok());
  EXPECT_EQ((*file)->path(), path.string());
  EXPECT_EQ(SizeOf(**file), 10u);
  EXPECT((*file)->descriptor() >= 0);
  Bytes bytes(4);
  ASSERT((*file)->ReadAt(3, bytes).ok());
  EXPECT(bytes == Bytes({'3', '4', '5', '6'}));
  ASSERT((*file)->ReadAt(6, bytes).ok());
  EXPECT((*file)->ReadAt(10, MutableByteSpan()).ok());
  const Status behind = (*file)->ReadAt(7, bytes);
  ASSERT(!behind.ok());
  EXPECT(behind.error().code == ErrorCode::kTruncated);
  EXPECT_EQ(behind.error().offset, 10u);
  EXPECT_EQ(behind.error().target, path.string());
}

TEST(File, OpenErrors) {
  const fs::path folder = Folder("errors");
  const auto missing = OpenForReading(folder / "none");
  ASSERT(!missing.ok());
  EXPECT(missing.error().code == ErrorCode::kNotFound);
  EXPECT_EQ(missing.error().os_error, ENOENT);
  EXPECT_EQ(missing.error().target, (folder / "none").string());
  EXPECT(!OpenForReading(folder).ok());
  Put(folder / "file", "");
  const auto below = OpenForReading(folder / "file" / "x");
  ASSERT(!below.ok());
  EXPECT(below.error().code == ErrorCode::kPathNotFound);
  const auto update = OpenForUpdate(folder / "none");
  ASSERT(!update.ok());
  EXPECT(update.error().code == ErrorCode::kNotFound);
  EXPECT(!fs::exists(folder / "none"));
  const auto long_name = OpenForReading(folder / std::string(300, 'x'));
  ASSERT(!long_name.ok());
  EXPECT(long_name.error().code == ErrorCode::kFilenameTooLong);
}

TEST(File, WritesTruncatesAndSyncs) {
  const fs::path path = Folder("write") / "f";
  Put(path, "0123456789");
  const auto file = OpenForUpdate(path);
  ASSERT(file.ok());
  ASSERT((*file)->WriteAt(2, Span("ab")).ok());
  ASSERT((*file)->WriteAt(12, Span("z")).ok());
  ASSERT((*file)->Sync().ok());
  EXPECT_EQ(Content(path), std::string("01ab456789\0\0z", 13));
  ASSERT((*file)->Truncate(3).ok());
  EXPECT_EQ(Content(path), "01a");
  EXPECT_EQ(SizeOf(**file), 3u);
}

TEST(File, OneWriterAtATime) {
  const fs::path path = Folder("lock") / "f";
  Put(path, "x");
  {
    const auto first = OpenForUpdate(path);
    ASSERT(first.ok());
    const auto second = OpenForUpdate(path);
    ASSERT(!second.ok());
    EXPECT(second.error().code == ErrorCode::kSharingViolation);
    EXPECT(OpenForReading(path).ok());
  }
  EXPECT(OpenForUpdate(path).ok());
  // The lock is flock, which wimlib and others take too.
  const int fd = open(path.c_str(), O_RDONLY);
  ASSERT(fd >= 0);
  ASSERT(flock(fd, LOCK_EX | LOCK_NB) == 0);
  EXPECT(!OpenForUpdate(path).ok());
  close(fd);
}

TEST(File, CopyFromAnotherFile) {
  const fs::path folder = Folder("copy");
  std::string text(3 << 20, '\0');
  test::Random random(61);
  for (char& c : text) c = static_cast<char>(random.Next());
  Put(folder / "from", text);
  Put(folder / "to", "0123456789");
  const auto from = OpenForReading(folder / "from");
  const auto to = OpenForUpdate(folder / "to");
  ASSERT(from.ok() && to.ok());
  ASSERT((*to)->CopyFrom(**from, 5, 3, text.size() - 5).ok());
  EXPECT(Content(folder / "to") == "012" + text.substr(5));
  ASSERT((*to)->CopyFrom(**from, 0, 1, 0).ok());
  // The portable loop gives the same.
  ASSERT((*to)->Truncate(3).ok());
  ASSERT((*to)->WritableFile::CopyFrom(**from, 5, 3, text.size() - 5).ok());
  EXPECT(Content(folder / "to") == "012" + text.substr(5));
  const Status behind = (*to)->CopyFrom(**from, text.size() - 1, 0, 2);
  ASSERT(!behind.ok());
  EXPECT(behind.error().code == ErrorCode::kTruncated);
}

size_t Count(const fs::path& folder) {
  return static_cast<size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(TemporaryFile, AppearsWhenPublished) {
  const fs::path folder = Folder("publish");
  const fs::path path = folder / "f";
  Put(path, "old");
  {
    auto temporary = TemporaryFile::Create(path);
    ASSERT(temporary.ok());
    ASSERT((*temporary)->file().WriteAt(0, Span("new")).ok());
    EXPECT_EQ(Content(path), "old");
    EXPECT_EQ(Count(folder), 2u);
    ASSERT((*temporary)->Publish().ok());
    EXPECT_EQ(Content(path), "new");
  }
  EXPECT_EQ(Content(path), "new");
  EXPECT_EQ(Count(folder), 1u);
}

TEST(TemporaryFile, VanishesWhenItIsNot) {
  const fs::path folder = Folder("drop");
  const fs::path path = folder / "f";
  {
    auto first = TemporaryFile::Create(path);
    auto second = TemporaryFile::Create(path);
    ASSERT(first.ok() && second.ok());
    EXPECT((*first)->file().path() != (*second)->file().path());
    EXPECT_EQ(Count(folder), 2u);
  }
  EXPECT_EQ(Count(folder), 0u);
  const auto nowhere = TemporaryFile::Create(folder / "none" / "f");
  ASSERT(!nowhere.ok());
  EXPECT(nowhere.error().code == ErrorCode::kNotFound);
}

TEST(TemporaryFile, FailedPublishLeavesTheTarget) {
  const fs::path folder = Folder("failed");
  const fs::path path = folder / "f";
  fs::create_directories(path / "in the way");
  {
    auto temporary = TemporaryFile::Create(path);
    ASSERT(temporary.ok());
    EXPECT(!(*temporary)->Publish().ok());
  }
  EXPECT(fs::exists(path / "in the way"));
  EXPECT_EQ(Count(folder), 1u);
}

}  // namespace
}  // namespace dism
