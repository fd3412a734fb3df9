#include "wim/reparse.h"

#include "base/utf16.h"
#include "wim/upcase.h"

namespace dism::wim {
namespace {

constexpr uint32_t kSymlinkRelative = 1;
constexpr std::u16string_view kNtPrefix = u"\\??\\";

// Offsets of the fields common to both structures; a symbolic link has 4 bytes of flags before the names.
constexpr size_t kMountPointNames = 8;
constexpr size_t kSymlinkNames = 12;

std::u16string SwapSeparators(std::u16string_view text) {
  std::u16string swapped(text);
  for (char16_t& c : swapped) {
    if (c == u'/') {
      c = u'\\';
    } else if (c == u'\\') {
      c = u'/';
    }
  }
  return swapped;
}

std::u16string ReadUnits(ByteSpan bytes) {
  std::u16string text(bytes.size() / 2, u'\0');
  for (size_t i = 0; i < text.size(); ++i) text[i] = LoadLe16(bytes.data() + 2 * i);
  return text;
}

void AppendUnits(std::u16string_view text, std::vector<uint8_t>* out) {
  for (const char16_t c : text) {
    out->push_back(static_cast<uint8_t>(c));
    out->push_back(static_cast<uint8_t>(c >> 8));
  }
}

bool HasDrive(std::u16string_view text) {
  return text.size() >= 2 && text[1] == u':' &&
         ((text[0] >= u'A' && text[0] <= u'Z') || (text[0] >= u'a' && text[0] <= u'z'));
}

// The part of an absolute substitute name behind its volume: empty, or starting with a backslash.
std::u16string_view BehindVolume(std::u16string_view name) {
  bool has_device = HasDrive(name);
  for (const std::u16string_view prefix :
       {kNtPrefix, std::u16string_view(u"\\\\?\\"), std::u16string_view(u"\\DosDevices\\"),
        std::u16string_view(u"\\Device\\")}) {
    if (name.size() >= prefix.size() && EqualIgnoringCase(name.substr(0, prefix.size()), prefix)) {
      name.remove_prefix(prefix.size());
      has_device = true;
      break;
    }
  }
  if (!has_device) return name;
  const size_t separator = name.find(u'\\');
  return separator == std::u16string_view::npos ? std::u16string_view() : name.substr(separator);
}

std::u16string CollapseSeparators(std::u16string_view path) {
  std::u16string collapsed;
  for (const char16_t c : path) {
    if (c != u'\\' || collapsed.empty() || collapsed.back() != u'\\') collapsed += c;
  }
  return collapsed;
}

LinkData AbsoluteLink(std::u16string_view drive, std::u16string_view rest) {
  LinkData link;
  link.print = std::u16string(drive) + SwapSeparators(rest);
  link.substitute = std::u16string(kNtPrefix) + link.print;
  return link;
}

}  // namespace

Result<LinkData> LinkData::Parse(uint32_t tag, ByteSpan data) {
  const View view(data);
  const size_t names = tag == kReparseTagSymlink ? kSymlinkNames : kMountPointNames;
  if (!IsLinkTag(tag)) return Error(ErrorCode::kNotSupported, "the reparse point is not a link");
  if (!view.Has(0, names)) return Error(ErrorCode::kTruncated, "reparse data", 0);
  LinkData link;
  const uint16_t substitute_offset = view.U16(0), substitute_length = view.U16(2);
  const uint16_t print_offset = view.U16(4), print_length = view.U16(6);
  if (tag == kReparseTagSymlink) link.relative = (view.U32(8) & kSymlinkRelative) != 0;
  if (substitute_length % 2 != 0 || print_length % 2 != 0) {
    return view.Bad(0, "odd length of a name in reparse data");
  }
  if (!view.Has(names + substitute_offset, substitute_length)) {
    return view.Bad(0, "substitute name outside the reparse data");
  }
  if (!view.Has(names + print_offset, print_length)) {
    return view.Bad(4, "print name outside the reparse data");
  }
  link.substitute = ReadUnits(data.subspan(names + substitute_offset, substitute_length));
  link.print = ReadUnits(data.subspan(names + print_offset, print_length));
  return link;
}

std::optional<std::vector<uint8_t>> LinkData::Write(uint32_t tag) const {
  const size_t names = tag == kReparseTagSymlink ? kSymlinkNames : kMountPointNames;
  const auto size_with = [&](size_t print_units) {
    return names + 2 * (substitute.size() + 1) + 2 * (print_units + 1);
  };
  std::u16string_view shown = print;
  if (size_with(shown.size()) > kMaxReparseData) shown = {};
  if (size_with(shown.size()) > kMaxReparseData) return std::nullopt;
  std::vector<uint8_t> data(names);
  StoreLe16(data.data() + 2, static_cast<uint16_t>(2 * substitute.size()));
  StoreLe16(data.data() + 4, static_cast<uint16_t>(2 * (substitute.size() + 1)));
  StoreLe16(data.data() + 6, static_cast<uint16_t>(2 * shown.size()));
  if (tag == kReparseTagSymlink) StoreLe32(data.data() + 8, relative ? kSymlinkRelative : 0);
  AppendUnits(substitute, &data);
  AppendUnits(std::u16string_view(u"\0", 1), &data);
  AppendUnits(shown, &data);
  AppendUnits(std::u16string_view(u"\0", 1), &data);
  return data;
}

LinkData LinkFromPosix(std::u16string_view text) {
  if (!text.empty() && text[0] == u'/') return AbsoluteLink(u"C:", text);
  LinkData link;
  link.substitute = link.print = SwapSeparators(text);
  link.relative = true;
  return link;
}

LinkData FixedLinkFromPosix(std::u16string_view rest) { return AbsoluteLink(u"X:", rest); }

bool ClimbsOut(std::u16string_view rest) {
  size_t depth = 0;
  while (!rest.empty()) {
    const size_t end = rest.find(u'/');
    const std::u16string_view component = rest.substr(0, end);
    if (component == u"..") {
      if (depth == 0) return true;
      --depth;
    } else if (!component.empty() && component != u".") {
      ++depth;
    }
    rest.remove_prefix(end == std::u16string_view::npos ? rest.size() : end + 1);
  }
  return false;
}

std::optional<std::string> PosixLinkText(const LinkData& link, std::string_view fixed_root) {
  std::u16string_view rest = link.substitute;
  // A relative name that starts with a backslash starts at the root of the volume that the link is on.
  const bool from_root = !link.relative || (!rest.empty() && rest[0] == u'\\');
  if (!link.relative) rest = BehindVolume(rest);
  std::string text;
  if (from_root && !fixed_root.empty()) {
    const std::u16string below = CollapseSeparators(rest);
    if (fixed_root != "/" || below.empty()) text.append(fixed_root);
    text += Utf16ToUtf8(SwapSeparators(below));
  } else {
    text = Utf16ToUtf8(SwapSeparators(rest));
    if (from_root && text.empty()) text.push_back('/');
  }
  if (text.empty() || text.find('\0') != std::string::npos) return std::nullopt;
  return text;
}

}  // namespace dism::wim
