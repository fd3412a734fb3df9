// Which names of a POSIX file system a WIM, and which Windows, can hold.
#ifndef DISM_WIM_CAPTURE_WINDOWS_NAME_H_
#define DISM_WIM_CAPTURE_WINDOWS_NAME_H_

#include <string_view>

namespace dism::wim {

// Why Windows cannot make a file of this name, as a phrase; nullptr when it can.
const char* WhyNotForWindows(std::u16string_view name);

}  // namespace dism::wim

#endif  // DISM_WIM_CAPTURE_WINDOWS_NAME_H_
