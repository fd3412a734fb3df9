// Reads specs that TypeScript validated, and writes results, errors and events back. No engine logic here.
#ifndef DISM_BINDING_VALUES_H_
#define DISM_BINDING_VALUES_H_

#include <napi.h>

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/job.h"

namespace dism::binding {

// Properties of a spec. Absent properties give the default; types are TypeScript's responsibility.
std::string GetString(const Napi::Object& spec, const char* name);
std::u16string GetString16(const Napi::Object& spec, const char* name);
bool GetBool(const Napi::Object& spec, const char* name, bool fallback = false);
uint64_t GetUint64(const Napi::Object& spec, const char* name, uint64_t fallback = 0);  // number or bigint
uint32_t GetUint32(const Napi::Object& spec, const char* name, uint32_t fallback = 0);
std::vector<std::string> GetStrings(const Napi::Object& spec, const char* name);
std::vector<std::u16string> GetStrings16(const Napi::Object& spec, const char* name);
std::vector<uint32_t> GetUint32s(const Napi::Object& spec, const char* name);
std::vector<uint8_t> GetBytes(const Napi::Object& spec, const char* name);
bool Has(const Napi::Object& spec, const char* name);

Napi::Value ToValue(Napi::Env env, uint64_t number);
Napi::Value ToValue(Napi::Env env, const std::vector<uint8_t>& bytes);
Napi::Object ErrorToObject(Napi::Env env, const Error& error);
Napi::Object EventToObject(Napi::Env env, Event event);

}  // namespace dism::binding

#endif  // DISM_BINDING_VALUES_H_
