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

using Findings = std::vector<ImageTree::Finding>;

void ExpectCorrupt(const char* what, const Bytes& bytes, uint64_t offset, ErrorCode code = ErrorCode::kCorrupt) {
  Findings findings;
  const auto result = ImageTree::Parse(bytes, &findings);
  if (result.ok() || result.error().code != code || result.error().offset != offset) {
    test::Fail(__FILE__, __LINE__,
               std::string(what) + ": " +
                   (result.ok() ? "parsed"
                                : std::string(ErrorSymbol(result.error().code)) + " at " +
                                      std::to_string(result.error().offset)));
  }
}

std::u16string Names(const ImageTree& tree, NodeId directory) {
  std::u16string out;
  for (const NodeId child : tree.children(directory)) {
    if (!out.empty()) out += u' ';
    out += tree.name(child);
  }
  return out;
}

TEST(ImageTree, ParsedNodes) {
  Bytes bytes = MetadataStart();
  Dentry link = File(u"link", DigestOf(3));
  link.attributes |= kAttributeReparsePoint;
  link.reparse_tag = kReparseTagSymlink;
  link.streams[0].kind = StreamKind::kReparse;
  Dentry file = File(u"file", DigestOf(2));
  file.hard_link_group = 5;
  file.security_id = 4;
  Append(&bytes, RawDentry(file));
  Append(&bytes, RawDentry(link));
  Append(&bytes, EndMarker());
  Findings findings;
  const auto tree = ImageTree::Parse(bytes, &findings);
  ASSERT(tree.ok());
  EXPECT(findings.empty());
  ASSERT(tree->node_count() == 3);
  EXPECT_EQ(tree->attributes(1), kAttributeArchive);
  EXPECT_EQ(tree->hard_link_group(1), 5u);
  EXPECT_EQ(tree->security_id(1), 4);
  EXPECT_EQ(tree->reparse_tag(1), 0u);
  EXPECT_EQ(tree->hard_link_group(2), 0u);
  EXPECT_EQ(tree->reparse_tag(2), kReparseTagSymlink);
  EXPECT_EQ(tree->parent(2), kRootNode);
  EXPECT(tree->name(2) == u"link");
  std::vector<StreamEntry> streams;
  tree->ForEachStream(2, [&streams](StreamKind kind, const Sha1Digest& digest) {
    streams.push_back({kind, digest, {}});
  });
  ASSERT(streams.size() == 2);
  EXPECT(streams[0].kind == StreamKind::kReparse && streams[0].digest == DigestOf(3));
  EXPECT(streams[1].kind == StreamKind::kData && IsZeroDigest(streams[1].digest));
  EXPECT(tree->Write() == bytes);
}

TEST(ImageTree, RootSpellings) {
  // Without an end marker behind the root, without a list, with a name, nothing at all.
  Bytes tight(8, 0);
  tight[0] = 8;
  Append(&tight, RawDentry(Directory(u"ignored"), 8 + 120));
  ASSERT(tight.size() == 8 + 120);
  Bytes root_only = tight;
  Append(&tight, RawDentry(File(u"f")));
  Append(&tight, EndMarker());
  auto tree = ImageTree::Parse(tight, nullptr);
  ASSERT(tree.ok());
  EXPECT(Names(*tree, kRootNode) == u"f");
  EXPECT(tree->name(kRootNode).empty());
  EXPECT(tree->Get(kRootNode).name.empty());
  EXPECT(tree->Path(1) == u"\\f");
  EXPECT(tree->Write() == tight);

  StoreLe64(root_only.data() + 8 + 0x10, 0);
  for (const bool marker : {false, true}) {
    if (marker) Append(&root_only, EndMarker());
    auto empty = ImageTree::Parse(root_only, nullptr);
    ASSERT(empty.ok());
    EXPECT_EQ(empty->node_count(), 1u);
    EXPECT(empty->Write() == root_only);
    // A list appears with the first child.
    empty->Add(kRootNode, File(u"f"));
    const auto again = ImageTree::Parse(empty->Write(), nullptr);
    ASSERT(again.ok());
    EXPECT(Names(*again, kRootNode) == u"f");
  }

  auto nothing = ImageTree::Parse(Bytes(16, 0), nullptr);
  ASSERT(nothing.ok());
  EXPECT_EQ(nothing->node_count(), 1u);
  EXPECT_EQ(nothing->live_count(), 1u);
  EXPECT(nothing->is_directory(kRootNode));
  EXPECT(nothing->Write() == ImageTree().Write());

  Bytes file_root = MetadataStart();
  Append(&file_root, EndMarker());
  StoreLe32(file_root.data() + 8 + 8, kAttributeArchive);
  ExpectCorrupt("root is a file", file_root, 16);
}

