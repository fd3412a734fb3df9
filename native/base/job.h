// JobContext: what every long operation gets: a cancel flag, progress counters, an event queue, a memory budget, and how
// many threads it may use. Inner loops only add to counters; whoever watches samples them.
#ifndef DISM_BASE_JOB_H_
#define DISM_BASE_JOB_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/error.h"
#include "base/thread_pool.h"

namespace dism {

// Counters only grow within a phase; totals are set before the work they count begins.
struct Progress {
  std::atomic<uint64_t> completed_bytes{0};
  std::atomic<uint64_t> total_bytes{0};
  std::atomic<uint64_t> completed_items{0};
  std::atomic<uint64_t> total_items{0};
  std::atomic<const char*> phase{""};  // static text such as "Scanning"

  void Begin(const char* name, uint64_t bytes, uint64_t items) {
    completed_bytes = 0;
    completed_items = 0;
    total_bytes = bytes;
    total_items = items;
    phase = name;
  }
};

// One thing to tell about one path: an entry left out, a finding, a batch of list entries.
struct Event {
  enum class Kind : uint8_t { kWarning, kFinding, kEntries };
  Kind kind = Kind::kWarning;
  ErrorCode code = ErrorCode::kInternal;
  std::string path;  // UTF-8 (WTF-8)
  std::string message;
  uint64_t offset = kNoOffset;
  std::vector<uint8_t> data;  // kEntries: packed records, see binding/entry_batch
};

// A bounded queue of events: the engine waits when nobody takes them; after Cancel everything is dropped.
class EventQueue {
 public:
  explicit EventQueue(size_t limit = 256) : limit_(limit) {}
  // False when the job was cancelled meanwhile.
  bool Push(Event event, const CancelFlag& cancel);
  // At most `max` events; empty when there are none now.
  std::vector<Event> Take(size_t max);
  // Called (from any thread) when the queue becomes non-empty.
  void SetWake(std::function<void()> wake);
  // Wakes a waiting Push so that it sees the cancel flag.
  void Interrupt();

 private:
  const size_t limit_;
  std::mutex mutex_;
  std::condition_variable space_;
  std::deque<Event> events_;
  std::function<void()> wake_;
};

struct JobContext {
  CancelFlag cancel;
  Progress progress;
  EventQueue events;
  ThreadPool* pool = &ThreadPool::Shared();
  unsigned threads = 0;                   // most tasks at once; 0 = all cores
  uint64_t memory_budget = 512ull << 20;  // bytes for buffers and codec state, not for metadata
  std::atomic<uint64_t> warnings{0};

  unsigned thread_count() const { return threads == 0 ? pool->size() : threads; }

  // Reports one path that could not be handled and counts it.
  void Warn(ErrorCode code, std::string path, std::string message) {
    warnings.fetch_add(1, std::memory_order_relaxed);
    Event event;
    event.code = code;
    event.path = std::move(path);
    event.message = std::move(message);
    events.Push(std::move(event), cancel);
  }
  void Warn(const Error& error, std::string path) { Warn(error.code, std::move(path), error.detail); }

  // Cancelled as an error when the flag is set.
  Status CheckCancelled() const {
    if (cancel.IsSet()) return Error(ErrorCode::kCancelled);
    return Ok();
  }
};

}  // namespace dism

#endif  // DISM_BASE_JOB_H_
