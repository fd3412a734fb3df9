#include "wim/integrity.h"

#include <atomic>
#include <mutex>
#include <set>

#include "native/wim/wim_bytes.h"
#include "wim/header.h"

namespace dism::wim {
namespace {

// Remembers which ranges were read; can fail at an offset or cancel a job after some reads.
class MemoryFile final : public ReadableFile {
 public:
  explicit MemoryFile(Bytes bytes) : bytes_(std::move(bytes)) {}
  Status ReadAt(uint64_t offset, MutableByteSpan out) const override {
    {
      std::lock_guard lock(mutex_);
      reads.insert(offset);
      if (cancel_on_read != nullptr) cancel_on_read->Set();
    }
    if (offset <= fail_at && fail_at - offset < out.size()) {
      return Error(ErrorCode::kIoError, "read", fail_at).At(path_);
    }
    if (offset > bytes_.size() || out.size() > bytes_.size() - offset) {
      return Error(ErrorCode::kTruncated, "the file ends early", offset).At(path_);
    }
    std::memcpy(out.data(), bytes_.data() + offset, out.size());
    return Ok();
  }
  Result<uint64_t> Size() const override { return uint64_t{bytes_.size()}; }
  const std::string& path() const override { return path_; }
  Bytes& bytes() { return bytes_; }

  uint64_t fail_at = ~uint64_t{0};
  CancelFlag* cancel_on_read = nullptr;
  mutable std::set<uint64_t> reads;

