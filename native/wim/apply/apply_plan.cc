#include "wim/apply/apply_plan.h"

#include <sys/stat.h>

#include <algorithm>
#include <unordered_map>

#include "base/utf16.h"
#include "wim/apply/file_names.h"
#include "wim/capture/unix_data.h"
#include "wim/reparse.h"

namespace dism::wim {
namespace {

constexpr size_t kEntriesBetweenCancelChecks = 1024;

std::string Hex(const Sha1Digest& digest) {
  static const char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : digest) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

// Names of one file: the same link group and the same content. Group ids alone are not enough: there are images in which
// different files share one.
struct LinkKey {
  uint64_t group;
  Sha1Digest digest;
  bool operator==(const LinkKey&) const = default;
};
struct LinkKeyHash {
  size_t operator()(const LinkKey& key) const { return key.group * 0x9E3779B97F4A7C15u ^ Sha1DigestHash()(key.digest); }
};

class Planner {
 public:
  Planner(const WimReader& reader, const ImageTree& tree, const ApplyOptions& options, bool case_insensitive,
          JobContext& job)
      : reader_(reader), tree_(tree), options_(options), case_insensitive_(case_insensitive), job_(job) {}

  Result<ApplyPlan> Plan() {
    plan_.entries.reserve(tree_.node_count());
    const bool everything = options_.roots.empty() ||
                            std::find(options_.roots.begin(), options_.roots.end(), kRootNode) != options_.roots.end();
    PlannedEntry target;
    target.kind = PlannedEntry::Kind::kDirectory;
    if (everything) {
      const Dentry root = tree_.Get(kRootNode);
      target.node = kRootNode;
      target.access_time = root.last_access_time;
      target.write_time = root.last_write_time;
    }
    plan_.entries.push_back(target);
    if (everything) {
      AddChildren(0, tree_.children(kRootNode));
    } else {
      AddChildren(0, DistinctRoots());
    }
    while (!open_.empty()) {
      if (++since_check_ >= kEntriesBetweenCancelChecks) {
        DISM_TRY(job_.CheckCancelled());
        since_check_ = 0;
      }
      const uint32_t directory = open_.back();
      open_.pop_back();
      AddChildren(directory, tree_.children(plan_.entries[directory].node));
      if (plan_.names.size() > 0xF0000000) return Error(ErrorCode::kLimitExceeded, "too many names in the image");
    }
    std::sort(plan_.uses.begin(), plan_.uses.end(), [](const BlobUse& a, const BlobUse& b) {
      return a.blob != b.blob ? a.blob < b.blob : a.entry < b.entry;
    });
    return std::move(plan_);
  }

 private:
  std::vector<NodeId> DistinctRoots() {
    std::vector<NodeId> roots;
    for (const NodeId node : options_.roots) {
      const auto same_name = [&](NodeId other) { return tree_.name(other) == tree_.name(node); };
      if (std::find(roots.begin(), roots.end(), node) != roots.end()) continue;
      if (std::any_of(roots.begin(), roots.end(), same_name)) {
        job_.Warn(ErrorCode::kNameCollision, Utf16ToUtf8(tree_.Path(node)),
                  "skipped: another chosen entry has the same name");
        ++plan_.skipped_count;
        continue;
      }
      roots.push_back(node);
    }
    return roots;
  }

  void Warn(ErrorCode code, NodeId node, std::string message) {
    job_.Warn(code, Utf16ToUtf8(tree_.Path(node)), std::move(message));
  }
  void Skip(ErrorCode code, NodeId node, std::string message) {
    Warn(code, node, std::move(message));
    ++plan_.skipped_count;
  }

  void AddChildren(uint32_t parent, const std::vector<NodeId>& children) {
    std::vector<std::u16string_view> wide;
    wide.reserve(children.size());
    for (const NodeId child : children) wide.push_back(tree_.name(child));
    const std::vector<FileName> names = PosixNames(wide, case_insensitive_);
    for (size_t i = 0; i < children.size(); ++i) {
      ++since_check_;
      if (names[i].name.empty()) {
        Skip(ErrorCode::kUnsafePath, children[i], "skipped: no file can have this name");
        continue;
      }
      if (names[i].stand_in && !options_.write_side_car) {
        Warn(ErrorCode::kFilenameTooLong, children[i],
             "the file system cannot hold the name: applied as " + names[i].name);
      }
      Add(parent, children[i], names[i]);
    }
  }

