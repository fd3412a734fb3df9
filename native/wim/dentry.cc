#include "wim/dentry.h"

#include <algorithm>
#include <cstring>

#include "wim/dentry_layout.h"

namespace dism::wim {

using layout::AlignUp8;

namespace {

std::u16string DecodeName(const uint8_t* p, uint64_t bytes) {
  std::u16string name(static_cast<size_t>(bytes / 2), u'\0');
  if (bytes != 0) std::memcpy(name.data(), p, static_cast<size_t>(bytes));
  return name;
}

// Name and terminator; nothing for an empty name. Returns the position behind.
uint8_t* PutName(uint8_t* p, const std::u16string& name) {
  if (name.empty()) return p;
  std::memcpy(p, name.data(), name.size() * 2);
  return p + name.size() * 2 + 2;
}

size_t NameSize(const std::u16string& name) { return name.empty() ? 0 : name.size() * 2 + 2; }

int Rank(StreamKind kind) {
  switch (kind) {
    case StreamKind::kEfsRaw:
    case StreamKind::kReparse:
      return 0;
    case StreamKind::kData:
      return 1;
    case StreamKind::kNamed:
      return 2;
  }
  return 3;
}

void PutStreamEntry(std::vector<uint8_t>* out, const Sha1Digest& digest, const std::u16string& name) {
  const size_t start = out->size();
  const size_t length = AlignUp8(layout::kStreamFixedSize + NameSize(name));
  out->resize(start + length);
  uint8_t* p = out->data() + start;
  StoreLe64(p + layout::kStreamLength, length);
  std::memcpy(p + layout::kStreamDigest, digest.data(), digest.size());
  StoreLe16(p + layout::kStreamNameBytes, static_cast<uint16_t>(name.size() * 2));
  PutName(p + layout::kStreamFixedSize, name);
}

}  // namespace

const StreamEntry* Dentry::FindStream(StreamKind kind) const {
  for (const StreamEntry& stream : streams) {
    if (stream.kind == kind) return &stream;
  }
  return nullptr;
}

void Dentry::NormalizeStreams() {
  const bool encrypted = (attributes & kAttributeEncrypted) != 0;
  if (encrypted) {
    std::erase_if(streams, [](const StreamEntry& stream) { return stream.kind != StreamKind::kEfsRaw; });
    if (streams.size() > 1) streams.resize(1);
    if (streams.empty() && !is_directory()) streams.push_back({StreamKind::kEfsRaw, {}, {}});
    return;
  }
  std::stable_sort(streams.begin(), streams.end(),
                   [](const StreamEntry& a, const StreamEntry& b) { return Rank(a.kind) < Rank(b.kind); });
  if (is_directory()) {
    // Current DISM refuses a directory with an empty unnamed data stream.
    std::erase_if(streams, [](const StreamEntry& stream) {
      return stream.kind == StreamKind::kData && IsZeroDigest(stream.digest);
    });
  }
  if (is_reparse_point() && FindStream(StreamKind::kReparse) == nullptr) {
    streams.insert(streams.begin(), {StreamKind::kReparse, {}, {}});
  }
  if (!is_directory() && FindStream(StreamKind::kData) == nullptr) {
    streams.insert(streams.begin() + (is_reparse_point() ? 1 : 0), {StreamKind::kData, {}, {}});
  }
}

ByteSpan Dentry::FindTaggedItem(uint32_t tag) const {
  size_t at = 0;
  while (tagged_items.size() - at >= 8) {
    const uint8_t* p = tagged_items.data() + at;
    const uint64_t length = LoadLe32(p + 4);
    if (length > tagged_items.size() - at - 8) break;
    if (LoadLe32(p) == tag) return ByteSpan(p + 8, static_cast<size_t>(length));
    at = std::min<size_t>(tagged_items.size(), at + 8 + AlignUp8(length));
  }
  return {};
}

void Dentry::SetTaggedItem(uint32_t tag, ByteSpan data) {
  std::vector<uint8_t> items;
  size_t at = 0;
  while (tagged_items.size() - at >= 8) {
    const uint8_t* p = tagged_items.data() + at;
    const uint64_t length = LoadLe32(p + 4);
    if (length > tagged_items.size() - at - 8) break;
    const size_t next = std::min<size_t>(tagged_items.size(), at + 8 + AlignUp8(length));
    if (LoadLe32(p) != tag) items.insert(items.end(), tagged_items.begin() + at, tagged_items.begin() + next);
    at = next;
  }
  if (!data.empty()) {
    items.resize(AlignUp8(items.size()));
    const size_t start = items.size();
    items.resize(start + 8 + AlignUp8(data.size()));
    StoreLe32(items.data() + start, tag);
    StoreLe32(items.data() + start + 4, static_cast<uint32_t>(data.size()));
    std::memcpy(items.data() + start + 8, data.data(), data.size());
  }
  tagged_items = std::move(items);
}

Result<std::optional<Dentry>> Dentry::Parse(View metadata, uint64_t offset, uint64_t* end) {
  DISM_ASSIGN(const layout::Extent extent, layout::Measure(metadata, offset));
  *end = offset + extent.size;
  if (extent.is_end) return std::optional<Dentry>();
  return std::optional<Dentry>(
      Decode(metadata.bytes().subspan(static_cast<size_t>(offset), static_cast<size_t>(extent.size))));
}

Dentry Dentry::Decode(ByteSpan raw) {
  const uint8_t* p = raw.data();
  Dentry d;
  d.attributes = LoadLe32(p + layout::kAttributes);
  d.security_id = static_cast<int32_t>(LoadLe32(p + layout::kSecurityId));
  d.subdirectory_offset = LoadLe64(p + layout::kSubdirectoryOffset);
  std::memcpy(d.unused, p + layout::kUnused, sizeof d.unused);
  d.creation_time = LoadLe64(p + layout::kCreationTime);
  d.last_access_time = LoadLe64(p + layout::kLastAccessTime);
  d.last_write_time = LoadLe64(p + layout::kLastWriteTime);
  d.unknown_0x54 = LoadLe32(p + layout::kUnknown54);
  if (d.is_reparse_point()) {
    d.reparse_tag = LoadLe32(p + layout::kReparseTag);
    d.reparse_reserved = LoadLe16(p + layout::kReparseReserved);
    d.reparse_flags = LoadLe16(p + layout::kReparseFlags);
  } else {
    d.hard_link_group = LoadLe64(p + layout::kHardLinkGroup);
  }
  const uint64_t short_bytes = LoadLe16(p + layout::kShortNameBytes);
  const uint64_t name_bytes = LoadLe16(p + layout::kNameBytes);
  d.name = DecodeName(p + layout::kName, name_bytes);
  const uint64_t short_at = layout::kName + (name_bytes == 0 ? 0 : name_bytes + 2);
  d.short_name = DecodeName(p + short_at, short_bytes);
  const uint64_t items_at = AlignUp8(short_at + (short_bytes == 0 ? 0 : short_bytes + 2));
  const uint64_t items_end = AlignUp8(LoadLe64(p + layout::kLength));
  // Less than an item's own header is padding that some writer left.
  if (items_at + 8 <= items_end) d.tagged_items.assign(p + items_at, p + items_end);

  layout::ResolveStreams(raw, [&](StreamKind kind, size_t digest_at, size_t entry_at) {
    StreamEntry& stream = d.streams.emplace_back();
    stream.kind = kind;
    std::memcpy(stream.digest.data(), p + digest_at, stream.digest.size());
    if (kind == StreamKind::kNamed) {
      stream.name =
          DecodeName(p + entry_at + layout::kStreamFixedSize, LoadLe16(p + entry_at + layout::kStreamNameBytes));
    }
  });
  return d;
}

void Dentry::Write(std::vector<uint8_t>* out) const {
  Dentry normalized;  // attributes and streams only
  normalized.attributes = attributes;
  normalized.streams = streams;
  normalized.NormalizeStreams();
  const std::vector<StreamEntry>& ordered = normalized.streams;
  // The count is 16 bits wide. An entry with that many streams in the file and a digest of its own
  // would exceed it.
  if (normalized.streams.size() > UINT16_MAX) normalized.streams.resize(UINT16_MAX);
  const bool single = ordered.size() == 1 && ordered.front().kind != StreamKind::kNamed;
  const size_t start = out->size();
  const size_t names_end = AlignUp8(kFixedSize + NameSize(name) + NameSize(short_name));
  const size_t length = names_end + AlignUp8(tagged_items.size());
  out->resize(start + length);
  uint8_t* p = out->data() + start;
  StoreLe64(p + layout::kLength, length);
  StoreLe32(p + layout::kAttributes, attributes);
  StoreLe32(p + layout::kSecurityId, static_cast<uint32_t>(security_id));
  StoreLe64(p + layout::kSubdirectoryOffset, subdirectory_offset);
  std::memcpy(p + layout::kUnused, unused, sizeof unused);
  StoreLe64(p + layout::kCreationTime, creation_time);
  StoreLe64(p + layout::kLastAccessTime, last_access_time);
  StoreLe64(p + layout::kLastWriteTime, last_write_time);
  if (single) std::memcpy(p + layout::kMainDigest, ordered.front().digest.data(), 20);
  StoreLe32(p + layout::kUnknown54, unknown_0x54);
  if (is_reparse_point()) {
    StoreLe32(p + layout::kReparseTag, reparse_tag);
    StoreLe16(p + layout::kReparseReserved, reparse_reserved);
    StoreLe16(p + layout::kReparseFlags, reparse_flags);
  } else {
    StoreLe64(p + layout::kHardLinkGroup, hard_link_group);
  }
  StoreLe16(p + layout::kStreamCount, static_cast<uint16_t>(single ? 0 : ordered.size()));
  StoreLe16(p + layout::kShortNameBytes, static_cast<uint16_t>(short_name.size() * 2));
  StoreLe16(p + layout::kNameBytes, static_cast<uint16_t>(name.size() * 2));
  PutName(PutName(p + layout::kName, name), short_name);
  if (!tagged_items.empty()) {
    std::memcpy(p + names_end, tagged_items.data(), tagged_items.size());
  }
  if (single) return;
  for (const StreamEntry& stream : ordered) PutStreamEntry(out, stream.digest, stream.name);
}

void ForEachDigest(MutableByteSpan raw, const Dentry& written,
                   void (*visit)(void* context, size_t stream, uint8_t* digest), void* context) {
  // Within a kind the bytes keep the order of Dentry::streams, so one cursor a kind finds the
  // index. What Write added by itself (an empty data stream beside named ones) has no index and is
  // not visited.
  size_t cursor[4] = {};
  layout::ResolveStreams(raw, [&](StreamKind kind, size_t digest_at, size_t) {
    size_t& at = cursor[static_cast<size_t>(kind)];
    while (at < written.streams.size() && written.streams[at].kind != kind) ++at;
    if (at < written.streams.size()) visit(context, at++, raw.data() + digest_at);
  });
}

}  // namespace dism::wim
