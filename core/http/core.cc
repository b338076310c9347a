#include "core/http/core.h"

#include <cstring>
#include <ctime>
#include <exception>

#include "core/base/secret.h"
#include "core/base/time.h"

namespace kepu::http {

std::optional<BodyPolicy> Core::policy_for(const Head& head, std::string_view id) {
  try {
    return application.body_policy(head);
  } catch (const std::exception& exception) {
    mail->log(id, exception.what());
    return std::nullopt;
  }
}

Response Core::failure_page(int status, std::string_view id) {
  try {
    Response page = application.failure(status, id);
    page.file.clear();
    return page;
  } catch (const std::exception& exception) {
    mail->log(id, exception.what());
    return text("请求未能完成。请把这个编号告诉管理员：" + std::string(id) + "\n", status);
  }
}

void Core::log_access(const AccessEntry& entry) {
  try {
    options.access_log(entry);
  } catch (const std::exception& exception) {
    mail->log(entry.id, exception.what());
  }
}

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
