// For fuzz targets: a property that must hold whatever the input is.
#ifndef DISM_TEST_SUPPORT_FUZZ_H_
#define DISM_TEST_SUPPORT_FUZZ_H_

#include <cstdio>
#include <cstdlib>

#define FUZZ_CHECK(condition)                                                               \
  do {                                                                                      \
    if (!(condition)) {                                                                     \
      std::fprintf(stderr, "%s:%d: property failed: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                         \
    }                                                                                       \
  } while (0)

#endif  // DISM_TEST_SUPPORT_FUZZ_H_
