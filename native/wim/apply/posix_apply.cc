#include "wim/apply/posix_apply.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "wim/apply/apply_plan.h"
#include "wim/apply/entry_metadata.h"
#include "wim/apply/file_writer.h"
#include "wim/apply/target_tree.h"
#include "wim/reparse.h"
#include "wim/side_car.h"

namespace dism::wim {
namespace {

using Kind = PlannedEntry::Kind;

// Files handed to a thread at once.
constexpr size_t kEmptyFilesPerTask = 64;
constexpr size_t kEntriesBetweenCancelChecks = 256;

// Everything of a plan that was made, for the side-car.
class AppliedEntries final : public SideCarWriter::Applied {
 public:
  AppliedEntries(const ApplyPlan& plan, TargetTree& target)
      : plan_(plan), target_(target), place_(plan.entries.size()) {
    for (uint32_t i = 0; i < plan.entries.size(); ++i) {
      if (plan.entries[i].skipped) continue;
      place_[i] = static_cast<uint32_t>(made_.size());
      made_.push_back(i);
    }
  }
  size_t size() const override { return made_.size(); }
  NodeId node(size_t entry) const override { return plan_.entries[made_[entry]].node; }
  uint32_t parent(size_t entry) const override { return place_[plan_.entries[made_[entry]].parent]; }
  std::string_view name(size_t entry) const override { return plan_.Name(made_[entry]); }
  FileStatus Status(size_t entry) override {
    FileStatus status;
    const uint32_t planned = made_[entry];
    std::shared_ptr<const Descriptor> directory;
    int error = target_.OpenDirectory(plan_.entries[planned].parent, &directory);
    if (error == 0) {
      error = planned == 0 ? GetFileStatus(target_.root(), "", false, &status)
                           : GetFileStatus(directory->get(), std::string(name(entry)).c_str(), false, &status);
    }
    return error == 0 ? status : FileStatus{};
  }

 private:
  const ApplyPlan& plan_;
  TargetTree& target_;
  std::vector<uint32_t> place_;  // by planned entry
  std::vector<uint32_t> made_;   // planned entries
};

// One apply, stage by stage: directories, files, links and devices, times of directories.
class Apply {
 public:
  Apply(const WimReader& reader, const ImageTree& tree, const ApplyOptions& options, TargetTree& target,
        ApplyPlan& plan, JobContext& job)
      : reader_(reader),
        tree_(tree),
        options_(options),
        target_(target),
        plan_(plan),
        job_(job),
        writer_(plan, reader, tree, options, target, job) {}

  Result<ApplyResult> Run() {
    uint64_t others = plan_.empty_files.size();
    for (const PlannedEntry& entry : plan_.entries) others += entry.kind != Kind::kFile;
    job_.progress.Begin("Applying", writer_.total_bytes(), writer_.blobs().size() + others);
    DISM_TRY(MakeDirectories());
    DISM_TRY(MakeEmptyFiles());
    const Status read = ReadBlobs(reader_, writer_.blobs(), writer_, job_);
    writer_.RemoveUnfinished();
    DISM_TRY(read);
    // After all files: nothing is ever written through a link of the image.
    DISM_TRY(MakeLinksAndDevices());
    DISM_TRY(FinishDirectories());
    ApplyResult result;
    result.directory_count = directory_count_;
    result.file_count = writer_.file_count + other_count_;
    result.bytes = writer_.bytes;
    result.skipped_count = plan_.skipped_count + writer_.skipped_count;
    return result;
  }

 private:
  Status CheckCancelled() {
    if (++since_check_ < kEntriesBetweenCancelChecks) return Ok();
    since_check_ = 0;
    return job_.CheckCancelled();
  }
  void Done() { job_.progress.completed_items.fetch_add(1, std::memory_order_relaxed); }

  Status MakeDirectories() {
    directory_count_ = 1;
    Done();
    for (uint32_t i = 1; i < plan_.entries.size(); ++i) {
      PlannedEntry& entry = plan_.entries[i];
      if (plan_.entries[entry.parent].skipped) {
        // Its names are skipped one by one: those of other directories can still be made.
        SkipOne(i, "skipped: its directory could not be made");
        continue;
      }
      if (entry.kind != Kind::kDirectory) continue;
      DISM_TRY(CheckCancelled());
      Done();
      std::shared_ptr<const Descriptor> parent;
      int error = target_.OpenDirectory(entry.parent, &parent);
      if (error == 0) error = MakeDirectory(parent->get(), std::string(plan_.Name(i)).c_str());
      if (error != 0) {
        DISM_TRY(writer_.SkipOrStop(i, error, "create the directory"));
      } else {
        ++directory_count_;
      }
    }
    return Ok();
  }

