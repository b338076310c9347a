#include "engines/inspection/inspection_engine.h"

#include "core/base/text.h"
#include "core/sql/kept.h"
#include "engines/inspection/pages/desk.h"

namespace kepu::inspection {

namespace {

constexpr std::int64_t kMostTodos = 200;

metric::Record record_of(const Problem& p, double amount, std::string note) {
  metric::Record r;
  r.title = p.number + " " + base::shorten(p.what, 60);
  r.url = problem_url(p.id);
  r.unit = p.owner;
  r.date = p.due.value_or(base::date_of(p.opened_at));
  r.amount = amount;
  r.note = std::move(note);
  return r;
}

// One part of the records, as the catalogue asks for them.
std::vector<metric::Record> part_of(std::vector<metric::Record> all, std::int64_t offset,
                                    std::int64_t limit) {
  const auto size = static_cast<std::int64_t>(all.size());
  const auto from = std::min(offset, size), to = from + std::min(limit, size - from);
  return {all.begin() + from, all.begin() + to};
}

bool in_time(const Problem& p) {
  const bool done = p.state == ProblemState::passed || p.state == ProblemState::closed;
  return done && p.reported_on && p.due && *p.reported_on <= *p.due;
}

metric::Answer rate_of(const std::vector<Problem>& due) {
  if (due.empty()) return {std::nullopt, "这段时间没有到期的整改", 0};
  const auto done = std::count_if(due.begin(), due.end(), in_time);
  return {100.0 * static_cast<double>(done) / static_cast<double>(due.size()), "",
          static_cast<std::int64_t>(due.size())};
}

std::map<Id, std::vector<Problem>> by_owner(std::vector<Problem> problems) {
  std::map<Id, std::vector<Problem>> out;
  for (auto& p : problems) out[p.owner].push_back(std::move(p));
  return out;
}

void add_todo(std::vector<site::Todo>& out, const Context& context, const Problem& p, std::string_view right,
              const std::string& kind) {
  site::Todo t;
  t.key = fmt::format("problem:{}", p.id);
  t.kind = kind;
  t.title = p.number + " " + base::shorten(p.what, 40);
  t.url = problem_url(p.id);
  t.note = p.measure;
  t.due = p.due;
  t.unit = p.owner != 0 ? p.owner : p.unit;
  t.on_behalf_of = context.actor.on_behalf_of(right, t.unit);
  out.push_back(std::move(t));
}

std::vector<site::Todo> todos_of(const Context& context, InspectionEngine& engine) {
  std::vector<site::Todo> out;
  const Id tenant = context.tenant.id;
  const auto units = context.app.directory.units(tenant);
  auto& store = engine.store();
  if (context.actor.may(kVisit)) {
    for (const auto& r : store.visits(tenant, context.actor.person, true)) {
      site::Todo t;
      t.key = fmt::format("visit:{}", r.visit.id);
      t.kind = "走访";
      t.title = "走访" + unit_name(*units, r.visit.unit);
      t.url = visit_url(r.visit.id);
      t.note = r.round_title;
      t.due = r.until;
      t.unit = r.visit.unit;
      out.push_back(std::move(t));
    }
  }
  if (context.actor.may(kRectify)) {
    for (const auto& p :
         store.waiting(tenant, ProblemState::rectifying, context.actor.units_of(kRectify), kMostTodos)) {
      // The office, which may do everything everywhere, is not reminded of every unit's own work.
      if (context.actor.may_everywhere(kRectify) && p.owner != context.actor.unit) continue;
      add_todo(out, context, p, kRectify, "整改");
    }
  }
  if (context.actor.may(kManage)) {
    const auto office = context.actor.units_of(kManage);
    for (const auto& p : store.waiting(tenant, ProblemState::noted, std::nullopt, kMostTodos)) {
      if (p.unit == 0 || context.actor.may(kManage, p.unit)) add_todo(out, context, p, kManage, "交办");
    }
    for (const auto& p : store.waiting(tenant, ProblemState::reported, office, kMostTodos)) {
      add_todo(out, context, p, kManage, "复核");
    }
    for (const auto& p : store.waiting(tenant, ProblemState::passed, office, kMostTodos)) {
      add_todo(out, context, p, kManage, "销号");
    }
  }
  return out;
}

}  // namespace

InspectionEngine::InspectionEngine(site::Services services, plan::RunningPlans& plans)
    : store_(services.db, services.clock, services.ids, services.directory), plans_(plans) {
  services.directory.add_use_check(unit_in_use);
}

void InspectionEngine::add_metrics(metric::Catalog& catalog) {
  metric::Metric open;
  open.id = "inspection.open";
  open.title = "未销号问题";
  open.unit = "个";
  open.definition = "问题清单里已登记、还没有销号也没有撤销的问题，按整改单位；还没有交办的只计入全县";
  open.nature = metric::Nature::stock;
  metric::Source open_source;
  open_source.answer = [this](const metric::Question& q) {
    const auto count = static_cast<std::int64_t>(store_.open_at(q.tenant, q.units, q.to).size());
    return metric::Answer{static_cast<double>(count), "", count};
  };
  open_source.records = [this](const metric::Question& q, std::int64_t offset, std::int64_t limit) {
    std::vector<metric::Record> all;
    for (const auto& p : store_.open_at(q.tenant, q.units, q.to)) all.push_back(record_of(p, 1, ""));
    return part_of(std::move(all), offset, limit);
  };
  open_source.by_unit = [this](const metric::Question& q) {
    std::map<Id, metric::Answer> out;
    for (const Id unit : q.units) out[unit] = {0.0, "", 0};
    for (const auto& [owner, problems] : by_owner(store_.open_at(q.tenant, q.units, q.to))) {
      if (owner != 0)
        out[owner] = {static_cast<double>(problems.size()), "", static_cast<std::int64_t>(problems.size())};
    }
    return out;
  };
  catalog.add(std::move(open), std::move(open_source));

  metric::Metric rate;
  rate.id = "inspection.rectified_on_time";
  rate.title = "按期整改率";
  rate.unit = "%";
  rate.definition =
      "整改期限在这段时间内的问题中，在期限当日及以前报送整改并通过复核的占比；期限以批准改期后的为准，撤销的"
      "不计";
  rate.nature = metric::Nature::flow;
  rate.decimals = 1;
  metric::Source rate_source;
  rate_source.answer = [this](const metric::Question& q) {
    return rate_of(store_.due_between(q.tenant, q.units, q.from, q.to));
  };
  rate_source.records = [this](const metric::Question& q, std::int64_t offset, std::int64_t limit) {
    std::vector<metric::Record> all;
    for (const auto& p : store_.due_between(q.tenant, q.units, q.from, q.to)) {
      all.push_back(record_of(p, in_time(p) ? 1 : 0, in_time(p) ? "" : "没有按期，或还没有通过复核"));
    }
    return part_of(std::move(all), offset, limit);
  };
  rate_source.by_unit = [this](const metric::Question& q) {
    std::map<Id, metric::Answer> out;
    for (const auto& [owner, problems] : by_owner(store_.due_between(q.tenant, q.units, q.from, q.to))) {
      if (owner != 0) out[owner] = rate_of(problems);
    }
    return out;
  };
  catalog.add(std::move(rate), std::move(rate_source));
}

void InspectionEngine::extend(plan::Extensions& extensions) {
  const auto write = [this](Context& context, ProblemQuery query, const std::string& more, Out& h) {
    if (!context.actor.may(kRead)) return;
    if (!sees_all(context.actor)) query.units = context.actor.units_of(kRead);
    query.open_only = true;
    query.order_by = "case when due = '' then 1 else 0 end, due, id";
    query.limit = 10;
    const auto page = store_.problems(context.tenant.id, query);
    if (page.total == 0) return;
    h("{}",
      html::panel("未销号的问题", [&](Out& o) { write_problems(o, context, page.problems, "未销号的问题"); },
                  {.note = fmt::format("{} 个", page.total), .more = {"问题清单", more}}));
  };
  extensions.of_task.push_back(
      [write](Context& context, const plan::Running&, const plan::TaskItem& task, Out& h) {
        ProblemQuery query;
        query.task_code = task.code;
        query.task_title = task.title;
        write(context, query, "/problems?f.state=open", h);
      });
  extensions.of_unit.push_back(
      [write](Context& context, const plan::Running&, const auth::Unit& unit, Out& h) {
        ProblemQuery query;
        query.owner = unit.id;
        write(context, query, fmt::format("/problems?f.state=open&f.owner={}", unit.id), h);
      });
}

void InspectionEngine::add_to(site::Site& site) {
  add_round_pages(site, *this);
  add_visit_pages(site, *this);
  add_problem_list_pages(site, *this);
  add_problem_pages(site, *this);
  add_circular_pages(site, *this);
  site.add(site::MenuItem{"督查", "督查", "/inspection", "inspection.read", 400, {}, {}, false});
  site.add(site::MenuItem{"督查", "我的走访", "/inspection/visits", "inspection.visit", 401, {}, {}, false});
  const auto late = std::make_shared<sql::Kept<std::string, std::int64_t>>(1024);
  site.add(site::MenuItem{
      "督查",
      "问题清单",
      "/problems",
      "inspection.read",
      402,
      {},
      [this, late](const Context& c) {
        const auto key = fmt::format("{} {} {}", c.tenant.id, c.actor.person, base::to_iso(c.today()));
        return *late->get(c.stamp, key, [&] {
          const auto units = sees_all(c.actor) ? std::nullopt : c.actor.units_of(kRead);
          return std::make_shared<const std::int64_t>(store_.counts(c.tenant.id, units, c.today()).late);
        });
      },
      true});
  site.add_todos([this](const Context& c) { return todos_of(c, *this); });
  site.add_search([this](const Context& context, std::string_view words) {
    std::vector<site::SearchHit> hits;
    if (!context.actor.may(kRead)) return hits;
    ProblemQuery query;
    if (!sees_all(context.actor)) query.units = context.actor.units_of(kRead);
    query.text = std::string(words);
    query.limit = 20;
    for (const auto& p : store_.problems(context.tenant.id, query).problems) {
      hits.push_back({p.number + " " + base::shorten(p.what, 60), problem_url(p.id), "问题",
                      word_of(p, context.today())});
    }
    return hits;
  });
}

}  // namespace kepu::inspection
