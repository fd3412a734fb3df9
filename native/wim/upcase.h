// Upper-casing as NTFS does it: one UTF-16 code unit at a time, independent of any locale.
#ifndef DISM_WIM_UPCASE_H_
#define DISM_WIM_UPCASE_H_

#include <string_view>

namespace dism::wim {

char16_t Upcase(char16_t c);

// NTFS collation: compares by upcased code units, then (when those are equal) by code units. <0, 0,
// >0.
int CompareNames(std::u16string_view a, std::u16string_view b);
// Equal when upcased.
bool EqualIgnoringCase(std::u16string_view a, std::u16string_view b);

}  // namespace dism::wim

#endif  // DISM_WIM_UPCASE_H_
