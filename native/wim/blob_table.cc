#include "wim/blob_table.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <random>

namespace dism::wim {
namespace {

// One entry of the table.
constexpr size_t kEntrySize = 50;
constexpr size_t kAtPart = 24;
constexpr size_t kAtReferenceCount = 26;
constexpr size_t kAtDigest = 30;

constexpr uint32_t kEmptySlot = 0xFFFFFFFF;
constexpr size_t kSmallestIndex = 16;

// The digests of a file are chosen by whoever made it: without a secret they could all fall into
// one slot.
const uint64_t* HashSecret() {
  static const struct Secret {
    uint64_t words[2];
    Secret() {
      std::random_device random;
      for (uint64_t& word : words) word = uint64_t{random()} << 32 | random();
    }
  } secret;
  return secret.words;
}

uint64_t FoldedProduct(uint64_t a, uint64_t b) {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

uint64_t HashOf(const Sha1Digest& digest, const uint64_t secret[2]) {
  const uint8_t* p = digest.data();
  const uint64_t low = FoldedProduct(LoadLe64(p) ^ secret[0], LoadLe64(p + 8) ^ secret[1]);
  return FoldedProduct(low ^ secret[1], LoadLe32(p + 16) ^ secret[0]);
}

void PutEntry(uint8_t* p, const ResourceHeader& header, uint16_t part, uint32_t references, const Sha1Digest& digest) {
  header.Write(p);
  StoreLe16(p + kAtPart, part);
  StoreLe32(p + kAtReferenceCount, references);
  std::memcpy(p + kAtDigest, digest.data(), digest.size());
}

}  // namespace

int64_t BlobTable::Find(const Sha1Digest& digest) const {
  if (slots_.empty()) return -1;
  const size_t mask = slots_.size() - 1;
  for (size_t at = HashOf(digest, HashSecret()) & mask;; at = (at + 1) & mask) {
    const uint32_t index = slots_[at];
    if (index == kEmptySlot) return -1;
    if (blobs_[index].digest == digest) return index;
  }
}

size_t BlobTable::Add(const Blob& blob) {
  const size_t index = blobs_.size();
  blobs_.push_back(blob);
  if (blobs_.size() * 2 > slots_.size()) {
    Reindex();
  } else {
    Insert(static_cast<uint32_t>(index));
  }
  return index;
}

void BlobTable::Insert(uint32_t index) {
  const size_t mask = slots_.size() - 1;
  size_t at = HashOf(blobs_[index].digest, HashSecret()) & mask;
  while (slots_[at] != kEmptySlot) at = (at + 1) & mask;
  slots_[at] = index;
}

void BlobTable::Reindex() {
  const size_t slots = std::bit_ceil(std::max(kSmallestIndex, 2 * blobs_.size()));
  if (slots_.size() < slots) {
    slots_ = std::vector<uint32_t>(slots, kEmptySlot);
  } else {
    std::fill(slots_.begin(), slots_.end(), kEmptySlot);
  }
  for (size_t i = 0; i < blobs_.size(); ++i) Insert(static_cast<uint32_t>(i));
}

void BlobTable::Reserve(size_t count) {
  blobs_.reserve(count);
  if (slots_.size() < 2 * count) {
    slots_ = std::vector<uint32_t>(std::bit_ceil(std::max(kSmallestIndex, 2 * count)), kEmptySlot);
    for (size_t i = 0; i < blobs_.size(); ++i) Insert(static_cast<uint32_t>(i));
  }
}

Status BlobTable::ParsePart(View table, uint16_t part, uint64_t file_size, uint32_t version) {
  const uint64_t count = table.size() / kEntrySize;
  if (blobs_.size() + count >= kEmptySlot) {
    return Error(ErrorCode::kLimitExceeded, "blob table with over 4 billion entries", table.base());
  }
  Reserve(blobs_.size() + static_cast<size_t>(count));
  SolidRun* run = nullptr;  // the open one
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t at = i * kEntrySize;
    const uint8_t* p = table.data() + at;
    const ResourceHeader header = ResourceHeader::Parse(p);
    const bool solid = version == kVersionSolid && (header.flags & kResourceSolid) != 0;
    if (!solid) run = nullptr;
    if ((header.flags & kResourceFree) != 0 || LoadLe16(p + kAtPart) != part) continue;
    const bool descriptor = solid && header.original_size == kSolidResourceMagicSize;

    if ((!solid || descriptor) && header.stored_size != 0) {
      if (header.offset > file_size || header.stored_size > file_size - header.offset) {
        return Error(ErrorCode::kTruncated, "resource in the blob table", table.base() + at);
      }
      if (header.offset < Header::kSize) {
        return table.Bad(at + 8, "resource offset inside the header");
      }
    }
    if (solid) {
      if ((header.flags & kResourceMetadata) != 0) {
        return table.Bad(at + 7, "metadata in a solid resource");
      }
      if (run == nullptr) {
        runs_.push_back({blobs_.size(), 0, static_cast<uint32_t>(solid_resources.size()), 0, table.base() + at});
        run = &runs_.back();
      }
      if (descriptor) {
        SolidResource& resource = solid_resources.emplace_back();
        resource.header = header;
        resource.part = part;
        ++run->resource_count;
        continue;
      }
    } else if ((header.flags & kResourceCompressed) == 0 && header.stored_size != header.original_size) {
      return table.Bad(at + 16, "size of an uncompressed resource");
    } else if (header.stored_size == 0 && header.original_size != 0) {
      return table.Bad(at, "stored size of a resource");
    }

    Blob blob;
    std::memcpy(blob.digest.data(), p + kAtDigest, blob.digest.size());
    blob.reference_count = LoadLe32(p + kAtReferenceCount);
    blob.part = part;
    blob.resource = header;
    if ((header.flags & kResourceMetadata) != 0) {
      // Some old files keep entries of deleted images with a count of 0: those do not number
      // images.
      if (blob.reference_count == 0) continue;
      metadata.push_back(header);
      metadata_digests.push_back(blob.digest);
      continue;
    }
    blob.size = solid ? header.stored_size : header.original_size;
    if (blob.size == 0 || IsZeroDigest(blob.digest) || Find(blob.digest) >= 0) continue;
    if (solid) {
      blob.solid_offset = header.offset;  // in the whole run until ResolveSolid
      ++run->blob_count;
    }
    Add(blob);
  }
  return Ok();
}

Status BlobTable::ResolveSolid() {
  std::vector<uint64_t> starts;
  for (const SolidRun& run : runs_) {
    starts.assign(1, 0);
    for (uint32_t i = 0; i < run.resource_count; ++i) {
      const uint64_t size = solid_resources[run.first_resource + i].uncompressed_size;
      if (size > ~uint64_t{0} - starts.back()) {
        return Error(ErrorCode::kCorrupt, "sizes of solid resources", run.table_offset);
      }
      starts.push_back(starts.back() + size);
    }
    for (size_t i = run.first_blob; i < run.first_blob + run.blob_count; ++i) {
      Blob& blob = blobs_[i];
      // The last resource that starts at or before the blob; sizes of 0 make several start at one
      // place.
      const auto after = std::upper_bound(starts.begin(), starts.end(), blob.solid_offset);
      const size_t resource = static_cast<size_t>(after - starts.begin()) - 1;
      if (resource >= run.resource_count || blob.size > starts[resource + 1] - blob.solid_offset) {
        return Error(ErrorCode::kCorrupt, "blob outside the solid resources of its run", run.table_offset);
      }
      blob.solid = run.first_resource + static_cast<uint32_t>(resource);
      blob.solid_offset -= starts[resource];
    }
  }
  runs_.clear();
  return Ok();
}

uint64_t BlobTable::WrittenSize(uint16_t part, bool referenced_only) const {
  uint64_t entries = part == 1 ? metadata.size() : 0;
  std::vector<uint8_t> used(solid_resources.size(), 0);
  for (const Blob& blob : blobs_) {
    if (blob.part != part || (referenced_only && blob.reference_count == 0)) continue;
    ++entries;
    if (blob.solid != kNotSolid) used[blob.solid] = 1;
  }
  return (entries + static_cast<uint64_t>(std::count(used.begin(), used.end(), 1))) * kEntrySize;
}

std::vector<uint8_t> BlobTable::Write(uint16_t part) const {
  std::vector<uint32_t> plain, solid;
  std::vector<uint8_t> used(solid_resources.size(), 0);
  for (size_t i = 0; i < blobs_.size(); ++i) {
    const Blob& blob = blobs_[i];
    if (blob.part != part) continue;
    if (blob.solid == kNotSolid) {
      plain.push_back(static_cast<uint32_t>(i));
    } else {
      solid.push_back(static_cast<uint32_t>(i));
      used[blob.solid] = 1;
    }
  }
  std::stable_sort(plain.begin(), plain.end(),
                   [this](uint32_t a, uint32_t b) { return blobs_[a].resource.offset < blobs_[b].resource.offset; });
  std::stable_sort(solid.begin(), solid.end(), [this](uint32_t a, uint32_t b) {
    if (blobs_[a].solid != blobs_[b].solid) return blobs_[a].solid < blobs_[b].solid;
    return blobs_[a].solid_offset < blobs_[b].solid_offset;
  });

  const size_t images = part == 1 ? metadata.size() : 0;
  const size_t resources = static_cast<size_t>(std::count(used.begin(), used.end(), 1));
  std::vector<uint8_t> out((images + plain.size() + resources + solid.size()) * kEntrySize);
  uint8_t* p = out.data();
  for (size_t i = 0; i < images; ++i, p += kEntrySize) {
    ResourceHeader header = metadata[i];
    header.flags |= kResourceMetadata;
    PutEntry(p, header, part, 1, metadata_digests[i]);
  }
  for (const uint32_t index : plain) {
    const Blob& blob = blobs_[index];
    PutEntry(p, blob.resource, part, blob.reference_count, blob.digest);
    p += kEntrySize;
  }
  // All solid resources of the part make one run: adjacent runs would be read as one anyway.
  std::vector<uint64_t> starts(solid_resources.size(), 0);
  uint64_t start = 0;
  for (size_t i = 0; i < solid_resources.size(); ++i) {
    if (used[i] == 0) continue;
    ResourceHeader header = solid_resources[i].header;
    header.flags |= kResourceSolid;
    header.original_size = kSolidResourceMagicSize;
    PutEntry(p, header, part, 1, {});
    p += kEntrySize;
    starts[i] = start;
    start += solid_resources[i].uncompressed_size;
  }
  for (const uint32_t index : solid) {
    const Blob& blob = blobs_[index];
    const ResourceHeader header{blob.size, static_cast<uint8_t>(blob.resource.flags | kResourceSolid),
                                starts[blob.solid] + blob.solid_offset, 0};
    PutEntry(p, header, part, blob.reference_count, blob.digest);
    p += kEntrySize;
  }
  return out;
}

}  // namespace dism::wim
