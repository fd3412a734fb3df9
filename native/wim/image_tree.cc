#include "wim/image_tree.h"

#include <algorithm>
#include <cstring>

#include "wim/dentry_layout.h"
#include "wim/tree_parser.h"
#include "wim/upcase.h"

namespace dism::wim {
namespace {

// Blocks for entries that did not come with the file.
constexpr size_t kFirstArenaBlock = 1 << 12;
constexpr size_t kLargestArenaBlock = 1 << 18;

bool IsSeparator(char16_t c) { return c == u'\\' || c == u'/'; }

}  // namespace

ImageTree::ImageTree() {
  Dentry root;
  root.attributes = kAttributeDirectory;
  nodes_.emplace_back();
  Store(kRootNode, root, true);
}

ImageTree::ImageTree(ImageTree&&) noexcept = default;
ImageTree& ImageTree::operator=(ImageTree&&) noexcept = default;
ImageTree::~ImageTree() = default;

Result<ImageTree> ImageTree::Parse(std::vector<uint8_t> metadata, std::vector<Finding>* findings) {
  ImageTree tree;
  tree.nodes_.clear();
  tree.arena_ = Arena{};
  tree.arena_.parsed = std::move(metadata);
  TreeParser parser(&tree, findings);
  DISM_TRY(parser.Run());
  return tree;
}

uint8_t* ImageTree::Allocate(size_t size) {
  Arena& arena = arena_;
  if (arena.blocks.empty() || arena.block_size - arena.block_used < size) {
    // A small edit of a small image costs a small block.
    arena.block_size = std::max(size, std::clamp(2 * arena.block_size, kFirstArenaBlock, kLargestArenaBlock));
    arena.block_used = 0;
    // 8-aligned by operator new; names need 2.
    arena.blocks.push_back(std::make_unique<uint8_t[]>(arena.block_size));
  }
  uint8_t* p = arena.blocks.back().get() + arena.block_used;
  arena.block_used += size;
  return p;
}

void ImageTree::Store(NodeId node, const Dentry& dentry, bool with_list) {
  scratch_.clear();
  dentry.Write(&scratch_);
  Node& n = nodes_[node];
  if (n.raw == nullptr || n.size < scratch_.size()) n.raw = Allocate(scratch_.size());
  n.size = static_cast<uint32_t>(scratch_.size());
  std::memcpy(n.raw, scratch_.data(), scratch_.size());
  // Any value but 0: Write() sets the real one.
  StoreLe64(n.raw + layout::kSubdirectoryOffset, with_list ? 1 : 0);
}

bool ImageTree::HasList(NodeId node) const {
  const Node& n = nodes_[node];
  return !n.Children().empty() || (is_directory(node) && LoadLe64(n.raw + layout::kSubdirectoryOffset) != 0);
}

uint32_t ImageTree::attributes(NodeId node) const { return LoadLe32(nodes_[node].raw + layout::kAttributes); }

int32_t ImageTree::security_id(NodeId node) const {
  return static_cast<int32_t>(LoadLe32(nodes_[node].raw + layout::kSecurityId));
}

uint32_t ImageTree::reparse_tag(NodeId node) const {
  if ((attributes(node) & kAttributeReparsePoint) == 0) return 0;
  return LoadLe32(nodes_[node].raw + layout::kReparseTag);
}

uint64_t ImageTree::hard_link_group(NodeId node) const {
  if ((attributes(node) & kAttributeReparsePoint) != 0) return 0;
  return LoadLe64(nodes_[node].raw + layout::kHardLinkGroup);
}

std::u16string_view ImageTree::name(NodeId node) const {
  if (node == kRootNode) return {};
  return layout::NameInPlace(nodes_[node].raw);
}

Dentry ImageTree::Get(NodeId node) const {
  Dentry dentry = Dentry::Decode(raw(node));
  if (node == kRootNode) dentry.name.clear();
  return dentry;
}

NodeId ImageTree::Add(NodeId parent, const Dentry& dentry) { return Insert(parent, children(parent).size(), dentry); }

NodeId ImageTree::Insert(NodeId parent, size_t position, const Dentry& dentry) {
  const NodeId node = static_cast<NodeId>(nodes_.size());
  nodes_.emplace_back().parent = parent;
  std::vector<NodeId>& siblings = nodes_[parent].MutableChildren();
  siblings.insert(siblings.begin() + static_cast<std::ptrdiff_t>(position), node);
  ++live_count_;
  Store(node, dentry, dentry.is_directory() && !dentry.is_reparse_point());
  return node;
}

void ImageTree::Replace(NodeId node, const Dentry& dentry) {
  const bool with_list = is_directory(node) ? HasList(node) : dentry.is_directory() && !dentry.is_reparse_point();
  Store(node, dentry, with_list);
}

void ImageTree::SetDigest(NodeId node, size_t stream, const Sha1Digest& digest) {
  size_t index = 0, place = 0;
  layout::ResolveStreams(raw(node), [&](StreamKind, size_t digest_at, size_t) {
    if (index++ == stream) place = digest_at;
  });
  if (place != 0) std::memcpy(nodes_[node].raw + place, digest.data(), digest.size());
}

void ImageTree::Unlink(NodeId node) {
  std::vector<NodeId>& siblings = nodes_[nodes_[node].parent].MutableChildren();
  // From the back: whoever empties a directory does it in that order.
  const auto found = std::find(siblings.rbegin(), siblings.rend(), node);
  siblings.erase(std::next(found).base());
}

void ImageTree::Move(NodeId node, NodeId parent, size_t position) {
  Unlink(node);
  nodes_[node].parent = parent;
  std::vector<NodeId>& siblings = nodes_[parent].MutableChildren();
  siblings.insert(siblings.begin() + static_cast<std::ptrdiff_t>(position), node);
}

void ImageTree::Remove(NodeId node) {
  Unlink(node);
  std::vector<NodeId> pending{node};
  while (!pending.empty()) {
    Node& n = nodes_[pending.back()];
    pending.pop_back();
    pending.insert(pending.end(), n.Children().begin(), n.Children().end());
    n = Node{};
    --live_count_;
  }
}

void ImageTree::SortChildren() {
  // The first four upcased units decide most comparisons without touching the names.
  struct Item {
    uint64_t key;
    NodeId node;
  };
  std::vector<Item> items;
  for (Node& directory : nodes_) {
    if (directory.children == nullptr) continue;
    std::vector<NodeId>& children = *directory.children;
    const auto before = [this](NodeId a, NodeId b) { return CompareNames(name(a), name(b)) < 0; };
    if (children.size() < 2 || std::is_sorted(children.begin(), children.end(), before)) continue;
    items.clear();
    for (const NodeId child : children) {
      const std::u16string_view text = name(child);
      uint64_t key = 0;
      for (size_t i = 0; i < 4; ++i) key = key << 16 | (i < text.size() ? Upcase(text[i]) : 0);
      items.push_back({key, child});
    }
    std::stable_sort(items.begin(), items.end(), [&](const Item& a, const Item& b) {
      return a.key != b.key ? a.key < b.key : before(a.node, b.node);
    });
    for (size_t i = 0; i < items.size(); ++i) children[i] = items[i].node;
  }
}

std::optional<NodeId> ImageTree::Find(std::u16string_view path, bool* ambiguous) const {
  if (ambiguous != nullptr) *ambiguous = false;
  NodeId node = kRootNode;
  size_t at = 0;
  while (at < path.size()) {
    if (IsSeparator(path[at])) {
      ++at;
      continue;
    }
    size_t end = at;
    while (end < path.size() && !IsSeparator(path[end])) ++end;
    const std::u16string_view component = path.substr(at, end - at);
    at = end;
    NodeId exact = kNoNode, similar = kNoNode;
    bool several = false;
    for (const NodeId child : children(node)) {
      const std::u16string_view candidate = name(child);
      if (candidate.size() != component.size()) continue;
      if (candidate == component) {
        exact = child;
        break;
      }
      if (EqualIgnoringCase(candidate, component)) {
        several |= similar != kNoNode;
        similar = child;
      }
    }
    if (exact != kNoNode) {
      node = exact;
    } else if (similar != kNoNode && !several) {
      node = similar;
    } else {
      if (several && ambiguous != nullptr) *ambiguous = true;
      return std::nullopt;
    }
  }
  return node;
}

std::u16string ImageTree::Path(NodeId node) const {
  if (node == kRootNode) return u"\\";
  std::vector<NodeId> chain;
  size_t size = 0;
  for (; node != kRootNode; node = nodes_[node].parent) {
    chain.push_back(node);
    size += 1 + name(node).size();
  }
  std::u16string path;
  path.reserve(size);
  for (auto it = chain.rbegin(); it != chain.rend(); ++it) {
    path += u'\\';
    path += name(*it);
  }
  return path;
}

std::vector<uint64_t> ImageTree::ListSizes() const {
  // Parents come before their children in this order, so backwards every size is complete when it is added up.
  std::vector<NodeId> directories{kRootNode};
  if (!HasList(kRootNode)) directories.clear();
  for (size_t i = 0; i < directories.size(); ++i) {
    for (const NodeId child : children(directories[i])) {
      if (HasList(child)) directories.push_back(child);
    }
  }
  std::vector<uint64_t> sizes(nodes_.size());
  for (auto directory = directories.rbegin(); directory != directories.rend(); ++directory) {
    const Node& node = nodes_[*directory];
    uint64_t size = layout::kEndMarkerSize;
    for (const NodeId child : node.Children()) size += nodes_[child].size + sizes[child];
    sizes[*directory] = size;
  }
  return sizes;
}

uint64_t ImageTree::WrittenSize() const {
  std::vector<uint8_t> security;
  security_.Write(&security);
  return security.size() + nodes_[kRootNode].size + (root_end_marker_ ? layout::kEndMarkerSize : 0) +
         ListSizes()[kRootNode];
}

Status ImageTree::WriteTo(const Sink& sink, const Patch& patch) const {
  constexpr size_t kPiece = 256 << 10;
  const std::vector<uint64_t> sizes = ListSizes();
  std::vector<uint8_t> piece;
  security_.Write(&piece);
  uint64_t written = 0;  // before `piece`
  const auto flush = [&]() -> Status {
    DISM_TRY(sink(piece));
    written += piece.size();
    piece.clear();
    return Ok();
  };
  const auto put = [&](NodeId node, uint64_t list) {
    const size_t at = piece.size();
    piece.insert(piece.end(), nodes_[node].raw, nodes_[node].raw + nodes_[node].size);
    if (patch) patch(MutableByteSpan(piece).subspan(at));
    StoreLe64(piece.data() + at + layout::kSubdirectoryOffset, list);
  };
  const auto put_marker = [&] { piece.resize(piece.size() + layout::kEndMarkerSize); };

  const size_t marker = root_end_marker_ ? layout::kEndMarkerSize : 0;
  put(kRootNode, HasList(kRootNode) ? piece.size() + nodes_[kRootNode].size + marker : 0);
  if (root_end_marker_) put_marker();
  std::vector<NodeId> pending{kRootNode};
  if (!HasList(kRootNode)) pending.clear();
  while (!pending.empty()) {
    const Node& directory = nodes_[pending.back()];
    pending.pop_back();
    // Pre-order: what lies below the children follows their list, the first directory first.
    uint64_t below = written + piece.size() + layout::kEndMarkerSize;
    for (const NodeId child : directory.Children()) below += nodes_[child].size;
    const size_t first = pending.size();
    for (const NodeId child : directory.Children()) {
      const bool has_list = HasList(child);
      put(child, has_list ? below : 0);
      if (has_list) pending.push_back(child);
      below += sizes[child];
      if (piece.size() >= kPiece) DISM_TRY(flush());
    }
    put_marker();
    std::reverse(pending.begin() + static_cast<std::ptrdiff_t>(first), pending.end());
  }
  return flush();
}

std::vector<uint8_t> ImageTree::Write() const {
  std::vector<uint8_t> out;
  out.reserve(static_cast<size_t>(WrittenSize()));
  (void)WriteTo([&](ByteSpan piece) -> Status {
    out.insert(out.end(), piece.begin(), piece.end());
    return Ok();
  });
  return out;
}

}  // namespace dism::wim
