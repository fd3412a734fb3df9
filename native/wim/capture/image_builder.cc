#include "wim/capture/image_builder.h"

#include <algorithm>
#include <limits>

#include "base/memory.h"
#include "base/utf16.h"
#include "wim/capture/unix_data.h"
#include "wim/reparse.h"

namespace dism::wim {
namespace {

constexpr uint32_t kWriteBits = 0222;
constexpr size_t kFreedAtOnce = 8 << 20;

}  // namespace

ImageBuilder::ImageBuilder(const CaptureOptions& options, JobContext& job, DirectoryScan& scan, const SideCar* side_car)
    : options_(options),
      job_(job),
      scan_(scan),
      side_car_(side_car),
      links_(scan.root_status().inode, scan.root_status().device) {}

// A directory that matches an exclusion is in the image only when something below it is kept by an exception.
void ImageBuilder::DropEmptyExclusions() {
  std::deque<ScannedDirectory>& directories = scan_.directories();
  kept_.assign(directories.size(), false);
  std::vector<uint64_t> excluded(directories.size()), skipped(directories.size());
  // Children come after their parents.
  for (size_t i = directories.size(); i-- > 0;) {
    ScannedDirectory& directory = directories[i];
    excluded[i] += directory.excluded_count;
    skipped[i] += directory.skipped_count;
    std::erase_if(directory.entries,
                  [&](const ScannedEntry& entry) { return entry.directory != kNone && !kept_[entry.directory]; });
    kept_[i] = i == 0 || !directory.excluded || !directory.entries.empty();
    if (!kept_[i]) {
      excluded[i] = 1;
      skipped[i] = 0;
    }
    if (i == 0) break;
    excluded[directory.self.directory] += excluded[i];
    skipped[directory.self.directory] += skipped[i];
  }
  result_.excluded_count = excluded[0];
  result_.skipped_count = skipped[0];
}

void ImageBuilder::CountEntries() {
  const std::deque<ScannedDirectory>& directories = scan_.directories();
  size_t entries = 1, contents = 0;
  for (size_t i = 0; i < directories.size(); ++i) {
    if (!kept_[i]) continue;
    entries += directories[i].entries.size();
    for (const ScannedEntry& entry : directories[i].entries) {
      if (!S_ISREG(entry.status.mode)) continue;
      if (entry.status.link_count > 1) {
        ++hard_links_[{entry.status.device, entry.status.inode}].count;
      } else if (entry.status.size > 0) {
        ++contents;
      }
    }
  }
  // Growing by doubling would take three times as much for a moment.
  result_.tree.Reserve(entries);
  result_.contents.reserve(contents);
  result_.users.reserve(contents);
}

void ImageBuilder::FillTimes(const FileStatus& status, Dentry* dentry) const {
  dentry->last_write_time = FileTimeFromPosix(status.modified);
  dentry->last_access_time = FileTimeFromPosix(status.accessed);
  const uint64_t earliest =
      std::min({dentry->last_write_time, dentry->last_access_time, FileTimeFromPosix(status.changed)});
  dentry->creation_time = status.born ? FileTimeFromPosix(*status.born) : earliest;
}

void ImageBuilder::FillUnixData(const FileStatus& status, const std::string* attributes, Dentry* dentry) const {
  if (!options_.unix_data) return;
  AppendUnixData({status.user, status.group, status.mode, status.device_number}, &dentry->tagged_items);
  if (attributes != nullptr) {
    AppendTaggedItem(kTagExtendedAttributes,
                     ByteSpan(reinterpret_cast<const uint8_t*>(attributes->data()), attributes->size()),
                     &dentry->tagged_items);
  }
}

void ImageBuilder::Skip(ErrorCode code, const PathRef& ref, std::string message) {
  job_.Warn(code, table_->ShownPath(ref), std::move(message));
  ++result_.skipped_count;
}

void ImageBuilder::ReportDirectory(uint32_t index) {
  ScannedDirectory& directory = scan_.directories()[index];
  for (ScanWarning& warning : directory.warnings) {
    std::string path = table_->ShownPath(index);
    if (warning.name_offset != kNone) {
      if (path.back() != '/') path += '/';
      path += ShownBytes(std::string_view(directory.other_names).substr(warning.name_offset, warning.name_length));
    }
    job_.Warn(warning.code, std::move(path), std::move(warning.message));
  }
  directory.warnings = std::vector<ScanWarning>();
  directory.other_names = std::string();
}

void ImageBuilder::AddContent(std::unique_ptr<Content> content, NodeId node, uint32_t stream, bool store_uncompressed) {
  result_.total_bytes += content->size();
  result_.users.push_back({static_cast<uint32_t>(result_.contents.size()), node, stream});
  result_.contents.emplace_back().content = std::move(content);
  result_.store_uncompressed.push_back(store_uncompressed);
}

bool ImageBuilder::FillLink(const ScannedDirectory& directory, const ScannedEntry& entry, const PathRef& ref,
                            Dentry* dentry, std::vector<uint8_t>* data) {
  const std::string& text = directory.texts[entry.link_text];
  const std::optional<std::u16string> wide = Utf8ToUtf16(text);
  if (!wide) {
    Skip(ErrorCode::kUnsafePath, ref, "skipped: the target of the link is not valid UTF-8");
    return false;
  }
  LinkData link = LinkFromPosix(*wide);
  dentry->reparse_flags = kReparseNotFixed;
  if (!link.relative && options_.fix_reparse_points) {
    if (const std::optional<std::string> rest = links_.RestInsideRoot(text)) {
      link = FixedLinkFromPosix(*Utf8ToUtf16(*rest));
      dentry->reparse_flags = 0;
      result_.any_rp_fix = true;
    }
  }
  std::optional<std::vector<uint8_t>> written = link.Write(kReparseTagSymlink);
  if (!written) {
    Skip(ErrorCode::kLimitExceeded, ref, "skipped: the target of the link is too long for an image");
    return false;
  }
  *data = std::move(*written);
  dentry->reparse_tag = kReparseTagSymlink;
  dentry->attributes = kAttributeReparsePoint;
  dentry->streams.push_back({StreamKind::kReparse, {}, {}});
  if (entry.link_to_directory) {
    dentry->attributes |= kAttributeDirectory;
  } else {
    dentry->attributes |= kAttributeArchive;
    dentry->streams.push_back({StreamKind::kData, {}, {}});
  }
  return true;
}

void ImageBuilder::Clamp(Dentry* dentry) const {
  if (!options_.clamp_time) return;
  dentry->last_write_time = std::min(dentry->last_write_time, *options_.clamp_time);
  dentry->creation_time = dentry->last_access_time = dentry->last_write_time;
}

NodeId ImageBuilder::AddEntry(const Level& level, const ScannedEntry& entry, uint32_t record) {
  const ScannedDirectory& directory = scan_.directories()[level.directory];
  const PathRef ref{level.directory, entry.name_offset, entry.name_length};
  const FileStatus& status = entry.status;
  Dentry dentry;
  dentry.name = *Utf8ToUtf16(table_->Name(ref));
  FillTimes(status, &dentry);
  FillUnixData(status, entry.attributes == kNone ? nullptr : &directory.texts[entry.attributes], &dentry);

  std::vector<StreamContent> contents;  // parallel to dentry.streams
  HardLinks* links = nullptr;
  if (S_ISDIR(status.mode)) {
    dentry.attributes = kAttributeDirectory;
  } else if (S_ISLNK(status.mode)) {
    std::vector<uint8_t> data;
    if (!FillLink(directory, entry, ref, &dentry, &data)) return kNoNode;
    contents.push_back({StreamKind::kReparse, MakeBufferContent(std::move(data), table_->ShownPath(ref))});
    if (dentry.streams.size() == 2) contents.push_back({StreamKind::kData, nullptr});
  } else if (S_ISREG(status.mode)) {
    dentry.attributes = kAttributeArchive;
    if (entry.sparse) dentry.attributes |= kAttributeSparse;
    if (!options_.unix_data && (status.mode & kWriteBits) == 0) dentry.attributes |= kAttributeReadOnly;
    dentry.streams.push_back({StreamKind::kData, {}, {}});
    if (status.link_count > 1) {
      const auto found = hard_links_.find({status.device, status.inode});
      if (found != hard_links_.end() && found->second.count > 1) links = &found->second;
    }
    // Another name of a file that is in the image already shares its content.
    const bool is_new = status.size > 0 && (links == nullptr || links->content == kNone);
    contents.push_back({StreamKind::kData, is_new ? MakeFileContent(*table_, ref, status) : nullptr});
  } else {
    dentry.attributes = kAttributeNormal;
    dentry.streams.push_back({StreamKind::kData, {}, {}});
    contents.push_back({StreamKind::kData, nullptr});
  }
  if (record != SideCar::kNoRecord) Restore(record, &entry, status, table_->ShownPath(ref), &dentry, &contents);
  if (links != nullptr && !dentry.is_reparse_point()) {
    if (links->group == 0) links->group = ++last_group_;
    dentry.hard_link_group = links->group;
  }
  Clamp(&dentry);

  const NodeId node = result_.tree.Add(level.node, dentry);
  ++(S_ISDIR(status.mode) ? result_.directory_count : result_.file_count);
  for (uint32_t stream = 0; stream < contents.size(); ++stream) {
    if (contents[stream].kind != StreamKind::kData || links == nullptr || status.size == 0) continue;
    if (links->content == kNone) {
      // About to be added by AddStreamContents, behind what comes before it in the entry.
      links->content = static_cast<uint32_t>(result_.contents.size()) + NewContentsBefore(contents, stream);
    } else {
      result_.users.push_back({links->content, node, stream});
      result_.total_bytes += status.size;
      result_.hard_link_bytes += status.size;
    }
  }
  AddStreamContents(node, contents, entry.store_uncompressed);
  return node;
}

uint32_t ImageBuilder::NewContentsBefore(const std::vector<StreamContent>& contents, uint32_t stream) const {
  uint32_t count = 0;
  for (uint32_t i = 0; i < stream; ++i) {
    count +=
        contents[i].content != nullptr || (contents[i].blob != kNone && !blob_contents_.contains(contents[i].blob));
  }
  return count;
}

void ImageBuilder::AddStreamContents(NodeId node, std::vector<StreamContent>& contents, bool store_uncompressed) {
  for (uint32_t stream = 0; stream < contents.size(); ++stream) {
    StreamContent& one = contents[stream];
    if (one.blob != kNone) {
      const auto [known, is_new] = blob_contents_.try_emplace(one.blob, static_cast<uint32_t>(result_.contents.size()));
      if (!is_new) {
        result_.users.push_back({known->second, node, stream});
        result_.total_bytes += result_.contents[known->second].content->size();
        continue;
      }
      one.content = side_car_->BlobContent(one.blob);
    }
    if (one.content != nullptr) AddContent(std::move(one.content), node, stream, store_uncompressed);
  }
}

void ImageBuilder::BuildRoot(uint32_t record) {
  const ScannedDirectory& root = scan_.directories()[0];
  Dentry dentry;
  dentry.attributes = kAttributeDirectory;
  FillTimes(scan_.root_status(), &dentry);
  FillUnixData(scan_.root_status(), root.extended_attributes == kNone ? nullptr : &root.texts[root.extended_attributes],
               &dentry);
  std::vector<StreamContent> contents;
  if (record != SideCar::kNoRecord) {
    Restore(record, nullptr, scan_.root_status(), table_->ShownPath(0), &dentry, &contents);
    dentry.name.clear();
    dentry.short_name.clear();
  }
  Clamp(&dentry);
  result_.tree.Replace(kRootNode, dentry);
  AddStreamContents(kRootNode, contents, false);
  result_.directory_count = 1;
}

Result<CaptureScan> ImageBuilder::Build() {
  DropEmptyExclusions();
  CountEntries();
  table_ = scan_.TakePathTable();
  result_.paths = table_;
  const uint32_t root_record = side_car_ == nullptr ? SideCar::kNoRecord : 0;
  BuildRoot(root_record);
  // Not recursive: trees may be deeper than the stack.
  std::vector<Level> way;
  const auto enter = [&](uint32_t directory, NodeId node, uint32_t record) {
    ReportDirectory(directory);
    Level& level = way.emplace_back();
    level.directory = directory;
    level.node = node;
    if (record != SideCar::kNoRecord) level.records = side_car_->Children(record);
  };
  enter(0, kRootNode, root_record);
  // The entries come from the threads of the scan: what is made of them takes memory beside theirs.
  size_t freed = 0;
  while (!way.empty()) {
    Level& level = way.back();
    ScannedDirectory& directory = scan_.directories()[level.directory];
    if (level.next == directory.entries.size()) {
      freed += directory.entries.capacity() * sizeof(ScannedEntry);
      // Assigning {} would keep the memory.
      directory.entries = std::vector<ScannedEntry>();
      directory.texts = std::vector<std::string>();
      if (freed >= kFreedAtOnce) {
        ReturnFreeMemory();
        freed = 0;
      }
      way.pop_back();
      continue;
    }
    if (level.next % 256 == 0) DISM_TRY(job_.CheckCancelled());
    const ScannedEntry& entry = directory.entries[level.next++];
    uint32_t record = SideCar::kNoRecord;
    if (!level.records.empty()) {
      record = side_car_->Find(level.records, table_->Name({level.directory, entry.name_offset, entry.name_length}));
    }
    const NodeId node = AddEntry(level, entry, record);
    if (entry.directory != kNone && node != kNoNode) enter(entry.directory, node, record);
  }
  if (renamed_) result_.tree.SortChildren();
  return std::move(result_);
}

}  // namespace dism::wim
