#include "wim/apply/entry_metadata.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "wim/capture/file_status.h"

namespace dism::wim {
namespace {

constexpr uint32_t kPermissionBits = 07777;

}  // namespace

void MetadataProblems::Add(int errno_value, const std::string& failed) {
  if (error == 0) error = errno_value;
  what += (what.empty() ? "not restored: " : "; ") + failed + " (" + strerror(errno_value) + ")";
}

UnixMetadata ReadUnixMetadata(const Dentry& dentry) {
  UnixMetadata metadata;
  if (const std::optional<UnixData> data = FindUnixData(dentry.tagged_items)) {
    metadata.data = *data;
    metadata.has_data = true;
  }
  if (const std::optional<ByteSpan> item = FindTaggedItem(dentry.tagged_items, kTagExtendedAttributes)) {
    for (ExtendedAttribute& attribute : ParseExtendedAttributes(*item)) {
      // The item is shared with the extended attributes of NTFS, which have other names.
      if (IsPosixAttributeName(attribute.name)) metadata.attributes.push_back(std::move(attribute));
    }
  }
  return metadata;
}

void TimesOf(const PlannedEntry& entry, timespec times[2]) {
  const auto set = [](uint64_t file_time, timespec* time) {
    if (file_time != 0) {
      *time = PosixFromFileTime(file_time);
    } else {
      *time = {0, UTIME_OMIT};
    }
  };
  set(entry.access_time, &times[0]);
  set(entry.write_time, &times[1]);
}

void SetUnixMetadata(int fd, int directory, const char* name, const UnixMetadata& metadata,
                     MetadataProblems* problems) {
  if (metadata.has_data) {
    if (fchown(fd, metadata.data.user, metadata.data.group) != 0) problems->Add(errno, "owner");
  }
  for (const ExtendedAttribute& attribute : metadata.attributes) {
    const int error = SetExtendedAttribute(directory, name, attribute);
    if (error != 0) problems->Add(error, "attribute " + attribute.name);
  }
  if (metadata.has_data) {
    if (fchmod(fd, metadata.data.mode & kPermissionBits) != 0) problems->Add(errno, "mode");
  }
}

void SetUnixMetadataOfName(int directory, const char* name, const UnixMetadata& metadata, bool is_link,
                           MetadataProblems* problems) {
  if (metadata.has_data) {
    if (fchownat(directory, name, metadata.data.user, metadata.data.group, AT_SYMLINK_NOFOLLOW) != 0) {
      problems->Add(errno, "owner");
    }
  }
  for (const ExtendedAttribute& attribute : metadata.attributes) {
    const int error = SetExtendedAttribute(directory, name, attribute);
    if (error != 0) problems->Add(error, "attribute " + attribute.name);
  }
  // The mode of a link cannot be set, nor does it matter.
  if (metadata.has_data && !is_link) {
    if (fchmodat(directory, name, metadata.data.mode & kPermissionBits, 0) != 0) problems->Add(errno, "mode");
  }
}

}  // namespace dism::wim
