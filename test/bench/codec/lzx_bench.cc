// Ratio and speed of LZX at every level, on one core, without I/O.
//
//   lzx_bench [-levels 0123] [-chunk 32768] [-every N] FILE...      (@LIST: a file with one path a
//   line)
//
// Files are cut into chunks as a capture would cut them; `-every N` takes each Nth chunk. All
// levels run in turn on groups of 16 chunks, so that other load on the machine hits all alike. CPU
// time is that of this thread. Every chunk is decoded and compared.
#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "codec/lzx/lzx.h"

using dism::ByteSpan;
using dism::MutableByteSpan;
using dism::codec::kLzxOps;
using dism::codec::Level;

namespace {

constexpr const char* kLevelNames[] = {"Quick", "Balanced", "Thorough", "Extreme"};
constexpr size_t kGroup = 16;

double ThreadSeconds() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

struct Total {
  uint64_t bytes = 0;
  double encode_seconds = 0;
  double decode_seconds = 0;
};

void CutFile(const std::string& path, size_t chunk_size, std::vector<std::vector<uint8_t>>& chunks) {
  std::ifstream in(path, std::ios::binary);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  for (size_t at = 0; at < bytes.size(); at += chunk_size) {
    const size_t n = std::min(chunk_size, bytes.size() - at);
    chunks.emplace_back(bytes.begin() + static_cast<ptrdiff_t>(at), bytes.begin() + static_cast<ptrdiff_t>(at + n));
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::string levels = "0123";
  uint32_t chunk_size = 32768;
  size_t every = 1;
  std::vector<std::string> paths;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "-levels" && i + 1 < argc) {
      levels = argv[++i];
    } else if (arg == "-chunk" && i + 1 < argc) {
      chunk_size = static_cast<uint32_t>(std::atoi(argv[++i]));
    } else if (arg == "-every" && i + 1 < argc) {
      every = static_cast<size_t>(std::atoi(argv[++i]));
    } else if (arg[0] == '@') {
      std::ifstream list(arg.substr(1));
      for (std::string line; std::getline(list, line);) paths.push_back(line);
    } else {
      paths.push_back(arg);
    }
  }
  std::vector<std::vector<uint8_t>> all;
  for (const std::string& path : paths) CutFile(path, chunk_size, all);
  std::vector<std::vector<uint8_t>> chunks;
  for (size_t i = 0; i < all.size(); i += every) chunks.push_back(std::move(all[i]));
  all.clear();

  uint64_t plain_bytes = 0;
  for (const auto& chunk : chunks) plain_bytes += chunk.size();
  if (plain_bytes == 0) {
    std::fprintf(stderr, "usage: lzx_bench [-levels 0123] [-chunk SIZE] [-every N] FILE|@LIST...\n");
    return 2;
  }

  Total totals[4];
  std::unique_ptr<dism::codec::Encoder> encoders[4];
  for (char c : levels) encoders[c - '0'] = kLzxOps.new_encoder(chunk_size, static_cast<Level>(c - '0'));
  const auto decoder = kLzxOps.new_decoder(chunk_size);
  std::vector<uint8_t> compressed(kGroup * chunk_size);
  std::vector<uint8_t> decoded(chunk_size);
  for (size_t begin = 0; begin < chunks.size(); begin += kGroup) {
    const size_t end = std::min(chunks.size(), begin + kGroup);
    for (char c : levels) {
      Total& total = totals[c - '0'];
      size_t sizes[kGroup];
      const auto stream = [&](size_t i) { return compressed.data() + (i - begin) * chunk_size; };
      double start = ThreadSeconds();
      for (size_t i = begin; i < end; ++i) {
        sizes[i - begin] =
            encoders[c - '0']->Encode(chunks[i], MutableByteSpan(stream(i), chunks[i].size() - 1), nullptr);
      }
      total.encode_seconds += ThreadSeconds() - start;
      for (size_t i = begin; i < end; ++i) {
        const size_t size = sizes[i - begin];
        total.bytes += size != 0 ? size : chunks[i].size();
        if (size == 0) continue;
        start = ThreadSeconds();
        const bool ok =
            decoder->Decode(ByteSpan(stream(i), size), MutableByteSpan(decoded.data(), chunks[i].size()), nullptr);
        total.decode_seconds += ThreadSeconds() - start;
        if (!ok || std::memcmp(decoded.data(), chunks[i].data(), chunks[i].size()) != 0) {
          std::fprintf(stderr, "%s: chunk %zu does not decode to what it was\n", kLevelNames[c - '0'], i);
          return 1;
        }
      }
    }
  }

  const double mb = static_cast<double>(plain_bytes) / 1e6;
  std::printf("%zu chunks, %.1f MB\n%-10s %12s %8s %10s %12s %10s\n", chunks.size(), mb, "level", "bytes", "ratio",
              "CPU s", "encode MB/s", "decode");
  for (char c : levels) {
    const Total& total = totals[c - '0'];
    std::printf("%-10s %12llu %8.5f %10.3f %12.2f %10.1f\n", kLevelNames[c - '0'],
                static_cast<unsigned long long>(total.bytes), static_cast<double>(total.bytes) / 1e6 / mb,
                total.encode_seconds, mb / total.encode_seconds, mb / total.decode_seconds);
  }
  return 0;
}
