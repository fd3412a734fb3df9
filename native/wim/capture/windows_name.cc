#include "wim/capture/windows_name.h"

#include "wim/upcase.h"

namespace dism::wim {
namespace {

// CON, PRN, AUX, NUL, COM1-9, LPT1-9, also with an extension: the Win32 layer takes them for devices.
bool IsDeviceName(std::u16string_view name) {
  const std::u16string_view stem = name.substr(0, name.find(u'.'));
  for (const std::u16string_view device : {u"CON", u"PRN", u"AUX", u"NUL"}) {
    if (EqualIgnoringCase(stem, device)) return true;
  }
  if (stem.size() != 4 || stem[3] < u'1' || stem[3] > u'9') return false;
  return EqualIgnoringCase(stem.substr(0, 3), u"COM") || EqualIgnoringCase(stem.substr(0, 3), u"LPT");
}

}  // namespace

const char* WhyNotForWindows(std::u16string_view name) {
  for (const char16_t c : name) {
    if (c < 0x20) return "Windows does not allow control characters in names";
    if (std::u16string_view(u"<>:\"|?*").find(c) != std::u16string_view::npos) {
      return "Windows does not allow < > : \" | ? * in names";
    }
  }
  if (!name.empty() && (name.back() == u'.' || name.back() == u' ')) {
    return "Windows does not allow a dot or a blank at the end of a name";
  }
  if (IsDeviceName(name)) return "Windows takes the name for a device";
  return nullptr;
}

}  // namespace dism::wim
