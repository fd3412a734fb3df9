#include "wim/tree_parser.h"

#include <algorithm>
#include <functional>

#include "wim/dentry_layout.h"
#include "wim/upcase.h"

namespace dism::wim {
namespace {

// Tags with this bit stand for another file or directory: nothing can lie below them.
constexpr uint32_t kReparseNameSurrogate = 0x20000000;

// What is wrong with a name, or nullptr.
const char* NameProblem(std::u16string_view name) {
  if (name.empty()) return "entry without a name";
  if (name == u"." || name == u"..") return "name is a relative path component";
  for (const char16_t c : name) {
    if (c == 0) return "NUL in a name";
    if (c == u'/' || c == u'\\') return "path separator in a name";
  }
  return nullptr;
}

}  // namespace

TreeParser::TreeParser(ImageTree* tree, std::vector<ImageTree::Finding>* findings)
    : tree_(*tree),
      findings_(findings),
      data_(tree->arena_.parsed.data()),
      view_(tree->arena_.parsed),
      claimed_(tree->arena_.parsed.size() / 512 + 1) {}

Status TreeParser::Run() {
  uint64_t root = 0;
  DISM_ASSIGN(tree_.security_, SecurityData::Parse(view_, &root));
  DISM_TRY(Claim(0, root));
  DISM_TRY(ParseRoot(root));
  while (!pending_.empty()) {
    const PendingList list = pending_.back();
    pending_.pop_back();
    DISM_TRY(ParseList(list));
  }
  return Ok();
}

Status TreeParser::ParseRoot(uint64_t offset) {
  DISM_ASSIGN(const layout::Extent extent, layout::Measure(view_, offset));
  if (extent.is_end) {
    // An image of nothing: it gets a root as a new image has it.
    Dentry root;
    root.attributes = kAttributeDirectory;
    tree_.nodes_.emplace_back();
    tree_.Store(kRootNode, root, true);
    tree_.live_count_ = 1;
    return Ok();
  }
  if (extent.size > UINT32_MAX) return view_.Bad(offset, "root entry over 4 GiB");
  DISM_TRY(Claim(offset, extent.size));
  tree_.live_count_ = 0;
  AddNode(kNoNode, offset, static_cast<uint32_t>(extent.size));
  if (!tree_.is_directory(kRootNode)) {
    return view_.Bad(offset + layout::kAttributes, "attributes of the root, expected a directory");
  }
  const uint64_t behind = offset + extent.size;
  const uint64_t list = view_.U64(offset + layout::kSubdirectoryOffset);
  tree_.root_end_marker_ = list != behind && view_.Has(behind, layout::kEndMarkerSize) && view_.U64(behind) == 0;
  if (WantsList(kRootNode, offset)) pending_.push_back({kRootNode, 1, list});
  return Ok();
}

Status TreeParser::ParseList(const PendingList& list) {
  entries_.clear();
  uint64_t at = list.offset;
  for (;;) {
    DISM_ASSIGN(const layout::Extent extent, layout::Measure(view_, at));
    // An empty list claims nothing: directories may share one end marker.
    if (extent.is_end && at == list.offset) return Ok();
    if (list.depth > ImageTree::kMaxDepth) {
      return view_.Bad(list.offset, "directories nested over 16,384 deep");
    }
    DISM_TRY(Claim(at, extent.size));
    if (extent.is_end) break;
    if (extent.size > UINT32_MAX) return view_.Bad(at, "directory entry over 4 GiB");
    Entry& entry = entries_.emplace_back();
    entry = {at, static_cast<uint32_t>(extent.size), true};
    if (const char* problem = NameProblem(NameOf(entry))) {
      entry.kept = false;
      Report(ErrorCode::kUnsafePath, list.directory, NameOf(entry), at, problem);
    }
    at += extent.size;
  }
  DropEqualNames(list.directory);

  const size_t kept =
      static_cast<size_t>(std::count_if(entries_.begin(), entries_.end(), [](const Entry& e) { return e.kept; }));
  if (kept >= kNoNode - tree_.nodes_.size()) {
    return Error(ErrorCode::kLimitExceeded, "over 4 billion directory entries", list.offset);
  }
  if (kept > 0) tree_.nodes_[list.directory].MutableChildren().reserve(kept);
  const size_t first_pending = pending_.size();
  for (const Entry& entry : entries_) {
    if (!entry.kept) continue;
    const NodeId node = AddNode(list.directory, entry.offset, entry.size);
    tree_.nodes_[list.directory].MutableChildren().push_back(node);
    if (WantsList(node, entry.offset)) {
      pending_.push_back({node, list.depth + 1, view_.U64(entry.offset + layout::kSubdirectoryOffset)});
    }
  }
  // The first directory comes off first, so that ids and errors follow the order in the file.
  std::reverse(pending_.begin() + static_cast<std::ptrdiff_t>(first_pending), pending_.end());
  return Ok();
}

Status TreeParser::Claim(uint64_t offset, uint64_t size) {
  const uint64_t last = (offset + size) / 8;
  for (uint64_t unit = offset / 8; unit < last;) {
    const unsigned bit = unit % 64;
    const uint64_t count = std::min<uint64_t>(64 - bit, last - unit);
    const uint64_t mask = (count == 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1) << bit;
    uint64_t& word = claimed_[static_cast<size_t>(unit / 64)];
    if ((word & mask) != 0) {
      return view_.Bad(offset, "directory lists that overlap or form a cycle");
    }
    word |= mask;
    unit += count;
  }
  return Ok();
}

void TreeParser::DropEqualNames(NodeId directory) {
  // Nearly every list is sorted: then equal names are neighbours, and no table is needed.
  bool sorted = true;
  for (size_t i = 1; i < entries_.size() && sorted; ++i) {
    sorted = CompareNames(NameOf(entries_[i - 1]), NameOf(entries_[i])) < 0;
  }
  if (sorted) return;
  struct Key {
    uint64_t hash;
    uint32_t entry;
  };
  std::vector<Key> keys;
  keys.reserve(entries_.size());
  const std::hash<std::u16string_view> hash;
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].kept) keys.push_back({hash(NameOf(entries_[i])), static_cast<uint32_t>(i)});
  }
  // Sorted by hash and, so that made-up collisions cost no more than a sort by name, by name; then
  // by place.
  std::sort(keys.begin(), keys.end(), [this](const Key& a, const Key& b) {
    if (a.hash != b.hash) return a.hash < b.hash;
    const int order = NameOf(entries_[a.entry]).compare(NameOf(entries_[b.entry]));
    return order != 0 ? order < 0 : a.entry < b.entry;
  });
  std::vector<uint32_t> equal;
  for (size_t i = 1; i < keys.size(); ++i) {
    if (keys[i].hash == keys[i - 1].hash && NameOf(entries_[keys[i].entry]) == NameOf(entries_[keys[i - 1].entry])) {
      equal.push_back(keys[i].entry);
    }
  }
  std::sort(equal.begin(), equal.end());
  for (const uint32_t i : equal) {
    entries_[i].kept = false;
    Report(ErrorCode::kNameCollision, directory, NameOf(entries_[i]), entries_[i].offset,
           "an earlier entry of the directory has the same name");
  }
}

