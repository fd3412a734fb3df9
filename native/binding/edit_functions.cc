#include "binding/edit_functions.h"

#include <algorithm>
#include <memory>

#include "base/utf16.h"
#include "binding/handles.h"
#include "binding/job_handle.h"
#include "binding/values.h"
#include "wim/edit/entry_records.h"
#include "wim/edit/wim_editor.h"
#include "wim/undo.h"

namespace dism::binding {
namespace {

using wim::EntryEdit;
using wim::ImageEdit;
using wim::NodeId;
using wim::WimEditor;

Sha1Digest ToDigest(const std::vector<uint8_t>& bytes) {
  Sha1Digest digest{};
  if (bytes.size() == digest.size()) std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

Napi::Value FromDigest(Napi::Env env, const Sha1Digest& digest) {
  return Napi::Buffer<uint8_t>::Copy(env, digest.data(), digest.size());
}

EntryEdit ReadEdit(const Napi::Object& spec) {
  EntryEdit edit;
  if (Has(spec, "attributes")) edit.attributes = GetUint32(spec, "attributes");
  if (Has(spec, "creationTime")) edit.creation_time = GetUint64(spec, "creationTime");
  if (Has(spec, "lastAccessTime")) edit.last_access_time = GetUint64(spec, "lastAccessTime");
  if (Has(spec, "lastWriteTime")) edit.last_write_time = GetUint64(spec, "lastWriteTime");
  if (Has(spec, "securityDescriptor")) edit.security_descriptor = GetBytes(spec, "securityDescriptor");
  if (Has(spec, "shortName")) edit.short_name = GetString16(spec, "shortName");
  if (Has(spec, "data")) edit.data = ToDigest(GetBytes(spec, "data"));
  if (Has(spec, "streams")) {
    const Napi::Array streams = spec.Get("streams").As<Napi::Array>();
    edit.streams.emplace();
    for (uint32_t i = 0; i < streams.Length(); ++i) {
      const Napi::Object stream = streams.Get(i).As<Napi::Object>();
      edit.streams->push_back({GetString16(stream, "name"), ToDigest(GetBytes(stream, "digest"))});
    }
  }
  if (Has(spec, "reparse")) {
    const Napi::Object reparse = spec.Get("reparse").As<Napi::Object>();
    edit.reparse = {GetUint32(reparse, "tag"), ToDigest(GetBytes(reparse, "digest"))};
  }
  return edit;
}

// ---- calls on an image in memory: (editor, index, ...) ----

// What such a call gets: its image, and its further arguments. A wrong handle, index or node is a bug of the caller.
class Call {
 public:
  explicit Call(const Napi::CallbackInfo& info) : info_(info), editor_(Unwrap<WimEditor>(info[0])) {
    if (editor_ != nullptr) image_ = editor_->image(info[1].As<Napi::Number>().Uint32Value());
    if (image_ == nullptr) Fail();
  }
  bool ok() const { return image_ != nullptr && !failed_; }
  Napi::Env env() const { return info_.Env(); }
  WimEditor& editor() const { return *editor_; }
  ImageEdit& image() const { return *image_; }
  NodeId Node(size_t argument) {
    if (!ok()) return wim::kRootNode;
    const uint32_t node = info_[argument].As<Napi::Number>().Uint32Value();
    if (node < image_->tree().node_count() && !image_->tree().is_removed(node)) return node;
    Fail();
    return wim::kRootNode;
  }
  // One that was there before the edits; it may be removed now.
  NodeId OriginalNode(size_t argument) {
    if (!ok()) return wim::kRootNode;
    const uint32_t node = info_[argument].As<Napi::Number>().Uint32Value();
    if (image_->IsOriginal(node)) return node;
    Fail();
    return wim::kRootNode;
  }
  std::u16string Text(size_t argument) const { return info_[argument].As<Napi::String>().Utf16Value(); }
  EntryEdit Edit(size_t argument) const { return ReadEdit(info_[argument].As<Napi::Object>()); }
  wim::SizeOfDigest SizeOf() const {
    return [editor = editor_](const Sha1Digest& digest) { return editor->SizeOf(digest); };
  }

 private:
  void Fail() {
    if (!failed_) Napi::Error::New(info_.Env(), "a handle is closed or names nothing").ThrowAsJavaScriptException();
    failed_ = true;
  }

  const Napi::CallbackInfo& info_;
  std::shared_ptr<WimEditor> editor_;
  ImageEdit* image_ = nullptr;
  bool failed_ = false;
};

// findEntry(editor, index, path): the node; { directory, wanted, similar } when a name has several candidates; undefined.
Napi::Value FindEntry(const Napi::CallbackInfo& info) {
  Call call(info);
  if (!call.ok()) return call.env().Undefined();
  const ImageEdit::Lookup lookup = call.image().Find(call.Text(2));
  if (lookup.node != wim::kNoNode) return Napi::Number::New(call.env(), lookup.node);
  if (lookup.similar.empty()) return call.env().Undefined();
  Napi::Object object = Napi::Object::New(call.env());
  object.Set("directory", Napi::String::New(call.env(), call.image().Path(lookup.directory, ImageEdit::State::kNow)));
  object.Set("wanted", Napi::String::New(call.env(), lookup.wanted));
  Napi::Array similar = Napi::Array::New(call.env(), lookup.similar.size());
  for (uint32_t i = 0; i < lookup.similar.size(); ++i) {
    similar.Set(i, Napi::String::New(call.env(), std::u16string(call.image().tree().name(lookup.similar[i]))));
  }
  object.Set("similar", similar);
  return object;
}

Napi::Value Describe(Call& call, NodeId node, ImageEdit::State state) {
  if (!call.ok()) return call.env().Undefined();
  std::vector<uint8_t> bytes;
  PackNode(call.image(), node, state, call.SizeOf(), &bytes);
  return ToValue(call.env(), bytes);
}

Napi::Value DescribeEntry(const Napi::CallbackInfo& info) {
  Call call(info);
  const NodeId node = call.Node(2);
  return Describe(call, node, ImageEdit::State::kNow);
}

// As it was before the first edit, also when it is removed now.
Napi::Value DescribeOriginal(const Napi::CallbackInfo& info) {
  Call call(info);
  const NodeId node = call.OriginalNode(2);
  return Describe(call, node, ImageEdit::State::kBefore);
}

// All entries in the order in which they are written (pre-order), as u32 node, u32 place of the directory in this list.
Napi::Value ListNodes(const Napi::CallbackInfo& info) {
  Call call(info);
  if (!call.ok()) return call.env().Undefined();
  const wim::ImageTree& tree = call.image().tree();
  std::vector<uint32_t> place_of(tree.node_count());
  std::vector<uint8_t> bytes(8 * tree.live_count());
  std::vector<NodeId> pending{wim::kRootNode};
  for (uint32_t place = 0; !pending.empty(); ++place) {
    const NodeId node = pending.back();
    pending.pop_back();
    place_of[node] = place;
    StoreLe32(bytes.data() + 8 * size_t{place}, node);
    StoreLe32(bytes.data() + 8 * size_t{place} + 4, node == wim::kRootNode ? 0 : place_of[tree.parent(node)]);
    const std::vector<NodeId>& children = tree.children(node);
    pending.insert(pending.end(), children.rbegin(), children.rend());
  }
  return ToValue(call.env(), bytes);
}

Napi::Value DescribeChildren(const Napi::CallbackInfo& info) {
  Call call(info);
  const NodeId node = call.Node(2);
  if (!call.ok()) return call.env().Undefined();
  return ToValue(call.env(), PackChildren(call.image(), node, call.SizeOf()));
}

Napi::Value DescribeChanges(const Napi::CallbackInfo& info) {
  Call call(info);
  if (!call.ok()) return call.env().Undefined();
  return ToValue(call.env(), PackChanges(call.image(), call.SizeOf()));
}

Napi::Value HasEdits(const Napi::CallbackInfo& info) {
  Call call(info);
  if (!call.ok()) return call.env().Undefined();
  return Napi::Boolean::New(call.env(), call.image().HasChanges());
}

Napi::Value HasName(const Napi::CallbackInfo& info) {
  Call call(info);
  const NodeId directory = call.Node(2), except = call.Node(4);
  if (!call.ok()) return call.env().Undefined();
  return Napi::Boolean::New(call.env(), call.image().HasName(directory, call.Text(3), except));
}

Napi::Value SecurityDescriptor(const Napi::CallbackInfo& info) {
  Call call(info);
  if (!call.ok()) return call.env().Undefined();
  const ByteSpan bytes = call.image().tree().security().Get(info[2].As<Napi::Number>().Int32Value());
  if (bytes.empty()) return call.env().Undefined();
  return Napi::Buffer<uint8_t>::Copy(call.env(), bytes.data(), bytes.size());
}

Napi::Value CreateEntry(const Napi::CallbackInfo& info) {
  Call call(info);
  const NodeId parent = call.Node(2);
  if (!call.ok()) return call.env().Undefined();
  return Napi::Number::New(call.env(), call.image().Create(parent, call.Text(3), call.Edit(4)));
}

Napi::Value ChangeEntry(const Napi::CallbackInfo& info) {
  Call call(info);
  const NodeId node = call.Node(2);
  if (call.ok()) call.image().Change(node, call.Edit(3));
  return call.env().Undefined();
}

Napi::Value LinkEntry(const Napi::CallbackInfo& info) {
  Call call(info);
  const NodeId parent = call.Node(2), existing = call.Node(4);
  if (!call.ok()) return call.env().Undefined();
  return Napi::Number::New(call.env(), call.image().Link(parent, call.Text(3), existing));
}

Napi::Value MoveEntry(const Napi::CallbackInfo& info) {
  Call call(info);
  const NodeId node = call.Node(2), parent = call.Node(3);
  if (call.ok()) call.image().Move(node, parent, call.Text(4));
  return call.env().Undefined();
}

Napi::Value RemoveEntry(const Napi::CallbackInfo& info) {
  Call call(info);
  const NodeId node = call.Node(2);
  if (call.ok() && node != wim::kRootNode) call.image().Remove(node);
  return call.env().Undefined();
}

// newEditor({ writer } or { reader }): the images of a file, to be edited or only looked at. newEditor({}): one empty image
// that is in no file.
Napi::Value NewEditor(const Napi::CallbackInfo& info) {
  const Napi::Object spec = info[0].As<Napi::Object>();
  if (auto writer = Unwrap<wim::WimWriter>(spec.Get("writer"))) {
    return Wrap(info.Env(), std::make_shared<WimEditor>(std::move(writer)));
  }
  if (auto reader = Unwrap<wim::WimReader>(spec.Get("reader"))) {
    return Wrap(info.Env(), std::make_shared<WimEditor>(std::shared_ptr<const wim::WimReader>(std::move(reader))));
  }
  return Wrap(info.Env(), std::make_shared<WimEditor>());
}

// stageBlob(editor, source editor, digest): whether the source has the content, which then is one of the editor's.
Napi::Value StageBlob(const Napi::CallbackInfo& info) {
  const std::shared_ptr<WimEditor> editor = Unwrap<WimEditor>(info[0]), source = Unwrap<WimEditor>(info[1]);
  const Napi::Uint8Array bytes = info[2].As<Napi::Uint8Array>();
  if (editor == nullptr || source == nullptr) return Napi::Boolean::New(info.Env(), false);
  const Sha1Digest digest = ToDigest({bytes.Data(), bytes.Data() + bytes.ByteLength()});
  const auto find = [&digest](const WimEditor& in) {
    return in.reader() == nullptr ? -1 : in.reader()->table().Find(digest);
  };
  bool found = IsZeroDigest(digest) || find(*editor) >= 0;
  if (!found) {
    wim::StagedContents::Item item;
    const int64_t blob = find(*source);
    if (blob >= 0) {
      editor->staged().AddBlob(source->reader(), static_cast<uint32_t>(blob));
      found = true;
    } else if (source->staged().Find(digest, &item)) {
      editor->staged().Add(item);
      found = true;
    }
  }
  return Napi::Boolean::New(info.Env(), found);
}

// ---- jobs ----

using Factory = JobBody (*)(const Napi::Object& spec);

JobBody LoadEdit(const Napi::Object& spec) {
  return [editor = Unwrap<WimEditor>(spec.Get("editor")), index = GetUint32(spec, "index")](
             JobContext& job, ResultMaker* result) -> Status {
    DISM_TRY(Require(editor != nullptr));
    std::vector<wim::ImageTree::Finding> findings;
    DISM_TRY(editor->Load(index, &findings, job));
    for (const wim::ImageTree::Finding& finding : findings) {
      job.Warn(finding.code, Utf16ToUtf8(finding.path), finding.message);
    }
    *result = [count = editor->image(index)->tree().live_count()](Napi::Env env) { return ToValue(env, count); };
    return Ok();
  };
}

JobBody StageContent(const Napi::Object& spec) {
  const bool is_file = Has(spec, "file");
  return [editor = Unwrap<WimEditor>(spec.Get("editor")), is_file, file = GetString(spec, "file"),
          bytes = GetBytes(spec, "bytes")](JobContext& job, ResultMaker* result) mutable -> Status {
    DISM_TRY(Require(editor != nullptr));
    std::shared_ptr<const wim::Content> content;
    if (is_file) {
      DISM_ASSIGN(content, wim::MakeLocalFileContent(file));
    } else {
      content = wim::MakeBytesContent(std::move(bytes));
    }
    DISM_ASSIGN(const wim::StagedContents::Staged staged, editor->staged().Add(std::move(content), job));
    *result = [staged](Napi::Env env) -> Napi::Value {
      Napi::Object object = Napi::Object::New(env);
      object.Set("digest", FromDigest(env, staged.digest));
      object.Set("size", ToValue(env, staged.size));
      return object;
    };
    return Ok();
  };
}

JobBody ReadEntry(const Napi::Object& spec) {
  const auto editor = Unwrap<WimEditor>(spec.Get("editor"));
  // Taken now: a commit meanwhile puts another reader in place.
  const auto reader = editor == nullptr ? nullptr : editor->reader();
  return [editor, reader, digest = ToDigest(GetBytes(spec, "digest")), offset = GetUint64(spec, "offset"),
          length = GetUint64(spec, "length", UINT64_MAX)](JobContext& job, ResultMaker* result) -> Status {
    DISM_TRY(Require(editor != nullptr));
    auto read = wim::ReadContent(reader.get(), editor->staged(), digest, offset, length, job);
    if (!read.ok()) return std::move(read.error());
    auto bytes = std::make_shared<std::vector<uint8_t>>(std::move(*read));
    *result = [bytes](Napi::Env env) -> Napi::Value {
      // The job lives until its handle is collected; what was read must not live that long a second time.
      const Napi::Value value = ToValue(env, *bytes);
      *bytes = std::vector<uint8_t>();
      return value;
    };
    return Ok();
  };
}

JobBody StoreEdits(const Napi::Object& spec) {
  return [editor = Unwrap<WimEditor>(spec.Get("editor"))](JobContext& job, ResultMaker* result) -> Status {
    DISM_TRY(Require(editor != nullptr));
    auto stored = editor->Store(job);
    if (!stored.ok()) return std::move(stored.error());
    *result = [updates = std::move(*stored)](Napi::Env env) -> Napi::Value {
      Napi::Array array = Napi::Array::New(env, updates.size());
      for (uint32_t i = 0; i < updates.size(); ++i) {
        const wim::ImageStatistics& statistics = updates[i].statistics;
        Napi::Object object = Napi::Object::New(env);
        object.Set("index", updates[i].index);
        object.Set("directoryCount", ToValue(env, statistics.directory_count));
        object.Set("fileCount", ToValue(env, statistics.file_count));
        object.Set("totalBytes", ToValue(env, statistics.total_bytes));
        object.Set("hardLinkBytes", ToValue(env, statistics.hard_link_bytes));
        array.Set(i, object);
      }
      return array;
    };
    return Ok();
  };
}

JobBody StoreAlone(const Napi::Object& spec) {
  wim::WriterOptions options;
  options.format = codec::Format::kNone;
  options.rp_fix = GetBool(spec, "rpFix");
  const std::vector<uint8_t> guid = GetBytes(spec, "guid");
  if (guid.size() == options.guid.size()) std::copy(guid.begin(), guid.end(), options.guid.begin());
  return
      [editor = Unwrap<WimEditor>(spec.Get("editor")), index = GetUint32(spec, "index"), path = GetString(spec, "path"),
       xml = GetBytes(spec, "xml"), options](JobContext& job, ResultMaker*) -> Status {
        DISM_TRY(Require(editor != nullptr && editor->image(index) != nullptr));
        return editor->StoreAlone(index, path, options, xml, job);
      };
}

JobBody ResumeEdits(const Napi::Object& spec) {
  return [editor = Unwrap<WimEditor>(spec.Get("editor")), committed = GetBool(spec, "committed")](
             JobContext&, ResultMaker*) -> Status {
    DISM_TRY(Require(editor != nullptr));
    return editor->Resume(committed);
  };
}

JobBody UndoCommit(const Napi::Object& spec) {
  return [path = GetString(spec, "path")](JobContext&, ResultMaker* result) -> Status {
    DISM_ASSIGN(std::unique_ptr<WritableFile> file, OpenForUpdate(path));
    DISM_ASSIGN(const wim::UndoResult undone, wim::UndoLastCommit(std::shared_ptr<WritableFile>(std::move(file))));
    *result = [undone](Napi::Env env) -> Napi::Value {
      Napi::Object object = Napi::Object::New(env);
      object.Set("sizeBefore", ToValue(env, undone.size_before));
      object.Set("sizeAfter", ToValue(env, undone.size_after));
      object.Set("imageCountBefore", undone.images_before);
      object.Set("imageCountAfter", undone.images_after);
      return object;
    };
    return Ok();
  };
}

template <Factory factory>
Napi::Value Start(const Napi::CallbackInfo& info) {
  const Napi::Object spec = info[0].As<Napi::Object>();
  return JobHandle::Start(info.Env(), spec, info[1].As<Napi::Function>(), factory(spec));
}

}  // namespace

void RegisterEditFunctions(Napi::Env env, Napi::Object exports) {
  const auto add = [&](const char* name, Napi::Value (*function)(const Napi::CallbackInfo&)) {
    exports.Set(name, Napi::Function::New(env, function));
  };
  add("newEditor", NewEditor);
  add("findEntry", FindEntry);
  add("describeEntry", DescribeEntry);
  add("describeOriginal", DescribeOriginal);
  add("listNodes", ListNodes);
  add("describeChildren", DescribeChildren);
  add("describeChanges", DescribeChanges);
  add("hasEdits", HasEdits);
  add("hasName", HasName);
  add("securityDescriptor", SecurityDescriptor);
  add("createEntry", CreateEntry);
  add("changeEntry", ChangeEntry);
  add("linkEntry", LinkEntry);
  add("moveEntry", MoveEntry);
  add("removeEntry", RemoveEntry);
  add("stageBlob", StageBlob);
  add("loadEdit", Start<LoadEdit>);
  add("stageContent", Start<StageContent>);
  add("readEntry", Start<ReadEntry>);
  add("storeEdits", Start<StoreEdits>);
  add("storeAlone", Start<StoreAlone>);
  add("resumeEdits", Start<ResumeEdits>);
  add("undoCommit", Start<UndoCommit>);
}

}  // namespace dism::binding