TEST(ImageTree, EmptyDirectoriesStayAsTheyAre) {
  // One with a list of its own, one without, two that share one end marker.
  Bytes bytes = MetadataStart();
  const uint64_t behind = kFirstList + 4 * 112 + 8;
  Append(&bytes, RawDentry(Directory(u"a"), behind));
  Append(&bytes, RawDentry(Directory(u"b"), 0));
  Append(&bytes, RawDentry(Directory(u"c"), behind + 8));
  const Bytes shared = [&] {
    Bytes b = bytes;
    Append(&b, RawDentry(Directory(u"d"), behind + 8));
    for (int i = 0; i < 3; ++i) Append(&b, EndMarker());
    return b;
  }();
  Append(&bytes, RawDentry(Directory(u"d"), behind + 16));
  for (int i = 0; i < 4; ++i) Append(&bytes, EndMarker());
  const auto tree = ImageTree::Parse(bytes, nullptr);
  ASSERT(tree.ok());
  EXPECT(tree->Write() == bytes);
  const auto unshared = ImageTree::Parse(shared, nullptr);
  ASSERT(unshared.ok());
  EXPECT(unshared->Write() == bytes);
}

// Children lists and subdirectories at chosen places.
struct Lists {
  Bytes bytes = MetadataStart();
  uint64_t Here() const { return bytes.size(); }
  void Put(const Dentry& d, uint64_t subdirectory = 0) { Append(&bytes, RawDentry(d, subdirectory)); }
  void End() { Append(&bytes, EndMarker()); }
};

TEST(ImageTree, ListsThatLoopOrOverlap) {
  const uint64_t second = kFirstList + 112 + 8;
  {
    Lists l;
    l.Put(Directory(u"a"), kFirstList);
    l.End();
    ExpectCorrupt("own list", l.bytes, kFirstList);
  }
  {
    Lists l;
    l.Put(Directory(u"a"), second);
    l.End();
    l.Put(Directory(u"b"), kFirstList);
    l.End();
    ExpectCorrupt("cycle of two", l.bytes, kFirstList);
  }
  {
    Lists l;
    l.Put(Directory(u"a"), second + 112);
    l.Put(Directory(u"b"), second + 112);
    l.End();
    l.Put(File(u"f"));
    l.End();
    ExpectCorrupt("shared list", l.bytes, second + 112);
  }
  {
    Lists l;
    l.Put(Directory(u"a"), second + 112);
    l.Put(Directory(u"b"), second + 224);
    l.End();
    l.Put(File(u"f"));
    l.Put(File(u"g"));
    l.End();
    ExpectCorrupt("list inside a list", l.bytes, second + 224);
  }
  {
    // A dentry made of the name of another: same bytes, other phase.
    const Bytes inner = RawDentry(File(u"x"));
    std::u16string name(1, u'n');
    name.append(reinterpret_cast<const char16_t*>(inner.data()), inner.size() / 2);
    name.append(4, u'\0');
    Lists l;
    l.Put(Directory(u"a"), second + 104);
    l.End();
    l.Put(File(name));
    l.End();
    auto hidden = ImageTree::Parse(l.bytes, nullptr);
    ASSERT(hidden.ok());  // read once only, which is harmless
    Lists twice;
    twice.Put(Directory(u"a"), second + 112);
    twice.Put(Directory(u"b"), second + 112 + 104);
    twice.End();
    twice.Put(File(name));
    twice.End();
    ExpectCorrupt("list inside a name", twice.bytes, second + 112 + 104);
  }
  {
    // Security data whose descriptor looks like a list.
    Bytes fake = RawDentry(File(u"x"));
    Append(&fake, EndMarker());
    Bytes bytes(16);
    StoreLe32(bytes.data(), static_cast<uint32_t>(16 + fake.size()));
    StoreLe32(bytes.data() + 4, 1);
    StoreLe64(bytes.data() + 8, fake.size());
    Append(&bytes, fake);
    Append(&bytes, RawDentry(Directory(u""), 16));
    Append(&bytes, EndMarker());
    ExpectCorrupt("list inside security data", bytes, 16);
  }
  {
    Lists l;
    StoreLe64(l.bytes.data() + 8 + 0x10, 8);
    ExpectCorrupt("root inside itself", l.bytes, 8);
  }
}

