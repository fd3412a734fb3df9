// Which entries are names of one file: those with one hard link group and one content. FORMAT.md, "Hard links".
#ifndef DISM_WIM_EDIT_LINK_INDEX_H_
#define DISM_WIM_EDIT_LINK_INDEX_H_

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "wim/image_tree.h"

namespace dism::wim {

class LinkIndex {
 public:
  // tree: outlives the index, which is filled at the first question. Whoever changes the group of a node tells.
  explicit LinkIndex(const ImageTree& tree) : tree_(tree) {}

  // Every node that has or once had this group: the caller looks at what they are now.
  std::span<const std::pair<uint64_t, NodeId>> Candidates(uint64_t group);
  void Joined(NodeId node);
  // A group that no node has.
  uint64_t NewGroup();

 private:
  void Fill();

  const ImageTree& tree_;
  std::vector<std::pair<uint64_t, NodeId>> members_;  // sorted
  bool filled_ = false;
};

}  // namespace dism::wim

#endif  // DISM_WIM_EDIT_LINK_INDEX_H_
