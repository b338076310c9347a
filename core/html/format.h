// Numbers as the pages write them. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <string>

namespace kepu::html {

// 1247 → "1 247" (thin no-break spaces, from four digits on).
std::string grouped(std::int64_t value);
// Fixed decimals with grouping: 12.94, 1 → "12.9"; not finite → "—". `decimals` in [0, 9]; half away from
// zero.
std::string fixed(double value, int decimals);
// With sign, minus as U+2212: "+2", "−14", "0".
std::string with_sign(double value, int decimals = 0);
// 319488 → "312 KB"; 1024-based, as the file managers of the users count.
std::string file_size(std::uint64_t bytes);

}  // namespace kepu::html
