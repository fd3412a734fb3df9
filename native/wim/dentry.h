// One directory entry of a metadata resource with its stream entries. FORMAT.md, "Dentry", "Stream
// entry", "Which hash is which stream".
#ifndef DISM_WIM_DENTRY_H_
#define DISM_WIM_DENTRY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "hash/sha1.h"

namespace dism::wim {

inline constexpr uint32_t kAttributeReadOnly = 0x1;
inline constexpr uint32_t kAttributeHidden = 0x2;
inline constexpr uint32_t kAttributeSystem = 0x4;
inline constexpr uint32_t kAttributeDirectory = 0x10;
inline constexpr uint32_t kAttributeArchive = 0x20;
inline constexpr uint32_t kAttributeNormal = 0x80;
inline constexpr uint32_t kAttributeSparse = 0x200;
inline constexpr uint32_t kAttributeReparsePoint = 0x400;
inline constexpr uint32_t kAttributeCompressed = 0x800;
inline constexpr uint32_t kAttributeEncrypted = 0x4000;

inline constexpr uint32_t kReparseTagSymlink = 0xA000000C;
inline constexpr uint32_t kReparseTagMountPoint = 0xA0000003;
inline constexpr uint16_t kReparseNotFixed = 1;  // bit of Dentry::reparse_flags

inline constexpr uint32_t kTagObjectId = 0x00000001;
inline constexpr uint32_t kTagExtendedAttributes = 0x00000002;
inline constexpr uint32_t kTagUnixData = 0x337DD873;

enum class StreamKind : uint8_t { kData, kReparse, kNamed, kEfsRaw };

struct StreamEntry {
  StreamKind kind = StreamKind::kData;
  Sha1Digest digest{};  // zero: an empty stream
  std::u16string name;  // kNamed only
};

// A dentry by value. Parse keeps everything there is; Write(Parse(x)) of an entry made by
// Microsoft's tools or by us gives the same bytes except where the format leaves padding undefined.
struct Dentry {
  static constexpr size_t kFixedSize = 102;
  uint32_t attributes = 0;
  int32_t security_id = -1;
  uint64_t subdirectory_offset = 0;  // as read; the writer of the tree sets it
  uint8_t unused[16] = {};           // offset 0x18, preserved
  uint64_t creation_time = 0;        // FILETIME
  uint64_t last_access_time = 0;
  uint64_t last_write_time = 0;
  uint32_t unknown_0x54 = 0;  // preserved
  uint32_t reparse_tag = 0;   // with kAttributeReparsePoint
  uint16_t reparse_reserved = 0;
  uint16_t reparse_flags = 0;
  uint64_t hard_link_group = 0;  // without kAttributeReparsePoint; 0 = single link
  std::u16string name;           // empty for the root
  std::u16string short_name;
  std::vector<StreamEntry> streams;   // resolved by the rules of FORMAT.md; a plain empty file has
                                      // one kData with zero digest
  std::vector<uint8_t> tagged_items;  // raw, 8-aligned

  bool is_directory() const { return (attributes & kAttributeDirectory) != 0; }
  bool is_reparse_point() const { return (attributes & kAttributeReparsePoint) != 0; }
  // Puts `streams` into the order on disk (reparse or EFS raw data, unnamed data, named) and makes
  // them what the attributes ask for: adds an empty reparse stream to a reparse point, an empty
  // data stream to a file that needs one, drops the empty data stream of a directory, and all but
  // the raw stream of an encrypted file. Parse gives normalized streams except for the additions.
  void NormalizeStreams();
  // The first stream of a kind, or nullptr.
  const StreamEntry* FindStream(StreamKind kind) const;

  // The data of the first tagged item with this tag (empty when there is none), and setting it
  // (empty data removes it).
  ByteSpan FindTaggedItem(uint32_t tag) const;
  void SetTaggedItem(uint32_t tag, ByteSpan data);

  // Parses the entry at `offset` of an uncompressed metadata resource. *end: offset behind its last
  // stream entry. A length <= 8 is the end of a list: `*end` = offset + 8 and the result is empty.
  static Result<std::optional<Dentry>> Parse(View metadata, uint64_t offset, uint64_t* end);
  // Decodes an entry that was checked before (by Parse, or made by Write).
  static Dentry Decode(ByteSpan raw);
  // Appends the entry with its stream entries to `out`; out.size() is a multiple of 8 before and
  // after. Streams are written as NormalizeStreams() leaves them. Names have at most 32,766 units,
  // streams number at most 65,535.
  void Write(std::vector<uint8_t>* out) const;
};

// Where the digests of a written dentry lie, so that a capture can fill them in once contents are
// hashed: calls visit(context, stream, digest) with the index in written.streams for each stream in
// raw bytes made by written.Write().
void ForEachDigest(MutableByteSpan raw, const Dentry& written,
                   void (*visit)(void* context, size_t stream, uint8_t* digest), void* context);

}  // namespace dism::wim

#endif  // DISM_WIM_DENTRY_H_
