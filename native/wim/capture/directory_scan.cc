#include "wim/capture/directory_scan.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/utf16.h"
#include "wim/capture/unix_data.h"
#include "wim/capture/windows_name.h"
#include "wim/side_car.h"
#include "wim/upcase.h"

namespace dism::wim {
namespace {

// A reader of images follows no more directories than this (image_tree.h); some are left for the image above.
constexpr uint32_t kDeepest = 16000;
// Holes smaller than this are not worth an attribute, and small files on file systems that store them inside the inode
// have no blocks at all.
constexpr uint64_t kSmallestHole = 64 << 10;
constexpr size_t kEntriesBetweenCancelChecks = 256;

std::string WithoutTrailingSlashes(std::string path) {
  while (!path.empty() && path.back() == '/') path.pop_back();
  return path;
}

bool HasHole(int directory, const char* name, uint64_t size) {
#if defined(SEEK_HOLE)
  const int fd = OpenBelow(directory, name, O_RDONLY);
  if (fd < 0) return false;
  const off_t hole = lseek(fd, 0, SEEK_HOLE);
  close(fd);
  return hole >= 0 && static_cast<uint64_t>(hole) < size;
#else
  return false;
#endif
}

// "<name>.<8 hex digits>.tmp": what TemporaryFile makes beside the file it will become.
bool IsTemporaryOf(std::string_view candidate, std::string_view name) {
  constexpr size_t kSuffix = 1 + 8 + 4;
  if (candidate.size() != name.size() + kSuffix || !candidate.starts_with(name) || !candidate.ends_with(".tmp")) {
    return false;
  }
  const std::string_view digits = candidate.substr(name.size() + 1, 8);
  return candidate[name.size()] == '.' && digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool ReadLinkText(int directory, const char* name, std::string* text) {
  text->resize(4096);
  const ssize_t length = readlinkat(directory, name, text->data(), text->size());
  if (length < 0) return false;
  text->resize(static_cast<size_t>(length));
  return true;
}

}  // namespace

// The entries of one directory with their UTF-16 names, for sorting.
struct DirectoryScan::Listing {
  struct Item {
    std::u16string wide;
    std::u16string upcased;
    ScannedEntry entry;
    PatternSet::State exclude, except, uncompressed;  // of a directory
    bool excluded = false, excepted = false;
  };
  std::vector<Item> items;
};

DirectoryScan::DirectoryScan(const CaptureOptions& options, const std::string& side_car_path, JobContext& job)
    : options_(options),
      job_(job),
      exclude_(options.exclusions.exclude),
      except_(options.exclusions.except),
      uncompressed_(options.exclusions.store_uncompressed),
      side_car_path_(side_car_path),
      root_(WithoutTrailingSlashes(options.root)),
      table_(std::make_shared<PathTable>()),
      tasks_(*job.pool, job.thread_count()) {
  table_->root = root_;
}

void DirectoryScan::AddSkippedPath(const std::string& given) {
  const std::string path = WithoutTrailingSlashes(given);
  const size_t slash = path.rfind('/');
  const std::string parent = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  FileStatus status;
  if (GetFileStatus(AT_FDCWD, parent.c_str(), true, &status) != 0) return;
  skipped_names_.push_back({status.inode, status.device, path.substr(slash == std::string::npos ? 0 : slash + 1)});
}

bool DirectoryScan::IsSkippedName(const ScannedDirectory& directory, const std::string& name) const {
  for (const SkippedName& skipped : skipped_names_) {
    if (skipped.inode != directory.inode || skipped.device != directory.device) continue;
    if (name == skipped.name || IsTemporaryOf(name, skipped.name)) return true;
  }
  return false;
}

Status DirectoryScan::Run() {
  const std::string path = root_.empty() ? "/" : root_;
  table_->root_fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (table_->root_fd < 0) return ErrorFromErrno(errno, "open", path);
  const int error = GetFileStatus(table_->root_fd, "", false, &root_status_);
  if (error != 0) return ErrorFromErrno(error, "examine", path);
  for (const std::string& skipped : options_.skip_paths) AddSkippedPath(skipped);
  AddSkippedPath(side_car_path_);

  ScannedDirectory& root = directories_.emplace_back();
  root.inode = root_status_.inode;
  root.device = root_status_.device;
  root.exclude = exclude_.RootState();
  root.except = except_.RootState();
  root.uncompressed = uncompressed_.RootState();
  // Reading the root must work; anything below may fail with a warning.
  const int fd = openat(table_->root_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return ErrorFromErrno(errno, "open", path);
  close(fd);
  tasks_.Submit([this] { Scan(0); });
  tasks_.Wait();
  return job_.CheckCancelled();
}

std::string DirectoryScan::RelativePath(uint32_t index) {
  std::vector<std::string_view> names;
  while (index != 0) {
    ScannedDirectory* directory;
    ScannedDirectory* parent;
    {
      std::lock_guard lock(mutex_);
      directory = &directories_[index];
      parent = &directories_[directory->self.directory];
    }
    names.push_back(std::string_view(parent->names).substr(directory->self.name_offset, directory->self.name_length));
    index = directory->self.directory;
  }
  std::string path;
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    if (!path.empty()) path += '/';
    path += *name;
  }
  return path;
}

void DirectoryScan::Scan(uint32_t index) {
  if (job_.cancel.IsSet()) return;
  ScannedDirectory* directory;
  {
    std::lock_guard lock(mutex_);
    directory = &directories_[index];
  }
  const auto fail = [&](int error, const char* action) {
    Error e = ErrorFromErrno(error, action, "");
    directory->warnings.push_back(
        {e.code, kNone, 0, std::string("cannot ") + action + " the directory: " + strerror(error)});
    ++directory->skipped_count;
  };
  const int fd = OpenBelow(table_->root_fd, RelativePath(index), O_RDONLY | O_DIRECTORY);
  if (fd < 0) return fail(errno, "open");
  FileStatus status;
  const int error = GetFileStatus(fd, "", false, &status);
  if (error != 0 || status.inode != directory->inode || status.device != directory->device) {
    close(fd);
    // Another directory has taken its place meanwhile, perhaps behind a link.
    directory->warnings.push_back(
        {ErrorCode::kFileChanged, kNone, 0, "the directory changed while it was being captured"});
    ++directory->skipped_count;
    return;
  }
  Listing listing;
  ReadEntries(fd, *directory, &listing);
  if (index == 0 && options_.unix_data) {
    std::vector<ExtendedAttribute> attributes;
    std::vector<std::string> skipped;
    ReadExtendedAttributes(fd, ".", &attributes, &skipped);
    if (!attributes.empty()) {
      const std::vector<uint8_t> item = WriteExtendedAttributes(attributes);
      directory->extended_attributes = static_cast<uint32_t>(directory->texts.size());
      directory->texts.emplace_back(item.begin(), item.end());
    }
  }
  close(fd);

  std::sort(listing.items.begin(), listing.items.end(), [](const Listing::Item& a, const Listing::Item& b) {
    const int order = a.upcased.compare(b.upcased);
    return order != 0 ? order < 0 : a.wide < b.wide;
  });
  directory->entries.reserve(listing.items.size());
  std::vector<uint32_t> children;
  const std::u16string* previous = nullptr;
  for (Listing::Item& item : listing.items) {
    if (previous != nullptr && *previous == item.upcased) {
      directory->warnings.push_back({ErrorCode::kNameCollision, static_cast<uint32_t>(directory->other_names.size()),
                                     item.entry.name_length,
                                     "the name differs only in case from another one in the directory"});
      directory->other_names.append(directory->names, item.entry.name_offset, item.entry.name_length);
    }
    previous = &item.upcased;
    if (S_ISDIR(item.entry.status.mode)) {
      std::lock_guard lock(mutex_);
      item.entry.directory = static_cast<uint32_t>(directories_.size());
      ScannedDirectory& child = directories_.emplace_back();
      child.self = {index, item.entry.name_offset, item.entry.name_length};
      child.depth = directory->depth + 1;
      child.inode = item.entry.status.inode;
      child.device = item.entry.status.device;
      child.excluded = item.excluded;
      child.excepted = item.excepted;
      child.store_uncompressed = item.entry.store_uncompressed;
      child.exclude = std::move(item.exclude);
      child.except = std::move(item.except);
      child.uncompressed = std::move(item.uncompressed);
      children.push_back(item.entry.directory);
    }
    directory->entries.push_back(std::move(item.entry));
  }
  directory->exclude = PatternSet::State();
  directory->except = PatternSet::State();
  directory->uncompressed = PatternSet::State();
  job_.progress.completed_items.fetch_add(directory->entries.size(), std::memory_order_relaxed);
  for (const uint32_t child : children) tasks_.Submit([this, child] { Scan(child); });
}

void DirectoryScan::ReadEntries(int fd, ScannedDirectory& directory, Listing* listing) {
  const auto warn = [&](ErrorCode code, std::string_view name, std::string message) {
    directory.warnings.push_back({code, static_cast<uint32_t>(directory.other_names.size()),
                                  static_cast<uint32_t>(name.size()), std::move(message)});
    directory.other_names += name;
  };
  const auto skip = [&](ErrorCode code, std::string_view name, std::string message) {
    warn(code, name, std::move(message));
    ++directory.skipped_count;
  };
  // fdopendir takes the descriptor over, and the caller still needs it.
  const int listed = dup(fd);
  DIR* stream = listed < 0 ? nullptr : fdopendir(listed);
  if (stream == nullptr) {
    if (listed >= 0) close(listed);
    directory.warnings.push_back({ErrorCode::kIoError, kNone, 0, "cannot list the directory"});
    ++directory.skipped_count;
    return;
  }
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* found = readdir(stream)) {
    if (std::strcmp(found->d_name, ".") != 0 && std::strcmp(found->d_name, "..") != 0)
      names.emplace_back(found->d_name);
    errno = 0;
  }
  if (errno != 0) {
    directory.warnings.push_back(
        {ErrorCode::kIoError, kNone, 0, std::string("the listing ends early: ") + strerror(errno)});
    ++directory.skipped_count;
  }
  closedir(stream);
  // readdir gives names in an order of its own; warnings must not depend on it.
  std::sort(names.begin(), names.end());

