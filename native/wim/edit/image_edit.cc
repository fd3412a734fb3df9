#include "wim/edit/image_edit.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <tuple>

#include "wim/dentry_layout.h"
#include "wim/upcase.h"

namespace dism::wim {
namespace {

// What stays with the kind of an entry whatever attributes it is given.
constexpr uint32_t kKindAttributes = kAttributeDirectory | kAttributeReparsePoint | kAttributeEncrypted;

uint32_t AttributesOf(ByteSpan raw) { return LoadLe32(raw.data() + layout::kAttributes); }
bool IsDirectory(ByteSpan raw) { return (AttributesOf(raw) & kAttributeDirectory) != 0; }

uint64_t GroupOf(ByteSpan raw) {
  if ((AttributesOf(raw) & (kAttributeReparsePoint | kAttributeDirectory)) != 0) return 0;
  return LoadLe64(raw.data() + layout::kHardLinkGroup);
}

// The place of the list of children is the writer's business, and which number a group of hard links has is nobody's.
bool SameEntry(ByteSpan a, ByteSpan b) {
  if (a.size() != b.size() || AttributesOf(a) != AttributesOf(b)) return false;
  const auto same = [&](size_t from, size_t to) {
    return std::memcmp(a.data() + from, b.data() + from, to - from) == 0;
  };
  const size_t group = (AttributesOf(a) & kAttributeReparsePoint) != 0 ? layout::kStreamCount : layout::kHardLinkGroup;
  return same(0, layout::kSubdirectoryOffset) && same(layout::kUnused, group) && same(layout::kStreamCount, a.size());
}

// Part by part in collation order, a directory before what lies in it.
bool PathBefore(std::u16string_view a, std::u16string_view b) {
  size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    const size_t end_a = std::min(a.find(u'\\', i), a.size()), end_b = std::min(b.find(u'\\', j), b.size());
    const int order = CompareNames(a.substr(i, end_a - i), b.substr(j, end_b - j));
    if (order != 0) return order < 0;
    i = end_a + 1;
    j = end_b + 1;
  }
  return i >= a.size() && j < b.size();
}

}  // namespace

ImageEdit::ImageEdit(ImageTree tree)
    : tree_(std::move(tree)),
      children_(tree_),
      links_(tree_),
      original_count_(static_cast<NodeId>(tree_.node_count())) {}

ImageEdit::Lookup ImageEdit::Find(std::u16string_view path) {
  Lookup lookup;
  NodeId node = kRootNode;
  for (size_t at = 0; at < path.size();) {
    if (path[at] == u'\\') {
      ++at;
      continue;
    }
    const size_t end = std::min(path.find(u'\\', at), path.size());
    const std::u16string_view name = path.substr(at, end - at);
    ChildIndex::Match match = children_.Find(node, name);
    if (match.node == kNoNode) {
      lookup.directory = node;
      lookup.wanted = name;
      lookup.similar = std::move(match.similar);
      return lookup;
    }
    node = match.node;
    at = end;
  }
  lookup.node = node;
  return lookup;
}

ByteSpan ImageEdit::Raw(NodeId node, State state) const {
  if (state == State::kBefore) {
    const auto original = originals_.find(node);
    if (original != originals_.end()) return original->second.raw;
  }
  return tree_.raw(node);
}

NodeId ImageEdit::ParentOf(NodeId node, State state) const {
  if (state == State::kBefore) {
    const auto original = originals_.find(node);
    if (original != originals_.end()) return original->second.parent;
  }
  return tree_.parent(node);
}

std::u16string ImageEdit::Path(NodeId node, State state) const {
  if (node == kRootNode) return u"\\";
  std::vector<NodeId> chain;
  size_t size = 0;
  for (; node != kRootNode; node = ParentOf(node, state)) {
    chain.push_back(node);
    size += 1 + layout::NameInPlace(Raw(node, state).data()).size();
  }
  std::u16string path;
  path.reserve(size);
  for (auto it = chain.rbegin(); it != chain.rend(); ++it) {
    path += u'\\';
    path += layout::NameInPlace(Raw(*it, state).data());
  }
  return path;
}