TEST(ImageTree, ListOffsetsOutside) {
  for (const uint64_t offset : {uint64_t{kFirstList + 112 + 8}, uint64_t{1} << 32, uint64_t{1} << 63, ~uint64_t{0} - 7,
                                (uint64_t{1} << 56) - 8}) {
    Lists l;
    l.Put(Directory(u"a"), offset);
    l.End();
    ExpectCorrupt("outside", l.bytes, offset, ErrorCode::kTruncated);
  }
  for (const uint64_t offset : {uint64_t{kFirstList + 1}, ~uint64_t{0}}) {
    Lists l;
    l.Put(Directory(u"a"), offset);
    l.End();
    ExpectCorrupt("not a multiple of 8", l.bytes, offset);
  }
}

TEST(ImageTree, NamesThatAreLeftOut) {
  Lists l;
  const uint64_t at = l.Here();
  l.Put(File(u"ok"));
  l.Put(Directory(u".."), 8);  // its children are not even looked at
  l.Put(File(u"."));
  l.Put(File(u""));
  l.Put(File(u"a/b"));
  l.Put(File(u"a\\b"));
  l.Put(File(std::u16string(u"a\0b", 3)));
  l.Put(File(u"..."));
  l.Put(File(u"..x"));
  l.Put(File(u"\xD800"));
  l.End();
  Findings findings;
  const auto tree = ImageTree::Parse(l.bytes, &findings);
  ASSERT(tree.ok());
  EXPECT(Names(*tree, kRootNode) == u"ok ... ..x \xD800");
  ASSERT(findings.size() == 6);
  for (const auto& f : findings) EXPECT(f.code == ErrorCode::kUnsafePath);
  EXPECT(findings[0].path == u"\\..");
  EXPECT_EQ(findings[0].offset, at + 112);
  EXPECT(findings[3].path == u"\\a/b");
  EXPECT_EQ(findings[5].offset, at + 6 * 112 - 8);  // the entry without a name is 104 bytes
  findings.clear();
  ASSERT(ImageTree::Parse(tree->Write(), &findings).ok());
  EXPECT(findings.empty());
}

TEST(ImageTree, EqualNamesKeepTheFirst) {
  Lists l;
  l.Put(File(u"b", DigestOf(1)));
  l.Put(File(u"a", DigestOf(2)));
  l.Put(File(u"B", DigestOf(3)));
  l.Put(File(u"b", DigestOf(4)));
  l.Put(File(u"a", DigestOf(5)));
  l.Put(File(u"b", DigestOf(6)));
  l.End();
  Findings findings;
  const auto tree = ImageTree::Parse(l.bytes, &findings);
  ASSERT(tree.ok());
  EXPECT(Names(*tree, kRootNode) == u"b a B");
  EXPECT(tree->Get(1).streams[0].digest == DigestOf(1));
  EXPECT(tree->Get(2).streams[0].digest == DigestOf(2));
  ASSERT(findings.size() == 3);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT(findings[i].code == ErrorCode::kNameCollision);
    EXPECT_EQ(findings[i].offset, kFirstList + (3 + i) * 112);
  }
  // Neighbours in sorted order too.
  Lists sorted;
  sorted.Put(File(u"a"));
  sorted.Put(File(u"a"));
  sorted.Put(File(u"b"));
  sorted.End();
  findings.clear();
  const auto second = ImageTree::Parse(sorted.bytes, &findings);
  ASSERT(second.ok());
  EXPECT(Names(*second, kRootNode) == u"a b");
  EXPECT_EQ(findings.size(), 1u);
}

