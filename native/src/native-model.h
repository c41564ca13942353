#pragma once

#include <napi.h>

#include <memory>

#include "model.h"

namespace foretoken {

/** `NativeModel` of binding.d.ts. */
class NativeModel : public Napi::ObjectWrap<NativeModel> {
 public:
  static Napi::Function define(Napi::Env env);
  /** `loadModel` of the binding. */
  static Napi::Value load(const Napi::CallbackInfo& info);
  explicit NativeModel(const Napi::CallbackInfo& info);

 private:
  Napi::Value createContext(const Napi::CallbackInfo& info);
  Napi::Value createSampler(const Napi::CallbackInfo& info);
  Napi::Value dispose(const Napi::CallbackInfo& info);
  const std::shared_ptr<const Model>& open() const;

  /** Null after dispose. */
  std::shared_ptr<const Model> model_;
};

}  // namespace foretoken
