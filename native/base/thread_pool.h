// The one pool of the process: as many threads as the machine has cores, started on first use. Jobs take a TaskGroup,
// which bounds how many of its tasks run at once and waits for them.
#ifndef DISM_BASE_THREAD_POOL_H_
#define DISM_BASE_THREAD_POOL_H_

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace dism {

class ThreadPool {
 public:
  // The process-wide pool; threads end with the process.
  static ThreadPool& Shared();

  explicit ThreadPool(unsigned threads);
  ~ThreadPool();
  unsigned size() const { return static_cast<unsigned>(threads_.size()); }
  void Submit(std::function<void()> task);

 private:
  void Run();
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

// Tasks of one job on the pool. Not for use from inside a pool task: Wait() blocks.
class TaskGroup {
 public:
  // limit: the most tasks of this group that run at once; 0 = the size of the pool.
  explicit TaskGroup(ThreadPool& pool, unsigned limit = 0);
  ~TaskGroup() { Wait(); }
  void Submit(std::function<void()> task);
  void Wait();

 private:
  void RunNext();
  ThreadPool& pool_;
  const unsigned limit_;
  std::mutex mutex_;
  std::condition_variable idle_;
  std::deque<std::function<void()>> waiting_;
  unsigned running_ = 0;
};

}  // namespace dism

#endif  // DISM_BASE_THREAD_POOL_H_
