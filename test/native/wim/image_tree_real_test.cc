// The image tree on metadata that Microsoft's tools and wimlib made, and on large made-up images.
#include <chrono>
#include <cstdlib>

#include "native/wim/wim_bytes.h"
#include "wim/blob_table.h"
#include "wim/header.h"
#include "wim/image_tree.h"
#include "wim/upcase.h"

namespace dism::wim {
namespace {

bool HaveWimlib(const char* test) {
  if (std::system("command -v wimlib-imagex >/dev/null 2>&1") == 0) return true;
  std::cout << "skipped: wimlib-imagex is not installed (" << test << ")" << std::endl;
  return false;
}

std::string Quoted(const std::string& path) { return "'" + path + "'"; }

// The metadata resources of an uncompressed WIM.
std::vector<Bytes> MetadataOf(const std::string& path) {
  const Bytes bytes = ReadWhole(path);
  std::vector<Bytes> result;
  const auto header = Header::Parse(View(bytes), bytes.size());
  ASSERT(header.ok());
  const auto view = View(bytes).Slice(header->blob_table.offset, header->blob_table.stored_size, "blob table");
  ASSERT(view.ok());
  BlobTable table;
  ASSERT(table.ParsePart(*view, 1, bytes.size(), header->version).ok());
  for (size_t i = 0; i < table.metadata.size(); ++i) {
    const ResourceHeader& r = table.metadata[i];
    ASSERT((r.flags & kResourceCompressed) == 0);
    const auto* p = bytes.data() + r.offset;
    result.emplace_back(p, p + r.stored_size);
    EXPECT(Sha1::Of(result.back()) == table.metadata_digests[i]);
  }
  return result;
}

void ExpectSameBytes(const std::string& what, const Bytes& metadata) {
  std::vector<ImageTree::Finding> findings;
  const auto tree = ImageTree::Parse(metadata, &findings);
  if (!tree.ok()) {
    test::Fail(__FILE__, __LINE__, what + ": " + tree.error().detail);
    return;
  }
  if (!findings.empty()) test::Fail(__FILE__, __LINE__, what + ": findings");
  if (tree->Write() != metadata) test::Fail(__FILE__, __LINE__, what + ": other bytes");
  // Each entry made anew from its decoded form is the same too.
  for (NodeId node = 1; node < tree->node_count(); ++node) {
    // wimlib gives a directory link an empty data stream, which directories should not have.
    if (tree->is_directory(node) && tree->reparse_tag(node) == kReparseTagSymlink) continue;
    Bytes again;
    Dentry d = tree->Get(node);
    d.Write(&again);
    if (!std::equal(again.begin(), again.end(), tree->raw(node).begin(), tree->raw(node).end())) {
      test::Fail(__FILE__, __LINE__, what + ": an entry comes out different");
      return;
    }
  }
}

// wimlib copies metadata of unedited images as they are: it only takes the compression off.
TEST(ImageTreeReal, MicrosoftFilesComeOutIdentical) {
  const char* name = "ImageTreeReal.MicrosoftFilesComeOutIdentical";
  const std::string corpus = Corpus(name);
  if (corpus.empty() || !HaveWimlib(name)) return;
  size_t images = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(corpus + "/wim")) {
    if (!entry.is_regular_file()) continue;
    const Bytes bytes = ReadWhole(entry.path());
    const auto header = Header::Parse(View(bytes), bytes.size());
    // dotdot.wim has names that are left out on purpose.
    if (!header.ok() || header->total_parts > 1 || entry.path().filename() == "dotdot.wim") continue;
    const std::string plain = test::ScratchDirectory() + "/plain.wim";
    std::filesystem::remove(plain);
    const std::string command =
        "wimlib-imagex export " + Quoted(entry.path()) + " all " + Quoted(plain) + " --compress=none >/dev/null 2>&1";
    if (std::system(command.c_str()) != 0) continue;
    for (const Bytes& metadata : MetadataOf(plain)) {
      ExpectSameBytes(entry.path(), metadata);
      ++images;
    }
  }
  EXPECT(images >= 15);
}

TEST(ImageTreeReal, CaptureByWimlibComesOutIdentical) {
  if (!HaveWimlib("ImageTreeReal.CaptureByWimlibComesOutIdentical")) return;
  namespace fs = std::filesystem;
  const fs::path root = test::ScratchDirectory() + "/source";
  fs::create_directories(root / "Dir" / "deep" / "deeper");
  fs::create_directories(root / "empty");
  for (const char* name : {"b.txt", "A.txt", "_", "a.TXT", "\xC3\xA4", "Dir/x", "Dir/deep/y"}) {
    std::ofstream(root / name) << name;
  }
  std::ofstream(root / "nothing");
  fs::create_hard_link(root / "b.txt", root / "Dir" / "link");
  fs::create_symlink("Dir/x", root / "symlink");
  fs::create_directory_symlink("Dir", root / "dirlink");
  const std::string wim = test::ScratchDirectory() + "/made.wim";
  const std::string command =
      "wimlib-imagex capture " + Quoted(root) + " " + Quoted(wim) + " --compress=none --unix-data >/dev/null 2>&1";
  ASSERT(std::system(command.c_str()) == 0);
  const std::vector<Bytes> metadata = MetadataOf(wim);
  ASSERT(metadata.size() == 1);
  ExpectSameBytes("captured by wimlib", metadata[0]);
  // Sorting what wimlib sorted changes nothing.
  auto tree = ImageTree::Parse(metadata[0], nullptr);
  ASSERT(tree.ok());
  tree->SortChildren();
  EXPECT(tree->Write() == metadata[0]);
  const auto symlink = tree->Find(u"symlink");
  ASSERT(symlink.has_value());
  EXPECT_EQ(tree->reparse_tag(*symlink), kReparseTagSymlink);
  const auto link = tree->Find(u"Dir\\link");
  ASSERT(link.has_value());
  EXPECT(tree->hard_link_group(*link) != 0);
  EXPECT_EQ(tree->hard_link_group(*link), tree->hard_link_group(*tree->Find(u"b.txt")));
}

TEST(ImageTreeReal, LargeImages) {
  using Clock = std::chrono::steady_clock;
  const auto milliseconds = [](Clock::time_point since) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - since).count();
  };
  constexpr unsigned kNodes = 500000;
  // Flat: everything in one directory, in reverse order; wide: directories of 20; deep: chains of
  // 1,000.
  for (const char* shape : {"flat", "wide", "deep"}) {
    ImageTree tree;
    auto start = Clock::now();
    NodeId directory = kRootNode;
    for (unsigned i = 0; i < kNodes; ++i) {
      char16_t name[9] = u"node0000";
      for (unsigned k = 0, n = kNodes - i; k < 5; ++k, n /= 16) name[7 - k] = u"0123456789abcdef"[n % 16];
      const bool is_directory = (*shape == 'w' && i % 20 == 0) || *shape == 'd';
      if (*shape == 'd' && i % 1000 == 0) directory = kRootNode;
      const NodeId node = tree.Add(directory, is_directory ? Directory(name) : File(name, DigestOf(1)));
      if (is_directory) directory = *shape == 'w' && i % 400 == 0 ? kRootNode : node;
    }
    const auto add = milliseconds(start);
    start = Clock::now();
    Bytes bytes = tree.Write();
    const auto write = milliseconds(start);
    const size_t size = bytes.size();
    start = Clock::now();
    std::vector<ImageTree::Finding> findings;
    auto again = ImageTree::Parse(std::move(bytes), &findings);
    const auto parse = milliseconds(start);
    ASSERT(again.ok());
    EXPECT(findings.empty());
    EXPECT_EQ(again->node_count(), size_t{kNodes} + 1);
    start = Clock::now();
    again->SortChildren();
    const auto sort = milliseconds(start);
    start = Clock::now();
    for (NodeId node = 1; node <= kNodes; ++node) {
      if (!again->is_directory(node)) again->SetDigest(node, 0, DigestOf(2));
    }
    const auto set = milliseconds(start);
    std::cout << "     " << kNodes << " nodes, " << shape << ": add " << add << " ms, write " << write << ", parse "
              << parse << ", sort " << sort << ", set digests " << set << std::endl;
    EXPECT_EQ(again->Write().size(), size);
    // Generous: these guard against work that is not linear, on any machine and under sanitizers.
    EXPECT(parse < 20000 && write < 20000 && sort < 20000);
  }
}