TEST(ImageTree, ChildrenOfFilesAndLinksAreLeftOut) {
  Dentry junction = Directory(u"junction");
  junction.attributes |= kAttributeReparsePoint;
  junction.reparse_tag = kReparseTagMountPoint;
  Dentry cloud = junction;
  cloud.name = u"cloud";
  cloud.reparse_tag = 0x9000001A;  // not a stand-in for another directory: may have children
  Lists l;
  const uint64_t list = kFirstList + 2 * 112 + 2 * 120 + 8 + 8;
  l.Put(cloud, list + 120);
  l.Put(File(u"f"), list);
  l.Put(File(u"g"), list + 112);  // an empty list is no finding
  l.Put(junction, list);
  l.End();
  ASSERT(l.Here() == list - 8);
  l.End();
  l.Put(File(u"x"));
  l.End();
  l.Put(File(u"y"));
  l.End();
  Findings findings;
  const auto tree = ImageTree::Parse(l.bytes, &findings);
  ASSERT(tree.ok());
  EXPECT(Names(*tree, kRootNode) == u"cloud f g junction");
  EXPECT(tree->Find(u"cloud\\y").has_value());
  EXPECT_EQ(tree->node_count(), 6u);
  ASSERT(findings.size() == 2);
  EXPECT(findings[0].path == u"\\f");
  EXPECT(findings[1].path == u"\\junction");
  findings.clear();
  const auto again = ImageTree::Parse(tree->Write(), &findings);
  ASSERT(again.ok());
  EXPECT(findings.empty());
  EXPECT_EQ(again->node_count(), 6u);
}

Bytes Nested(unsigned depth) {
  Lists l;
  for (unsigned i = 0; i < depth; ++i) {
    l.Put(Directory(u"d"), l.Here() + 120);
    l.End();
  }
  l.End();
  return l.bytes;
}

TEST(ImageTree, DepthIsBounded) {
  auto deep = ImageTree::Parse(Nested(ImageTree::kMaxDepth), nullptr);
  ASSERT(deep.ok());
  EXPECT_EQ(deep->node_count(), ImageTree::kMaxDepth + 1);
  EXPECT_EQ(deep->Path(ImageTree::kMaxDepth).size(), 2 * ImageTree::kMaxDepth);
  EXPECT(deep->Write() == Nested(ImageTree::kMaxDepth));
  deep->Remove(1);
  EXPECT_EQ(deep->live_count(), 1u);
  Bytes too_deep = Nested(ImageTree::kMaxDepth);
  // The last list is not empty any more.
  const Bytes file = RawDentry(File(u"f"));
  too_deep.insert(too_deep.end() - 8, file.begin(), file.end());
  ExpectCorrupt("too deep", too_deep, too_deep.size() - 8 - file.size());
}

TEST(ImageTree, FindingsAreBounded) {
  // Long paths above many bad entries: neither their number nor their paths may grow without limit.
  Lists l;
  for (unsigned i = 0; i < 100; ++i) {
    const std::u16string name(100, u'n');
    const uint64_t size = RawDentry(Directory(name)).size();
    l.Put(Directory(name), l.Here() + size + 8);
    l.End();
  }
  const Bytes bad = RawDentry(File(u".."));
  for (unsigned i = 0; i < ImageTree::kMaxFindings + 5; ++i) Append(&l.bytes, bad);
  l.End();
  Findings findings;
  ASSERT(ImageTree::Parse(l.bytes, &findings).ok());
  ASSERT(findings.size() == ImageTree::kMaxFindings + 1);
  EXPECT(findings.back().code == ErrorCode::kLimitExceeded);
  EXPECT_EQ(findings[0].path.size(), ImageTree::kMaxFindingPath);
  EXPECT(findings[0].path.ends_with(u"n\\.."));
  EXPECT(ImageTree::Parse(l.bytes, nullptr).ok());
}

