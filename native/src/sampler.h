#pragma once

#include <llama.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "sampling-options.h"

namespace foretoken {

/** What a sampler says about one row of logits. */
struct Choice {
  llama_token token;
  /**
   * How far the chosen token leads: from the best to the second-best logit behind the chain, noise times temperature
   * included. Infinity where only one is left.
   */
  float topGap;
  /** Of the token behind the chain, temperature included (greedy: at temperature 1); NaN unless it was asked for. */
  float probability;
  /** With `topLogProbabilities`: the chosen token, then the most probable ones, before the chain. Empty without. */
  std::vector<std::pair<llama_token, float>> top;
};

/** llama.cpp's sampler chain on the state of one text, with keyed noise instead of a random stream. One thread at a time. */
class Sampler {
 public:
  /** Throws `ERR_OPTION_INVALID` where an option does not fit the model's vocabulary or the grammar does not parse. */
  Sampler(const llama_model* model, const SamplingOptions& options);
  ~Sampler();
  Sampler(const Sampler&) = delete;
  Sampler& operator=(const Sampler&) = delete;

  /** The prompt counts for penalties and DRY, not for the grammar. */
  void acceptPrompt(const llama_token* tokens, size_t count);

  /** Chooses at `position` (index in the text) from a row as wide as the vocabulary; changes no state of the text. */
  Choice choose(const float* logits, uint64_t position, bool withProbability = false);

  /** Makes a token part of the text: penalties, DRY and grammar go on. Throws `ERR_OPTION_INVALID` where the grammar forbids it. */
  void accept(llama_token token);

  /** An independent copy, at the same place of the text. */
  std::unique_ptr<Sampler> clone() const;

 private:
  class Chain;
  Sampler();
  std::unique_ptr<Chain> chain_;
};

}  // namespace foretoken
