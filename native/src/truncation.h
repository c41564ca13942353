#pragma once

#include <llama.h>

#include <vector>

#include "llama-sampler-handle.h"
#include "logit-row.h"
#include "noise.h"
#include "sampling-options.h"

namespace foretoken {

/**
 * The stages that keep a part of the vocabulary: top-n-sigma, top-k, typical, top-p, min-p and XTC, by llama.cpp's samplers in
 * llama.cpp's order (`common_sampler`). Has no state of the text.
 */
class Truncation {
 public:
  explicit Truncation(const SamplingOptions& options);
  Truncation(const Truncation& other);

  /** Whether no stage is on, so that the whole row stands. */
  bool isEmpty() const;

  /** What is left of the row, at least one token; the list is valid until the next call. */
  llama_token_data_array apply(const LogitRow& row, const Noise& noise);

 private:
  /** What surely falls away at the first stages, so that the others need not be sorted among it. */
  float leastLogit(const LogitRow& row) const;

  /**
   * Fills the list with the most probable tokens, enough to hold the nucleus, and gives top-p's share of them: sorting and
   * weighing the whole vocabulary takes llama.cpp milliseconds.
   */
  LlamaSamplerHandle nucleusOf(const LogitRow& row);

  /** Null where off. */
  LlamaSamplerHandle topNSigma_;
  LlamaSamplerHandle topK_;
  LlamaSamplerHandle typical_;
  LlamaSamplerHandle topP_;
  LlamaSamplerHandle minP_;
  /** Always cuts; whether it is asked is decided by keyed noise. */
  LlamaSamplerHandle xtc_;
  double xtcProbability_ = 0;
  size_t topCount_ = 0;
  double topPShare_ = 1;
  /** log(minP): how far below the best logit a token may be. */
  float minPLogit_ = 0;
  /** Reused by apply. */
  std::vector<llama_token_data> list_;
};

}  // namespace foretoken
