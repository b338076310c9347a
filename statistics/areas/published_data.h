// Published data for the tests of this folder.
#pragma once

#include <array>
#include <cstdint>

namespace kepu::statistics::areas {

// Expenditure on milk in 43 areas of the United States (Arora and Lahiri 1997, Stat. Sinica 7, 1053–1063),
// with its standard error and the region of You and Chapman (2006).
inline constexpr std::array<double, 43> kMilk{
    1.099, 1.075, 1.105, 0.628, 0.753, 0.981, 1.257, 1.095, 1.405, 1.356, 0.615, 1.46,  1.338, 0.854, 1.176,
    1.111, 1.257, 1.43,  1.278, 1.292, 1.002, 1.183, 1.044, 1.267, 1.193, 0.791, 0.795, 0.759, 0.796, 0.565,
    0.886, 0.952, 0.807, 0.582, 0.684, 0.787, 0.44,  0.759, 0.77,  0.8,   0.756, 0.865, 0.64};
inline constexpr std::array<double, 43> kMilkError{
    0.163, 0.08,  0.083, 0.109, 0.119, 0.141, 0.202, 0.127, 0.168, 0.178, 0.1,   0.201, 0.148, 0.143, 0.149,
    0.145, 0.135, 0.172, 0.137, 0.163, 0.125, 0.247, 0.14,  0.171, 0.106, 0.121, 0.121, 0.259, 0.106, 0.089,
    0.225, 0.205, 0.119, 0.067, 0.106, 0.126, 0.092, 0.132, 0.1,   0.113, 0.083, 0.121, 0.129};
inline constexpr std::array<int, 43> kMilkRegion{1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3,
                                                 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4,
                                                 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4};

// Hectares of corn in segments of 12 counties of Iowa, with pixels of corn and soybeans (Battese, Harter and
// Fuller 1988, table 1, without the second segment of Hardin), and the counties' mean pixels.
inline constexpr std::array<std::int32_t, 36> kCornCounty{0, 1, 2,  3,  3,  4,  4,  4,  5,  5,  5,  6,
                                                          6, 6, 7,  7,  7,  8,  8,  8,  8,  9,  9,  9,
                                                          9, 9, 10, 10, 10, 10, 10, 11, 11, 11, 11, 11};
inline constexpr std::array<double, 36> kCorn{
    165.76, 96.32, 76.08,  185.35, 116.43, 162.08, 152.04, 161.75, 92.88,  149.94, 64.75, 127.07,
    133.55, 77.7,  206.39, 108.33, 118.17, 99.96,  140.43, 98.95,  131.04, 114.12, 100.6, 127.88,
    116.9,  87.41, 93.48,  121,    109.91, 122.66, 104.21, 88.59,  165.35, 104,    88.63, 153.7};
inline constexpr std::array<double, 36> kCornPixels{
    374, 209, 253, 432, 367, 361, 288, 369, 206, 316, 145, 355, 295, 223, 459, 290, 307, 252,
    293, 206, 302, 313, 246, 353, 271, 237, 221, 369, 343, 342, 294, 220, 355, 261, 187, 350};
inline constexpr std::array<double, 36> kSoyPixels{
    55,  218, 250, 96,  178, 137, 206, 165, 218, 221, 338, 128, 147, 204, 77,  217, 258, 303,
    221, 222, 274, 190, 270, 172, 228, 297, 167, 191, 249, 182, 179, 262, 160, 221, 345, 190};
inline constexpr std::array<double, 12> kCornMean{295.29, 300.4,  289.6,  290.74, 318.21, 257.17,
                                                  291.77, 301.26, 262.17, 314.28, 298.65, 325.99};
inline constexpr std::array<double, 12> kSoyMean{189.7,  196.65, 205.28, 220.22, 188.06, 247.13,
                                                 185.37, 221.36, 247.09, 198.66, 204.61, 177.05};

}  // namespace kepu::statistics::areas
