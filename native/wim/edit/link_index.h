// Which entries are names of one file: those with one hard link group and one content. FORMAT.md, "Hard links".
#ifndef DISM_WIM_EDIT_LINK_INDEX_H_
#define DISM_WIM_EDIT_LINK_INDEX_H_

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

#include "wim/image_tree.h"

namespace dism::wim {

// The digest of the unnamed data stream of an entry; zero when there is none.
Sha1Digest DataDigest(ByteSpan raw);

class LinkIndex {
 public:
  struct Member {
    uint64_t group;
    Sha1Digest data;
    NodeId node;
    auto operator<=>(const Member&) const = default;
  };

  // tree: outlives the index, which is filled at the first question. Whoever changes the group or data of a node tells.
  explicit LinkIndex(const ImageTree& tree) : tree_(tree) {}

  // Every node that has or once had this group and content: the caller looks at what they are now.
  std::span<const Member> Candidates(uint64_t group, const Sha1Digest& data);
  // A node has got the group and content that it has now.
  void Joined(NodeId node);
  // A group that no node has.
  uint64_t NewGroup();

 private:
  void Fill();

  const ImageTree& tree_;
  std::vector<Member> members_;  // sorted
  bool filled_ = false;
};

}  // namespace dism::wim

#endif  // DISM_WIM_EDIT_LINK_INDEX_H_
