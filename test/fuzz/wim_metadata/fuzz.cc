// An uncompressed metadata resource: what parses can be read node by node, edited, written, and
// read back the same.
#include "native/wim/fuzz_check.h"
#include "wim/image_tree.h"

using namespace dism;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::vector<wim::ImageTree::Finding> findings;
  auto tree = wim::ImageTree::Parse({data, data + size}, &findings);
  if (!tree.ok()) return 0;
  const std::vector<uint8_t> written = tree->Write();
  const size_t nodes = tree->node_count();
  FUZZ_CHECK(tree->live_count() == nodes);
  size_t reached = 1;
  for (wim::NodeId node = 0; node < nodes; ++node) {
    reached += tree->children(node).size();
    FUZZ_CHECK(node == wim::kRootNode || tree->parent(node) < node);
    const wim::Dentry dentry = tree->Get(node);
    FUZZ_CHECK(dentry.name == tree->name(node));
    size_t streams = 0;
    tree->ForEachStream(node, [&](wim::StreamKind kind, const Sha1Digest& digest) {
      FUZZ_CHECK(streams < dentry.streams.size() && dentry.streams[streams].kind == kind &&
                 dentry.streams[streams].digest == digest);
      ++streams;
    });
    FUZZ_CHECK(streams == dentry.streams.size());
    if (node < 64) FUZZ_CHECK(tree->Find(tree->Path(node)).has_value());
    tree->security().Get(dentry.security_id);
  }
  FUZZ_CHECK(reached == nodes);

  findings.clear();
  auto again = wim::ImageTree::Parse(written, &findings);
  FUZZ_CHECK(again.ok() && findings.empty());
  FUZZ_CHECK(again->Write() == written);

  // Every node decoded and written anew, every digest set, half of the tree removed.
  tree->SortChildren();
  for (wim::NodeId node = 0; node < nodes; ++node) {
    const wim::Dentry dentry = tree->Get(node);
    tree->Replace(node, dentry);
    for (size_t i = 0; i < dentry.streams.size(); ++i) tree->SetDigest(node, i, Sha1Digest{1});
  }
  for (wim::NodeId node = 1; node < nodes; node += 2) {
    if (!tree->is_removed(node)) tree->Remove(node);
  }
  auto edited = wim::ImageTree::Parse(tree->Write(), &findings);
  FUZZ_CHECK(edited.ok() && findings.empty());
  FUZZ_CHECK(edited->node_count() == tree->live_count());
  return 0;
}
