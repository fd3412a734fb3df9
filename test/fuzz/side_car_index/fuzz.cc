// The index of a side-car: what parses names only what it holds, and is written back the same.
#include "native/wim/fuzz_check.h"
#include "wim/side_car_index.h"

using namespace dism;
using namespace dism::wim;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto index = SideCarIndex::Parse(View(ByteSpan(data, size)));
  if (!index.ok()) return 0;
  size_t length = 0;
  for (uint32_t i = 0; i < index->records.size(); ++i) {
    length += index->Name(i).size();
    FUZZ_CHECK(i == 0 || index->records[i].parent < i);
  }
  FUZZ_CHECK(length <= index->names.size() * index->records.size());
  const std::vector<uint8_t> written = index->Write();
  const auto again = SideCarIndex::Parse(View(ByteSpan(written)));
  FUZZ_CHECK(again.ok() && again->records.size() == index->records.size() && again->names == index->names);
  return 0;
}
