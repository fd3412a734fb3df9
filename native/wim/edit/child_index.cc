#include "wim/edit/child_index.h"

#include <algorithm>

#include "wim/upcase.h"

namespace dism::wim {

const std::vector<NodeId>& ChildIndex::Sorted(NodeId directory) {
  const auto [entry, added] = sorted_.try_emplace(directory);
  std::vector<NodeId>& sorted = entry->second;
  if (added) {
    sorted = tree_.children(directory);
    const auto before = [this](NodeId a, NodeId b) { return CompareNames(tree_.name(a), tree_.name(b)) < 0; };
    if (!std::is_sorted(sorted.begin(), sorted.end(), before)) std::sort(sorted.begin(), sorted.end(), before);
  }
  return sorted;
}

std::vector<NodeId>::iterator ChildIndex::LowerBound(std::vector<NodeId>& sorted, std::u16string_view name) {
  return std::lower_bound(sorted.begin(), sorted.end(), name, [this](NodeId node, std::u16string_view wanted) {
    return CompareNames(tree_.name(node), wanted) < 0;
  });
}

ChildIndex::Match ChildIndex::Find(NodeId directory, std::u16string_view name) {
  Match match;
  Sorted(directory);
  std::vector<NodeId>& sorted = sorted_[directory];
  const auto at = LowerBound(sorted, name);
  if (at != sorted.end() && tree_.name(*at) == name) {
    match.node = *at;
    return match;
  }
  // Names that differ only in case are neighbours, before and behind the place of the exact one.
  auto first = at, last = at;
  while (first != sorted.begin() && EqualIgnoringCase(tree_.name(*std::prev(first)), name)) --first;
  while (last != sorted.end() && EqualIgnoringCase(tree_.name(*last), name)) ++last;
  if (last - first == 1) {
    match.node = *first;
  } else {
    match.similar.assign(first, last);
  }
  return match;
}

size_t ChildIndex::PlaceFor(NodeId directory, std::u16string_view name) {
  const std::vector<NodeId>& children = tree_.children(directory);
  if (Sorted(directory) != children) return children.size();
  std::vector<NodeId>& sorted = sorted_[directory];
  return static_cast<size_t>(LowerBound(sorted, name) - sorted.begin());
}

void ChildIndex::Added(NodeId node) {
  const auto entry = sorted_.find(tree_.parent(node));
  if (entry == sorted_.end()) return;
  entry->second.insert(LowerBound(entry->second, tree_.name(node)), node);
}

void ChildIndex::Removing(NodeId node) {
  sorted_.erase(node);
  const auto entry = sorted_.find(tree_.parent(node));
  if (entry == sorted_.end()) return;
  const auto at = LowerBound(entry->second, tree_.name(node));
  if (at != entry->second.end() && *at == node) entry->second.erase(at);
}

}  // namespace dism::wim