std::vector<NodeId> ImageEdit::LinksOf(NodeId node, State state) {
  const ByteSpan raw = Raw(node, state);
  const uint64_t group = GroupOf(raw);
  if (group == 0) return {node};
  // Writers exist that gave one number to different files: only equal contents are one file.
  const Sha1Digest data = DataDigest(raw);
  std::vector<NodeId> links;
  for (const LinkIndex::Member& member : links_.Candidates(group, data)) {
    if (state == State::kBefore && IsNew(member.node)) continue;
    const ByteSpan other = Raw(member.node, state);
    if (other.data() == nullptr || GroupOf(other) != group || DataDigest(other) != data) continue;
    links.push_back(member.node);
  }
  return links;
}

uint32_t ImageEdit::LinkCount(NodeId node, State state) {
  const ByteSpan raw = Raw(node, state);
  const uint64_t group = GroupOf(raw);
  if (group == 0) return 1;
  // Images are made by others: a file with very many names is counted once, not for each of them.
  constexpr size_t kFew = 64;
  const Sha1Digest data = DataDigest(raw);
  if (links_.Candidates(group, data).size() <= kFew) return static_cast<uint32_t>(LinksOf(node, state).size());
  const auto [count, added] = many_links_.try_emplace({group, data, state});
  if (added) count->second = static_cast<uint32_t>(LinksOf(node, state).size());
  return count->second;
}

bool ImageEdit::HasName(NodeId directory, std::u16string_view name, NodeId except) {
  for (const NodeId child : tree_.children(directory)) {
    if (child == except) continue;
    const uint8_t* raw = tree_.raw(child).data();
    const std::u16string_view long_name = tree_.name(child);
    if (EqualIgnoringCase(long_name, name)) return true;
    const size_t short_units = size_t{LoadLe16(raw + layout::kShortNameBytes)} / 2;
    if (short_units != name.size()) continue;
    const size_t start = layout::kName + (long_name.empty() ? 0 : 2 * long_name.size() + 2);
    const std::u16string_view short_name(reinterpret_cast<const char16_t*>(raw + start), short_units);
    if (EqualIgnoringCase(short_name, name)) return true;
  }
  return false;
}

void ImageEdit::Touch(NodeId node) {
  if (IsNew(node) || originals_.contains(node)) return;
  const ByteSpan raw = tree_.raw(node);
  originals_.emplace(node, Original{{raw.begin(), raw.end()}, tree_.parent(node)});
}

void ImageEdit::Apply(const EntryEdit& edit, Dentry* entry) {
  if (edit.attributes) {
    entry->attributes = (*edit.attributes & ~kKindAttributes) | (entry->attributes & kKindAttributes);
  }
  if (edit.creation_time) entry->creation_time = *edit.creation_time;
  if (edit.last_access_time) entry->last_access_time = *edit.last_access_time;
  if (edit.last_write_time) entry->last_write_time = *edit.last_write_time;
  if (edit.security_descriptor) entry->security_id = tree_.security().Add(*edit.security_descriptor);
  if (edit.short_name) entry->short_name = *edit.short_name;
  const auto set = [entry](StreamKind kind, const Sha1Digest& digest) {
    for (StreamEntry& stream : entry->streams) {
      if (stream.kind == kind) {
        stream.digest = digest;
        return;
      }
    }
    entry->streams.push_back({kind, digest, {}});
  };
  if (edit.reparse) {
    if (!entry->is_reparse_point()) {
      entry->attributes |= kAttributeReparsePoint;
      entry->hard_link_group = 0;
      entry->reparse_reserved = 0;
    }
    entry->reparse_tag = edit.reparse->tag;
    // The data is meant as it is: an apply must not point it elsewhere.
    entry->reparse_flags |= kReparseNotFixed;
    set(StreamKind::kReparse, edit.reparse->digest);
  }
  if (edit.data) set(StreamKind::kData, *edit.data);
  if (edit.streams) {
    std::erase_if(entry->streams, [](const StreamEntry& stream) { return stream.kind == StreamKind::kNamed; });
    for (const EntryEdit::Stream& stream : *edit.streams) {
      entry->streams.push_back({StreamKind::kNamed, stream.digest, stream.name});
    }
  }
}

