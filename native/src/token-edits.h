#pragma once

#include <llama.h>

#include <deque>
#include <unordered_map>
#include <vector>

#include "llama-sampler-handle.h"
#include "sampling-options.h"

namespace foretoken {

/**
 * The stages that change logits of single tokens: biases (with the tokens that a model suppresses), penalties, DRY. Each
 * token's new logit depends on its old one and on the text only, so llama.cpp's samplers are given the few tokens that the
 * text or a bias names instead of the vocabulary.
 */
class TokenEdits {
 public:
  TokenEdits(const llama_model* model, const SamplingOptions& options);
  TokenEdits(const TokenEdits& other);

  void accept(llama_token token);

  /** `logits` itself where nothing changes, otherwise an edited copy that is valid until the next call. */
  const float* apply(const float* logits, size_t count);

 private:
  /** Whether penalties or DRY are on, so that the text counts. */
  bool readsText() const { return penalties_ != nullptr || dry_ != nullptr; }

  /** Null where off. */
  LlamaSamplerHandle penalties_;
  LlamaSamplerHandle dry_;
  /** In the order they came; one token may have several. */
  std::vector<llama_logit_bias> biases_;
  /** The last tokens that penalties or DRY look at, at most windowTokens_. */
  std::deque<llama_token> window_;
  size_t windowTokens_ = 0;
  /** How often each token of window_ is in it; no zeros. */
  std::unordered_map<llama_token, int> counts_;
  /** Reused by apply. */
  std::vector<llama_token_data> touched_;
  std::vector<float> row_;
};

}  // namespace foretoken
