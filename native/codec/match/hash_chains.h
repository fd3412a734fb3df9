// Candidates for matches in windows of at most 64 KiB: for every position the previous one with the same hash.
//
// All links are made before anything is parsed. That takes about 1.2 ns a byte, hardly more than the links that a parser
// makes on its way for the positions inside its matches, and without a branch that could be mispredicted. The parser then
// only reads arrays, which it does in order but for the links that it follows.
#ifndef DISM_CODEC_MATCH_HASH_CHAINS_H_
#define DISM_CODEC_MATCH_HASH_CHAINS_H_

#include <cstddef>
#include <cstdint>
#include <memory>

namespace dism::codec::match {

class HashChains {
 public:
  // window: the most bytes of a chunk, at most 64 KiB.
  explicit HashChains(uint32_t window);
  static size_t Memory(uint32_t window);

  // Links the positions of data[0, size), which ends the use of an earlier chunk.
  void Build(const uint8_t* data, uint32_t size);

  // For positions below size - 3: the newest position before it with the same hash of three respectively four bytes, or
  // 0. Position 0 is as good a candidate as any: candidates must be compared with the data in any case.
  const uint16_t* previous3() const { return previous3_.get(); }
  const uint16_t* previous4() const { return previous4_.get(); }

 private:
  // Matches of three bytes pay only when they are near, so that a small table suffices.
  static constexpr unsigned kHash3Bits = 13;
  static constexpr unsigned kHash4Bits = 16;

  std::unique_ptr<uint16_t[]> previous3_;
  std::unique_ptr<uint16_t[]> previous4_;
  uint16_t head3_[1 << kHash3Bits];
  uint16_t head4_[1 << kHash4Bits];
};

}  // namespace dism::codec::match

#endif  // DISM_CODEC_MATCH_HASH_CHAINS_H_
