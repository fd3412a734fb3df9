#include "binding/values.h"

namespace dism::binding {

bool Has(const Napi::Object& spec, const char* name) {
  const Napi::Value value = spec.Get(name);
  return !value.IsUndefined() && !value.IsNull();
}

std::string GetString(const Napi::Object& spec, const char* name) {
  const Napi::Value value = spec.Get(name);
  return value.IsString() ? value.As<Napi::String>().Utf8Value() : std::string();
}

std::u16string GetString16(const Napi::Object& spec, const char* name) {
  const Napi::Value value = spec.Get(name);
  return value.IsString() ? value.As<Napi::String>().Utf16Value() : std::u16string();
}

bool GetBool(const Napi::Object& spec, const char* name, bool fallback) {
  const Napi::Value value = spec.Get(name);
  return value.IsBoolean() ? value.As<Napi::Boolean>().Value() : fallback;
}

uint64_t GetUint64(const Napi::Object& spec, const char* name, uint64_t fallback) {
  const Napi::Value value = spec.Get(name);
  if (value.IsBigInt()) {
    bool lossless;
    return value.As<Napi::BigInt>().Uint64Value(&lossless);
  }
  if (!value.IsNumber()) return fallback;
  const double number = value.As<Napi::Number>().DoubleValue();
  return number <= 0 ? 0 : static_cast<uint64_t>(number);
}

uint32_t GetUint32(const Napi::Object& spec, const char* name, uint32_t fallback) {
  return static_cast<uint32_t>(GetUint64(spec, name, fallback));
}

template <typename T, typename Convert>
static std::vector<T> GetArray(const Napi::Object& spec, const char* name, Convert convert) {
  std::vector<T> result;
  const Napi::Value value = spec.Get(name);
  if (!value.IsArray()) return result;
  const Napi::Array array = value.As<Napi::Array>();
  result.reserve(array.Length());
  for (uint32_t i = 0; i < array.Length(); ++i) result.push_back(convert(array.Get(i)));
  return result;
}

std::vector<std::string> GetStrings(const Napi::Object& spec, const char* name) {
  return GetArray<std::string>(spec, name, [](const Napi::Value& v) { return v.As<Napi::String>().Utf8Value(); });
}

std::vector<std::u16string> GetStrings16(const Napi::Object& spec, const char* name) {
  return GetArray<std::u16string>(spec, name, [](const Napi::Value& v) { return v.As<Napi::String>().Utf16Value(); });
}

std::vector<uint32_t> GetUint32s(const Napi::Object& spec, const char* name) {
  return GetArray<uint32_t>(spec, name, [](const Napi::Value& v) { return v.As<Napi::Number>().Uint32Value(); });
}

std::vector<uint8_t> GetBytes(const Napi::Object& spec, const char* name) {
  const Napi::Value value = spec.Get(name);
  if (!value.IsTypedArray()) return {};
  const Napi::Uint8Array bytes = value.As<Napi::Uint8Array>();
  return std::vector<uint8_t>(bytes.Data(), bytes.Data() + bytes.ByteLength());
}

Napi::Value ToValue(Napi::Env env, uint64_t number) { return Napi::Number::New(env, static_cast<double>(number)); }

Napi::Value ToValue(Napi::Env env, const std::vector<uint8_t>& bytes) {
  return Napi::Buffer<uint8_t>::Copy(env, bytes.data(), bytes.size());
}

Napi::Object ErrorToObject(Napi::Env env, const Error& error) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("symbol", ErrorSymbol(error.code));
  object.Set("detail", error.detail);
  object.Set("target", error.target);
  if (error.offset != kNoOffset) object.Set("offset", ToValue(env, error.offset));
  if (error.os_error != 0) object.Set("errno", error.os_error);
  return object;
}

Napi::Object EventToObject(Napi::Env env, Event event) {
  Napi::Object object = Napi::Object::New(env);
  switch (event.kind) {
    case Event::Kind::kWarning:
      object.Set("kind", "warning");
      break;
    case Event::Kind::kFinding:
      object.Set("kind", "finding");
      break;
    case Event::Kind::kEntries: {
      object.Set("kind", "entries");
      object.Set("data", ToValue(env, event.data));
      return object;
    }
  }
  object.Set("symbol", ErrorSymbol(event.code));
  object.Set("path", event.path);
  object.Set("message", event.message);
  if (event.offset != kNoOffset) object.Set("offset", ToValue(env, event.offset));
  return object;
}

}  // namespace dism::binding
