// ReadBlobs: the one engine behind apply, verify, extraction and recompression. Reads many blobs in file order, decodes
// and hashes them on all threads, and hands them to a consumer.
#ifndef DISM_WIM_BLOB_READER_H_
#define DISM_WIM_BLOB_READER_H_

#include <cstdint>
#include <span>

#include "base/error.h"
#include "base/job.h"
#include "wim/reader.h"

namespace dism::wim {

// Receives blobs. `request` is the index in the list given to ReadBlobs. Calls come from several threads at once, but
// never two at once for the same request, except Piece.
class BlobConsumer {
 public:
  virtual ~BlobConsumer() = default;
  // A whole blob (at most kWholeBlobLimit bytes) whose digest has been verified.
  virtual Status Whole(size_t request, ByteSpan data) = 0;
  // A larger blob, or one that straddles chunks of a solid resource: Begin, then Pieces in any order and concurrently, each once, then End when the digest was right.
  virtual Status Begin(size_t request) = 0;
  virtual Status Piece(size_t request, uint64_t offset, ByteSpan data) = 0;
  virtual Status End(size_t request) = 0;
  // Instead of Whole or End: the blob does not decode, does not match its digest, or an earlier call for it failed with an
  // error that the consumer returned. Ok: go on with the other blobs; an error stops everything.
  virtual Status Failed(size_t request, const Error& error) = 0;
};

inline constexpr uint64_t kWholeBlobLimit = 8 << 20;

// blobs: indexes into reader.table().blobs(), each at most once. Progress: adds the uncompressed bytes and one item a
// blob to job.progress (the caller has set the totals). Errors of the consumer (from Whole, Begin, Piece, End) are given
// to Failed of the same request. When ReadBlobs itself returns an error, requests that had begun get no further call.
Status ReadBlobs(const WimReader& reader, std::span<const uint32_t> blobs, BlobConsumer& consumer, JobContext& job);

}  // namespace dism::wim

#endif  // DISM_WIM_BLOB_READER_H_