TEST(ImageTree, TruncatedAtEveryByte) {
  Lists l;
  Dentry file = File(u"file", DigestOf(1));
  file.streams.push_back({StreamKind::kNamed, DigestOf(2), u"ads"});
  l.Put(file);
  const uint64_t list = l.Here() + 112 + 8;
  l.Put(Directory(u"z"), list);
  l.End();
  ASSERT(l.Here() == list);
  l.Put(File(u"x"));
  l.End();
  ASSERT(ImageTree::Parse(l.bytes, nullptr).ok());
  for (size_t n = 0; n < l.bytes.size(); ++n) {
    const auto result =
        ImageTree::Parse(Bytes(l.bytes.begin(), l.bytes.begin() + static_cast<std::ptrdiff_t>(n)), nullptr);
    ASSERT(!result.ok());
    EXPECT(result.error().code == ErrorCode::kTruncated);
  }
}

TEST(ImageTree, FindResolvesCase) {
  ImageTree tree;
  const NodeId upper = tree.Add(kRootNode, Directory(u"Dir"));
  const NodeId lower = tree.Add(kRootNode, Directory(u"dir"));
  const NodeId file = tree.Add(lower, File(u"\u00C4"));
  bool ambiguous = false;
  EXPECT(tree.Find(u"") == kRootNode);
  EXPECT(tree.Find(u"\\") == kRootNode);
  EXPECT(tree.Find(u"Dir", &ambiguous) == upper);
  EXPECT(tree.Find(u"/dir\\", &ambiguous) == lower);
  EXPECT(!ambiguous);
  EXPECT(!tree.Find(u"DIR", &ambiguous).has_value());
  EXPECT(ambiguous);
  EXPECT(tree.Find(u"dir//\u00E4", &ambiguous) == file);
  EXPECT(!ambiguous);
  EXPECT(!tree.Find(u"dir\\none", &ambiguous).has_value());
  EXPECT(!ambiguous);
  EXPECT(!tree.Find(u"dir\\..\\Dir").has_value());
  EXPECT(!tree.Find(u"dir\\\u00E4\\below").has_value());
}

TEST(ImageTree, ReplaceGrowsAndShrinks) {
  ImageTree tree;
  const NodeId dir = tree.Add(kRootNode, Directory(u"dir"));
  const NodeId file = tree.Add(dir, File(u"f", DigestOf(1)));
  Dentry d = tree.Get(dir);
  d.name = std::u16string(300, u'x');
  d.security_id = tree.security().Add(Bytes(20, 1));
  tree.Replace(dir, d);
  EXPECT(tree.name(dir) == d.name);
  EXPECT(tree.children(dir) == std::vector<NodeId>{file});
  d.name.assign(1, u'y');
  tree.Replace(dir, d);
  const std::u16string_view before = tree.name(file);
  for (int i = 0; i < 3000; ++i) tree.Add(dir, File(std::u16string(100, static_cast<char16_t>(u'a' + i % 20))));
  EXPECT(before == u"f");  // entries do not move
  const auto again = ImageTree::Parse(tree.Write(), nullptr);
  ASSERT(again.ok());
  const auto found = again->Find(u"\\y\\f");
  ASSERT(found.has_value());
  EXPECT(again->security().Get(again->security_id(again->parent(*found))).size() == 20);
}

