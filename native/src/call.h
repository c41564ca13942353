#pragma once

#include <napi.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "living.h"
#include "mailbox.h"

namespace foretoken {

/** One unsettled promise and what has to live until it is settled. Made, settled and destroyed on the JavaScript thread. */
class Call {
 public:
  /** Keeps the process alive until it is settled. */
  Call(Napi::Env env, std::shared_ptr<Mailbox> mailbox);
  /** Without having been settled, where its making failed or the environment ends. */
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  Napi::Value promise() const { return deferred_.Promise(); }

  /** Reads an option `cancel`, an Int32Array, and watches its first element. */
  void watch(const Napi::Value& cancel);
  /** Reads an option `onProgress`; what it throws cancels the call and is thrown on. */
  void listen(const Napi::Value& onProgress);

  /** From any thread. */
  bool isCancelled() const;
  /** From any thread; heard soon. */
  void progress(double value);

  void resolve(Napi::Env env, Napi::Value value);
  void reject(Napi::Env env, Napi::Value error);
  void reject(Napi::Env env, const std::string& code, const std::string& message);

 private:
  struct Listener {
    Napi::FunctionReference function;
    Napi::ObjectReference thrown;
    std::atomic<bool> hasThrown{false};
    /** What was heard last; rates only rise. */
    double last = 0;
    void hear(Napi::Env env, double value);
  };

  void leave();

  const Napi::Env env_;
  bool isSettled_ = false;
  const std::shared_ptr<Mailbox> mailbox_;
  const Napi::Promise::Deferred deferred_;
  /** Shared with letters that are on their way. */
  std::shared_ptr<Listener> listener_;
  Napi::ObjectReference cancelArray_;
  /** First element of cancelArray_, which keeps it alive; null without. */
  const int32_t* cancel_ = nullptr;
  const Living<Call> living_;
};

/** An error with a code. */
Napi::Error codedError(Napi::Env env, const std::string& code, const std::string& message);

/** Runs what JavaScript called; C++ failures become errors with a code. */
Napi::Value guarded(Napi::Env env, const std::function<Napi::Value()>& work);

/** The same for what returns a promise, which a failure rejects. */
Napi::Value promised(Napi::Env env, const std::function<Napi::Value()>& work);

}  // namespace foretoken
