#include "base/thread_pool.h"

#include <algorithm>

namespace dism {

ThreadPool& ThreadPool::Shared() {
  // Never destroyed: tasks may still run while static destructors do.
  static ThreadPool* const pool = new ThreadPool(std::max(1u, std::thread::hardware_concurrency()));
  return *pool;
}

ThreadPool::ThreadPool(unsigned threads) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

ThreadPool::~ThreadPool() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::Submit(std::function<void()> task) {
  {
    std::lock_guard lock(mutex_);
    queue_.push_back(std::move(task));
  }
  wake_.notify_one();
}

void ThreadPool::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    std::function<void()> task = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    task();
    task = nullptr;
    lock.lock();
  }
}

TaskGroup::TaskGroup(ThreadPool& pool, unsigned limit) : pool_(pool), limit_(limit == 0 ? pool.size() : limit) {}

void TaskGroup::Submit(std::function<void()> task) {
  std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(task));
  if (running_ < limit_) {
    ++running_;
    pool_.Submit([this] { RunNext(); });
  }
}

void TaskGroup::RunNext() {
  std::unique_lock lock(mutex_);
  while (!waiting_.empty()) {
    std::function<void()> task = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    task();
    task = nullptr;
    lock.lock();
  }
  // Notified under the lock: Wait() may destroy the group as soon as it sees zero.
  if (--running_ == 0) idle_.notify_all();
}

void TaskGroup::Wait() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return running_ == 0 && waiting_.empty(); });
}

}  // namespace dism
