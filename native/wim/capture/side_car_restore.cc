// ImageBuilder, the part that gives captured entries back the metadata that the side-car has kept.
#include <algorithm>

#include "wim/capture/image_builder.h"
#include "wim/capture/unix_data.h"
#include "wim/reparse.h"

namespace dism::wim {
namespace {

constexpr uint32_t kWriteBits = 0222;

// Tagged items of the image and of the file: what the capture has just read replaces what was kept.
std::vector<uint8_t> MergeTaggedItems(ByteSpan kept, ByteSpan read) {
  std::vector<uint8_t> items = WithoutTaggedItem(kept, kTagUnixData);
  // One item holds the extended attributes of both worlds; those of NTFS are only in what was kept.
  std::vector<ExtendedAttribute> attributes;
  if (const std::optional<ByteSpan> item = FindTaggedItem(kept, kTagExtendedAttributes)) {
    for (ExtendedAttribute& attribute : ParseExtendedAttributes(*item)) {
      if (!IsPosixAttributeName(attribute.name)) attributes.push_back(std::move(attribute));
    }
  }
  if (!attributes.empty()) {
    items = WithoutTaggedItem(items, kTagExtendedAttributes);
    if (const std::optional<ByteSpan> item = FindTaggedItem(read, kTagExtendedAttributes)) {
      for (ExtendedAttribute& attribute : ParseExtendedAttributes(*item)) attributes.push_back(std::move(attribute));
    }
    const std::vector<uint8_t> rest = WithoutTaggedItem(read, kTagExtendedAttributes);
    items.insert(items.end(), rest.begin(), rest.end());
    AppendTaggedItem(kTagExtendedAttributes, WriteExtendedAttributes(attributes), &items);
    return items;
  }
  items = WithoutTaggedItem(items, kTagExtendedAttributes);
  items.insert(items.end(), read.begin(), read.end());
  return items;
}

}  // namespace

void ImageBuilder::Restore(uint32_t record_number, const ScannedEntry* entry, const FileStatus& status,
                           const std::string& shown_path, Dentry* dentry, std::vector<StreamContent>* contents) {
  if (!side_car_->has_metadata(record_number)) return;
  const SideCarRecord& record = side_car_->record(record_number);
  if ((status.mode & S_IFMT) != record.type) {
    job_.Warn(ErrorCode::kFileChanged, shown_path,
              "captured without the metadata kept for it: it is no longer the kind of file it was");
    return;
  }
  const Dentry kept = side_car_->Entry(record_number);
  // The time of status change of a directory moves with everything that happens in it.
  const bool same_time = record.modified == status.modified;
  const bool unchanged = S_ISDIR(status.mode) || record.Matches(status);

  if (dentry->name != kept.name) {
    dentry->name = kept.name;
    renamed_ = true;
  }
  dentry->short_name = kept.short_name;
  dentry->creation_time = kept.creation_time;
  if (same_time) {
    dentry->last_write_time = kept.last_write_time;
    dentry->last_access_time = kept.last_access_time;
  }
  std::copy(std::begin(kept.unused), std::end(kept.unused), std::begin(dentry->unused));
  dentry->unknown_0x54 = kept.unknown_0x54;
  const auto [known, is_new] = security_ids_.try_emplace(kept.security_id, -1);
  if (is_new) known->second = result_.tree.security().Add(side_car_->SecurityDescriptor(kept));
  dentry->security_id = known->second;
  dentry->tagged_items =
      options_.unix_data ? MergeTaggedItems(kept.tagged_items, dentry->tagged_items) : kept.tagged_items;

  const uint32_t as_read = dentry->attributes;
  dentry->attributes = kept.attributes & ~(kAttributeReparsePoint | kAttributeDirectory | kAttributeEncrypted);
  dentry->attributes |= as_read & (kAttributeReparsePoint | kAttributeDirectory);
  if (S_ISREG(status.mode) && side_car_->modes_show_read_only()) {
    dentry->attributes &= ~kAttributeReadOnly;
    if ((status.mode & kWriteBits) == 0) dentry->attributes |= kAttributeReadOnly;
  }
  if (!unchanged && entry != nullptr) {
    dentry->attributes = (dentry->attributes & ~kAttributeSparse) | (as_read & kAttributeSparse);
  }
  RestoreStreams(kept, unchanged, status, shown_path, dentry, contents);
}

void ImageBuilder::RestoreStreams(const Dentry& kept, bool unchanged, const FileStatus& status,
                                  const std::string& shown_path, Dentry* dentry, std::vector<StreamContent>* contents) {
  const auto stored = [&](const StreamEntry& stream) {
    StreamContent content{stream.kind, nullptr};
    const int64_t blob = IsZeroDigest(stream.digest) ? -1 : side_car_->FindBlob(stream.digest);
    if (blob >= 0) content.blob = static_cast<uint32_t>(blob);
    return content;
  };
  const StreamEntry* raw = kept.FindStream(StreamKind::kEfsRaw);
  if ((kept.attributes & kAttributeEncrypted) != 0 && raw != nullptr && unchanged) {
    // The raw stream holds all streams of the file.
    dentry->attributes |= kAttributeEncrypted;
    dentry->streams = {{StreamKind::kEfsRaw, {}, {}}};
    contents->clear();
    contents->push_back(stored(*raw));
    return;
  }
  if (kept.is_directory() && raw == nullptr) dentry->attributes |= kept.attributes & kAttributeEncrypted;

  const StreamEntry* reparse = kept.FindStream(StreamKind::kReparse);
  if (kept.is_reparse_point() && reparse != nullptr && unchanged) {
    // What a link leads to by now does not matter: it is the kind of link that it was.
    if (S_ISLNK(status.mode)) dentry->attributes &= ~kAttributeDirectory;
    dentry->attributes |= kAttributeReparsePoint | (kept.attributes & kAttributeDirectory);
    dentry->reparse_tag = kept.reparse_tag;
    dentry->reparse_reserved = kept.reparse_reserved;
    dentry->reparse_flags = kept.reparse_flags;
    // Fixing up is asked for by the header: one that did not ask must not be fixed up in a WIM that does.
    if (options_.fix_reparse_points && !side_car_->rp_fix() && IsLinkTag(kept.reparse_tag)) {
      dentry->reparse_flags |= kReparseNotFixed;
    }
    // A link has no content, or what is read of the file is the content behind the reparse point.
    std::vector<StreamContent> with_reparse;
    std::vector<StreamEntry> streams{{StreamKind::kReparse, {}, {}}};
    with_reparse.push_back(stored(*reparse));
    if ((dentry->attributes & kAttributeDirectory) == 0) {
      streams.push_back({StreamKind::kData, {}, {}});
      const auto data = std::find_if(contents->begin(), contents->end(),
                                     [](const StreamContent& c) { return c.kind == StreamKind::kData; });
      with_reparse.push_back(data != contents->end() ? std::move(*data) : StreamContent{StreamKind::kData, nullptr});
    }
    dentry->streams = std::move(streams);
    *contents = std::move(with_reparse);
  } else if (!unchanged && ((kept.is_reparse_point() && !S_ISLNK(status.mode)) || raw != nullptr)) {
    job_.Warn(ErrorCode::kFileChanged, shown_path,
              "the file has changed since it was applied: captured without its reparse or encrypted data");
  }
  for (const StreamEntry& stream : kept.streams) {
    if (stream.kind != StreamKind::kNamed) continue;
    dentry->streams.push_back({StreamKind::kNamed, {}, stream.name});
    contents->push_back(stored(stream));
  }
}

}  // namespace dism::wim
