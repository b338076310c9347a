// What a mark may be.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "engines/appraisal/appraisal.h"

namespace kepu::appraisal {

using base::Code;

namespace {

constexpr std::size_t kLongestReason = 1000, kLongestLink = 500;

base::Error problem(const char* rule, std::string message, std::string field = {}) {
  return {Code::invalid, std::string("appraisal.") + rule, std::move(field), std::move(message)};
}

}  // namespace

bool is_link(std::string_view text) {
  if (text.empty()) return true;
  const bool address = base::starts_with(text, "https://") || base::starts_with(text, "http://") ||
                       base::starts_with(text, "/");
  return address && text.size() <= kLongestLink &&
         text.find_first_of(" \t\r\n\"<>\\") == std::string_view::npos && !base::starts_with(text, "//");
}

bool asks_people(const Item& item, Id unit, const std::vector<Figure>& figures) {
  if (item.rule.kind == Rule::Kind::manual) return true;
  if (item.rule.missing != Missing::manual) return false;
  const auto at = std::find_if(figures.begin(), figures.end(),
                               [&](const Figure& a) { return a.unit == unit && a.item == item.code; });
  return at == figures.end() || !at->value;
}

base::Errors problems_of(const Table& table, const Entry& entry, const std::vector<Mark>& marks) {
  base::Errors out;
  std::vector<std::string_view> seen;
  for (const auto& m : marks) {
    const auto* item = table.item(m.item);
    if (item == nullptr || !table.applies(*item, entry.group)) {
      out.push_back(problem("no_such_item", "考核项 " + m.item + " 不适用于这个单位，请刷新页面。"));
      continue;
    }
    if (std::find(seen.begin(), seen.end(), m.item) != seen.end())
      out.push_back(problem("item_twice", "考核项 " + m.item + " 给了两次分。"));
    seen.push_back(m.item);
    const Points lowest = item->rule.kind == Rule::Kind::manual ? item->rule.lowest : 0;
    if (m.points && (*m.points < lowest || *m.points > item->points))
      out.push_back(
          problem("out_of_bounds",
                  fmt::format("考核项 {} 应当在 {} 和 {} 分之间，填的是 {}。", m.item, points_text(lowest),
                              points_text(item->points), points_text(*m.points)),
                  "points-" + m.item));
    if (!m.points && base::trim(m.reason).empty())
      out.push_back(
          problem("na_reason", "考核项 " + m.item + " 选了“不适用”，请写明理由。", "reason-" + m.item));
    if (base::length(m.reason) > kLongestReason)
      out.push_back(
          problem("too_long", "考核项 " + m.item + " 的说明超过 1000 字，请精简。", "reason-" + m.item));
    if (!is_link(m.link))
      out.push_back(problem("link", "考核项 " + m.item + " 的佐证链接应当以 https:// 或 / 开头，不含空格。",
                            "link-" + m.item));
  }
  return out;
}

}  // namespace kepu::appraisal
