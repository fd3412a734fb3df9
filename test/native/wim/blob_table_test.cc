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

}  // namespace
}  // namespace dism::wim
