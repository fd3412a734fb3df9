#include "wim/edit/entry_records.h"

namespace dism::wim {
namespace {

// Paths are counted in 16 bits; Windows itself stops at 32,767 units.
constexpr size_t kMaxPath = 0xFFFF;

void PackEntryAt(ImageEdit& image, NodeId node, std::u16string_view path, ImageEdit::State state,
                 const SizeOfDigest& size_of, std::vector<uint8_t>* out) {
  Dentry entry = Dentry::Decode(image.Raw(node, state));
  if (node == kRootNode) entry.name.clear();
  const StreamEntry* data = entry.FindStream(StreamKind::kData);
  const size_t at = out->size();
  out->resize(at + 28);
  StoreLe32(out->data() + at, node);
  StoreLe32(out->data() + at + 4, image.LinkCount(node, state));
  if (data != nullptr)
    std::copy(data->digest.begin(), data->digest.end(), out->begin() + static_cast<ptrdiff_t>(at) + 8);
  PackEntry(entry, path, size_of, out);
}

}  // namespace

void PackNode(ImageEdit& image, NodeId node, ImageEdit::State state, const SizeOfDigest& size_of,
              std::vector<uint8_t>* out) {
  const std::u16string path = image.Path(node, state);
  PackEntryAt(image, node, std::u16string_view(path).substr(0, kMaxPath), state, size_of, out);
}

std::vector<uint8_t> PackChildren(ImageEdit& image, NodeId directory, const SizeOfDigest& size_of) {
  std::vector<uint8_t> out;
  std::u16string path = directory == kRootNode ? std::u16string() : image.Path(directory, ImageEdit::State::kNow);
  path += u'\\';
  const size_t length = path.size();
  for (const NodeId child : image.Children(directory)) {
    path.resize(length);
    path += image.tree().name(child);
    if (path.size() > kMaxPath) continue;
    PackEntryAt(image, child, path, ImageEdit::State::kNow, size_of, &out);
  }
  return out;
}

std::vector<uint8_t> PackChanges(ImageEdit& image, const SizeOfDigest& size_of) {
  std::vector<uint8_t> out;
  for (const ImageEdit::NetChange& change : image.Changes()) {
    out.push_back(static_cast<uint8_t>(change.kind));
    out.push_back(change.before != kNoNode);
    out.push_back(change.after != kNoNode);
    if (change.before != kNoNode) PackNode(image, change.before, ImageEdit::State::kBefore, size_of, &out);
    if (change.after != kNoNode) PackNode(image, change.after, ImageEdit::State::kNow, size_of, &out);
  }
  return out;
}

}  // namespace dism::wim
