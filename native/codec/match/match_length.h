// How far two strings agree: the inner loop of every match finder, plain and with AVX2.
#ifndef DISM_CODEC_MATCH_MATCH_LENGTH_H_
#define DISM_CODEC_MATCH_MATCH_LENGTH_H_

#include <bit>
#include <cstdint>

#include "base/bytes.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define DISM_ALWAYS_INLINE inline __attribute__((always_inline))

#if defined(__x86_64__)
// For functions that are only called when dism::Cpu().avx2 is set.
#define DISM_TARGET_AVX2 __attribute__((target("avx2,bmi,bmi2,lzcnt")))
#endif

namespace dism::codec::match {

// A finder may read this many bytes behind the end of its input; the caller provides them, of any
// fixed value.
constexpr size_t kReadAhead = 288;

// Both give the length, at most `max`, of the common prefix of a and b, of which `known` <= max
// bytes agree already. They read up to max + 32 bytes of each.
struct PortableLength {
  static constexpr bool kIsAvx2 = false;
  static DISM_ALWAYS_INLINE uint32_t Extend(const uint8_t* a, const uint8_t* b, uint32_t known, uint32_t max) {
    uint32_t length = known;
    while (length < max) {
      const uint64_t difference = LoadLe64(a + length) ^ LoadLe64(b + length);
      if (difference != 0) {
        length += static_cast<uint32_t>(std::countr_zero(difference)) >> 3;
        return length < max ? length : max;
      }
      length += 8;
    }
    return max;
  }
};

#if defined(__x86_64__)
struct Avx2Length {
  static constexpr bool kIsAvx2 = true;
  DISM_TARGET_AVX2 static inline uint32_t Extend(const uint8_t* a, const uint8_t* b, uint32_t known, uint32_t max) {
    uint32_t length = known;
    while (length < max) {
      const __m256i equal = _mm256_cmpeq_epi8(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(a + length)),
                                              _mm256_loadu_si256(reinterpret_cast<const __m256i*>(b + length)));
      const uint32_t different = ~static_cast<uint32_t>(_mm256_movemask_epi8(equal));
      if (different != 0) {
        length += static_cast<uint32_t>(std::countr_zero(different));
        return length < max ? length : max;
      }
      length += 32;
    }
    return max;
  }
};
#endif

}  // namespace dism::codec::match

#endif  // DISM_CODEC_MATCH_MATCH_LENGTH_H_
