#include "core/auth/directory.h"
#include "core/notify/notify.h"
#include "core/site/list.h"
#include "core/site/parts.h"
#include "core/sql/kept.h"
#include "core/sql/sql.h"
#include "engines/desk/outward_pages.h"

namespace kepu::desk {

using base::Id;
using html::Out;
using site::Answer;
using site::Context;

namespace {

constexpr int kSoonDays = 3;
constexpr std::int64_t kNoticesShown = 8;

struct Row {
  site::Todo todo;
  Urgency urgency = Urgency::open;
  std::string unit, principal;
};

html::Light light_of(Urgency urgency) {
  switch (urgency) {
    case Urgency::late:
      return html::Light::late;
    case Urgency::soon:
      return html::Light::watch;
    case Urgency::later:
      return html::Light::ok;
    case Urgency::open:
      return html::Light::idle;
  }
  return html::Light::idle;
}

std::vector<Row> rows_of(const Context& context, const site::Site& site) {
  const auto units = context.app.directory.units(context.tenant.id);
  auto todos = site.todos(context);
  std::vector<Id> principals;
  for (const auto& todo : todos) {
    if (todo.on_behalf_of != 0) principals.push_back(todo.on_behalf_of);
  }
  const auto names = context.app.directory.names(context.tenant.id, principals);
  std::vector<Row> rows;
  for (auto& todo : todos) {
    Row row;
    row.urgency = urgency_of(todo, context.today());
    if (const auto* unit = units->find(todo.unit)) row.unit = site::short_name(*unit);
    if (const auto at = names.find(todo.on_behalf_of); at != names.end()) row.principal = at->second;
    row.todo = std::move(todo);
    rows.push_back(std::move(row));
  }
  return rows;
}

table::Table<Row> todo_table(const std::vector<Row>& rows) {
  std::vector<std::pair<std::string, std::string>> kinds;
  for (const Row& r : rows) {
    const std::pair kind(r.todo.kind, r.todo.kind);
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) kinds.push_back(kind);
  }
  return table::Table<Row>({.id = "todos", .caption = "待办事项", .search_hint = "事项、单位", .unit = "件"})
      .column({.key = "title", .title = "事项", .width = 46},
              [](const Row& r) { return table::link(r.todo.title, r.todo.url); })
      .column({.key = "kind", .title = "类别", .width = 10},
              [](const Row& r) {
                return table::tags({{r.todo.kind, html::Tone::plain}});
              })
      .column({.key = "due", .title = "期限", .width = 12},
              [](const Row& r) { return table::date(r.todo.due); })
      .column(
          {.key = "state", .title = "缓急", .width = 10, .note = "已逾期；三日内到期；以后；没有期限"},
          [](const Row& r) { return table::status(light_of(r.urgency), std::string(title_of(r.urgency))); })
      .column({.key = "unit", .title = "单位", .hide_on_phone = true, .width = 14},
              [](const Row& r) { return table::text(r.unit); })
      .column({.key = "note", .title = "说明", .hide_on_phone = true, .width = 30},
              [](const Row& r) {
                std::string text = r.todo.note;
                if (!r.principal.empty()) text += (text.empty() ? "" : "；") + ("代" + r.principal + "办理");
                return table::text(text);
              })
      .filter({.key = "kind", .title = "类别", .options = std::move(kinds)},
              [](const Row& r, std::string_view v) { return r.todo.kind == v; })
      .filter(
          {.key = "state",
           .title = "缓急",
           .options = {{"已逾期", "已逾期"}, {"三日内", "三日内"}, {"以后", "以后"}, {"无期限", "无期限"}}},
          [](const Row& r, std::string_view v) { return title_of(r.urgency) == v; });
}

html::SimpleTable notice_table(const std::vector<notify::Kept>& notices) {
  html::SimpleTable table;
  table.caption = "未读通知";
  table.columns = {{"通知"}, {"内容"}, {"时间"}};
  for (const auto& kept : notices) {
    table.rows.push_back({html::Content([notice = kept.notice](Out& h) {
                            h("<a href=\"{}\">{}</a>", html::Url{notice.url}, notice.title);
                          }),
                          kept.notice.text, base::to_local(kept.at)});
  }
  return table;
}

std::vector<notify::Kept> notices_of(const Context& context, bool unread_only, std::int64_t offset,
                                     std::int64_t limit) {
  return context.app.db.read([&](sql::Session& s) {
    return notify::of_person(s, context.tenant.id, context.actor.person, unread_only, offset, limit);
  });
}

Answer show_work(Context& context, const site::Site& site) {
  const auto rows = rows_of(context, site);
  const auto table = todo_table(rows);
  const auto unread = notices_of(context, true, 0, kNoticesShown);
  const auto late =
      std::count_if(rows.begin(), rows.end(), [](const Row& r) { return r.urgency == Urgency::late; });
  site::Page page;
  page.title = "我的工作";
  page.path = {{"我的工作", ""}};
  page.note = rows.empty() ? std::string("没有待办事项")
                           : fmt::format("{} 件待办{}，按期限排序", rows.size(),
                                         late > 0 ? fmt::format("，其中 {} 件已逾期", late) : std::string());
  page.actions = [](Out& h) {
    h("{}{}", html::button_link("全部通知", "/notices", "bell"),
      html::button_link("通知方式", "/notices/ways", "settings"));
  };
  site::ListOptions options{.file_name = "待办事项",
                            .subject = fmt::format("person:{}", context.actor.person)};
  options.empty_hint = "等您办理的事会列在这里：要填报的、被退回的、要审核的、要整改的。";
  options.before = [&](Out& h) {
    if (unread.empty()) return;
    h("{}",
      html::panel(
          "未读通知",
          [&](Out& o) {
            o("{}{}", notice_table(unread), html::PostButton{"全部标为已读", "/notices/read", context.csrf});
          },
          {.more = {"全部通知", "/notices"}}));
  };
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

Answer show_notices(Context& context) {
  using Kept = notify::Kept;
  const auto table =
      table::Table<Kept>({.id = "notices", .caption = "通知", .unit = "条"})
          .column({.key = "at", .title = "时间", .sortable = false, .width = 16},
                  [](const Kept& n) { return table::text(base::to_local(n.at)); })
          .column({.key = "title", .title = "通知", .sortable = false, .width = 40},
                  [](const Kept& n) { return table::link(n.notice.title, n.notice.url); })
          .column({.key = "text", .title = "内容", .sortable = false, .hide_on_phone = true, .width = 60},
                  [](const Kept& n) { return table::text(n.notice.text); })
          .column({.key = "state", .title = "状态", .sortable = false},
                  [](const Kept& n) {
                    return table::tags({n.read_at == 0 ? std::pair{std::string("未读"), html::Tone::blue}
                                                       : std::pair{std::string("已读"), html::Tone::plain}});
                  })
          .filter({.key = "state", .title = "状态", .options = {{"unread", "未读"}}});
  const table::Source<Kept> source = [&](const table::Wanted& wanted) {
    const bool unread_only = wanted.query.filter("state") == "unread";
    return context.app.db.read([&](sql::Session& s) {
      table::Found<Kept> found;
      found.rows = notify::of_person(s, context.tenant.id, context.actor.person, unread_only, wanted.offset,
                                     wanted.limit);
      found.total = unread_only ? notify::unread(s, context.tenant.id, context.actor.person)
                                : notify::count(s, context.tenant.id, context.actor.person);
      return found;
    });
  };
  site::Page page;
  page.title = "通知";
  page.path = {{"我的工作", "/work"}, {"通知", ""}};
  page.note = "与您有关的事：退回、批准、指派、公示和到期提醒";
  page.actions = [&](Out& h) { h("{}", html::PostButton{"全部标为已读", "/notices/read", context.csrf}); };
  site::ListOptions options{.file_name = "通知", .subject = fmt::format("person:{}", context.actor.person)};
  options.empty_hint = "还没有通知。";
  return site::list(context, table, source, std::move(page), options);
}

Answer mark_read(Context& context) {
  const Id notice = base::parse_id(context.field("notice")).value_or(0);
  context.app.db.write([&](sql::Session& s) {
    notify::mark_read(s, context.tenant.id, context.actor.person, notice, context.now());
  });
  return site::redirect("/work");
}

Answer show_jobs(Context& context, job::Jobs& jobs) {
  const auto runs = jobs.runs();
  const auto every = [](base::Millis ms) {
    const auto minutes = ms / 60'000;
    if (minutes % 1440 == 0) return fmt::format("每 {} 天", minutes / 1440);
    return minutes % 60 == 0 ? fmt::format("每 {} 小时", minutes / 60) : fmt::format("每 {} 分钟", minutes);
  };
  const auto table =
      table::Table<job::Run>({.id = "jobs", .caption = "定时工作", .unit = "项"})
          .column({.key = "title", .title = "工作", .width = 30},
                  [](const job::Run& r) { return table::text(r.title); })
          .column({.key = "every", .title = "间隔"},
                  [&](const job::Run& r) { return table::text(every(r.every)); })
          .column({.key = "begun", .title = "上次开始", .width = 16},
                  [](const job::Run& r) {
                    return r.begun == 0 ? table::missing() : table::text(base::to_local(r.begun));
                  })
          .column({.key = "state", .title = "结果"},
                  [](const job::Run& r) {
                    if (r.begun == 0) return table::status(html::Light::idle, "还没有运行");
                    if (r.ended < r.begun) return table::status(html::Light::watch, "运行中或被中断");
                    return r.failed ? table::status(html::Light::late, "出错")
                                    : table::status(html::Light::done, "完成");
                  })
          .column({.key = "outcome", .title = "说明", .full_on_phone = true, .width = 50},
                  [](const job::Run& r) { return table::text(r.outcome); });
  site::Page page;
  page.title = "定时工作";
  page.path = {{"系统管理", "/settings"}, {"定时工作", ""}};
  page.note = "程序自己按时做的事；同一时刻只由一个程序办理";
  return site::list(context, table, table.in_memory(runs), std::move(page),
                    {.file_name = "定时工作", .subject = "jobs"});
}

}  // namespace

std::string_view title_of(Urgency urgency) {
  switch (urgency) {
    case Urgency::late:
      return "已逾期";
    case Urgency::soon:
      return "三日内";
    case Urgency::later:
      return "以后";
    case Urgency::open:
      return "无期限";
  }
  return "";
}

Urgency urgency_of(const site::Todo& todo, base::Date today) {
  if (!todo.due) return Urgency::open;
  const auto left = base::to_days(*todo.due) - base::to_days(today);
  return left < 0 ? Urgency::late : left <= kSoonDays ? Urgency::soon : Urgency::later;
}

void add_to(site::Site& site, job::Jobs& jobs, Outward outward) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/work", Access::signed_in, "", [&site](Context& c) { return show_work(c, site); }});
  site.add({Method::get, "/notices", Access::signed_in, "", show_notices});
  site.add({Method::post, "/notices/read", Access::signed_in, "", mark_read});
  add_outward_pages(site, std::move(outward));
  site.add({Method::get, "/settings/jobs", Access::right, "audit.read",
            [&jobs](Context& c) { return show_jobs(c, jobs); }});
  // On every page, so it is kept until something changes.
  const auto counts = std::make_shared<sql::Kept<std::string, std::int64_t>>(1024);
  site.add(site::MenuItem{
      "", "我的工作", "/work", "", 2, "inbox",
      [&site, counts](const Context& c) {
        const std::string key = fmt::format("{} {} {}", c.tenant.id, c.actor.person, base::to_iso(c.today()));
        return *counts->get(c.stamp, key, [&] {
          return std::make_shared<const std::int64_t>(static_cast<std::int64_t>(site.todos(c).size()));
        });
      },
      true});
  site.add(site::MenuItem{"系统", "定时工作", "/settings/jobs", "audit.read", 908, {}, {}, false});
}

}  // namespace kepu::desk