TEST(ImageTree, SetDigestOfEveryStream) {
  ImageTree tree;
  Dentry d = File(u"f");
  d.streams.push_back({StreamKind::kNamed, {}, u"a"});
  d.streams.push_back({StreamKind::kNamed, {}, u"b"});
  const NodeId file = tree.Add(kRootNode, d);
  for (uint8_t i = 0; i < 3; ++i) tree.SetDigest(file, i, DigestOf(i + 1));
  const Bytes before(tree.raw(file).begin(), tree.raw(file).end());
  tree.SetDigest(file, 3, DigestOf(9));  // no such stream
  EXPECT(std::equal(before.begin(), before.end(), tree.raw(file).begin()));
  const Dentry after = tree.Get(file);
  ASSERT(after.streams.size() == 3);
  for (uint8_t i = 0; i < 3; ++i) EXPECT(after.streams[i].digest == DigestOf(i + 1));
}

TEST(ImageTree, SortIsNtfsCollation) {
  ImageTree tree;
  for (const char16_t* name : {u"b", u"_", u"a", u"B", u"\u00E4", u"A", u"ab", u"longname2", u"LongName1"}) {
    tree.Add(kRootNode, File(name));
  }
  tree.SortChildren();
  EXPECT(Names(tree, kRootNode) == u"A a ab B b LongName1 longname2 _ \u00E4");
}

// Random edits against a plain model, written and read back.
TEST(ImageTree, RandomEditsEqualAModel) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    test::Random random(seed);
    ImageTree tree;
    std::vector<std::pair<NodeId, std::u16string>> model;  // live nodes and their paths
    for (int step = 0; step < 200; ++step) {
      const uint64_t pick = random.Below(model.size() + 1);
      const NodeId parent =
          pick == model.size() || !tree.is_directory(model[pick].first) ? kRootNode : model[pick].first;
      if (random.Below(4) != 0 || model.empty()) {
        const std::u16string name(1, static_cast<char16_t>(0x4E00 + step));
        const NodeId node = tree.Add(parent, random.Below(2) == 0 ? Directory(name) : File(name, DigestOf(step)));
        model.emplace_back(node, tree.Path(node));
      } else {
        const auto victim = model[random.Below(model.size())];
        tree.Remove(victim.first);
        std::erase_if(model, [&](const auto& entry) {
          return entry.second == victim.second || entry.second.starts_with(victim.second + u"\\");
        });
      }
    }
    tree.SortChildren();
    const auto again = ImageTree::Parse(tree.Write(), nullptr);
    bool same = again.ok() && again->node_count() == model.size() + 1 && tree.live_count() == model.size() + 1 &&
                again->Write() == tree.Write();
    for (const auto& [node, path] : model) same = same && again->Find(path).has_value();
    if (!same) test::Fail(__FILE__, __LINE__, "seed " + std::to_string(seed));
  }
}

TEST(ImageTree, FlippedBitsNeverCrash) {
  Lists l;
  Dentry file = File(u"file", DigestOf(1));
  file.streams.push_back({StreamKind::kNamed, DigestOf(2), u"ads"});
  l.Put(file);
  const uint64_t list = l.Here() + 2 * 112 + 8;
  l.Put(Directory(u"y"), list);
  l.Put(Directory(u"z"), list + 120);
  l.End();
  l.Put(File(u"x"));
  l.End();
  l.End();
  ASSERT(ImageTree::Parse(l.bytes, nullptr).ok());
  constexpr uint64_t kSeed = 41;
  test::Random random(kSeed);
  size_t parsed = 0, failed = 0;
  for (int round = 0; round < 30000; ++round) {
    Bytes bytes = l.bytes;
    for (uint64_t flips = 1 + random.Below(3); flips > 0; --flips) {
      bytes[random.Below(bytes.size())] ^= static_cast<uint8_t>(1u << random.Below(8));
    }
    Findings findings;
    const auto tree = ImageTree::Parse(bytes, &findings);
    if (!tree.ok()) {
      ++failed;
      continue;
    }
    ++parsed;
    findings.clear();
    const auto again = ImageTree::Parse(tree->Write(), &findings);
    ASSERT(again.ok());
    EXPECT(findings.empty());
    EXPECT(again->Write() == tree->Write());
  }
  if (parsed < 1000 || failed < 1000) {
    test::Fail(__FILE__, __LINE__, "one-sided at seed " + std::to_string(kSeed));
  }
}

}  // namespace
}  // namespace dism::wim
