#pragma once

#include <vector>

#include "job.h"
#include "stopwatch.h"

namespace foretoken {

/** Decodes the pending token and a draft, keeps what the sampler chooses too, and goes back to it. */
class VerifyJob : public Job {
 public:
  VerifyJob(std::shared_ptr<Sequence> sequence, std::unique_ptr<Call> call, std::vector<llama_token> draft);

  bool begin(Engine& engine) override;
  size_t plan(Engine& engine, size_t room) override;
  void fill(Engine& engine, Batch& batch) override;
  void absorb(Engine& engine, const Decoded& decoded) override;
  void abandon(Engine& engine) override;

 protected:
  Napi::Value result(Napi::Env env) override;

 private:
  /** Why nothing can follow; `ends` of index.js has their names in this order. */
  enum End { none, text, context };

  struct Verdict {
    size_t accepted = 0;
    llama_token next = 0;
    size_t width = 0;
    size_t batchWidth = 0;
    size_t microBatches = 0;
    size_t replayedTokens = 0;
    End end = End::none;
    float topGap = 0;
    double verifyMs = 0;
    double decodeMs = 0;
    double samplingMs = 0;
    double rollbackMs = 0;
    /** For each committed token its own entry and the best, where they were asked for. */
    std::vector<llama_token> choiceTokens;
    std::vector<float> choiceLogProbabilities;
  };

  void cutDraft(const Engine& engine);
  void readRows(const Engine& engine);
  void note(const Choice& choice);

  /** What is left of it after begin and plan can be tried. */
  std::vector<llama_token> draft_;
  /** Whether the next decode only evaluates text, without its end. */
  bool isCatchingUp_ = false;
  /** Tokens of the next decode. */
  size_t width_ = 0;
  /** Index of the pending token in the batch, which the draft follows. */
  int32_t firstRow_ = 0;
  /** Runs from the start of the first decode. */
  std::unique_ptr<Stopwatch> watch_;
  Verdict verdict_;
};

}  // namespace foretoken
