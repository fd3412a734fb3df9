// A whole file: open it, load and write back every image, list it, verify every blob.
#include "support/memory_file.h"
#include "wim/listing.h"
#include "wim/verify.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dism;
  using namespace dism::wim;
  auto file = std::make_shared<test::MemoryFile>(std::vector<uint8_t>(data, data + size));
  auto reader = WimReader::Open(file);
  if (!reader.ok()) return 0;
  JobContext job;
  job.threads = 1;
  job.memory_budget = 64 << 20;
  // Nobody takes the events: a queue that is full would wait for ever.
  job.events.SetWake([&job] { job.events.Take(1000); });
  for (uint32_t index = 1; index <= (*reader)->image_count() && index <= 4; ++index) {
    auto tree = (*reader)->LoadImage(index, nullptr, job);
    if (!tree.ok()) continue;
    (void)tree->Write();
    (void)ListImage(**reader, *tree, kRootNode, job);
  }
  (void)VerifyWim(**reader, job);
  return 0;
}
