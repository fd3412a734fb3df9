// The side-car of an applied tree: `<tree>.opendism/` holds what a POSIX file system cannot: tree.wim (the metadata of
// the image, with the blobs of named streams and reparse data), the index that ties it to the files, and while an apply
// is at work the file `incomplete`. capture/FORMAT.md, "Side-car".
#ifndef DISM_WIM_SIDE_CAR_H_
#define DISM_WIM_SIDE_CAR_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/job.h"
#include "wim/content.h"
#include "wim/image_tree.h"
#include "wim/reader.h"
#include "wim/side_car_index.h"

namespace dism::wim {

inline constexpr std::string_view kSideCarSuffix = ".opendism";

// Where the side-car of a tree is unless the user says otherwise: beside it, under its real name.
std::string DefaultSideCarPath(const std::string& tree);

class SideCar {
 public:
  static constexpr uint32_t kNoRecord = 0xFFFFFFFF;

  // nullptr when there is none, and, with a warning, when it cannot be used. WriteInProgress when the last apply to the
  // tree did not finish; with force that is a warning too.
  static Result<std::unique_ptr<SideCar>> Open(const std::string& path, bool force, JobContext& job);
  // What an earlier apply kept, finished or not, for one that adds to it; nullptr when it cannot be used.
  static std::unique_ptr<SideCar> OpenEarlier(const std::string& path, JobContext& job);
  // WriteInProgress as above, for those who do not want the metadata.
  static Status CheckFinished(const std::string& path);

  // The records in a directory, sorted by name, for Find.
  std::vector<uint32_t> Children(uint32_t directory) const;
  uint32_t Find(const std::vector<uint32_t>& children, std::string_view name) const;
  std::string_view name(uint32_t record) const { return index_.Name(record); }
  const SideCarRecord& record(uint32_t record) const { return index_.records[record]; }
  bool has_metadata(uint32_t record) const { return (index_.records[record].flags & SideCarRecord::kNoMetadata) == 0; }
  Dentry Entry(uint32_t record) const { return tree_.Get(nodes_[record]); }
  ByteSpan SecurityDescriptor(const Dentry& entry) const { return tree_.security().Get(entry.security_id); }
  bool modes_show_read_only() const { return (index_.flags & SideCarIndex::kModesShowReadOnly) != 0; }
  // Whether the image was captured with its links fixed up.
  bool rp_fix() const { return (reader_->header().flags & kHeaderRpFix) != 0; }

  // A blob of tree.wim, by index in its table, or -1.
  int64_t FindBlob(const Sha1Digest& digest) const { return reader_->table().Find(digest); }
  std::unique_ptr<Content> BlobContent(uint32_t blob) const;

 private:
  SideCar() = default;
  Status Load(const std::string& path, JobContext& job);

  std::shared_ptr<const WimReader> reader_;
  ImageTree tree_;
  SideCarIndex index_;
  std::vector<NodeId> nodes_;             // by record
  std::vector<uint32_t> record_of_node_;  // by node
};

// The writing end. Begin before anything is changed in the tree; Finish when everything is in place. In between, and for
// ever when Finish is not reached, the tree is marked as incomplete. What an earlier apply kept for entries that this one
// does not replace stays.
class SideCarWriter {
 public:
  // What was applied. Parents come before what is in them; entry 0 is the target itself.
  class Applied {
   public:
    virtual ~Applied() = default;
    virtual size_t size() const = 0;
    virtual NodeId node(size_t entry) const = 0;            // kNoNode: nothing of the image belongs to it
    virtual uint32_t parent(size_t entry) const = 0;        // in the list
    virtual std::string_view name(size_t entry) const = 0;  // in the file system
    // As the file is now; all zero when somebody else has removed it.
    virtual FileStatus Status(size_t entry) = 0;
  };

  static Result<std::unique_ptr<SideCarWriter>> Begin(const std::string& path, JobContext& job);
  // modes_show_read_only: files with the attribute READONLY were made without write permission.
  Status Finish(const WimReader& reader, const ImageTree& tree, Applied& entries, bool modes_show_read_only,
                JobContext& job);

 private:
  SideCarWriter(std::string path, std::unique_ptr<SideCar> earlier)
      : path_(std::move(path)), earlier_(std::move(earlier)) {}
  const std::string path_;
  const std::unique_ptr<SideCar> earlier_;
};

}  // namespace dism::wim

#endif  // DISM_WIM_SIDE_CAR_H_
