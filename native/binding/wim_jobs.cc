#include "binding/wim_jobs.h"

#include <memory>

#include "base/memory.h"
#include "base/utf16.h"
#include "binding/handles.h"
#include "binding/job_handle.h"
#include "binding/values.h"
#include "wim/apply/posix_apply.h"
#include "wim/capture/posix_scan.h"
#include "wim/listing.h"
#include "wim/reader.h"
#include "wim/split.h"
#include "wim/verify.h"
#include "wim/writer.h"

namespace dism::binding {
namespace {

using wim::ImageTree;
using wim::WimReader;
using wim::WimWriter;

std::shared_ptr<WimReader> ReaderOf(const Napi::Object& spec) { return Unwrap<WimReader>(spec.Get("reader")); }
std::shared_ptr<WimWriter> WriterOf(const Napi::Object& spec) { return Unwrap<WimWriter>(spec.Get("writer")); }
std::shared_ptr<LoadedImage> ImageOf(const Napi::Object& spec) { return Unwrap<LoadedImage>(spec.Get("image")); }

Napi::Value DescribeReader(Napi::Env env, const std::shared_ptr<WimReader>& reader) {
  const wim::Header& header = reader->header();
  Napi::Object object = Napi::Object::New(env);
  object.Set("handle", Wrap(env, reader));
  object.Set("version", header.version);
  object.Set("flags", header.flags);
  object.Set("chunkSize", header.chunk_size);
  object.Set("format", static_cast<uint32_t>(header.format()));
  object.Set("guid", Napi::Buffer<uint8_t>::Copy(env, header.guid.data(), header.guid.size()));
  object.Set("partNumber", header.part_number);
  object.Set("totalParts", header.total_parts);
  object.Set("imageCount", reader->image_count());
  object.Set("headerImageCount", header.image_count);
  object.Set("bootIndex", header.boot_index);
  object.Set("isComplete", reader->is_complete());
  object.Set("isSolid", !reader->table().solid_resources.empty());
  object.Set("hasIntegrity", !header.integrity.IsEmpty());
  object.Set("blobCount", ToValue(env, reader->table().blobs().size()));
  object.Set("fileSize", ToValue(env, reader->file_size()));
  object.Set("xml", ToValue(env, reader->xml()));
  return object;
}

wim::WriterOptions ReadWriterOptions(const Napi::Object& spec) {
  wim::WriterOptions options;
  options.format = static_cast<codec::Format>(GetUint32(spec, "format", 1));
  options.chunk_size = GetUint32(spec, "chunkSize", 32768);
  options.level = static_cast<codec::Level>(GetUint32(spec, "level", 1));
  options.solid = GetBool(spec, "solid");
  options.solid_chunk_size = GetUint32(spec, "solidChunkSize", 64 << 20);
  options.rp_fix = GetBool(spec, "rpFix");
  options.recompress = GetBool(spec, "recompress");
  const std::vector<uint8_t> guid = GetBytes(spec, "guid");
  if (guid.size() == options.guid.size()) std::copy(guid.begin(), guid.end(), options.guid.begin());
  return options;
}

Napi::Value DescribeWriter(Napi::Env env, const std::shared_ptr<WimWriter>& writer) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("handle", Wrap(env, writer));
  object.Set("imageCount", writer->image_count());
  if (writer->base() != nullptr) {
    object.Set("xml", ToValue(env, writer->base()->xml()));
    object.Set("flags", writer->base()->header().flags);
    object.Set("format", static_cast<uint32_t>(writer->base()->header().format()));
    object.Set("bootIndex", writer->base()->header().boot_index);
  }
  return object;
}

wim::CaptureOptions ReadCaptureOptions(const Napi::Object& spec) {
  wim::CaptureOptions options;
  options.root = GetString(spec, "root");
  options.exclusions.exclude = GetStrings16(spec, "exclude");
  options.exclusions.except = GetStrings16(spec, "except");
  options.exclusions.store_uncompressed = GetStrings16(spec, "storeUncompressed");
  options.fix_reparse_points = GetBool(spec, "fixReparsePoints", true);
  options.unix_data = GetBool(spec, "unixData");
  options.use_side_car = GetBool(spec, "useSideCar", true);
  options.side_car_path = GetString(spec, "sideCarPath");
  options.skip_paths = GetStrings(spec, "skipPaths");
  options.force = GetBool(spec, "force");
  if (Has(spec, "clampTime")) options.clamp_time = GetUint64(spec, "clampTime");
  return options;
}

using Factory = JobBody (*)(const Napi::Object& spec);

JobBody OpenReader(const Napi::Object& spec) {
  return [path = GetString(spec, "path"), parts = GetStrings(spec, "partPaths")](JobContext&,
                                                                                 ResultMaker* result) -> Status {
    DISM_ASSIGN(std::shared_ptr<WimReader> reader, WimReader::Open(path, parts));
    *result = [reader](Napi::Env env) { return DescribeReader(env, reader); };
    return Ok();
  };
}

JobBody LoadImage(const Napi::Object& spec) {
  return [reader = ReaderOf(spec), index = GetUint32(spec, "index")](JobContext& job, ResultMaker* result) -> Status {
    DISM_TRY(Require(reader != nullptr));
    std::vector<ImageTree::Finding> findings;
    DISM_ASSIGN(ImageTree tree, reader->LoadImage(index, &findings, job));
    for (const ImageTree::Finding& finding : findings)
      job.Warn(finding.code, Utf16ToUtf8(finding.path), finding.message);
    auto image = std::make_shared<LoadedImage>(LoadedImage{reader, std::move(tree)});
    *result = [image](Napi::Env env) -> Napi::Value {
      Napi::Object object = Napi::Object::New(env);
      object.Set("handle", Wrap(env, image));
      object.Set("entryCount", ToValue(env, image->tree.node_count()));
      const wim::SecurityData& security = image->tree.security();
      Napi::Array descriptors = Napi::Array::New(env, security.size());
      for (uint32_t i = 0; i < security.size(); ++i) {
        const ByteSpan bytes = security.Get(static_cast<int32_t>(i));
        descriptors.Set(i, Napi::Buffer<uint8_t>::Copy(env, bytes.data(), bytes.size()));
      }
      object.Set("securityDescriptors", descriptors);
      return object;
    };
    return Ok();
  };
}

Result<wim::NodeId> FindNode(const LoadedImage& image, std::u16string_view path) {
  bool ambiguous = false;
  const std::optional<wim::NodeId> node = image.tree.Find(path, &ambiguous);
  if (node) return *node;
  return Error(ErrorCode::kPathNotFound,
               ambiguous ? "several entries differ only in case" : "the image has no such entry")
      .At(Utf16ToUtf8(path));
}

JobBody ListImage(const Napi::Object& spec) {
  return [image = ImageOf(spec), path = GetString16(spec, "path")](JobContext& job, ResultMaker*) -> Status {
    DISM_TRY(Require(image != nullptr));
    DISM_ASSIGN(const wim::NodeId root, FindNode(*image, path));
    return wim::ListImage(*image->reader, image->tree, root, job);
  };
}

JobBody ReadStream(const Napi::Object& spec) {
  return [image = ImageOf(spec), path = GetString16(spec, "path"), stream = GetString16(spec, "stream")](
             JobContext& job, ResultMaker*) -> Status {
    DISM_TRY(Require(image != nullptr));
    DISM_ASSIGN(const wim::NodeId node, FindNode(*image, path));
    return wim::ReadStream(*image->reader, image->tree, node, stream, job);
  };
}

JobBody ApplyImage(const Napi::Object& spec) {
  wim::ApplyOptions options;
  options.target = GetString(spec, "target");
  options.fix_reparse_points = GetBool(spec, "fixReparsePoints", true);
  options.unix_data = GetBool(spec, "unixData");
  options.write_side_car = GetBool(spec, "writeSideCar", true);
  options.side_car_path = GetString(spec, "sideCarPath");
  return [image = ImageOf(spec), options, paths = GetStrings16(spec, "paths")](JobContext& job,
                                                                               ResultMaker* result) -> Status {
    DISM_TRY(Require(image != nullptr));
    wim::ApplyOptions with_roots = options;
    for (const std::u16string& path : paths) {
      DISM_ASSIGN(const wim::NodeId node, FindNode(*image, path));
      with_roots.roots.push_back(node);
    }
    DISM_ASSIGN(const wim::ApplyResult applied, wim::ApplyPosix(*image->reader, image->tree, with_roots, job));
    *result = [applied](Napi::Env env) -> Napi::Value {
      Napi::Object object = Napi::Object::New(env);
      object.Set("directoryCount", ToValue(env, applied.directory_count));
      object.Set("fileCount", ToValue(env, applied.file_count));
      object.Set("bytes", ToValue(env, applied.bytes));
      object.Set("skippedCount", ToValue(env, applied.skipped_count));
      return object;
    };
    return Ok();
  };
}

JobBody VerifyFile(const Napi::Object& spec) {
  return [reader = ReaderOf(spec)](JobContext& job, ResultMaker* result) -> Status {
    DISM_TRY(Require(reader != nullptr));
    DISM_ASSIGN(const wim::VerifyResult verified, wim::VerifyWim(*reader, job));
    *result = [verified](Napi::Env env) -> Napi::Value {
      Napi::Object object = Napi::Object::New(env);
      object.Set("images", ToValue(env, verified.images));
      object.Set("blobs", ToValue(env, verified.blobs));
      object.Set("bytes", ToValue(env, verified.bytes));
      object.Set("findings", ToValue(env, verified.findings));
      return object;
    };
    return Ok();
  };
}

// The integrity table against the bytes; nothing when the file has none.
JobBody CheckFileIntegrity(const Napi::Object& spec) {
  return [reader = ReaderOf(spec)](JobContext& job, ResultMaker* result) -> Status {
    DISM_TRY(Require(reader != nullptr));
    DISM_ASSIGN(const std::unique_ptr<wim::IntegrityTable> table, reader->ReadIntegrityTable());
    *result = [present = table != nullptr](Napi::Env env) { return Napi::Boolean::New(env, present); };
    if (table == nullptr) return Ok();
    const wim::ResourceHeader& blobs = reader->header().blob_table;
    return wim::CheckIntegrity(*reader->part_file(reader->header().part_number), blobs.offset + blobs.stored_size,
                               *table, job);
  };
}

JobBody CreateWriter(const Napi::Object& spec) {
  return
      [path = GetString(spec, "path"), options = ReadWriterOptions(spec)](JobContext&, ResultMaker* result) -> Status {
        DISM_ASSIGN(std::shared_ptr<WimWriter> writer, WimWriter::Create(path, options));
        *result = [writer](Napi::Env env) { return DescribeWriter(env, writer); };
        return Ok();
      };
}

JobBody OpenWriter(const Napi::Object& spec) {
  return
      [path = GetString(spec, "path"), options = ReadWriterOptions(spec)](JobContext&, ResultMaker* result) -> Status {
        DISM_ASSIGN(std::shared_ptr<WimWriter> writer, WimWriter::OpenExisting(path, options));
        *result = [writer](Napi::Env env) { return DescribeWriter(env, writer); };
        return Ok();
      };
}

JobBody CaptureImage(const Napi::Object& spec) {
  return [writer = WriterOf(spec), options = ReadCaptureOptions(spec)](JobContext& job, ResultMaker* result) -> Status {
    DISM_TRY(Require(writer != nullptr));
    DISM_ASSIGN(wim::CaptureScan scan, wim::ScanPosix(options, job));
    ReturnFreeMemory();
    uint64_t bytes = 0;
    for (const wim::PendingContent& pending : scan.contents) bytes += pending.content->size();
    job.progress.Begin("Capturing", bytes, scan.contents.size());
    DISM_TRY(writer->AddContents(scan.contents, scan.store_uncompressed, job));
    wim::FinishScan(scan);
    scan.contents = std::vector<wim::PendingContent>();
    scan.users = std::vector<wim::StreamUser>();
    ReturnFreeMemory();
    job.progress.Begin("Writing metadata", 0, 0);
    DISM_ASSIGN(const uint32_t index, writer->AddImage(scan.tree, job));
    const uint64_t entries = scan.directory_count + scan.file_count;
    *result = [index, entries, directories = scan.directory_count, files = scan.file_count, total = scan.total_bytes,
               links = scan.hard_link_bytes, excluded = scan.excluded_count,
               skipped = scan.skipped_count](Napi::Env env) -> Napi::Value {
      Napi::Object object = Napi::Object::New(env);
      object.Set("index", index);
      object.Set("directoryCount", ToValue(env, directories));
      object.Set("fileCount", ToValue(env, files));
      object.Set("totalBytes", ToValue(env, total));
      object.Set("hardLinkBytes", ToValue(env, links));
      object.Set("excludedCount", ToValue(env, excluded));
      object.Set("skippedCount", ToValue(env, skipped));
      object.Set("entryCount", ToValue(env, entries));
      return object;
    };
    return Ok();
  };
}

JobBody CopyImages(const Napi::Object& spec) {
  return [writer = WriterOf(spec), reader = ReaderOf(spec), indexes = GetUint32s(spec, "indexes")](
             JobContext& job, ResultMaker*) -> Status {
    DISM_TRY(Require(writer != nullptr && reader != nullptr));
    for (uint32_t index : indexes) DISM_TRY(writer->CopyImage(*reader, index, job));
    return Ok();
  };
}

JobBody RemoveImage(const Napi::Object& spec) {
  return [writer = WriterOf(spec), index = GetUint32(spec, "index")](JobContext& job, ResultMaker*) -> Status {
    DISM_TRY(Require(writer != nullptr));
    return writer->RemoveImage(index, job);
  };
}

JobBody Commit(const Napi::Object& spec) {
  wim::CommitOptions options;
  options.integrity = static_cast<wim::CommitOptions::Integrity>(GetUint32(spec, "integrity"));
  options.set_boot_index = Has(spec, "bootIndex");
  options.boot_index = GetUint32(spec, "bootIndex");
  options.guid_from_content = GetBool(spec, "guidFromContent");
  return
      [writer = WriterOf(spec), options, xml = GetBytes(spec, "xml")](JobContext& job, ResultMaker* result) -> Status {
        DISM_TRY(Require(writer != nullptr));
        // What the images that were added took.
        ReturnFreeMemory();
        DISM_ASSIGN(const wim::CommitResult committed, writer->Commit(xml, options, job));
        *result = [committed](Napi::Env env) -> Napi::Value {
          Napi::Object object = Napi::Object::New(env);
          object.Set("fileSize", ToValue(env, committed.file_size));
          object.Set("storedBytes", ToValue(env, committed.stored_bytes));
          return object;
        };
        return Ok();
      };
}

JobBody Split(const Napi::Object& spec) {
  wim::SplitOptions options;
  options.path = GetString(spec, "path");
  options.part_size = GetUint64(spec, "partSize");
  options.integrity = GetBool(spec, "integrity");
  return [reader = ReaderOf(spec), options](JobContext& job, ResultMaker* result) -> Status {
    DISM_TRY(Require(reader != nullptr));
    DISM_ASSIGN(const wim::SplitResult split, wim::SplitWim(*reader, options, job));
    *result = [split](Napi::Env env) -> Napi::Value {
      Napi::Array parts = Napi::Array::New(env, split.paths.size());
      for (uint32_t i = 0; i < split.paths.size(); ++i) {
        Napi::Object part = Napi::Object::New(env);
        part.Set("path", split.paths[i]);
        part.Set("size", ToValue(env, split.sizes[i]));
        parts.Set(i, part);
      }
      return parts;
    };
    return Ok();
  };
}

// Lets go of a reader, image, writer or editor now instead of at the next garbage collection: files close, an uncommitted writer
// removes what it wrote.
// A detached buffer gives its memory back at once.
Napi::Value ReleaseBytes(const Napi::CallbackInfo& info) {
  if (info[0].IsTypedArray()) {
    Napi::ArrayBuffer buffer = info[0].As<Napi::TypedArray>().ArrayBuffer();
    if (!buffer.IsDetached()) buffer.Detach();
  }
  return info.Env().Undefined();
}

Napi::Value Close(const Napi::CallbackInfo& info) {
  const auto close = [&info](auto* slot) {
    if (slot != nullptr) slot->reset();
  };
  close(Slot<WimReader>(info[0]));
  close(Slot<LoadedImage>(info[0]));
  close(Slot<WimWriter>(info[0]));
  close(Slot<wim::WimEditor>(info[0]));
  return info.Env().Undefined();
}

// The size of the file up to its XML if the writer were committed now. No I/O, so no job.
Napi::Value DataSize(const Napi::CallbackInfo& info) {
  const std::shared_ptr<WimWriter> writer = Unwrap<WimWriter>(info[0]);
  if (writer == nullptr) return info.Env().Undefined();
  return ToValue(info.Env(), writer->DataSize());
}

template <Factory factory>
Napi::Value Start(const Napi::CallbackInfo& info) {
  const Napi::Object spec = info[0].As<Napi::Object>();
  return JobHandle::Start(info.Env(), spec, info[1].As<Napi::Function>(), factory(spec));
}

}  // namespace

