// Large arrays that are accessed at random.
#ifndef DISM_BASE_LARGE_ARRAY_H_
#define DISM_BASE_LARGE_ARRAY_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace dism {

struct FreeLargeArray {
  void operator()(void* p) const { std::free(p); }
};
template <typename T>
using LargeArray = std::unique_ptr<T[], FreeLargeArray>;

// An array of `count` numbers, not initialised. Where the system offers large pages on request they are
// asked for: with small ones, most such accesses would also miss the address cache.
// Ends the process when there is no memory, as `new` without exceptions does.
template <typename T>
LargeArray<T> NewLargeArray(size_t count) {
  void* p = nullptr;
#if defined(__linux__)
  constexpr size_t kLargePage = size_t{2} << 20;
  const size_t size = count * sizeof(T);
  if (size >= kLargePage) {
    const size_t rounded = (size + kLargePage - 1) & ~(kLargePage - 1);
    p = std::aligned_alloc(kLargePage, rounded);
    if (p != nullptr) madvise(p, rounded, MADV_HUGEPAGE);  // a wish: failing changes nothing
  } else {
    p = std::malloc(size);
  }
#else
  p = std::malloc(count * sizeof(T));
#endif
  if (p == nullptr) std::abort();
  return LargeArray<T>(static_cast<T*>(p));
}

}  // namespace dism

#endif  // DISM_BASE_LARGE_ARRAY_H_
