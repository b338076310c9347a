// What waits for a person: invitations, decisions, meetings to be recorded, duties that come round.
#include <algorithm>

#include "core/base/text.h"
#include "engines/meetings/pages/desk.h"

namespace kepu::meetings {
namespace {

constexpr std::int64_t kMostTodos = 200;
constexpr int kSoonDays = 60;  // a duty of this period is brought to mind so long before its end

site::Todo todo(std::string key, std::string kind, std::string title, std::string url) {
  site::Todo t;
  t.key = std::move(key);
  t.kind = std::move(kind);
  t.title = std::move(title);
  t.url = std::move(url);
  return t;
}

// The units for which a person himself acts: the office, which may do everything everywhere, is not reminded
// of every unit's own work.
std::vector<Id> own_units(const Context& context) {
  const auto units = context.actor.units_of(kAct);
  if (units) return *units;
  return context.actor.unit != 0 ? std::vector<Id>{context.actor.unit} : std::vector<Id>{};
}

void add_decision(std::vector<site::Todo>& out, const Context& context, const Decision& d,
                  std::string_view right, const std::string& kind) {
  auto t = todo(fmt::format("decision:{}", d.id), kind, d.number + " " + base::shorten(d.what, 40),
                decision_url(d.id));
  if (d.state == DecisionState::returned) t.note = "办理结果被退回";
  t.due = d.due;
  t.unit = d.unit;
  t.on_behalf_of = context.actor.on_behalf_of(right, d.unit);
  out.push_back(std::move(t));
}

void add_own(std::vector<site::Todo>& out, const Context& context, MeetingsEngine& engine) {
  const Id tenant = context.tenant.id;
  const auto mine = own_units(context);
  if (mine.empty()) return;
  for (const auto& m : engine.store().unanswered(tenant, mine, context.today())) {
    for (const Id unit : mine) {
      const auto* i = m.invitation(unit);
      if (i == nullptr || i->answer != Answer::none) continue;
      auto t =
          todo(fmt::format("meeting:{}:{}", m.id, unit), "会议通知", "答复：" + m.title, meeting_url(m.id));
      t.note = base::to_chinese(m.day) + (m.time.empty() ? "" : " " + m.time);
      t.due = m.day;
      t.unit = unit;
      t.on_behalf_of = context.actor.on_behalf_of(kAct, unit);
      out.push_back(std::move(t));
    }
  }
  DecisionQuery query;
  query.units = mine;
  query.open_only = true;
  query.order_by = "due, id";
  query.limit = kMostTodos;
  for (const auto& d : engine.store().decisions(tenant, query).decisions) {
    if (is_with_unit(d.state)) add_decision(out, context, d, kAct, "议定事项");
  }
  for (const auto& [r, periods] : engine.store().standings(tenant, context.today())) {
    if (std::find(mine.begin(), mine.end(), r.unit) == mine.end()) continue;
    for (const auto& p : periods) {
      const bool soon =
          p.state == PeriodState::due && base::to_days(p.last) - base::to_days(context.today()) <= kSoonDays;
      if (p.state != PeriodState::late && !soon) continue;
      auto t = todo(fmt::format("recurring:{}:{}", r.id, base::to_iso(p.first)), "定期事项",
                    title_of(r.every, p.first) + "：" + r.title, recurring_url(r.id));
      t.note = fmt::format("{} / {} 次", p.happened.size(), p.needed);
      t.due = p.last;
      t.unit = r.unit;
      t.on_behalf_of = context.actor.on_behalf_of(kAct, r.unit);
      out.push_back(std::move(t));
    }
  }
}

void add_office(std::vector<site::Todo>& out, const Context& context, MeetingsEngine& engine) {
  const Id tenant = context.tenant.id;
  for (const auto state : {DecisionState::reported, DecisionState::accepted}) {
    DecisionQuery query;
    query.state = state;
    query.units = context.actor.units_of(kManage);
    query.order_by = "due, id";
    query.limit = kMostTodos;
    for (const auto& d : engine.store().decisions(tenant, query).decisions)
      add_decision(out, context, d, kManage, state == DecisionState::reported ? "审核办理结果" : "办结");
  }
  for (const auto& r : engine.store().meetings(tenant)) {
    const auto& m = r.meeting;
    const bool over = m.state == State::called && m.day <= context.today();
    if (!over && m.state != State::held) continue;
    auto t = todo(fmt::format("meeting:{}", m.id), over ? "登记召开" : "会议纪要",
                  (over ? "登记到会情况：" : "纪要定稿归档：") + m.title, meeting_url(m.id));
    t.due = base::from_days(base::to_days(m.day) + (over ? 0 : 10));
    out.push_back(std::move(t));
  }
}

}  // namespace

std::vector<site::Todo> todos_of(const Context& context, MeetingsEngine& engine) {
  std::vector<site::Todo> out;
  if (context.actor.may(kAct)) add_own(out, context, engine);
  if (context.actor.may(kManage)) add_office(out, context, engine);
  return out;
}

}  // namespace kepu::meetings
