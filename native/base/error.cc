#include "base/error.h"

#include <cerrno>
#include <cstring>

namespace dism {

const char* ErrorSymbol(ErrorCode code) {
  switch (code) {
#define DISM_ERROR(symbol, hresult, category, text) \
  case ErrorCode::k##symbol:                        \
    return #symbol;
#include "base/error_codes.inc"
#undef DISM_ERROR
  }
  return "Internal";
}

static ErrorCode CodeFromErrno(int err) {
  switch (err) {
    case ENOENT:
      return ErrorCode::kNotFound;
    case ENOTDIR:
      return ErrorCode::kPathNotFound;
    case EACCES:
    case EPERM:
      return ErrorCode::kAccessDenied;
    case EEXIST:
      return ErrorCode::kAlreadyExists;
    case ENOTEMPTY:
      return ErrorCode::kDirectoryNotEmpty;
    case ENOSPC:
    case EDQUOT:
      return ErrorCode::kDiskFull;
    case EWOULDBLOCK:
    case EBUSY:
    case ETXTBSY:
      return ErrorCode::kSharingViolation;
    case EMFILE:
    case ENFILE:
      return ErrorCode::kTooManyOpenFiles;
    case ENAMETOOLONG:
      return ErrorCode::kFilenameTooLong;
    case EROFS:
      return ErrorCode::kReadOnlyTarget;
    case ENOMEM:
      return ErrorCode::kOutOfMemory;
    case ENOTSUP:
      return ErrorCode::kNotSupported;
    default:
      return ErrorCode::kIoError;
  }
}

Error ErrorFromErrno(int err, const char* action, std::string target) {
  Error e(CodeFromErrno(err), std::string("cannot ") + action + ": " + std::strerror(err));
  e.target = std::move(target);
  e.os_error = err;
  return e;
}

}  // namespace dism
