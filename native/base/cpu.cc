#include "base/cpu.h"

#include <cstdlib>

namespace dism {

static CpuFeatures Detect() {
  CpuFeatures f;
  if (std::getenv("OPENDISM_PORTABLE") != nullptr) return f;
#if defined(__x86_64__)
  __builtin_cpu_init();
  f.sse41 = __builtin_cpu_supports("sse4.1");
  f.avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  // GCC 12 has no name for SHA-NI in __builtin_cpu_supports: leaf 7, EBX bit 29.
  unsigned eax = 7, ebx = 0, ecx = 0, edx = 0;
  __asm__("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
  f.sha = f.sse41 && __builtin_cpu_supports("ssse3") && (ebx >> 29 & 1) != 0;
#endif
  return f;
}

const CpuFeatures& Cpu() {
  static const CpuFeatures features = Detect();
  return features;
}

}  // namespace dism
