// Decides whether an absolute link text leads into the captured tree (RPFIX).
#ifndef DISM_WIM_CAPTURE_LINK_RESOLVER_H_
#define DISM_WIM_CAPTURE_LINK_RESOLVER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace dism::wim {

class LinkResolver {
 public:
  // The capture root by identity: it may be reached by other names than the one it was given by.
  LinkResolver(uint64_t root_inode, uint64_t root_device) : inode_(root_inode), device_(root_device) {}

  // The part of `text` (which starts with `/`) behind the first prefix that is the capture root: empty or starting with
  // `/`. nullopt when no prefix is, or when the rest climbs out again.
  std::optional<std::string> RestInsideRoot(std::string_view text);

 private:
  enum class Place : uint8_t { kMissing, kElsewhere, kRoot };
  Place Look(const std::string& prefix);

  const uint64_t inode_, device_;
  std::unordered_map<std::string, Place> known_;  // links share most of their prefixes
};

}  // namespace dism::wim

#endif  // DISM_WIM_CAPTURE_LINK_RESOLVER_H_
