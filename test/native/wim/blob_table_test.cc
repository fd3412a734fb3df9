#include "wim/blob_table.h"

#include "native/wim/wim_bytes.h"

namespace dism::wim {
namespace {

Blob Plain(uint8_t fill, uint64_t offset, uint64_t size) {
  Blob b;
  b.digest = DigestOf(fill);
  b.reference_count = fill;
  b.size = size;
  b.resource = {size, 0, offset, size};
  return b;
}

TEST(BlobTable, WriteThenParse) {
  BlobTable table;
  table.metadata.push_back({100, kResourceMetadata | kResourceCompressed, 208, 500});
  table.metadata_digests.push_back(DigestOf(99));
  table.Add(Plain(2, 900, 50));
  table.Add(Plain(1, 400, 500));
  BlobTable again;
  const Bytes bytes = table.Write(1);
  EXPECT_EQ(table.WrittenSize(1, false), bytes.size());
  ASSERT(again.ParsePart(View(bytes), 1, 1000).ok());
  ASSERT(again.ResolveSolid().ok());
  EXPECT_EQ(again.blobs().size(), 2u);
  EXPECT(again.metadata == table.metadata);
  EXPECT(again.metadata_digests == table.metadata_digests);
  EXPECT_EQ(again.Find(DigestOf(1)), 0);
  EXPECT_EQ(again.Find(DigestOf(2)), 1);
  EXPECT_EQ(again.Find(DigestOf(3)), -1);
  EXPECT(again.Write(1) == bytes);
}

TEST(BlobTable, SolidRunsComeBack) {
  BlobTable table;
  for (int i = 0; i < 2; ++i) {
    SolidResource r;
    r.header = {200, kResourceSolid, 300u + 200u * i, kSolidResourceMagicSize};
    r.uncompressed_size = 1000;
    table.solid_resources.push_back(r);
  }
  for (uint8_t i = 1; i <= 4; ++i) {
    Blob b = Plain(i, 0, 400);
    b.resource.flags = kResourceSolid;
    b.solid = i / 3;
    b.solid_offset = i % 2 * 400;
    table.Add(b);
  }
  BlobTable again;
  const Bytes bytes = table.Write(1);
  EXPECT_EQ(table.WrittenSize(1, false), bytes.size());
  ASSERT(again.ParsePart(View(bytes), 1, 1000).ok());
  ASSERT(again.solid_resources.size() == 2);
  for (SolidResource& r : again.solid_resources) r.uncompressed_size = 1000;
  ASSERT(again.ResolveSolid().ok());
  for (const Blob& b : table.blobs()) {
    const int64_t at = again.Find(b.digest);
    ASSERT(at >= 0);
    EXPECT_EQ(again.blobs()[at].solid, b.solid);
    EXPECT_EQ(again.blobs()[at].solid_offset, b.solid_offset);
    EXPECT_EQ(again.blobs()[at].size, b.size);
  }
  EXPECT(again.Write(1) == bytes);
}

Bytes Entry(const ResourceHeader& header, uint16_t part, uint32_t references, const Sha1Digest& digest) {
  Bytes e(50);
  header.Write(e.data());
  StoreLe16(e.data() + 24, part);
  StoreLe32(e.data() + 26, references);
  std::memcpy(e.data() + 30, digest.data(), 20);
  return e;
}

Bytes Table(std::initializer_list<Bytes> entries) {
  Bytes out;
  for (const Bytes& e : entries) Append(&out, e);
  return out;
}

Status ParseOne(const Bytes& entry, uint64_t file_size = 1000) {
  BlobTable table;
  return table.ParsePart(View(entry, 5000), 1, file_size);
}

TEST(BlobTable, FieldsOnDisk) {
  BlobTable table;
  Blob b = Plain(0x5A, 0x1234, 0x42);
  b.reference_count = 0x01020304;
  table.Add(b);
  const Bytes bytes = table.Write(1);
  EXPECT(bytes == Entry({0x42, 0, 0x1234, 0x42}, 1, 0x01020304, DigestOf(0x5A)));
}

TEST(BlobTable, IgnoredEntries) {
  const Bytes bytes = Table({
      Entry({10, kResourceFree, 300, 10}, 1, 1, DigestOf(1)),    // free
      Entry({10, 0, 300, 10}, 2, 1, DigestOf(2)),                // another part
      Entry({10, 0, 300, 10}, 1, 1, {}),                         // zero digest
      Entry({0, 0, 0, 0}, 1, 1, DigestOf(3)),                    // no bytes
      Entry({0, 0, ~uint64_t{0}, 0}, 1, 1, DigestOf(3)),         // no bytes anywhere
      Entry({10, 0, 400, 10}, 1, 7, DigestOf(4)),                // taken
      Entry({20, 0, 500, 20}, 1, 1, DigestOf(4)),                // seen before
      Entry({9, kResourceMetadata, 600, 9}, 1, 0, DigestOf(5)),  // of a deleted image
      Entry({9, kResourceMetadata, 600, 9}, 1, 1, DigestOf(6)),  // image 1
      Bytes(49, 0xFF),                                           // less than an entry
  });
  BlobTable table;
  ASSERT(table.ParsePart(View(bytes), 1, 1000).ok());
  ASSERT(table.ResolveSolid().ok());
  ASSERT(table.blobs().size() == 1);
  EXPECT(table.blobs()[0].digest == DigestOf(4));
  EXPECT_EQ(table.blobs()[0].size, 10u);
  EXPECT_EQ(table.blobs()[0].reference_count, 7u);
  ASSERT(table.metadata.size() == 1);
  EXPECT(table.metadata_digests[0] == DigestOf(6));
}

TEST(BlobTable, PartsMerge) {
  BlobTable table;
  ASSERT(table.ParsePart(View(Entry({10, 0, 300, 10}, 1, 1, DigestOf(1))), 1, 1000).ok());
  ASSERT(table
             .ParsePart(
                 View(Table({Entry({10, 0, 400, 10}, 2, 1, DigestOf(1)), Entry({10, 0, 500, 10}, 2, 1, DigestOf(2))})),
                 2, 1000)
             .ok());
  ASSERT(table.blobs().size() == 2);
  EXPECT_EQ(table.blobs()[0].part, 1);
  EXPECT_EQ(table.blobs()[1].part, 2);
  EXPECT(table.Write(1) == Entry({10, 0, 300, 10}, 1, 1, DigestOf(1)));
  EXPECT(table.Write(2) == Entry({10, 0, 500, 10}, 2, 1, DigestOf(2)));
  EXPECT(table.Write(3).empty());
}

TEST(BlobTable, BadEntries) {
  constexpr uint64_t kLargest = (uint64_t{1} << 56) - 1;
  const struct {
    const char* what;
    ResourceHeader header;
    ErrorCode code;
    uint64_t offset;
  } cases[] = {
      {"behind the end", {10, 0, 991, 10}, ErrorCode::kTruncated, 5000},
      {"wraps", {10, 0, ~uint64_t{0} - 5, 10}, ErrorCode::kTruncated, 5000},
      {"2^56-1", {kLargest, 0, 208, kLargest}, ErrorCode::kTruncated, 5000},
      {"in the header", {10, 0, 207, 10}, ErrorCode::kCorrupt, 5008},
      {"sizes differ", {10, 0, 300, 11}, ErrorCode::kCorrupt, 5016},
      {"bytes out of nothing", {0, kResourceCompressed, 300, 11}, ErrorCode::kCorrupt, 5000},
      {"solid metadata", {10, kResourceSolid | kResourceMetadata, 0, 0}, ErrorCode::kCorrupt, 5007},
      {"solid resource behind the end",
       {10, kResourceSolid, 991, kSolidResourceMagicSize},
       ErrorCode::kTruncated,
       5000},
  };
  for (const auto& c : cases) {
    const Status status = ParseOne(Entry(c.header, 1, 1, DigestOf(1)));
    if (status.ok() || status.error().code != c.code || status.error().offset != c.offset) {
      test::Fail(__FILE__, __LINE__, c.what);
    }
  }
  EXPECT(ParseOne(Entry({10, 0, 990, 10}, 1, 1, DigestOf(1))).ok());
  EXPECT(ParseOne(Entry({10, kResourceCompressed, 990, 11}, 1, 1, DigestOf(1))).ok());
}

TEST(BlobTable, SolidFlagCountsInSolidFilesOnly) {
  const Bytes entry = Entry({10, kResourceSolid, 300, 10}, 1, 1, DigestOf(1));
  BlobTable plain;
  ASSERT(plain.ParsePart(View(entry), 1, 1000, kVersionDefault).ok());
  ASSERT(plain.ResolveSolid().ok());
  ASSERT(plain.blobs().size() == 1);
  EXPECT_EQ(plain.blobs()[0].solid, kNotSolid);
  BlobTable solid;
  ASSERT(solid.ParsePart(View(entry), 1, 1000).ok());
  EXPECT(!solid.ResolveSolid().ok());  // a run without a resource
}

// Descriptors may be interleaved with blobs; a non-solid entry ends the run; a blob is found in the
// resource where it begins, also when resources of size 0 begin there too.
TEST(BlobTable, SolidRuns) {
  const auto resource = [](uint64_t offset) {
    return Entry({50, kResourceSolid, offset, kSolidResourceMagicSize}, 1, 1, {});
  };
  const auto blob = [](uint8_t fill, uint64_t offset, uint64_t size) {
    return Entry({size, kResourceSolid, offset, 777}, 1, 1, DigestOf(fill));
  };
  const Bytes bytes =
      Table({blob(1, 100, 20), resource(300), blob(2, 0, 100), resource(400), resource(500), blob(3, 120, 80),
             Entry({10, 0, 600, 10}, 1, 1, DigestOf(4)), resource(700), blob(5, 0, 30)});
  const uint64_t sizes[] = {100, 0, 100, 30};
  const auto parse = [&](BlobTable* table) {
    ASSERT(table->ParsePart(View(bytes), 1, 1000).ok());
    ASSERT(table->solid_resources.size() == 4);
    for (size_t i = 0; i < 4; ++i) table->solid_resources[i].uncompressed_size = sizes[i];
  };
  BlobTable table;
  parse(&table);
  ASSERT(table.ResolveSolid().ok());
  const auto expect = [&](uint8_t fill, uint32_t solid, uint64_t offset) {
    const int64_t at = table.Find(DigestOf(fill));
    ASSERT(at >= 0);
    EXPECT_EQ(table.blobs()[at].solid, solid);
    EXPECT_EQ(table.blobs()[at].solid_offset, offset);
  };
  expect(1, 2, 0);
  expect(2, 0, 0);
  expect(3, 2, 20);
  expect(4, kNotSolid, 0);
  expect(5, 3, 0);

  // Resource 1 holds nothing and is left out; the other three make one run.
  const Bytes written = table.Write(1);
  BlobTable again;
  ASSERT(again.ParsePart(View(written), 1, 1000).ok());
  ASSERT(again.solid_resources.size() == 3);
  again.solid_resources[0].uncompressed_size = again.solid_resources[1].uncompressed_size = 100;
  again.solid_resources[2].uncompressed_size = 30;
  ASSERT(again.ResolveSolid().ok());
  EXPECT(again.Write(1) == written);
  EXPECT_EQ(again.blobs()[again.Find(DigestOf(5))].solid, 2u);

  BlobTable straddling;
  parse(&straddling);
  straddling.solid_resources[0].uncompressed_size = 99;
  EXPECT(!straddling.ResolveSolid().ok());
  BlobTable huge;
  parse(&huge);
  huge.solid_resources[0].uncompressed_size = ~uint64_t{0};
  EXPECT(!huge.ResolveSolid().ok());
}

TEST(BlobTable, SolidOffsetsThatWrap) {
  for (const uint64_t offset : {~uint64_t{0}, ~uint64_t{0} - 50, uint64_t{1} << 63, uint64_t{100}}) {
    BlobTable table;
    const Bytes bytes = Table({Entry({50, kResourceSolid, 300, kSolidResourceMagicSize}, 1, 1, {}),
                               Entry({(uint64_t{1} << 56) - 1, kResourceSolid, offset, 0}, 1, 1, DigestOf(1))});
    ASSERT(table.ParsePart(View(bytes), 1, 1000).ok());
    table.solid_resources[0].uncompressed_size = 100;
    const Status status = table.ResolveSolid();
    EXPECT(!status.ok() && status.error().code == ErrorCode::kCorrupt);
  }
}

TEST(BlobTable, RetainKeepsTheIndexRight) {
  BlobTable table;
  for (uint8_t i = 1; i <= 200; ++i) table.Add(Plain(i, 1000 - i, 1));
  table.Retain([](const Blob& b) { return b.digest[0] % 3 == 0; });
  EXPECT_EQ(table.blobs().size(), 66u);
  for (uint8_t i = 1; i <= 200; ++i) {
    const int64_t at = table.Find(DigestOf(i));
    EXPECT_EQ(at >= 0, i % 3 == 0);
    if (at >= 0) EXPECT(table.blobs()[at].digest == DigestOf(i));
  }
  EXPECT_EQ(table.Add(Plain(1, 1, 1)), 66u);
  EXPECT_EQ(table.Find(DigestOf(1)), 66);
  // Written by place in the file: later digests came earlier.
  BlobTable again;
  const Bytes bytes = table.Write(1);
  EXPECT_EQ(table.WrittenSize(1, false), bytes.size());
  ASSERT(bytes.size() == 67 * 50);
  for (size_t i = 50; i < bytes.size(); i += 50) {
    EXPECT(LoadLe64(bytes.data() + i - 42) <= LoadLe64(bytes.data() + i + 8));
  }
}

// Digests that agree in their first 16 bytes would meet in one slot of a table that trusts them.
TEST(BlobTable, ChosenDigestsDoNotSlowItDown) {
  BlobTable table;
  constexpr uint32_t kCount = 200000;
  table.Reserve(kCount);
  for (uint32_t i = 0; i < kCount; ++i) {
    Blob b = Plain(1, 300, 1);
    StoreLe32(b.digest.data() + 16, i << 8);
    table.Add(b);
  }
  for (uint32_t i = 0; i < kCount; ++i) {
    Sha1Digest digest = DigestOf(1);
    StoreLe32(digest.data() + 16, i << 8);
    EXPECT_EQ(table.Find(digest), static_cast<int64_t>(i));
  }
}

TEST(BlobTable, RandomBytesNeverCrash) {
  constexpr uint64_t kSeed = 21;
  test::Random random(kSeed);
  size_t parsed = 0, failed = 0;
  for (int round = 0; round < 5000; ++round) {
    Bytes bytes;
    for (uint64_t n = random.Below(6); n > 0; --n) {
      ResourceHeader h{random.Below(100), static_cast<uint8_t>(random.Below(32) & 0x16), 208 + random.Below(800), 0};
      h.original_size = random.Below(4) == 0 ? kSolidResourceMagicSize : h.stored_size;
      Append(&bytes, Entry(h, 1, 1, DigestOf(static_cast<uint8_t>(random.Next()))));
    }
    if (!bytes.empty()) {
      bytes[random.Below(bytes.size())] ^= static_cast<uint8_t>(1u << random.Below(8));
    }
    BlobTable table;
    if (!table.ParsePart(View(bytes), 1, 1000).ok()) {
      ++failed;
      continue;
    }
    for (SolidResource& r : table.solid_resources) r.uncompressed_size = random.Below(2000);
    if (!table.ResolveSolid().ok()) {
      ++failed;
      continue;
    }
    ++parsed;
    for (const Blob& b : table.blobs()) {
      if (b.solid == kNotSolid) continue;
      ASSERT(b.solid < table.solid_resources.size());
      const uint64_t size = table.solid_resources[b.solid].uncompressed_size;
      EXPECT(b.solid_offset <= size && b.size <= size - b.solid_offset);
    }
  }
  if (parsed < 100 || failed < 100) {
    test::Fail(__FILE__, __LINE__, "one-sided at seed " + std::to_string(kSeed));
  }
}

TEST(BlobTable, RealFiles) {
  const std::string corpus = Corpus("BlobTable.RealFiles");
  if (corpus.empty()) return;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(corpus + "/wim")) {
    if (!entry.is_regular_file()) continue;
    const Bytes bytes = ReadWhole(entry.path());
    const auto header = Header::Parse(View(bytes), bytes.size());
    if (!header.ok()) continue;
    BlobTable table;
    const auto view = View(bytes).Slice(header->blob_table.offset, header->blob_table.stored_size, "blob table");
    ASSERT(view.ok());
    const Status status = table.ParsePart(*view, header->part_number, bytes.size(), header->version);
    if (!status.ok()) test::Fail(__FILE__, __LINE__, entry.path().string());
    EXPECT_EQ(table.metadata.size(), header->part_number == 1 ? header->image_count : 0);
    EXPECT(header->boot_index == 0 || table.metadata[header->boot_index - 1] == header->boot_metadata);
  }
}

}  // namespace
}  // namespace dism::wim
