// Contents that edits brought in, by digest, until a commit stores them: bytes, local files, blobs of other WIMs. Bytes
// are kept in memory; a local file must stay as it is until the commit.
#ifndef DISM_WIM_EDIT_STAGED_CONTENTS_H_
#define DISM_WIM_EDIT_STAGED_CONTENTS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/job.h"
#include "wim/content.h"
#include "wim/reader.h"
#include "wim/writer.h"

namespace dism::wim {

std::shared_ptr<const Content> MakeBytesContent(std::vector<uint8_t> bytes);
// A regular file; NotFound, AccessDenied and so on, NotSupported for what is no file. Reading gives FileChanged when it
// is not that file any more.
Result<std::shared_ptr<const Content>> MakeLocalFileContent(const std::string& path);

// Safe to use from several threads.
class StagedContents {
 public:
  struct Staged {
    Sha1Digest digest{};  // zero: empty
    uint64_t size = 0;
  };
  struct Item {
    Staged staged;
    std::shared_ptr<const Content> content;   // or
    std::shared_ptr<const WimReader> reader;  // a blob of this WIM
    uint32_t blob = 0;
  };

  // Reads and hashes a content.
  Result<Staged> Add(std::shared_ptr<const Content> content, JobContext& job);
  // A blob of another WIM, without reading it.
  Staged AddBlob(std::shared_ptr<const WimReader> reader, uint32_t blob);
  void Add(const Item& item);
  // The content of a digest; false when there is none.
  bool Find(const Sha1Digest& digest, Item* item) const;
  void Clear();

  // Stores what is wanted, in the order in which it was staged. FileChanged when a local file is not what it was.
  Status Store(WimWriter& writer, const std::function<bool(const Sha1Digest&)>& is_wanted, JobContext& job);

 private:
  mutable std::mutex mutex_;
  std::vector<Item> items_;
  std::unordered_map<Sha1Digest, size_t, Sha1DigestHash> by_digest_;
};

}  // namespace dism::wim

#endif  // DISM_WIM_EDIT_STAGED_CONTENTS_H_
