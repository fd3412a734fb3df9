// XPRESS round trips; see fuzz_round_trip.h.
#include "codec/xpress/xpress.h"
#include "support/fuzz_round_trip.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return dism::codec::FuzzRoundTrip(dism::codec::kXpressOps, data, size);
}
