// The bytes of a dentry and its stream entries: field positions, extent, and which digest is which
// stream. For dentry.cc and image_tree.cc; everybody else uses Dentry or ImageTree. FORMAT.md,
// "Dentry".
#ifndef DISM_WIM_DENTRY_LAYOUT_H_
#define DISM_WIM_DENTRY_LAYOUT_H_

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "wim/dentry.h"

namespace dism::wim::layout {

inline constexpr size_t kLength = 0x00;
inline constexpr size_t kAttributes = 0x08;
inline constexpr size_t kSecurityId = 0x0C;
inline constexpr size_t kSubdirectoryOffset = 0x10;
inline constexpr size_t kUnused = 0x18;
inline constexpr size_t kCreationTime = 0x28;
inline constexpr size_t kLastAccessTime = 0x30;
inline constexpr size_t kLastWriteTime = 0x38;
inline constexpr size_t kMainDigest = 0x40;
inline constexpr size_t kUnknown54 = 0x54;
inline constexpr size_t kReparseTag = 0x58;  // 0x58 to 0x5F: reparse fields or hard link group
inline constexpr size_t kReparseReserved = 0x5C;
inline constexpr size_t kReparseFlags = 0x5E;
inline constexpr size_t kHardLinkGroup = 0x58;
inline constexpr size_t kStreamCount = 0x60;
inline constexpr size_t kShortNameBytes = 0x62;
inline constexpr size_t kNameBytes = 0x64;
inline constexpr size_t kName = 0x66;
static_assert(kName == Dentry::kFixedSize);
static_assert(kName % 2 == 0, "names are read in place as char16_t");

// Stream entry.
inline constexpr size_t kStreamLength = 0;
inline constexpr size_t kStreamDigest = 16;
inline constexpr size_t kStreamNameBytes = 36;
inline constexpr size_t kStreamFixedSize = 38;

// The 8-byte length that ends a list of dentries.
inline constexpr size_t kEndMarkerSize = 8;

inline constexpr uint64_t AlignUp8(uint64_t n) { return (n + 7) & ~uint64_t{7}; }

struct Extent {
  bool is_end = false;  // an end marker; size is kEndMarkerSize
  uint64_t size = 0;    // dentry, padding and stream entries; a multiple of 8
};

// Checks the entry at `offset` (a multiple of 8) so far that Decode and ResolveStreams can read it
// without further checks.
inline Result<Extent> Measure(View metadata, uint64_t offset) {
  if (offset % 8 != 0) return metadata.Bad(offset, "dentry position, expected a multiple of 8");
  if (!metadata.Has(offset, kEndMarkerSize)) {
    return Error(ErrorCode::kTruncated, "list of dentries", metadata.base() + offset);
  }
  const uint64_t length = metadata.U64(offset + kLength);
  if (length <= kEndMarkerSize) return Extent{true, kEndMarkerSize};
  if (length < Dentry::kFixedSize) return metadata.Bad(offset, "dentry length");
  if (length > metadata.size() || !metadata.Has(offset, AlignUp8(length))) {
    return Error(ErrorCode::kTruncated, "dentry length", metadata.base() + offset);
  }
  const uint64_t name_bytes = metadata.U16(offset + kNameBytes);
  const uint64_t short_bytes = metadata.U16(offset + kShortNameBytes);
  if (name_bytes % 2 != 0) return metadata.Bad(offset + kNameBytes, "name length in a dentry");
  if (short_bytes % 2 != 0) {
    return metadata.Bad(offset + kShortNameBytes, "short name length in a dentry");
  }
  // The terminator of the last name may be missing: its two bytes are padding then.
  const uint64_t names_end =
      short_bytes != 0 ? kName + (name_bytes == 0 ? 0 : name_bytes + 2) + short_bytes : kName + name_bytes;
  if (names_end > AlignUp8(length)) {
    return metadata.Bad(offset + kShortNameBytes, "names do not fit into their dentry");
  }

  uint64_t at = offset + AlignUp8(length);
  const unsigned streams = metadata.U16(offset + kStreamCount);
  for (unsigned i = 0; i < streams; ++i) {
    if (!metadata.Has(at, kStreamFixedSize)) {
      return Error(ErrorCode::kTruncated, "stream entry", metadata.base() + at);
    }
    const uint64_t entry = metadata.U64(at + kStreamLength);
    if (entry < kStreamFixedSize) return metadata.Bad(at, "stream entry length");
    if (entry > metadata.size() || !metadata.Has(at, AlignUp8(entry))) {
      return Error(ErrorCode::kTruncated, "stream entry length", metadata.base() + at);
    }
    const uint64_t stream_name = metadata.U16(at + kStreamNameBytes);
    if (stream_name % 2 != 0 || kStreamFixedSize + stream_name > AlignUp8(entry)) {
      return metadata.Bad(at + kStreamNameBytes, "name length in a stream entry");
    }
    at += AlignUp8(entry);
  }
  return Extent{false, at - offset};
}

// The long name of a measured entry that lies at an 8-aligned address.
inline std::u16string_view NameInPlace(const uint8_t* raw) {
  return {reinterpret_cast<const char16_t*>(raw + kName), size_t{LoadLe16(raw + kNameBytes)} / 2};
}

inline bool IsZeroAt(const uint8_t* digest) {
  return std::all_of(digest, digest + 20, [](uint8_t b) { return b == 0; });
}

// Calls visit(kind, digest_at, entry_at) for each stream of a measured entry, in the order reparse
// data (or EFS raw data), unnamed data, named. digest_at: where in `raw` its digest is; entry_at:
// where its stream entry begins, 0 for the digest in the dentry itself. FORMAT.md, "Which hash is
// which stream".
template <typename Visit>
void ResolveStreams(ByteSpan raw, Visit visit) {
  const uint8_t* p = raw.data();
  const uint32_t attributes = LoadLe32(p + kAttributes);
  const bool directory = (attributes & kAttributeDirectory) != 0;
  const bool reparse = (attributes & kAttributeReparsePoint) != 0;
  const bool encrypted = (attributes & kAttributeEncrypted) != 0;
  const unsigned count = LoadLe16(p + kStreamCount);
  const size_t first = static_cast<size_t>(AlignUp8(LoadLe64(p + kLength)));
  const auto next = [p](size_t at) { return at + static_cast<size_t>(AlignUp8(LoadLe64(p + at))); };
  const bool main_is_zero = IsZeroAt(p + kMainDigest);

  if (encrypted) {
    if (!main_is_zero) return visit(StreamKind::kEfsRaw, kMainDigest, size_t{0});
    size_t at = first;
    for (unsigned i = 0; i < count; ++i, at = next(at)) {
      if (LoadLe16(p + at + kStreamNameBytes) == 0 && !IsZeroAt(p + at + kStreamDigest)) {
        return visit(StreamKind::kEfsRaw, at + kStreamDigest, at);
      }
    }
    if (!directory) visit(StreamKind::kEfsRaw, kMainDigest, size_t{0});
    return;
  }

  bool need_reparse = reparse, need_data = true, found = false, has_named = false;
  const auto unnamed = [&](size_t digest_at, size_t entry_at) {
    if (need_reparse) {
      visit(StreamKind::kReparse, digest_at, entry_at);
      need_reparse = false;
      found = true;
    } else if (need_data) {
      // A directory has no data; older writers gave it an empty unnamed entry beside named ones.
      if (!directory || !IsZeroAt(p + digest_at)) visit(StreamKind::kData, digest_at, entry_at);
      need_data = false;
      found = true;
    }
  };
  if (!main_is_zero) unnamed(kMainDigest, 0);
  size_t at = first;
  for (unsigned i = 0; i < count; ++i, at = next(at)) {
    if (LoadLe16(p + at + kStreamNameBytes) == 0) {
      unnamed(at + kStreamDigest, at);
    } else {
      has_named = true;
    }
  }
  if (!found) unnamed(kMainDigest, 0);
  if (!has_named) return;
  at = first;
  for (unsigned i = 0; i < count; ++i, at = next(at)) {
    if (LoadLe16(p + at + kStreamNameBytes) != 0) {
      visit(StreamKind::kNamed, at + kStreamDigest, at);
    }
  }
}

}  // namespace dism::wim::layout

#endif  // DISM_WIM_DENTRY_LAYOUT_H_
