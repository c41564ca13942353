#include "token-edits.h"

#include <algorithm>
#include <cmath>

namespace foretoken {
namespace {

/**
 * llama.cpp allocates a penalty's window at once, so that a window beyond any text costs memory only: it is cut to the
 * longest text that the model was trained for, or to this.
 */
constexpr int32_t leastWindowTokens = 32768;

int32_t windowOf(const llama_model* model, int32_t lastTokens) {
  return std::min(lastTokens, std::max(llama_model_n_ctx_train(model), leastWindowTokens));
}

LlamaSamplerHandle drySampler(const llama_model* model, const SamplingOptions& options) {
  std::vector<const char*> breakers;
  for (const std::string& breaker : options.dryBreakers) breakers.push_back(breaker.c_str());
  return LlamaSamplerHandle(llama_sampler_init_dry(llama_model_get_vocab(model), options.dryMultiplier, options.dryBase,
                                                   options.dryAllowedTokens, windowOf(model, options.dryLastTokens),
                                                   breakers.data(), breakers.size()));
}

}  // namespace

TokenEdits::TokenEdits(const llama_model* model, const SamplingOptions& options) : biases_(options.biases) {
  const llama_vocab* vocab = llama_model_get_vocab(model);
  int32_t suppressedCount = 0;
  const llama_token* suppressed = llama_vocab_get_suppress_tokens(vocab, &suppressedCount);
  for (int32_t index = 0; index < suppressedCount; index++) biases_.push_back({suppressed[index], -INFINITY});
  if (options.hasPenalties()) {
    const int32_t lastTokens = windowOf(model, options.penaltyLastTokens);
    penalties_.reset(llama_sampler_init_penalties(llama_vocab_n_tokens(vocab), lastTokens, options.penaltyRepeat,
                                                  options.penaltyFrequency, options.penaltyPresence));
    windowTokens_ = static_cast<size_t>(lastTokens);
  }
  if (options.hasDry()) {
    dry_ = drySampler(model, options);
    windowTokens_ = std::max(windowTokens_, static_cast<size_t>(windowOf(model, options.dryLastTokens)));
  }
}

TokenEdits::TokenEdits(const TokenEdits& other)
    : penalties_(cloneOf(other.penalties_)),
      dry_(cloneOf(other.dry_)),
      biases_(other.biases_),
      window_(other.window_),
      windowTokens_(other.windowTokens_),
      counts_(other.counts_) {}

void TokenEdits::accept(llama_token token) {
  if (!readsText()) return;
  llama_sampler_accept(penalties_.get(), token);
  llama_sampler_accept(dry_.get(), token);
  window_.push_back(token);
  counts_[token]++;
  if (window_.size() <= windowTokens_) return;
  const auto oldest = counts_.find(window_.front());
  if (--oldest->second == 0) counts_.erase(oldest);
  window_.pop_front();
}

const float* TokenEdits::apply(const float* logits, size_t count) {
  if (biases_.empty() && counts_.empty()) return logits;
  row_.assign(logits, logits + count);
  for (const auto& [token, bias] : biases_) row_[static_cast<size_t>(token)] += bias;
  if (counts_.empty()) return row_.data();
  touched_.clear();
  for (const auto& entry : counts_) touched_.push_back({entry.first, row_[static_cast<size_t>(entry.first)], 0});
  llama_token_data_array list = {touched_.data(), touched_.size(), -1, false};
  llama_sampler_apply(penalties_.get(), &list);
  llama_sampler_apply(dry_.get(), &list);
  for (size_t index = 0; index < list.size; index++) row_[static_cast<size_t>(list.data[index].id)] = list.data[index].logit;
  return row_.data();
}

}  // namespace foretoken
