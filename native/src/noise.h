#pragma once

#include <cstddef>
#include <cstdint>

namespace foretoken {

/**
 * Randomness of one place of a text: a pure function of seed, position and token, so that it is the same whatever is
 * drafted, in whatever batch, and for the draft model too.
 *
 * Gumbel noise is made from the top down (Maddison, Tarlow and Minka, "A* sampling", 2014): the largest of a block of tokens
 * first, which token has it second, the others below it. That is the law of independent values, and lets a whole block be
 * ruled out by one hash.
 */
class Noise {
 public:
  /** Tokens of one block. A power of two, at most 2^12. */
  static constexpr size_t blockTokens = 64;

  Noise(uint64_t seed, uint64_t position);

  /** Standard Gumbel noise of a token, above −3.7 and below 41. */
  double gumbel(int32_t token) const;

  /** The largest noise of the tokens of a block; `block` is token / blockTokens. */
  double blockMaximum(size_t block) const;

  /** Whether a block surely has no noise of `level` or more; without a logarithm, so it misses some by less than log 2. */
  bool isBlockBelow(size_t block, double level) const;

  /** One more number above 0 and below 1 for this place, independent of the noise; XTC throws it. */
  double uniform() const;

 private:
  uint64_t blockBits(size_t block) const;

  /** Keys of the independent streams of this place, each a mix of seed, position and its own constant. */
  uint64_t maximumKey_;
  uint64_t tokenKey_;
  uint64_t uniformKey_;
};

}  // namespace foretoken
