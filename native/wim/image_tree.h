// The metadata of one image in memory. A node keeps the bytes of its dentry (with stream entries) as they are on disk, in
// an arena, and links to its children: reading costs little memory, and what is not edited is written back byte for byte
// (only the subdirectory offset is set anew).
#ifndef DISM_WIM_IMAGE_TREE_H_
#define DISM_WIM_IMAGE_TREE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "wim/dentry.h"
#include "wim/security_data.h"

namespace dism::wim {

using NodeId = uint32_t;
inline constexpr NodeId kRootNode = 0;
inline constexpr NodeId kNoNode = 0xFFFFFFFF;

class ImageTree {
 public:
  // An empty image: a root directory only.
  ImageTree();
  ImageTree(ImageTree&&) noexcept;
  ImageTree& operator=(ImageTree&&) noexcept;
  ~ImageTree();

  // What a parse found that is not fatal but was left out: name "." or "..", NUL or separator in a name, duplicate names
  // (the first is kept), children of a non-directory. path: where, as \dir\name.
  struct Finding {
    ErrorCode code;
    std::u16string path;
    std::string message;
    uint64_t offset;
  };

  // Parses an uncompressed metadata resource, taking over the buffer. Corrupt with the offset for cycles, overlapping or
  // shared child lists, offsets outside, depth over 16,384 (bounded work: linear in the size of the buffer; no recursion
  // on the machine stack).
  static Result<ImageTree> Parse(std::vector<uint8_t> metadata, std::vector<Finding>* findings);

  // The uncompressed metadata resource: security data, root, end marker, then pre-order the children of each directory.
  std::vector<uint8_t> Write() const;

  size_t node_count() const;
  NodeId parent(NodeId node) const;               // kNoNode for the root
  const std::vector<NodeId>& children(NodeId node) const;

  // Decoded copy of a node. The raw bytes were validated when they came in: this cannot fail.
  Dentry Get(NodeId node) const;
  // Cheap reads without decoding the rest.
  uint32_t attributes(NodeId node) const;
  uint64_t hard_link_group(NodeId node) const;    // 0 for reparse points
  std::u16string_view name(NodeId node) const;    // in the arena; names at odd addresses do not occur (8-aligned entries)

  // Edits. Add returns the new node, appended to the children of parent (order is the caller's business).
  NodeId Add(NodeId parent, const Dentry& dentry);
  void Replace(NodeId node, const Dentry& dentry);
  void SetDigest(NodeId node, size_t stream, const Sha1Digest& digest);  // stream: index in Dentry::streams
  void Remove(NodeId node);                        // with everything below; the ids are not reused
  // Sorts the children of every directory in NTFS collation order: by upcased name, then by code units.
  void SortChildren();

  // Looks up \dir\name (either separator, leading separator optional): each component exact first, then the unique match
  // under the upcase table. nullopt when there is none; *ambiguous set when several match.
  std::optional<NodeId> Find(std::u16string_view path, bool* ambiguous = nullptr) const;
  // \dir\name of a node; "\" for the root.
  std::u16string Path(NodeId node) const;

  SecurityData& security() { return security_; }
  const SecurityData& security() const { return security_; }

 private:
  struct Node;
  struct Arena;
  SecurityData security_;
  std::vector<Node> nodes_;
  std::unique_ptr<Arena> arena_;
};

}  // namespace dism::wim

#endif  // DISM_WIM_IMAGE_TREE_H_
