#include "job.h"

#include "coded-error.h"
#include "log-capture.h"

namespace foretoken {

size_t Job::plan(Engine&, size_t) { return 0; }
void Job::fill(Engine&, Batch&) {}
void Job::absorb(Engine&, const Decoded&) {}
void Job::work(Engine&) {}

void Job::fail(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const CodedError& error) {
    fail(error.code, error.what());
  } catch (const std::bad_alloc&) {
    fail("ERR_BUDGET_EXCEEDED", "there is not enough memory; ask for less");
  } catch (const std::exception& error) {
    fail("ERR_ENGINE_LOST", LogCapture::withErrors(error.what()));
  }
}

void Job::fail(const std::string& code, const std::string& message) {
  if (!failure_) failure_ = Failure{code, message};
  finish();
}

void Job::throwIfCancelled() const {
  if (call_ && call_->isCancelled()) throw CodedError("ERR_ABORTED", "the caller cancelled");
}

void Job::settle(Napi::Env env) {
  if (onSettled) onSettled(!failure_);
  if (!call_) return;
  try {
    call_->resolve(env, outcome(env));
  } catch (const Napi::Error& error) {
    call_->reject(env, error.Value());
  }
}

Napi::Value Job::outcome(Napi::Env env) {
  if (failure_) throw codedError(env, failure_->code, failure_->message);
  return result(env);
}

}  // namespace foretoken
