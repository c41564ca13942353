#include "call.h"

#include <utility>

#include "coded-error.h"
#include "option-reader.h"
#include "token-array.h"

namespace foretoken {

Call::Call(Napi::Env env, std::shared_ptr<Mailbox> mailbox)
    : env_(env), mailbox_(std::move(mailbox)), deferred_(Napi::Promise::Deferred::New(env)) {
  mailbox_->expect(env);
}

Call::~Call() {
  if (isSettled_) return;
  try {
    // Nobody has the promise; settled, it can be collected.
    deferred_.Resolve(Napi::Env(env_).Undefined());
  } catch (const Napi::Error&) {
    // The environment ends.
  }
  leave();
}

void Call::watch(const Napi::Value& cancel) {
  if (cancel.IsUndefined()) return;
  const TokenArray array = TokenArray::from(cancel, "cancel");
  if (array.size == 0) OptionReader::refuse("cancel", "an Int32Array of one element", cancel);
  cancelArray_ = Napi::Persistent(cancel.As<Napi::Object>());
  cancel_ = array.data;
}

void Call::listen(const Napi::Value& onProgress) {
  if (onProgress.IsUndefined()) return;
  if (!onProgress.IsFunction()) OptionReader::refuse("onProgress", "a function", onProgress);
  listener_ = std::make_shared<Listener>();
  listener_->function = Napi::Persistent(onProgress.As<Napi::Function>());
}

bool Call::isCancelled() const {
  if (listener_ && listener_->hasThrown) return true;
  return cancel_ != nullptr && __atomic_load_n(cancel_, __ATOMIC_RELAXED) != 0;
}

void Call::progress(double value) {
  if (!listener_) return;
  mailbox_->post([listener = listener_, value](Napi::Env env) { listener->hear(env, value); });
}

void Call::Listener::hear(Napi::Env env, double value) {
  if (hasThrown || value <= last) return;
  last = value;
  try {
    function.Call({Napi::Number::New(env, value)});
  } catch (const Napi::Error& error) {
    thrown = Napi::Persistent(Napi::Object::New(env));
    thrown.Set("error", error.Value());
    hasThrown = true;
  }
}

void Call::resolve(Napi::Env env, Napi::Value value) {
  if (listener_ && listener_->hasThrown) return reject(env, value);
  deferred_.Resolve(value);
  leave();
}

void Call::reject(Napi::Env env, Napi::Value error) {
  deferred_.Reject(listener_ && listener_->hasThrown ? listener_->thrown.Get("error") : error);
  leave();
}

void Call::reject(Napi::Env env, const std::string& code, const std::string& message) {
  reject(env, codedError(env, code, message).Value());
}

void Call::leave() {
  if (isSettled_) return;
  isSettled_ = true;
  mailbox_->settled(env_);
}

Napi::Error codedError(Napi::Env env, const std::string& code, const std::string& message) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", Napi::String::New(env, code));
  return error;
}

Napi::Value guarded(Napi::Env env, const std::function<Napi::Value()>& work) {
  try {
    return work();
  } catch (const CodedError& error) {
    throw codedError(env, error.code, error.what());
  } catch (const std::bad_alloc&) {
    throw codedError(env, "ERR_BUDGET_EXCEEDED", "there is not enough memory; ask for less");
  }
}

Napi::Value promised(Napi::Env env, const std::function<Napi::Value()>& work) {
  try {
    return guarded(env, work);
  } catch (const Napi::Error& error) {
    const auto deferred = Napi::Promise::Deferred::New(env);
    deferred.Reject(error.Value());
    return deferred.Promise();
  }
}

}  // namespace foretoken
