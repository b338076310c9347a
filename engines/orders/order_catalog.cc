// catalog/orders.toml: kinds of services, the shipped menu and the terms.
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

#include "core/base/text.h"
#include "engines/orders/orders.h"

namespace kepu::orders {

namespace {

std::vector<std::string> texts(const toml::table& table, std::string_view key) {
  std::vector<std::string> out;
  if (const auto* list = table[key].as_array()) {
    for (const auto& node : *list) {
      if (const auto text = node.value<std::string>()) out.push_back(*text);
    }
  }
  return out;
}

bool is_key(std::string_view key) {
  return key.size() >= 2 && key.size() <= 32 && key.front() >= 'a' && key.front() <= 'z' &&
         std::all_of(key.begin(), key.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

Service service_of(const toml::table& t) {
  Service s;
  s.kind = t["kind"].value_or(std::string());
  s.title = t["title"].value_or(std::string());
  s.what = t["what"].value_or(std::string());
  s.needs = t["needs"].value_or(std::string());
  s.minutes = t["minutes"].value_or(60);
  s.people_min = t["people_min"].value_or(0);
  s.people_max = t["people_max"].value_or(0);
  s.notice_days = t["notice"].value_or(3);
  s.daily_limit = t["daily"].value_or(0);
  s.certificate = t["certificate"].value_or(std::string());
  s.for_minors = t["minors"].value_or(false);
  return s;
}

}  // namespace

const Kind* Catalog::find(std::string_view key) const {
  const auto at = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& k) { return k.key == key; });
  return at == kinds.end() ? nullptr : &*at;
}

const Kind* Catalog::guess(std::string_view text) const {
  const Kind* best = nullptr;
  int most = 0;
  for (const auto& kind : kinds) {
    const auto hits = std::count_if(kind.words.begin(), kind.words.end(),
                                    [&](const std::string& word) { return base::contains(text, word); });
    if (hits > most) best = &kind, most = static_cast<int>(hits);
  }
  return best;
}

base::Result<Catalog> parse_catalog(std::string_view text, std::string_view file_name) {
  const auto wrong = [&](auto line, std::string_view what) {
    return base::refuse(base::Code::invalid, "orders.toml",
                        fmt::format("{} 第{}行：{}", file_name, line, what));
  };
  toml::table root;
  try {
    root = toml::parse(text, file_name);
  } catch (const toml::parse_error& e) {
    return wrong(e.source().begin.line, fmt::format("格式有误（{}）", e.description()));
  }
  Catalog out;
  const auto* kinds = root["kind"].as_array();
  if (kinds == nullptr) return wrong(1u, "没有任何服务类别（[[kind]]）");
  for (const toml::node& node : *kinds) {
    const auto line = node.source().begin.line;
    const auto* t = node.as_table();
    if (t == nullptr) return wrong(line, "类别应写成 [[kind]]");
    Kind k{(*t)["key"].value_or(std::string()), (*t)["title"].value_or(std::string()),
           (*t)["skill"].value_or(std::string()), texts(*t, "words"), texts(*t, "duties")};
    if (!is_key(k.key)) return wrong(line, "代号 key 要用小写字母开头的 2 到 32 个字母、数字");
    if (out.find(k.key) != nullptr) return wrong(line, "代号“" + k.key + "”写了两次");
    if (k.title.empty()) return wrong(line, "类别没有名称 title");
    out.kinds.push_back(std::move(k));
  }
  if (const auto* services = root["service"].as_array()) {
    for (const toml::node& node : *services) {
      const auto line = node.source().begin.line;
      const auto* t = node.as_table();
      if (t == nullptr) return wrong(line, "服务应写成 [[service]]");
      Service s = service_of(*t);
      if (out.find(s.kind) == nullptr) return wrong(line, "没有类别“" + s.kind + "”");
      if (base::length(s.title) < 2 || base::length(s.title) > 40)
        return wrong(line, "服务名称要写 2 到 40 个字");
      if (s.minutes < 10 || s.minutes > 1440) return wrong(line, "时长 minutes 要在 10 到 1,440 之间");
      if (s.notice_days < 0 || s.notice_days > 60) return wrong(line, "提前天数 notice 要在 0 到 60 之间");
      out.services.push_back(std::move(s));
      out.departments.push_back((*t)["department"].value_or(std::string()));
    }
  }
  if (const auto* t = root["terms"].as_table()) {
    const auto take = [&](std::string_view key, int& into) { into = (*t)[key].value_or(into); };
    take("check", out.terms.check);
    take("claim", out.terms.claim);
    take("find_team", out.terms.find_team);
    take("confirm", out.terms.confirm);
    take("review", out.terms.review);
    take("offer", out.terms.offer);
    take("offer_urgent", out.terms.offer_urgent);
    take("erase_days", out.terms.erase_days);
    take("travel", out.terms.travel);
  }
  return out;
}

}  // namespace kepu::orders
