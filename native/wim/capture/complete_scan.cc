#include "wim/capture/complete_scan.h"

namespace dism::wim {

uint64_t CompleteScan(CaptureScan* scan) {
  uint64_t removed = 0;
  for (const PendingContent& pending : scan->contents) {
    if (!pending.failed) {
      for (const StreamUser& user : pending.users) scan->tree.SetDigest(user.node, user.stream, pending.digest);
      continue;
    }
    const uint64_t size = pending.content->size();
    for (const StreamUser& user : pending.users) scan->tree.Remove(user.node);
    removed += pending.users.size();
    scan->file_count -= pending.users.size();
    scan->total_bytes -= size * pending.users.size();
    if (pending.users.size() > 1) scan->hard_link_bytes -= size * (pending.users.size() - 1);
  }
  return removed;
}

}  // namespace dism::wim
