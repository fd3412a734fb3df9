// SideCarWriter: makes tree.wim and the index after an apply.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <unordered_map>
#include <unordered_set>

#include "base/file.h"
#include "base/utf16.h"
#include "wim/blob_content.h"
#include "wim/dentry_layout.h"
#include "wim/reparse.h"
#include "wim/side_car.h"
#include "wim/writer.h"

namespace dism::wim {
namespace {

std::vector<uint8_t> Xml() {
  std::vector<uint8_t> bytes;
  for (const char16_t c : std::u16string_view(u"\uFEFF<WIM><IMAGE INDEX=\"1\"><NAME>side-car</NAME></IMAGE></WIM>")) {
    bytes.push_back(static_cast<uint8_t>(c));
    bytes.push_back(static_cast<uint8_t>(c >> 8));
  }
  return bytes;
}

Guid RandomGuid() {
  std::random_device random;
  Guid guid;
  for (size_t i = 0; i < guid.size(); i += 4) StoreLe32(guid.data() + i, random());
  return guid;
}

void SyncDirectory(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  fsync(fd);
  close(fd);
}

// The content of the unnamed stream is in the file; everything else is kept.
bool IsKept(StreamKind kind) { return kind != StreamKind::kData; }

// The part of a record that the file tells.
SideCarRecord RecordOf(SideCarWriter::Applied& entries, size_t entry) {
  const FileStatus status = entries.Status(entry);
  SideCarRecord record;
  record.flags = entries.node(entry) == kNoNode ? SideCarRecord::kNoMetadata : 0;
  record.type = status.mode & S_IFMT;
  record.inode = status.inode;
  record.size = status.size;
  record.modified = status.modified;
  record.changed = status.changed;
  return record;
}

// For each node of the image its entry; empty unless every node was applied, and nothing else.
std::vector<uint32_t> EntriesOfWholeImage(const ImageTree& tree, const SideCarWriter::Applied& entries) {
  std::vector<uint32_t> entry_of;
  if (entries.size() != tree.live_count()) return entry_of;
  entry_of.resize(tree.node_count());
  for (size_t i = 0; i < entries.size(); ++i) {
    const NodeId node = entries.node(i);
    if (node == kNoNode || tree.name(node).find_first_of(u"/\\") != std::u16string_view::npos) return {};
    entry_of[node] = static_cast<uint32_t>(i);
  }
  return entry_of;
}

// Calls visit(NodeId) -> Status for every node in pre-order.
template <typename Visit>
Status ForEachInPreOrder(const ImageTree& tree, Visit visit) {
  std::vector<NodeId> pending{kRootNode};
  while (!pending.empty()) {
    const NodeId node = pending.back();
    pending.pop_back();
    DISM_TRY(visit(node));
    const std::vector<NodeId>& children = tree.children(node);
    pending.insert(pending.end(), children.rbegin(), children.rend());
  }
  return Ok();
}

// The index when all of an image was applied: its records and names are taken from the entries one by one.
Status WriteIndexOfWholeImage(WritableFile& file, const Guid& guid, uint32_t flags, const ImageTree& tree,
                              const std::vector<uint32_t>& entry_of, SideCarWriter::Applied& entries, JobContext& job) {
  uint64_t names_size = 0;
  for (size_t i = 0; i < entries.size(); ++i) names_size += entries.name(i).size();
  SideCarIndexWriter index(file, guid, flags, static_cast<uint32_t>(entries.size()), names_size);
  std::vector<uint32_t> record_of(entries.size());  // by entry
  uint32_t count = 0, name_offset = 0;
  DISM_TRY(ForEachInPreOrder(tree, [&](NodeId node) -> Status {
    if (count % 1024 == 0) DISM_TRY(job.CheckCancelled());
    const uint32_t entry = entry_of[node];
    SideCarRecord record = RecordOf(entries, entry);
    record.parent = node == kRootNode ? 0 : record_of[entry_of[tree.parent(node)]];
    record.name_offset = name_offset;
    record.name_length = static_cast<uint16_t>(entries.name(entry).size());
    name_offset += record.name_length;
    record_of[entry] = count++;
    return index.AddRecord(record);
  }));
  DISM_TRY(ForEachInPreOrder(tree, [&](NodeId node) { return index.AddName(entries.name(entry_of[node])); }));
  return index.Finish();
}

// Builds the image of the side-car and its index, first from what was applied, then from what an earlier apply kept.
class Builder {
 public:
  Builder(WimWriter& writer, JobContext& job) : writer_(writer), job_(job) { index_.records.emplace_back(); }

