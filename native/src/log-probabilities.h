#pragma once

#include <llama.h>

#include <cstddef>
#include <utility>
#include <vector>

#include "logit-row.h"

namespace foretoken {

/** Natural logarithms of the softmax of a row: first that of `own`, then the `count` most probable, best first. */
std::vector<std::pair<llama_token, float>> topLogProbabilities(const LogitRow& row, llama_token own, size_t count);

}  // namespace foretoken
