// The metadata of one image in memory. A node keeps the bytes of its dentry (with stream entries)
// as they are on disk, in an arena, and links to its children: reading costs little memory, and
// what is not edited is written back byte for byte (only the subdirectory offset is set anew).
#ifndef DISM_WIM_IMAGE_TREE_H_
#define DISM_WIM_IMAGE_TREE_H_

#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "wim/dentry.h"
#include "wim/dentry_layout.h"
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

  // What a parse found that is not fatal but was left out: no name, name "." or "..", NUL or
  // separator in a name, equal names (the first is kept), children of a file or of a link (symbolic
  // link, junction). path: where, as \dir\name, cut at the front to kMaxFindingPath units. After
  // kMaxFindings the last one tells that the rest is not listed.
  struct Finding {
    ErrorCode code;
    std::u16string path;
    std::string message;
    uint64_t offset;
  };
  static constexpr size_t kMaxFindings = 10000;
  static constexpr size_t kMaxFindingPath = 1024;
  static constexpr unsigned kMaxDepth = 16384;

  // Parses an uncompressed metadata resource, taking over the buffer. Corrupt with the offset for
  // cycles, overlapping or shared child lists, offsets outside, depth over 16,384 (bounded work:
  // linear in the size of the buffer; no recursion on the machine stack).
  static Result<ImageTree> Parse(std::vector<uint8_t> metadata, std::vector<Finding>* findings);

  // The uncompressed metadata resource: security data, root, end marker, then pre-order the
  // children of each directory. What DISM, WIMGAPI and wimlib wrote and nobody edited comes out
  // identical. A directory without children gets an empty list unless it was read without one.
  std::vector<uint8_t> Write() const;
  // The same in pieces, in order, without the whole of it in memory; stops at the first error. A piece is valid until
  // the sink returns.
  using Sink = std::function<Status(ByteSpan)>;
  // Changes the bytes of an entry on its way out, never their number: the name and the number of streams stay.
  using Patch = std::function<void(MutableByteSpan entry)>;
  Status WriteTo(const Sink& sink, const Patch& patch = nullptr) const;
  // How many bytes that are.
  uint64_t WrittenSize() const;

  // Ids are below node_count(), removed nodes included; live_count() is without them.
  size_t node_count() const { return nodes_.size(); }
  size_t live_count() const { return live_count_; }
  bool is_removed(NodeId node) const { return nodes_[node].raw == nullptr; }
  NodeId parent(NodeId node) const { return nodes_[node].parent; }  // kNoNode for the root
  // Valid until the tree is edited.
  const std::vector<NodeId>& children(NodeId node) const { return nodes_[node].Children(); }

  // Decoded copy of a node. The raw bytes were validated when they came in: this cannot fail.
  Dentry Get(NodeId node) const;
  // Cheap reads without decoding the rest.
  uint32_t attributes(NodeId node) const;
  bool is_directory(NodeId node) const { return (attributes(node) & kAttributeDirectory) != 0; }
  int32_t security_id(NodeId node) const;
  uint32_t reparse_tag(NodeId node) const;      // 0 unless a reparse point
  uint64_t hard_link_group(NodeId node) const;  // 0 for reparse points
  std::u16string_view name(NodeId node) const;  // in the arena, valid until the node is replaced; empty for the root
  // Calls visit(StreamKind, const Sha1Digest&) for each stream, in the order of Get(node).streams.
  template <typename Visit>
  void ForEachStream(NodeId node, Visit visit) const {
    ForEachStreamIn(raw(node), visit);
  }
  // The same for the bytes of an entry, such as patched ones.
  template <typename Visit>
  static void ForEachStreamIn(ByteSpan bytes, Visit visit) {
    layout::ResolveStreams(bytes, [&](StreamKind kind, size_t digest_at, size_t) {
      Sha1Digest digest;
      std::memcpy(digest.data(), bytes.data() + digest_at, digest.size());
      visit(kind, digest);
    });
  }
  // The entry as it will be written, but for the subdirectory offset.
  ByteSpan raw(NodeId node) const { return {nodes_[node].raw, nodes_[node].size}; }

  // Makes room for so many nodes in all.
  void Reserve(size_t count) { nodes_.reserve(count); }

  // Edits. Add returns the new node, appended to the children of parent (order is the caller's
  // business). Adding may move the vectors that children() returned, but not names.
  NodeId Add(NodeId parent, const Dentry& dentry);
  // The same at a position among the children of parent.
  NodeId Insert(NodeId parent, size_t position, const Dentry& dentry);
  // Takes a node (not the root) with everything below to a position among the children of parent, which must not lie
  // below it. The position counts without the node itself.
  void Move(NodeId node, NodeId parent, size_t position);
  void Replace(NodeId node, const Dentry& dentry);
  void SetDigest(NodeId node, size_t stream,
                 const Sha1Digest& digest);  // stream: index in Get(node).streams
  // Removes a node (not the root) with everything below; the ids are not reused. Takes time in
  // proportion to the later siblings: remove the last first when there are many.
  void Remove(NodeId node);
  // Sorts the children of every directory in NTFS collation order: by upcased name, then by code
  // units.
  void SortChildren();

  // Looks up \dir\name (either separator, leading separator optional): each component exact first,
  // then the unique match under the upcase table. nullopt when there is none; *ambiguous set when
  // several match.
  std::optional<NodeId> Find(std::u16string_view path, bool* ambiguous = nullptr) const;
  // \dir\name of a node; "\" for the root.
  std::u16string Path(NodeId node) const;

  SecurityData& security() { return security_; }
  const SecurityData& security() const { return security_; }

 private:
  friend class TreeParser;
  struct Node {
    uint8_t* raw = nullptr;  // in the arena, 8-aligned; nullptr: removed
    uint32_t size = 0;
    NodeId parent = kNoNode;
    // nullptr: none. Most nodes are files, and an image may have a million.
    std::unique_ptr<std::vector<NodeId>> children;

    const std::vector<NodeId>& Children() const {
      static const std::vector<NodeId> kNone;
      return children == nullptr ? kNone : *children;
    }
    std::vector<NodeId>& MutableChildren() {
      if (children == nullptr) children = std::make_unique<std::vector<NodeId>>();
      return *children;
    }
  };
  // Entries never move: those of the file lie in its buffer, later ones in blocks; what is replaced
  // stays behind.
  struct Arena {
    std::vector<uint8_t> parsed;
    std::vector<std::unique_ptr<uint8_t[]>> blocks;
    size_t block_size = 0, block_used = 0;  // of the last block
  };

  // For each node the bytes of the lists in its subtree; for the root, all but security data, root entry and marker.
  std::vector<uint64_t> ListSizes() const;
  void Unlink(NodeId node);
  uint8_t* Allocate(size_t size);
  // Makes `dentry` the bytes of the node. In raw bytes a subdirectory offset of 0 means that no
  // list is written when there are no children.
  void Store(NodeId node, const Dentry& dentry, bool with_list);
  bool HasList(NodeId node) const;

  SecurityData security_;
  std::vector<Node> nodes_;
  Arena arena_;
  std::vector<uint8_t> scratch_;
  size_t live_count_ = 1;
  bool root_end_marker_ = true;  // an end marker behind the root, as Microsoft and wimlib write it
};

}  // namespace dism::wim

#endif  // DISM_WIM_IMAGE_TREE_H_
