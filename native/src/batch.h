#pragma once

#include <llama.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "micro-batches.h"

namespace foretoken {

/** The tokens of one decode, of any number of sequences. */
class Batch {
 public:
  void clear();

  /** Adds a token; returns its index, by which its row of logits is found where one is wanted. */
  int32_t add(llama_token token, llama_pos position, llama_seq_id sequence, bool wantsLogits);

  /** How many tokens of each sequence there are, in their order. */
  std::vector<BatchPart> parts() const;

  size_t size() const { return tokens_.size(); }

  /** Valid until the next add or clear. */
  llama_batch view();

 private:
  /** All of one length; an index is a token. */
  std::vector<llama_token> tokens_;
  std::vector<llama_pos> positions_;
  std::vector<llama_seq_id> sequences_;
  std::vector<int8_t> wantsLogits_;
  /** Filled by view: 1, and a pointer into sequences_, for each token. */
  std::vector<int32_t> sequenceCounts_;
  std::vector<llama_seq_id*> sequencePointers_;
};

}  // namespace foretoken
