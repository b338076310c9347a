// The random numbers of a draw. A draw is an official act that others must be able to repeat from its seed,
// in another language, years later: so the algorithm is fixed and published, and nothing of the standard
// library's distributions (which differ between compilers) is used.
//   state: four outputs of SplitMix64 (Steele, Lea and Flood 2014) from the seed
//   next:  xoshiro256** 1.0 (Blackman and Vigna 2021, ACM Trans. Math. Softw. 47(4), art. 36)
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace kepu::statistics::sampling {

inline constexpr std::string_view kGeneratorName = "xoshiro256** 1.0, SplitMix64 seeded";

// Not to be shared between threads.
class Generator {
 public:
  explicit Generator(std::uint64_t seed);
  std::uint64_t next();
  double uniform();                          // in [0, 1): the upper 53 bits × 2⁻⁵³
  std::uint64_t below(std::uint64_t bound);  // 0 … bound − 1, each equally likely: bound > 0. Draws again
                                             // while next() < 2⁶⁴ mod bound, then takes next() mod bound

 private:
  std::array<std::uint64_t, 4> state_;
};

// One step of SplitMix64: adds 0x9E3779B97F4A7C15 to `state` and mixes it.
std::uint64_t split_mix(std::uint64_t& state);

// The seed of a part of a draw (stratum, stage, unit): split_mix over seed xor split_mix(part). Parts are
// independent, so what happens in one stratum does not change the others.
std::uint64_t part_seed(std::uint64_t seed, std::uint64_t part);

}  // namespace kepu::statistics::sampling