  void Add(uint32_t parent, NodeId node, const FileName& name) {
    const Dentry dentry = tree_.Get(node);
    PlannedEntry entry;
    entry.node = node;
    entry.parent = parent;
    entry.name_offset = static_cast<uint32_t>(plan_.names.size());
    entry.name_length = static_cast<uint16_t>(name.name.size());
    entry.stand_in = name.stand_in;
    entry.access_time = dentry.last_access_time;
    entry.write_time = dentry.last_write_time;
    entry.sparse = (dentry.attributes & kAttributeSparse) != 0;
    const uint32_t index = static_cast<uint32_t>(plan_.entries.size());

    const StreamEntry* content = nullptr;
    const StreamEntry* reparse = dentry.FindStream(StreamKind::kReparse);
    const bool is_link = dentry.is_reparse_point() && IsLinkTag(dentry.reparse_tag) && reparse != nullptr &&
                         !IsZeroDigest(reparse->digest);
    if (is_link) {
      entry.kind = PlannedEntry::Kind::kLink;
      content = reparse;
    } else if (dentry.is_directory()) {
      entry.kind = PlannedEntry::Kind::kDirectory;
    } else {
      entry.read_only = (dentry.attributes & kAttributeReadOnly) != 0;
      content = dentry.FindStream(StreamKind::kData);
      if (content != nullptr && IsZeroDigest(content->digest)) content = nullptr;
      if (options_.unix_data) {
        const std::optional<UnixData> data = FindUnixData(dentry.tagged_items);
        if (data && (S_ISFIFO(data->mode) || S_ISSOCK(data->mode) || S_ISCHR(data->mode) || S_ISBLK(data->mode))) {
          entry.kind = PlannedEntry::Kind::kSpecial;
          content = nullptr;
        }
      }
    }
    if (!options_.write_side_car) ReportLosses(node, dentry, is_link);
    if (is_link && !tree_.children(node).empty()) {
      Skip(ErrorCode::kUnsafePath, node, "what is below a link is skipped");
    }

    int64_t blob = -1;
    if (content != nullptr) {
      blob = reader_.table().Find(content->digest);
      if (blob < 0) return Skip(ErrorCode::kBlobMissing, node, "skipped: the file has no blob " + Hex(content->digest));
      if (is_link && reader_.table().blobs()[static_cast<size_t>(blob)].size > kMaxReparseData) {
        return Skip(ErrorCode::kCorrupt, node, "skipped: the reparse data is larger than a reparse point can be");
      }
    }
    plan_.names += name.name;
    plan_.entries.push_back(entry);
    if (entry.kind == PlannedEntry::Kind::kDirectory) {
      open_.push_back(index);
      return;
    }
    if (entry.kind == PlannedEntry::Kind::kFile && dentry.hard_link_group != 0) {
      const LinkKey key{dentry.hard_link_group, content == nullptr ? Sha1Digest{} : content->digest};
      const auto [last, first_time] = last_link_.try_emplace(key, index);
      if (!first_time) {
        plan_.entries[last->second].next_link = index;
        last->second = index;
        return;
      }
    }
    if (blob >= 0) {
      plan_.uses.push_back({static_cast<uint32_t>(blob), index});
    } else if (entry.kind == PlannedEntry::Kind::kFile) {
      plan_.empty_files.push_back(index);
    }
  }

  // What the target cannot hold and nothing else will remember.
  void ReportLosses(NodeId node, const Dentry& dentry, bool is_link) {
    if (dentry.is_reparse_point() && !is_link) {
      Warn(ErrorCode::kNotSupported, node, "applied without its reparse data, which is not that of a link");
    }
    for (const StreamEntry& stream : dentry.streams) {
      if (stream.kind == StreamKind::kEfsRaw && !dentry.is_directory()) {
        Warn(ErrorCode::kNotSupported, node, "applied empty: only Windows can restore an encrypted file");
      } else if (stream.kind == StreamKind::kNamed) {
        Warn(ErrorCode::kNotSupported, node, "applied without its stream " + Utf16ToUtf8(stream.name));
      }
    }
  }

  const WimReader& reader_;
  const ImageTree& tree_;
  const ApplyOptions& options_;
  const bool case_insensitive_;
  JobContext& job_;
  ApplyPlan plan_;
  std::vector<uint32_t> open_;  // directories whose children are still to be planned
  std::unordered_map<LinkKey, uint32_t, LinkKeyHash> last_link_;
  size_t since_check_ = 0;
};

}  // namespace

std::string ApplyPlan::RelativePath(uint32_t entry) const {
  std::vector<std::string_view> parts;
  for (; entry != 0; entry = entries[entry].parent) parts.push_back(Name(entry));
  std::string path;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    if (!path.empty()) path += '/';
    path += *part;
  }
  return path;
}

Result<ApplyPlan> PlanApply(const WimReader& reader, const ImageTree& tree, const ApplyOptions& options,
                            bool case_insensitive, JobContext& job) {
  return Planner(reader, tree, options, case_insensitive, job).Plan();
}

}  // namespace dism::wim
