#include "wim/edit/link_index.h"

#include <algorithm>

namespace dism::wim {

void LinkIndex::Fill() {
  if (filled_) return;
  filled_ = true;
  for (NodeId node = 0; node < tree_.node_count(); ++node) {
    if (tree_.is_removed(node) || tree_.is_directory(node)) continue;
    const uint64_t group = tree_.hard_link_group(node);
    if (group != 0) members_.emplace_back(group, node);
  }
  std::sort(members_.begin(), members_.end());
}

std::span<const std::pair<uint64_t, NodeId>> LinkIndex::Candidates(uint64_t group) {
  Fill();
  const auto first = std::lower_bound(members_.begin(), members_.end(), std::pair(group, NodeId{0}));
  auto last = first;
  while (last != members_.end() && last->first == group) ++last;
  return {members_.data() + (first - members_.begin()), static_cast<size_t>(last - first)};
}

void LinkIndex::Joined(NodeId node) {
  Fill();
  const std::pair member(tree_.hard_link_group(node), node);
  const auto at = std::lower_bound(members_.begin(), members_.end(), member);
  if (at == members_.end() || *at != member) members_.insert(at, member);
}

uint64_t LinkIndex::NewGroup() {
  Fill();
  if (members_.empty()) return 1;
  if (members_.back().first != UINT64_MAX) return members_.back().first + 1;
  // The highest number is taken: the lowest that is free.
  uint64_t free = 1;
  for (const auto& [group, node] : members_) {
    if (group == free) ++free;
  }
  return free;
}

}  // namespace dism::wim
