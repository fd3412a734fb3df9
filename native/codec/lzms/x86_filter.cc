#include "codec/lzms/x86_filter.h"

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "codec/lzms/format.h"

namespace dism::codec::lzms {
namespace {

// The last bytes of a chunk are never examined, nor is the first.
constexpr size_t kTail = 16;
// Targets are trusted when the same one occurred within this distance.
constexpr uint32_t kTargetWindow = 65535;
// An operand is translated when a trusted target is at most this far behind it.
constexpr uint32_t kMaxDistance = 1023;
constexpr uint32_t kMaxCallDistance = kMaxDistance >> 1;

// The first byte in [p, end) at which an instruction of interest can begin (E8, E9, FF, F0, 48, 4C), or end. Up to 16 bytes past end are readable.
inline const uint8_t* FindCandidate(const uint8_t* p, const uint8_t* end) {
#if defined(__SSE2__)
  const __m128i call = _mm_set1_epi8(static_cast<char>(0xE8));
  const __m128i call_mask = _mm_set1_epi8(static_cast<char>(0xFE));
  const __m128i rex = _mm_set1_epi8(0x48);
  const __m128i rex_mask = _mm_set1_epi8(static_cast<char>(0xFB));
  const __m128i indirect = _mm_set1_epi8(static_cast<char>(0xFF));
  const __m128i lock = _mm_set1_epi8(static_cast<char>(0xF0));
  for (; p < end; p += 16) {
    const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i found = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(_mm_and_si128(v, call_mask), call),
                                                    _mm_cmpeq_epi8(_mm_and_si128(v, rex_mask), rex)),
                                       _mm_or_si128(_mm_cmpeq_epi8(v, indirect), _mm_cmpeq_epi8(v, lock)));
    const unsigned mask = static_cast<unsigned>(_mm_movemask_epi8(found));
    if (mask != 0) return std::min(p + std::countr_zero(mask), end);
  }
  return end;
#else
  for (; p < end; ++p) {
    const uint8_t b = *p;
    if ((b & 0xFE) == 0xE8 || (b & 0xFB) == 0x48 || b == 0xFF || b == 0xF0) break;
  }
  return p;
#endif
}

// The number of opcode bytes of the instruction at p when its operand may be translated, else 0.
inline unsigned OpcodeLength(const uint8_t* p) {
  switch (p[0]) {
    case 0xE8:  // CALL rel32
      return 1;
    case 0xFF:  // CALL [RIP + disp32]
      return p[1] == 0x15 ? 2 : 0;
    case 0xF0:  // LOCK ADD dword [RIP + disp32], imm8
      return p[1] == 0x83 && p[2] == 0x05 ? 3 : 0;
    case 0x48:
    case 0x4C:
      if ((p[2] & 0x07) != 0x05) return 0;
      if (p[1] == 0x8D) return 3;                                        // LEA
      if (p[1] == 0x8B && p[0] == 0x48 && (p[2] & 0xF0) == 0) return 3;  // MOV
      return 0;
    default:
      return 0;
  }
}

}  // namespace

X86Filter::X86Filter() : last_target_(new uint32_t[1 << 16]()) {}

template <bool kApply>
bool X86Filter::Run(MutableByteSpan data, const CancelFlag* cancel) {
  if (data.size() <= kTail + 1) return true;
  const uint32_t size = static_cast<uint32_t>(data.size());
  if (base_ > UINT32_MAX - kMaxChunkSize - 2 * kTargetWindow) {
    std::memset(last_target_.get(), 0, kMemory);
    base_ = 0;
  }
  base_ += kTargetWindow + 1;
  uint8_t* const begin = data.data();
  uint32_t* const last_target = last_target_.get();
  const uint32_t base = base_;
  // Positions up to here can be examined; instructions read at most 7 bytes.
  const uint8_t* const end = begin + size - kTail;

  // Position of the last byte of the last operand whose target was trusted, as a signed number.
  int32_t last_trusted = -static_cast<int32_t>(kMaxDistance) - 1;
  uint8_t* p = begin + 1;
  while (p < end) {
    if (cancel != nullptr && cancel->IsSet()) return false;
    const uint8_t* const stop = end - p > 65536 ? p + 65536 : end;
    // An instruction may have ended behind `stop`: the search must not go back into it.
    while (p < stop && (p = begin + (FindCandidate(p, stop) - begin)) < stop) {
      if (*p == 0xE9) {  // JMP rel32: skipped as a whole, never translated
        p += 5;
        continue;
      }
      const unsigned opcode = OpcodeLength(p);
      if (opcode == 0) {
        ++p;
        continue;
      }
      const uint32_t position = static_cast<uint32_t>(p - begin);
      uint8_t* const operand = p + opcode;
      const uint32_t max_distance = *p == 0xE8 ? kMaxCallDistance : kMaxDistance;
      const bool translate = static_cast<int32_t>(position) - last_trusted <= static_cast<int32_t>(max_distance);
      // The low half of the target is the same number in both directions.
      if (!kApply && translate) StoreLe32(operand, LoadLe32(operand) - position);
      const uint16_t target = static_cast<uint16_t>(position + LoadLe16(operand));
      if (kApply && translate) StoreLe32(operand, LoadLe32(operand) + position);
      const uint32_t last = position + opcode + 3;
      if (base + last - last_target[target] <= kTargetWindow) {
        last_trusted = static_cast<int32_t>(last);
      }
      last_target[target] = base + last;
      p = operand + 4;
    }
  }
  base_ += size;
  return true;
}

template bool X86Filter::Run<true>(MutableByteSpan, const CancelFlag*);
template bool X86Filter::Run<false>(MutableByteSpan, const CancelFlag*);

}  // namespace dism::codec::lzms
