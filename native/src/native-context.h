#pragma once

#include <napi.h>

#include <memory>

#include "context.h"
#include "option-reader.h"

namespace foretoken {

/** `NativeContext` of binding.d.ts. */
class NativeContext : public Napi::ObjectWrap<NativeContext> {
 public:
  static Napi::Function define(Napi::Env env);
  static Napi::Value wrap(Napi::Env env, std::shared_ptr<Context> context);
  explicit NativeContext(const Napi::CallbackInfo& info);

 private:
  Napi::Value rollback(const Napi::CallbackInfo& info);
  Napi::Value snapshots(const Napi::CallbackInfo& info);
  Napi::Value counters(const Napi::CallbackInfo& info);
  Napi::Value open(const Napi::CallbackInfo& info);
  Napi::Value restore(const Napi::CallbackInfo& info);
  Napi::Value dispose(const Napi::CallbackInfo& info);

  /** Submits what opens a sequence; `makeJob` is given sequence, call and what makes the wrapper. */
  template <typename MakeJob>
  Napi::Value submit(const Napi::CallbackInfo& info, const OptionReader& reader, MakeJob&& makeJob);

  std::shared_ptr<Context> context_;
};

}  // namespace foretoken
