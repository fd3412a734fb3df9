// The target of an apply: its directories by descriptor. Every directory is opened relative to its parent without
// following links, so nothing that the image or anybody else puts into the target leads outside.
#ifndef DISM_WIM_APPLY_TARGET_TREE_H_
#define DISM_WIM_APPLY_TARGET_TREE_H_

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/error.h"
#include "wim/apply/apply_plan.h"

namespace dism::wim {

// An owned descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  const int fd_;
};

class TargetTree {
 public:
  // Makes the directory (and those above it) when missing and opens it.
  static Result<std::unique_ptr<TargetTree>> Open(const std::string& path);

  // The absolute path of the target, links resolved.
  const std::string& path() const { return path_; }
  int root() const { return root_->get(); }
  // Whether names that differ only in case are one name here. Fails when nothing can be created.
  Result<bool> IsCaseInsensitive() const;

  void SetPlan(const ApplyPlan* plan) { plan_ = plan; }
  // The descriptor of a directory of the plan. Safe to call from several threads. 0 and *result, or errno.
  int OpenDirectory(uint32_t entry, std::shared_ptr<const Descriptor>* result);

 private:
  // Most recently used first. At most kCached are held; those that callers still use stay open until they let go.
  struct Cached {
    uint32_t entry;
    std::shared_ptr<const Descriptor> descriptor;
  };
  static constexpr size_t kCached = 128;
  void Remember(uint32_t entry, std::shared_ptr<const Descriptor> descriptor);

  TargetTree() = default;
  std::string path_;
  std::shared_ptr<const Descriptor> root_;
  const ApplyPlan* plan_ = nullptr;
  std::mutex mutex_;
  std::list<Cached> recent_;
  std::unordered_map<uint32_t, std::list<Cached>::iterator> by_entry_;
};

// Removes a file, a link (not what it leads to) or an empty directory. 0, or errno.
int RemoveInTheWay(int directory, const char* name);

// True for errors that concern one name only; others mean that the target does not work any more.
bool ConcernsOneEntry(int error);

}  // namespace dism::wim

#endif  // DISM_WIM_APPLY_TARGET_TREE_H_
