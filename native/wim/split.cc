#include "wim/split.h"

#include <algorithm>
#include <memory>
#include <random>

#include "wim/tail.h"

namespace dism::wim {
namespace {

// Walks the blobs in file order and begins a new part when the next blob would not fit any more.
std::vector<std::vector<uint32_t>> AssignParts(const WimReader& source, uint64_t part_size) {
  const auto& blobs = source.table().blobs();
  std::vector<uint32_t> order(blobs.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(),
            [&](uint32_t a, uint32_t b) { return blobs[a].resource.offset < blobs[b].resource.offset; });
  constexpr uint64_t kTableEntry = 50;
  uint64_t fixed = Header::kSize + source.xml().size();
  uint64_t filled = fixed;
  for (const ResourceHeader& metadata : source.table().metadata) filled += metadata.stored_size + kTableEntry;
  std::vector<std::vector<uint32_t>> parts(1);
  for (uint32_t index : order) {
    const uint64_t cost = blobs[index].resource.stored_size + kTableEntry;
    // Part 1 may hold metadata only when that fills it.
    const bool has_content = !parts.back().empty() || (parts.size() == 1 && filled > fixed);
    if (has_content && filled + cost > part_size) {
      parts.emplace_back();
      filled = fixed;
    }
    parts.back().push_back(index);
    filled += cost;
  }
  return parts;
}

Status CopyRange(const WimReader& source, const ResourceHeader& resource, uint16_t part, WritableFile& file,
                 uint64_t* end) {
  DISM_TRY(file.CopyFrom(*source.part_file(part), resource.offset, *end, resource.stored_size));
  *end += resource.stored_size;
  return Ok();
}

}  // namespace

std::string SplitPartPath(const std::string& first, uint32_t number) {
  if (number == 1) return first;
  const size_t slash = first.rfind('/');
  const size_t dot = first.rfind('.');
  const std::string digits = std::to_string(number);
  if (dot == std::string::npos || (slash != std::string::npos && dot < slash)) return first + digits;
  return first.substr(0, dot) + digits + first.substr(dot);
}

Result<SplitResult> SplitWim(const WimReader& source, const SplitOptions& options, JobContext& job) {
  if (source.header().total_parts != 1) {
    return Error(ErrorCode::kNotSupported, "the file is a part of a split set already").At(source.path());
  }
  if (!source.table().solid_resources.empty()) {
    return Error(ErrorCode::kNotSupported, "an image file with solid resources cannot be split: export it first")
        .At(source.path());
  }
  const auto parts = AssignParts(source, options.part_size);
  if (parts.size() > 0xFFFF) {
    return Error(ErrorCode::kInvalidParameter, "the part size gives more than 65,535 parts").At(source.path());
  }
  uint64_t bytes = 0;
  for (const Blob& blob : source.table().blobs()) bytes += blob.resource.stored_size;
  job.progress.Begin("Splitting", bytes, source.table().blobs().size());

  Guid guid;
  std::random_device random;
  for (size_t i = 0; i < guid.size(); i += 4) StoreLe32(guid.data() + i, random());

  SplitResult result;
  std::vector<std::unique_ptr<TemporaryFile>> files;
  for (size_t p = 0; p < parts.size(); ++p) {
    const uint16_t number = static_cast<uint16_t>(p + 1);
    const std::string path = SplitPartPath(options.path, number);
    DISM_ASSIGN(std::unique_ptr<TemporaryFile> temporary, TemporaryFile::Create(path));
    WritableFile& file = temporary->file();
    Header header = source.header();
    header.flags |= kHeaderSpanned;
    header.flags &= ~kHeaderWriteInProgress;
    header.guid = guid;
    header.part_number = number;
    header.total_parts = static_cast<uint16_t>(parts.size());
    header.boot_index = number == 1 ? header.boot_index : 0;
    header.boot_metadata = {};
    BlobTable table;
    uint64_t end = Header::kSize;
    if (number == 1) {
      table.metadata_digests = source.table().metadata_digests;
      for (const ResourceHeader& metadata : source.table().metadata) {
        ResourceHeader copy = metadata;
        copy.offset = end;
        DISM_TRY(CopyRange(source, metadata, source.header().part_number, file, &end));
        table.metadata.push_back(copy);
      }
      if (header.boot_index != 0) header.boot_metadata = table.metadata[header.boot_index - 1];
    }
    for (size_t i = 0; i < parts[p].size();) {
      DISM_TRY(job.CheckCancelled());
      // Neighbours in the source are copied together.
      ResourceHeader run = source.table().blobs()[parts[p][i]].resource;
      const uint64_t start = run.offset;
      run.stored_size = 0;
      uint64_t items = 0;
      for (; i < parts[p].size() && run.stored_size < (64u << 20); ++i) {
        Blob blob = source.table().blobs()[parts[p][i]];
        if (blob.resource.offset != start + run.stored_size) break;
        run.stored_size += blob.resource.stored_size;
        blob.resource.offset = end + (blob.resource.offset - start);
        blob.part = number;
        table.Add(blob);
        ++items;
      }
      DISM_TRY(CopyRange(source, run, source.header().part_number, file, &end));
      job.progress.completed_bytes += run.stored_size;
      job.progress.completed_items += items;
    }
    TailOptions tail;
    tail.integrity = options.integrity;
    DISM_TRY(WriteTail(file, &end, table, source.xml(), tail, &header, job));
    DISM_TRY(file.WriteAt(0, header.Write()));
    result.paths.push_back(path);
    result.sizes.push_back(end);
    files.push_back(std::move(temporary));
  }
  DISM_TRY(job.CheckCancelled());
  for (size_t p = files.size(); p-- > 0;) DISM_TRY(files[p]->Publish());
  return result;
}

}  // namespace dism::wim
