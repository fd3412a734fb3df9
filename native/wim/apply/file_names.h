// The names that entries of an image get in a POSIX directory. A name that cannot be there gets a stand-in.
#ifndef DISM_WIM_APPLY_FILE_NAMES_H_
#define DISM_WIM_APPLY_FILE_NAMES_H_

#include <string>
#include <string_view>
#include <vector>

namespace dism::wim {

struct FileName {
  std::string name;  // empty: no file may have this name (".", "..", empty, with a NUL)
  bool stand_in = false;
};

// Names for all entries of one directory, in their order. Names over 255 bytes of UTF-8 or with a slash get a stand-in;
// with case_insensitive so does each that equals an earlier one under the upcase table. Stand-ins depend only on the
// names of the directory: the start of the name, `~`, and the start of the SHA-1 of its UTF-16 units.
std::vector<FileName> PosixNames(const std::vector<std::u16string_view>& names, bool case_insensitive);

}  // namespace dism::wim

#endif  // DISM_WIM_APPLY_FILE_NAMES_H_
