#pragma once

#include <napi.h>

#include <memory>

#include "context.h"
#include "sequence.h"

namespace foretoken {

/** `NativeSequence` of binding.d.ts. Collected without a close, it closes itself. */
class NativeSequence : public Napi::ObjectWrap<NativeSequence> {
 public:
  static Napi::Function define(Napi::Env env);
  static Napi::Value wrap(Napi::Env env, std::shared_ptr<Context> context, std::shared_ptr<Sequence> sequence);
  explicit NativeSequence(const Napi::CallbackInfo& info);
  void Finalize(Napi::Env env) override;

 private:
  Napi::Value depth(const Napi::CallbackInfo& info);
  Napi::Value reusedTokens(const Napi::CallbackInfo& info);
  Napi::Value verify(const Napi::CallbackInfo& info);
  Napi::Value verifyHere(const Napi::CallbackInfo& info);
  Napi::Value withdraw(const Napi::CallbackInfo& info);
  Napi::Value append(const Napi::CallbackInfo& info);
  Napi::Value draft(const Napi::CallbackInfo& info);
  Napi::Value draftHere(const Napi::CallbackInfo& info);
  Napi::Value measureCost(const Napi::CallbackInfo& info);
  Napi::Value save(const Napi::CallbackInfo& info);
  Napi::Value close(const Napi::CallbackInfo& info);

  /** A promise of something that keeps the sequence busy. */
  template <typename MakeJob>
  Napi::Value submit(const Napi::CallbackInfo& info, MakeJob&& makeJob);
  /** The result of a job of `tokens` tokens that is done at once, undefined where it cannot be. */
  Napi::Value doHere(Napi::Env env, std::unique_ptr<Job> job, size_t tokens, double mostMs);
  void assertIdle() const;

  std::shared_ptr<Context> context_;
  std::shared_ptr<Sequence> sequence_;
};

}  // namespace foretoken
