// Names of a directory, found fast: a sorted list for each directory that is looked into. Sorting, not hashing: names of
// a hostile image cannot make it slow, and it gives the collation order that listings need.
#ifndef DISM_WIM_EDIT_CHILD_INDEX_H_
#define DISM_WIM_EDIT_CHILD_INDEX_H_

#include <string_view>
#include <unordered_map>
#include <vector>

#include "wim/image_tree.h"

namespace dism::wim {

class ChildIndex {
 public:
  // tree: outlives the index; whoever edits it tells with Added and Removing.
  explicit ChildIndex(const ImageTree& tree) : tree_(tree) {}

  struct Match {
    NodeId node = kNoNode;
    std::vector<NodeId> similar;  // when no name is exactly the same, and several are the same but for case
  };
  // The exact name, else the only one that is the same under the upcase table.
  Match Find(NodeId directory, std::u16string_view name);
  // The children in NTFS collation order. Valid until the directory is edited.
  const std::vector<NodeId>& Sorted(NodeId directory);
  // Where a new name goes among tree.children(directory): its place when they are in order, else the end.
  size_t PlaceFor(NodeId directory, std::u16string_view name);

  // After a node got its place and name in the tree.
  void Added(NodeId node);
  // Before a node loses its place or name, or goes away.
  void Removing(NodeId node);

 private:
  std::vector<NodeId>::iterator LowerBound(std::vector<NodeId>& sorted, std::u16string_view name);

  const ImageTree& tree_;
  std::unordered_map<NodeId, std::vector<NodeId>> sorted_;
};

}  // namespace dism::wim

#endif  // DISM_WIM_EDIT_CHILD_INDEX_H_
