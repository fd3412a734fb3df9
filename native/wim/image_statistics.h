// What the XML of a WIM says about the entries of an image: DIRCOUNT, FILECOUNT, TOTALBYTES, HARDLINKBYTES.
#ifndef DISM_WIM_IMAGE_STATISTICS_H_
#define DISM_WIM_IMAGE_STATISTICS_H_

#include <cstdint>

#include "wim/image_tree.h"
#include "wim/listing.h"

namespace dism::wim {

struct ImageStatistics {
  uint64_t directory_count = 0;  // with the root
  uint64_t file_count = 0;       // names: a file with two counts twice
  uint64_t total_bytes = 0;      // of all streams of all names
  uint64_t hard_link_bytes = 0;  // the part that belongs to the second and further names
};

ImageStatistics CountEntries(const ImageTree& tree, const SizeOfDigest& size_of);

}  // namespace dism::wim

#endif  // DISM_WIM_IMAGE_STATISTICS_H_