  void SkipOne(uint32_t entry, const std::string& message) {
    PlannedEntry& planned = plan_.entries[entry];
    const uint32_t rest = planned.next_link;
    planned.next_link = kNoEntry;
    writer_.Skip(entry, ErrorCode::kPathNotFound, message);
    planned.next_link = rest;
  }

  static int MakeDirectory(int parent, const char* name) {
    for (int attempt = 0;; ++attempt) {
      if (mkdirat(parent, name, 0777) == 0) return 0;
      if (errno != EEXIST || attempt == 2) return errno;
      struct stat st;
      if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) != 0) continue;
      if (S_ISDIR(st.st_mode)) return 0;
      // A file, or a link to wherever: not a directory of ours.
      if (unlinkat(parent, name, 0) != 0) return errno;
    }
  }

  Status MakeEmptyFiles() {
    std::mutex mutex;
    Status first;
    TaskGroup tasks(*job_.pool, job_.thread_count());
    for (size_t at = 0; at < plan_.empty_files.size(); at += kEmptyFilesPerTask) {
      tasks.Submit([&, at] {
        const size_t end = std::min(at + kEmptyFilesPerTask, plan_.empty_files.size());
        for (size_t i = at; i < end; ++i) {
          Status status = job_.CheckCancelled();
          if (status.ok() && !plan_.entries[plan_.empty_files[i]].skipped) {
            status = writer_.WriteEmpty(plan_.empty_files[i]);
          }
          Done();
          if (status.ok()) continue;
          std::lock_guard lock(mutex);
          if (first.ok()) first = std::move(status);
          return;
        }
      });
    }
    tasks.Wait();
    return first;
  }

