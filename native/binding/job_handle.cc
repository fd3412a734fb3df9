#include "binding/job_handle.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "binding/values.h"

namespace dism::binding {

struct JobHandle::State {
  JobContext job;
  std::thread thread;
  Napi::ThreadSafeFunction wake;
  std::atomic<bool> wake_pending{false};
  std::atomic<bool> done{false};
  std::optional<Error> error;  // these two are written before `done`
  ResultMaker result;
  Napi::Env env{nullptr};
  bool hooked = false;

  void Wake() {
    if (wake_pending.exchange(true)) return;
    wake.NonBlockingCall([this](Napi::Env, Napi::Function callback) {
      wake_pending = false;
      callback.Call({});
    });
  }
};

void JobHandle::Register(Napi::Env env) {
  Napi::Function constructor =
      DefineClass(env, "NativeJob",
                  {InstanceMethod("take", &JobHandle::Take), InstanceMethod("progress", &JobHandle::Progress),
                   InstanceMethod("outcome", &JobHandle::Outcome), InstanceMethod("cancel", &JobHandle::Cancel)});
  auto* reference = new Napi::FunctionReference(Napi::Persistent(constructor));
  env.SetInstanceData(reference);
}

JobHandle::JobHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<JobHandle>(info) {}

// The environment goes away, or nobody holds the job any more: stop it and wait, so that no thread outlives what it uses.
void JobHandle::CancelAndJoin(void* data) {
  auto* state = static_cast<State*>(data);
  state->job.cancel.Set();
  state->job.events.Interrupt();
  if (state->thread.joinable()) state->thread.join();
}

JobHandle::~JobHandle() {
  if (state_ == nullptr) return;
  CancelAndJoin(state_.get());
  if (state_->hooked) napi_remove_env_cleanup_hook(state_->env, CancelAndJoin, state_.get());
}

Napi::Value JobHandle::Start(Napi::Env env, const Napi::Object& spec, const Napi::Function& wake, JobBody body) {
  Napi::Object object = env.GetInstanceData<Napi::FunctionReference>()->New({});
  JobHandle* handle = Unwrap(object);
  handle->state_ = std::make_shared<State>();
  std::shared_ptr<State> state = handle->state_;
  state->env = env;
  state->job.threads = GetUint32(spec, "threadCount");
  state->job.memory_budget = GetUint64(spec, "memoryBudget", state->job.memory_budget);
  // The finalizer holds the state: calls that are still queued when the handle is collected find it alive.
  state->wake = Napi::ThreadSafeFunction::New(env, wake, "opendism job", 0, 1, [state](Napi::Env) {});
  state->job.events.SetWake([raw = state.get()] { raw->Wake(); });
  napi_add_env_cleanup_hook(env, CancelAndJoin, state.get());
  state->hooked = true;
  // While the job runs the object stays alive, even if JavaScript lets go of it.
  handle->Ref();
  state->thread = std::thread([raw = state.get(), body = std::move(body)] {
    Status status = body(raw->job, &raw->result);
    if (!status.ok()) raw->error.emplace(std::move(status.error()));
    raw->done = true;
    raw->wake_pending = false;
    raw->Wake();
    raw->wake.Release();
  });
  return object;
}

Napi::Value JobHandle::Take(const Napi::CallbackInfo& info) {
  std::vector<Event> events = state_->job.events.Take(info[0].As<Napi::Number>().Uint32Value());
  Napi::Array array = Napi::Array::New(info.Env(), events.size());
  for (size_t i = 0; i < events.size(); ++i) {
    array.Set(static_cast<uint32_t>(i), EventToObject(info.Env(), std::move(events[i])));
  }
  return array;
}

Napi::Value JobHandle::Progress(const Napi::CallbackInfo& info) {
  const dism::Progress& progress = state_->job.progress;
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("phase", Napi::String::New(info.Env(), progress.phase.load()));
  object.Set("completedBytes", ToValue(info.Env(), progress.completed_bytes.load()));
  object.Set("totalBytes", ToValue(info.Env(), progress.total_bytes.load()));
  object.Set("completedItems", ToValue(info.Env(), progress.completed_items.load()));
  object.Set("totalItems", ToValue(info.Env(), progress.total_items.load()));
  object.Set("warnings", ToValue(info.Env(), state_->job.warnings.load()));
  return object;
}

Napi::Value JobHandle::Outcome(const Napi::CallbackInfo& info) {
  if (!state_->done) return info.Env().Undefined();
  if (state_->thread.joinable()) {
    state_->thread.join();
    napi_remove_env_cleanup_hook(state_->env, CancelAndJoin, state_.get());
    state_->hooked = false;
    Unref();
  }
  Napi::Object object = Napi::Object::New(info.Env());
  if (state_->error) {
    object.Set("error", ErrorToObject(info.Env(), *state_->error));
  } else {
    object.Set("result", state_->result ? state_->result(info.Env()) : info.Env().Undefined());
    // The maker holds what the result is made of: a closed file must not stay open until this handle is collected.
    state_->result = nullptr;
  }
  return object;
}

void JobHandle::Cancel(const Napi::CallbackInfo&) {
  state_->job.cancel.Set();
  state_->job.events.Interrupt();
}

}  // namespace dism::binding
