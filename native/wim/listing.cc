#include "wim/listing.h"

#include "wim/blob_table.h"

namespace dism::wim {
namespace {

constexpr size_t kBatchBytes = 128 << 10;

class Packer {
 public:
  explicit Packer(std::vector<uint8_t>* bytes) : out(*bytes) {}
  template <typename T>
  void Put(T value) {
    const size_t at = out.size();
    out.resize(at + sizeof value);
    StoreLe(out.data() + at, value);
  }
  void PutDigest(const Sha1Digest& digest) { out.insert(out.end(), digest.begin(), digest.end()); }
  void PutText(std::u16string_view text) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
    out.insert(out.end(), bytes, bytes + 2 * text.size());
  }
  std::vector<uint8_t>& out;
};

uint64_t SizeOf(const BlobTable& table, const Sha1Digest& digest) {
  const int64_t found = table.Find(digest);
  return found < 0 ? 0 : table.blobs()[static_cast<size_t>(found)].size;
}

}  // namespace

// One record, all little-endian:
//   u32 length of the record, u32 attributes, u64 size of the unnamed stream, u64 creation, last access, last write time,
//   u64 hard link group, u32 reparse tag, i32 security id, 20 bytes digest, u16 units of path, u16 units of short name,
//   u16 named streams, path (UTF-16), short name,
//   per named stream: u64 size, 20 bytes digest, u16 units of name, name.
void PackEntry(const Dentry& entry, std::u16string_view path, const SizeOfDigest& size_of, std::vector<uint8_t>* out) {
  Packer packer(out);
  const size_t start = out->size();
  const auto size_or_zero = [&](const Sha1Digest& digest) { return IsZeroDigest(digest) ? 0 : size_of(digest); };
  const StreamEntry* data = entry.FindStream(entry.is_reparse_point() ? StreamKind::kReparse : StreamKind::kData);
  if (data == nullptr) data = entry.FindStream(StreamKind::kEfsRaw);
  const Sha1Digest digest = data == nullptr ? Sha1Digest{} : data->digest;
  uint16_t named = 0;
  for (const StreamEntry& stream : entry.streams) named += stream.kind == StreamKind::kNamed;
  const StreamEntry* unnamed = entry.FindStream(StreamKind::kData);
  packer.Put(uint32_t{0});
  packer.Put(entry.attributes);
  packer.Put(unnamed == nullptr ? (data != nullptr && data->kind == StreamKind::kEfsRaw ? size_or_zero(digest) : 0)
                                : size_or_zero(unnamed->digest));
  packer.Put(entry.creation_time);
  packer.Put(entry.last_access_time);
  packer.Put(entry.last_write_time);
  packer.Put(entry.is_reparse_point() ? uint64_t{0} : entry.hard_link_group);
  packer.Put(entry.is_reparse_point() ? entry.reparse_tag : 0u);
  packer.Put(entry.security_id);
  packer.PutDigest(digest);
  packer.Put(static_cast<uint16_t>(path.size()));
  packer.Put(static_cast<uint16_t>(entry.short_name.size()));
  packer.Put(named);
  packer.PutText(path);
  packer.PutText(entry.short_name);
  for (const StreamEntry& stream : entry.streams) {
    if (stream.kind != StreamKind::kNamed) continue;
    packer.Put(size_or_zero(stream.digest));
    packer.PutDigest(stream.digest);
    packer.Put(static_cast<uint16_t>(stream.name.size()));
    packer.PutText(stream.name);
  }
  StoreLe32(out->data() + start, static_cast<uint32_t>(out->size() - start));
}

Status ListImage(const WimReader& reader, const ImageTree& tree, NodeId root, JobContext& job) {
  job.progress.Begin("Listing", 0, tree.node_count());
  struct Pending {
    NodeId node;
    size_t parent_length;  // of the path up to the parent
  };
  std::vector<Pending> stack = {{root, 0}};
  std::u16string path = root == kRootNode ? u"" : tree.Path(tree.parent(root));
  if (path == u"\\") path.clear();
  stack[0].parent_length = path.size();
  std::vector<uint8_t> packed;
  const SizeOfDigest size_of = [&reader](const Sha1Digest& digest) { return SizeOf(reader.table(), digest); };
  const auto flush = [&]() -> Status {
    Event event;
    event.kind = Event::Kind::kEntries;
    event.data = std::move(packed);
    packed.clear();
    if (!job.events.Push(std::move(event), job.cancel)) return Error(ErrorCode::kCancelled);
    return Ok();
  };
  uint64_t left_out = 0;
  while (!stack.empty()) {
    const Pending pending = stack.back();
    stack.pop_back();
    path.resize(pending.parent_length);
    const Dentry entry = tree.Get(pending.node);
    if (pending.node != kRootNode) {
      path += u'\\';
      path += entry.name;
    }
    // A record counts path units in 16 bits; Windows itself stops at 32,767.
    if (path.size() > 0xFFFF) {
      ++left_out;
      continue;
    }
    PackEntry(entry, path.empty() ? std::u16string_view(u"\\") : std::u16string_view(path), size_of, &packed);
    job.progress.completed_items.fetch_add(1, std::memory_order_relaxed);
    const auto& children = tree.children(pending.node);
    for (size_t i = children.size(); i-- > 0;) stack.push_back({children[i], path.size()});
    if (packed.size() >= kBatchBytes) DISM_TRY(flush());
  }
  if (!packed.empty()) DISM_TRY(flush());
  if (left_out > 0) {
    job.Warn(ErrorCode::kFilenameTooLong, reader.path(),
             std::to_string(left_out) + " entries have paths that are too long");
  }
  return Ok();
}

}  // namespace dism::wim
