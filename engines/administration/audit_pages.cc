// 审计日志: the log as a list, its proof as a file, and the check of its chain.
#include <filesystem>
#include <fstream>

#include "core/audit/audit.h"
#include "core/auth/directory.h"
#include "core/base/secret.h"
#include "core/base/text.h"
#include "core/site/list.h"
#include "core/sql/sql.h"
#include "engines/administration/pages.h"

namespace kepu::administration {

using html::Out;
using site::Answer;
using site::Context;

namespace {

using Options = std::vector<std::pair<std::string, std::string>>;

// What the beginning of an action's code stands for.
const Options& groups() {
  static const Options kGroups = {{"sign_in.", "登录"}, {"account.", "账号"},  {"person.", "人员"},
                                  {"unit.", "单位"},    {"role.", "角色授予"}, {"standin.", "代理"},
                                  {"tenant.", "地区"},  {"plan.", "方案"},     {"duty.", "职责"},
                                  {"export.", "导出"},  {"audit.", "审计"}};
  return kGroups;
}

std::string group_of(std::string_view action) {
  for (const auto& [prefix, title] : groups()) {
    if (base::starts_with(action, prefix)) return title;
  }
  return std::string(action);
}

table::Table<audit::Entry> audit_table() {
  using E = audit::Entry;
  return table::Table<E>({.id = "audit", .caption = "审计日志", .search_hint = "内容、人员", .unit = "条"})
      .column({.key = "at", .title = "时间", .sortable = false, .width = 20},
              [](const E& e) { return table::text(base::to_local(e.at, true)); })
      .column({.key = "number", .title = "序号", .number = true, .sortable = false, .hide_on_phone = true},
              [](const E& e) { return table::count(e.number); })
      .column({.key = "person", .title = "人员", .sortable = false},
              [](const E& e) { return table::text(e.person_name); })
      .column({.key = "unit", .title = "单位", .sortable = false, .hide_on_phone = true, .width = 20},
              [](const E& e) { return table::text(e.unit_name); })
      .column({.key = "summary", .title = "内容", .sortable = false, .full_on_phone = true, .width = 60},
              [](const E& e) { return table::text(e.summary); })
      .column({.key = "group", .title = "事项", .sortable = false, .hide_on_phone = true},
              [](const E& e) { return table::text(group_of(e.action)); })
      .column({.key = "action", .title = "事项代码", .sortable = false, .export_only = true, .width = 20},
              [](const E& e) { return table::text(e.action); })
      .column({.key = "subject", .title = "对象", .sortable = false, .export_only = true, .width = 24},
              [](const E& e) { return table::text(e.subject); })
      .column({.key = "remote", .title = "地址", .sortable = false, .hide_on_phone = true, .width = 16},
              [](const E& e) { return table::text(e.remote); })
      .column({.key = "hash", .title = "校验值", .sortable = false, .export_only = true, .width = 66},
              [](const E& e) { return table::text(e.hash); })
      .filter({.key = "action", .title = "事项", .options = groups()})
      .filter({.key = "when", .title = "时间", .options = {}});
}

base::Date first_of_month(base::Date day, int months_back) {
  const int index = day.year * 12 + day.month - 1 - months_back;
  return {index / 12, index % 12 + 1, 1};
}

// Today, the last days, then month by month for a year.
Options periods(base::Date today) {
  Options out = {{"0", "今天"}, {"6", "近 7 天"}, {"29", "近 30 天"}, {"364", "近一年"}};
  for (int back = 0; back < 12; ++back) {
    const base::Date month = first_of_month(today, back);
    out.emplace_back(base::to_iso(month).substr(0, 7), fmt::format("{}年{}月", month.year, month.month));
  }
  return out;
}

void set_period(audit::Query& query, std::string_view when, base::Date today) {
  if (const auto month = base::parse_date(std::string(when) + "-01")) {
    query.from = base::start_of(*month);
    query.to = base::start_of(first_of_month(*month, -1));
  } else if (const auto days = base::parse_int(when)) {
    query.from = base::start_of(base::from_days(base::to_days(today) - *days));
  }
}

// “甲（代乙）” where somebody acted as a stand-in.
void name_principals(const Context& context, std::vector<audit::Entry>& entries) {
  std::vector<Id> principals;
  for (const auto& e : entries) {
    if (e.on_behalf_of != 0) principals.push_back(e.on_behalf_of);
  }
  if (principals.empty()) return;
  const auto names = context.app.directory.names(context.tenant.id, principals);
  for (auto& e : entries) {
    if (const auto at = names.find(e.on_behalf_of); at != names.end())
      e.person_name += "（代" + at->second + "）";
  }
}

// A page may ask for more than the log gives at once.
table::Found<audit::Entry> entries_of(const Context& context, const table::Wanted& wanted) {
  audit::Query query;
  query.action_prefix = std::string(wanted.query.filter("action"));
  query.text = wanted.query.text;
  set_period(query, wanted.query.filter("when"), context.today());
  auto entries = context.app.db.read([&](sql::Session& session) {
    constexpr std::int64_t kAtOnce = 1000;
    table::Found<audit::Entry> found;
    for (std::int64_t got = 0; got < wanted.limit;) {
      query.offset = static_cast<int>(wanted.offset + got);
      query.limit = static_cast<int>(std::min(kAtOnce, wanted.limit - got));
      audit::Page page = audit::find(session, context.tenant.id, query);
      found.total = page.total;
      if (page.entries.empty()) break;
      got += static_cast<std::int64_t>(page.entries.size());
      found.rows.insert(found.rows.end(), std::make_move_iterator(page.entries.begin()),
                        std::make_move_iterator(page.entries.end()));
    }
    return found;
  });
  name_principals(context, entries.rows);
  return entries;
}

Answer list_entries(Context& context) {
  const auto table = audit_table().with_options("when", periods(context.today()));
  site::Page page;
  page.title = "审计日志";
  page.path = {{"审计日志", ""}};
  page.note = "谁在什么时候办了、看了、导出了什么；只能追加，逐条相连，改动一条即可发现";
  page.actions = [&](Out& h) {
    h("{}{}", html::button_link("下载存证文件", "/audit/proof", "shield-check"),
      html::PostButton{"核验日志", "/audit/verify", context.csrf, html::Look::plain, "checks"});
  };
  const table::Source<audit::Entry> source = [&](const table::Wanted& w) { return entries_of(context, w); };
  return site::list(context, table, source, std::move(page), {.file_name = "审计日志", .subject = "audit"});
}

Answer verify(Context& context) {
  const audit::Verdict verdict = audit::verify(context.app.db, context.tenant.id);
  context.log("audit.verify", "audit", "核验审计日志：" + verdict.message);
  context.say(verdict.broken_at ? html::Tone::red : html::Tone::green, verdict.message);
  return site::redirect("/audit");
}

Answer send_proof(Context& context) {
  context.log("export.audit_proof", "audit", "下载审计日志存证文件");
  std::filesystem::create_directories(context.app.work_folder);
  const std::string path = fmt::format("{}/proof-{}.jsonl", context.app.work_folder, base::random_token(12));
  std::ofstream out(path, std::ios::binary);
  audit::write_proof(context.app.db, context.tenant.id, context.now(), [&](std::string_view part) {
    out.write(part.data(), static_cast<std::streamsize>(part.size()));
  });
  out.close();
  if (!out) {
    std::error_code failed;
    std::filesystem::remove(path, failed);
    return base::refuse(base::Code::unavailable, "audit.proof",
                        "存证文件没有写成，可能磁盘已满，请联系管理员");
  }
  return http::attachment(
      path, fmt::format("审计日志存证-{}-{}.jsonl", context.tenant.name, base::to_iso(context.today())),
      "application/x-ndjson", true);
}

}  // namespace

void add_audit_pages(site::Site& site) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/audit", Access::right, "audit.read", list_entries});
  site.add({Method::get, "/audit/proof", Access::right, "audit.read", send_proof});
  site.add({Method::post, "/audit/verify", Access::right, "audit.read", verify});
  site.add(site::MenuItem{"系统", "审计日志", "/audit", "audit.read", 904, {}, {}, false});
}

}  // namespace kepu::administration
