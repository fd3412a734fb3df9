// The data of the two reparse points that are links (symbolic links and mount points, also called junctions), and how a
// link text of a POSIX file system becomes one and comes back. capture/FORMAT.md, "Reparse points".
#ifndef DISM_WIM_REPARSE_H_
#define DISM_WIM_REPARSE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "wim/dentry.h"

namespace dism::wim {

// The largest REPARSE_DATA_BUFFER is 16,384 bytes; a WIM holds it without its 8-byte header.
inline constexpr size_t kMaxReparseData = 16384 - 8;

inline bool IsLinkTag(uint32_t tag) { return tag == kReparseTagSymlink || tag == kReparseTagMountPoint; }

struct LinkData {
  std::u16string substitute;  // what the system follows: \??\C:\dir, or relative to the link
  std::u16string print;       // what is shown
  bool relative = false;      // symbolic links only

  static Result<LinkData> Parse(uint32_t tag, ByteSpan data);
  // nullopt when it does not fit; the print name is left out first.
  std::optional<std::vector<uint8_t>> Write(uint32_t tag) const;
};

// Link data for the text of a POSIX link. `/` and `\` change places, which can be undone; an absolute text gets the
// drive C: in front.
LinkData LinkFromPosix(std::u16string_view text);

// Link data for a link to a place inside the captured tree: `rest` is the part of the POSIX text behind the capture
// root, empty or starting with `/`. The drive X: stands for "wherever this image will be applied".
LinkData FixedLinkFromPosix(std::u16string_view rest);

// True when following `rest` (as above) by its text alone climbs out of the root it starts in.
bool ClimbsOut(std::u16string_view rest);

// The POSIX text of a link. fixed_root: for a link that is to be fixed up (RPFIX), the absolute path of the directory
// that its volume was applied to; empty otherwise. nullopt when there is no text for it (empty, or with a NUL).
std::optional<std::string> PosixLinkText(const LinkData& link, std::string_view fixed_root);

}  // namespace dism::wim

#endif  // DISM_WIM_REPARSE_H_
