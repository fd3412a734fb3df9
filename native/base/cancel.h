// CancelFlag: set by whoever owns a job, polled by loops at least every 64 KiB of work.
#ifndef DISM_BASE_CANCEL_H_
#define DISM_BASE_CANCEL_H_

#include <atomic>

namespace dism {

class CancelFlag {
 public:
  void Set() { flag_.store(true, std::memory_order_relaxed); }
  bool IsSet() const { return flag_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> flag_{false};
};

}  // namespace dism

#endif  // DISM_BASE_CANCEL_H_
