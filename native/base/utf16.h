// UTF-16 to UTF-8 and back without loss: unpaired surrogates, which NTFS and WIM allow in names, travel as WTF-8
// (three bytes each). Bytes that are not WTF-8 (legal in Linux names) cannot travel: Utf8ToUtf16 says so.
#ifndef DISM_BASE_UTF16_H_
#define DISM_BASE_UTF16_H_

#include <optional>
#include <string>
#include <string_view>

namespace dism {

std::string Utf16ToUtf8(std::u16string_view s);

// nullopt when `s` is not valid WTF-8.
std::optional<std::u16string> Utf8ToUtf16(std::string_view s);

}  // namespace dism

#endif  // DISM_BASE_UTF16_H_
