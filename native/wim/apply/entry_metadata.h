// Sets on a file of the target what the image knows about it: times, and with Unix data owner, mode and attributes.
#ifndef DISM_WIM_APPLY_ENTRY_METADATA_H_
#define DISM_WIM_APPLY_ENTRY_METADATA_H_

#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include "wim/apply/apply_plan.h"
#include "wim/capture/unix_data.h"

namespace dism::wim {

// What went wrong, for one warning; empty when nothing did.
struct MetadataProblems {
  int error = 0;
  std::string what;
  void Add(int errno_value, const std::string& failed);
};

struct UnixMetadata {
  UnixData data;
  bool has_data = false;
  std::vector<ExtendedAttribute> attributes;
};
// From the tagged items of a dentry.
UnixMetadata ReadUnixMetadata(const Dentry& dentry);

// The times for utimensat; a time of 0 in the image means that it has none.
void TimesOf(const PlannedEntry& entry, timespec times[2]);

// For an open file or directory. Order matters: a change of owner clears set-id bits, and writing clears capabilities.
void SetUnixMetadata(int fd, int directory, const char* name, const UnixMetadata& metadata, MetadataProblems* problems);
// For a link or device, by name, without following.
void SetUnixMetadataOfName(int directory, const char* name, const UnixMetadata& metadata, bool is_link,
                           MetadataProblems* problems);

}  // namespace dism::wim

#endif  // DISM_WIM_APPLY_ENTRY_METADATA_H_
