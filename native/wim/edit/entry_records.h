// Entries and changes of an image being edited, packed for TypeScript: lib/native/edit-records.ts decodes them.
#ifndef DISM_WIM_EDIT_ENTRY_RECORDS_H_
#define DISM_WIM_EDIT_ENTRY_RECORDS_H_

#include <cstdint>
#include <vector>

#include "wim/edit/image_edit.h"
#include "wim/listing.h"

namespace dism::wim {

// u32 node, u32 names of the file, 20 bytes digest of the unnamed stream, then the record of listing.cc.
void PackNode(ImageEdit& image, NodeId node, ImageEdit::State state, const SizeOfDigest& size_of,
              std::vector<uint8_t>* out);

// The entries of a directory, one after the other, in collation order.
std::vector<uint8_t> PackChildren(ImageEdit& image, NodeId directory, const SizeOfDigest& size_of);

// The net changes: u8 kind, u8 whether a record of before follows, u8 whether one of after follows; the records.
std::vector<uint8_t> PackChanges(ImageEdit& image, const SizeOfDigest& size_of);

}  // namespace dism::wim

#endif  // DISM_WIM_EDIT_ENTRY_RECORDS_H_
