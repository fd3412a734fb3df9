// Images made in memory for tests of the writer: files with given bytes in one directory.
#ifndef DISM_TEST_SUPPORT_MEMORY_IMAGE_H_
#define DISM_TEST_SUPPORT_MEMORY_IMAGE_H_

#include <string>
#include <vector>

#include "base/utf16.h"
#include "support/memory_file.h"
#include "support/test.h"
#include "wim/content.h"
#include "wim/verify.h"
#include "wim/writer.h"

namespace dism::test {

class MemoryContent final : public wim::Content {
 public:
  MemoryContent(std::string path, std::vector<uint8_t> bytes) : path_(std::move(path)), bytes_(std::move(bytes)) {}
  uint64_t size() const override { return bytes_.size(); }
  std::string path() const override { return path_; }
  Result<std::unique_ptr<wim::ContentReader>> Open() const override {
    if (broken) return Error(ErrorCode::kAccessDenied, "made to fail").At(path_);
    return std::unique_ptr<wim::ContentReader>(std::make_unique<Reader>(bytes_));
  }
  bool broken = false;

 private:
  class Reader final : public wim::ContentReader {
   public:
    explicit Reader(const std::vector<uint8_t>& bytes) : bytes_(bytes) {}
    Status ReadAt(uint64_t offset, MutableByteSpan out) override {
      std::memcpy(out.data(), bytes_.data() + offset, out.size());
      return Ok();
    }

   private:
    const std::vector<uint8_t>& bytes_;
  };
  std::string path_;
  std::vector<uint8_t> bytes_;
};

struct TestFile {
  std::string name;
  std::vector<uint8_t> bytes;
};

// Bytes that compress to about half: words from a small vocabulary between random ones.
inline std::vector<uint8_t> SomeBytes(uint64_t seed, size_t size) {
  Random random(seed);
  std::vector<uint8_t> bytes;
  bytes.reserve(size + 16);
  while (bytes.size() < size) {
    if (random.Below(3) == 0) {
      bytes.push_back(static_cast<uint8_t>(random.Next()));
    } else {
      const std::string word = "word" + std::to_string(random.Below(20)) + " ";
      bytes.insert(bytes.end(), word.begin(), word.end());
    }
  }
  bytes.resize(size);
  return bytes;
}

inline std::vector<uint8_t> NoiseBytes(uint64_t seed, size_t size) {
  Random random(seed);
  std::vector<uint8_t> bytes(size);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.Next());
  return bytes;
}

inline std::vector<uint8_t> XmlFor(uint32_t images) {
  std::u16string xml = u"\uFEFF<WIM>";
  for (uint32_t i = 1; i <= images; ++i) {
    xml +=
        *Utf8ToUtf16("<IMAGE INDEX=\"" + std::to_string(i) + "\"><NAME>image " + std::to_string(i) + "</NAME></IMAGE>");
  }
  xml += u"</WIM>";
  const auto* bytes = reinterpret_cast<const uint8_t*>(xml.data());
  return std::vector<uint8_t>(bytes, bytes + 2 * xml.size());
}

// Stores the files and adds an image that holds them in its root.
inline Status AddFiles(wim::WimWriter& writer, const std::vector<TestFile>& files, JobContext& job) {
  wim::ImageTree tree;
  std::vector<wim::PendingContent> contents;
  std::vector<wim::NodeId> nodes;  // of the contents
  for (const TestFile& file : files) {
    wim::Dentry entry;
    entry.attributes = wim::kAttributeArchive;
    entry.name = *Utf8ToUtf16(file.name);
    entry.streams.push_back({});
    const wim::NodeId node = tree.Add(wim::kRootNode, entry);
    if (file.bytes.empty()) continue;
    wim::PendingContent pending;
    pending.content = std::make_unique<MemoryContent>(file.name, file.bytes);
    nodes.push_back(node);
    contents.push_back(std::move(pending));
  }
  DISM_TRY(writer.AddContents(contents, {}, job));
  for (size_t i = 0; i < contents.size(); ++i) {
    if (contents[i].failed) return Error(ErrorCode::kInternal, "a content failed");
    tree.SetDigest(nodes[i], 0, contents[i].digest);
  }
  tree.SortChildren();
  auto index = writer.AddImage(tree, job);
  if (!index.ok()) return std::move(index.error());
  return Ok();
}

inline std::string Describe(const Error& error) {
  return std::string(ErrorSymbol(error.code)) + ": " + error.detail + " [" + error.target + "]";
}

}  // namespace dism::test

#define ASSERT_OK(expression)                                                              \
  do {                                                                                     \
    auto&& dism_status = (expression);                                                     \
    if (!dism_status.ok()) {                                                               \
      ::dism::test::Fail(__FILE__, __LINE__, ::dism::test::Describe(dism_status.error())); \
      throw ::dism::test::AssertionFailure{};                                              \
    }                                                                                      \
  } while (0)

#endif  // DISM_TEST_SUPPORT_MEMORY_IMAGE_H_
