#include "wim/side_car.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/file.h"

namespace dism::wim {
namespace {

constexpr uint64_t kLargestIndex = 4ull << 30;

std::string IndexPath(const std::string& path) { return path + "/index"; }
std::string ImagePath(const std::string& path) { return path + "/tree.wim"; }
std::string MarkPath(const std::string& path) { return path + "/incomplete"; }

bool Exists(const std::string& path) {
  struct stat st;
  return stat(path.c_str(), &st) == 0;
}

Result<SideCarIndex> ReadIndex(const std::string& path) {
  Result<std::unique_ptr<ReadableFile>> file = OpenForReading(IndexPath(path));
  if (!file.ok()) return std::move(file.error());
  DISM_ASSIGN(const uint64_t size, (*file)->Size());
  if (size > kLargestIndex) return Error(ErrorCode::kLimitExceeded, "side-car index").At(IndexPath(path));
  std::vector<uint8_t> bytes(static_cast<size_t>(size));
  DISM_TRY((*file)->ReadAt(0, bytes));
  Result<SideCarIndex> index = SideCarIndex::Parse(View(bytes));
  if (!index.ok()) return std::move(std::move(index.error()).At(IndexPath(path)));
  return index;
}

// A blob of tree.wim, which is uncompressed: read in place.
class StoredContent final : public Content {
 public:
  StoredContent(std::shared_ptr<const WimReader> reader, uint32_t blob) : reader_(std::move(reader)), blob_(blob) {}
  uint64_t size() const override { return Stored().size; }
  std::string path() const override { return reader_->path(); }
  Result<std::unique_ptr<ContentReader>> Open() const override {
    if ((Stored().resource.flags & kResourceCompressed) != 0 || Stored().solid != kNotSolid) {
      return Error(ErrorCode::kNotSupported, "the image of a side-car is not compressed").At(path());
    }
    return std::unique_ptr<ContentReader>(std::make_unique<Reader>(*reader_->part_file(1), Stored().resource.offset));
  }

 private:
  class Reader final : public ContentReader {
   public:
    Reader(const ReadableFile& file, uint64_t start) : file_(file), start_(start) {}
    Status ReadAt(uint64_t offset, MutableByteSpan out) override { return file_.ReadAt(start_ + offset, out); }

   private:
    const ReadableFile& file_;
    const uint64_t start_;
  };
  const Blob& Stored() const { return reader_->table().blobs()[blob_]; }
  const std::shared_ptr<const WimReader> reader_;
  const uint32_t blob_;
};

}  // namespace

std::string DefaultSideCarPath(const std::string& tree) {
  char* resolved = realpath(tree.empty() ? "/" : tree.c_str(), nullptr);
  std::string path = resolved != nullptr ? resolved : tree;
  std::free(resolved);
  return path + std::string(kSideCarSuffix);
}

Status SideCar::CheckFinished(const std::string& path) {
  if (!Exists(MarkPath(path))) return Ok();
  return Error(ErrorCode::kWriteInProgress,
               "the last apply to this tree did not finish: apply again, or capture what is there with force")
      .At(path);
}

Result<std::unique_ptr<SideCar>> SideCar::Open(const std::string& path, bool force, JobContext& job) {
  std::unique_ptr<SideCar> none;
  if (!Exists(IndexPath(path)) && !Exists(MarkPath(path))) return none;
  Status finished = CheckFinished(path);
  if (!finished.ok()) {
    if (!force) return std::move(finished.error());
    job.Warn(ErrorCode::kWriteInProgress, path, "the last apply did not finish: captured without its metadata");
    return none;
  }
  auto side_car = std::unique_ptr<SideCar>(new SideCar());
  Status loaded = side_car->Load(path, job);
  if (!loaded.ok()) {
    if (loaded.error().code == ErrorCode::kCancelled) return std::move(loaded.error());
    job.Warn(loaded.error().code, path,
             "the side-car cannot be used, captured without its metadata: " + loaded.error().detail);
    return none;
  }
  return side_car;
}

std::unique_ptr<SideCar> SideCar::OpenEarlier(const std::string& path, JobContext& job) {
  auto side_car = std::unique_ptr<SideCar>(new SideCar());
  if (!Exists(IndexPath(path))) return nullptr;
  const Status loaded = side_car->Load(path, job);
  if (loaded.ok()) return side_car;
  job.Warn(loaded.error().code, path,
           "the metadata of an earlier apply cannot be used and is replaced: " + loaded.error().detail);
  return nullptr;
}

Status SideCar::Load(const std::string& path, JobContext& job) {
  Result<SideCarIndex> index = ReadIndex(path);
  if (!index.ok()) return std::move(index.error());
  index_ = std::move(*index);
  Result<std::unique_ptr<WimReader>> reader = WimReader::Open(ImagePath(path), {});
  if (!reader.ok()) return std::move(reader.error());
  reader_ = std::move(*reader);
  if (reader_->header().guid != index_.guid)
    return Error(ErrorCode::kCorrupt, "index and tree.wim do not belong together");
  Result<ImageTree> tree = reader_->LoadImage(1, nullptr, job);
  if (!tree.ok()) return std::move(tree.error());
  tree_ = std::move(*tree);
  // Records and nodes are both in pre-order.
  record_of_node_.assign(tree_.node_count(), kNoRecord);
  std::vector<NodeId> pending{kRootNode};
  while (!pending.empty()) {
    const NodeId node = pending.back();
    pending.pop_back();
    const uint32_t record = static_cast<uint32_t>(nodes_.size());
    if (record >= index_.records.size()) break;
    if (record > 0 && index_.records[record].parent != record_of_node_[tree_.parent(node)]) {
      return Error(ErrorCode::kCorrupt, "the records of the index are not those of tree.wim");
    }
    record_of_node_[node] = record;
    nodes_.push_back(node);
    const std::vector<NodeId>& children = tree_.children(node);
    pending.insert(pending.end(), children.rbegin(), children.rend());
  }
  if (!pending.empty() || nodes_.empty() || nodes_.size() != index_.records.size()) {
    return Error(ErrorCode::kCorrupt, "the records of the index are not those of tree.wim");
  }
  return Ok();
}

std::vector<uint32_t> SideCar::Children(uint32_t directory) const {
  std::vector<uint32_t> children;
  for (const NodeId node : tree_.children(nodes_[directory])) children.push_back(record_of_node_[node]);
  std::sort(children.begin(), children.end(),
            [this](uint32_t a, uint32_t b) { return index_.Name(a) < index_.Name(b); });
  return children;
}

uint32_t SideCar::Find(const std::vector<uint32_t>& children, std::string_view name) const {
  const auto found = std::lower_bound(children.begin(), children.end(), name,
                                      [this](uint32_t record, std::string_view n) { return index_.Name(record) < n; });
  return found != children.end() && index_.Name(*found) == name ? *found : kNoRecord;
}

std::unique_ptr<Content> SideCar::BlobContent(uint32_t blob) const {
  return std::make_unique<StoredContent>(reader_, blob);
}

}  // namespace dism::wim
