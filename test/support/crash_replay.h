// What a disk may hold after a crash: everything up to a sync, and of the operations since then any subset, the last of
// them torn. A sector write is the unit that disks promise; the 208 bytes of a WIM header lie in the first one, so that a
// torn header is the one case that is left out.
#ifndef DISM_TEST_SUPPORT_CRASH_REPLAY_H_
#define DISM_TEST_SUPPORT_CRASH_REPLAY_H_

#include <cstdio>
#include <functional>
#include <vector>

#include "support/memory_file.h"
#include "support/test.h"
#include "wim/header.h"

namespace dism::test {

// Calls check with the bytes after each prefix of the operations, with torn writes, and with random subsets.
inline void ReplayCrashes(const std::vector<uint8_t>& start, const std::vector<MemoryFile::Operation>& operations,
                          const std::function<void(const std::vector<uint8_t>&)>& check) {
  using Kind = MemoryFile::Operation::Kind;
  const uint64_t seed = 20261122;
  std::printf("     seed %llu\n", static_cast<unsigned long long>(seed));
  Random random(seed);
  std::vector<uint8_t> durable = start;  // as of the last sync
  size_t synced = 0;
  for (size_t i = 0; i <= operations.size(); ++i) {
    // The prefix: everything issued so far arrived.
    std::vector<uint8_t> prefix = durable;
    for (size_t k = synced; k < i; ++k) MemoryFile::Apply(&prefix, operations[k]);
    check(prefix);
    if (i == operations.size()) break;
    // Torn: a part of the next write arrived.
    if (operations[i].kind == Kind::kWrite && operations[i].offset >= wim::Header::kSize) {
      for (int round = 0; round < 4; ++round) {
        MemoryFile::Operation torn = operations[i];
        torn.data.resize(static_cast<size_t>(random.Below(torn.data.size())));
        std::vector<uint8_t> bytes = prefix;
        MemoryFile::Apply(&bytes, torn);
        check(bytes);
      }
    }
    // Reordered: any subset of what was issued since the last sync.
    for (int round = 0; round < 4; ++round) {
      std::vector<uint8_t> bytes = durable;
      for (size_t k = synced; k <= i; ++k) {
        if (random.Below(2) == 0) MemoryFile::Apply(&bytes, operations[k]);
      }
      check(bytes);
    }
    if (operations[i].kind == Kind::kSync) {
      durable = prefix;
      synced = i + 1;
    }
  }
}

}  // namespace dism::test

#endif  // DISM_TEST_SUPPORT_CRASH_REPLAY_H_
