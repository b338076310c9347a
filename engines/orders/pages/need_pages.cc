// 供需: what people asked for in a year, by township and kind, what became of it, who could serve it, and
// where the gap is; and the heat of what was not met, every figure with its records one click behind it.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/base/text.h"
#include "core/html/format.h"
#include "engines/orders/pages/need_desk.h"

namespace kepu::orders {

using http::Method;
using site::Access;

namespace {

constexpr int kYearsShown = 5;

struct NeedRow {
  Id township = 0;
  std::string township_name, kind, kind_name;
  OrderStore::Count count;
  std::int64_t unmet = 0;
  int teams = 0;
};

using Cells = std::map<std::pair<Id, std::string>, std::int64_t>;

Cells cells_of(const std::vector<UnmetNeed>& needs) {
  Cells out;
  for (const auto& n : needs) ++out[{n.township, n.kind}];
  return out;
}

int teams_for(const std::vector<registers::FoundTeam>& teams, const auth::UnitTree& units, const Kind* kind,
              Id township) {
  return static_cast<int>(std::count_if(teams.begin(), teams.end(), [&](const auto& t) {
    const bool skilled = kind == nullptr || kind->skill.empty() ||
                         std::count(t.skills.begin(), t.skills.end(), kind->skill) != 0;
    const bool near = t.serves.empty() || std::count(t.serves.begin(), t.serves.end(), township) != 0 ||
                      (t.place != 0 && units.is_within(t.place, township));
    return skilled && near;
  }));
}

std::vector<NeedRow> rows_of(Context& context, OrdersEngine& engine, Year year, const Cells& unmet) {
  const Id tenant = context.tenant.id;
  const auto units = context.app.directory.units(tenant);
  const auto settings = engine.store().settings(tenant);
  const auto scope = scope_of(context.actor);
  const auto teams = engine.registers().find_teams(tenant, {.type = "team", .limit = 2000});
  auto counts = engine.store().need(tenant, year.from(), year.to());
  for (const auto& [key, n] : unmet) counts.try_emplace(key);
  std::vector<NeedRow> out;
  for (const auto& [key, count] : counts) {
    if (scope && std::count(scope->begin(), scope->end(), key.first) == 0) continue;
    NeedRow r;
    r.township = key.first;
    r.township_name = unit_name(*units, key.first);
    r.kind = key.second;
    r.kind_name = kind_title(*settings, key.second);
    r.count = count;
    if (const auto at = unmet.find(key); at != unmet.end()) r.unmet = at->second;
    r.teams = teams_for(teams, *units, settings->kind(key.second), key.first);
    out.push_back(std::move(r));
  }
  return out;
}

table::Table<NeedRow> need_table(Year year) {
  table::Table<NeedRow> table({.id = "need", .caption = "供需", .default_sort = "-unmet", .unit = "行"});
  table
      .column({.key = "township", .title = "乡镇", .full_on_phone = true},
              [](const NeedRow& r) { return table::text(r.township_name); })
      .column({.key = "kind", .title = "类别"},
              [](const NeedRow& r) {
                return table::link(r.kind_name,
                                   fmt::format("/orders?f.township={}&f.kind={}", r.township, r.kind));
              })
      .column({.key = "placed", .title = "点单", .number = true},
              [](const NeedRow& r) { return table::count(r.count.placed); })
      .column({.key = "closed", .title = "办结", .number = true},
              [](const NeedRow& r) { return table::count(r.count.closed); })
      .column({.key = "unmet", .title = "没满足", .number = true, .note = std::string(kUnmetNote)},
              [year](const NeedRow& r) {
                table::Cell cell = table::count(r.unmet);
                if (r.unmet != 0) cell.url = unmet_url(year, r.township, r.kind);
                return cell;
              })
      .column({.key = "teams",
               .title = "能服务的队伍",
               .number = true,
               .note = "在册、专长符合、服务到这个乡镇的服务队"},
              [](const NeedRow& r) { return table::count(r.teams); })
      .column({.key = "rating",
               .title = "平均评价",
               .number = true,
               .hide_on_phone = true,
               .note = "5 星为最高；没有评价的不算"},
              [](const NeedRow& r) {
                return r.count.rated == 0 ? table::missing()
                                          : table::number(static_cast<double>(r.count.rating_sum) /
                                                              static_cast<double>(r.count.rated),
                                                          1);
              })
      .column({.key = "people", .title = "服务人次", .number = true, .hide_on_phone = true},
              [](const NeedRow& r) { return table::count(r.count.people); });
  return table;
}

// ---------------------------------------------------------------- the heat

// 1 … 5 by fifths of the largest.
int level_of(std::int64_t n, std::int64_t largest) {
  return n == 0 ? 0
                : static_cast<int>(
                      std::min<std::int64_t>(5, 1 + 5 * (n - 1) / std::max<std::int64_t>(1, largest)));
}

void write_figure(Out& h, std::string_view column, std::int64_t n, std::int64_t largest, std::string url) {
  if (n == 0) {
    h("<td class=\"r num none\" data-k=\"{}\">0</td>", column);
    return;
  }
  const int level = largest == 0 ? 0 : level_of(n, largest);  // sums are not coloured
  h("<td class=\"r num{}\" data-k=\"{}\"><a href=\"{}\">{}</a></td>",
    level == 0 ? std::string() : fmt::format(" heat q{}", level), column, html::Url{std::move(url)},
    html::grouped(n));
}

void write_table(Out& h, std::string_view caption, const std::vector<std::string>& heads,
                 const html::Content& rows) {
  h(
      "<div class=\"scroll-x\"><table class=\"t3 stack\"><caption class=\"sr\">{}</caption><thead><tr>{}</tr>"
      "</thead><tbody>{}</tbody></table></div>",
      caption,
      [&](Out& o) {
        bool first = true;
        for (const auto& head : heads) {
          o("<th scope=\"col\"{}>{}</th>", html::AttrValue{"class", first ? "" : "r"}, head);
          first = false;
        }
      },
      rows);
}

void write_heat(Out& h, const std::vector<UnmetNeed>& needs, Year year, const auth::UnitTree& units,
                const Settings& settings) {
  const Cells cells = cells_of(needs);
  std::map<Id, std::int64_t> townships;
  std::map<std::string, std::int64_t> kinds;
  std::int64_t largest = 0;
  for (const auto& [key, n] : cells) {
    townships[key.first] += n;
    kinds[key.second] += n;
    largest = std::max(largest, n);
  }
  std::vector<std::string> heads = {"乡镇"}, keys;
  for (const auto& [kind, n] : kinds) keys.push_back(kind);
  std::stable_sort(keys.begin(), keys.end(),
                   [&](const auto& a, const auto& b) { return kinds.at(a) > kinds.at(b); });
  for (const auto& kind : keys) heads.push_back(kind_title(settings, kind));
  heads.emplace_back("合计");
  std::vector<Id> order;
  for (const auto& [township, n] : townships) order.push_back(township);
  std::stable_sort(order.begin(), order.end(), [&](Id a, Id b) { return townships.at(a) > townships.at(b); });
  write_table(h, "没满足的需求，乡镇和类别", heads, [&](Out& o) {
    for (const Id township : order) {
      o("<tr><th scope=\"row\">{}</th>{}</tr>", unit_name(units, township), [&](Out& x) {
        for (const auto& kind : keys) {
          const auto at = cells.find({township, kind});
          write_figure(x, kind_title(settings, kind), at == cells.end() ? 0 : at->second, largest,
                       unmet_url(year, township, kind));
        }
        write_figure(x, "合计", townships.at(township), 0, unmet_url(year, township, ""));
      });
    }
  });
}

void write_months(Out& h, const std::vector<UnmetNeed>& needs, Year year) {
  std::array<std::map<Unmet, std::int64_t>, 13> months;
  std::array<std::int64_t, 13> sums{};
  std::int64_t largest = 0;
  for (const auto& n : needs) {
    const auto month = static_cast<std::size_t>(base::date_of(n.at).month);
    largest = std::max(largest, ++months[month][n.why]);
    ++sums[month];
  }
  std::vector<std::string> heads = {"月份"};
  for (const Unmet why : kCountedUnmet) heads.emplace_back(title_of(why));
  heads.emplace_back("合计");
  write_table(h, "没满足的需求，按点单的月份和原因", heads, [&](Out& o) {
    for (int m = 1; m <= year.months(); ++m) {
      const auto at = static_cast<std::size_t>(m);
      if (sums[at] == 0) continue;
      o("<tr><th scope=\"row\">{} 月</th>{}</tr>", m, [&](Out& x) {
        for (const Unmet why : kCountedUnmet) {
          const auto found = months[at].find(why);
          write_figure(x, title_of(why), found == months[at].end() ? 0 : found->second, largest,
                       unmet_url(year, 0, "", m, why));
        }
        write_figure(x, "合计", sums[at], 0, unmet_url(year, 0, "", m));
      });
    }
  });
}

std::string lead_of(const std::vector<NeedRow>& rows, std::size_t unmet) {
  std::int64_t placed = 0;
  std::set<std::string> gaps;
  for (const auto& r : rows) {
    placed += r.count.placed;
    if (r.teams == 0 && r.count.placed != 0) gaps.insert(r.township_name + "的" + r.kind_name);
  }
  std::string words = fmt::format("共点单 {} 单，没满足 {} 单。", html::grouped(placed),
                                  html::grouped(static_cast<std::int64_t>(unmet)));
  if (gaps.empty()) return words;
  std::vector<std::string> some(gaps.begin(), gaps.end());
  const auto all = some.size();
  if (some.size() > 5) some.resize(5);
  return words + fmt::format("有需求却没有对口队伍的：{}{}。", base::join(some, "、"),
                             all > 5 ? fmt::format("等 {} 处", all) : "");
}

PageAnswer show_need(Context& context, OrdersEngine& engine) {
  const Year year = year_of(context);
  const auto units = context.app.directory.units(context.tenant.id);
  const auto settings = engine.store().settings(context.tenant.id);
  const auto needs = engine.unmet().needs(context.tenant.id, query_of(context, year));
  const auto rows = rows_of(context, engine, year, cells_of(needs));
  const auto table = need_table(year);
  site::Page page;
  page.title = fmt::format("{} 年供需", year.number);
  page.path = {{"订单", "/orders"}, {"供需", ""}};
  page.landscape = true;
  page.note = fmt::format("{} 至 {} 点的单", base::to_iso(year.from()), base::to_iso(year.to()));
  page.actions = [&](Out& h) {
    h("{} {}",
      html::button_link("缺什么内容", fmt::format("/orders/need/{}/missing", year.number), "clipboard-list"),
      html::button_link("没满足的订单", unmet_url(year), "list-details"));
  };
  site::ListOptions options{.file_name = fmt::format("{}年点单供需", year.number), .subject = "orders:need"};
  options.empty_hint = "这一年没有点单。";
  options.before = [&](Out& h) {
    h("{}{}", year_choice(context, year, "/orders/need/{}"), html::Lead{lead_of(rows, needs.size())});
    if (needs.empty()) return;
    h("{}", html::panel("没满足的需求：哪里缺什么", [&](Out& o) {
        write_heat(o, needs, year, *units, *settings);
        o("<p class=\"note\">{}。颜色越深越多；点数字看每一单。</p>", kUnmetNote);
      }));
    h("{}", html::panel("没满足的需求：哪个月、为什么", [&](Out& o) {
        write_months(o, needs, year);
        o("<p class=\"note\">按点单的月份；没有列出的月份，点的单都满足了或者没有点单。</p>");
      }));
  };
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

}  // namespace

Year year_of(const Context& context) {
  const Date today = context.today();
  Year out{today.year, today};
  const auto asked = base::parse_int(context.variable("year"));
  if (asked && *asked >= 2000 && *asked <= today.year) out.number = static_cast<int>(*asked);
  return out;
}

UnmetQuery query_of(const Context& context, Year year) {
  UnmetQuery q;
  if (const auto scope = scope_of(context.actor)) {
    q.units = *scope;
    if (q.units.empty()) q.units = {-1};  // sees none
  }
  q.from = year.from();
  q.to = year.to();
  return q;
}

std::string unmet_url(Year year, Id township, std::string_view kind, int month, std::optional<Unmet> why) {
  std::string out = fmt::format("/orders/need/{}/unmet", year.number);
  char mark = '?';
  const auto add = [&](std::string_view name, const std::string& value) {
    out += fmt::format("{}f.{}={}", mark, name, value);
    mark = '&';
  };
  if (township != 0) add("township", std::to_string(township));
  if (!kind.empty()) add("kind", std::string(kind));
  if (month != 0) add("month", std::to_string(month));
  if (why) add("why", std::string(to_text(*why)));
  return out;
}

html::Content year_choice(const Context& context, Year year, const std::string& url) {
  html::Segment years{"年份", {}};
  const int last = context.today().year;
  for (int y = last; y > last - kYearsShown; --y)
    years.items.push_back(
        {std::to_string(y), base::replace_all(url, "{}", std::to_string(y)), y == year.number});
  return [years](Out& h) { h("<div class=\"before scroll-x year-choice\">{}</div>", years); };
}

void add_need_pages(site::Site& site, OrdersEngine& engine) {
  site.add({Method::get, "/orders/need", Access::right, std::string(kRead),
            [&](Context& c) { return show_need(c, engine); }});
  site.add({Method::get, "/orders/need/{year}", Access::right, std::string(kRead),
            [&](Context& c) { return show_need(c, engine); }});
  add_unmet_pages(site, engine);
}

}  // namespace kepu::orders
