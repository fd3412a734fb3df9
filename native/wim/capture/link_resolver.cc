#include "wim/capture/link_resolver.h"

#include <fcntl.h>

#include <algorithm>

#include "base/utf16.h"
#include "wim/capture/file_status.h"
#include "wim/reparse.h"

namespace dism::wim {
namespace {

constexpr size_t kMostKnownPrefixes = 4096;

}  // namespace

LinkResolver::Place LinkResolver::Look(const std::string& prefix) {
  const auto known = known_.find(prefix);
  if (known != known_.end()) return known->second;
  FileStatus status;
  Place place = Place::kMissing;
  if (GetFileStatus(AT_FDCWD, prefix.c_str(), true, &status) == 0) {
    place = status.inode == inode_ && status.device == device_ ? Place::kRoot : Place::kElsewhere;
  }
  if (known_.size() >= kMostKnownPrefixes) known_.clear();
  known_.emplace(prefix, place);
  return place;
}

std::optional<std::string> LinkResolver::RestInsideRoot(std::string_view text) {
  for (size_t end = 1;;) {
    const Place place = Look(std::string(text.substr(0, end)));
    if (place == Place::kMissing) return std::nullopt;
    if (place == Place::kRoot) {
      const std::string rest(end == 1 ? text : text.substr(end));
      const std::optional<std::u16string> wide = Utf8ToUtf16(rest);
      if (!wide || ClimbsOut(*wide)) return std::nullopt;
      return rest;
    }
    const size_t start = text.find_first_not_of('/', end);
    if (start == std::string_view::npos) return std::nullopt;
    end = std::min(text.find('/', start), text.size());
  }
}

}  // namespace dism::wim
