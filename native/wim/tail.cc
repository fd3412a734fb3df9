#include "wim/tail.h"

namespace dism::wim {

static Status Append(WritableFile& file, uint64_t* end, ByteSpan bytes, uint8_t flags, ResourceHeader* resource) {
  DISM_TRY(file.WriteAt(*end, bytes));
  *resource = {bytes.size(), flags, *end, bytes.size()};
  *end += bytes.size();
  return Ok();
}

Status WriteTail(WritableFile& file, uint64_t* end, const BlobTable& table, ByteSpan xml, const TailOptions& options,
                 Header* header, JobContext& job) {
  DISM_TRY(Append(file, end, table.Write(header->part_number), kResourceMetadata, &header->blob_table));
  const uint64_t covered_end = *end;
  DISM_TRY(Append(file, end, xml, kResourceMetadata, &header->xml));
  header->integrity = {};
  if (options.integrity) {
    DISM_ASSIGN(const IntegrityTable integrity,
                ComputeIntegrity(file, covered_end, options.old_integrity, options.old_integrity_end, job));
    DISM_TRY(Append(file, end, integrity.Write(), 0, &header->integrity));
  }
  return Ok();
}

}  // namespace dism::wim
