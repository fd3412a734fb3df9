#include "wim/verify.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "base/utf16.h"
#include "wim/blob_reader.h"
#include "wim/upcase.h"

namespace dism::wim {
namespace {

std::string Hex(const Sha1Digest& digest) {
  static const char* kDigits = "0123456789abcdef";
  std::string hex;
  for (uint8_t byte : digest) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

// The paths that use a damaged blob, found only once there is one.
std::string UsersOf(const WimReader& reader, const Sha1Digest& digest, JobContext& job) {
  std::string users;
  for (uint32_t index = 1; index <= reader.image_count(); ++index) {
    auto tree = reader.LoadImage(index, nullptr, job);
    if (!tree.ok()) continue;
    std::vector<NodeId> stack = {kRootNode};
    while (!stack.empty()) {
      const NodeId node = stack.back();
      stack.pop_back();
      for (const StreamEntry& stream : tree->Get(node).streams) {
        if (stream.digest == digest && users.size() < 1000) {
          users += (users.empty() ? " used by image " : ", image ") + std::to_string(index) + ": " +
                   Utf16ToUtf8(tree->Path(node));
        }
      }
      for (NodeId child : tree->children(node)) stack.push_back(child);
    }
  }
  return users;
}

class VerifyConsumer final : public BlobConsumer {
 public:
  VerifyConsumer(const WimReader& reader, JobContext& job) : reader_(reader), job_(job) {}
  Status Whole(size_t, ByteSpan) override { return Ok(); }
  Status Begin(size_t) override { return Ok(); }
  Status Piece(size_t, uint64_t, ByteSpan) override { return Ok(); }
  Status End(size_t) override { return Ok(); }
  Status Failed(size_t request, const Error& error) override {
    const Sha1Digest& digest = reader_.table().blobs()[request].digest;
    Event event;
    event.kind = Event::Kind::kFinding;
    event.code = error.code;
    event.path = reader_.path();
    event.offset = error.offset;
    event.message = "blob " + Hex(digest) + ": " + error.detail + UsersOf(reader_, digest, job_);
    ++findings;
    if (!job_.events.Push(std::move(event), job_.cancel)) return Error(ErrorCode::kCancelled);
    return Ok();
  }
  std::atomic<uint64_t> findings{0};

 private:
  const WimReader& reader_;
  JobContext& job_;
};

}  // namespace

Result<VerifyResult> VerifyWim(const WimReader& reader, JobContext& job) {
  VerifyResult result;
  const auto report = [&](ErrorCode code, std::string message, uint64_t offset) -> Status {
    Event event;
    event.kind = Event::Kind::kFinding;
    event.code = code;
    event.path = reader.path();
    event.message = std::move(message);
    event.offset = offset;
    ++result.findings;
    if (!job.events.Push(std::move(event), job.cancel)) return Error(ErrorCode::kCancelled);
    return Ok();
  };

  auto integrity = reader.ReadIntegrityTable();
  if (!integrity.ok()) {
    DISM_TRY(report(integrity.error().code, integrity.error().detail, integrity.error().offset));
  } else if (*integrity != nullptr) {
    const ResourceHeader& table = reader.header().blob_table;
    Status status = CheckIntegrity(*reader.part_file(reader.header().part_number), table.offset + table.stored_size,
                                   **integrity, job);
    if (!status.ok()) {
      if (status.error().code == ErrorCode::kCancelled) return std::move(status.error());
      DISM_TRY(report(status.error().code, status.error().detail, status.error().offset));
    }
  }

  for (uint32_t index = 1; index <= reader.image_count(); ++index) {
    std::vector<ImageTree::Finding> findings;
    auto tree = reader.LoadImage(index, &findings, job);
    if (!tree.ok()) {
      if (tree.error().code == ErrorCode::kCancelled) return std::move(tree.error());
      DISM_TRY(report(tree.error().code, tree.error().detail, tree.error().offset));
      continue;
    }
    ++result.images;
    for (const ImageTree::Finding& finding : findings) {
      DISM_TRY(report(finding.code,
                      "image " + std::to_string(index) + ", " + Utf16ToUtf8(finding.path) + ": " + finding.message,
                      finding.offset));
    }
    std::vector<NodeId> stack = {kRootNode};
    while (!stack.empty()) {
      const NodeId node = stack.back();
      stack.pop_back();
      for (const StreamEntry& stream : tree->Get(node).streams) {
        if (IsZeroDigest(stream.digest) || reader.table().Find(stream.digest) >= 0) continue;
        DISM_TRY(report(ErrorCode::kBlobMissing,
                        "image " + std::to_string(index) + ", " + Utf16ToUtf8(tree->Path(node)) + ": blob " +
                            Hex(stream.digest) + " is not in the file",
                        kNoOffset));
      }
      for (NodeId child : tree->children(node)) stack.push_back(child);
    }
  }

  const auto& blobs = reader.table().blobs();
  std::vector<uint32_t> all(blobs.size());
  for (uint32_t i = 0; i < all.size(); ++i) {
    all[i] = i;
    result.bytes += blobs[i].size;
  }
  result.blobs = all.size();
  job.progress.Begin("Verifying", result.bytes, all.size());
  VerifyConsumer consumer(reader, job);
  DISM_TRY(ReadBlobs(reader, all, consumer, job));
  result.findings += consumer.findings;
  return result;
}

namespace {

// Hands the pieces of one blob on in order; a thread whose piece is not due waits.
class StreamConsumer final : public BlobConsumer {
 public:
  explicit StreamConsumer(JobContext& job) : job_(job) {}
  Status Whole(size_t, ByteSpan data) override {
    for (size_t at = 0; at < data.size(); at += kEventBytes) {
      DISM_TRY(Send(data.subspan(at, std::min(kEventBytes, data.size() - at))));
    }
    return Ok();
  }
  Status Begin(size_t) override { return Ok(); }
  Status Piece(size_t, uint64_t offset, ByteSpan data) override {
    std::unique_lock lock(mutex_);
    while (next_ != offset) {
      if (job_.cancel.IsSet()) return Error(ErrorCode::kCancelled);
      due_.wait_for(lock, std::chrono::milliseconds(50));
    }
    lock.unlock();
    Status status = Whole(0, data);
    lock.lock();
    next_ = offset + data.size();
    due_.notify_all();
    return status;
  }
  Status End(size_t) override { return Ok(); }
  Status Failed(size_t, const Error& error) override { return Error(error); }

