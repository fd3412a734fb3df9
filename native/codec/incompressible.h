// A cheap test for chunks that no parse will make smaller: media, archives, encrypted data. Such
// chunks would otherwise be among the most expensive, because every position is looked up and
// nothing is found.
#ifndef DISM_CODEC_INCOMPRESSIBLE_H_
#define DISM_CODEC_INCOMPRESSIBLE_H_

#include <cstdint>

namespace dism::codec {

class IncompressibleTest {
 public:
  // Whether data[0..n), with three more readable bytes, has neither skewed byte counts nor
  // repetitions. Only for n <= 32768, else false. What it misses is a gain of about half a percent.
  bool Holds(const uint8_t* data, uint32_t n);

 private:
  static constexpr int kHashBits = 15;
  uint16_t last_[1 << kHashBits];  // the last position with this hash of four bytes, 0 for none
};

}  // namespace dism::codec

#endif  // DISM_CODEC_INCOMPRESSIBLE_H_
