#include "core/http/core.h"

#include <cstring>
#include <ctime>

#include "core/base/secret.h"
#include "core/base/time.h"

namespace kepu::http {

std::string Core::next_request_id() {
  if (id_count_ == 0) std::memcpy(&id_seed_, base::random_bytes(sizeof id_seed_).data(), sizeof id_seed_);
  // splitmix64 (Steele, Lea, Flood 2014): a bijection, so ids differ within 2^64 requests and look random.
  std::uint64_t x = id_seed_ + ++id_count_ * 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  x ^= x >> 31;
  std::string id(16, '0');
  for (int i = 15; i >= 0; --i, x >>= 4) id[static_cast<std::size_t>(i)] = "0123456789abcdef"[x & 15];
  return id;
}

const std::string& Core::date() {
  const std::int64_t second = std::time(nullptr);
  if (second != date_second_) {
    date_second_ = second;
    date_ = base::to_http_date(second * 1000);
  }
  return date_;
}

}  // namespace kepu::http
