// Giving memory back between the phases of a job.
#ifndef DISM_BASE_MEMORY_H_
#define DISM_BASE_MEMORY_H_

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace dism {

// Returns memory that is free to the system. What the threads of one phase have freed is not used for allocations of
// other threads in the next one: glibc keeps it by thread.
inline void ReturnFreeMemory() {
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}

}  // namespace dism

#endif  // DISM_BASE_MEMORY_H_