  size_t until_check = kEntriesBetweenCancelChecks;
  for (const std::string& name : names) {
    if (--until_check == 0) {
      if (job_.cancel.IsSet()) return;
      until_check = kEntriesBetweenCancelChecks;
    }
    if (IsSkippedName(directory, name)) continue;
    Listing::Item item;
    std::optional<std::u16string> wide = Utf8ToUtf16(name);
    if (!wide) {
      skip(ErrorCode::kUnsafePath, name, "skipped: the name is not valid UTF-8");
      continue;
    }
    if (wide->find(u'\\') != std::u16string::npos) {
      skip(ErrorCode::kUnsafePath, name, "skipped: a name in an image cannot contain a backslash");
      continue;
    }
    item.wide = std::move(*wide);
    item.upcased = UpcaseString(item.wide);

    item.excepted = directory.excepted || except_.Match(directory.except, item.upcased, &item.except);
    item.excluded =
        !item.excepted && (directory.excluded | exclude_.Match(directory.exclude, item.upcased, &item.exclude));
    const bool may_keep_below = item.excluded && except_.MayMatchBelow(item.except);
    if (item.excluded && !may_keep_below) {
      ++directory.excluded_count;
      continue;
    }
    item.entry.store_uncompressed =
        directory.store_uncompressed | uncompressed_.Match(directory.uncompressed, item.upcased, &item.uncompressed);
    const int error = GetFileStatus(fd, name.c_str(), false, &item.entry.status);
    if (error != 0) {
      const Error e = ErrorFromErrno(error, "examine", "");
      skip(e.code, name, std::string("cannot be examined: ") + strerror(error));
      continue;
    }
    const uint32_t mode = item.entry.status.mode;
    if (item.excluded && !S_ISDIR(mode)) {
      ++directory.excluded_count;
      continue;
    }
    if (S_ISDIR(mode) && name.size() > kSideCarSuffix.size() && std::string_view(name).ends_with(kSideCarSuffix) &&
        std::binary_search(names.begin(), names.end(), name.substr(0, name.size() - kSideCarSuffix.size()))) {
      ++directory.excluded_count;
      continue;
    }
    if (S_ISDIR(mode) && directory.depth >= kDeepest) {
      skip(ErrorCode::kLimitExceeded, name, "skipped: the directory is too deep");
      continue;
    }
    item.entry.excluded = item.excluded;
    if (S_ISLNK(mode)) {
      std::string text;
      if (!ReadLinkText(fd, name.c_str(), &text)) {
        const int reason = errno;
        skip(ErrorFromErrno(reason, "read", "").code, name,
             std::string("the link cannot be read: ") + strerror(reason));
        continue;
      }
      FileStatus target;
      item.entry.link_to_directory = GetFileStatus(fd, name.c_str(), true, &target) == 0 && S_ISDIR(target.mode);
      item.entry.link_text = static_cast<uint32_t>(directory.texts.size());
      directory.texts.push_back(std::move(text));
    } else if (S_ISREG(mode)) {
      const FileStatus& status = item.entry.status;
      item.entry.sparse = status.size >= kSmallestHole && status.allocated + kSmallestHole <= status.size &&
                          HasHole(fd, name.c_str(), status.size);
    } else if (!S_ISDIR(mode) && !options_.unix_data) {
      skip(ErrorCode::kNotSupported, name, "skipped: sockets, pipes and devices are only captured with Unix data");
      continue;
    }
    if (options_.unix_data) {
      std::vector<ExtendedAttribute> attributes;
      std::vector<std::string> left_out;
      const int reason = ReadExtendedAttributes(fd, name.c_str(), &attributes, &left_out);
      if (reason != 0)
        warn(ErrorCode::kIoError, name, std::string("extended attributes cannot be read: ") + strerror(reason));
      for (const std::string& attribute : left_out) {
        warn(ErrorCode::kLimitExceeded, name,
             "the extended attribute " + ShownBytes(attribute) + " is too large for an image");
      }
      if (!attributes.empty()) {
        const std::vector<uint8_t> data = WriteExtendedAttributes(attributes);
        item.entry.attributes = static_cast<uint32_t>(directory.texts.size());
        directory.texts.emplace_back(data.begin(), data.end());
      }
    }
    if (const char* reason = WhyNotForWindows(item.wide)) warn(ErrorCode::kUnsafePath, name, reason);
    item.entry.name_offset = static_cast<uint32_t>(directory.names.size());
    item.entry.name_length = static_cast<uint32_t>(name.size());
    directory.names += name;
    listing->items.push_back(std::move(item));
  }
}

std::shared_ptr<PathTable> DirectoryScan::TakePathTable() {
  table_->directories.resize(directories_.size());
  for (size_t i = 0; i < directories_.size(); ++i) {
    table_->directories[i] = {directories_[i].self, std::move(directories_[i].names)};
    table_->directories[i].names.shrink_to_fit();
  }
  return table_;
}

}  // namespace dism::wim
