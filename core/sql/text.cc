#include "core/sql/text.h"

namespace kepu::sql {

std::string list_of(const std::vector<base::Id>& ids) {
  std::string out = "-1";
  for (const base::Id id : ids) out += "," + std::to_string(id);
  return out;
}

std::string like_of(std::string_view text) {
  std::string out = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '!') out += '!';
    out += c;
  }
  return out + "%";
}

std::string iso_or_empty(const std::optional<base::Date>& date) {
  return date ? base::to_iso(*date) : std::string();
}

}  // namespace kepu::sql
