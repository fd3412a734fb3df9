// Editing an image in memory: names found fast and exactly, links, net changes, and every other byte as it was.
#include "wim/edit/image_edit.h"

#include <algorithm>
#include <map>

#include "support/test.h"
#include "wim/upcase.h"

namespace dism::wim {
namespace {

using State = ImageEdit::State;

Sha1Digest Digest(uint8_t value) {
  Sha1Digest digest{};
  digest[0] = value;
  return digest;
}

NodeId AddFile(ImageTree& tree, NodeId parent, const std::u16string& name, uint8_t digest, uint64_t group = 0) {
  Dentry entry;
  entry.name = name;
  entry.attributes = kAttributeArchive;
  entry.hard_link_group = group;
  entry.streams.push_back({StreamKind::kData, Digest(digest), {}});
  return tree.Add(parent, entry);
}

NodeId AddDirectory(ImageTree& tree, NodeId parent, const std::u16string& name) {
  Dentry entry;
  entry.name = name;
  entry.attributes = kAttributeDirectory;
  return tree.Add(parent, entry);
}

EntryEdit Data(uint8_t digest) {
  EntryEdit edit;
  edit.data = Digest(digest);
  return edit;
}

// "kind path" of each change.
std::vector<std::string> Told(const ImageEdit& edit) {
  static const char* kNames[] = {"create", "replace", "metadata", "rename", "remove"};
  std::vector<std::string> told;
  for (const ImageEdit::NetChange& change : edit.Changes()) {
    std::string text = kNames[static_cast<size_t>(change.kind)];
    for (const char16_t c : u' ' + change.path) text += static_cast<char>(c);
    told.push_back(std::move(text));
  }
  return told;
}

TEST(ImageEdit, FindsNamesAmongManyInAnyOrder) {
  for (const bool sorted : {true, false}) {
    ImageTree tree;
    test::Random random(5);
    std::vector<std::u16string> names;
    for (int i = 0; i < 3000; ++i) {
      std::u16string name;
      for (uint64_t n = 1 + random.Below(6); n > 0; --n) name += u"aAbB_\u00E4\u00C4"[random.Below(7)];
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    for (const std::u16string& name : names) AddFile(tree, kRootNode, name, 1);
    if (sorted) tree.SortChildren();
    ImageEdit edit(std::move(tree));
    const auto check = [&] {
      for (const std::u16string& name : names) {
        const ImageEdit::Lookup exact = edit.Find(u"\\" + name);
        ASSERT(exact.node != kNoNode);
        EXPECT(edit.tree().name(exact.node) == name);
        // Against a plain search.
        std::u16string other = name;
        other[0] = other[0] == u'a' ? u'A' : u'a';
        size_t similar = 0;
        bool found = false;
        for (const std::u16string& candidate : names) {
          found |= candidate == other;
          similar += EqualIgnoringCase(candidate, other);
        }
        const ImageEdit::Lookup lookup = edit.Find(u"\\" + other);
        EXPECT_EQ(lookup.node != kNoNode, found || similar == 1);
        EXPECT_EQ(lookup.similar.size(), lookup.node != kNoNode || similar == 0 ? 0u : similar);
      }
    };
    check();
    for (int i = 0; i < 500; ++i) {
      const size_t at = static_cast<size_t>(random.Below(names.size()));
      if (random.Below(2) == 0) {
        edit.Remove(edit.Find(u"\\" + names[at]).node);
        names.erase(names.begin() + static_cast<ptrdiff_t>(at));
      } else {
        names.push_back(u"new" + std::u16string(1, static_cast<char16_t>(0x100 + i)));
        edit.Create(kRootNode, names.back(), Data(2));
      }
    }
    check();
    const std::vector<NodeId>& children = edit.Children(kRootNode);
    EXPECT(std::is_sorted(children.begin(), children.end(), [&](NodeId a, NodeId b) {
      return CompareNames(edit.tree().name(a), edit.tree().name(b)) < 0;
    }));
    // A directory that was in order stays in order.
    if (sorted) EXPECT(edit.tree().children(kRootNode) == children);
  }
}

TEST(ImageEdit, WhatIsNotEditedKeepsEveryByte) {
  ImageTree tree;
  const NodeId windows = AddDirectory(tree, kRootNode, u"Windows");
  for (uint8_t i = 0; i < 100; ++i) {
    AddFile(tree, windows, u"file" + std::u16string(1, static_cast<char16_t>(0x4E00 + i)), i, i % 3);
  }
  auto parsed = ImageTree::Parse(tree.Write(), nullptr);
  ASSERT(parsed.ok());
  ImageEdit edit(std::move(*parsed));
  std::map<NodeId, std::vector<uint8_t>> before;
  for (NodeId node = 0; node < edit.tree().node_count(); ++node) {
    before[node].assign(edit.tree().raw(node).begin(), edit.tree().raw(node).end());
  }
  const NodeId changed = edit.Find(u"\\windows\\FILE\u4E01").node;
  edit.Change(changed, Data(200));
  edit.Remove(edit.Find(u"\\Windows\\file\u4E02").node);
  edit.Create(edit.Find(u"\\Windows").node, u"new", Data(201));
  auto written = ImageTree::Parse(edit.tree().Write(), nullptr);
  ASSERT(written.ok());
  EXPECT_EQ(written->node_count(), edit.tree().live_count());
  for (NodeId node = 0; node < before.size(); ++node) {
    if (node == changed || edit.tree().is_removed(node)) continue;
    const auto now = written->Find(edit.Path(node, State::kNow));
    ASSERT(now.has_value());
    // The place of the list is the writer's.
    const ByteSpan raw = written->raw(*now);
    std::vector<uint8_t> expected = before[node];
    std::copy_n(raw.begin() + 0x10, 8, expected.begin() + 0x10);
    EXPECT(std::equal(raw.begin(), raw.end(), expected.begin(), expected.end()));
  }
}

TEST(ImageEdit, LinksShareWhatBelongsToTheFileAndPartWithNewData) {
  ImageTree tree;
  const NodeId a = AddFile(tree, kRootNode, u"a", 1, 7), b = AddFile(tree, kRootNode, u"b", 1, 7);
  const NodeId other = AddFile(tree, kRootNode, u"other", 2, 7);  // the number of another file, by mistake
  const NodeId single = AddFile(tree, kRootNode, u"single", 3);
  ImageEdit edit(std::move(tree));
  EXPECT_EQ(edit.LinkCount(a), 2u);
  EXPECT_EQ(edit.LinkCount(other), 1u);
  EntryEdit times;
  times.last_write_time = 99;
  times.short_name = u"A~1";
  edit.Change(a, times);
  EXPECT_EQ(edit.tree().Get(b).last_write_time, 99u);
  EXPECT(edit.tree().Get(b).short_name.empty());
  EXPECT_EQ(edit.tree().Get(other).last_write_time, 0u);
  const NodeId linked = edit.Link(kRootNode, u"linked", single);
  EXPECT_EQ(edit.LinkCount(linked), 2u);
  EXPECT_EQ(edit.LinkCount(single, State::kBefore), 1u);
  EXPECT(edit.tree().hard_link_group(linked) != 7 && edit.tree().hard_link_group(linked) != 0);
  edit.Change(b, Data(9));
  EXPECT_EQ(edit.LinkCount(a), 1u);
  EXPECT_EQ(edit.LinkCount(a, State::kBefore), 2u);
  EXPECT_EQ(edit.tree().hard_link_group(b), 0u);
  EXPECT(Told(edit) == (std::vector<std::string>{"metadata \\a", "replace \\b", "create \\linked"}));
  ReferenceChanges expected;
  expected[Digest(1)] = -1;
  expected[Digest(3)] = 1;
  expected[Digest(9)] = 1;
  EXPECT(edit.References() == expected);
}

TEST(ImageEdit, TellsNetChanges) {
  ImageTree tree;
  const NodeId windows = AddDirectory(tree, kRootNode, u"Windows");
  const NodeId inf = AddDirectory(tree, windows, u"INF");
  AddFile(tree, inf, u"disk.inf", 1);
  AddFile(tree, inf, u"net.inf", 2);
  ImageEdit edit(std::move(tree));
  // There and back again.
  edit.Move(windows, kRootNode, u"W");
  EXPECT(Told(edit) == (std::vector<std::string>{"rename \\W", "rename \\W\\INF", "rename \\W\\INF\\disk.inf",
                                                 "rename \\W\\INF\\net.inf"}));
  edit.Move(windows, kRootNode, u"Windows");
  edit.Remove(edit.Create(kRootNode, u"gone", Data(5)));
  EXPECT(Told(edit).empty());
  EXPECT(!edit.HasChanges());
  EXPECT(edit.References().empty());
  // Removed and made again: changed.
  edit.Remove(inf);
  EntryEdit folder;
  folder.attributes = kAttributeDirectory;
  const NodeId again = edit.Create(windows, u"INF", folder);
  edit.Create(again, u"disk.inf", Data(3));
  EntryEdit same;
  same.attributes = kAttributeArchive;
  same.data = Digest(2);
  edit.Create(again, u"net.inf", same);
  EXPECT(Told(edit) == (std::vector<std::string>{"replace \\Windows\\INF\\disk.inf"}));
  edit.Accept();
  EXPECT(Told(edit).empty());
  edit.Remove(again);
  EXPECT(Told(edit) == (std::vector<std::string>{"remove \\Windows\\INF", "remove \\Windows\\INF\\disk.inf",
                                                 "remove \\Windows\\INF\\net.inf"}));
}

}  // namespace
}  // namespace dism::wim