NodeId ImageEdit::Create(NodeId parent, std::u16string name, const EntryEdit& edit) {
  many_links_.clear();
  Dentry entry;
  entry.attributes = edit.attributes.value_or(0) & kKindAttributes;
  Apply(edit, &entry);
  const size_t place = children_.PlaceFor(parent, name);
  entry.name = std::move(name);
  const NodeId node = tree_.Insert(parent, place, entry);
  children_.Added(node);
  return node;
}

void ImageEdit::Change(NodeId node, const EntryEdit& edit) {
  many_links_.clear();
  const bool own_file = edit.data.has_value() || edit.reparse.has_value();
  const std::vector<NodeId> links = own_file ? std::vector<NodeId>{node} : LinksOf(node, State::kNow);
  for (const NodeId link : links) {
    Dentry entry = tree_.Get(link);
    if (own_file && !entry.is_reparse_point() && entry.hard_link_group != 0 && LinkCount(node) > 1) {
      entry.hard_link_group = 0;
    }
    std::u16string short_name = entry.short_name;
    Apply(edit, &entry);
    if (link != node) entry.short_name = std::move(short_name);
    Touch(link);
    tree_.Replace(link, entry);
    if (own_file && tree_.hard_link_group(link) != 0) links_.Joined(link);
  }
}

NodeId ImageEdit::Link(NodeId parent, std::u16string name, NodeId existing) {
  many_links_.clear();
  Dentry entry = tree_.Get(existing);
  if (entry.hard_link_group == 0) {
    entry.hard_link_group = links_.NewGroup();
    Touch(existing);
    tree_.Replace(existing, entry);
    links_.Joined(existing);
  }
  const size_t place = children_.PlaceFor(parent, name);
  entry.name = std::move(name);
  entry.short_name.clear();
  const NodeId node = tree_.Insert(parent, place, entry);
  links_.Joined(node);
  children_.Added(node);
  return node;
}

void ImageEdit::Move(NodeId node, NodeId parent, std::u16string name) {
  Touch(node);
  children_.Removing(node);
  if (tree_.name(node) != name) {
    Dentry entry = tree_.Get(node);
    if (!EqualIgnoringCase(entry.name, name)) entry.short_name.clear();
    entry.name = name;
    tree_.Replace(node, entry);
  }
  // Out of its list first: its place is found among the others.
  tree_.Move(node, parent,
             tree_.parent(node) == parent ? tree_.children(parent).size() - 1 : tree_.children(parent).size());
  children_.Added(node);
  const std::vector<NodeId>& sorted = children_.Sorted(parent);
  const std::vector<NodeId>& children = tree_.children(parent);
  // Where all others are in order, the node goes to its place; else it stays at the end.
  std::vector<NodeId> others = sorted;
  const auto at = std::find(others.begin(), others.end(), node);
  const size_t place = static_cast<size_t>(at - others.begin());
  others.erase(at);
  if (std::equal(others.begin(), others.end(), children.begin())) tree_.Move(node, parent, place);
}

void ImageEdit::Remove(NodeId node) {
  many_links_.clear();
  std::vector<NodeId> pending{node};
  while (!pending.empty()) {
    const NodeId next = pending.back();
    pending.pop_back();
    Touch(next);
    children_.Removing(next);
    const std::vector<NodeId>& children = tree_.children(next);
    pending.insert(pending.end(), children.begin(), children.end());
  }
  tree_.Remove(node);
}

bool ImageEdit::IsSame(NodeId node, const Original& original) const {
  return !tree_.is_removed(node) && tree_.parent(node) == original.parent && SameEntry(original.raw, tree_.raw(node));
}

bool ImageEdit::HasChanges() const {
  for (NodeId node = original_count_; node < tree_.node_count(); ++node) {
    if (!tree_.is_removed(node)) return true;
  }
  return std::any_of(originals_.begin(), originals_.end(),
                     [this](const auto& item) { return !IsSame(item.first, item.second); });
}

