#pragma once

#include <llama.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "grammar.h"
#include "logit-row.h"
#include "sampling-options.h"
#include "token-edits.h"
#include "truncation.h"

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

/**
 * llama.cpp's sampler chain (`common_sampler`) on the state of one text, with keyed noise instead of a random stream: the token
 * is the argmax of log-probability plus Gumbel noise of (seed, position, token). One thread at a time.
 */
class Sampler {
 public:
  /** Throws `ERR_OPTION_INVALID` where an option does not fit the model's vocabulary or the grammar does not parse. */
  Sampler(const llama_model* model, const SamplingOptions& options);
  Sampler& operator=(const Sampler&) = delete;

  /** The prompt counts for penalties and DRY, not for the grammar. */
  void acceptPrompt(const llama_token* tokens, size_t count);

  /** Chooses at `position` (index in the text) from a row as wide as the vocabulary; changes no state of the text. */
  Choice choose(const float* logits, uint64_t position, bool withProbability = false);

  /**
   * Makes a token part of the text: penalties, DRY and grammar go on. Throws `ERR_OPTION_INVALID`, and leaves the text as it
   * was, where the grammar forbids it.
   */
  void accept(llama_token token);

  /** An independent copy, at the same place of the text. */
  std::unique_ptr<Sampler> clone() const;

  /** Columns of a row. */
  size_t vocabularySize() const { return vocabularySize_; }

 private:
  Sampler(const Sampler& other);

  /** The choice where the grammar refused the first one. */
  Choice pickAllowed(const float* logits, llama_token refused, const Noise& noise, bool withProbability);
  /** The choice among what the stages leave of a row. */
  Choice pick(const float* logits, const Noise& noise, bool withProbability);
  Choice pickFromRow(const Noise& noise, bool withProbability) const;
  Choice pickFromList(const llama_token_data_array& list, const Noise& noise, bool withProbability) const;

  void assertToken(llama_token token) const;

  const SamplingOptions options_;
  const size_t vocabularySize_;
  /** Biases, penalties and DRY; knows the text. */
  TokenEdits edits_;
  Truncation truncation_;
  /** Null without a grammar; knows the answer so far. */
  std::unique_ptr<Grammar> grammar_;
  /** The row of the latest scan. */
  LogitRow row_;
  /** What the grammar left of a row; reused. */
  std::vector<float> masked_;
};

}  // namespace foretoken
