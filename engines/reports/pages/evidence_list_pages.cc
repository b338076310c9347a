// 佐证库: the list with its full text search.
#include <algorithm>

#include "engines/reports/pages/desk.h"

namespace kepu::reports {

using html::Out;
using site::Answer;
using site::Context;

namespace {

table::Table<Evidence> evidence_table(std::shared_ptr<const auth::UnitTree> units,
                                      const std::optional<std::vector<Id>>& mine, Date today) {
  std::vector<std::pair<std::string, std::string>> options;
  for (const auto& u : units->all()) {
    if (u.kind == auth::UnitKind::village || (mine && !std::binary_search(mine->begin(), mine->end(), u.id)))
      continue;
    options.emplace_back(std::to_string(u.id), u.name);
  }
  return table::Table<Evidence>({.id = "evidence",
                                 .caption = "佐证",
                                 .search_hint = "名称、说明、文件名中的字",
                                 .default_sort = "-at",
                                 .tie_break = "e.id desc",
                                 .unit = "件"})
      .column({.key = "title", .title = "名称", .full_on_phone = true, .width = 40, .sql = "e.title"},
              [](const Evidence& e) { return table::link(e.title, evidence_url(e.id)); })
      .column({.key = "kind", .title = "种类", .sql = "e.kind"},
              [](const Evidence& e) { return table::text(std::string(title_of(e.kind))); })
      .column({.key = "unit", .title = "单位", .width = 22, .sql = "e.unit"},
              [units](const Evidence& e) {
                const auto* unit = units->find(e.unit);
                return table::text(unit == nullptr ? "（已撤销单位）" : unit->name);
              })
      .column({.key = "uses",
               .title = "用于",
               .number = true,
               .sortable = false,
               .note = "引用这件佐证的填报、任务等的个数"},
              [](const Evidence& e) { return table::count(e.uses); })
      .column({.key = "version", .title = "版本", .number = true, .hide_on_phone = true, .sql = "e.version"},
              [](const Evidence& e) { return table::count(e.current.number); })
      .column({.key = "until", .title = "有效期至", .hide_on_phone = true, .sql = "e.valid_until"},
              [](const Evidence& e) { return table::date(e.valid_until); })
      .column({.key = "state", .title = "状态", .sortable = false},
              [today](const Evidence& e) {
                return table::status(evidence_light(e, today), evidence_word(e, today));
              })
      .column({.key = "at", .title = "登记", .hide_on_phone = true, .sql = "e.created_at"},
              [](const Evidence& e) { return table::date(base::date_of(e.current.at)); })
      .filter({.key = "kind",
               .title = "种类",
               .options = {{"file", "文件"}, {"link", "链接"}, {"record", "平台记录"}}})
      .filter({.key = "state",
               .title = "状态",
               .options = {{"valid", "有效"},
                           {"ended", "已过有效期"},
                           {"unused", "还没用到"},
                           {"withdrawn", "已撤下"}}})
      .filter({.key = "unit", .title = "单位", .options = options});
}

Answer list_evidence(Context& context, ReportsEngine& engine) {
  const auto mine = context.actor.units_of("report.read");
  const Date today = context.today();
  const auto units = context.app.directory.units(context.tenant.id);
  const auto table = evidence_table(units, mine, today);
  const table::Source<Evidence> source = [&](const table::Wanted& wanted) {
    EvidenceStore::Filter filter;
    filter.units = mine;
    filter.text = wanted.query.text;
    filter.kind = std::string(wanted.query.filter("kind"));
    filter.state = std::string(wanted.query.filter("state"));
    filter.unit = base::parse_id(wanted.query.filter("unit")).value_or(0);
    auto found = engine.evidence().search(context.tenant.id, filter, today, wanted.order_by, wanted.offset,
                                          wanted.limit);
    return table::Found<Evidence>{std::move(found.rows), found.total};
  };
  site::Page page;
  page.title = "佐证库";
  page.path = {{"佐证库", ""}};
  page.note = "一份佐证登记一次，可用于多项填报、任务和考核项";
  page.actions = [&](Out& h) {
    if (context.actor.may("evidence.edit"))
      h("{}", html::button_link("登记佐证", "/evidence/new", "upload", html::Look::primary));
  };
  return site::list(context, table, source, std::move(page),
                    {.file_name = "佐证清单",
                     .subject = "evidence",
                     .empty_hint = "填报任务时附上的文件和链接都在这里，也可以先登记、以后引用。"});
}

}  // namespace

void add_evidence_list_pages(site::Site& site, ReportsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/evidence", Access::right, "report.read",
            [&](Context& c) { return list_evidence(c, engine); }});
  site.add(site::MenuItem{"填报", "佐证库", "/evidence", "report.read", 154, "", {}, false});
  site.add_search([&engine](const Context& context, std::string_view words) {
    std::vector<site::SearchHit> hits;
    if (!context.actor.may("report.read")) return hits;
    EvidenceStore::Filter filter;
    filter.units = context.actor.units_of("report.read");
    filter.text = std::string(words);
    for (const auto& e : engine.evidence().search(context.tenant.id, filter, context.today(), "", 0, 20).rows)
      hits.push_back({e.title, evidence_url(e.id), "佐证", std::string(title_of(e.kind))});
    return hits;
  });
}

}  // namespace kepu::reports