TEST(ImageTreeReal, LargeBlobTable) {
  using Clock = std::chrono::steady_clock;
  constexpr uint32_t kBlobs = 500000;
  Bytes bytes(size_t{kBlobs} * 50);
  for (uint32_t i = 0; i < kBlobs; ++i) {
    uint8_t* p = bytes.data() + size_t{i} * 50;
    ResourceHeader{10, 0, 208 + uint64_t{i} * 10, 10}.Write(p);
    StoreLe16(p + 24, 1);
    StoreLe32(p + 26, 1);
    StoreLe32(p + 30, i + 1);
  }
  BlobTable table;
  auto start = Clock::now();
  ASSERT(table.ParsePart(View(bytes), 1, 1 << 30).ok());
  const auto parse = Clock::now() - start;
  start = Clock::now();
  size_t found = 0;
  for (uint32_t i = 0; i < kBlobs; ++i) {
    Sha1Digest digest{};
    StoreLe32(digest.data(), i + 1);
    found += table.Find(digest) == static_cast<int64_t>(i);
  }
  const auto find = Clock::now() - start;
  EXPECT_EQ(found, size_t{kBlobs});
  start = Clock::now();
  EXPECT(table.Write(1) == bytes);
  const auto write = Clock::now() - start;
  const auto ms = [](auto duration) { return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count(); };
  std::cout << "     " << kBlobs << " blobs: parse " << ms(parse) << " ms, find all " << ms(find) << ", write "
            << ms(write) << std::endl;
  EXPECT(ms(parse) < 20000 && ms(find) < 20000);
}

}  // namespace
}  // namespace dism::wim
