// WimWriter: makes a new WIM or extends one in place, in two phases: contents and images first, then Commit with the XML
// that TypeScript composed from the statistics. Until Commit returns, a reader sees the file as it was before.
#ifndef DISM_WIM_WRITER_H_
#define DISM_WIM_WRITER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/job.h"
#include "codec/codec.h"
#include "wim/blob_table.h"
#include "wim/content.h"
#include "wim/image_tree.h"
#include "wim/reader.h"

namespace dism::wim {

struct WriterOptions {
  codec::Format format = codec::Format::kXpress;
  uint32_t chunk_size = 32768;  // of non-solid resources
  codec::Level level = codec::Level::kBalanced;
  bool solid = false;  // file contents go to solid resources (version 0xE00)
  uint32_t solid_chunk_size = 64 << 20;
  bool rp_fix = false;      // header flag of a new file
  Guid guid{};              // of a new file; all zero: random
  bool recompress = false;  // blobs of other files are compressed anew even where their bytes could be copied
};

struct CommitOptions {
  // kKeep: an integrity table is written when the file had one.
  enum class Integrity { kKeep, kWrite, kNone };
  Integrity integrity = Integrity::kKeep;
  uint32_t boot_index = 0;         // 1-based, after all additions and removals; 0 = none
  bool set_boot_index = false;     // otherwise the boot image stays the one it was
  bool guid_from_content = false;  // of a new file: its identity is a digest of its images and XML, not random
};

struct CommitResult {
  uint64_t file_size = 0;
  uint64_t stored_bytes = 0;  // of new blobs and metadata
};

// How the number of uses of each digest changes.
using ReferenceChanges = std::map<Sha1Digest, int64_t>;

class WimWriter {
 public:
  virtual ~WimWriter() = default;

  // A new file at `path`, which appears only with Commit.
  static Result<std::unique_ptr<WimWriter>> Create(const std::string& path, const WriterOptions& options);
  // Extends an existing file; format and chunk size are the file's own, of `options` only level and solid count.
  // Refuses split sets, read-only files and files that another writer has locked.
  static Result<std::unique_ptr<WimWriter>> OpenExisting(const std::string& path, const WriterOptions& options);
  // The same over any file; for fault tests.
  static Result<std::unique_ptr<WimWriter>> CreateOn(std::shared_ptr<WritableFile> file, const WriterOptions& options);
  static Result<std::unique_ptr<WimWriter>> OpenOn(std::shared_ptr<WritableFile> file, const WriterOptions& options);

  // The file as it was when opened; nullptr for a new one.
  virtual const WimReader* base() const = 0;
  // The same, for those who go on reading while the writer commits and restarts.
  virtual std::shared_ptr<const WimReader> shared_base() const = 0;
  virtual uint32_t image_count() const = 0;
  // The size of the file up to its XML if it were committed now: WIM/TOTALBYTES.
  virtual uint64_t DataSize() const = 0;

  // Reads, hashes, deduplicates, compresses and stores the contents in their order and fills in their digests. A content
  // that cannot be read is marked failed, with a warning. store_uncompressed: parallel to contents, or empty.
  virtual Status AddContents(std::vector<PendingContent>& contents, const std::vector<bool>& store_uncompressed,
                             JobContext& job) = 0;
  // Copies blobs of another WIM that are not here yet: raw where format and chunk size allow, else recompressed.
  virtual Status CopyBlobs(const WimReader& source, const std::vector<uint32_t>& blobs, JobContext& job) = 0;

  // Copies an image with its blobs from another WIM, its metadata byte for byte where the formats allow.
  virtual Status CopyImage(const WimReader& source, uint32_t index, JobContext& job) = 0;

  // Adds an image whose blobs are all stored (BlobMissing otherwise) behind the last one. Its index, 1-based.
  // patch: applied to every entry as it is written; the blobs are those of the patched entries.
  virtual Result<uint32_t> AddImage(const ImageTree& tree, JobContext& job,
                                    const ImageTree::Patch& patch = nullptr) = 0;
  // Replaces the metadata of an image.
  virtual Status ReplaceImage(uint32_t index, const ImageTree& tree, JobContext& job) = 0;
  // The same for an edit of the image that is there: of the digests only those whose number of uses changed, with the
  // difference. What costs is then the change and the metadata, not all references of the image.
  virtual Status ReplaceImage(uint32_t index, const ImageTree& tree, const ReferenceChanges& changes,
                              JobContext& job) = 0;
  // Removes an image; higher ones move down by one. Its blobs stay in the file until it is rebuilt.
  virtual Status RemoveImage(uint32_t index, JobContext& job) = 0;

  // Finishes the file. Killed before the last header write, it is the old file; after it, the new one.
  virtual Result<CommitResult> Commit(ByteSpan xml, const CommitOptions& options, JobContext& job) = 0;

  // Only where an existing file is extended: goes on from the file as it is now, under the lock that is held. What was
  // added and not committed is dropped.
  virtual Status Restart() = 0;
};

}  // namespace dism::wim

#endif  // DISM_WIM_WRITER_H_
