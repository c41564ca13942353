#pragma once

#include <cstddef>
#include <cstring>

namespace foretoken {

/** Four floats that compilers turn into one register on every processor. */
using Lanes = float __attribute__((vector_size(16)));

/** Four floats from anywhere. */
inline Lanes lanesAt(const float* values) {
  Lanes lanes;
  std::memcpy(&lanes, values, sizeof lanes);
  return lanes;
}

/** Sum of exp((value − maximum) · inverse); NaN and −Infinity count as nothing. */
double sumOfExponentialsOf(const float* values, size_t count, float maximum, float inverse);

}  // namespace foretoken
