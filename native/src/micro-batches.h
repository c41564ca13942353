#pragma once

#include <llama.h>

#include <cstddef>
#include <vector>

namespace foretoken {

/** Tokens of one sequence in a decode. */
struct BatchPart {
  llama_seq_id id;
  size_t width;
};

/**
 * Into how many micro-batches llama.cpp splits a decode of these parts, in the order of their ids (`split_equal`): it evaluates
 * together what sequences of successive ids have in common of width. `keptTail` is what a recurrent model keeps of each
 * sequence in one micro-batch, 0 without.
 */
size_t microBatches(std::vector<BatchPart> parts, size_t keptTail);

}  // namespace foretoken
