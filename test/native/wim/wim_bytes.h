// Hand-made bytes of WIM structures for tests: dentries, lists and whole metadata resources, good
// or broken on purpose.
#ifndef DISM_TEST_NATIVE_WIM_WIM_BYTES_H_
#define DISM_TEST_NATIVE_WIM_WIM_BYTES_H_

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "hash/sha1.h"
#include "support/test.h"
#include "wim/dentry.h"
#include "wim/image_tree.h"
#include "wim/resource_header.h"

namespace dism::wim {

using Bytes = std::vector<uint8_t>;

inline Sha1Digest DigestOf(uint8_t fill) {
  Sha1Digest digest;
  digest.fill(fill);
  return digest;
}

inline Dentry File(const std::u16string& name, const Sha1Digest& digest = {}) {
  Dentry d;
  d.attributes = kAttributeArchive;
  d.name = name;
  d.streams.push_back({StreamKind::kData, digest, {}});
  return d;
}

inline Dentry Directory(const std::u16string& name) {
  Dentry d;
  d.attributes = kAttributeDirectory;
  d.name = name;
  return d;
}

inline void Append(Bytes* out, const Bytes& more) { out->insert(out->end(), more.begin(), more.end()); }

// One entry with a subdirectory offset of choice.
inline Bytes RawDentry(Dentry d, uint64_t subdirectory_offset = 0) {
  d.subdirectory_offset = subdirectory_offset;
  Bytes out;
  d.Write(&out);
  return out;
}

inline Bytes EndMarker() { return Bytes(8, 0); }

// Empty security data (8 bytes), the root (104 bytes, children at 120) and its end marker: what
// follows is at 120.
inline constexpr uint64_t kFirstList = 120;
inline Bytes MetadataStart() {
  Bytes out(8, 0);
  out[0] = 8;
  Append(&out, RawDentry(Directory(u""), kFirstList));
  Append(&out, EndMarker());
  return out;
}

inline Bytes ReadWhole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return Bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
}

// The folder with real files, or an empty string and a visible line.
inline std::string Corpus(const char* test) {
  const char* path = std::getenv("OPENDISM_CORPUS");
  if (path != nullptr && *path != '\0') return path;
  std::cout << "skipped: OPENDISM_CORPUS is not set (" << test << ")" << std::endl;
  return {};
}

}  // namespace dism::wim

#endif  // DISM_TEST_NATIVE_WIM_WIM_BYTES_H_
