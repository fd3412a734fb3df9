#include "wim/undo.h"

#include <cstring>

#include "hash/sha1.h"

namespace dism::wim {

std::array<uint8_t, UndoRecord::kSize> UndoRecord::Write() const {
  std::array<uint8_t, kSize> bytes{};
  std::memcpy(bytes.data(), kMagic, 8);
  std::memcpy(bytes.data() + 8, old_header.data(), Header::kSize);
  StoreLe64(bytes.data() + 8 + Header::kSize, old_size);
  const Sha1Digest digest = Sha1::Of(ByteSpan(bytes).first(kSize - 20));
  std::memcpy(bytes.data() + kSize - 20, digest.data(), 20);
  return bytes;
}

bool UndoRecord::Parse(ByteSpan bytes, UndoRecord* record) {
  if (bytes.size() < kSize || std::memcmp(bytes.data(), kMagic, 8) != 0) return false;
  const Sha1Digest digest = Sha1::Of(bytes.first(kSize - 20));
  if (std::memcmp(bytes.data() + kSize - 20, digest.data(), 20) != 0) return false;
  std::memcpy(record->old_header.data(), bytes.data() + 8, Header::kSize);
  record->old_size = LoadLe64(bytes.data() + 8 + Header::kSize);
  return true;
}

}  // namespace dism::wim
