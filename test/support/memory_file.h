// A file in memory that records every write, truncation and sync, so that tests can rebuild what a disk would hold after
// a crash at any moment.
#ifndef DISM_TEST_SUPPORT_MEMORY_FILE_H_
#define DISM_TEST_SUPPORT_MEMORY_FILE_H_

#include <algorithm>
#include <cstring>
#include <mutex>
#include <string>
#include <vector>

#include "base/file.h"

namespace dism::test {

class MemoryFile final : public WritableFile {
 public:
  struct Operation {
    enum class Kind { kWrite, kTruncate, kSync } kind;
    uint64_t offset = 0;        // kTruncate: the new size
    std::vector<uint8_t> data;  // kWrite
  };

  explicit MemoryFile(std::vector<uint8_t> bytes = {}) : bytes_(std::move(bytes)) {}

  Status ReadAt(uint64_t offset, MutableByteSpan out) const override {
    std::lock_guard lock(mutex_);
    if (offset > bytes_.size() || out.size() > bytes_.size() - offset) {
      return Error(ErrorCode::kTruncated, "the file ends early", offset).At(path_);
    }
    if (!out.empty()) std::memcpy(out.data(), bytes_.data() + offset, out.size());
    return Ok();
  }
  Result<uint64_t> Size() const override {
    std::lock_guard lock(mutex_);
    return static_cast<uint64_t>(bytes_.size());
  }
  const std::string& path() const override { return path_; }

  Status WriteAt(uint64_t offset, ByteSpan data) override {
    std::lock_guard lock(mutex_);
    if (fail_after_ == 0) return ErrorFromErrno(28 /* ENOSPC */, "write", path_);
    --fail_after_;
    Apply(&bytes_, {Operation::Kind::kWrite, offset, {data.begin(), data.end()}});
    operations_.push_back({Operation::Kind::kWrite, offset, {data.begin(), data.end()}});
    return Ok();
  }
  Status Truncate(uint64_t size) override {
    std::lock_guard lock(mutex_);
    bytes_.resize(static_cast<size_t>(size));
    operations_.push_back({Operation::Kind::kTruncate, size, {}});
    return Ok();
  }
  Status Sync() override {
    std::lock_guard lock(mutex_);
    operations_.push_back({Operation::Kind::kSync, 0, {}});
    return Ok();
  }

  const std::vector<uint8_t>& bytes() const { return bytes_; }
  const std::vector<Operation>& operations() const { return operations_; }
  // The write after this many more fails with ENOSPC, and all after it.
  void FailAfter(uint64_t writes) { fail_after_ = writes; }

  static void Apply(std::vector<uint8_t>* bytes, const Operation& operation) {
    if (operation.kind == Operation::Kind::kTruncate) bytes->resize(static_cast<size_t>(operation.offset));
    if (operation.kind != Operation::Kind::kWrite || operation.data.empty()) return;
    const size_t end = static_cast<size_t>(operation.offset) + operation.data.size();
    if (bytes->size() < end) bytes->resize(end);
    std::memcpy(bytes->data() + operation.offset, operation.data.data(), operation.data.size());
  }

 private:
  mutable std::mutex mutex_;
  std::vector<uint8_t> bytes_;
  std::vector<Operation> operations_;
  std::string path_ = "memory.wim";
  uint64_t fail_after_ = ~uint64_t{0};
};

}  // namespace dism::test

#endif  // DISM_TEST_SUPPORT_MEMORY_FILE_H_
