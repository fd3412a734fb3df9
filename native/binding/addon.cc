// The addon's entry. lib/native/addon.ts is the only module that loads it.
#include <napi.h>

#include "binding/edit_functions.h"
#include "binding/file_functions.h"
#include "binding/job_handle.h"
#include "binding/wim_jobs.h"

static Napi::Object Initialise(Napi::Env env, Napi::Object exports) {
  dism::binding::JobHandle::Register(env);
  dism::binding::RegisterWimJobs(env, exports);
  dism::binding::RegisterEditFunctions(env, exports);
  dism::binding::RegisterFileFunctions(env, exports);
  return exports;
}

NODE_API_MODULE(opendism, Initialise)