  Status MakeLinksAndDevices() {
    for (uint32_t i = 1; i < plan_.entries.size(); ++i) {
      PlannedEntry& entry = plan_.entries[i];
      if (entry.kind != Kind::kLink && entry.kind != Kind::kSpecial) continue;
      DISM_TRY(CheckCancelled());
      Done();
      if (entry.skipped) continue;
      std::shared_ptr<const Descriptor> directory;
      int error = target_.OpenDirectory(entry.parent, &directory);
      const Dentry dentry = tree_.Get(entry.node);
      const UnixMetadata metadata = options_.unix_data ? ReadUnixMetadata(dentry) : UnixMetadata{};
      const std::string name(plan_.Name(i));
      bool made = false;
      if (error == 0) {
        if (entry.kind == Kind::kLink) {
          const std::optional<std::string> text = LinkText(i, dentry);
          if (!text) {
            DISM_TRY(MakePlaceholder(i, dentry, directory->get(), name));
            continue;
          }
          error = Make(directory->get(), name, [&](int at, const char* n) { return symlinkat(text->c_str(), at, n); });
        } else {
          // Set below, after the owner.
          const mode_t mode = (metadata.data.mode & S_IFMT) | 0600;
          error = Make(directory->get(), name,
                       [&](int at, const char* n) { return mknodat(at, n, mode, metadata.data.device_number); });
        }
        made = error == 0;
      }
      if (!made) {
        DISM_TRY(writer_.SkipOrStop(i, error, entry.kind == Kind::kLink ? "make the link" : "make the device"));
        continue;
      }
      ++other_count_;
      MetadataProblems problems;
      SetUnixMetadataOfName(directory->get(), name.c_str(), metadata, entry.kind == Kind::kLink, &problems);
      timespec times[2];
      TimesOf(entry, times);
      if (utimensat(directory->get(), name.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0) problems.Add(errno, "times");
      Report(i, problems);
    }
    return Ok();
  }

  template <typename Create>
  static int Make(int directory, const std::string& name, Create create) {
    for (int attempt = 0;; ++attempt) {
      if (create(directory, name.c_str()) == 0) return 0;
      if (errno != EEXIST || attempt == 2) return errno;
      const int error = RemoveInTheWay(directory, name.c_str());
      if (error != 0) return error;
    }
  }

  std::optional<std::string> LinkText(uint32_t entry, const Dentry& dentry) {
    const std::vector<uint8_t>* data = writer_.ReparseData(entry);
    if (data == nullptr) return std::nullopt;
    const Result<LinkData> link = LinkData::Parse(dentry.reparse_tag, *data);
    if (!link.ok()) return std::nullopt;
    const bool fix = options_.fix_reparse_points && (reader_.header().flags & kHeaderRpFix) != 0 &&
                     (link->relative || (dentry.reparse_flags & kReparseNotFixed) == 0);
    return PosixLinkText(*link, fix ? target_.path() : "");
  }

  // A link that says nothing: an empty file or directory holds its place.
  Status MakePlaceholder(uint32_t entry, const Dentry& dentry, int directory, const std::string& name) {
    if (!options_.write_side_car) {
      job_.Warn(ErrorCode::kCorrupt, ShownPath(entry), "the reparse data is not that of a link: applied empty");
    }
    if (!dentry.is_directory()) {
      plan_.entries[entry].kind = Kind::kFile;
      return writer_.WriteEmpty(entry);
    }
    const int error = MakeDirectory(directory, name.c_str());
    if (error != 0) return writer_.SkipOrStop(entry, error, "create the directory");
    ++directory_count_;
    plan_.entries[entry].kind = Kind::kDirectory;
    return Ok();
  }

  // Bottom-up: whatever is made in a directory changes its time, and its mode may forbid to make anything.
  Status FinishDirectories() {
    for (uint32_t i = static_cast<uint32_t>(plan_.entries.size()); i-- > 0;) {
      const PlannedEntry& entry = plan_.entries[i];
      if (entry.kind != Kind::kDirectory || entry.skipped || entry.node == kNoNode) continue;
      DISM_TRY(CheckCancelled());
      MetadataProblems problems;
      std::shared_ptr<const Descriptor> directory;
      const int error = target_.OpenDirectory(i, &directory);
      if (error != 0) {
        problems.Add(error, "times");
      } else {
        if (options_.unix_data) {
          SetUnixMetadata(directory->get(), directory->get(), ".", ReadUnixMetadata(tree_.Get(entry.node)), &problems);
        }
        timespec times[2];
        TimesOf(entry, times);
        if (futimens(directory->get(), times) != 0) problems.Add(errno, "times");
      }
      Report(i, problems);
    }
    return Ok();
  }

  void Report(uint32_t entry, const MetadataProblems& problems) {
    if (problems.error == 0) return;
    job_.Warn(ErrorFromErrno(problems.error, "", "").code, ShownPath(entry), problems.what);
  }
  std::string ShownPath(uint32_t entry) const {
    return (target_.path() == "/" ? "" : target_.path()) + "/" + plan_.RelativePath(entry);
  }

  const WimReader& reader_;
  const ImageTree& tree_;
  const ApplyOptions& options_;
  TargetTree& target_;
  ApplyPlan& plan_;
  JobContext& job_;
  FileWriter writer_;
  uint64_t directory_count_ = 0;
  uint64_t other_count_ = 0;  // links and devices
  size_t since_check_ = 0;
};

}  // namespace

Result<ApplyResult> ApplyPosix(const WimReader& reader, const ImageTree& tree, const ApplyOptions& options,
                               JobContext& job) {
  Result<std::unique_ptr<TargetTree>> target = TargetTree::Open(options.target);
  if (!target.ok()) return std::move(target.error());
  Result<bool> insensitive = (*target)->IsCaseInsensitive();
  if (!insensitive.ok()) return std::move(insensitive.error());
  Result<ApplyPlan> plan = PlanApply(reader, tree, options, *insensitive, job);
  if (!plan.ok()) return std::move(plan.error());
  (*target)->SetPlan(&*plan);
  std::unique_ptr<SideCarWriter> side_car;
  if (options.write_side_car) {
    // Beside the real directory, whatever links led to it.
    const std::string path =
        options.side_car_path.empty() ? DefaultSideCarPath((*target)->path()) : options.side_car_path;
    DISM_ASSIGN(side_car, SideCarWriter::Begin(path, job));
  }
  Apply apply(reader, tree, options, **target, *plan, job);
  Result<ApplyResult> result = apply.Run();
  if (!result.ok() || side_car == nullptr) return result;
  AppliedEntries applied(*plan, **target);
  DISM_TRY(side_car->Finish(reader, tree, applied, !options.unix_data, job));
  return result;
}

}  // namespace dism::wim
