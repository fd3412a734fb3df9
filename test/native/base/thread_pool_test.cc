#include "base/thread_pool.h"

#include <atomic>
#include <chrono>

#include "support/test.h"

namespace dism {
namespace {

TEST(ThreadPool, RunsEverythingBeforeItEnds) {
  std::atomic<int> ran{0};
  {
    ThreadPool pool(3);
    EXPECT_EQ(pool.size(), 3u);
    for (int i = 0; i < 1000; ++i) pool.Submit([&ran] { ++ran; });
  }
  EXPECT_EQ(ran.load(), 1000);
}

TEST(ThreadPool, SharedHasAThreadACore) {
  EXPECT(&ThreadPool::Shared() == &ThreadPool::Shared());
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  EXPECT_EQ(ThreadPool::Shared().size(), cores);
}

TEST(TaskGroup, WaitSeesEveryTask) {
  ThreadPool pool(4);
  for (int round = 0; round < 200; ++round) {
    std::atomic<int> ran{0};
    TaskGroup group(pool);
    for (int i = 0; i < 20; ++i) group.Submit([&ran] { ++ran; });
    group.Wait();
    EXPECT_EQ(ran.load(), 20);
    group.Submit([&ran] { ++ran; });  // and can go on
    group.Wait();
    EXPECT_EQ(ran.load(), 21);
  }
}

TEST(TaskGroup, LimitBoundsWhatRunsAtOnce) {
  ThreadPool pool(4);
  for (unsigned limit : {1u, 2u, 3u}) {
    std::atomic<unsigned> running{0}, most{0};
    TaskGroup group(pool, limit);
    for (int i = 0; i < 30; ++i) {
      group.Submit([&] {
        const unsigned now = ++running;
        unsigned seen = most.load();
        while (now > seen && !most.compare_exchange_weak(seen, now)) {
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        --running;
      });
    }
    group.Wait();
    EXPECT(most.load() <= limit);
    EXPECT(limit < 2 || most.load() >= 2);
  }
}

TEST(TaskGroup, LimitOfOneKeepsTheOrder) {
  ThreadPool pool(4);
  std::vector<int> order;
  TaskGroup group(pool, 1);
  for (int i = 0; i < 500; ++i) group.Submit([&order, i] { order.push_back(i); });
  group.Wait();
  ASSERT(order.size() == 500);
  for (int i = 0; i < 500; ++i) EXPECT_EQ(order[i], i);
}

TEST(TaskGroup, TasksMaySubmitTasks) {
  ThreadPool pool(2);
  std::atomic<int> ran{0};
  TaskGroup group(pool);
  std::function<void(int)> split = [&](int depth) {
    ++ran;
    if (depth == 0) return;
    for (int i = 0; i < 2; ++i) group.Submit([&split, depth] { split(depth - 1); });
  };
  group.Submit([&split] { split(9); });
  group.Wait();
  EXPECT_EQ(ran.load(), 1023);
}

TEST(TaskGroup, GroupsShareAPool) {
  ThreadPool pool(2);
  std::atomic<int> ran{0};
  {
    TaskGroup a(pool), b(pool, 1);
    for (int i = 0; i < 100; ++i) {
      a.Submit([&ran] { ++ran; });
      b.Submit([&ran] { ++ran; });
    }
  }  // the destructors wait
  EXPECT_EQ(ran.load(), 200);
}

}  // namespace
}  // namespace dism
