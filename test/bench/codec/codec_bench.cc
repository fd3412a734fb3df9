// Ratio and speed of a codec at its levels, on one core, without I/O.
//
//   codec_bench [-format xpress|lzx|lzms] [-levels 0123] [-chunk 32768] [-every N] [-json] FILE...
//
// @LIST instead of a file: a file with one path a line. Files are cut into chunks as a capture would cut them;
// `-every N` takes each Nth chunk. All levels run in turn on groups of chunks, so that other load on the machine hits
// all alike. CPU time is that of this thread. Every chunk is decoded and compared. The digest is of all compressed
// bytes: two builds that print the same one wrote the same.
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "codec/codec.h"

using dism::ByteSpan;
using dism::MutableByteSpan;
using dism::codec::CodecOps;
using dism::codec::FindCodec;
using dism::codec::Format;
using dism::codec::Level;

namespace {

constexpr const char* kLevelNames[] = {"Quick", "Balanced", "Thorough", "Extreme"};
// Chunks of a group hold about this many bytes.
constexpr size_t kGroupBytes = 1 << 19;

double ThreadSeconds() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

struct Total {
  uint64_t bytes = 0;
  uint64_t digest = 0xCBF29CE484222325;
  double encode_seconds = 0;
  double decode_seconds = 0;
};

void AddToDigest(uint64_t& digest, const uint8_t* data, size_t size) {
  for (size_t i = 0; i < size; ++i) digest = (digest ^ data[i]) * 0x100000001B3;
}

void CutFile(const std::string& path, size_t chunk_size, std::vector<std::vector<uint8_t>>& chunks) {
  std::ifstream in(path, std::ios::binary);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  for (size_t at = 0; at < bytes.size(); at += chunk_size) {
    const size_t n = std::min(chunk_size, bytes.size() - at);
    chunks.emplace_back(bytes.begin() + static_cast<ptrdiff_t>(at), bytes.begin() + static_cast<ptrdiff_t>(at + n));
  }
}

Format FormatOf(const std::string& name) {
  if (name == "xpress") return Format::kXpress;
  if (name == "lzx") return Format::kLzx;
  if (name == "lzms") return Format::kLzms;
  return Format::kNone;
}

}  // namespace

int main(int argc, char** argv) {
  std::string levels = "0123";
  Format format = Format::kLzx;
  uint32_t chunk_size = 32768;
  size_t every = 1;
  bool json = false;
  std::vector<std::string> paths;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "-levels" && i + 1 < argc) {
      levels = argv[++i];
    } else if (arg == "-format" && i + 1 < argc) {
      format = FormatOf(argv[++i]);
    } else if (arg == "-chunk" && i + 1 < argc) {
      chunk_size = static_cast<uint32_t>(std::atoi(argv[++i]));
    } else if (arg == "-every" && i + 1 < argc) {
      every = std::max(1, std::atoi(argv[++i]));
    } else if (arg == "-json") {
      json = true;
    } else if (arg[0] == '@') {
      std::ifstream list(arg.substr(1));
      for (std::string line; std::getline(list, line);) paths.push_back(line);
    } else {
      paths.push_back(arg);
    }
  }
  const CodecOps* const codec = FindCodec(format);
  if (codec == nullptr || !dism::codec::IsValidChunkSize(*codec, chunk_size) ||
      levels.find_first_not_of("0123") != std::string::npos) {
    std::fprintf(stderr, "There is no such format, chunk size or level.\n");
    return 2;
  }
  std::vector<std::vector<uint8_t>> all;
  for (const std::string& path : paths) CutFile(path, chunk_size, all);
  std::vector<std::vector<uint8_t>> chunks;
  for (size_t i = 0; i < all.size(); i += every) chunks.push_back(std::move(all[i]));
  all.clear();

  uint64_t plain_bytes = 0;
  for (const auto& chunk : chunks) plain_bytes += chunk.size();
  if (plain_bytes == 0) {
    std::fprintf(stderr, "Nothing to compress. Name files, or @LIST.\n");
    return 2;
  }

  const size_t group = std::max<size_t>(1, kGroupBytes / chunk_size);
  Total totals[4];
  std::unique_ptr<dism::codec::Encoder> encoders[4];
  for (char c : levels) encoders[c - '0'] = codec->new_encoder(chunk_size, static_cast<Level>(c - '0'));
  const auto decoder = codec->new_decoder(chunk_size);
  std::vector<uint8_t> compressed(group * chunk_size);
  std::vector<uint8_t> decoded(chunk_size);
  std::vector<size_t> sizes(group);
  for (size_t begin = 0; begin < chunks.size(); begin += group) {
    const size_t end = std::min(chunks.size(), begin + group);
    for (char c : levels) {
      Total& total = totals[c - '0'];
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
        AddToDigest(total.digest, stream(i), size);
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
  if (!json) {
    std::printf("%s, %zu chunks, %.1f MB\n%-10s %12s %8s %9s %12s %12s  %s\n", codec->name, chunks.size(), mb, "level",
                "bytes", "ratio", "CPU s", "encode MB/s", "decode MB/s", "digest");
  }
  for (char c : levels) {
    const Total& total = totals[c - '0'];
    std::printf(json ? "{\"level\":\"%s\",\"bytes\":%llu,\"ratio\":%.5f,\"encodeSeconds\":%.3f,\"encodeSpeed\":%.2f,"
                       "\"decodeSpeed\":%.1f,\"digest\":\"%016llx\"}\n"
                     : "%-10s %12llu %8.5f %9.3f %12.2f %12.1f  %016llx\n",
                kLevelNames[c - '0'], static_cast<unsigned long long>(total.bytes),
                static_cast<double>(total.bytes) / 1e6 / mb, total.encode_seconds, mb / total.encode_seconds,
                mb / total.decode_seconds, static_cast<unsigned long long>(total.digest));
  }
  return 0;
}
