#include "wim/apply/file_names.h"

#include <optional>
#include <unordered_set>

#include "base/utf16.h"
#include "hash/sha1.h"
#include "wim/upcase.h"

namespace dism::wim {
namespace {

constexpr size_t kLongestName = 255;    // bytes, on every file system that Linux writes
constexpr size_t kLongestPrefix = 200;  // leaves room for `~`, the digest and a counter

std::u16string Upcased(std::u16string_view name) {
  std::u16string upcased(name);
  for (char16_t& c : upcased) c = Upcase(c);
  return upcased;
}

std::string StandIn(std::u16string_view name, unsigned attempt) {
  std::string prefix = Utf16ToUtf8(name);
  if (prefix.size() > kLongestPrefix) {
    size_t cut = kLongestPrefix;
    while (cut > 0 && (static_cast<unsigned char>(prefix[cut]) & 0xC0) == 0x80) --cut;
    prefix.resize(cut);
  }
  for (char& c : prefix) {
    if (c == '/') c = '_';
  }
  std::vector<uint8_t> bytes;
  for (const char16_t c : name) {
    bytes.push_back(static_cast<uint8_t>(c));
    bytes.push_back(static_cast<uint8_t>(c >> 8));
  }
  for (; attempt > 0; --attempt) bytes.push_back(0);
  const Sha1Digest digest = Sha1::Of(bytes);
  static const char kDigits[] = "0123456789abcdef";
  prefix += '~';
  for (size_t i = 0; i < 6; ++i) {
    prefix += kDigits[digest[i] >> 4];
    prefix += kDigits[digest[i] & 15];
  }
  return prefix;
}

}  // namespace

std::vector<FileName> PosixNames(const std::vector<std::u16string_view>& names, bool case_insensitive) {
  std::vector<FileName> result(names.size());
  std::vector<size_t> pending;
  std::unordered_set<std::u16string> taken_upcased;
  for (size_t i = 0; i < names.size(); ++i) {
    const std::u16string_view name = names[i];
    if (name.empty() || name == u"." || name == u".." || name.find(u'\0') != std::u16string_view::npos) continue;
    std::string plain = Utf16ToUtf8(name);
    const bool fits = plain.size() <= kLongestName && plain.find('/') == std::string::npos;
    if (!fits || (case_insensitive && !taken_upcased.insert(Upcased(name)).second)) {
      pending.push_back(i);
    } else {
      result[i].name = std::move(plain);
    }
  }
  if (pending.empty()) return result;
  // A stand-in must not meet a real name, nor another stand-in.
  std::unordered_set<std::string> taken;
  for (const FileName& name : result) taken.insert(name.name);
  for (const size_t i : pending) {
    for (unsigned attempt = 0;; ++attempt) {
      std::string name = StandIn(names[i], attempt);
      if (case_insensitive) {
        const std::optional<std::u16string> wide = Utf8ToUtf16(name);
        if (wide && !taken_upcased.insert(Upcased(*wide)).second) continue;
      }
      if (!taken.insert(name).second) continue;
      result[i] = {std::move(name), true};
      break;
    }
  }
  return result;
}

}  // namespace dism::wim