 private:
  static constexpr size_t kEventBytes = 256 << 10;
  Status Send(ByteSpan data) {
    Event event;
    event.kind = Event::Kind::kEntries;
    event.data.assign(data.begin(), data.end());
    if (!job_.events.Push(std::move(event), job_.cancel)) return Error(ErrorCode::kCancelled);
    return Ok();
  }
  JobContext& job_;
  std::mutex mutex_;
  std::condition_variable due_;
  uint64_t next_ = 0;
};

}  // namespace

Status ReadStream(const WimReader& reader, const ImageTree& tree, NodeId node, std::u16string_view stream_name,
                  JobContext& job) {
  const Dentry entry = tree.Get(node);
  const StreamEntry* found = nullptr;
  if (stream_name.empty()) {
    found = entry.FindStream(StreamKind::kData);
    if (found == nullptr) found = entry.FindStream(StreamKind::kEfsRaw);
  } else {
    for (const StreamEntry& stream : entry.streams) {
      if (stream.kind == StreamKind::kNamed && EqualIgnoringCase(stream.name, stream_name)) found = &stream;
    }
  }
  if (found == nullptr)
    return Error(ErrorCode::kNotFound, "the entry has no such stream").At(Utf16ToUtf8(tree.Path(node)));
  if (IsZeroDigest(found->digest)) return Ok();
  const int64_t blob = reader.table().Find(found->digest);
  if (blob < 0)
    return Error(ErrorCode::kBlobMissing, "its content is not in the file").At(Utf16ToUtf8(tree.Path(node)));
  job.progress.Begin("Reading", reader.table().blobs()[static_cast<size_t>(blob)].size, 1);
  const uint32_t index = static_cast<uint32_t>(blob);
  StreamConsumer consumer(job);
  return ReadBlobs(reader, std::span(&index, 1), consumer, job);
}

}  // namespace dism::wim