std::vector<ImageEdit::NetChange> ImageEdit::Changes() const {
  std::vector<NetChange> changes;
  // What was created where something of the same kind was removed is that, changed.
  std::map<std::u16string, NodeId> created;
  for (NodeId node = original_count_; node < tree_.node_count(); ++node) {
    if (!tree_.is_removed(node)) created.emplace(Path(node, State::kNow), node);
  }
  const auto kind_of = [this](NodeId before, NodeId after) {
    const bool same_data = DataDigest(Raw(before, State::kBefore)) == DataDigest(tree_.raw(after));
    return same_data ? ChangeKind::kMetadata : ChangeKind::kReplace;
  };
  for (const auto& [node, original] : originals_) {
    if (!tree_.is_removed(node)) {
      std::u16string path = Path(node, State::kNow);
      if (path != Path(node, State::kBefore)) {
        changes.push_back({ChangeKind::kRename, node, node, std::move(path)});
      } else if (!SameEntry(original.raw, tree_.raw(node))) {
        changes.push_back({kind_of(node, node), node, node, std::move(path)});
      }
      if (IsMoved(node)) AddMovedWith(node, &changes);
      continue;
    }
    std::u16string path = Path(node, State::kBefore);
    const auto again = created.find(path);
    if (again != created.end() && tree_.is_directory(again->second) == IsDirectory(original.raw)) {
      const NodeId after = again->second;
      created.erase(again);
      if (!SameEntry(original.raw, tree_.raw(after))) {
        changes.push_back({kind_of(node, after), node, after, std::move(path)});
      }
      continue;
    }
    changes.push_back({ChangeKind::kRemove, node, kNoNode, std::move(path)});
  }
  for (const auto& [path, node] : created) changes.push_back({ChangeKind::kCreate, kNoNode, node, path});
  std::sort(changes.begin(), changes.end(), [](const NetChange& a, const NetChange& b) {
    if (a.path != b.path) return PathBefore(a.path, b.path);
    return a.kind > b.kind;  // a removed entry before what took its name
  });
  return changes;
}

bool ImageEdit::IsMoved(NodeId node) const {
  const auto original = originals_.find(node);
  if (original == originals_.end() || node == kRootNode) return false;
  return tree_.parent(node) != original->second.parent ||
         tree_.name(node) != layout::NameInPlace(original->second.raw.data());
}

void ImageEdit::AddMovedWith(NodeId directory, std::vector<NetChange>* changes) const {
  std::vector<NodeId> pending(tree_.children(directory));
  while (!pending.empty()) {
    const NodeId node = pending.back();
    pending.pop_back();
    if (IsMoved(node)) continue;  // tells of what is below it by itself
    pending.insert(pending.end(), tree_.children(node).begin(), tree_.children(node).end());
    if (IsNew(node) || originals_.contains(node)) continue;
    std::u16string path = Path(node, State::kNow);
    if (path != Path(node, State::kBefore)) changes->push_back({ChangeKind::kRename, node, node, std::move(path)});
  }
}

ReferenceChanges ImageEdit::References() const {
  ReferenceChanges references;
  const auto count = [&references](ByteSpan raw, int64_t by) {
    layout::ResolveStreams(raw, [&](StreamKind, size_t digest_at, size_t) {
      Sha1Digest digest;
      std::memcpy(digest.data(), raw.data() + digest_at, digest.size());
      if (!IsZeroDigest(digest)) references[digest] += by;
    });
  };
  for (const auto& [node, original] : originals_) {
    count(original.raw, -1);
    if (!tree_.is_removed(node)) count(tree_.raw(node), 1);
  }
  for (NodeId node = original_count_; node < tree_.node_count(); ++node) {
    if (!tree_.is_removed(node)) count(tree_.raw(node), 1);
  }
  std::erase_if(references, [](const auto& item) { return item.second == 0; });
  return references;
}

void ImageEdit::Accept() {
  many_links_.clear();
  originals_.clear();
  original_count_ = static_cast<NodeId>(tree_.node_count());
}

}  // namespace dism::wim
