// The writer over files in memory: every format, contents of every kind of size, deduplication, images added, copied,
// replaced and removed; the same bytes with one thread and with many.
#include "wim/writer.h"

#include "support/crash_replay.h"
#include "support/memory_image.h"
#include "wim/undo.h"

namespace dism::wim {
namespace {

using test::AddFiles;
using test::MemoryFile;
using test::TestFile;
using test::XmlFor;

std::vector<TestFile> Mixture() {
  std::vector<TestFile> files = {{"empty", {}}, {"one", {7}}, {"noise", test::NoiseBytes(1, 70000)}};
  // Around chunk and segment borders, compressible and not; the large ones take several batches.
  for (size_t size : {100u, 32767u, 32768u, 32769u, 65536u, 2097152u, 2097153u, 5000000u}) {
    files.push_back({"text" + std::to_string(size), test::SomeBytes(size, size)});
    files.push_back({"noise" + std::to_string(size), test::NoiseBytes(size, size)});
  }
  files.push_back({"copy of text5000000", test::SomeBytes(5000000, 5000000)});
  files.push_back({"copy of text100", test::SomeBytes(100, 100)});
  // One compressible chunk in noise: gains less than the chunk table of a large content costs.
  std::vector<uint8_t> nearly = test::NoiseBytes(99, 4 << 20);
  std::fill(nearly.begin() + 40000, nearly.begin() + 40350, uint8_t{0});
  files.push_back({"nearly noise", std::move(nearly)});
  return files;
}

std::shared_ptr<MemoryFile> Make(const WriterOptions& options, const std::vector<TestFile>& files, unsigned threads,
                                 CommitOptions commit = {}) {
  auto file = std::make_shared<MemoryFile>();
  JobContext job;
  job.threads = threads;
  auto writer = WimWriter::CreateOn(file, options);
  ASSERT_OK(writer);
  ASSERT_OK(AddFiles(**writer, files, job));
  ASSERT_OK((*writer)->Commit(XmlFor(1), commit, job));
  return file;
}

// Every file of an image byte for byte, and nothing wrong anywhere.
void ExpectHolds(std::shared_ptr<MemoryFile> file, uint32_t image, const std::vector<TestFile>& files) {
  JobContext job;
  auto reader = WimReader::Open(file);
  ASSERT_OK(reader);
  auto verified = VerifyWim(**reader, job);
  ASSERT_OK(verified);
  EXPECT_EQ(verified->findings, 0u);
  auto tree = (*reader)->LoadImage(image, nullptr, job);
  ASSERT_OK(tree);
  EXPECT_EQ(tree->node_count(), files.size() + 1);
  for (const TestFile& expected : files) {
    const auto node = tree->Find(*Utf8ToUtf16(expected.name));
    ASSERT(node.has_value());
    const Dentry entry = tree->Get(*node);
    const StreamEntry* stream = entry.FindStream(StreamKind::kData);
    ASSERT(stream != nullptr);
    if (expected.bytes.empty()) {
      EXPECT(IsZeroDigest(stream->digest));
      continue;
    }
    const int64_t blob = (*reader)->table().Find(stream->digest);
    ASSERT(blob >= 0);
    auto bytes = (*reader)->ReadBlob(static_cast<size_t>(blob), 1 << 30, job);
    ASSERT_OK(bytes);
    EXPECT(*bytes == expected.bytes);
  }
}

WriterOptions Options(codec::Format format, uint32_t chunk_size = 32768) {
  WriterOptions options;
  options.format = format;
  options.chunk_size = chunk_size;
  options.level = codec::Level::kQuick;
  options.guid[0] = 1;
  return options;
}

TEST(Writer, EveryFormatHoldsWhatWentIn) {
  const std::vector<TestFile> files = Mixture();
  for (const WriterOptions& options :
       {Options(codec::Format::kNone), Options(codec::Format::kXpress), Options(codec::Format::kXpress, 4096),
        Options(codec::Format::kLzx), Options(codec::Format::kLzx, 1 << 21)}) {
    ExpectHolds(Make(options, files, 0), 1, files);
  }
}

TEST(Writer, SolidHoldsWhatWentIn) {
  const std::vector<TestFile> files = Mixture();
  WriterOptions options = Options(codec::Format::kXpress);
  options.solid = true;
  options.solid_chunk_size = 65536;
  ExpectHolds(Make(options, files, 0), 1, files);
}

TEST(Writer, ThreadsDoNotChangeTheBytes) {
  const std::vector<TestFile> files = Mixture();
  for (bool solid : {false, true}) {
    WriterOptions options = Options(codec::Format::kXpress);
    options.solid = solid;
    options.solid_chunk_size = 65536;
    const auto one = Make(options, files, 1);
    for (int round = 0; round < 3; ++round) EXPECT(Make(options, files, 8)->bytes() == one->bytes());
  }
}

TEST(Writer, EqualContentsAreStoredOnce) {
  const auto file = Make(Options(codec::Format::kNone), Mixture(), 0);
  auto reader = WimReader::Open(file);
  ASSERT_OK(reader);
  // 22 files, of which one is empty and two are copies.
  EXPECT_EQ((*reader)->table().blobs().size(), Mixture().size() - 3);
}

TEST(Writer, IncompressibleContentIsStoredAsItIs) {
  const auto file = Make(Options(codec::Format::kXpress), Mixture(), 0);
  auto reader = WimReader::Open(file);
  ASSERT_OK(reader);
  for (const Blob& blob : (*reader)->table().blobs()) {
    if ((blob.resource.flags & kResourceCompressed) != 0) {
      EXPECT(blob.resource.stored_size < blob.size);
    } else {
      EXPECT_EQ(blob.resource.stored_size, blob.size);
    }
  }
}

TEST(Writer, AppendKeepsWhatWasThereAndStoresOnlyNewContent) {
  const std::vector<TestFile> first = Mixture();
  CommitOptions with_integrity;
  with_integrity.integrity = CommitOptions::Integrity::kWrite;
  const auto file = Make(Options(codec::Format::kLzx), first, 0, with_integrity);
  const uint64_t size_before = file->bytes().size();
  std::vector<TestFile> second = first;
  second.push_back({"new", test::SomeBytes(5, 1000)});
  JobContext job;
  auto writer = WimWriter::OpenOn(file, {});
  ASSERT_OK(writer);
  ASSERT_OK(AddFiles(**writer, second, job));
  ASSERT_OK((*writer)->Commit(XmlFor(2), {}, job));
  EXPECT(file->bytes().size() < size_before + 20000);
  ExpectHolds(file, 1, first);
  ExpectHolds(file, 2, second);
  auto reader = WimReader::Open(file);
  ASSERT_OK(reader);
  EXPECT(!(*reader)->header().integrity.IsEmpty());  // kept, and checked by ExpectHolds
}

TEST(Writer, RemoveImageDropsWhatNobodyUses) {
  const auto file = Make(Options(codec::Format::kXpress), {{"a", test::SomeBytes(1, 5000)}}, 0);
  JobContext job;
  {
    auto writer = WimWriter::OpenOn(file, {});
    ASSERT_OK(writer);
    ASSERT_OK(AddFiles(**writer, {{"b", test::SomeBytes(2, 5000)}}, job));
    CommitOptions boot;
    boot.set_boot_index = true;
    boot.boot_index = 2;
    ASSERT_OK((*writer)->Commit(XmlFor(2), boot, job));
  }
  auto writer = WimWriter::OpenOn(file, {});
  ASSERT_OK(writer);
  EXPECT(!(*writer)->RemoveImage(3, job).ok());
  ASSERT_OK((*writer)->RemoveImage(1, job));
  ASSERT_OK((*writer)->Commit(XmlFor(1), {}, job));
  ExpectHolds(file, 1, {{"b", test::SomeBytes(2, 5000)}});
  auto reader = WimReader::Open(file);
  ASSERT_OK(reader);
  EXPECT_EQ((*reader)->header().boot_index, 1u);
  EXPECT((*reader)->header().boot_metadata == (*reader)->table().metadata[0]);
  EXPECT_EQ((*reader)->table().blobs().size(), 1u);
}

TEST(Writer, CopyImageBetweenAllFormats) {
  const std::vector<TestFile> files = {{"empty", {}},
                                       {"small", test::SomeBytes(1, 1000)},
                                       {"noise", test::NoiseBytes(2, 70000)},
                                       {"large", test::SomeBytes(3, 2500000)}};
  WriterOptions solid = Options(codec::Format::kXpress);
  solid.solid = true;
  solid.solid_chunk_size = 65536;
  const std::vector<WriterOptions> all = {Options(codec::Format::kNone), Options(codec::Format::kXpress),
                                          Options(codec::Format::kLzx), solid};
  for (const WriterOptions& from : all) {
    auto source = WimReader::Open(Make(from, files, 0));
    ASSERT_OK(source);
    for (const WriterOptions& to : all) {
      auto file = std::make_shared<MemoryFile>();
      JobContext job;
      auto writer = WimWriter::CreateOn(file, to);
      ASSERT_OK(writer);
      ASSERT_OK((*writer)->CopyImage(**source, 1, job));
      ASSERT_OK((*writer)->Commit(XmlFor(1), {}, job));
      ExpectHolds(file, 1, files);
    }
  }
}

TEST(Writer, UnreadableContentIsMarkedAndCounted) {
  auto file = std::make_shared<MemoryFile>();
  JobContext job;
  auto writer = WimWriter::CreateOn(file, Options(codec::Format::kXpress));
  ASSERT_OK(writer);
  std::vector<PendingContent> contents(3);
  for (size_t i = 0; i < contents.size(); ++i) {
    auto content =
        std::make_unique<test::MemoryContent>("file" + std::to_string(i), test::SomeBytes(i, i == 1 ? 5000000 : 1000));
    content->broken = i < 2;
    contents[i].content = std::move(content);
  }
  ASSERT_OK((*writer)->AddContents(contents, {}, job));
  EXPECT(contents[0].failed);
  EXPECT(contents[1].failed);
  EXPECT(!contents[2].failed);
  EXPECT(job.warnings >= 2);
}

TEST(Writer, AFullDiskFailsWithItsErrno) {
  const std::vector<TestFile> files = Mixture();
  for (uint64_t writes : {0u, 1u, 5u}) {
    auto file = std::make_shared<MemoryFile>();
    file->FailAfter(writes);
    JobContext job;
    auto writer = WimWriter::CreateOn(file, Options(codec::Format::kXpress));
    ASSERT_OK(writer);
    Status status = AddFiles(**writer, files, job);
    ASSERT(!status.ok());
    EXPECT(status.error().code == ErrorCode::kDiskFull);
    EXPECT_EQ(status.error().os_error, 28);
  }
}

TEST(Writer, AFullDiskLeavesTheFileThatIsExtendedAsItWas) {
  const std::vector<TestFile> first = {{"a", test::SomeBytes(1, 40000)}};
  const std::vector<uint8_t> before = Make(Options(codec::Format::kXpress), first, 1)->bytes();
  bool finished = false;
  for (uint64_t writes = 0; !finished; ++writes) {
    auto file = std::make_shared<MemoryFile>(before);
    {
      file->FailAfter(writes);
      JobContext job;
      auto writer = WimWriter::OpenOn(file, {});
      ASSERT_OK(writer);
      Status status = AddFiles(**writer, {{"b", test::SomeBytes(2, 3000000)}}, job);
      if (status.ok()) {
        auto committed = (*writer)->Commit(XmlFor(2), {}, job);
        finished = committed.ok();
        if (!finished) status = std::move(committed.error());
      }
      if (!finished) EXPECT(status.error().code == ErrorCode::kDiskFull);
    }
    if (!finished) EXPECT(file->bytes() == before);
    ASSERT(writes < 1000);
  }
}

TEST(Writer, ACancelledCaptureStops) {
  JobContext job;
  job.cancel.Set();
  auto writer = WimWriter::CreateOn(std::make_shared<MemoryFile>(), Options(codec::Format::kLzx));
  ASSERT_OK(writer);
  Status status = AddFiles(**writer, Mixture(), job);
  ASSERT(!status.ok());
  EXPECT(status.error().code == ErrorCode::kCancelled);
}

TEST(Writer, AFileThatIsRefusedIsNotTouched) {
  for (const size_t place : {size_t{0x10}, size_t{0x2A}, size_t{0xA0}}) {  // flags, total parts, signature
    std::vector<uint8_t> bytes = Make(Options(codec::Format::kXpress), {{"a", {1, 2, 3}}}, 1)->bytes();
    bytes[place] |= 4;
    bytes.insert(bytes.end(), {1, 2, 3, 4});  // a signature lies behind everything else
    auto file = std::make_shared<MemoryFile>(bytes);
    EXPECT(!WimWriter::OpenOn(file, {}).ok());
    EXPECT(file->operations().empty());
    EXPECT(file->bytes() == bytes);
  }
}

// After a crash the file must open as it was before the update or as it is after it, with every byte of the old image.
TEST(Writer, ACrashAtAnyMomentLeavesTheOldOrTheNewFile) {
  const std::vector<TestFile> first = {{"a", test::SomeBytes(1, 40000)}, {"b", test::NoiseBytes(2, 3000)}};
  CommitOptions with_integrity;
  with_integrity.integrity = CommitOptions::Integrity::kWrite;
  const auto original = Make(Options(codec::Format::kXpress), first, 1, with_integrity);
  std::vector<uint8_t> start = original->bytes();
  const std::vector<uint8_t> tail_of_a_killed_writer = test::NoiseBytes(3, 777);
  start.insert(start.end(), tail_of_a_killed_writer.begin(), tail_of_a_killed_writer.end());

  auto file = std::make_shared<MemoryFile>(start);
  JobContext job;
  auto writer = WimWriter::OpenOn(file, {});
  ASSERT_OK(writer);
  ASSERT_OK(AddFiles(**writer, {{"a", test::SomeBytes(1, 40000)}, {"c", test::SomeBytes(4, 3000000)}}, job));
  ASSERT_OK((*writer)->Commit(XmlFor(2), {}, job));
  const auto& operations = file->operations();

  size_t before = 0, after = 0;
  const auto check = [&](const std::vector<uint8_t>& bytes) {
    auto crashed = std::make_shared<MemoryFile>(bytes);
    JobContext check_job;
    auto reader = WimReader::Open(crashed);
    ASSERT_OK(reader);
    auto verified = VerifyWim(**reader, check_job);
    ASSERT_OK(verified);
    EXPECT_EQ(verified->findings, 0u);
    const uint32_t images = (*reader)->image_count();
    ASSERT(images == 1 || images == 2);
    EXPECT((*reader)->xml() == XmlFor(images));
    ++(images == 1 ? before : after);
  };

  test::ReplayCrashes(start, operations, check);
  EXPECT(before > 10);
  EXPECT(after >= 2);
}

TEST(Writer, TheHeaderIsWrittenOnceAndLast) {
  auto file = Make(Options(codec::Format::kXpress), {{"a", {1, 2, 3}}}, 1);
  const size_t made = file->operations().size();
  JobContext job;
  auto writer = WimWriter::OpenOn(file, {});
  ASSERT_OK(writer);
  ASSERT_OK(AddFiles(**writer, {{"b", {4, 5, 6}}}, job));
  ASSERT_OK((*writer)->Commit(XmlFor(2), {}, job));
  const auto& operations = file->operations();
  using Kind = MemoryFile::Operation::Kind;
  ASSERT(operations.size() > made + 3);
  EXPECT(operations[operations.size() - 3].kind == Kind::kSync);
  const auto& header = operations[operations.size() - 2];
  EXPECT(header.kind == Kind::kWrite && header.offset == 0 && header.data.size() == Header::kSize);
  EXPECT(operations.back().kind == Kind::kSync);
  for (size_t i = made; i + 2 < operations.size(); ++i) {
    EXPECT(operations[i].kind != Kind::kWrite || operations[i].offset >= Header::kSize);
  }
}

TEST(Writer, AnUpdateLeavesAnUndoRecordBeforeTheBlobTable) {
  auto file = Make(Options(codec::Format::kXpress), {{"a", {1, 2, 3}}}, 1);
  const std::vector<uint8_t> old = file->bytes();
  JobContext job;
  auto writer = WimWriter::OpenOn(file, {});
  ASSERT_OK(writer);
  ASSERT_OK(AddFiles(**writer, {{"b", {4, 5, 6}}}, job));
  ASSERT_OK((*writer)->Commit(XmlFor(2), {}, job));
  auto reader = WimReader::Open(file);
  ASSERT_OK(reader);
  const uint64_t table = (*reader)->header().blob_table.offset;
  UndoRecord undo;
  ASSERT(UndoRecord::Parse(ByteSpan(file->bytes()).subspan(static_cast<size_t>(table - UndoRecord::kSize)), &undo));
  std::vector<uint8_t> restored(file->bytes().begin(), file->bytes().begin() + static_cast<ptrdiff_t>(undo.old_size));
  std::copy(undo.old_header.begin(), undo.old_header.end(), restored.begin());
  EXPECT(restored == old);
}

}  // namespace
}  // namespace dism::wim
