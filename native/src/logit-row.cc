#include "logit-row.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>

#include "exponential.h"

#ifdef __SSE__
#include <xmmintrin.h>
#endif

namespace foretoken {
namespace {

constexpr float nothing = -std::numeric_limits<float>::infinity();
constexpr size_t blockTokens = Noise::blockTokens;

/** `a > b ? a : b` is one instruction, and passes NaN over. */
float largest(const float* logits, size_t count) {
  float result = nothing;
  for (size_t index = 0; index < count; index++) result = logits[index] > result ? logits[index] : result;
  return result;
}

/** The larger of each lane; of NaN and a number the second. Compilers make four instructions of the comparison, not one. */
Lanes larger(Lanes next, Lanes best) {
#ifdef __SSE__
  return _mm_max_ps(next, best);
#else
  return next > best ? next : best;
#endif
}

/** The same for a whole block, four running maxima of four lanes each. Variables: compilers would keep an array of them in memory. */
float largestOfBlock(const float* logits) {
  Lanes first = {nothing, nothing, nothing, nothing};
  Lanes second = first;
  Lanes third = first;
  Lanes fourth = first;
  for (size_t index = 0; index < blockTokens; index += 16) {
    first = larger(lanesAt(logits + index), first);
    second = larger(lanesAt(logits + index + 4), second);
    third = larger(lanesAt(logits + index + 8), third);
    fourth = larger(lanesAt(logits + index + 12), fourth);
  }
  const Lanes both = larger(larger(first, second), larger(third, fourth));
  return std::max(std::max(both[0], both[1]), std::max(both[2], both[3]));
}

}  // namespace

Best Best::none() {
  return {LLAMA_TOKEN_NULL, -std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
}

void Best::offer(llama_token other, double otherScore) {
  const bool isBetter = otherScore > score || (otherScore == score && other < token);
  if (isBetter || token == LLAMA_TOKEN_NULL) {
    second = score;
    token = other;
    score = otherScore;
  } else {
    second = std::max(second, otherScore);
  }
}

void LogitRow::scan(const float* logits, size_t count) {
  logits_ = logits;
  count_ = count;
  const size_t whole = count / blockTokens;
  blockMaxima_.resize((count + blockTokens - 1) / blockTokens);
  for (size_t block = 0; block < whole; block++) blockMaxima_[block] = largestOfBlock(logits + block * blockTokens);
  if (whole < blockMaxima_.size())
    blockMaxima_[whole] = largest(logits + whole * blockTokens, count - whole * blockTokens);
  const auto best = std::max_element(blockMaxima_.begin(), blockMaxima_.end());
  bestBlock_ = static_cast<size_t>(best - blockMaxima_.begin());
  maximum_ = best == blockMaxima_.end() ? nothing : *best;
}

size_t LogitRow::blockEnd(size_t block) const {
  return std::min((block + 1) * blockTokens, count_);
}

Best LogitRow::greedy() const {
  Best best = Best::none();
  for (size_t token = bestBlock_ * blockTokens; token < blockEnd(bestBlock_); token++)
    if (logits_[token] > nothing) best.offer(static_cast<llama_token>(token), logits_[token]);
  for (size_t block = 0; block < blockMaxima_.size(); block++)
    if (block != bestBlock_ && blockMaxima_[block] > best.second) best.second = blockMaxima_[block];
  return best;
}

Best LogitRow::keyed(const Noise& noise, double temperature) const {
  Best best = Best::none();
  const auto offerBlock = [&](size_t block) {
    const double most = temperature * noise.blockMaximum(block);
    if (blockMaxima_[block] + most < best.second) return;
    for (size_t token = block * blockTokens; token < blockEnd(block); token++) {
      if (!(logits_[token] > nothing) || logits_[token] + most < best.second) continue;
      const auto id = static_cast<llama_token>(token);
      best.offer(id, logits_[token] + temperature * noise.gumbel(id));
    }
  };
  // The most probable block first: what it offers rules out nearly all others by their hash alone.
  offerBlock(bestBlock_);
  const double inverse = 1 / temperature;
  for (size_t block = 0; block < blockMaxima_.size(); block++) {
    if (block == bestBlock_ || noise.isBlockBelow(block, (best.second - blockMaxima_[block]) * inverse)) continue;
    offerBlock(block);
  }
  return best;
}

float LogitRow::levelOfTop(size_t count) const {
  if (count == 0 || count > blockMaxima_.size()) return nothing;
  sortedMaxima_ = blockMaxima_;
  const auto rank = sortedMaxima_.begin() + static_cast<std::ptrdiff_t>(count - 1);
  std::nth_element(sortedMaxima_.begin(), rank, sortedMaxima_.end(), std::greater<float>());
  return *rank;
}

void LogitRow::atLeast(float level, std::vector<llama_token_data>& list) const {
  list.clear();
  for (size_t block = 0; block < blockMaxima_.size(); block++) {
    if (!(blockMaxima_[block] >= level)) continue;
    for (size_t token = block * blockTokens; token < blockEnd(block); token++)
      if (logits_[token] >= level && logits_[token] > nothing)
        list.push_back({static_cast<llama_token>(token), logits_[token], 0});
  }
}

double LogitRow::sumOfExponentials(float temperature) const {
  const float inverse = 1 / temperature;
  // Behind this distance a term is below 2^−53 of the sum even when all tokens have it.
  const float level = maximum_ - 50 * temperature;
  double sum = 0;
  for (size_t block = 0; block < blockMaxima_.size(); block++) {
    if (!(blockMaxima_[block] >= level)) continue;
    sum += sumOfExponentialsOf(logits_ + block * blockTokens, blockEnd(block) - block * blockTokens, maximum_, inverse);
  }
  return sum;
}

}  // namespace foretoken
