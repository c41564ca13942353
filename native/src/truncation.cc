#include "truncation.h"

#include <algorithm>
#include <cmath>

namespace foretoken {
namespace {

/** Tokens this far below the best have no share that a float can hold, and its logarithm would not be a number. */
constexpr float typicalReach = 80;

/** How far below the best logit the nucleus is looked for at first, and at last: what is behind weighs nothing. */
constexpr float nucleusReach = 4;
constexpr float mostReach = 200;
/** Beyond what rounding moves. */
constexpr double nucleusMargin = 1.0001;

/** llama.cpp's top-n-sigma marks tokens instead of removing them. */
void removeForbidden(llama_token_data_array& list) {
  const auto isForbidden = [](const llama_token_data& entry) { return entry.logit == -INFINITY; };
  list.size = static_cast<size_t>(std::remove_if(list.data, list.data + list.size, isForbidden) - list.data);
}

}  // namespace

Truncation::Truncation(const SamplingOptions& options) {
  if (!options.truncates()) return;
  if (options.topNSigma > 0) topNSigma_.reset(llama_sampler_init_top_n_sigma(options.topNSigma));
  if (options.topK > 0) topK_.reset(llama_sampler_init_top_k(options.topK));
  if (options.typicalP < 1) typical_.reset(llama_sampler_init_typical(options.typicalP, 0));
  if (options.topP < 1) topP_.reset(llama_sampler_init_top_p(options.topP, 0));
  if (options.minP > 0) minP_.reset(llama_sampler_init_min_p(options.minP, 0));
  if (options.hasXtc()) xtc_.reset(llama_sampler_init_xtc(1, options.xtcThreshold, 0, 0));
  xtcProbability_ = options.xtcProbability;
  topCount_ = static_cast<size_t>(options.topK);
  topPShare_ = options.topP;
  minPLogit_ = std::log(options.minP);
}

Truncation::Truncation(const Truncation& other)
    : topNSigma_(cloneOf(other.topNSigma_)),
      topK_(cloneOf(other.topK_)),
      typical_(cloneOf(other.typical_)),
      topP_(cloneOf(other.topP_)),
      minP_(cloneOf(other.minP_)),
      xtc_(cloneOf(other.xtc_)),
      xtcProbability_(other.xtcProbability_),
      topCount_(other.topCount_),
      topPShare_(other.topPShare_),
      minPLogit_(other.minPLogit_) {}

bool Truncation::isEmpty() const {
  return !topNSigma_ && !topK_ && !typical_ && !topP_ && !minP_ && !xtc_;
}

llama_token_data_array Truncation::apply(const LogitRow& row, const Noise& noise) {
  const bool isNucleusFirst = topP_ && !topNSigma_ && !topK_ && !typical_;
  LlamaSamplerHandle nucleus = isNucleusFirst ? nucleusOf(row) : nullptr;
  if (!isNucleusFirst) row.atLeast(leastLogit(row), list_);
  llama_token_data_array list = {list_.data(), list_.size(), -1, false};
  llama_sampler_apply(topNSigma_.get(), &list);
  if (topNSigma_) removeForbidden(list);
  llama_sampler_apply(topK_.get(), &list);
  llama_sampler_apply(typical_.get(), &list);
  llama_sampler_apply(isNucleusFirst ? nucleus.get() : topP_.get(), &list);
  llama_sampler_apply(minP_.get(), &list);
  if (noise.uniform() <= xtcProbability_) llama_sampler_apply(xtc_.get(), &list);
  return list;
}

float Truncation::leastLogit(const LogitRow& row) const {
  // Top-n-sigma needs the mean of all.
  if (topNSigma_) return -INFINITY;
  if (topK_) return row.levelOfTop(topCount_);
  if (typical_) return row.maximum() - typicalReach;
  if (minP_ && !topP_) return row.maximum() + minPLogit_;
  return -INFINITY;
}

LlamaSamplerHandle Truncation::nucleusOf(const LogitRow& row) {
  const double needed = topPShare_ * row.sumOfExponentials(1);
  double held = 0;
  for (float reach = nucleusReach; reach < mostReach && held < needed * nucleusMargin; reach *= 2) {
    row.atLeast(row.maximum() - reach, list_);
    held = 0;
    for (const llama_token_data& entry : list_) held += std::exp(entry.logit - row.maximum());
  }
  return LlamaSamplerHandle(llama_sampler_init_top_p(static_cast<float>(needed / held), 0));
}

}  // namespace foretoken