 private:
  Bytes bytes_;
  std::string path_ = "memory.wim";
  mutable std::mutex mutex_;
};

Bytes Noise(size_t size) {
  Bytes bytes(size);
  test::Random random(size);
  for (uint8_t& b : bytes) b = static_cast<uint8_t>(random.Next());
  return bytes;
}

IntegrityTable WithChunk(uint32_t chunk_size) {
  IntegrityTable table;
  table.chunk_size = chunk_size;
  return table;
}

TEST(Integrity, WriteThenParse) {
  IntegrityTable table = WithChunk(12345);
  table.digests = {DigestOf(1), DigestOf(2)};
  const Bytes bytes = table.Write();
  ASSERT(bytes.size() == 52);
  EXPECT_EQ(LoadLe32(bytes.data()), 52u);
  EXPECT_EQ(LoadLe32(bytes.data() + 4), 2u);
  EXPECT_EQ(LoadLe32(bytes.data() + 8), 12345u);
  EXPECT_EQ(bytes[12], 1);
  EXPECT_EQ(bytes[51], 2);
  const auto again = IntegrityTable::Parse(View(bytes));
  ASSERT(again.ok());
  EXPECT_EQ(again->chunk_size, 12345u);
  EXPECT(again->digests == table.digests);
}

TEST(Integrity, BrokenFields) {
  IntegrityTable table;
  table.digests = {DigestOf(1), DigestOf(2)};
  const Bytes good = table.Write();
  const auto expect = [&good](size_t at, uint32_t value, ErrorCode code, uint64_t offset) {
    Bytes bytes = good;
    StoreLe32(bytes.data() + at, value);
    const auto result = IntegrityTable::Parse(View(bytes, 1000));
    ASSERT(!result.ok());
    EXPECT(result.error().code == code);
    EXPECT_EQ(result.error().offset, offset);
  };
  expect(0, 51, ErrorCode::kCorrupt, 1000);
  expect(0, 0xFFFFFFFF, ErrorCode::kCorrupt, 1000);
  expect(4, 1, ErrorCode::kCorrupt, 1000);
  expect(4, 0xFFFFFFFF, ErrorCode::kCorrupt, 1000);
  expect(8, 0, ErrorCode::kCorrupt, 1008);
  // 12 + 20 * 214748365 is 16 modulo 2^32: the sum must not be made in 32 bits.
  Bytes wrapped = good;
  StoreLe32(wrapped.data(), 16);
  StoreLe32(wrapped.data() + 4, 214748365);
  EXPECT(!IntegrityTable::Parse(View(wrapped)).ok());
  for (size_t n = 0; n < good.size(); ++n) {
    const auto result = IntegrityTable::Parse(View(ByteSpan(good).first(n)));
    ASSERT(!result.ok());
    EXPECT(result.error().code == ErrorCode::kTruncated);
  }
}

TEST(Integrity, ComputesEveryChunk) {
  for (const size_t size : {208u, 209u, 4303u, 4304u, 4305u, 208u + 10 * 4096u, 300000u}) {
    const MemoryFile file(Noise(size));
    const IntegrityTable old = WithChunk(4096);
    JobContext job;
    const auto table = ComputeIntegrity(file, size, &old, 0, job);
    ASSERT(table.ok());
    EXPECT_EQ(table->chunk_size, 4096u);
    EXPECT_EQ(table->digests.size(), (size - 208 + 4095) / 4096);
    const Bytes bytes = const_cast<MemoryFile&>(file).bytes();
    for (size_t i = 0; i < table->digests.size(); ++i) {
      const size_t at = 208 + i * 4096;
      const ByteSpan chunk = ByteSpan(bytes).subspan(at, std::min<size_t>(4096, size - at));
      EXPECT(table->digests[i] == Sha1::Of(chunk));
    }
    EXPECT_EQ(job.progress.completed_bytes.load(), size - 208);
    EXPECT_EQ(job.progress.total_bytes.load(), size - 208);
    EXPECT(CheckIntegrity(file, size, *table, job).ok());
  }
}

TEST(Integrity, DefaultsWhenTheOldChunkSizeIsNotSane) {
  const MemoryFile file(Noise(1000));
  JobContext job;
  for (const uint32_t chunk : {1u, 4095u, (128u << 20) + 1, 0xFFFFFFFFu}) {
    const IntegrityTable old = WithChunk(chunk);
    const auto table = ComputeIntegrity(file, 1000, &old, 1000, job);
    ASSERT(table.ok());
    EXPECT_EQ(table->chunk_size, IntegrityTable::kDefaultChunkSize);
  }
  const auto table = ComputeIntegrity(file, 1000, nullptr, 0, job);
  ASSERT(table.ok());
  EXPECT_EQ(table->digests.size(), 1u);
}

TEST(Integrity, KeepsDigestsOfChunksBeforeTheOldEnd) {
  MemoryFile file(Noise(208 + 6 * 4096));
  JobContext job;
  const IntegrityTable seed = WithChunk(4096);
  const uint64_t old_end = 208 + 3 * 4096 + 100;
  const auto old = ComputeIntegrity(file, old_end, &seed, 0, job);
  ASSERT(old.ok());
  file.reads.clear();
  const uint64_t end = file.bytes().size();
  const auto table = ComputeIntegrity(file, end, &*old, old_end, job);
  ASSERT(table.ok());
  EXPECT_EQ(*file.reads.begin(), 208u + 3 * 4096);  // the short old chunk is hashed anew
  EXPECT_EQ(job.progress.total_bytes.load(), 3u * 4096);
  EXPECT(CheckIntegrity(file, end, *table, job).ok());
  // A table that claims more than it has, or a file that shrank, is not trusted beyond that.
  IntegrityTable liar = *old;
  liar.digests.resize(1);
  const auto again = ComputeIntegrity(file, end, &liar, ~uint64_t{0}, job);
  ASSERT(again.ok());
  EXPECT(again->digests == table->digests);
  const auto shorter = ComputeIntegrity(file, 208 + 4096 + 1, &*old, old_end, job);
  ASSERT(shorter.ok());
  EXPECT(CheckIntegrity(file, 208 + 4096 + 1, *shorter, job).ok());
}

TEST(Integrity, CheckNamesTheFirstBadChunk) {
  MemoryFile file(Noise(208 + 40 * 4096));
  JobContext job;
  const IntegrityTable seed = WithChunk(4096);
  const uint64_t end = file.bytes().size();
  const auto table = ComputeIntegrity(file, end, &seed, 0, job);
  ASSERT(table.ok());
  for (const size_t first : {0u, 1u, 17u, 39u}) {
    MemoryFile bad(file.bytes());
    for (size_t i = first; i < 40; i += 5) bad.bytes()[208 + i * 4096 + 4095] ^= 1;
    for (int round = 0; round < 20; ++round) {
      const Status status = CheckIntegrity(bad, end, *table, job);
      ASSERT(!status.ok());
      EXPECT(status.error().code == ErrorCode::kIntegrityFailure);
      EXPECT_EQ(status.error().offset, 208 + first * 4096);
      EXPECT_EQ(status.error().target, "memory.wim");
    }
  }
  // The header is not covered.
  file.bytes()[207] ^= 1;
  EXPECT(CheckIntegrity(file, end, *table, job).ok());
  // A digest too many or too few.
  EXPECT(CheckIntegrity(file, end - 4096, *table, job).error().code == ErrorCode::kCorrupt);
  EXPECT(CheckIntegrity(file, end + 1, *table, job).error().code == ErrorCode::kCorrupt);
}

TEST(Integrity, ReadErrorsAndCancel) {
  MemoryFile file(Noise(208 + 40 * 4096));
  JobContext job;
  const IntegrityTable seed = WithChunk(4096);
  const uint64_t end = file.bytes().size();
  file.fail_at = 208 + 9 * 4096;
  const auto failed = ComputeIntegrity(file, end, &seed, 0, job);
  ASSERT(!failed.ok());
  EXPECT(failed.error().code == ErrorCode::kIoError);
  file.fail_at = ~uint64_t{0};
  const auto behind = ComputeIntegrity(file, end + 1, &seed, 0, job);
  ASSERT(!behind.ok());
  EXPECT(behind.error().code == ErrorCode::kTruncated);

  file.reads.clear();
  file.cancel_on_read = &job.cancel;
  const auto cancelled = ComputeIntegrity(file, end, &seed, 0, job);
  ASSERT(!cancelled.ok());
  EXPECT(cancelled.error().code == ErrorCode::kCancelled);
  EXPECT(file.reads.size() < 40);
}

TEST(Integrity, RefusesATableThatDoesNotFitItsSizeField) {
  const MemoryFile file(Noise(208));
  JobContext job;
  const IntegrityTable seed = WithChunk(4096);
  const auto table = ComputeIntegrity(file, uint64_t{1} << 60, &seed, 0, job);
  ASSERT(!table.ok());
  EXPECT(table.error().code == ErrorCode::kLimitExceeded);
}

TEST(Integrity, RealFiles) {
  const std::string corpus = Corpus("Integrity.RealFiles");
  if (corpus.empty()) return;
  for (const bool good : {true, false}) {
    const Bytes bytes = ReadWhole(corpus + "/wim/ManagedWimLib/" + (good ? "VerifySuccess.wim" : "VerifyFail.wim"));
    const auto header = Header::Parse(View(bytes), bytes.size());
    ASSERT(header.ok());
    const auto view = View(bytes).Slice(header->integrity.offset, header->integrity.stored_size, "integrity");
    ASSERT(view.ok());
    const auto table = IntegrityTable::Parse(*view);
    ASSERT(table.ok());
    JobContext job;
    const uint64_t end = header->blob_table.offset + header->blob_table.stored_size;
    const MemoryFile file(bytes);
    EXPECT_EQ(CheckIntegrity(file, end, *table, job).ok(), good);
    if (!good) continue;
    const auto made = ComputeIntegrity(file, end, nullptr, 0, job);
    ASSERT(made.ok());
    EXPECT(std::equal(view->bytes().begin(), view->bytes().end(), made->Write().begin()));
  }
}

}  // namespace
}  // namespace dism::wim
