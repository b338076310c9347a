#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/base/text.h"
#include "core/http/head.h"
#include "core/http/http.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const kepu::http::Pairs pairs = kepu::http::parse_query(bytes);
  for (const auto& [name, value] : pairs) {
    if (!kepu::base::is_valid_utf8(name + value) || value.find('\0') != std::string::npos) std::abort();
  }
  const kepu::http::Pairs again = kepu::http::parse_query(kepu::http::build_query(pairs));
  if (again != pairs) std::abort();
  if (kepu::http::url_decode(kepu::http::url_encode(bytes), true) != bytes) std::abort();
  if (const auto target = kepu::http::parse_target(bytes)) {
    if (target->path.front() != '/' || target->path.find("/../") != std::string::npos) std::abort();
    if (target->path.size() >= 3 && target->path.compare(target->path.size() - 3, 3, "/..") == 0)
      std::abort();
  }
  kepu::http::parse_host(bytes);
  kepu::http::parse_cookies(bytes);
  kepu::http::client_address("127.0.0.1", bytes, {"127.0.0.1"});
  return 0;
}
