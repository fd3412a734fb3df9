// The integrity table: what parses is written back, and checking a file against it ends without
// reading outside. Input: u16 length of the table, the table, the file.
#include "native/wim/fuzz_check.h"
#include "wim/integrity.h"

using namespace dism;

namespace {

class MemoryFile final : public ReadableFile {
 public:
  explicit MemoryFile(ByteSpan bytes) : bytes_(bytes) {}
  Status ReadAt(uint64_t offset, MutableByteSpan out) const override {
    FUZZ_CHECK(offset <= bytes_.size() && out.size() <= bytes_.size() - offset);
    std::memcpy(out.data(), bytes_.data() + offset, out.size());
    return Ok();
  }
  Result<uint64_t> Size() const override { return uint64_t{bytes_.size()}; }
  const std::string& path() const override { return path_; }

 private:
  ByteSpan bytes_;
  std::string path_ = "fuzz";
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const size_t length = std::min<size_t>(LoadLe16(data), size - 2);
  const ByteSpan bytes(data + 2, length);
  const auto table = wim::IntegrityTable::Parse(View(bytes));
  if (!table.ok()) return 0;
  const std::vector<uint8_t> written = table->Write();
  FUZZ_CHECK(written.size() <= bytes.size());
  FUZZ_CHECK(std::memcmp(written.data(), bytes.data(), written.size()) == 0);
  const MemoryFile file(ByteSpan(data + 2 + length, size - 2 - length));
  const uint64_t end = size - 2 - length;
  JobContext job;
  const bool matches = wim::CheckIntegrity(file, end, *table, job).ok();
  const auto made = wim::ComputeIntegrity(file, end, &*table, matches ? end : 0, job);
  FUZZ_CHECK(made.ok());
  FUZZ_CHECK(wim::CheckIntegrity(file, end, *made, job).ok());
  return 0;
}
