#include "binding/file_functions.h"

#include "base/file.h"
#include "binding/values.h"

namespace dism::binding {
namespace {

Napi::Value ErrorOrUndefined(Napi::Env env, const Status& status) {
  return status.ok() ? env.Undefined() : ErrorToObject(env, status.error());
}

// (path, modified, accessed): nanoseconds since 1970 as bigints. The error, if any.
Napi::Value SetTimes(const Napi::CallbackInfo& info) {
  bool lossless = true;
  const int64_t modified = info[1].As<Napi::BigInt>().Int64Value(&lossless);
  const int64_t accessed = info[2].As<Napi::BigInt>().Int64Value(&lossless);
  return ErrorOrUndefined(info.Env(), SetFileTimes(info[0].As<Napi::String>().Utf8Value(), modified, accessed));
}

// (descriptor). The error, if any.
Napi::Value Lock(const Napi::CallbackInfo& info) {
  return ErrorOrUndefined(info.Env(), LockDescriptor(info[0].As<Napi::Number>().Int32Value()));
}

}  // namespace

void RegisterFileFunctions(Napi::Env env, Napi::Object exports) {
  exports.Set("setFileTimes", Napi::Function::New(env, SetTimes));
  exports.Set("lockDescriptor", Napi::Function::New(env, Lock));
}

}  // namespace dism::binding
