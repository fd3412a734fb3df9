// Error and Result<T>: how every fallible function of the engine reports. No exceptions of ours cross the core.
#ifndef DISM_BASE_ERROR_H_
#define DISM_BASE_ERROR_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace dism {

enum class ErrorCode : uint16_t {
#define DISM_ERROR(symbol, hresult, category, text) k##symbol,
#include "base/error_codes.inc"
#undef DISM_ERROR
};

// The stable name of a code ("Corrupt"), the key under which TypeScript finds HRESULT, category and text.
const char* ErrorSymbol(ErrorCode code);

inline constexpr uint64_t kNoOffset = ~uint64_t{0};

// What failed, on what, where. `detail` says what was expected or done, in a phrase without the file name.
struct Error {
  ErrorCode code;
  std::string detail;
  std::string target;           // the file or path concerned, UTF-8; may be empty
  uint64_t offset = kNoOffset;  // byte offset in the target
  int os_error = 0;             // errno, when the operating system said no

  Error(ErrorCode c, std::string d = {}, uint64_t off = kNoOffset) : code(c), detail(std::move(d)), offset(off) {}

  Error&& At(std::string t) && {
    if (target.empty()) target = std::move(t);
    return std::move(*this);
  }
  Error& At(std::string t) & {
    if (target.empty()) target = std::move(t);
    return *this;
  }
};

// From errno: keeps it and picks the closest code. `action` reads like "open", "write", "create directory".
Error ErrorFromErrno(int err, const char* action, std::string target);

// A value or an Error.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}      // NOLINT: implicit by design
  Result(Error error) : error_(std::move(error)) {}  // NOLINT
  bool ok() const { return value_.has_value(); }
  explicit operator bool() const { return ok(); }
  T& value() { return *value_; }
  const T& value() const { return *value_; }
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }
  Error& error() { return *error_; }
  const Error& error() const { return *error_; }

 private:
  std::optional<T> value_;
  std::optional<Error> error_;
};

// Success or an Error.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::move(error)) {}  // NOLINT: implicit by design
  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  Error& error() { return *error_; }
  const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

inline Status Ok() { return Status(); }

// DISM_TRY(expr): return the error of a Status or Result expression to the caller.
#define DISM_TRY(expr)                                                    \
  do {                                                                    \
    auto dism_try_status = (expr);                                        \
    if (!dism_try_status.ok()) return std::move(dism_try_status.error()); \
  } while (0)

// DISM_ASSIGN(lhs, expr): lhs = value of a Result, or return its error.
#define DISM_CONCAT_INNER(a, b) a##b
#define DISM_CONCAT(a, b) DISM_CONCAT_INNER(a, b)
#define DISM_ASSIGN(lhs, expr) DISM_ASSIGN_IMPL(DISM_CONCAT(dism_result_, __LINE__), lhs, expr)
#define DISM_ASSIGN_IMPL(tmp, lhs, expr)        \
  auto tmp = (expr);                            \
  if (!tmp.ok()) return std::move(tmp.error()); \
  lhs = std::move(tmp.value())

}  // namespace dism

#endif  // DISM_BASE_ERROR_H_
