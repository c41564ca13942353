#include "noise.h"

#include <cmath>

namespace foretoken {
namespace {

/** 2^64 divided by the golden ratio: the step of SplitMix64. */
constexpr uint64_t step = 0x9e3779b97f4a7c15u;

/** SplitMix64's finaliser (Steele, Lea and Flood, 2014). */
uint64_t mix(uint64_t bits) {
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9u;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebu;
  return bits ^ (bits >> 31);
}

/** 52 bits as a number above 0 and below 1; with 53 the largest would round to 1. */
double open01(uint64_t bits) {
  return (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52;
}

/** Standard exponential, exact where it is small: there the Gumbel noise is large. */
double exponential(uint64_t bits) {
  return -std::log1p(-open01(bits));
}

const double logBlockTokens = std::log(static_cast<double>(Noise::blockTokens));
const double log2 = std::log(2.0);

}  // namespace

Noise::Noise(uint64_t seed, uint64_t position) {
  const uint64_t place = mix(mix(seed + step) + position * step);
  maximumKey_ = mix(place + 1 * step);
  tokenKey_ = mix(place + 2 * step);
  uniformKey_ = mix(place + 3 * step);
}

uint64_t Noise::blockBits(size_t block) const {
  return mix(maximumKey_ + block * step);
}

double Noise::gumbel(int32_t token) const {
  const uint64_t bits = blockBits(static_cast<size_t>(token) / blockTokens);
  const double maximum = exponential(bits) / blockTokens;
  // The low bits are not part of the exponential, so the place is independent of it.
  const bool isMaximum = bits % blockTokens == static_cast<uint64_t>(token) % blockTokens;
  if (isMaximum) return -std::log(maximum);
  return -std::log(maximum - std::log(open01(mix(tokenKey_ + static_cast<uint64_t>(token) * step))));
}

double Noise::blockMaximum(size_t block) const {
  return -std::log(exponential(blockBits(block)) / blockTokens);
}

bool Noise::isBlockBelow(size_t block, double level) const {
  // −log1p(−t) ≥ t ≥ 2^−(leading zeros + 1), so the logarithm of the block's exponential is known to a factor of 2.
  const uint64_t bits = blockBits(block) | 0xfff;
  return logBlockTokens + (__builtin_clzll(bits) + 1) * log2 < level;
}

double Noise::uniform() const {
  return open01(uniformKey_);
}

}  // namespace foretoken
