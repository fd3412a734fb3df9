// The 208-byte WIM header. FORMAT.md, "Header".
#ifndef DISM_WIM_HEADER_H_
#define DISM_WIM_HEADER_H_

#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "base/error.h"
#include "codec/codec.h"
#include "wim/resource_header.h"

namespace dism::wim {

inline constexpr uint32_t kVersionDefault = 0x00010D00;
inline constexpr uint32_t kVersionSolid = 0x00000E00;  // LZMS or any solid resource

inline constexpr uint32_t kHeaderCompression = 0x00000002;
inline constexpr uint32_t kHeaderReadOnly = 0x00000004;
inline constexpr uint32_t kHeaderSpanned = 0x00000008;
inline constexpr uint32_t kHeaderResourceOnly = 0x00000010;
inline constexpr uint32_t kHeaderMetadataOnly = 0x00000020;
inline constexpr uint32_t kHeaderWriteInProgress = 0x00000040;
inline constexpr uint32_t kHeaderRpFix = 0x00000080;
inline constexpr uint32_t kHeaderXpress = 0x00020000;
inline constexpr uint32_t kHeaderLzx = 0x00040000;
inline constexpr uint32_t kHeaderLzms = 0x00080000;
inline constexpr uint32_t kHeaderXpress2 = 0x00200000;

// More images than this are refused: the limit other readers have too.
inline constexpr uint32_t kMaxImages = 65535;

using Guid = std::array<uint8_t, 16>;

struct Header {
  static constexpr size_t kSize = 208;
  uint32_t version = kVersionDefault;
  uint32_t flags = 0;
  uint32_t chunk_size = 0;  // of non-solid compressed resources
  Guid guid{};
  uint16_t part_number = 1;
  uint16_t total_parts = 1;
  uint32_t image_count = 0;
  ResourceHeader blob_table;
  ResourceHeader xml;
  ResourceHeader boot_metadata;
  uint32_t boot_index = 0;
  ResourceHeader integrity;
  std::array<uint8_t, 60> reserved{};  // 0x94 to the end: zero, but signed provisioning packages use it

  // The compression the flags name; kNone when the compression bit is clear.
  codec::Format format() const;
  // Sets the flag bits of a format (and clears the others).
  void set_format(codec::Format format);

  // NotAWim, UnsupportedVersion, Truncated (ranges behind the end), LimitExceeded, or Corrupt with
  // the offset of the field: everything that can be judged from the 208 bytes and the file size
  // alone (ranges inside the file, sizes consistent, chunk size valid for the codec, part <= total,
  // pipable "WLPWM" named in the message as not supported).
  static Result<Header> Parse(View file_start, uint64_t file_size);
  std::array<uint8_t, kSize> Write() const;
};

}  // namespace dism::wim

#endif  // DISM_WIM_HEADER_H_
