// Objects of the engine as values of JavaScript: tagged externals that hold a shared pointer.
#ifndef DISM_BINDING_HANDLES_H_
#define DISM_BINDING_HANDLES_H_

#include <napi.h>

#include <memory>

#include "base/error.h"
#include "wim/edit/wim_editor.h"
#include "wim/image_tree.h"
#include "wim/reader.h"
#include "wim/writer.h"

namespace dism::binding {

// An image that was loaded keeps its reader.
struct LoadedImage {
  std::shared_ptr<wim::WimReader> reader;
  wim::ImageTree tree;
};

// What marks the handles of a type.
template <typename T>
inline constexpr napi_type_tag kTagOf{};
template <>
inline constexpr napi_type_tag kTagOf<wim::WimReader> = {0x6f70656e6469736d, 0x5245414445520001};
template <>
inline constexpr napi_type_tag kTagOf<LoadedImage> = {0x6f70656e6469736d, 0x494d414745000001};
template <>
inline constexpr napi_type_tag kTagOf<wim::WimWriter> = {0x6f70656e6469736d, 0x5752495445520001};
template <>
inline constexpr napi_type_tag kTagOf<wim::WimEditor> = {0x6f70656e6469736d, 0x454449544f520001};

template <typename T>
Napi::Value Wrap(Napi::Env env, std::shared_ptr<T> object) {
  auto external = Napi::External<std::shared_ptr<T>>::New(
      env, new std::shared_ptr<T>(std::move(object)), [](Napi::Env, std::shared_ptr<T>* pointer) { delete pointer; });
  external.TypeTag(&kTagOf<T>);
  return external;
}

// The place where a handle keeps its object; nullptr when the value is something else.
template <typename T>
std::shared_ptr<T>* Slot(const Napi::Value& value) {
  if (!value.IsExternal()) return nullptr;
  auto external = value.As<Napi::External<std::shared_ptr<T>>>();
  return external.CheckTypeTag(&kTagOf<T>) ? external.Data() : nullptr;
}

// The object behind a handle; nullptr when the value is something else, or closed.
template <typename T>
std::shared_ptr<T> Unwrap(const Napi::Value& value) {
  std::shared_ptr<T>* slot = Slot<T>(value);
  return slot == nullptr ? nullptr : *slot;
}

// Specs come from TypeScript: a missing handle is a bug there.
inline Status Require(bool present) {
  if (present) return Ok();
  return Error(ErrorCode::kInternal, "a handle is missing or closed");
}

}  // namespace dism::binding

#endif  // DISM_BINDING_HANDLES_H_
