#ifndef DISM_CODEC_LZMS_DECODER_H_
#define DISM_CODEC_LZMS_DECODER_H_

#include "codec/codec.h"
#include "codec/lzms/decode_table.h"
#include "codec/lzms/x86_filter.h"

namespace dism::codec::lzms {

class LzmsDecoder final : public Decoder {
 public:
  static size_t Memory() { return sizeof(LzmsDecoder) + X86Filter::kMemory; }
  bool Decode(ByteSpan in, MutableByteSpan out, const CancelFlag* cancel) override;

 private:
  // Some literals and the match after them. The parser of the stream runs ahead of the copying by a
  // batch of these: what an item is never depends on the output, and so the sources of matches, which
  // in a chunk of 64 MiB are rarely in a cache, can be prefetched.
  struct Sequence {
    uint32_t num_literals;
    uint32_t length;  // of the match; 0: none
    uint32_t offset;
    uint32_t span;  // of a delta match; 0: an LZ match
  };
  // Large enough for the prefetches to arrive, small enough to stay in the first-level cache.
  static constexpr size_t kBatch = 64;
  static constexpr size_t kLiteralRoom = 1024;
  static constexpr size_t kLiteralSlack = 16;

  void Reset(size_t size);
  bool DecodeItems(ByteSpan in, MutableByteSpan out, const CancelFlag* cancel);
  // Carries out a batch at `out`; returns the place after it, or nullptr when cancelled. All of it has
  // been checked to fit before out_end.
  uint8_t* Execute(size_t num_sequences, uint8_t* out, uint8_t* out_end, const CancelFlag* cancel);

  // Table sizes: most codewords in one look-up; the sum of all tables in the first-level cache.
  AdaptiveDecoder<kNumLiterals, 10> literals_;
  AdaptiveDecoder<kNumOffsetSlots, 11> offsets_;
  AdaptiveDecoder<kNumLengthSlots, 9> lengths_;
  AdaptiveDecoder<kNumOffsetSlots, 11> delta_offsets_;
  AdaptiveDecoder<kNumDeltaPowers, 7> delta_powers_;
  Decisions decisions_;
  X86Filter filter_;
  Sequence sequences_[kBatch];
  uint8_t literal_bytes_[kLiteralRoom + kLiteralSlack];
};

}  // namespace dism::codec::lzms

#endif  // DISM_CODEC_LZMS_DECODER_H_
