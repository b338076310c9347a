// Changes of targets: asked for, decided by another, withdrawn.
#include <fmt/format.h>

#include "core/base/text.h"
#include "engines/indicators/indicators_store.h"

namespace kepu::indicators {

using base::Code;
using base::refuse;
using sql::Row;
using sql::Session;

namespace {

// "2027:12.5,2028:14"
std::string milestones_text(const std::map<int, double>& milestones) {
  std::vector<std::string> parts;
  for (const auto& [year, value] : milestones) parts.push_back(fmt::format("{}:{}", year, value));
  return base::join(parts, ",");
}

std::map<int, double> milestones_of(std::string_view text) {
  std::map<int, double> out;
  for (const auto& part : base::split(text, ",")) {
    const auto mark = part.find(':');
    if (mark == std::string::npos) continue;
    const auto year = base::parse_int(part.substr(0, mark));
    const auto value = base::parse_number(part.substr(mark + 1));
    if (year && value) out[static_cast<int>(*year)] = *value;
  }
  return out;
}

ChangeState change_state_of(std::string_view text) {
  for (const auto state : {ChangeState::approved, ChangeState::refused, ChangeState::withdrawn}) {
    if (text == to_text(state)) return state;
  }
  return ChangeState::asked;
}

std::optional<int> optional_int(const Row& row, int column) {
  const auto value = row.optional_integer(column);
  return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
}

ChangeRequest change_of(const Row& row) {
  ChangeRequest c;
  c.id = row.integer(0);
  c.subject = row.integer(1);
  c.state = change_state_of(row.view(2));
  c.from = base::parse_date(row.view(3)).value_or(base::Date{});
  c.old_value = row.optional_real(4);
  c.value = row.optional_real(5);
  c.old_year = optional_int(row, 6);
  c.year = optional_int(row, 7);
  c.milestones = milestones_of(row.view(8));
  c.reason = row.text(9);
  c.basis = row.text(10);
  c.asked_person = row.integer(11);
  c.asked_for = row.integer(12);
  c.asked_by = row.text(13);
  c.asked_at = row.integer(14);
  c.decided_by = row.text(15);
  c.decided_at = row.integer(16);
  c.note = row.text(17);
  return c;
}

constexpr std::string_view kOneChange =
    "select id, subject, state, from_date, old_value, value, old_year, year, milestones, reason, basis, "
    "asked_person, asked_for, asked_by, asked_at, decided_by, decided_at, note from indicator_change "
    "where tenant = :tenant and id = :id";
constexpr std::string_view kChangesOfSubject =
    "select id, subject, state, from_date, old_value, value, old_year, year, milestones, reason, basis, "
    "asked_person, asked_for, asked_by, asked_at, decided_by, decided_at, note from indicator_change "
    "where tenant = :tenant and subject = :subject order by asked_at, id";
constexpr std::string_view kChanges =
    "select id, subject, state, from_date, old_value, value, old_year, year, milestones, reason, basis, "
    "asked_person, asked_for, asked_by, asked_at, decided_by, decided_at, note from indicator_change "
    "where tenant = :tenant order by asked_at, id";

std::vector<Change> approved_of(const std::vector<ChangeRequest>& all) {
  std::vector<Change> out;
  for (const auto& c : all) {
    if (c.state == ChangeState::approved) out.push_back(c);
  }
  return out;
}

std::string what_changes(const Change& c, std::string_view unit) {
  const auto text = [&](std::optional<double> v) {
    return v ? plan::number_text(*v) + std::string(unit) : std::string("留空");
  };
  std::string out;
  if (c.old_value != c.value) out += fmt::format("由 {} 改为 {}", text(c.old_value), text(c.value));
  if (c.old_year != c.year && c.year) {
    out += fmt::format("{}期限{}改为 {} 年", out.empty() ? "" : "，",
                       c.old_year ? fmt::format("由 {} 年", *c.old_year) : std::string(), *c.year);
  }
  return out.empty() ? "调整年度里程碑" : out;
}

}  // namespace

std::string_view to_text(ChangeState state) {
  constexpr std::string_view kNames[] = {"asked", "approved", "refused", "withdrawn"};
  return kNames[static_cast<std::size_t>(state)];
}
std::string_view title_of(ChangeState state) {
  constexpr std::string_view kNames[] = {"待审批", "已批准", "未批准", "已撤回"};
  return kNames[static_cast<std::size_t>(state)];
}

std::vector<ChangeRequest> IndicatorStore::changes(Session& session, Id tenant, Id subject) {
  if (subject == 0) return session.rows(kChanges, {{"tenant", tenant}}, change_of);
  return session.rows(kChangesOfSubject, {{"tenant", tenant}, {"subject", subject}}, change_of);
}

base::Result<Id> IndicatorStore::ask_change(const auth::Actor& by, const plan::Running& running,
                                            const plan::TargetItem& target, const Change& change) {
  TRY(by.require("indicators.edit"));
  if (base::trim(change.reason).empty()) {
    return refuse(Code::invalid, "indicators.reason", "请写明为什么要调整目标。", "reason");
  }
  if (base::trim(change.basis).empty()) {
    return refuse(Code::invalid, "indicators.basis", "请写明依据，例如会议纪要、上级来函文号。", "basis");
  }
  const base::Date today = clock_.today();
  if (change.from < base::Date{today.year, 1, 1}) {
    return refuse(
        Code::invalid, "indicators.date",
        fmt::format("生效日期不能早于 {} 年 1 月 1 日：已过去的年度仍按当时的目标评价。", today.year),
        "from");
  }
  return db_.write([&](Session& session) -> base::Result<Id> {
    const Id id = TRY(subject(session, by.tenant, *running.plan, SubjectKind::target, target.id));
    const auto before = changes(session, by.tenant, id);
    for (const auto& c : before) {
      if (c.state == ChangeState::asked) {
        return refuse(Code::conflict, "indicators.change_waiting",
                      fmt::format("{}于 {} 已提出调整，还没有审批。请先等待审批，或由本人撤回。", c.asked_by,
                                  base::to_local(c.asked_at)));
      }
    }
    const auto approved = approved_of(before);
    const auto now = effective_target(target, approved, change.from);
    if (now.value == change.value && now.year == change.year && change.milestones.empty()) {
      return refuse(Code::invalid, "indicators.change_empty", "目标值和期限都没有变化，没有要审批的内容。",
                    "value");
    }
    Change asked = change;
    asked.old_value = now.value;
    asked.old_year = now.year;
    const Id fresh = ids_.next();
    const std::string from = base::to_iso(change.from), milestones = milestones_text(change.milestones);
    session.run(
        "insert into indicator_change (tenant, id, subject, state, from_date, old_value, value, old_year, "
        "year, "
        "milestones, reason, basis, asked_person, asked_for, asked_by, asked_at, decided_by, decided_at, "
        "note) "
        "values (:tenant, :id, :subject, 'asked', :from, :old_value, :value, :old_year, :year, :milestones, "
        ":reason, :basis, :person, :for, :by, :at, '', 0, '')",
        {{"tenant", by.tenant},
         {"id", fresh},
         {"subject", id},
         {"from", from},
         {"old_value", now.value},
         {"value", change.value},
         {"old_year", now.year},
         {"year", change.year},
         {"milestones", milestones},
         {"reason", change.reason},
         {"basis", change.basis},
         {"person", by.person},
         {"for", by.on_behalf_of("indicators.edit", 0)},
         {"by", by.name},
         {"at", clock_.now()}});
    log(session, by, "indicators.edit", "indicators.change_asked", fmt::format("target:{}", target.id),
        fmt::format("提出调整目标：{}，{}起。依据：{}", what_changes(asked, target.unit), from,
                    change.basis));
    return fresh;
  });
}

base::Result<ChangeRequest> IndicatorStore::waiting_change(Session& session, Id tenant, Id change) {
  // Takes the row, so that of two decisions at once the second sees the first.
  session.run("update indicator_change set note = note where tenant = :tenant and id = :id",
              {{"tenant", tenant}, {"id", change}});
  auto found = session.one(kOneChange, {{"tenant", tenant}, {"id", change}}, change_of);
  if (!found) return refuse(Code::not_found, "indicators.change", "没有这项调整申请。请到“目标调整”中查找。");
  if (found->state != ChangeState::asked) {
    return refuse(Code::conflict, "indicators.decided",
                  fmt::format("这项调整已由{}于 {} 办理：{}。", found->decided_by,
                              base::to_local(found->decided_at), title_of(found->state)));
  }
  return std::move(*found);
}

base::Done IndicatorStore::decide_change(const auth::Actor& by, Id change, bool approve,
                                         const std::string& note) {
  TRY(by.require("indicators.approve"));
  if (!approve && base::trim(note).empty()) {
    return refuse(Code::invalid, "indicators.note", "不批准时请写明理由，申请人会看到。", "note");
  }
  return db_.write([&](Session& session) -> base::Done {
    const auto asked = TRY(waiting_change(session, by.tenant, change));
    const Id principal = by.on_behalf_of("indicators.approve", 0);
    const bool same = asked.asked_person == by.person || (by.person != 0 && asked.asked_for == by.person) ||
                      (principal != 0 && principal == asked.asked_person);
    if (same && (by.person != 0 || asked.asked_by == by.name)) {
      return refuse(Code::forbidden, "indicators.same_person",
                    "调整目标须由另一人审批，提出人和他的代理人、委托人不能审批自己的申请。");
    }
    session.run(
        "update indicator_change set state = :state, decided_by = :by, decided_at = :at, note = :note where "
        "tenant = :tenant and id = :id",
        {{"state", to_text(approve ? ChangeState::approved : ChangeState::refused)},
         {"by", by.name},
         {"at", clock_.now()},
         {"note", note},
         {"tenant", by.tenant},
         {"id", change}});
    const Id item = session.integer("select item from indicator_subject where tenant = :tenant and id = :id",
                                    {{"tenant", by.tenant}, {"id", asked.subject}});
    log(session, by, "indicators.approve",
        approve ? "indicators.change_approved" : "indicators.change_refused", fmt::format("target:{}", item),
        fmt::format("{}目标调整：{}。{}", approve ? "批准" : "不批准", what_changes(asked, ""), note));
    return {};
  });
}

base::Done IndicatorStore::withdraw_change(const auth::Actor& by, Id change) {
  TRY(by.require("indicators.edit"));
  return db_.write([&](Session& session) -> base::Done {
    const auto asked = TRY(waiting_change(session, by.tenant, change));
    if (asked.asked_person != by.person) {
      return refuse(Code::forbidden, "indicators.not_asker",
                    fmt::format("这项调整由{}提出，只能由本人撤回。", asked.asked_by));
    }
    session.run(
        "update indicator_change set state = 'withdrawn', decided_by = :by, decided_at = :at where tenant = "
        ":tenant and id = :id",
        {{"by", by.name}, {"at", clock_.now()}, {"tenant", by.tenant}, {"id", change}});
    const Id item = session.integer("select item from indicator_subject where tenant = :tenant and id = :id",
                                    {{"tenant", by.tenant}, {"id", asked.subject}});
    log(session, by, "indicators.edit", "indicators.change_withdrawn", fmt::format("target:{}", item),
        "撤回目标调整：" + what_changes(asked, ""));
    return {};
  });
}

std::int64_t IndicatorStore::changes_waiting(Id tenant) {
  return db_.read([&](Session& session) {
    return session.integer("select count(*) from indicator_change where tenant = :tenant and state = 'asked'",
                           {{"tenant", tenant}});
  });
}

}  // namespace kepu::indicators
