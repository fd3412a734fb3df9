// ImageEdit: an image that is being edited. The tree is changed at once; what every changed entry was is remembered, so
// that net changes can be told. Entries that are not named by an edit keep every byte. What may be done is the caller's
// business: names, places and kinds of entries are checked above.
#ifndef DISM_WIM_EDIT_IMAGE_EDIT_H_
#define DISM_WIM_EDIT_IMAGE_EDIT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "wim/edit/child_index.h"
#include "wim/edit/link_index.h"
#include "wim/image_tree.h"
#include "wim/writer.h"

namespace dism::wim {

// Properties to give an entry; absent ones stay as they are.
struct EntryEdit {
  struct Stream {
    std::u16string name;
    Sha1Digest digest{};
  };
  struct Reparse {
    uint32_t tag = 0;
    Sha1Digest digest{};
  };
  std::optional<uint32_t> attributes;
  std::optional<uint64_t> creation_time;  // FILETIME
  std::optional<uint64_t> last_access_time;
  std::optional<uint64_t> last_write_time;
  std::optional<std::vector<uint8_t>> security_descriptor;  // empty: none
  std::optional<std::u16string> short_name;
  std::optional<Sha1Digest> data;              // of the unnamed stream; zero: empty
  std::optional<std::vector<Stream>> streams;  // all named streams
  std::optional<Reparse> reparse;
};

enum class ChangeKind : uint8_t { kCreate, kReplace, kMetadata, kRename, kRemove };

class ImageEdit {
 public:
  // The image as it was at first (or at the last Accept), or as it is now.
  enum class State : uint8_t { kBefore, kNow };

  explicit ImageEdit(ImageTree tree);
  ImageEdit(const ImageEdit&) = delete;
  ImageEdit& operator=(const ImageEdit&) = delete;

  const ImageTree& tree() const { return tree_; }

  struct Lookup {
    NodeId node = kNoNode;
    // Where a name had several candidates: the directory, what was wanted, and they.
    NodeId directory = kNoNode;
    std::u16string wanted;
    std::vector<NodeId> similar;
  };
  // path: \dir\name; "\" for the root.
  Lookup Find(std::u16string_view path);
  // In NTFS collation order.
  const std::vector<NodeId>& Children(NodeId directory) { return children_.Sorted(directory); }
  // The names of the file, itself included; 1 for a directory.
  uint32_t LinkCount(NodeId node, State state = State::kNow);
  // Whether an entry of the directory other than `except` has this short name or this name.
  bool HasName(NodeId directory, std::u16string_view name, NodeId except);

  // Whether there was such an entry before the edits.
  bool IsOriginal(NodeId node) const {
    return node < original_count_ && (!tree_.is_removed(node) || originals_.contains(node));
  }
  // The bytes of an entry and where it is or was.
  ByteSpan Raw(NodeId node, State state) const;
  std::u16string Path(NodeId node, State state) const;

  NodeId Create(NodeId parent, std::u16string name, const EntryEdit& edit);
  // What belongs to a file is given to all its names; new data or reparse data makes this name a file of its own.
  void Change(NodeId node, const EntryEdit& edit);
  NodeId Link(NodeId parent, std::u16string name, NodeId existing);
  // Takes the short name away unless the name differs only in case.
  void Move(NodeId node, NodeId parent, std::u16string name);
  void Remove(NodeId node);

  struct NetChange {
    ChangeKind kind;
    NodeId before;  // kNoNode for a created entry
    NodeId after;   // kNoNode for a removed one
    std::u16string path;
  };
  // Net changes in the order of paths. What lies below a renamed directory is renamed as well; what was made anew where
  // something of its kind had been removed is that, changed.
  std::vector<NetChange> Changes() const;
  bool HasChanges() const;
  // How often each digest is used more or less than before; without those that are used as often.
  ReferenceChanges References() const;
  // What is now, is what was: the edits have been committed.
  void Accept();

 private:
  struct Original {
    std::vector<uint8_t> raw;
    NodeId parent;
  };

  // Remembers what an entry was, before it is changed the first time.
  void Touch(NodeId node);
  bool IsNew(NodeId node) const { return node >= original_count_; }
  bool IsSame(NodeId node, const Original& original) const;
  bool IsMoved(NodeId node) const;
  // The renames of what moved because `directory` did, but for entries that were edited themselves.
  void AddMovedWith(NodeId directory, std::vector<NetChange>* changes) const;
  NodeId ParentOf(NodeId node, State state) const;
  std::vector<NodeId> LinksOf(NodeId node, State state);
  void Apply(const EntryEdit& edit, Dentry* entry);

  ImageTree tree_;
  ChildIndex children_;
  LinkIndex links_;
  std::map<std::tuple<uint64_t, Sha1Digest, State>, uint32_t> many_links_;  // counts, until the next edit
  std::unordered_map<NodeId, Original> originals_;
  NodeId original_count_;
};

}  // namespace dism::wim

#endif  // DISM_WIM_EDIT_IMAGE_EDIT_H_
