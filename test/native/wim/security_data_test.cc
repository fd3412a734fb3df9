#include "wim/security_data.h"

#include "native/wim/wim_bytes.h"

namespace dism::wim {
namespace {

ByteSpan Span(const std::string& s) { return ByteSpan(reinterpret_cast<const uint8_t*>(s.data()), s.size()); }

std::string Text(ByteSpan bytes) { return std::string(bytes.begin(), bytes.end()); }

// Length, count, sizes, bytes; not padded.
Bytes Block(uint32_t length, uint32_t count, const std::vector<uint64_t>& sizes, const std::string& bytes) {
  Bytes out(8 + 8 * sizes.size());
  StoreLe32(out.data(), length);
  StoreLe32(out.data() + 4, count);
  for (size_t i = 0; i < sizes.size(); ++i) StoreLe64(out.data() + 8 + 8 * i, sizes[i]);
  out.insert(out.end(), bytes.begin(), bytes.end());
  return out;
}

void ExpectError(const Bytes& bytes, ErrorCode code, uint64_t offset) {
  uint64_t end = 0;
  const auto result = SecurityData::Parse(View(bytes, 100), &end);
  ASSERT(!result.ok());
  EXPECT(result.error().code == code);
  EXPECT_EQ(result.error().offset, offset);
}

TEST(SecurityData, AddFindsEqualDescriptors) {
  SecurityData data;
  EXPECT_EQ(data.Add(Span("")), -1);
  EXPECT_EQ(data.Add(Span("one")), 0);
  EXPECT_EQ(data.Add(Span("second")), 1);
  EXPECT_EQ(data.Add(Span("one")), 0);
  EXPECT_EQ(data.size(), 2u);
  EXPECT_EQ(Text(data.Get(1)), "second");
  EXPECT(data.Get(-1).empty());
  EXPECT(data.Get(2).empty());
  EXPECT(data.Get(INT32_MIN).empty());

  const SecurityData copy = data;
  Bytes bytes;
  copy.Write(&bytes);
  Bytes expected = Block(40, 2, {3, 6}, "onesecond");
  expected.resize(40);
  EXPECT(bytes == expected);
  uint64_t end = 0;
  auto again = SecurityData::Parse(View(bytes), &end);
  ASSERT(again.ok());
  EXPECT_EQ(end, 40u);
  EXPECT_EQ(again->Add(Span("second")), 1);
  EXPECT_EQ(again->Add(Span("third")), 2);
}

TEST(SecurityData, EmptyBlockAndItsSpellings) {
  Bytes bytes;
  SecurityData().Write(&bytes);
  EXPECT(bytes == Block(8, 0, {}, ""));
  for (const uint32_t length : {0u, 8u, 5u}) {
    uint64_t end = 0;
    ASSERT(SecurityData::Parse(View(Block(length, 0, {}, "")), &end).ok());
    EXPECT_EQ(end, 8u);
  }
  // More room than needed is skipped.
  Bytes roomy = Block(24, 0, {}, std::string(16, 'x'));
  uint64_t end = 0;
  ASSERT(SecurityData::Parse(View(roomy), &end).ok());
  EXPECT_EQ(end, 24u);
}

// Microsoft's writer stores the length without the padding.
TEST(SecurityData, LengthBeforePaddingComesBack) {
  for (const uint32_t length : {21u, 24u}) {
    Bytes bytes = Block(length, 1, {5}, "abcde");
    bytes.resize(24);
    uint64_t end = 0;
    const auto data = SecurityData::Parse(View(bytes), &end);
    ASSERT(data.ok());
    EXPECT_EQ(end, 24u);
    EXPECT_EQ(Text(data->Get(0)), "abcde");
    Bytes again;
    data->Write(&again);
    EXPECT(again == bytes);
  }
}

TEST(SecurityData, EqualAndEmptyDescriptorsKeepTheirIds) {
  Bytes bytes = Block(40, 3, {2, 0, 2}, "xyxy");
  bytes.resize(40);
  uint64_t end = 0;
  auto data = SecurityData::Parse(View(bytes), &end);
  ASSERT(data.ok());
  EXPECT_EQ(data->size(), 3u);
  EXPECT_EQ(Text(data->Get(2)), "xy");
  EXPECT(data->Get(1).empty());
  EXPECT_EQ(data->Add(Span("xy")), 0);
  Bytes again;
  data->Write(&again);
  EXPECT(again == bytes);
}

TEST(SecurityData, BrokenFields) {
  Bytes good = Block(24, 1, {5}, "abcde");
  good.resize(24);
  const auto with = [&good](size_t at, uint64_t value, size_t width) {
    Bytes b = good;
    std::memcpy(b.data() + at, &value, width);
    return b;
  };
  ExpectError(with(0, 25, 4), ErrorCode::kTruncated, 100);
  ExpectError(with(0, 0xFFFFFFFF, 4), ErrorCode::kTruncated, 100);
  ExpectError(with(0, 8, 4), ErrorCode::kCorrupt, 104);  // no room for a size
  ExpectError(with(4, 3, 4), ErrorCode::kCorrupt, 104);
  ExpectError(with(4, 0xFFFFFFFF, 4), ErrorCode::kCorrupt, 104);
  ExpectError(with(8, 9, 8), ErrorCode::kCorrupt, 108);
  ExpectError(with(8, ~uint64_t{0}, 8), ErrorCode::kCorrupt, 108);
  ExpectError(with(8, uint64_t{1} << 56, 8), ErrorCode::kCorrupt, 108);
  for (size_t n = 0; n < good.size(); ++n) {
    uint64_t end = 0;
    const auto result = SecurityData::Parse(View(ByteSpan(good).first(n)), &end);
    ASSERT(!result.ok());
    EXPECT(result.error().code == ErrorCode::kTruncated);
  }
}

}  // namespace
}  // namespace dism::wim
