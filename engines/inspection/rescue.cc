#include "engines/inspection/rescue.h"

#include <boost/json.hpp>

#include "core/base/secret.h"
#include "core/base/text.h"

namespace kepu::inspection {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostVisits = 200;

tl::unexpected<base::Error> refused() {
  return base::refuse(base::Code::invalid, "rescue.file",
                      "这不是从“我的走访”导出的文件，或者文件不完整。请选择导出的 .json 文件。", "file");
}

std::string text_of(const json::object& o, std::string_view name) {
  const auto* v = o.if_contains(name);
  return v != nullptr && v->is_string() ? base::valid_utf8(std::string_view(v->get_string())) : std::string();
}

std::optional<std::string> bytes_of(std::string text) {
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  while (!text.empty() && text.back() == '=') text.pop_back();
  return base::from_base64url(text);
}

base::Result<Rescued> visit_of(const json::object& o) {
  Rescued out;
  out.visit = base::parse_id(text_of(o, "visit")).value_or(0);
  out.key = text_of(o, "key");
  out.base_revision = base::parse_int(text_of(o, "base")).value_or(-1);
  const auto* fields = o.if_contains("fields");
  const auto* photos = o.if_contains("photos");
  if (out.visit == 0 || fields == nullptr || !fields->is_array()) return refused();
  for (const auto& f : fields->get_array()) {
    const auto* pair = f.if_array();
    if (pair == nullptr || pair->size() != 2 || !(*pair)[0].is_string() || !(*pair)[1].is_string())
      return refused();
    out.fields.emplace_back(base::valid_utf8(std::string_view((*pair)[0].get_string())),
                            base::valid_utf8(std::string_view((*pair)[1].get_string())));
  }
  if (photos == nullptr || !photos->is_array()) return out;
  for (const auto& p : photos->get_array()) {
    const auto* picture = p.if_object();
    auto bytes = picture == nullptr ? std::nullopt : bytes_of(text_of(*picture, "data"));
    if (!bytes) return refused();
    out.photos.push_back({text_of(*picture, "field"), text_of(*picture, "name"), std::move(*bytes)});
  }
  return out;
}

}  // namespace

base::Result<std::vector<Rescued>> read_rescue(std::string_view text) {
  boost::system::error_code failed;
  const auto value = json::parse(text, failed);
  const auto* o = failed ? nullptr : value.if_object();
  const auto* visits =
      o == nullptr || text_of(*o, "kind") != "kepu-visits" ? nullptr : o->if_contains("visits");
  if (visits == nullptr || !visits->is_array() || visits->get_array().size() > kMostVisits) return refused();
  std::vector<Rescued> out;
  for (const auto& v : visits->get_array()) {
    if (!v.is_object()) return refused();
    out.push_back(TRY(visit_of(v.get_object())));
  }
  return out;
}

}  // namespace kepu::inspection
