// Images made entry by entry, for what no file system of the test machine can hold.
#ifndef DISM_TEST_NATIVE_WIM_APPLY_IMAGE_MAKER_H_
#define DISM_TEST_NATIVE_WIM_APPLY_IMAGE_MAKER_H_

#include <memory>
#include <string>
#include <vector>

#include "native/wim/capture/capture_support.h"
#include "wim/capture/capture_content.h"
#include "wim/reparse.h"

namespace dism::wim::test_support {

struct ImageMaker {
  ImageMaker() {
    scan.tree = ImageTree();
    Dentry root;
    root.attributes = kAttributeDirectory;
    root.creation_time = root.last_access_time = root.last_write_time = 131000000000000000;
    scan.tree.Replace(kRootNode, root);
  }

  struct Stream {
    StreamKind kind;
    std::string bytes;
    std::u16string name = {};
  };

  // Attributes, times and so on come from `dentry`, the streams from `streams` (in the order of the format).
  NodeId Add(NodeId parent, const std::u16string& name, Dentry dentry, const std::vector<Stream>& streams) {
    dentry.name = name;
    if (dentry.last_write_time == 0) {
      dentry.creation_time = 120000000000000001 + scan.tree.node_count() * 10000000;
      dentry.last_access_time = 131000000000000002 + scan.tree.node_count() * 10000000;
      dentry.last_write_time = 130000000000000003 + scan.tree.node_count() * 10000000;
    }
    dentry.streams.clear();
    for (const Stream& stream : streams) dentry.streams.push_back({stream.kind, {}, stream.name});
    const NodeId node = scan.tree.Add(parent, dentry);
    for (uint32_t i = 0; i < streams.size(); ++i) {
      if (streams[i].bytes.empty()) continue;
      scan.users.push_back({static_cast<uint32_t>(scan.contents.size()), node, i});
      scan.contents.emplace_back().content =
          MakeBufferContent({streams[i].bytes.begin(), streams[i].bytes.end()}, "buffer");
    }
    return node;
  }
  NodeId AddFile(NodeId parent, const std::u16string& name, const std::string& bytes,
                 uint32_t attributes = kAttributeArchive) {
    Dentry dentry;
    dentry.attributes = attributes;
    return Add(parent, name, dentry, {{StreamKind::kData, bytes}});
  }
  NodeId AddDirectory(NodeId parent, const std::u16string& name) {
    Dentry dentry;
    dentry.attributes = kAttributeDirectory;
    return Add(parent, name, dentry, {});
  }
  NodeId AddLink(NodeId parent, const std::u16string& name, uint32_t tag, const LinkData& link, bool not_fixed,
                 bool directory = false) {
    Dentry dentry;
    dentry.attributes = kAttributeReparsePoint | (directory ? kAttributeDirectory : kAttributeArchive);
    dentry.reparse_tag = tag;
    dentry.reparse_flags = not_fixed ? kReparseNotFixed : 0;
    const std::vector<uint8_t> data = *link.Write(tag);
    std::vector<Stream> streams{{StreamKind::kReparse, std::string(data.begin(), data.end())}};
    if (!directory) streams.push_back({StreamKind::kData, ""});
    return Add(parent, name, dentry, streams);
  }

  std::unique_ptr<WimReader> Write(const std::string& path, JobContext& job, bool rp_fix = true) {
    scan.tree.SortChildren();
    scan.store_uncompressed.assign(scan.contents.size(), false);
    return WriteScan(scan, path, job, rp_fix);
  }

  CaptureScan scan;
};

}  // namespace dism::wim::test_support

#endif  // DISM_TEST_NATIVE_WIM_APPLY_IMAGE_MAKER_H_
