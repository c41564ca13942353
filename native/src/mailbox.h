#pragma once

#include <napi.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace foretoken {

/** Brings results of other threads to the JavaScript thread of one environment. */
class Mailbox {
 public:
  using Letter = std::function<void(Napi::Env)>;

  static std::shared_ptr<Mailbox> open(Napi::Env env);

  /** From any thread. Once the environment ends nothing arrives any more; letters that are left are dropped. */
  void post(Letter letter);

  /** JavaScript thread: one more promise is unsettled, which keeps the process alive. */
  void expect(Napi::Env env);
  /** JavaScript thread: one promise fewer is unsettled. */
  void settled(Napi::Env env);

 private:
  static void deliver(napi_env env, napi_value, void* context, void*);
  static void finalize(napi_env env, void*, void* context);

  /** Guards the three fields below it. */
  std::mutex mutex_;
  /** Null before open and after the environment has ended. */
  napi_threadsafe_function function_ = nullptr;
  std::vector<Letter> letters_;
  /** Whether a call of the function is on its way that will take the letters along. */
  bool isCalled_ = false;

  /** Unsettled promises; JavaScript thread only. */
  size_t expected_ = 0;
};

}  // namespace foretoken
