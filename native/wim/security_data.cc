#include "wim/security_data.h"

#include <cstring>

namespace dism::wim {

Result<SecurityData> SecurityData::Parse(View metadata, uint64_t* end) {
  if (!metadata.Has(0, 8)) {
    return Error(ErrorCode::kTruncated, "security data", metadata.base() + metadata.size());
  }
  // A length of 0 stands for 8. Some writers store it without the padding that follows.
  const uint64_t stored_length = metadata.U32(0);
  const uint64_t length = stored_length == 0 ? 8 : (stored_length + 7) & ~uint64_t{7};
  if (!metadata.Has(0, length)) {
    return Error(ErrorCode::kTruncated, "security data length", metadata.base());
  }
  const uint64_t count = metadata.U32(4);
  if (length < 8 || count > (length - 8) / 8) {
    return metadata.Bad(4, "number of security descriptors");
  }

  SecurityData data;
  data.descriptors_.reserve(static_cast<size_t>(count));
  uint64_t at = 8 + 8 * count;
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t size = metadata.U64(8 + 8 * i);
    if (size > length - at) return metadata.Bad(8 + 8 * i, "size of a security descriptor");
    const uint8_t* p = metadata.data() + at;
    data.descriptors_.emplace_back(p, p + size);
    at += size;
  }
  // Microsoft's writer stores the length before padding, others after it.
  data.length_is_exact_ = stored_length == at && at % 8 != 0;
  *end = length;
  return data;
}

void SecurityData::Write(std::vector<uint8_t>* out) const {
  uint64_t length = 8;
  for (const std::vector<uint8_t>& descriptor : descriptors_) length += 8 + descriptor.size();
  const size_t start = out->size();
  out->resize(start + static_cast<size_t>((length + 7) & ~uint64_t{7}));
  uint8_t* p = out->data() + start;
  StoreLe32(p, static_cast<uint32_t>(length_is_exact_ ? length : (length + 7) & ~uint64_t{7}));
  StoreLe32(p + 4, static_cast<uint32_t>(descriptors_.size()));
  uint8_t* bytes = p + 8 + 8 * descriptors_.size();
  p += 8;
  for (const std::vector<uint8_t>& descriptor : descriptors_) {
    StoreLe64(p, descriptor.size());
    p += 8;
    if (!descriptor.empty()) std::memcpy(bytes, descriptor.data(), descriptor.size());
    bytes += descriptor.size();
  }
}

ByteSpan SecurityData::Get(int32_t id) const {
  if (id < 0 || static_cast<size_t>(id) >= descriptors_.size()) return {};
  return descriptors_[static_cast<size_t>(id)];
}

int32_t SecurityData::Add(ByteSpan descriptor) {
  if (descriptor.empty()) return -1;
  for (; indexed_ < descriptors_.size(); ++indexed_) {
    const std::vector<uint8_t>& known = descriptors_[indexed_];
    index_.emplace(std::string(known.begin(), known.end()), static_cast<int32_t>(indexed_));
  }
  const int32_t id = static_cast<int32_t>(descriptors_.size());
  const auto [entry, added] = index_.emplace(std::string(descriptor.begin(), descriptor.end()), id);
  if (!added) return entry->second;
  descriptors_.emplace_back(descriptor.begin(), descriptor.end());
  ++indexed_;
  return id;
}

}  // namespace dism::wim
