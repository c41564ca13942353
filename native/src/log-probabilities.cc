#include "log-probabilities.h"

#include <algorithm>
#include <cmath>

namespace foretoken {

std::vector<std::pair<llama_token, float>> topLogProbabilities(const LogitRow& row, llama_token own, size_t count) {
  const double logSum = row.maximum() + std::log(row.sumOfExponentials(1));
  const auto entry = [&](llama_token token) {
    return std::make_pair(token, static_cast<float>(row.logits()[token] - logSum));
  };
  std::vector<llama_token_data> list;
  row.atLeast(row.levelOfTop(count), list);
  const auto isBefore = [](const llama_token_data& one, const llama_token_data& other) {
    return one.logit != other.logit ? one.logit > other.logit : one.id < other.id;
  };
  const size_t found = std::min(count, list.size());
  std::partial_sort(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(found), list.end(), isBefore);
  std::vector<std::pair<llama_token, float>> result = {entry(own)};
  for (size_t index = 0; index < found; index++) result.push_back(entry(list[index].id));
  return result;
}

}  // namespace foretoken
