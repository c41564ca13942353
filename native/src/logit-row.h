#pragma once

#include <llama.h>

#include <cstddef>
#include <vector>

#include "noise.h"

namespace foretoken {

/** The best token of a row or list, and how far it leads. */
struct Best {
  llama_token token;
  /** Logit, plus temperature times noise where there is a temperature. */
  double score;
  /** Score of the next best; −Infinity where none is left. */
  double second;

  /** Of equal scores the lower token wins, in whatever order they come. */
  void offer(llama_token other, double otherScore);
  static Best none();
};

/** One row of logits and the largest of each block of it, from one pass at memory speed. NaN counts as −Infinity. */
class LogitRow {
 public:
  /** The row is read in place until the next scan. */
  void scan(const float* logits, size_t count);

  const float* logits() const { return logits_; }
  size_t size() const { return count_; }
  /** −Infinity where no logit is a number above it. */
  float maximum() const { return maximum_; }

  Best greedy() const;

  /** argmax of logit + temperature · noise; blocks that cannot win are passed over. */
  Best keyed(const Noise& noise, double temperature) const;

  /** A number that at least `count` logits reach; −Infinity where the row has fewer blocks than that. */
  float levelOfTop(size_t count) const;

  /** Puts all tokens of `level` or more into the list, ascending; never one of −Infinity. */
  void atLeast(float level, std::vector<llama_token_data>& list) const;

  /** Sum of exp((logit − maximum) / temperature), to about seven digits. */
  double sumOfExponentials(float temperature) const;

 private:
  size_t blockEnd(size_t block) const;

  const float* logits_ = nullptr;
  size_t count_ = 0;
  /** Index of the first block that has the maximum. */
  size_t bestBlock_ = 0;
  float maximum_ = 0;
  /** One entry a block of Noise::blockTokens logits, the last one maybe shorter. */
  std::vector<float> blockMaxima_;
  /** Reused by levelOfTop. */
  mutable std::vector<float> sortedMaxima_;
};

}  // namespace foretoken
