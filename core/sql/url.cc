#include "core/sql/url.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace kepu::sql {
namespace {

// "postgresql://user:secret@host/name?password=secret" with "***" for both secrets.
std::string without_password(const std::string& url) {
  std::string shown = url;
  const std::size_t host = shown.find("://") + 3;
  const std::size_t end = shown.find_first_of("/?", host);
  const std::size_t at = shown.substr(0, end).rfind('@');
  const std::size_t colon = shown.find(':', host);
  if (at != std::string::npos && colon != std::string::npos && colon < at)
    shown.replace(colon + 1, at - colon - 1, "***");
  for (const std::string key : {"?password=", "&password="}) {
    const std::size_t found = shown.find(key);
    if (found == std::string::npos) continue;
    const std::size_t value = found + key.size();
    const std::size_t stop = shown.find('&', value);
    shown.replace(value, stop == std::string::npos ? stop : stop - value, "***");
  }
  return shown;
}

}  // namespace

Target parse_url(const std::string& url) {
  Target target;
  target.shown = url;
  const std::string scheme = "sqlite:";
  if (base::starts_with(url, "postgresql://") || base::starts_with(url, "postgres://")) {
    target.dialect = Dialect::postgresql;
    target.shown = without_password(url);
    return target;
  }
  if (base::starts_with(url, scheme)) target.path = url.substr(scheme.size());
  target.in_memory = target.path == ":memory:";
  const bool is_other_url = target.path.substr(0, 2) == "//";  // sqlite://host has no meaning
  if (target.path.empty() || is_other_url || (target.path.front() == ':' && !target.in_memory))
    throw Failure(
        fmt::format("看不懂数据库地址“{}”。请写成 sqlite:文件路径（如 sqlite:var/kepu.db），或 "
                    "postgresql://用户@主机:端口/库名",
                    url));
  return target;
}

}  // namespace kepu::sql
