// Extensions: asked for and decided with reasons; the old date stays.
#include <fmt/format.h>

#include "core/auth/directory.h"
#include "core/base/text.h"
#include "core/notify/notify.h"
#include "engines/reports/report_rows.h"

namespace kepu::reports {

using base::Code;
using base::refuse;

namespace {

constexpr std::int64_t kLongestDays = 366;

base::Done check_date(Date wanted, Date due, const char* field) {
  if (wanted <= due) {
    return refuse(Code::invalid, "extension.date",
                  fmt::format("延期后的日期应晚于现在的期限 {}。", base::to_iso(due)), field);
  }
  if (base::to_days(wanted) - base::to_days(due) > kLongestDays)
    return refuse(Code::invalid, "extension.date", "一次最多延期一年。", field);
  return {};
}

std::string subject_of(const std::string& window, Id unit) {
  return fmt::format("window:{}:{}", window, unit);
}

}  // namespace

base::Result<Id> ReportStore::ask_extension(const By& by, const std::string& key, Id unit, Date wanted,
                                            const std::string& reason) {
  TRY(by.actor.require("report.edit", unit));
  const Id tenant = by.actor.tenant;
  const Window window = TRY(this->window(tenant, key));
  if (base::trim(reason).empty())
    return refuse(Code::invalid, "extension.reason", "请写明为什么不能按期报送。", "reason");
  const auto until = extended(tenant, key);
  const auto mine = until.find(unit);
  const Date due = mine == until.end() ? window.due : std::max(window.due, mine->second);
  TRY(check_date(wanted, due, "wanted"));
  const auto reviewers = parts_.directory.holders(tenant, "report.review", unit);
  const auto tree = parts_.directory.units(tenant);
  const std::string unit_name = tree->find(unit) != nullptr ? tree->find(unit)->name : "";
  const base::Millis now = parts_.clock.now();
  return parts_.db.write([&](sql::Session& session) -> base::Result<Id> {
    const auto open = session.integer(
        "select count(*) from report_extension where tenant = :tenant and period = :period and unit = :unit "
        "and state "
        "= 'asked'",
        {{"tenant", tenant}, {"period", key}, {"unit", unit}});
    if (open > 0)
      return refuse(Code::conflict, "extension.asked_already",
                    "本单位这一期的延期申请还在审批中，请等待答复。");
    const Id id = parts_.ids.next();
    const std::string old_due = base::to_iso(due), until_text = base::to_iso(wanted),
                      why = base::trim(reason);
    session.run(
        "insert into report_extension (tenant, id, period, unit, old_due, wanted, reason, state, granted, "
        "decision, "
        "asked_by, asked_name, asked_at, decided_name, decided_at, revision) values (:tenant, :id, :period, "
        ":unit, "
        ":old_due, :wanted, :reason, 'asked', '', '', :by, :name, :at, '', 0, 1)",
        {{"tenant", tenant},
         {"id", id},
         {"period", key},
         {"unit", unit},
         {"old_due", old_due},
         {"wanted", until_text},
         {"reason", why},
         {"by", by.actor.person},
         {"name", by.actor.name},
         {"at", now}});
    audit::append(session, tenant,
                  entry_of(by, "report.edit", unit, "report.extension_asked", subject_of(key, unit),
                           fmt::format("{}申请{}填报延期到 {}（原期限 {}）：{}", unit_name, title_of(window),
                                       until_text, old_due, why),
                           now));
    for (const Id person : reviewers) {
      notify::post(
          session, tenant,
          {person, fmt::format("extension.asked:{}", id), unit_name + "申请填报延期",
           fmt::format("{}，申请延到 {}：{}", title_of(window), until_text, why), "/reports/extensions"},
          now, parts_.ids);
    }
    return id;
  });
}

base::Done ReportStore::decide_extension(const By& by, Id extension, std::int64_t revision,
                                         std::optional<Date> granted, const std::string& reason) {
  TRY(by.actor.require("report.review"));
  if (base::trim(reason).empty())
    return refuse(Code::invalid, "extension.reason", "请写明同意或不同意的理由。", "reason");
  const Id tenant = by.actor.tenant;
  const base::Millis now = parts_.clock.now();
  return parts_.db.write([&](sql::Session& session) -> base::Done {
    const auto found = session.one("select " + kExtensionColumns +
                                       " from report_extension where tenant = :tenant and "
                                       "id = :id",
                                   {{"tenant", tenant}, {"id", extension}}, extension_from);
    if (!found) return refuse(Code::not_found, "extension.not_found", "没有这份延期申请。");
    TRY(by.actor.require("report.review", found->unit));
    if (granted) TRY(check_date(*granted, found->old_due, "granted"));
    const std::string why = base::trim(reason), until = iso(granted);
    const auto changed = session.run(
        "update report_extension set state = :state, granted = :granted, decision = :reason, decided_name = "
        ":name, "
        "decided_at = :at, revision = revision + 1 where tenant = :tenant and id = :id and state = 'asked' "
        "and "
        "revision = :revision",
        {{"state", granted ? "granted" : "refused"},
         {"granted", until},
         {"reason", why},
         {"name", by.actor.name},
         {"at", now},
         {"tenant", tenant},
         {"id", extension},
         {"revision", revision}});
    if (changed == 0) {
      const auto latest = session.one("select " + kExtensionColumns +
                                          " from report_extension where tenant = :tenant "
                                          "and id = :id",
                                      {{"tenant", tenant}, {"id", extension}}, extension_from);
      return refuse(Code::conflict, "extension.decided",
                    fmt::format("{}于 {} 已经答复（{}），您的答复没有保存。", latest->decided_name,
                                base::to_local(latest->decided_at), title_of(latest->state)));
    }
    const std::string said = granted ? fmt::format("同意延期到 {}", until) : std::string("不同意延期");
    audit::append(session, tenant,
                  entry_of(by, "report.review", found->unit, "report.extension_decided",
                           subject_of(found->window, found->unit),
                           fmt::format("{}（原期限 {}）：{}", said, base::to_iso(found->old_due), why), now));
    if (found->asked_by != 0) {
      notify::post(session, tenant,
                   {found->asked_by, fmt::format("extension.decided:{}", extension), "延期申请：" + said, why,
                    fmt::format("/reports/of/{}/{}", found->window, found->unit)},
                   now, parts_.ids);
    }
    return {};
  });
}

}  // namespace kepu::reports
