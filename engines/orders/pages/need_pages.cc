// 供需: what people asked for, by township and kind, what became of it, who could serve it, and where the gap
// is.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/base/text.h"
#include "engines/orders/pages/order_desk.h"

namespace kepu::orders {

using http::Method;
using site::Access;

namespace {

struct NeedRow {
  Id township = 0;
  std::string township_name, kind, kind_name;
  OrderStore::Count count;
  int teams = 0;
  std::int64_t unmet() const { return count.refused + count.overdue; }
};

std::vector<NeedRow> rows_of(Context& context, OrdersEngine& engine, Date from, Date to) {
  const Id tenant = context.tenant.id;
  const auto units = context.app.directory.units(tenant);
  const auto settings = engine.store().settings(tenant);
  const auto scope = scope_of(context.actor);
  const auto teams = engine.registers().find_teams(tenant, {.type = "team", .limit = 2000});
  std::vector<NeedRow> out;
  for (const auto& [key, count] : engine.store().need(tenant, from, to)) {
    if (scope && std::count(scope->begin(), scope->end(), key.first) == 0) continue;
    NeedRow r;
    r.township = key.first;
    r.township_name = unit_name(*units, key.first);
    r.kind = key.second;
    r.kind_name = kind_title(*settings, key.second);
    r.count = count;
    const Kind* kind = settings->kind(key.second);
    for (const auto& t : teams) {
      const bool skilled = kind == nullptr || kind->skill.empty() ||
                           std::count(t.skills.begin(), t.skills.end(), kind->skill) != 0;
      bool near = t.serves.empty() || std::count(t.serves.begin(), t.serves.end(), key.first) != 0;
      near = near || (t.place != 0 && units->is_within(t.place, key.first));
      if (skilled && near) ++r.teams;
    }
    out.push_back(std::move(r));
  }
  return out;
}

PageAnswer show_need(Context& context, OrdersEngine& engine) {
  const Date today = context.today();
  const Date from = base::parse_date(context.param("from")).value_or(Date{today.year, 1, 1});
  const Date to = base::parse_date(context.param("to")).value_or(today);
  const auto rows = rows_of(context, engine, from, to);
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
      .column({.key = "unmet", .title = "未满足", .number = true, .note = "不予受理，和超过时限还没有队伍的"},
              [](const NeedRow& r) { return table::count(r.unmet()); })
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
  std::int64_t placed = 0, unmet = 0;
  std::set<std::string> gaps;
  for (const auto& r : rows) {
    placed += r.count.placed;
    unmet += r.unmet();
    if (r.teams == 0 && r.count.placed != 0) gaps.insert(r.township_name + "的" + r.kind_name);
  }
  site::Page page;
  page.title = "供需";
  page.path = {{"订单", "/orders"}, {"供需", ""}};
  page.note = fmt::format("{} 至 {} 点的单", base::to_iso(from), base::to_iso(to));
  site::ListOptions options{.file_name = "点单供需", .subject = "orders:need"};
  options.empty_hint = "这段时间没有点单。";
  options.before = [&](Out& h) {
    std::string words = fmt::format("共点单 {} 单，未满足 {} 单。", placed, unmet);
    if (!gaps.empty()) {
      std::vector<std::string> some(gaps.begin(), gaps.end());
      const auto all = some.size();
      if (some.size() > 5) some.resize(5);
      words += fmt::format("有需求却没有对口队伍的：{}{}。", base::join(some, "、"),
                           all > 5 ? fmt::format("等 {} 处", all) : "");
    }
    h("{}", html::Lead{words});
  };
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

}  // namespace

void add_need_pages(site::Site& site, OrdersEngine& engine) {
  site.add({Method::get, "/orders/need", Access::right, std::string(kRead),
            [&](Context& c) { return show_need(c, engine); }});
}

}  // namespace kepu::orders
