#pragma once

#include <memory>
#include <vector>

#include "job.h"

namespace foretoken {

/** Drafts token by token behind the text, which stays as it was; the state keeps what was drafted, as most of it is accepted. */
class DraftJob : public Job {
 public:
  struct Limits {
    size_t maxTokens = 0;
    /** 0 to 1; of the draft as a whole. */
    double minProbability = 0;
  };

  DraftJob(std::shared_ptr<Sequence> sequence, std::unique_ptr<Call> call, Limits limits);

  bool begin(Engine& engine) override;
  size_t plan(Engine& engine, size_t room) override;
  void fill(Engine& engine, Batch& batch) override;
  void absorb(Engine& engine, const Decoded& decoded) override;

 protected:
  Napi::Value result(Napi::Env env) override;

 private:
  bool isWalking() const { return !tokens_.empty(); }
  void choose(Engine& engine);

  Limits limits_;
  /** A copy of the sequence's, which takes in what is drafted. */
  std::unique_ptr<Sampler> sampler_;
  /** Tokens of the next decode, and whether they reach the end of the text. */
  size_t width_ = 0;
  bool isComplete_ = false;
  /** Index of the token in the batch behind which the next one stands. */
  int32_t row_ = 0;
  double product_ = 1;
  std::vector<llama_token> tokens_;
  std::vector<float> probabilities_;
};

}  // namespace foretoken
