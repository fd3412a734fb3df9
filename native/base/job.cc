#include "base/job.h"

#include <algorithm>
#include <chrono>

namespace dism {

bool EventQueue::Push(Event event, const CancelFlag& cancel) {
  std::function<void()> wake;
  {
    std::unique_lock lock(mutex_);
    // The wait is bounded so that a cancel without Interrupt is seen too.
    while (events_.size() >= limit_ && !cancel.IsSet()) space_.wait_for(lock, std::chrono::milliseconds(50));
    if (cancel.IsSet()) return false;
    events_.push_back(std::move(event));
    wake = wake_;
  }
  if (wake) wake();
  return true;
}

std::vector<Event> EventQueue::Take(size_t max) {
  std::vector<Event> taken;
  {
    std::lock_guard lock(mutex_);
    const size_t count = std::min(max, events_.size());
    taken.reserve(count);
    for (size_t i = 0; i < count; ++i) {
      taken.push_back(std::move(events_.front()));
      events_.pop_front();
    }
  }
  space_.notify_all();
  return taken;
}

void EventQueue::SetWake(std::function<void()> wake) {
  std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
}

void EventQueue::Interrupt() { space_.notify_all(); }

}  // namespace dism
