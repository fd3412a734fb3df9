// Calls to the file system that Node.js does not have, or not with the precision of the system.
#ifndef DISM_BINDING_FILE_FUNCTIONS_H_
#define DISM_BINDING_FILE_FUNCTIONS_H_

#include <napi.h>

namespace dism::binding {

// Adds them to `exports`. lib/native/addon.ts types them.
void RegisterFileFunctions(Napi::Env env, Napi::Object exports);

}  // namespace dism::binding

#endif  // DISM_BINDING_FILE_FUNCTIONS_H_
