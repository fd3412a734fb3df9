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

bool IsKept(StreamKind kind) { return kind != StreamKind::kData; }

// The blobs of everything but the unnamed data, stored in tree.wim. Those that cannot be had are left out with a warning;
// the digests of the others are added to `stored`.
Status StoreBlobs(const WimReader& reader, const ImageTree& tree, const std::vector<SideCarWriter::Applied>& entries,
                  WimWriter& writer, std::unordered_set<Sha1Digest, Sha1DigestHash>* stored, JobContext& job) {
  std::unordered_set<uint32_t> wanted;
  for (const SideCarWriter::Applied& entry : entries) {
    if (entry.node == kNoNode) continue;
    tree.ForEachStream(entry.node, [&](StreamKind kind, const Sha1Digest& digest) {
      if (!IsKept(kind) || IsZeroDigest(digest)) return;
      const int64_t blob = reader.table().Find(digest);
      if (blob >= 0) wanted.insert(static_cast<uint32_t>(blob));
    });
  }
  std::vector<uint32_t> blobs(wanted.begin(), wanted.end());
  std::sort(blobs.begin(), blobs.end());
  if (blobs.empty()) return Ok();
  std::vector<PendingContent> contents = ContentsOfBlobs(reader, blobs, job);
  DISM_TRY(writer.AddContents(contents, {}, job));
  for (const PendingContent& content : contents) {
    if (!content.failed) stored->insert(content.digest);
  }
  return Ok();
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
  // What an earlier apply left describes files that are about to be replaced.
  if (unlink((path + "/index").c_str()) == 0) {
    job.Warn(ErrorCode::kAlreadyExists, path, "the metadata that an earlier apply kept for this tree is replaced");
  }
  unlink((path + "/tree.wim").c_str());
  SyncDirectory(path);
  return std::unique_ptr<SideCarWriter>(new SideCarWriter(path));
}

Status SideCarWriter::Finish(const WimReader& reader, const ImageTree& tree, const std::vector<Applied>& entries,
                             bool modes_show_read_only, JobContext& job) {
  WriterOptions options;
  options.format = codec::Format::kNone;
  options.rp_fix = (reader.header().flags & kHeaderRpFix) != 0;
  options.guid = RandomGuid();
  Result<std::unique_ptr<WimWriter>> writer = WimWriter::Create(path_ + "/tree.wim", options);
  if (!writer.ok()) return std::move(writer.error());
  std::unordered_set<Sha1Digest, Sha1DigestHash> stored;
  DISM_TRY(StoreBlobs(reader, tree, entries, **writer, &stored, job));

  ImageTree kept;
  std::vector<NodeId> kept_node(entries.size(), kNoNode);
  std::vector<uint32_t> entry_of_node;
  std::unordered_map<int32_t, int32_t> security_ids;
  for (size_t i = 0; i < entries.size(); ++i) {
    const Applied& entry = entries[i];
    Dentry dentry;
    if (entry.node == kNoNode) {
      dentry.attributes = kAttributeDirectory;
    } else {
      dentry = tree.Get(entry.node);
      const auto [known, is_new] = security_ids.try_emplace(dentry.security_id, -1);
      if (is_new) known->second = kept.security().Add(tree.security().Get(dentry.security_id));
      dentry.security_id = known->second;
    }
    std::erase_if(dentry.streams, [&](const StreamEntry& stream) {
      if (!IsKept(stream.kind) || IsZeroDigest(stream.digest) || stored.contains(stream.digest)) return false;
      job.Warn(ErrorCode::kBlobMissing, Utf16ToUtf8(tree.Path(entry.node)),
               stream.kind == StreamKind::kNamed ? "applied without its stream " + Utf16ToUtf8(stream.name)
                                                 : "applied without its reparse or encrypted data");
      return true;
    });
    // The content is in the file; its blob is not here.
    for (StreamEntry& stream : dentry.streams) {
      if (!IsKept(stream.kind)) stream.digest = {};
    }
    if (i == 0) {
      kept.Replace(kRootNode, dentry);
      kept_node[0] = kRootNode;
      entry_of_node.push_back(0);
    } else if (kept_node[entry.parent] != kNoNode && dentry.name.find_first_of(u"/\\") == std::u16string::npos) {
      // A separator in a name cannot be read back; only an image that was never read from a file has one.
      kept_node[i] = kept.Add(kept_node[entry.parent], dentry);
      entry_of_node.push_back(static_cast<uint32_t>(i));
    }
  }

  SideCarIndex index;
  index.guid = options.guid;
  index.flags = modes_show_read_only ? SideCarIndex::kModesShowReadOnly : 0;
  std::vector<uint32_t> record_of_node(entry_of_node.size());
  std::vector<NodeId> pending{kRootNode};
  while (!pending.empty()) {
    const NodeId node = pending.back();
    pending.pop_back();
    const Applied& entry = entries[entry_of_node[node]];
    record_of_node[node] = static_cast<uint32_t>(index.records.size());
    SideCarRecord record;
    record.parent = node == kRootNode ? 0 : record_of_node[kept.parent(node)];
    record.name_offset = static_cast<uint32_t>(index.names.size());
    record.name_length = static_cast<uint16_t>(entry.name.size());
    record.flags = entry.node == kNoNode ? SideCarRecord::kNoMetadata : 0;
    record.type = entry.status.mode & S_IFMT;
    record.inode = entry.status.inode;
    record.size = entry.status.size;
    record.modified = entry.status.modified;
    record.changed = entry.status.changed;
    index.names += entry.name;
    index.records.push_back(record);
    const std::vector<NodeId>& children = kept.children(node);
    pending.insert(pending.end(), children.rbegin(), children.rend());
  }

  Result<uint32_t> added = (*writer)->AddImage(kept, job);
  if (!added.ok()) return std::move(added.error());
  Result<CommitResult> committed = (*writer)->Commit(Xml(), {}, job);
  if (!committed.ok()) return std::move(committed.error());
  Result<std::unique_ptr<TemporaryFile>> file = TemporaryFile::Create(path_ + "/index");
  if (!file.ok()) return std::move(file.error());
  DISM_TRY((*file)->file().WriteAt(0, index.Write()));
  DISM_TRY((*file)->Publish());
  if (unlink((path_ + "/incomplete").c_str()) != 0) return ErrorFromErrno(errno, "mark the tree as complete", path_);
  SyncDirectory(path_);
  return Ok();
}

}  // namespace dism::wim
