#include "engines/rollup/rollup_engine.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/sql/kept.h"
#include "core/sql/sql.h"
#include "engines/rollup/pages/desk.h"

namespace kepu::rollup {
namespace {

constexpr base::Millis kNewsDays = 30LL * 24 * 3600 * 1000;

std::vector<site::Todo> todos_of(const Context& context, RollupEngine& engine) {
  std::vector<site::Todo> out;
  auto& store = engine.store();
  const Id tenant = context.tenant.id;
  const bool answers = context.actor.may_everywhere(kFill) || context.actor.may_everywhere(kSubmit);
  if (answers && store.waiting(tenant) > 0) {
    for (const auto& in : store.incoming(tenant)) {
      if (!in.waits()) continue;
      site::Todo t;
      t.key = fmt::format("rollup.in:{}", in.call.id);
      t.kind = in.back ? "改报" : "上报";
      t.title = in.call.title;
      t.url = incoming_url(in.call.id);
      t.note = in.back ? "退回：" + base::shorten(in.back->reason, 60) : in.call.superior.name + "要求";
      t.due = in.call.due;
      out.push_back(std::move(t));
    }
  }
  if (!context.actor.may_everywhere(kCall)) return out;
  std::map<Id, RollupStore::Count> counts;
  for (const auto& call : store.calls(tenant)) {
    if (call.state != CallState::issued) continue;
    if (counts.empty()) counts = store.counts(tenant);
    const auto& c = counts[call.id];
    if (c.reported < c.asked && context.today() <= call.due) continue;
    site::Todo t;
    t.key = fmt::format("rollup.call:{}", call.id);
    t.kind = "汇总";
    t.title = call.title;
    t.url = call_url(call.id);
    t.note = fmt::format("{} 个县中 {} 个已报，{}", c.asked, c.reported,
                         c.reported < c.asked ? "期限已过：催报或办结" : "核对后办结");
    out.push_back(std::move(t));
  }
  return out;
}

// Calls that fell due between the two days, and whether they were answered in time.
struct Due {
  Incoming in;
  bool on_time = false;
};
std::vector<Due> due_between(RollupStore& store, const metric::Question& q) {
  std::vector<Due> out;
  for (auto& in : store.incoming(q.tenant)) {
    if (in.call.replaced_by != 0 || in.call.due < q.from || q.to < in.call.due) continue;
    if (in.returns.empty() && !in.linked) continue;
    const bool on_time = !in.returns.empty() && base::date_of(in.returns.back().at) <= in.call.due;
    out.push_back({std::move(in), on_time});
  }
  return out;
}

}  // namespace

RollupEngine::RollupEngine(site::Services services, plan::RunningPlans& plans, const metric::Catalog& catalog,
                           Sources sources)
    : services_(std::move(services)),
      store_({services_.db, services_.clock, services_.ids, services_.directory, catalog}),
      plans_(plans),
      catalog_(catalog),
      sources_(std::move(sources)) {}

std::vector<TaskState> RollupEngine::tasks(Id county, Date today) const {
  return sources_.tasks ? sources_.tasks(county, today) : std::vector<TaskState>();
}

Inputs RollupEngine::inputs(Id county, const Call& call, const std::vector<Choice>& draft, Date today) {
  Inputs in;
  in.as_of = std::min(call.to, today);
  if (sources_.facts) in.facts = sources_.facts(county, today);
  const bool has_task = std::any_of(call.items.begin(), call.items.end(),
                                    [](const Item& i) { return i.kind == ItemKind::task; });
  if (has_task) in.tasks = tasks(county, today);
  for (const auto& item : call.items) {
    if (item.kind == ItemKind::task && sources_.matching)
      in.matching[item.code] = sources_.matching(county, item);
    if (!item.metric.empty()) in.figures[item.metric];
  }
  for (const auto& choice : draft) {
    if (!choice.metric.empty()) in.figures[choice.metric];
  }
  services_.db.read([&](sql::Session&) {
    for (auto& [id, figure] : in.figures) {
      figure.metric = catalog_.find(county, id);
      if (!figure.metric) continue;
      if (in.as_of < call.from) {
        figure.answer.why = "统计时段还没有开始。";
        continue;
      }
      auto answer = catalog_.answer({county, id, {}, call.from, in.as_of});
      if (answer) {
        figure.answer = std::move(*answer);
      } else {
        figure.answer.why = answer.error().message;
      }
    }
  });
  return in;
}

Composed RollupEngine::composed(Id county, const Call& call, const std::vector<Choice>& draft, Date today) {
  return compose(call, draft, inputs(county, call, draft, today));
}

void RollupEngine::add_metrics(metric::Catalog& catalog) {
  metric::Metric m;
  m.id = "rollup.on_time";
  m.title = "汇总按期上报率";
  m.unit = "%";
  m.definition = "上报期限在这段时间内的汇总要求中，期限当日及以前首次上报的占比；被替代的要求不计";
  m.decimals = 1;
  m.by_unit = false;
  metric::Source source;
  source.answer = [this](const metric::Question& q) -> metric::Answer {
    const auto due = due_between(store_, q);
    if (due.empty()) return {std::nullopt, "这段时间没有到期的汇总要求。", 0};
    const auto on_time = std::count_if(due.begin(), due.end(), [](const Due& d) { return d.on_time; });
    return {100.0 * static_cast<double>(on_time) / static_cast<double>(due.size()), "",
            static_cast<std::int64_t>(due.size())};
  };
  source.records = [this](const metric::Question& q, std::int64_t offset, std::int64_t limit) {
    std::vector<metric::Record> out;
    for (const auto& d : due_between(store_, q)) {
      if (offset-- > 0) continue;
      if (static_cast<std::int64_t>(out.size()) >= limit) break;
      out.push_back({d.in.call.title, incoming_url(d.in.call.id), 0, d.in.call.due, d.on_time ? 1.0 : 0.0,
                     d.on_time ? "" : std::string(title_of(d.in.standing))});
    }
    return out;
  };
  catalog.add(std::move(m), std::move(source));
}

std::string RollupEngine::tell() {
  const int told = store_.tell(services_.clock.now() - kNewsDays);
  return fmt::format("通知 {} 件", told);
}

void RollupEngine::add_to(site::Site& site) {
  add_link_pages(site, *this);
  add_incoming_pages(site, *this);
  add_item_pages(site, *this);
  add_return_pages(site, *this);
  add_call_pages(site, *this);
  add_call_item_pages(site, *this);
  add_board_pages(site, *this);
  const auto waiting = std::make_shared<sql::Kept<Id, std::int64_t>>(1024);
  site.add(site::MenuItem{"填报",
                          "汇总上报",
                          "/rollup",
                          std::string(kRead),
                          158,
                          {},
                          [this, waiting](const Context& c) {
                            return *waiting->get(c.stamp, c.tenant.id, [&] {
                              return std::make_shared<const std::int64_t>(store_.waiting(c.tenant.id));
                            });
                          },
                          true});
  site.add_todos([this](const Context& c) { return todos_of(c, *this); });
  site.add_search([this](const Context& c, std::string_view words) {
    std::vector<site::SearchHit> hits;
    if (!c.actor.may(kRead)) return hits;
    for (const auto& in : store_.incoming(c.tenant.id)) {
      if (base::contains(in.call.title, words))
        hits.push_back(
            {in.call.title, incoming_url(in.call.id), "汇总上报", std::string(title_of(in.standing))});
    }
    for (const auto& call : store_.calls(c.tenant.id)) {
      if (base::contains(call.title, words))
        hits.push_back({call.title, call_url(call.id), "下发汇总", std::string(title_of(call.state))});
    }
    return hits;
  });
}

}  // namespace kepu::rollup
