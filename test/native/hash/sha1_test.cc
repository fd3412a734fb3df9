#include "hash/sha1.h"

#include <string>
#include <vector>

#include "base/cpu.h"
#include "support/test.h"

namespace dism {
namespace {

std::string Hex(const Sha1Digest& digest) {
  static const char* digits = "0123456789abcdef";
  std::string s;
  for (uint8_t b : digest) {
    s += digits[b >> 4];
    s += digits[b & 15];
  }
  return s;
}

ByteSpan Bytes(const std::string& s) { return ByteSpan(reinterpret_cast<const uint8_t*>(s.data()), s.size()); }

// FIPS 180 examples.
TEST(Sha1, PublishedVectors) {
  EXPECT_EQ(Hex(Sha1::Of(Bytes(""))), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(Hex(Sha1::Of(Bytes("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(Hex(Sha1::Of(Bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  EXPECT_EQ(Hex(Sha1::Of(Bytes(std::string(1000000, 'a')))), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

TEST(Sha1, PiecesOfAnySizeGiveTheSameDigest) {
  std::vector<uint8_t> data(1000);
  test::Random random(1);
  for (uint8_t& b : data) b = static_cast<uint8_t>(random.Next());
  const Sha1Digest whole = Sha1::Of(data);
  for (size_t piece = 1; piece < 200; ++piece) {
    Sha1 sha;
    for (size_t at = 0; at < data.size(); at += piece) {
      sha.Update(ByteSpan(data).subspan(at, std::min(piece, data.size() - at)));
    }
    EXPECT(sha.Finish() == whole);
  }
}

#if defined(__x86_64__)
TEST(Sha1, ShaNiEqualsPortable) {
  if (!Cpu().sha) return;
  test::Random random(2);
  std::vector<uint8_t> data(64 * 33);
  for (int round = 0; round < 50; ++round) {
    for (uint8_t& b : data) b = static_cast<uint8_t>(random.Next());
    uint32_t a[5], b[5];
    for (int i = 0; i < 5; ++i) a[i] = b[i] = static_cast<uint32_t>(random.Next());
    const size_t blocks = random.Below(34);
    Sha1BlocksPortable(a, data.data(), blocks);
    Sha1BlocksShaNi(b, data.data(), blocks);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(a[i], b[i]);
  }
}
#endif

}  // namespace
}  // namespace dism
