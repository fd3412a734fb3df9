#include "binding/file_functions.h"

#include "base/file.h"
#include "binding/values.h"
#include "wim/reparse.h"

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

// (tag, data, tree): the bytes of the text that the link gets in a tree on a POSIX file system, as an apply makes it of one
// that is not fixed up; undefined for what is no link, or has no text.
Napi::Value LinkText(const Napi::CallbackInfo& info) {
  const uint32_t tag = info[0].As<Napi::Number>().Uint32Value();
  const Napi::Uint8Array data = info[1].As<Napi::Uint8Array>();
  const auto link = wim::LinkData::Parse(tag, ByteSpan(data.Data(), data.ByteLength()));
  if (!link.ok()) return info.Env().Undefined();
  const std::optional<std::string> text =
      wim::PosixLinkText(*link, link->relative ? info[2].As<Napi::String>().Utf8Value() : "");
  if (!text) return info.Env().Undefined();
  return Napi::Buffer<char>::Copy(info.Env(), text->data(), text->size());
}

}  // namespace

void RegisterFileFunctions(Napi::Env env, Napi::Object exports) {
  exports.Set("setFileTimes", Napi::Function::New(env, SetTimes));
  exports.Set("linkText", Napi::Function::New(env, LinkText));
  exports.Set("lockDescriptor", Napi::Function::New(env, Lock));
}

}  // namespace dism::binding
