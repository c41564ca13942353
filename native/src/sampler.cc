#include "sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "coded-error.h"
#include "log-probabilities.h"

namespace foretoken {
namespace {

/** A scan of a row costs a hundredth of what llama.cpp's grammar takes for a whole vocabulary. */
constexpr int cheapAttempts = 8;

}  // namespace

Sampler::Sampler(const llama_model* model, const SamplingOptions& options)
    : options_(options.fitting(model)),
      vocabularySize_(static_cast<size_t>(llama_vocab_n_tokens(llama_model_get_vocab(model)))),
      edits_(model, options),
      truncation_(options) {
  if (!options.grammar.empty()) grammar_ = std::make_unique<Grammar>(llama_model_get_vocab(model), options.grammar);
}

Sampler::Sampler(const Sampler& other)
    : options_(other.options_),
      vocabularySize_(other.vocabularySize_),
      edits_(other.edits_),
      truncation_(other.truncation_),
      grammar_(other.grammar_ ? std::make_unique<Grammar>(*other.grammar_) : nullptr) {}

std::unique_ptr<Sampler> Sampler::clone() const {
  return std::unique_ptr<Sampler>(new Sampler(*this));
}

void Sampler::acceptPrompt(const llama_token* tokens, size_t count) {
  for (size_t index = 0; index < count; index++) assertToken(tokens[index]);
  for (size_t index = 0; index < count; index++) edits_.accept(tokens[index]);
}

void Sampler::accept(llama_token token) {
  assertToken(token);
  if (grammar_) grammar_->accept(token);
  edits_.accept(token);
}

Choice Sampler::choose(const float* logits, uint64_t position, bool withProbability) {
  const Noise noise(options_.seed, position);
  const float* edited = edits_.apply(logits, vocabularySize_);
  Choice choice = pick(edited, noise, withProbability);
  // As common_sampler does it: most choices fit anyway, and asking about one token is cheap.
  if (grammar_ && !grammar_->allows(choice.token)) choice = pickAllowed(edited, choice.token, noise, withProbability);
  if (options_.topLogProbabilities > 0) {
    row_.scan(logits, vocabularySize_);
    choice.top = topLogProbabilities(row_, choice.token, static_cast<size_t>(options_.topLogProbabilities));
  }
  return choice;
}

Choice Sampler::pickAllowed(const float* logits, llama_token refused, const Noise& noise, bool withProbability) {
  masked_.assign(logits, logits + vocabularySize_);
  // Where nothing is cut off the choice is the best allowed token, so the next best ones may spare asking about all.
  for (int attempt = 0; attempt < cheapAttempts && truncation_.isEmpty(); attempt++) {
    masked_[static_cast<size_t>(refused)] = -INFINITY;
    row_.scan(masked_.data(), vocabularySize_);
    if (row_.maximum() == -INFINITY) break;
    const Choice next = pickFromRow(noise, withProbability);
    if (grammar_->allows(next.token)) return next;
    refused = next.token;
  }
  grammar_->mask(masked_);
  return pick(masked_.data(), noise, withProbability);
}

Choice Sampler::pick(const float* logits, const Noise& noise, bool withProbability) {
  row_.scan(logits, vocabularySize_);
  if (row_.maximum() == std::numeric_limits<float>::infinity())
    throw CodedError("ERR_ENGINE_LOST", "logits must be finite, got Infinity: the model or its evaluation is damaged");
  if (row_.maximum() == -std::numeric_limits<float>::infinity()) {
    const bool mayBeForbidden = grammar_ || !options_.biases.empty();
    throw mayBeForbidden
        ? CodedError("ERR_OPTION_INVALID", "logitBias and grammar must leave a token, got a place where all are forbidden")
        : CodedError("ERR_ENGINE_LOST", "logits must be finite, got none: the model or its evaluation is damaged");
  }
  if (truncation_.isEmpty()) return pickFromRow(noise, withProbability);
  return pickFromList(truncation_.apply(row_, noise), noise, withProbability);
}

Choice Sampler::pickFromRow(const Noise& noise, bool withProbability) const {
  const bool isGreedy = options_.temperature <= 0;
  const Best best = isGreedy ? row_.greedy() : row_.keyed(noise, options_.temperature);
  float probability = std::numeric_limits<float>::quiet_NaN();
  if (withProbability) {
    const float temperature = isGreedy ? 1 : options_.temperature;
    const double weight = std::exp((row_.logits()[best.token] - row_.maximum()) / temperature);
    probability = static_cast<float>(weight / row_.sumOfExponentials(temperature));
  }
  return {best.token, static_cast<float>(best.score - best.second), probability, {}};
}

Choice Sampler::pickFromList(const llama_token_data_array& list, const Noise& noise, bool withProbability) const {
  const bool isGreedy = options_.temperature <= 0;
  Best best = Best::none();
  float maximum = -std::numeric_limits<float>::infinity();
  float chosenLogit = maximum;
  for (size_t index = 0; index < list.size; index++) {
    const llama_token_data& entry = list.data[index];
    maximum = std::max(maximum, entry.logit);
    best.offer(entry.id, entry.logit + (isGreedy ? 0 : options_.temperature * noise.gumbel(entry.id)));
    if (best.token == entry.id) chosenLogit = entry.logit;
  }
  float probability = std::numeric_limits<float>::quiet_NaN();
  if (withProbability) {
    const double temperature = isGreedy ? 1 : options_.temperature;
    double sum = 0;
    for (size_t index = 0; index < list.size; index++) sum += std::exp((list.data[index].logit - maximum) / temperature);
    probability = static_cast<float>(std::exp((chosenLogit - maximum) / temperature) / sum);
  }
  return {best.token, static_cast<float>(best.score - best.second), probability, {}};
}

void Sampler::assertToken(llama_token token) const {
  if (token >= 0 && static_cast<size_t>(token) < vocabularySize_) return;
  throw CodedError("ERR_OPTION_INVALID", "token must be an integer from 0 to " + std::to_string(vocabularySize_ - 1) +
                                             ", got " + std::to_string(token));
}

}  // namespace foretoken
