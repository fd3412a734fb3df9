#include "wim/capture/posix_scan.h"

#include <algorithm>
#include <map>
#include <set>

#include "wim/capture/directory_scan.h"
#include "wim/capture/image_builder.h"

namespace dism::wim {

Result<CaptureScan> ScanPosix(const CaptureOptions& options, JobContext& job) {
  job.progress.Begin("Scanning", 0, 0);
  const std::string side_car_path =
      options.side_car_path.empty() ? DefaultSideCarPath(options.root) : options.side_car_path;
  DirectoryScan scan(options, side_car_path, job);
  DISM_TRY(scan.Run());
  std::unique_ptr<SideCar> side_car;
  if (options.use_side_car) {
    DISM_ASSIGN(side_car, SideCar::Open(side_car_path, options.force, job));
  } else if (!options.force) {
    DISM_TRY(SideCar::CheckFinished(side_car_path));
  }
  return ImageBuilder(options, job, scan, side_car.get()).Build();
}

void FinishScan(CaptureScan& scan) {
  // Streams without content, by node: removing one moves the numbers of those behind it, so all digests come first.
  std::map<NodeId, std::vector<uint32_t>> failed;
  std::set<uint32_t> failed_contents;
  for (const StreamUser& user : scan.users) {
    const PendingContent& pending = scan.contents[user.content];
    if (!pending.failed) {
      scan.tree.SetDigest(user.node, user.stream, pending.digest);
      continue;
    }
    failed[user.node].push_back(user.stream);
    const uint64_t size = pending.content->size();
    scan.total_bytes -= size;
    const bool first = failed_contents.insert(user.content).second;
    if (!first && scan.tree.hard_link_group(user.node) != 0) scan.hard_link_bytes -= size;
  }
  // From the last: removing takes time in proportion to later siblings.
  for (auto one = failed.rbegin(); one != failed.rend(); ++one) {
    const NodeId node = one->first;
    std::vector<uint32_t>& streams = one->second;
    Dentry dentry = scan.tree.Get(node);
    std::sort(streams.rbegin(), streams.rend());
    bool whole = false;
    for (const uint32_t stream : streams) {
      whole |= dentry.streams[stream].kind != StreamKind::kNamed;
      dentry.streams.erase(dentry.streams.begin() + stream);
    }
    ++scan.skipped_count;
    if (whole && scan.tree.children(node).empty()) {
      scan.tree.Remove(node);
      --scan.file_count;
    } else {
      scan.tree.Replace(node, dentry);
    }
  }
}

}  // namespace dism::wim
