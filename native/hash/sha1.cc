#include "hash/sha1.h"

#include <algorithm>
#include <bit>

#include "base/cpu.h"
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace dism {

void Sha1BlocksPortable(uint32_t state[5], const uint8_t* data, size_t blocks) {
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
  for (; blocks > 0; --blocks, data += 64) {
    uint32_t w[16];
    for (int i = 0; i < 16; ++i) w[i] = __builtin_bswap32(LoadLe32(data + 4 * i));
    const uint32_t a0 = a, b0 = b, c0 = c, d0 = d, e0 = e;
    for (int i = 0; i < 80; ++i) {
      uint32_t wi = w[i & 15];
      if (i >= 16) {
        wi = std::rotl(w[(i + 13) & 15] ^ w[(i + 8) & 15] ^ w[(i + 2) & 15] ^ w[i & 15], 1);
        w[i & 15] = wi;
      }
      uint32_t f, k;
      if (i < 20) {
        f = d ^ (b & (c ^ d));
        k = 0x5A827999;
      } else if (i < 40) {
        f = b ^ c ^ d;
        k = 0x6ED9EBA1;
      } else if (i < 60) {
        f = (b & c) | (d & (b | c));
        k = 0x8F1BBCDC;
      } else {
        f = b ^ c ^ d;
        k = 0xCA62C1D6;
      }
      const uint32_t t = std::rotl(a, 5) + f + e + k + wi;
      e = d;
      d = c;
      c = std::rotl(b, 30);
      b = a;
      a = t;
    }
    a += a0;
    b += b0;
    c += c0;
    d += d0;
    e += e0;
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
  state[4] = e;
}

#if defined(__x86_64__)

// Twenty groups of four rounds. In group g: m[g&3] holds w[4g..4g+3]; the message schedule of later groups is computed
// alongside. The E of a group is the A before the previous group, rotated by the instruction itself (sha1nexte).
__attribute__((target("sha,sse4.1,ssse3"))) void Sha1BlocksShaNi(uint32_t state[5], const uint8_t* data,
                                                                 size_t blocks) {
  const __m128i shuffle = _mm_set_epi64x(0x0001020304050607, 0x08090A0B0C0D0E0F);
  __m128i abcd = _mm_shuffle_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(state)), 0x1B);
  __m128i e0 = _mm_set_epi32(static_cast<int>(state[4]), 0, 0, 0);
  for (; blocks > 0; --blocks, data += 64) {
    const __m128i abcd_save = abcd;
    const __m128i e_save = e0;
    __m128i m[4];
    for (int i = 0; i < 4; ++i) {
      m[i] = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(data + 16 * i)), shuffle);
    }
    __m128i e1;
#define DISM_SHA1_GROUP(g, e_in, e_out)                                                          \
  do {                                                                                           \
    e_in = (g) == 0 ? _mm_add_epi32(e_in, m[0]) : _mm_sha1nexte_epu32(e_in, m[(g)&3]);           \
    e_out = abcd;                                                                                \
    abcd = _mm_sha1rnds4_epu32(abcd, e_in, (g) / 5);                                             \
    if ((g) >= 3 && (g) < 19) m[((g) + 1) & 3] = _mm_sha1msg2_epu32(m[((g) + 1) & 3], m[(g)&3]); \
    if ((g) >= 1 && (g) < 17) m[((g) + 3) & 3] = _mm_sha1msg1_epu32(m[((g) + 3) & 3], m[(g)&3]); \
    if ((g) >= 2 && (g) < 18) m[((g) + 2) & 3] = _mm_xor_si128(m[((g) + 2) & 3], m[(g)&3]);      \
  } while (0)
    DISM_SHA1_GROUP(0, e0, e1);
    DISM_SHA1_GROUP(1, e1, e0);
    DISM_SHA1_GROUP(2, e0, e1);
    DISM_SHA1_GROUP(3, e1, e0);
    DISM_SHA1_GROUP(4, e0, e1);
    DISM_SHA1_GROUP(5, e1, e0);
    DISM_SHA1_GROUP(6, e0, e1);
    DISM_SHA1_GROUP(7, e1, e0);
    DISM_SHA1_GROUP(8, e0, e1);
    DISM_SHA1_GROUP(9, e1, e0);
    DISM_SHA1_GROUP(10, e0, e1);
    DISM_SHA1_GROUP(11, e1, e0);
    DISM_SHA1_GROUP(12, e0, e1);
    DISM_SHA1_GROUP(13, e1, e0);
    DISM_SHA1_GROUP(14, e0, e1);
    DISM_SHA1_GROUP(15, e1, e0);
    DISM_SHA1_GROUP(16, e0, e1);
    DISM_SHA1_GROUP(17, e1, e0);
    DISM_SHA1_GROUP(18, e0, e1);
    DISM_SHA1_GROUP(19, e1, e0);
#undef DISM_SHA1_GROUP
    e0 = _mm_sha1nexte_epu32(e0, e_save);
    abcd = _mm_add_epi32(abcd, abcd_save);
  }
  _mm_storeu_si128(reinterpret_cast<__m128i*>(state), _mm_shuffle_epi32(abcd, 0x1B));
  state[4] = static_cast<uint32_t>(_mm_extract_epi32(e0, 3));
}

#endif  // __x86_64__

using BlocksFunction = void (*)(uint32_t[5], const uint8_t*, size_t);

static BlocksFunction PickBlocks() {
#if defined(__x86_64__)
  if (Cpu().sha) return Sha1BlocksShaNi;
#endif
  return Sha1BlocksPortable;
}

static void Blocks(uint32_t state[5], const uint8_t* data, size_t blocks) {
  static const BlocksFunction function = PickBlocks();
  function(state, data, blocks);
}

void Sha1::Update(ByteSpan data) {
  size_t filled = static_cast<size_t>(length_ % 64);
  length_ += data.size();
  if (filled > 0) {
    const size_t take = std::min(data.size(), 64 - filled);
    if (take > 0) std::memcpy(block_ + filled, data.data(), take);
    data = data.subspan(take);
    if (filled + take < 64) return;
    Blocks(state_, block_, 1);
  }
  Blocks(state_, data.data(), data.size() / 64);
  const size_t rest = data.size() % 64;
  if (rest > 0) std::memcpy(block_, data.data() + data.size() - rest, rest);
}

Sha1Digest Sha1::Finish() {
  const uint64_t bits = length_ * 8;
  const uint8_t one = 0x80;
  Update(ByteSpan(&one, 1));
  static const uint8_t zeros[64] = {};
  const size_t filled = static_cast<size_t>(length_ % 64);
  Update(ByteSpan(zeros, filled <= 56 ? 56 - filled : 120 - filled));
  uint8_t length_be[8];
  StoreLe64(length_be, __builtin_bswap64(bits));
  Update(ByteSpan(length_be, 8));
  Sha1Digest digest;
  for (int i = 0; i < 5; ++i) StoreLe32(digest.data() + 4 * i, __builtin_bswap32(state_[i]));
  return digest;
}

}  // namespace dism
