// Rows of candidates: the two ways to compare tags, and the order of positions.
#include "codec/match/row_table.h"

#include "support/test.h"

namespace dism::codec::match {
namespace {

TEST(RowTable, TagsCompareAlikeWithAndWithoutVectors) {
  alignas(16) uint8_t tags[kRowEntries];
  uint32_t random = 1;
  for (int round = 0; round < 2000; ++round) {
    for (uint8_t& tag : tags) {
      random = random * 1664525 + 1013904223;
      // Few values, those around the sign bit and its borrow among them.
      constexpr uint8_t kValues[] = {0, 1, 0x7F, 0x80, 0x81, 0xFE, 0xFF, 42};
      tag = kValues[random >> 29];
    }
    for (uint32_t tag = 0; tag < 256; ++tag) {
      uint32_t expected = 0;
      for (uint32_t i = 0; i < kRowEntries; ++i) expected |= uint32_t{tags[i] == tag} << i;
      EXPECT_EQ(MatchTags(tags, static_cast<uint8_t>(tag)), expected);
      EXPECT_EQ(MatchTagsPortable(tags, static_cast<uint8_t>(tag)), expected);
    }
  }
}

TEST(RowTable, GivesTheNewestFifteenPositionsNewestFirst) {
  RowTable table(4096);
  table.Clear();
  const RowTable::View rows = table.view();
  const RowTable::Key key = rows.KeyOf(0x64636261);
  RowTable::Row& row = rows[key.row];
  for (uint32_t position = 100; position < 140; ++position) row.Insert(key.tag, position);
  const uint32_t first = row.newest;
  EXPECT_EQ(row.Match(key.tag), 0x7FFFu);
  for (uint32_t i = 0; i < 15; ++i) EXPECT_EQ(row.Position(i, first), 139 - i);
  row.Insert(static_cast<uint8_t>(key.tag + 1), 200);
  EXPECT_EQ(row.Match(key.tag), 0x7FFEu);
}

}  // namespace
}  // namespace dism::codec::match
