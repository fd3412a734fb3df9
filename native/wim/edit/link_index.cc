#include "wim/edit/link_index.h"

#include <algorithm>
#include <cstring>

#include "wim/dentry_layout.h"

namespace dism::wim {

Sha1Digest DataDigest(ByteSpan raw) {
  Sha1Digest digest{};
  layout::ResolveStreams(raw, [&](StreamKind kind, size_t digest_at, size_t) {
    if (kind == StreamKind::kData || kind == StreamKind::kEfsRaw) {
      std::memcpy(digest.data(), raw.data() + digest_at, digest.size());
    }
  });
  return digest;
}

void LinkIndex::Fill() {
  if (filled_) return;
  filled_ = true;
  for (NodeId node = 0; node < tree_.node_count(); ++node) {
    if (tree_.is_removed(node) || tree_.is_directory(node)) continue;
    const uint64_t group = tree_.hard_link_group(node);
    if (group != 0) members_.push_back({group, DataDigest(tree_.raw(node)), node});
  }
  std::sort(members_.begin(), members_.end());
}

std::span<const LinkIndex::Member> LinkIndex::Candidates(uint64_t group, const Sha1Digest& data) {
  Fill();
  const auto first = std::lower_bound(members_.begin(), members_.end(), Member{group, data, 0});
  auto last = first;
  while (last != members_.end() && last->group == group && last->data == data) ++last;
  return {members_.data() + (first - members_.begin()), static_cast<size_t>(last - first)};
}

void LinkIndex::Joined(NodeId node) {
  Fill();
  const Member member{tree_.hard_link_group(node), DataDigest(tree_.raw(node)), node};
  const auto at = std::lower_bound(members_.begin(), members_.end(), member);
  if (at == members_.end() || *at != member) members_.insert(at, member);
}

uint64_t LinkIndex::NewGroup() {
  Fill();
  if (members_.empty()) return 1;
  if (members_.back().group != UINT64_MAX) return members_.back().group + 1;
  // The highest number is taken: the lowest that is free.
  uint64_t free = 1;
  for (const Member& member : members_) {
    if (member.group == free) ++free;
  }
  return free;
}

}  // namespace dism::wim
