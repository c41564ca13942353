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

  void call();

  /** Guards the three fields below it; not held while the JavaScript thread is woken, which would have to wait for it. */
  std::mutex lettersMutex_;
  std::vector<Letter> letters_;
  /** Whether a call of the function is on its way that will take the letters along. Stays true where the call is refused. */
  bool isCalled_ = false;
  bool isOver_ = false;

  /** Held during a call of the function and to end it. Only the JavaScript thread changes it, and reads it without. */
  std::mutex functionMutex_;
  /** Null before open and after the environment has ended. */
  napi_threadsafe_function function_ = nullptr;

  /** Unsettled promises; JavaScript thread only. */
  size_t expected_ = 0;
};

}  // namespace foretoken
