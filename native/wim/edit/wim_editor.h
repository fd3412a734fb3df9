// WimEditor: the images of one WIM while they are edited (or, over a reader, only looked at), with the contents that
// edits bring in. Everything is stored by one commit of the writer.
#ifndef DISM_WIM_EDIT_WIM_EDITOR_H_
#define DISM_WIM_EDIT_WIM_EDITOR_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/job.h"
#include "wim/edit/image_edit.h"
#include "wim/edit/staged_contents.h"
#include "wim/image_statistics.h"
#include "wim/reader.h"
#include "wim/writer.h"

namespace dism::wim {

class WimEditor {
 public:
  // writer: extends an existing file.
  explicit WimEditor(std::shared_ptr<WimWriter> writer);
  explicit WimEditor(std::shared_ptr<const WimReader> reader) : reader_(std::move(reader)) {}
  // One empty image that is in no file yet.
  WimEditor();

  // The file as it was opened or last committed; nullptr when there is none.
  const std::shared_ptr<const WimReader>& reader() const { return reader_; }
  StagedContents& staged() { return staged_; }

  // Loads the metadata of an image, once.
  Status Load(uint32_t index, std::vector<ImageTree::Finding>* findings, JobContext& job);
  // nullptr when it is not loaded.
  ImageEdit* image(uint32_t index) const;

  // The size of a content that is in the file or staged; 0 when it is neither.
  uint64_t SizeOf(const Sha1Digest& digest) const;

  struct Update {
    uint32_t index;
    ImageStatistics statistics;
  };
  // Appends new contents and the metadata of changed images to the file. The caller then commits the writer.
  Result<std::vector<Update>> Store(JobContext& job);
  // Makes a new file that holds one image as it is now, uncompressed, with the contents that it uses: what lies in the
  // file, and what was staged. The file and the edits stay as they are.
  Status StoreAlone(uint32_t index, const std::string& path, const WriterOptions& options, ByteSpan xml,
                    JobContext& job) const;
  // Goes on from the file as it is now: after a commit, whose edits are then no edits any more, or after one that failed.
  Status Resume(bool committed);

 private:
  std::shared_ptr<WimWriter> writer_;
  std::shared_ptr<const WimReader> reader_;
  mutable StagedContents staged_;
  std::map<uint32_t, std::unique_ptr<ImageEdit>> images_;
};

// A part of a content of the file or of those staged; digest zero: nothing. What lies behind the end is left out. A
// content that is read whole is verified against its digest. reader: may be nullptr.
Result<std::vector<uint8_t>> ReadContent(const WimReader* reader, const StagedContents& staged,
                                         const Sha1Digest& digest, uint64_t offset, uint64_t length, JobContext& job);

}  // namespace dism::wim

#endif  // DISM_WIM_EDIT_WIM_EDITOR_H_
