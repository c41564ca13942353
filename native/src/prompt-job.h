#pragma once

#include <functional>
#include <string>

#include "job.h"
#include "sampling-options.h"

namespace foretoken {

/** Opens a sequence: takes a slot and evaluates the prompt but its last token, in chunks of what room there is. */
class PromptJob : public Job {
 public:
  struct Options {
    SamplingOptions sampling;
    /** At most the prompt's length. */
    size_t answerTokens = 0;
    bool reuse = true;
    /** Whose text it is: no other's is gone on from. */
    std::string scope;
  };
  using Wrap = std::function<Napi::Value(Napi::Env, const std::shared_ptr<Sequence>&)>;

  /** `wrap` makes what the promise resolves with; `release` is called where it does not. */
  PromptJob(std::shared_ptr<Sequence> sequence, std::unique_ptr<Call> call, Options options, Wrap wrap);

  bool begin(Engine& engine) override;
  bool isPatient() const override { return true; }
  size_t plan(Engine& engine, size_t room) override;
  void fill(Engine& engine, Batch& batch) override;
  void absorb(Engine& engine, const Decoded& decoded) override;
  void abandon(Engine& engine) override;

 protected:
  Napi::Value result(Napi::Env env) override { return wrap_(env, sequence_); }
  /** The sampler takes in the text as `answerTokens` says. */
  void startSampler(Engine& engine);
  void finishIfEvaluated();
  Options options_;

 private:
  const Wrap wrap_;
  size_t width_ = 0;
};

}  // namespace foretoken
