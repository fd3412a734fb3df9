// JobHandle: one running job as an object of JavaScript. The job runs on a thread of its own, which hands work to the
// pool; JavaScript is only woken, and then takes events, progress and the result by plain calls.
#ifndef DISM_BINDING_JOB_HANDLE_H_
#define DISM_BINDING_JOB_HANDLE_H_

#include <napi.h>

#include <functional>
#include <memory>

#include "base/job.h"

namespace dism::binding {

// Makes the result on the JavaScript thread.
using ResultMaker = std::function<Napi::Value(Napi::Env)>;
// Runs on the job's thread. On success sets *result.
using JobBody = std::function<Status(JobContext& job, ResultMaker* result)>;

class JobHandle : public Napi::ObjectWrap<JobHandle> {
 public:
  static void Register(Napi::Env env);
  // `wake` is called without arguments, on the JavaScript thread, when there are events or the job is done. spec may hold
  // threadCount and memoryBudget.
  static Napi::Value Start(Napi::Env env, const Napi::Object& spec, const Napi::Function& wake, JobBody body);

  explicit JobHandle(const Napi::CallbackInfo& info);
  ~JobHandle() override;

 private:
  struct State;
  Napi::Value Take(const Napi::CallbackInfo& info);      // take(max): events
  Napi::Value Progress(const Napi::CallbackInfo& info);  // progress(): counters
  Napi::Value Outcome(
      const Napi::CallbackInfo& info);  // outcome(): undefined while running, else { error } or, once, { result }
  void Cancel(const Napi::CallbackInfo& info);
  static void CancelAndJoin(void* state);

  std::shared_ptr<State> state_;
};

}  // namespace dism::binding

#endif  // DISM_BINDING_JOB_HANDLE_H_
