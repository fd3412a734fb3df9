// How ImageTree::Parse walks foreign metadata: without recursion, each byte at most once, and with
// findings instead of a failure for single entries that cannot be used.
#ifndef DISM_WIM_TREE_PARSER_H_
#define DISM_WIM_TREE_PARSER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "wim/image_tree.h"

namespace dism::wim {

class TreeParser {
 public:
  // tree: without nodes, its arena holding the metadata. findings may be nullptr.
  TreeParser(ImageTree* tree, std::vector<ImageTree::Finding>* findings);
  Status Run();

 private:
  struct PendingList {
    NodeId directory;
    unsigned depth;  // of the entries in the list; those of the root have 1
    uint64_t offset;
  };
  struct Entry {
    uint64_t offset;
    uint32_t size;
    bool kept;
  };

  Status ParseRoot(uint64_t offset);
  Status ParseList(const PendingList& list);
  // Marks the bytes of an entry as used; Corrupt when some were used before.
  Status Claim(uint64_t offset, uint64_t size);
  void DropEqualNames(NodeId directory);
  // Whether the node has children to read: a list offset that is not refused.
  bool WantsList(NodeId node, uint64_t at);
  void Report(ErrorCode code, NodeId directory, std::u16string_view name, uint64_t offset, const char* message);
  std::u16string_view NameOf(const Entry& entry) const;
  NodeId AddNode(NodeId parent, uint64_t offset, uint32_t size);

  ImageTree& tree_;
  std::vector<ImageTree::Finding>* const findings_;
  uint8_t* const data_;
  const View view_;
  std::vector<uint64_t> claimed_;  // one bit for each 8 bytes
  std::vector<PendingList> pending_;
  std::vector<Entry> entries_;  // of the list being parsed
};

}  // namespace dism::wim

#endif  // DISM_WIM_TREE_PARSER_H_
