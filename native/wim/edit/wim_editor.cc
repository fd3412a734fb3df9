#include "wim/edit/wim_editor.h"

#include <algorithm>
#include <unordered_set>

#include "wim/blob_content.h"

namespace dism::wim {
namespace {

// What JavaScript can hold in one array with all engines.
constexpr uint64_t kMaxRead = uint64_t{2} << 30;

}  // namespace

WimEditor::WimEditor(std::shared_ptr<WimWriter> writer) : writer_(std::move(writer)), reader_(writer_->shared_base()) {}

WimEditor::WimEditor() { images_.emplace(1, std::make_unique<ImageEdit>(ImageTree())); }

Status WimEditor::Load(uint32_t index, std::vector<ImageTree::Finding>* findings, JobContext& job) {
  if (images_.contains(index)) return Ok();
  DISM_ASSIGN(ImageTree tree, reader_->LoadImage(index, findings, job));
  images_.emplace(index, std::make_unique<ImageEdit>(std::move(tree)));
  return Ok();
}

ImageEdit* WimEditor::image(uint32_t index) const {
  const auto found = images_.find(index);
  return found == images_.end() ? nullptr : found->second.get();
}

uint64_t WimEditor::SizeOf(const Sha1Digest& digest) const {
  const int64_t blob = reader_ == nullptr ? -1 : reader_->table().Find(digest);
  if (blob >= 0) return reader_->table().blobs()[static_cast<size_t>(blob)].size;
  StagedContents::Item item;
  return staged_.Find(digest, &item) ? item.staged.size : 0;
}

Result<std::vector<WimEditor::Update>> WimEditor::Store(JobContext& job) {
  std::map<uint32_t, ReferenceChanges> changed;
  ReferenceChanges all;
  for (const auto& [index, image] : images_) {
    if (!image->HasChanges()) continue;
    const ReferenceChanges& references = changed[index] = image->References();
    for (const auto& [digest, change] : references) {
      if (change > 0) all[digest] += change;
    }
  }
  const auto is_wanted = [&](const Sha1Digest& digest) {
    return all.contains(digest) && reader_->table().Find(digest) < 0;
  };
  DISM_TRY(staged_.Store(*writer_, is_wanted, job));
  std::vector<Update> updates;
  job.progress.Begin("Writing metadata", 0, changed.size());
  for (const auto& [index, references] : changed) {
    const ImageTree& tree = images_[index]->tree();
    DISM_TRY(writer_->ReplaceImage(index, tree, references, job));
    updates.push_back({index, CountEntries(tree, [this](const Sha1Digest& digest) { return SizeOf(digest); })});
    job.progress.completed_items += 1;
  }
  return updates;
}

Status WimEditor::StoreAlone(uint32_t index, const std::string& path, const WriterOptions& options, ByteSpan xml,
                             JobContext& job) const {
  const ImageTree& tree = image(index)->tree();
  std::unordered_set<Sha1Digest, Sha1DigestHash> wanted;
  for (NodeId node = 0; node < tree.node_count(); ++node) {
    if (tree.is_removed(node)) continue;
    tree.ForEachStream(node, [&](StreamKind, const Sha1Digest& digest) {
      if (!IsZeroDigest(digest)) wanted.insert(digest);
    });
  }
  DISM_ASSIGN(const std::unique_ptr<WimWriter> writer, WimWriter::Create(path, options));
  if (reader_ != nullptr && !wanted.empty()) {
    std::vector<uint32_t> blobs;
    for (const Sha1Digest& digest : wanted) {
      const int64_t blob = reader_->table().Find(digest);
      if (blob >= 0) blobs.push_back(static_cast<uint32_t>(blob));
    }
    std::sort(blobs.begin(), blobs.end());
    DISM_TRY(writer->CopyBlobs(*reader_, blobs, job));
  }
  const auto is_new = [&](const Sha1Digest& digest) {
    return wanted.contains(digest) && (reader_ == nullptr || reader_->table().Find(digest) < 0);
  };
  DISM_TRY(staged_.Store(*writer, is_new, job));
  DISM_ASSIGN([[maybe_unused]] const uint32_t added, writer->AddImage(tree, job));
  DISM_ASSIGN([[maybe_unused]] const CommitResult committed, writer->Commit(xml, {}, job));
  return Ok();
}

Status WimEditor::Resume(bool committed) {
  DISM_TRY(writer_->Restart());
  reader_ = writer_->shared_base();
  if (!committed) return Ok();
  staged_.Clear();
  for (const auto& [index, image] : images_) image->Accept();
  return Ok();
}

Result<std::vector<uint8_t>> ReadContent(const WimReader* reader, const StagedContents& staged,
                                         const Sha1Digest& digest, uint64_t offset, uint64_t length, JobContext& job) {
  if (IsZeroDigest(digest)) return std::vector<uint8_t>();
  const WimReader* holder = reader;
  int64_t blob = reader == nullptr ? -1 : reader->table().Find(digest);
  StagedContents::Item item;
  if (blob < 0) {
    if (!staged.Find(digest, &item)) {
      return Error(ErrorCode::kBlobMissing, "the content of the entry is not in the file")
          .At(reader == nullptr ? "" : reader->path());
    }
    if (item.content == nullptr) {
      holder = item.reader.get();
      blob = item.blob;
    }
  }
  const uint64_t size =
      item.content != nullptr ? item.content->size() : holder->table().blobs()[static_cast<size_t>(blob)].size;
  offset = std::min(offset, size);
  length = std::min(length, size - offset);
  if (length > kMaxRead) {
    return Error(ErrorCode::kLimitExceeded, "over 2 GiB cannot be read at once: read it in parts")
        .At(holder == nullptr ? "" : holder->path());
  }
  if (item.content == nullptr && length == size) {
    return holder->ReadBlob(static_cast<size_t>(blob), kMaxRead, job);
  }
  std::shared_ptr<const Content> content = item.content;
  if (content == nullptr) {
    std::vector<PendingContent> contents = ContentsOfBlobs(*holder, {static_cast<uint32_t>(blob)}, job);
    content = std::move(contents.front().content);
  }
  std::vector<uint8_t> bytes(static_cast<size_t>(length));
  DISM_ASSIGN(const std::unique_ptr<ContentReader> opened, content->Open());
  DISM_TRY(opened->ReadAt(offset, bytes));
  DISM_TRY(opened->CheckUnchanged());
  return bytes;
}

}  // namespace dism::wim
