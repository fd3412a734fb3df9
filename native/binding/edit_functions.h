// The editing of images: plain calls on what is in memory, jobs for what reads or writes files.
#ifndef DISM_BINDING_EDIT_FUNCTIONS_H_
#define DISM_BINDING_EDIT_FUNCTIONS_H_

#include <napi.h>

namespace dism::binding {

// Adds them to `exports`. lib/native/editing.ts types them.
void RegisterEditFunctions(Napi::Env env, Napi::Object exports);

}  // namespace dism::binding

#endif  // DISM_BINDING_EDIT_FUNCTIONS_H_