  // Whether all blobs of what is kept could be stored.
  Result<bool> StoreBlobs(const WimReader& reader, const ImageTree& tree, const SideCarWriter::Applied& entries);
  Status AddApplied(const ImageTree& tree, SideCarWriter::Applied& entries, bool mark_not_fixed);
  Status AddEarlier(const SideCar& earlier, bool replace_root, bool mark_not_fixed);

  const ImageTree& tree() const { return tree_; }
  SideCarIndex Index() const;

 private:
  // Adds an entry, or sets the root when parent is kNoNode. security: its descriptor.
  NodeId Add(NodeId parent, Dentry dentry, ByteSpan security, std::string_view name, SideCarRecord record,
             bool mark_not_fixed, const std::string& shown_path);
  Status StoreEarlierBlobs(const SideCar& earlier, const std::vector<uint32_t>& records);
  bool HasChild(NodeId directory, const std::u16string& name);

  WimWriter& writer_;
  JobContext& job_;
  ImageTree tree_;
  SideCarIndex index_;  // records by node here, sorted by Index()
  std::unordered_set<Sha1Digest, Sha1DigestHash> stored_;
  // Names in the image by directory, for HasChild: of those that were asked for, as they were then.
  std::unordered_map<NodeId, std::unordered_set<std::u16string>> child_names_;
};

bool Builder::HasChild(NodeId directory, const std::u16string& name) {
  const auto [known, is_new] = child_names_.try_emplace(directory);
  if (is_new) {
    for (const NodeId child : tree_.children(directory)) known->second.emplace(tree_.name(child));
  }
  return known->second.contains(name);
}

Result<bool> Builder::StoreBlobs(const WimReader& reader, const ImageTree& tree,
                                 const SideCarWriter::Applied& entries) {
  std::unordered_set<uint32_t> wanted;
  bool complete = true;
  for (size_t i = 0; i < entries.size(); ++i) {
    if (entries.node(i) == kNoNode) continue;
    tree.ForEachStream(entries.node(i), [&](StreamKind kind, const Sha1Digest& digest) {
      if (!IsKept(kind) || IsZeroDigest(digest)) return;
      const int64_t blob = reader.table().Find(digest);
      if (blob >= 0) {
        wanted.insert(static_cast<uint32_t>(blob));
      } else {
        complete = false;
      }
    });
  }
  std::vector<uint32_t> blobs(wanted.begin(), wanted.end());
  std::sort(blobs.begin(), blobs.end());
  if (blobs.empty()) return complete;
  std::vector<PendingContent> contents = ContentsOfBlobs(reader, blobs, job_);
  DISM_TRY(writer_.AddContents(contents, {}, job_));
  for (const PendingContent& content : contents) {
    if (!content.failed) stored_.insert(content.digest);
    complete &= !content.failed;
  }
  return complete;
}

Status Builder::StoreEarlierBlobs(const SideCar& earlier, const std::vector<uint32_t>& records) {
  std::unordered_set<Sha1Digest, Sha1DigestHash> wanted;
  std::vector<PendingContent> contents;
  for (const uint32_t record : records) {
    for (const StreamEntry& stream : earlier.Entry(record).streams) {
      const int64_t blob = IsZeroDigest(stream.digest) ? -1 : earlier.FindBlob(stream.digest);
      if (blob < 0 || stored_.contains(stream.digest) || !wanted.insert(stream.digest).second) continue;
      contents.emplace_back().content = earlier.BlobContent(static_cast<uint32_t>(blob));
    }
  }
  if (contents.empty()) return Ok();
  DISM_TRY(writer_.AddContents(contents, {}, job_));
  for (const PendingContent& content : contents) {
    if (!content.failed) stored_.insert(content.digest);
  }
  return Ok();
}

NodeId Builder::Add(NodeId parent, Dentry dentry, ByteSpan security, std::string_view name, SideCarRecord record,
                    bool mark_not_fixed, const std::string& shown_path) {
  dentry.security_id = tree_.security().Add(security);
  if (mark_not_fixed && dentry.is_reparse_point() && IsLinkTag(dentry.reparse_tag)) {
    dentry.reparse_flags |= kReparseNotFixed;
  }
  std::erase_if(dentry.streams, [&](const StreamEntry& stream) {
    if (!IsKept(stream.kind) || IsZeroDigest(stream.digest) || stored_.contains(stream.digest)) return false;
    job_.Warn(ErrorCode::kBlobMissing, shown_path,
              stream.kind == StreamKind::kNamed ? "applied without its stream " + Utf16ToUtf8(stream.name)
                                                : "applied without its reparse or encrypted data");
    return true;
  });
  for (StreamEntry& stream : dentry.streams) {
    if (!IsKept(stream.kind)) stream.digest = {};
  }
  record.name_offset = static_cast<uint32_t>(index_.names.size());
  record.name_length = static_cast<uint16_t>(name.size());
  index_.names += name;
  if (parent == kNoNode) {
    tree_.Replace(kRootNode, dentry);
    index_.records[kRootNode] = record;
    return kRootNode;
  }
  index_.records.push_back(record);
  return tree_.Add(parent, dentry);
}

Status Builder::AddApplied(const ImageTree& tree, SideCarWriter::Applied& entries, bool mark_not_fixed) {
  std::vector<NodeId> node_of(entries.size(), kNoNode);
  for (size_t i = 0; i < entries.size(); ++i) {
    if (i % 1024 == 0) DISM_TRY(job_.CheckCancelled());
    const NodeId node = entries.node(i);
    Dentry dentry;
    dentry.attributes = kAttributeDirectory;
    if (node != kNoNode) dentry = tree.Get(node);
    // A separator in a name cannot be read back; only an image that was never read from a file has one.
    if (i > 0 && (node_of[entries.parent(i)] == kNoNode || dentry.name.find_first_of(u"/\\") != std::u16string::npos))
      continue;
    const ByteSpan security = tree.security().Get(dentry.security_id);
    node_of[i] = Add(i == 0 ? kNoNode : node_of[entries.parent(i)], std::move(dentry), security, entries.name(i),
                     RecordOf(entries, i), mark_not_fixed, node == kNoNode ? "" : Utf16ToUtf8(tree.Path(node)));
  }
  return Ok();
}

Status Builder::AddEarlier(const SideCar& earlier, bool replace_root, bool mark_not_fixed) {
  // First which records stay, then their blobs, then the entries: parents before children throughout.
  struct Place {
    uint32_t record;
    NodeId node;  // of the same directory here; kNoNode: is to be added
  };
  std::vector<uint32_t> staying;
  if (replace_root && earlier.has_metadata(0)) staying.push_back(0);
  std::vector<Place> pending{{0, kRootNode}};
  std::unordered_map<uint32_t, NodeId> node_of{{0, kRootNode}};  // by record
  while (!pending.empty()) {
    DISM_TRY(job_.CheckCancelled());
    const Place place = pending.back();
    pending.pop_back();
    std::unordered_map<std::string_view, NodeId> here;
    if (place.node != kNoNode) {
      for (const NodeId child : tree_.children(place.node)) here.emplace(index_.Name(child), child);
    }
    for (const uint32_t record : earlier.Children(place.record)) {
      const auto found = here.find(earlier.name(record));
      if (found == here.end()) {
        staying.push_back(record);
        pending.push_back({record, kNoNode});
      } else if (S_ISDIR(index_.records[found->second].type)) {
        node_of[record] = found->second;
        pending.push_back({record, found->second});
      }
    }
  }
  // Records are in pre-order.
  std::sort(staying.begin(), staying.end());
  DISM_TRY(StoreEarlierBlobs(earlier, staying));
  for (const uint32_t record : staying) {
    Dentry dentry = earlier.Entry(record);
    const ByteSpan security = earlier.SecurityDescriptor(dentry);
    const NodeId parent = record == 0 ? kNoNode : node_of[earlier.record(record).parent];
    if (record != 0 && parent == kNoNode) {
      node_of[record] = kNoNode;
      continue;
    }
    // The same name in the image under another name in the tree (one of them a stand-in): the newer entry has it.
    if (record != 0 && HasChild(parent, dentry.name)) {
      node_of[record] = kNoNode;
      continue;
    }
    node_of[record] = Add(parent, std::move(dentry), security, earlier.name(record), earlier.record(record),
                          mark_not_fixed, std::string(earlier.name(record)));
  }
  tree_.SortChildren();
  return Ok();
}

SideCarIndex Builder::Index() const {
  SideCarIndex sorted;
  sorted.names = index_.names;
  std::vector<uint32_t> record_of(index_.records.size());
  std::vector<NodeId> pending{kRootNode};
  while (!pending.empty()) {
    const NodeId node = pending.back();
    pending.pop_back();
    record_of[node] = static_cast<uint32_t>(sorted.records.size());
    SideCarRecord& record = sorted.records.emplace_back(index_.records[node]);
    record.parent = node == kRootNode ? 0 : record_of[tree_.parent(node)];
    const std::vector<NodeId>& children = tree_.children(node);
    pending.insert(pending.end(), children.rbegin(), children.rend());
  }
  return sorted;
}

}  // namespace

Result<std::unique_ptr<SideCarWriter>> SideCarWriter::Begin(const std::string& path, JobContext& job) {
  if (mkdir(path.c_str(), 0777) != 0 && errno != EEXIST) {
    return ErrorFromErrno(errno, "create the side-car (an apply without metadata does without it)", path);
  }
  const std::string mark = path + "/incomplete";
  const int fd = open(mark.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (fd < 0) return ErrorFromErrno(errno, "mark the tree as incomplete", mark);
  fsync(fd);
  close(fd);
  SyncDirectory(path);
  return std::unique_ptr<SideCarWriter>(new SideCarWriter(path, SideCar::OpenEarlier(path, job)));
}

Status SideCarWriter::Finish(const WimReader& reader, const ImageTree& tree, Applied& entries,
                             bool modes_show_read_only, JobContext& job) {
  const bool rp_fix = (reader.header().flags & kHeaderRpFix) != 0;
  WriterOptions options;
  options.format = codec::Format::kNone;
  options.rp_fix = rp_fix || (earlier_ != nullptr && earlier_->rp_fix());
  options.guid = RandomGuid();
  DISM_ASSIGN(const std::unique_ptr<WimWriter> writer, WimWriter::Create(path_ + "/tree.wim", options));
  DISM_ASSIGN(const std::unique_ptr<TemporaryFile> index_file, TemporaryFile::Create(path_ + "/index"));
  Builder builder(*writer, job);
  DISM_ASSIGN(const bool complete, builder.StoreBlobs(reader, tree, entries));
  std::vector<uint32_t> entry_of;
  if (complete && earlier_ == nullptr) entry_of = EntriesOfWholeImage(tree, entries);
  if (!entry_of.empty()) {
    // The usual case, without a second image and an index in memory: the entries as they are, but for the contents
    // that are in the files.
    const auto without_data = [](MutableByteSpan entry) {
      layout::ResolveStreams(entry, [&](StreamKind kind, size_t digest_at, size_t) {
        if (!IsKept(kind)) std::fill_n(entry.begin() + static_cast<std::ptrdiff_t>(digest_at), sizeof(Sha1Digest), 0);
      });
    };
    DISM_ASSIGN([[maybe_unused]] const uint32_t added, writer->AddImage(tree, job, without_data));
    const uint32_t flags = modes_show_read_only ? SideCarIndex::kModesShowReadOnly : 0;
    DISM_TRY(WriteIndexOfWholeImage(index_file->file(), options.guid, flags, tree, entry_of, entries, job));
  } else {
    DISM_TRY(builder.AddApplied(tree, entries, options.rp_fix && !rp_fix));
    if (earlier_ != nullptr) {
      DISM_TRY(builder.AddEarlier(*earlier_, entries.node(0) == kNoNode, options.rp_fix && !earlier_->rp_fix()));
      modes_show_read_only &= earlier_->modes_show_read_only();
    }
    SideCarIndex index = builder.Index();
    index.guid = options.guid;
    index.flags = modes_show_read_only ? SideCarIndex::kModesShowReadOnly : 0;
    DISM_ASSIGN([[maybe_unused]] const uint32_t added, writer->AddImage(builder.tree(), job));
    DISM_TRY(index_file->file().WriteAt(0, index.Write()));
  }
  // An index that does not belong to tree.wim is not used, so the moment between the two is harmless.
  DISM_ASSIGN([[maybe_unused]] const CommitResult committed, writer->Commit(Xml(), {}, job));
  DISM_TRY(index_file->Publish());
  if (unlink((path_ + "/incomplete").c_str()) != 0) return ErrorFromErrno(errno, "mark the tree as complete", path_);
  SyncDirectory(path_);
  return Ok();
}

}  // namespace dism::wim
