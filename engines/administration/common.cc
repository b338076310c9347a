#include "engines/administration/pages.h"

namespace kepu::administration {

std::string local_path(std::string_view wanted) {
  const bool printable =
      std::all_of(wanted.begin(), wanted.end(), [](char c) { return c > 0x20 && c < 0x7f && c != '\\'; });
  if (!printable || wanted.empty() || wanted.size() > 2000 || wanted[0] != '/') return "/";
  if (wanted.size() > 1 && wanted[1] == '/') return "/";
  return std::string(wanted);
}

int status_of(const base::Errors& errors) {
  return errors.empty() ? 200 : http::status_of(errors.front().code);
}

void set_session_cookie(site::Context& context, std::string_view token) {
  constexpr std::int64_t kHalfDay = 12 * 3600;
  context.set_cookies.emplace_back(site::kSessionCookie, site::cookie_value(context.app, token, kHalfDay));
}

}  // namespace kepu::administration
