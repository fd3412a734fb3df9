#include "base/job.h"

#include <chrono>
#include <thread>

#include "support/test.h"

namespace dism {
namespace {

using std::chrono::milliseconds;

Event Named(const std::string& path) {
  Event event;
  event.path = path;
  return event;
}

TEST(EventQueue, KeepsTheOrder) {
  EventQueue queue;
  const CancelFlag cancel;
  for (int i = 0; i < 10; ++i) EXPECT(queue.Push(Named(std::to_string(i)), cancel));
  const auto first = queue.Take(4);
  ASSERT(first.size() == 4);
  const auto rest = queue.Take(100);
  ASSERT(rest.size() == 6);
  for (int i = 0; i < 10; ++i) EXPECT_EQ((i < 4 ? first[i] : rest[i - 4]).path, std::to_string(i));
  EXPECT(queue.Take(1).empty());
}

TEST(EventQueue, FullQueueMakesTheProducerWait) {
  EventQueue queue(2);
  const CancelFlag cancel;
  std::atomic<int> pushed{0};
  std::thread producer([&] {
    for (int i = 0; i < 100; ++i) {
      queue.Push(Named(std::to_string(i)), cancel);
      ++pushed;
    }
  });
  std::this_thread::sleep_for(milliseconds(20));
  EXPECT(pushed.load() <= 2);
  int taken = 0;
  while (taken < 100) {
    for (const Event& event : queue.Take(3)) EXPECT_EQ(event.path, std::to_string(taken++));
    EXPECT(pushed.load() <= taken + 3);
  }
  producer.join();
  EXPECT_EQ(pushed.load(), 100);
}

TEST(EventQueue, CancelReleasesTheProducer) {
  EventQueue queue(1);
  CancelFlag cancel;
  EXPECT(queue.Push(Named("a"), cancel));
  std::atomic<int> result{-1};
  std::thread producer([&] { result = queue.Push(Named("b"), cancel) ? 1 : 0; });
  std::this_thread::sleep_for(milliseconds(10));
  EXPECT_EQ(result.load(), -1);
  cancel.Set();
  queue.Interrupt();
  producer.join();
  EXPECT_EQ(result.load(), 0);
  EXPECT_EQ(queue.Take(10).size(), 1u);
  EXPECT(!queue.Push(Named("c"), cancel));  // dropped, although there is room
  EXPECT(queue.Take(10).empty());
}

TEST(EventQueue, CancelWithoutInterruptIsSeenToo) {
  EventQueue queue(1);
  CancelFlag cancel;
  queue.Push(Named("a"), cancel);
  std::thread producer([&] { EXPECT(!queue.Push(Named("b"), cancel)); });
  cancel.Set();
  producer.join();
}

TEST(EventQueue, WakesWhoeverTakes) {
  EventQueue queue;
  const CancelFlag cancel;
  int wakes = 0;
  queue.SetWake([&wakes] { ++wakes; });
  queue.Push(Named("a"), cancel);
  EXPECT_EQ(wakes, 1);
  queue.Take(10);
  queue.Push(Named("b"), cancel);
  EXPECT_EQ(wakes, 2);
  queue.SetWake(nullptr);
  queue.Push(Named("c"), cancel);
  EXPECT_EQ(wakes, 2);
}

TEST(JobContext, WarningsAreEventsAndCounted) {
  JobContext job;
  job.Warn(ErrorCode::kUnsafePath, "a", "first");
  job.Warn(Error(ErrorCode::kCorrupt, "second", 7), "b");
  EXPECT_EQ(job.warnings.load(), 2u);
  const auto events = job.events.Take(10);
  ASSERT(events.size() == 2);
  EXPECT(events[0].kind == Event::Kind::kWarning);
  EXPECT(events[0].code == ErrorCode::kUnsafePath);
  EXPECT_EQ(events[0].path, "a");
  EXPECT(events[1].code == ErrorCode::kCorrupt);
  EXPECT_EQ(events[1].message, "second");
}

TEST(JobContext, CancelIsAnError) {
  JobContext job;
  EXPECT(job.CheckCancelled().ok());
  job.cancel.Set();
  const Status status = job.CheckCancelled();
  EXPECT(!status.ok() && status.error().code == ErrorCode::kCancelled);
}

TEST(JobContext, ThreadCount) {
  JobContext job;
  EXPECT_EQ(job.thread_count(), ThreadPool::Shared().size());
  job.threads = 3;
  EXPECT_EQ(job.thread_count(), 3u);
}

TEST(Progress, BeginStartsAPhase) {
  Progress progress;
  progress.completed_bytes = 5;
  progress.completed_items = 6;
  progress.Begin("Scanning", 100, 10);
  EXPECT_EQ(progress.completed_bytes.load(), 0u);
  EXPECT_EQ(progress.completed_items.load(), 0u);
  EXPECT_EQ(progress.total_bytes.load(), 100u);
  EXPECT_EQ(progress.total_items.load(), 10u);
  EXPECT_EQ(std::string(progress.phase.load()), "Scanning");
}

}  // namespace
}  // namespace dism
