// What the CPU can do, found once. Policy included: a flag says that a variant should be used, not only that it could.
#ifndef DISM_BASE_CPU_H_
#define DISM_BASE_CPU_H_

namespace dism {

struct CpuFeatures {
  bool sse41 = false;
  bool avx2 = false;  // with BMI1, BMI2, LZCNT and operating system support for YMM state
  bool sha = false;   // SHA-NI, with SSE4.1 and SSSE3
};

// The features of this machine; none when the environment variable OPENDISM_PORTABLE is set.
const CpuFeatures& Cpu();

}  // namespace dism

#endif  // DISM_BASE_CPU_H_
