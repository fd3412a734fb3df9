// SHA-1 (FIPS 180-4): the identity of every blob in a WIM.
#ifndef DISM_HASH_SHA1_H_
#define DISM_HASH_SHA1_H_

#include <array>
#include <cstdint>
#include <cstring>

#include "base/bytes.h"

namespace dism {

using Sha1Digest = std::array<uint8_t, 20>;

inline bool IsZeroDigest(const Sha1Digest& digest) { return digest == Sha1Digest{}; }

// For hash tables: the digest is already uniform, except for the all-zero one.
struct Sha1DigestHash {
  size_t operator()(const Sha1Digest& digest) const {
    size_t h;
    std::memcpy(&h, digest.data(), sizeof h);
    return h;
  }
};

class Sha1 {
 public:
  void Update(ByteSpan data);
  Sha1Digest Finish();

  static Sha1Digest Of(ByteSpan data) {
    Sha1 sha;
    sha.Update(data);
    return sha.Finish();
  }

 private:
  uint32_t state_[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  uint64_t length_ = 0;
  uint8_t block_[64];
};

// The compression function on `blocks` blocks of 64 bytes; both variants give the same result. For tests.
void Sha1BlocksPortable(uint32_t state[5], const uint8_t* data, size_t blocks);
#if defined(__x86_64__)
void Sha1BlocksShaNi(uint32_t state[5], const uint8_t* data, size_t blocks);  // needs Cpu().sha
#endif

}  // namespace dism

#endif  // DISM_HASH_SHA1_H_
