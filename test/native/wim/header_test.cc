#include "wim/header.h"

#include "native/wim/wim_bytes.h"

namespace dism::wim {
namespace {

Header Good() {
  Header h;
  h.set_format(codec::Format::kLzx);
  h.flags |= kHeaderRpFix;
  h.chunk_size = 32768;
  for (size_t i = 0; i < h.guid.size(); ++i) h.guid[i] = static_cast<uint8_t>(i + 1);
  h.part_number = 2;
  h.total_parts = 3;
  h.image_count = 4;
  h.blob_table = {100, kResourceMetadata, 5000, 100};
  h.xml = {900, kResourceMetadata, 5100, 900};
  h.boot_metadata = {300, kResourceMetadata | kResourceCompressed, 4000, 3000};
  h.boot_index = 4;
  h.integrity = {32, 0, 6000, 32};
  h.reserved[59] = 9;
  return h;
}
constexpr uint64_t kFileSize = 6032;

TEST(WimHeader, WriteThenParseKeepsEverything) {
  const Header h = Good();
  const auto bytes = h.Write();
  const auto parsed = Header::Parse(View(bytes), kFileSize);
  ASSERT(parsed.ok());
  EXPECT(parsed->Write() == bytes);
  EXPECT(parsed->format() == codec::Format::kLzx);
  EXPECT_EQ(parsed->version, kVersionDefault);
  EXPECT_EQ(parsed->part_number, 2);
  EXPECT_EQ(parsed->total_parts, 3);
  EXPECT_EQ(parsed->image_count, 4u);
  EXPECT_EQ(parsed->boot_index, 4u);
  EXPECT(parsed->blob_table == h.blob_table);
  EXPECT(parsed->xml == h.xml);
  EXPECT(parsed->boot_metadata == h.boot_metadata);
  EXPECT(parsed->integrity == h.integrity);
  EXPECT(parsed->guid == h.guid);
}

}  // namespace
}  // namespace dism::wim