bool TreeParser::WantsList(NodeId node, uint64_t at) {
  uint8_t* field = data_ + at + layout::kSubdirectoryOffset;
  const uint64_t list = LoadLe64(field);
  if (list == 0) return false;
  const char* problem = nullptr;
  if (!tree_.is_directory(node)) {
    problem = "a file with directory entries below it";
  } else if ((tree_.reparse_tag(node) & kReparseNameSurrogate) != 0) {
    problem = "a link with directory entries below it";
  }
  if (problem == nullptr) return true;
  const bool is_empty =
      list % 8 == 0 && view_.Has(list, layout::kEndMarkerSize) && view_.U64(list) <= layout::kEndMarkerSize;
  if (is_empty) return false;
  StoreLe64(field, 0);
  const NodeId parent = tree_.parent(node);
  if (parent != kNoNode) {
    Report(ErrorCode::kCorrupt, parent, tree_.name(node), at, problem);
  }
  return false;
}

void TreeParser::Report(ErrorCode code, NodeId directory, std::u16string_view name, uint64_t offset,
                        const char* message) {
  if (findings_ == nullptr || findings_->size() > ImageTree::kMaxFindings) return;
  if (findings_->size() == ImageTree::kMaxFindings) {
    findings_->push_back({ErrorCode::kLimitExceeded, u"\\", "further findings are not listed", offset});
    return;
  }
  // Built from the end, because only the end is kept of a path that is too long.
  constexpr size_t kLimit = ImageTree::kMaxFindingPath;
  std::u16string reversed;
  const auto put = [&reversed](std::u16string_view component) {
    const size_t count = std::min(component.size(), kLimit - reversed.size());
    reversed.append(component.rbegin(), component.rbegin() + static_cast<std::ptrdiff_t>(count));
    if (reversed.size() < kLimit) reversed += u'\\';
  };
  put(name);
  for (NodeId node = directory; node != kRootNode && reversed.size() < kLimit; node = tree_.parent(node)) {
    put(tree_.name(node));
  }
  findings_->push_back({code, {reversed.rbegin(), reversed.rend()}, message, offset});
}

std::u16string_view TreeParser::NameOf(const Entry& entry) const { return layout::NameInPlace(data_ + entry.offset); }

NodeId TreeParser::AddNode(NodeId parent, uint64_t offset, uint32_t size) {
  const NodeId id = static_cast<NodeId>(tree_.nodes_.size());
  ImageTree::Node& node = tree_.nodes_.emplace_back();
  node.raw = data_ + offset;
  node.size = size;
  node.parent = parent;
  ++tree_.live_count_;
  return id;
}

}  // namespace dism::wim
