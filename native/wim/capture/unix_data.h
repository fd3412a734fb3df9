// The tagged items in which a dentry carries what Windows does not know: owner, mode and device number, and extended
// attributes. capture/FORMAT.md, "Unix data".
#ifndef DISM_WIM_CAPTURE_UNIX_DATA_H_
#define DISM_WIM_CAPTURE_UNIX_DATA_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace dism::wim {

struct UnixData {
  uint32_t user = 0;
  uint32_t group = 0;
  uint32_t mode = 0;  // with the type bits
  uint32_t device_number = 0;
};

struct ExtendedAttribute {
  std::string name;
  std::string value;
};

// Appends `data` as one item, padded to 8.
void AppendTaggedItem(uint32_t tag, ByteSpan data, std::vector<uint8_t>* items);
// The data of the first item with this tag.
std::optional<ByteSpan> FindTaggedItem(ByteSpan items, uint32_t tag);
// The items without those of this tag.
std::vector<uint8_t> WithoutTaggedItem(ByteSpan items, uint32_t tag);

void AppendUnixData(const UnixData& data, std::vector<uint8_t>* items);
std::optional<UnixData> FindUnixData(ByteSpan items);

// As the data of an item: all must fit (name 255 bytes, value 65,535).
std::vector<uint8_t> WriteExtendedAttributes(const std::vector<ExtendedAttribute>& attributes);
// What can be read of it: stops at the first entry that does not fit.
std::vector<ExtendedAttribute> ParseExtendedAttributes(ByteSpan data);

// True for names in one of the namespaces of Linux ("user." and so on): others are attributes of NTFS.
bool IsPosixAttributeName(std::string_view name);

// The extended attributes of an entry, by name. Reads through /proc where the system has no call by directory. skipped:
// names of those that the item cannot hold. 0, or errno.
int ReadExtendedAttributes(int directory, const char* name, std::vector<ExtendedAttribute>* attributes,
                           std::vector<std::string>* skipped);
// 0, or errno.
int SetExtendedAttribute(int directory, const char* name, const ExtendedAttribute& attribute);

}  // namespace dism::wim

#endif  // DISM_WIM_CAPTURE_UNIX_DATA_H_