void RegisterWimJobs(Napi::Env env, Napi::Object exports) {
  exports.Set("openReader", Napi::Function::New(env, Start<OpenReader>));
  exports.Set("loadImage", Napi::Function::New(env, Start<LoadImage>));
  exports.Set("listImage", Napi::Function::New(env, Start<ListImage>));
  exports.Set("readStream", Napi::Function::New(env, Start<ReadStream>));
  exports.Set("applyImage", Napi::Function::New(env, Start<ApplyImage>));
  exports.Set("verifyFile", Napi::Function::New(env, Start<VerifyFile>));
  exports.Set("checkIntegrity", Napi::Function::New(env, Start<CheckFileIntegrity>));
  exports.Set("createWriter", Napi::Function::New(env, Start<CreateWriter>));
  exports.Set("openWriter", Napi::Function::New(env, Start<OpenWriter>));
  exports.Set("captureImage", Napi::Function::New(env, Start<CaptureImage>));
  exports.Set("copyImages", Napi::Function::New(env, Start<CopyImages>));
  exports.Set("removeImage", Napi::Function::New(env, Start<RemoveImage>));
  exports.Set("commit", Napi::Function::New(env, Start<Commit>));
  exports.Set("split", Napi::Function::New(env, Start<Split>));
  exports.Set("dataSize", Napi::Function::New(env, DataSize));
  exports.Set("releaseBytes", Napi::Function::New(env, ReleaseBytes));
  exports.Set("close", Napi::Function::New(env, Close));
}

}  // namespace dism::binding
