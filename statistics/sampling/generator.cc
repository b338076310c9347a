#include "statistics/sampling/generator.h"

#include <bit>

namespace kepu::statistics::sampling {

std::uint64_t split_mix(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9E3779B97F4A7C15U);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31);
}

std::uint64_t part_seed(std::uint64_t seed, std::uint64_t part) {
  std::uint64_t state = part;
  state = seed ^ split_mix(state);
  return split_mix(state);
}

Generator::Generator(std::uint64_t seed) : state_{} {
  for (std::uint64_t& word : state_) word = split_mix(seed);
}

std::uint64_t Generator::next() {
  auto& s = state_;
  const std::uint64_t result = std::rotl(s[1] * 5, 7) * 9;
  const std::uint64_t shifted = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= shifted;
  s[3] = std::rotl(s[3], 45);
  return result;
}

double Generator::uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

std::uint64_t Generator::below(std::uint64_t bound) {
  const std::uint64_t refused = (0 - bound) % bound;  // 2⁶⁴ mod bound
  std::uint64_t value = next();
  while (value < refused) value = next();
  return value % bound;
}

}  // namespace kepu::statistics::sampling
