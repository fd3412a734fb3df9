#include "wim/image_tree.h"

#include "native/wim/wim_bytes.h"

namespace dism::wim {
namespace {

TEST(ImageTree, NewTreeIsARootOnly) {
  ImageTree tree;
  EXPECT_EQ(tree.node_count(), 1u);
  EXPECT(tree.is_directory(kRootNode));
  EXPECT_EQ(tree.parent(kRootNode), kNoNode);
  std::vector<ImageTree::Finding> findings;
  auto again = ImageTree::Parse(tree.Write(), &findings);
  ASSERT(again.ok());
  EXPECT(findings.empty());
  EXPECT_EQ(again->node_count(), 1u);
  EXPECT(again->Write() == tree.Write());
}

TEST(ImageTree, EditsComeBackAfterWriting) {
  ImageTree tree;
  const NodeId dir = tree.Add(kRootNode, Directory(u"dir"));
  const NodeId file = tree.Add(dir, File(u"file.txt", DigestOf(1)));
  const NodeId empty = tree.Add(kRootNode, Directory(u"empty"));
  tree.Add(kRootNode, File(u"Z"));
  tree.Add(kRootNode, File(u"a"));
  tree.SetDigest(file, 0, DigestOf(7));
  tree.Remove(empty);
  EXPECT(tree.is_removed(empty));
  EXPECT_EQ(tree.live_count(), 5u);
  tree.SortChildren();
  auto again = ImageTree::Parse(tree.Write(), nullptr);
  ASSERT(again.ok());
  EXPECT_EQ(again->node_count(), 5u);
  const auto found = again->Find(u"\\DIR/File.TXT");
  ASSERT(found.has_value());
  EXPECT(again->Get(*found).streams[0].digest == DigestOf(7));
  EXPECT(again->Path(*found) == u"\\dir\\file.txt");
  EXPECT(again->name(again->children(kRootNode)[0]) == u"a");
  EXPECT(again->Write() == tree.Write());
}

}  // namespace
}  // namespace dism::wim
