#include "wim/image_statistics.h"

#include <algorithm>
#include <tuple>
#include <vector>

namespace dism::wim {

ImageStatistics CountEntries(const ImageTree& tree, const SizeOfDigest& size_of) {
  ImageStatistics statistics;
  struct Link {
    uint64_t group;
    Sha1Digest data;
    uint64_t bytes;
  };
  std::vector<Link> links;
  for (NodeId node = 0; node < tree.node_count(); ++node) {
    if (tree.is_removed(node)) continue;
    // Junctions and other links count as files.
    const bool is_folder = tree.is_directory(node) && tree.reparse_tag(node) == 0;
    ++(is_folder ? statistics.directory_count : statistics.file_count);
    Link link{tree.is_directory(node) ? 0 : tree.hard_link_group(node), {}, 0};
    tree.ForEachStream(node, [&](StreamKind kind, const Sha1Digest& digest) {
      if (IsZeroDigest(digest)) return;
      link.bytes += size_of(digest);
      if (kind == StreamKind::kData) link.data = digest;
    });
    statistics.total_bytes += link.bytes;
    if (link.group != 0 && link.bytes != 0) links.push_back(link);
  }
  std::sort(links.begin(), links.end(),
            [](const Link& a, const Link& b) { return std::tie(a.group, a.data) < std::tie(b.group, b.data); });
  for (size_t i = 1; i < links.size(); ++i) {
    if (links[i].group == links[i - 1].group && links[i].data == links[i - 1].data) {
      statistics.hard_link_bytes += links[i].bytes;
    }
  }
  return statistics;
}

}  // namespace dism::wim
