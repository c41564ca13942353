#include "exponential.h"

#include <cmath>
#include <cstring>

namespace foretoken {
namespace {

using IntegerLanes = int __attribute__((vector_size(16)));

constexpr Lanes all(float value) {
  return Lanes{value, value, value, value};
}

/** exp of numbers up to 0, to about 2 units in the last place; 0 below −87 and for NaN. */
inline Lanes exponentialOf(Lanes values) {
  const IntegerLanes isInRange = values >= all(-87);
  const Lanes safe = isInRange ? values : all(-87);
  // exp(x) = 2^n · exp(r) with |r| ≤ ln(2)/2; ln(2) in two parts, so that r keeps all its bits (Cody and Waite).
  const IntegerLanes exponent = __builtin_convertvector(safe * all(1.44269504f) - all(0.5f), IntegerLanes);
  const Lanes whole = __builtin_convertvector(exponent, Lanes);
  const Lanes rest = (safe - whole * all(0.693359375f)) - whole * all(-2.12194440e-4f);
  // Cephes' expf polynomial.
  Lanes series = all(1.9875691500e-4f) * rest + all(1.3981999507e-3f);
  series = series * rest + all(8.3334519073e-3f);
  series = series * rest + all(4.1665795894e-2f);
  series = series * rest + all(1.6666665459e-1f);
  series = series * rest + all(5.0000001201e-1f);
  series = series * rest * rest + rest + all(1);
  const IntegerLanes power = (exponent + 127) << 23;
  Lanes scale;
  std::memcpy(&scale, &power, sizeof scale);
  return isInRange ? series * scale : all(0);
}

}  // namespace

double sumOfExponentialsOf(const float* values, size_t count, float maximum, float inverse) {
  Lanes sums = all(0);
  size_t index = 0;
  for (; index + 4 <= count; index += 4) sums += exponentialOf((lanesAt(values + index) - all(maximum)) * all(inverse));
  double sum = static_cast<double>(sums[0]) + sums[1] + sums[2] + sums[3];
  for (; index < count; index++)
    if (values[index] <= maximum) sum += std::exp((values[index] - maximum) * inverse);
  return sum;
}

}  // namespace foretoken
