#include "wim/capture/unix_data.h"

#include <sys/types.h>
#if defined(__linux__)
#include <sys/xattr.h>
#endif

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "wim/dentry.h"

namespace dism::wim {
namespace {

constexpr size_t kItemHeader = 8;
constexpr size_t kUnixDataSize = 16;
constexpr size_t kAttributeHeader = 4;  // u16 value length, u8 name length, u8 flags

size_t PadTo8(size_t n) { return (n + 7) & ~size_t{7}; }

// Calls visit(tag, item with header and padding, data) until it returns false.
template <typename Visit>
void ForEachItem(ByteSpan items, Visit visit) {
  while (items.size() >= kItemHeader) {
    const uint32_t tag = LoadLe32(items.data());
    const uint32_t length = LoadLe32(items.data() + 4);
    if (length > items.size() - kItemHeader) return;
    const size_t whole = std::min(PadTo8(kItemHeader + length), items.size());
    if (!visit(tag, items.first(whole), items.subspan(kItemHeader, length))) return;
    items = items.subspan(whole);
  }
}

#if defined(__linux__)
std::string ProcPath(int directory, const char* name) {
  return "/proc/self/fd/" + std::to_string(directory) + "/" + name;
}
#endif

}  // namespace

void AppendTaggedItem(uint32_t tag, ByteSpan data, std::vector<uint8_t>* items) {
  const size_t at = items->size();
  items->resize(at + PadTo8(kItemHeader + data.size()));
  StoreLe32(items->data() + at, tag);
  StoreLe32(items->data() + at + 4, static_cast<uint32_t>(data.size()));
  std::copy(data.begin(), data.end(), items->begin() + static_cast<ptrdiff_t>(at + kItemHeader));
}

std::optional<ByteSpan> FindTaggedItem(ByteSpan items, uint32_t tag) {
  std::optional<ByteSpan> found;
  ForEachItem(items, [&](uint32_t item_tag, ByteSpan, ByteSpan data) {
    if (item_tag == tag) found = data;
    return !found;
  });
  return found;
}

std::vector<uint8_t> WithoutTaggedItem(ByteSpan items, uint32_t tag) {
  std::vector<uint8_t> kept;
  ForEachItem(items, [&](uint32_t item_tag, ByteSpan whole, ByteSpan) {
    if (item_tag != tag) kept.insert(kept.end(), whole.begin(), whole.end());
    return true;
  });
  return kept;
}

void AppendUnixData(const UnixData& data, std::vector<uint8_t>* items) {
  uint8_t bytes[kUnixDataSize];
  StoreLe32(bytes, data.user);
  StoreLe32(bytes + 4, data.group);
  StoreLe32(bytes + 8, data.mode);
  StoreLe32(bytes + 12, data.device_number);
  AppendTaggedItem(kTagUnixData, bytes, items);
}

std::optional<UnixData> FindUnixData(ByteSpan items) {
  const std::optional<ByteSpan> data = FindTaggedItem(items, kTagUnixData);
  if (!data || data->size() < kUnixDataSize) return std::nullopt;
  return UnixData{LoadLe32(data->data()), LoadLe32(data->data() + 4), LoadLe32(data->data() + 8),
                  LoadLe32(data->data() + 12)};
}

std::vector<uint8_t> WriteExtendedAttributes(const std::vector<ExtendedAttribute>& attributes) {
  std::vector<uint8_t> data;
  for (const ExtendedAttribute& attribute : attributes) {
    const size_t at = data.size();
    data.resize(at + kAttributeHeader);
    StoreLe16(data.data() + at, static_cast<uint16_t>(attribute.value.size()));
    data[at + 2] = static_cast<uint8_t>(attribute.name.size());
    data.insert(data.end(), attribute.name.begin(), attribute.name.end());
    data.push_back(0);
    data.insert(data.end(), attribute.value.begin(), attribute.value.end());
  }
  return data;
}

std::vector<ExtendedAttribute> ParseExtendedAttributes(ByteSpan data) {
  std::vector<ExtendedAttribute> attributes;
  while (data.size() >= kAttributeHeader) {
    const size_t value_length = LoadLe16(data.data()), name_length = data[2];
    if (data.size() - kAttributeHeader < name_length + 1 + value_length) break;
    const char* name = reinterpret_cast<const char*>(data.data() + kAttributeHeader);
    attributes.push_back({std::string(name, name_length), std::string(name + name_length + 1, value_length)});
    data = data.subspan(kAttributeHeader + name_length + 1 + value_length);
  }
  return attributes;
}

bool IsPosixAttributeName(std::string_view name) {
  for (const std::string_view space : {"user.", "security.", "trusted.", "system."}) {
    if (name.starts_with(space) && name.find('\0') == std::string_view::npos) return true;
  }
  return false;
}

#if defined(__linux__)

int ReadExtendedAttributes(int directory, const char* name, std::vector<ExtendedAttribute>* attributes,
                           std::vector<std::string>* skipped) {
  const std::string path = ProcPath(directory, name);
  std::string names(1024, '\0');
  ssize_t length;
  while ((length = llistxattr(path.c_str(), names.data(), names.size())) < 0 && errno == ERANGE) {
    names.resize(names.size() * 4);
  }
  if (length < 0) return errno == ENOTSUP ? 0 : errno;
  names.resize(static_cast<size_t>(length));
  std::string value(65536, '\0');
  for (size_t at = 0; at < names.size();) {
    const std::string attribute = names.c_str() + at;
    at += attribute.size() + 1;
    const ssize_t size = lgetxattr(path.c_str(), attribute.c_str(), value.data(), value.size());
    if (size < 0 && errno == ENODATA) continue;
    if (size < 0 && errno != ERANGE && errno != E2BIG) return errno;
    if (size < 0 || size > 65535 || attribute.size() > 255) {
      skipped->push_back(attribute);
    } else {
      attributes->push_back({attribute, value.substr(0, static_cast<size_t>(size))});
    }
  }
  std::sort(attributes->begin(), attributes->end(),
            [](const ExtendedAttribute& a, const ExtendedAttribute& b) { return a.name < b.name; });
  return 0;
}

int SetExtendedAttribute(int directory, const char* name, const ExtendedAttribute& attribute) {
  const std::string path = ProcPath(directory, name);
  const int result = lsetxattr(path.c_str(), attribute.name.c_str(), attribute.value.data(), attribute.value.size(), 0);
  return result == 0 ? 0 : errno;
}

#else

int ReadExtendedAttributes(int, const char*, std::vector<ExtendedAttribute>*, std::vector<std::string>*) { return 0; }
int SetExtendedAttribute(int, const char*, const ExtendedAttribute&) { return ENOTSUP; }

#endif

}  // namespace dism::wim
