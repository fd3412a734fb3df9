// A WIM whose images are edited in place, over files in memory: a crash at any moment leaves the old or the new file, a
// full disk leaves the old one and the edits, and undo is as safe.
#include "wim/edit/wim_editor.h"

#include "base/utf16.h"
#include "support/crash_replay.h"
#include "support/memory_image.h"
#include "wim/undo.h"

namespace dism::wim {
namespace {

using test::MemoryFile;
using test::SomeBytes;
using test::XmlFor;

const std::vector<test::TestFile>& Files() {
  static const std::vector<test::TestFile> files = {
      {"a", SomeBytes(1, 40000)}, {"b", test::NoiseBytes(2, 3000)}, {"c", SomeBytes(3, 100)}};
  return files;
}

// Two images that hold the same.
std::vector<uint8_t> TwoImages() {
  WriterOptions options;
  options.guid[0] = 1;
  auto file = std::make_shared<MemoryFile>();
  JobContext job;
  job.threads = 1;
  auto writer = WimWriter::CreateOn(file, options);
  ASSERT_OK(writer);
  ASSERT_OK(test::AddFiles(**writer, Files(), job));
  ASSERT_OK(test::AddFiles(**writer, Files(), job));
  CommitOptions with_integrity;
  with_integrity.integrity = CommitOptions::Integrity::kWrite;
  ASSERT_OK((*writer)->Commit(XmlFor(2), with_integrity, job));
  return file->bytes();
}

const std::vector<uint8_t>& NewContent() {
  static const std::vector<uint8_t> bytes = SomeBytes(4, 2500000);
  return bytes;
}

// In both images: \a gets new content, \b goes, \new comes.
Status EditBoth(WimEditor& editor, JobContext& job) {
  DISM_ASSIGN(const StagedContents::Staged staged, editor.staged().Add(MakeBytesContent(NewContent()), job));
  for (const uint32_t index : {1u, 2u}) {
    DISM_TRY(editor.Load(index, nullptr, job));
    ImageEdit& image = *editor.image(index);
    EntryEdit data;
    data.data = staged.digest;
    image.Change(image.Find(u"\\a").node, data);
    image.Remove(image.Find(u"\\b").node);
    image.Create(kRootNode, u"new", data);
  }
  return Ok();
}

// Whether the edits are there: in all images or in none. Everything must be sound.
bool IsEdited(const std::vector<uint8_t>& bytes) {
  auto reader = WimReader::Open(std::make_shared<MemoryFile>(bytes));
  ASSERT_OK(reader);
  JobContext job;
  auto verified = VerifyWim(**reader, job);
  ASSERT_OK(verified);
  EXPECT_EQ(verified->findings, 0u);
  ASSERT((*reader)->image_count() == 2);
  size_t edited = 0;
  for (const uint32_t index : {1u, 2u}) {
    auto tree = (*reader)->LoadImage(index, nullptr, job);
    ASSERT_OK(tree);
    const bool is_edited = tree->Find(u"\\new").has_value();
    edited += is_edited;
    EXPECT(tree->Find(u"\\b").has_value() == !is_edited);
    const std::vector<uint8_t>& expected = is_edited ? NewContent() : Files()[0].bytes;
    auto read = ReadContent(reader->get(), StagedContents(), tree->Get(*tree->Find(u"\\a")).streams[0].digest, 0,
                            UINT64_MAX, job);
    ASSERT_OK(read);
    EXPECT(*read == expected);
  }
  EXPECT(edited == 0 || edited == 2);
  return edited == 2;
}

TEST(WimEditor, ACrashAtAnyMomentLeavesTheOldOrTheNewFile) {
  const std::vector<uint8_t> start = TwoImages();
  auto file = std::make_shared<MemoryFile>(start);
  JobContext job;
  auto writer = WimWriter::OpenOn(file, {});
  ASSERT_OK(writer);
  std::shared_ptr<WimWriter> shared = std::move(*writer);
  WimEditor editor(shared);
  ASSERT_OK(EditBoth(editor, job));
  auto updates = editor.Store(job);
  ASSERT_OK(updates);
  EXPECT_EQ(updates->size(), 2u);
  EXPECT_EQ((*updates)[0].statistics.file_count, 3u);
  EXPECT_EQ((*updates)[0].statistics.total_bytes, 2 * NewContent().size() + 100);
  ASSERT_OK(shared->Commit(XmlFor(2), {}, job));
  // Stored once, for four files of two images.
  EXPECT(file->bytes().size() < start.size() + NewContent().size());
  size_t before = 0, after = 0;
  test::ReplayCrashes(start, file->operations(),
                      [&](const std::vector<uint8_t>& bytes) { ++(IsEdited(bytes) ? after : before); });
  EXPECT(before > 10);
  EXPECT(after >= 2);
}

TEST(WimEditor, AFullDiskLeavesTheFileAndTheEdits) {
  const std::vector<uint8_t> start = TwoImages();
  bool finished = false;
  for (uint64_t writes = 0; !finished; ++writes) {
    auto file = std::make_shared<MemoryFile>(start);
    JobContext job;
    auto writer = WimWriter::OpenOn(file, {});
    ASSERT_OK(writer);
    std::shared_ptr<WimWriter> shared = std::move(*writer);
    WimEditor editor(shared);
    ASSERT_OK(EditBoth(editor, job));
    file->FailAfter(writes);
    auto updates = editor.Store(job);
    finished = updates.ok() && shared->Commit(XmlFor(2), {}, job).ok();
    file->FailAfter(~uint64_t{0});
    ASSERT_OK(editor.Resume(finished));
    if (!finished) {
      EXPECT(file->bytes() == start);
      // Another try, with room.
      ASSERT_OK(editor.Store(job));
      ASSERT_OK(shared->Commit(XmlFor(2), {}, job));
      ASSERT_OK(editor.Resume(true));
    }
    EXPECT(IsEdited(file->bytes()));
    auto nothing = editor.Store(job);
    ASSERT_OK(nothing);
    EXPECT(nothing->empty());
    ASSERT(writes < 1000);
  }
}

TEST(WimEditor, UndoIsTheOldOrTheNewFileAtAnyMoment) {
  const std::vector<uint8_t> start = TwoImages();
  auto file = std::make_shared<MemoryFile>(start);
  {
    JobContext job;
    auto writer = WimWriter::OpenOn(file, {});
    ASSERT_OK(writer);
    std::shared_ptr<WimWriter> shared = std::move(*writer);
    WimEditor editor(shared);
    ASSERT_OK(EditBoth(editor, job));
    ASSERT_OK(editor.Store(job));
    ASSERT_OK(shared->Commit(XmlFor(2), {}, job));
  }
  const std::vector<uint8_t> edited = file->bytes();
  auto undone = std::make_shared<MemoryFile>(edited);
  auto result = UndoLastCommit(undone);
  ASSERT_OK(result);
  EXPECT(undone->bytes() == start);
  EXPECT_EQ(result->size_after, start.size());
  size_t before = 0, after = 0;
  test::ReplayCrashes(edited, undone->operations(),
                      [&](const std::vector<uint8_t>& bytes) { ++(IsEdited(bytes) ? before : after); });
  EXPECT(before > 0 && after > 0);
  auto again = UndoLastCommit(undone);
  ASSERT(!again.ok());
  EXPECT(again.error().code == ErrorCode::kNothingToUndo);
}

TEST(WimEditor, UndoRefusesADamagedRecord) {
  auto file = std::make_shared<MemoryFile>(TwoImages());
  {
    JobContext job;
    auto writer = WimWriter::OpenOn(file, {});
    ASSERT_OK(writer);
    ASSERT_OK((*writer)->Commit(XmlFor(2), {}, job));
  }
  auto reader = WimReader::Open(file);
  ASSERT_OK(reader);
  const size_t record = static_cast<size_t>((*reader)->header().blob_table.offset) - UndoRecord::kSize;
  for (size_t at = 0; at < UndoRecord::kSize; ++at) {
    std::vector<uint8_t> bytes = file->bytes();
    bytes[record + at] ^= 0x10;
    auto damaged = std::make_shared<MemoryFile>(bytes);
    EXPECT(!UndoLastCommit(damaged).ok());
    EXPECT(damaged->bytes() == bytes);
  }
}

}  // namespace
}  // namespace dism::wim
