// The entries of an image as packed records, in batches that cross to TypeScript as one buffer each.
// lib/native/entry-batch.ts decodes them; the layout is written there and in listing.cc.
#ifndef DISM_WIM_LISTING_H_
#define DISM_WIM_LISTING_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/job.h"
#include "wim/image_tree.h"
#include "wim/reader.h"

namespace dism::wim {

// The uncompressed size of the blob with a digest; 0 when there is none.
using SizeOfDigest = std::function<uint64_t(const Sha1Digest&)>;

// Appends the record of one entry. path: at most 65,535 units.
void PackEntry(const Dentry& entry, std::u16string_view path, const SizeOfDigest& size_of, std::vector<uint8_t>* out);

// Pre-order over the subtree of `root`; events of kind kEntries with up to a few hundred entries each.
Status ListImage(const WimReader& reader, const ImageTree& tree, NodeId root, JobContext& job);

}  // namespace dism::wim

#endif  // DISM_WIM_LISTING_H_
