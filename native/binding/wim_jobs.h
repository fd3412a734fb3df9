// The WIM operations that JavaScript can start. Each takes a spec object and a wake function and returns a NativeJob.
#ifndef DISM_BINDING_WIM_JOBS_H_
#define DISM_BINDING_WIM_JOBS_H_

#include <napi.h>

namespace dism::binding {

// Adds them to `exports`. lib/native/addon.ts types them.
void RegisterWimJobs(Napi::Env env, Napi::Object exports);

}  // namespace dism::binding

#endif  // DISM_BINDING_WIM_JOBS_H_
