// The blob table: every distinct byte string of a WIM by SHA-1, and where it is stored. FORMAT.md,
// "Blob table".
#ifndef DISM_WIM_BLOB_TABLE_H_
#define DISM_WIM_BLOB_TABLE_H_

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "hash/sha1.h"
#include "wim/header.h"
#include "wim/resource_header.h"

namespace dism::wim {

inline constexpr uint64_t kSolidResourceMagicSize = 0x100000000;

// A solid ("packed") resource as found in the table; its own header (uncompressed size, chunk size,
// format) is read from the file when the WIM is opened.
struct SolidResource {
  ResourceHeader header;
  uint16_t part = 1;  // split part, 1-based
  uint64_t uncompressed_size = 0;
  uint32_t chunk_size = 0;
  codec::Format format = codec::Format::kNone;
};

inline constexpr uint32_t kNotSolid = 0xFFFFFFFF;

struct Blob {
  // Ordered so that nothing is lost to padding: there may be a million.
  Sha1Digest digest{};
  uint32_t reference_count = 0;
  uint64_t size = 0;           // uncompressed
  ResourceHeader resource;     // non-solid: where it is; solid: flags and stored_size as in the table
  uint64_t solid_offset = 0;   // offset in the uncompressed solid resource
  uint32_t solid = kNotSolid;  // index into BlobTable::solid_resources
  uint16_t part = 1;           // the split part that holds it
};

class BlobTable {
 public:
  std::vector<ResourceHeader> metadata;      // of image k at [k-1], table order, entries with reference count 0 skipped
  std::vector<Sha1Digest> metadata_digests;  // same order
  std::vector<SolidResource> solid_resources;

  const std::vector<Blob>& blobs() const { return blobs_; }
  // For counts and places; digests and the number of blobs must not change through this.
  std::vector<Blob>& mutable_blobs() { return blobs_; }
  // Index of the blob with this digest, or -1.
  int64_t Find(const Sha1Digest& digest) const;
  // Adds a blob whose digest is not in the table yet; its index.
  size_t Add(const Blob& blob);
  // Drops blobs for which keep(blob) is false and rebuilds the index.
  template <typename Keep>
  void Retain(Keep keep) {
    if (std::erase_if(blobs_, [&](const Blob& blob) { return !keep(blob); }) > 0) Reindex();
  }
  void Reserve(size_t count);

  // Parses the table of one part and merges it: entries whose part number is not `part` are
  // ignored, duplicates keep the first, zero digests and sizes are skipped. Solid runs are resolved
  // later by ResolveSolid, because sizes of solid resources stand in the file. file_size bounds
  // every range. The solid flag means something in files of version 0xE00 only. Metadata entries
  // are read from every part that is parsed: a reader of a split set parses part 1 first and finds
  // them there.
  Status ParsePart(View table, uint16_t part, uint64_t file_size, uint32_t version = kVersionSolid);
  // Called by the reader once per solid resource of the parts (in order of solid_resources) after
  // filling in its uncompressed_size, chunk_size and format; then ResolveSolid() places every blob
  // of every run.
  Status ResolveSolid();

  // The table as bytes: metadata entries first, then non-solid blobs by offset, then solid runs
  // (descriptor entries of the run, then its blobs in order of position). Only entries of `part`;
  // metadata with part 1 only; solid resources without a blob are left out. All sizes of solid
  // resources must be known.
  std::vector<uint8_t> Write(uint16_t part) const;
  // How many bytes that is, of all blobs or only of those that something refers to.
  uint64_t WrittenSize(uint16_t part, bool referenced_only) const;

 private:
  void Reindex();
  void Insert(uint32_t index);
  // Consecutive solid entries as parsed; gone after ResolveSolid.
  struct SolidRun {
    size_t first_blob, blob_count;            // in blobs_
    uint32_t first_resource, resource_count;  // in solid_resources
    uint64_t table_offset;                    // for errors
  };
  std::vector<Blob> blobs_;
  // Open addressing, linear probing: indexes into blobs_ or 0xFFFFFFFF. The size is a power of two
  // and at least twice that of blobs_, so that a probe ends.
  std::vector<uint32_t> slots_;
  std::vector<SolidRun> runs_;
};

}  // namespace dism::wim

#endif  // DISM_WIM_BLOB_TABLE_H_
