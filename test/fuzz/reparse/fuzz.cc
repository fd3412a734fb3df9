// Reparse data of a symbolic link or a mount point: what parses is written back to data that means the same. The first
// byte chooses the tag.
#include "native/wim/fuzz_check.h"
#include "wim/reparse.h"

using namespace dism;
using namespace dism::wim;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const uint32_t tag = (data[0] & 1) != 0 ? kReparseTagSymlink : kReparseTagMountPoint;
  const auto link = LinkData::Parse(tag, ByteSpan(data + 1, size - 1));
  if (!link.ok()) return 0;
  (void)PosixLinkText(*link, "");
  (void)PosixLinkText(*link, "/target/of the apply");
  const auto written = link->Write(tag);
  if (!written) return 0;
  const auto again = LinkData::Parse(tag, *written);
  FUZZ_CHECK(again.ok());
  FUZZ_CHECK(again->substitute == link->substitute);
  FUZZ_CHECK(again->relative == link->relative);
  return 0;
}
