#include "engines/meetings/meetings_engine.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/sql/kept.h"
#include "engines/meetings/pages/desk.h"

namespace kepu::meetings {

namespace {

// One part of the records, as the catalogue asks for them.
std::vector<metric::Record> part_of(std::vector<metric::Record> all, std::int64_t offset,
                                    std::int64_t limit) {
  const auto size = static_cast<std::int64_t>(all.size());
  const auto from = std::min(offset, size), to = from + std::min(limit, size - from);
  return {all.begin() + from, all.begin() + to};
}

metric::Record record_of(const Decision& d, double amount, std::string note) {
  return {
      d.number + " " + base::shorten(d.what, 60), decision_url(d.id), d.unit, d.due, amount, std::move(note)};
}

metric::Answer rate_of(const std::vector<Decision>& due) {
  if (due.empty()) return {std::nullopt, "这段时间没有到期的议定事项", 0};
  const auto done = std::count_if(due.begin(), due.end(), on_time);
  return {100.0 * static_cast<double>(done) / static_cast<double>(due.size()), "",
          static_cast<std::int64_t>(due.size())};
}

std::map<Id, std::vector<Decision>> by_lead(std::vector<Decision> decisions) {
  std::map<Id, std::vector<Decision>> out;
  for (auto& d : decisions) out[d.unit].push_back(std::move(d));
  return out;
}

std::vector<Briefing> issued_between(MeetingStore& store, const metric::Question& q) {
  std::vector<Briefing> out;
  for (auto& b : store.briefings(q.tenant)) {
    const Date day = base::date_of(b.issued_at);
    if (b.state == BriefingState::issued && q.from <= day && day <= q.to) out.push_back(std::move(b));
  }
  return out;
}

metric::Metric metric_of(std::string id, std::string title, std::string unit, std::string definition) {
  metric::Metric m;
  m.id = std::move(id);
  m.title = std::move(title);
  m.unit = std::move(unit);
  m.definition = std::move(definition);
  m.by_unit = false;
  return m;
}

}  // namespace

MeetingsEngine::MeetingsEngine(site::Services services, plan::RunningPlans& plans,
                               plan::Extensions& extensions, metric::Catalog& catalog)
    : store_(services.db, services.clock, services.ids, services.directory),
      plans_(plans),
      extensions_(extensions),
      catalog_(catalog) {
  services.directory.add_use_check(unit_in_use);
}

void MeetingsEngine::add_metrics() {
  metric::Source held;
  held.answer = [this](const metric::Question& q) {
    const auto n = static_cast<std::int64_t>(store_.held_between(q.tenant, q.from, q.to).size());
    return metric::Answer{static_cast<double>(n), "", n};
  };
  held.records = [this](const metric::Question& q, std::int64_t offset, std::int64_t limit) {
    std::vector<metric::Record> all;
    for (const auto& m : store_.held_between(q.tenant, q.from, q.to))
      all.push_back({m.title, meeting_url(m.id), 0, m.day, 1, std::string(title_of(m.kind))});
    return part_of(std::move(all), offset, limit);
  };
  catalog_.add(
      metric_of("meetings.held", "已召开会议", "次",
                "会议日期在这段时间内、已登记召开的联席会议、专题汇报、工作调度会和专题会议；取消的不计"),
      std::move(held));

  metric::Source rate;
  rate.answer = [this](const metric::Question& q) {
    return rate_of(store_.due_between(q.tenant, q.units, q.from, q.to));
  };
  rate.records = [this](const metric::Question& q, std::int64_t offset, std::int64_t limit) {
    std::vector<metric::Record> all;
    for (const auto& d : store_.due_between(q.tenant, q.units, q.from, q.to))
      all.push_back(record_of(d, on_time(d) ? 1 : 0, on_time(d) ? "" : "没有按期报结，或还没有认可"));
    return part_of(std::move(all), offset, limit);
  };
  rate.by_unit = [this](const metric::Question& q) {
    std::map<Id, metric::Answer> out;
    for (const auto& [unit, decisions] : by_lead(store_.due_between(q.tenant, q.units, q.from, q.to)))
      out[unit] = rate_of(decisions);
    return out;
  };
  auto on_time_metric = metric_of(
      "meetings.decisions_on_time", "议定事项按期办结率", "%",
      "期限在这段时间内的议定事项中，在期限当日及以前报告办理结果并获认可的占比；改期的按新期限，撤销的不计");
  on_time_metric.decimals = 1;
  on_time_metric.by_unit = true;
  catalog_.add(std::move(on_time_metric), std::move(rate));

  metric::Source late;
  late.answer = [this](const metric::Question& q) {
    const auto n = static_cast<std::int64_t>(store_.late_at(q.tenant, q.units, q.to).size());
    return metric::Answer{static_cast<double>(n), "", n};
  };
  late.records = [this](const metric::Question& q, std::int64_t offset, std::int64_t limit) {
    std::vector<metric::Record> all;
    for (const auto& d : store_.late_at(q.tenant, q.units, q.to)) all.push_back(record_of(d, 1, ""));
    return part_of(std::move(all), offset, limit);
  };
  late.by_unit = [this](const metric::Question& q) {
    std::map<Id, metric::Answer> out;
    for (const Id unit : q.units) out[unit] = {0.0, "", 0};
    for (const auto& [unit, decisions] : by_lead(store_.late_at(q.tenant, q.units, q.to))) {
      const auto n = static_cast<std::int64_t>(decisions.size());
      out[unit] = {static_cast<double>(n), "", n};
    }
    return out;
  };
  auto late_metric = metric_of("meetings.decisions_late", "逾期议定事项", "项",
                               "到这一天期限已过、牵头单位还没有报告办理结果的议定事项；撤销的不计");
  late_metric.nature = metric::Nature::stock;
  late_metric.by_unit = true;
  catalog_.add(std::move(late_metric), std::move(late));

  metric::Source briefings;
  briefings.answer = [this](const metric::Question& q) {
    const auto n = static_cast<std::int64_t>(issued_between(store_, q).size());
    return metric::Answer{static_cast<double>(n), "", n};
  };
  briefings.records = [this](const metric::Question& q, std::int64_t offset, std::int64_t limit) {
    std::vector<metric::Record> all;
    for (const auto& b : issued_between(store_, q)) {
      all.push_back({fmt::format("〔{}〕第{}期　{}", b.year, b.issue, b.title), briefing_url(b.id), 0,
                     base::date_of(b.issued_at), 1, ""});
    }
    return part_of(std::move(all), offset, limit);
  };
  catalog_.add(metric_of("meetings.briefings", "已印发简报", "期", "这段时间内印发的科普工作简报；草稿不计"),
               std::move(briefings));

  metric::Source proven;
  proven.answer = [this](const metric::Question& q) -> metric::Answer {
    ProvenShare sum;
    for (const auto& [r, periods] : store_.standings(q.tenant, q.to)) {
      const auto share = proven_between(periods, q.from, q.to);
      sum.periods += share.periods;
      sum.proven += share.proven;
    }
    if (sum.periods == 0) return {std::nullopt, "这段时间没有到期的定期事项", 0};
    return {100.0 * sum.proven / sum.periods, "", sum.periods};
  };
  proven.records = [this](const metric::Question& q, std::int64_t offset, std::int64_t limit) {
    std::vector<metric::Record> all;
    for (const auto& [r, periods] : store_.standings(q.tenant, q.to)) {
      for (const auto& p : periods) {
        if (p.last < q.from || p.last > q.to || p.state == PeriodState::due) continue;
        const bool done = p.state == PeriodState::done;
        all.push_back({title_of(r.every, p.first) + "：" + r.title, recurring_url(r.id), r.unit, p.last,
                       done ? 1.0 : 0.0, done ? "" : "没有凭据或次数不够"});
      }
    }
    return part_of(std::move(all), offset, limit);
  };
  auto proven_metric =
      metric_of("meetings.duties_proven", "定期事项完成率", "%",
                "在这段时间内到期的各期定期事项中，有凭据证明做到规定次数的占比；还没有到期的不计");
  proven_metric.decimals = 1;
  catalog_.add(std::move(proven_metric), std::move(proven));
}

void MeetingsEngine::extend() {
  const auto write = [this](Context& context, DecisionQuery query, const std::string& more, Out& h) {
    if (!context.actor.may(kRead)) return;
    if (!sees_all(context.actor)) query.units = context.actor.units_of(kRead);
    query.order_by = "case when state in ('closed', 'withdrawn') then 1 else 0 end, due, id";
    query.limit = 10;
    const auto page = store_.decisions(context.tenant.id, query);
    if (page.total == 0) return;
    h("{}", html::panel("会议议定事项",
                        [&](Out& o) { write_decisions(o, context, page.decisions, "会议议定事项"); },
                        {.note = fmt::format("{} 项", page.total), .more = {"全部议定事项", more}}));
  };
  extensions_.of_task.push_back(
      [write](Context& context, const plan::Running&, const plan::TaskItem& task, Out& h) {
        DecisionQuery query;
        query.task_code = task.code;
        query.task_title = task.title;
        write(context, query, "/decisions", h);
      });
  extensions_.of_unit.push_back(
      [write](Context& context, const plan::Running&, const auth::Unit& unit, Out& h) {
        DecisionQuery query;
        query.unit = unit.id;
        write(context, query, fmt::format("/decisions?f.unit={}", unit.id), h);
      });
}

void MeetingsEngine::add_to(site::Site& site) {
  add_meeting_pages(site, *this);
  add_meeting_view(site, *this);
  add_member_pages(site, *this);
  add_decision_pages(site, *this);
  add_briefing_pages(site, *this);
  add_recurring_pages(site, *this);
  const std::string read(kRead);
  site.add(site::MenuItem{"会议", "会议", "/meetings", read, 420, {}, {}, false});
  const auto late = std::make_shared<sql::Kept<std::string, std::int64_t>>(1024);
  site.add(site::MenuItem{
      "会议",
      "议定事项",
      "/decisions",
      read,
      421,
      {},
      [this, late](const Context& c) {
        const auto key = fmt::format("{} {} {}", c.tenant.id, c.actor.person, base::to_iso(c.today()));
        return *late->get(c.stamp, key, [&] {
          DecisionQuery query;
          if (!sees_all(c.actor)) query.units = c.actor.units_of(kRead);
          query.late_on = c.today();
          query.limit = 1;
          return std::make_shared<const std::int64_t>(store_.decisions(c.tenant.id, query).total);
        });
      },
      true});
  site.add(site::MenuItem{"会议", "简报", "/briefings", read, 422, {}, {}, false});
  site.add(site::MenuItem{"会议", "定期事项", "/recurring-duties", read, 423, {}, {}, false});
  site.add_todos([this](const Context& c) { return todos_of(c, *this); });
  site.add_search([this](const Context& context, std::string_view words) {
    std::vector<site::SearchHit> hits;
    if (!context.actor.may(kRead)) return hits;
    DecisionQuery query;
    if (!sees_all(context.actor)) query.units = context.actor.units_of(kRead);
    query.text = std::string(words);
    query.limit = 20;
    for (const auto& d : store_.decisions(context.tenant.id, query).decisions) {
      hits.push_back({d.number + " " + base::shorten(d.what, 60), decision_url(d.id), "议定事项",
                      word_of(d, context.today())});
    }
    for (const auto& r : store_.meetings(context.tenant.id)) {
      const bool fits = base::contains(r.meeting.title, words) || base::contains(r.meeting.agenda, words) ||
                        (r.meeting.state == State::filed && base::contains(r.meeting.minutes, words));
      if (hits.size() >= 40 || !fits || !store_.may_see(context.actor, r.meeting)) continue;
      hits.push_back({r.meeting.title, meeting_url(r.meeting.id), "会议",
                      base::to_iso(r.meeting.day) + " " + std::string(title_of(r.meeting.state))});
    }
    return hits;
  });
}

}  // namespace kepu::meetings
