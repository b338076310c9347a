// Rules of reporting and of the lights, and the windows that follow from them.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "engines/reports/report_rows.h"
#include "engines/reports/report_store.h"

namespace kepu::reports {

using base::Code;
using base::refuse;

std::vector<Rule> ReportStore::rules(Id tenant) {
  return parts_.db.read([&](sql::Session& session) {
    return session.rows(
        "select kind, since, active, opens_before, due_days, late_days, edited_at, edited_by from "
        "report_rule where "
        "tenant = :tenant order by kind, since",
        {{"tenant", tenant}}, [](const sql::Row& r) {
          Rule rule;
          rule.period = parse_period(r.view(0)).value_or(Period::quarter);
          rule.since = base::parse_date(r.view(1)).value_or(Date{2000, 1, 1});
          rule.active = r.flag(2);
          rule.opens_before = static_cast<int>(r.integer(3));
          rule.due_days = static_cast<int>(r.integer(4));
          rule.late_days = static_cast<int>(r.integer(5));
          rule.edited_at = r.integer(6);
          rule.edited_by = r.text(7);
          return rule;
        });
  });
}

LightRule ReportStore::light_rule(Id tenant) {
  return parts_.db.read([&](sql::Session& session) {
    return session
        .one(
            "select watch_lag, late_lag, soon_days, lead_weight, revision, edited_at, edited_by from "
            "light_rule where "
            "tenant = :tenant",
            {{"tenant", tenant}},
            [](const sql::Row& r) {
              return LightRule{r.real(0), r.real(1),    static_cast<int>(r.integer(2)),
                               r.real(3), r.integer(4), r.integer(5),
                               r.text(6)};
            })
        .value_or(LightRule{});
  });
}

base::Errors ReportStore::save_rule(const By& by, const Rule& rule) {
  if (auto may = by.actor.require("report.rule"); !may) return {may.error()};
  const Id tenant = by.actor.tenant;
  const base::Millis now = parts_.clock.now();
  base::Errors errors = check(rule, rules(tenant), base::date_of(now));
  if (!errors.empty()) return errors;
  const std::string since = base::to_iso(rule.since);
  parts_.db.write([&](sql::Session& session) {
    // Rules that were to take over later are replaced, too: the newest decision counts.
    session.run("delete from report_rule where tenant = :tenant and kind = :kind and since >= :since",
                {{"tenant", tenant}, {"kind", to_text(rule.period)}, {"since", since}});
    session.run(
        "insert into report_rule (tenant, kind, since, active, opens_before, due_days, late_days, edited_at, "
        "edited_by) values (:tenant, :kind, :since, :active, :opens, :due, :late, :at, :by)",
        {{"tenant", tenant},
         {"kind", to_text(rule.period)},
         {"since", since},
         {"active", rule.active ? 1 : 0},
         {"opens", rule.opens_before},
         {"due", rule.due_days},
         {"late", rule.late_days},
         {"at", now},
         {"by", by.actor.name}});
    audit::append(
        session, tenant,
        entry_of(
            by, "report.rule", 0, "report.rule", "rule:report",
            rule.active
                ? fmt::format("{}自 {} 起：期末前 {} 天开放，期末后 {} 个工作日为期限，再补报 {} "
                              "个工作日",
                              title_of(rule.period), since, rule.opens_before, rule.due_days, rule.late_days)
                : fmt::format("{}自 {} 起不再填报", title_of(rule.period), since),
            now));
  });
  return {};
}

base::Errors ReportStore::save_light_rule(const By& by, const LightRule& rule) {
  if (auto may = by.actor.require("report.rule"); !may) return {may.error()};
  base::Errors errors = check(rule);
  if (!errors.empty()) return errors;
  const Id tenant = by.actor.tenant;
  const base::Millis now = parts_.clock.now();
  const auto saved = parts_.db.write([&](sql::Session& session) -> base::Done {
    const sql::Args args = {{"tenant", tenant},       {"watch", rule.watch_lag},    {"late", rule.late_lag},
                            {"soon", rule.soon_days}, {"weight", rule.lead_weight}, {"at", now},
                            {"by", by.actor.name},    {"revision", rule.revision}};
    // Where nothing was saved yet the revision is 0 and the row is new.
    const auto changed =
        rule.revision == 0
            ? session.run(
                  "insert into light_rule (tenant, watch_lag, late_lag, soon_days, lead_weight, revision, "
                  "edited_at, edited_by) values (:tenant, :watch, :late, :soon, :weight, :revision + 1, :at, "
                  ":by) on conflict do nothing",
                  args)
            : session.run(
                  "update light_rule set watch_lag = :watch, late_lag = :late, soon_days = :soon, "
                  "lead_weight "
                  "= :weight, revision = revision + 1, edited_at = :at, edited_by = :by where tenant = "
                  ":tenant and revision = :revision",
                  args);
    if (changed == 0)
      return refuse(Code::conflict, "light.changed_meanwhile",
                    "亮灯规则刚被别人改过，您的修改没有保存。请刷新后再改。");
    audit::append(
        session, tenant,
        entry_of(by, "report.rule", 0, "report.light", "rule:light", base::join(in_words(rule), ""), now));
    return {};
  });
  if (!saved) return {saved.error()};
  return {};
}

// ---------------------------------------------------------------- windows

std::vector<Window> ReportStore::windows(Id tenant, Date today) {
  return windows_of(rules(tenant), *parts_.calendars.of(tenant), today);
}

base::Result<Window> ReportStore::window(Id tenant, std::string_view key) {
  const auto found = window_of(rules(tenant), *parts_.calendars.of(tenant), key);
  if (found) return *found;
  return refuse(Code::not_found, "window.not_found",
                "没有这个填报期，可能规则已调整。请到“填报”页从列出的各期中选。");
}

std::optional<Window> ReportStore::next_window(Id tenant, Date today) {
  return reports::next_window(rules(tenant), *parts_.calendars.of(tenant), today);
}

std::map<Id, Date> ReportStore::extended(Id tenant, const std::string& window) {
  std::map<Id, Date> out;
  for (const auto& e : extensions(tenant, window)) {
    if (!e.granted) continue;
    auto& until = out.try_emplace(e.unit, *e.granted).first->second;
    until = std::max(until, *e.granted);
  }
  return out;
}

}  // namespace kepu::reports
