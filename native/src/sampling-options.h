#pragma once

#include <llama.h>
#include <napi.h>

#include <cstdint>
#include <string>
#include <vector>

namespace foretoken {

/** `NativeSampling` of binding.d.ts, checked; the defaults are "off". */
struct SamplingOptions {
  /** 0 to 100; 0 is greedy. */
  float temperature = 0;
  /** 0 to 2^53 − 1. */
  uint64_t seed = 0;
  /** 0 keeps all. */
  int32_t topK = 0;
  /** Above 0 to 1. */
  float topP = 1;
  /** 0 to 1. */
  float minP = 0;
  /** Above 0 to 1. */
  float typicalP = 1;
  /** Above 0; 0 is off. */
  float topNSigma = 0;
  /** 0 to 1; 0 is off. */
  float xtcProbability = 0;
  /** 0 to 1; above 0.5 is off. */
  float xtcThreshold = 0.1f;
  /** 0 is none. */
  int32_t penaltyLastTokens = 64;
  /** Above 0; 1 is off. */
  float penaltyRepeat = 1;
  float penaltyFrequency = 0;
  float penaltyPresence = 0;
  /** 0 or more; 0 is off. */
  float dryMultiplier = 0;
  /** 1 or more. */
  float dryBase = 1.75f;
  /** 1 or more. */
  int32_t dryAllowedTokens = 2;
  /** How many of the last tokens are searched; the largest value is the whole text. */
  int32_t dryLastTokens = INT32_MAX;
  std::vector<std::string> dryBreakers = {"\n", ":", "\"", "*"};
  /** Finite, or −Infinity. */
  std::vector<llama_logit_bias> biases;
  /** GBNF with the rule `root`; empty is none. */
  std::string grammar;
  /** 0 to 100. */
  int32_t topLogProbabilities = 0;

  /**
   * Reads and checks what JavaScript gave (undefined is all off); throws `ERR_OPTION_INVALID` naming option, range and value.
   * Options are called what the contract's `Sampling` calls them.
   */
  static SamplingOptions from(const Napi::Value& value);

  /** Itself, where the biases name tokens of the model; throws `ERR_OPTION_INVALID` otherwise. */
  const SamplingOptions& fitting(const llama_model* model) const;

  bool hasPenalties() const;
  bool hasDry() const;
  bool hasXtc() const;
  /** Whether a stage takes tokens away that could be chosen: greedy takes the best one, which most stages always keep. */
  bool truncates() const;
  /** Greedy on the raw row: no sampler has to be asked. Does not know of tokens that the model itself suppresses. */
  bool isPlainGreedy() const;
};

}  // namespace foretoken
