#include "engines/points/points_engine.h"

#include <fmt/format.h>

#include "engines/points/pages/desk.h"

namespace kepu::points {

namespace {

constexpr base::Millis kHour = 3'600'000, kDay = 24 * kHour;

metric::Metric metric_of(std::string id, std::string title, std::string unit, std::string definition,
                         metric::Counting counting = metric::Counting::amount, int decimals = 0) {
  metric::Metric m;
  m.id = std::move(id);
  m.title = std::move(title);
  m.unit = std::move(unit);
  m.definition = std::move(definition);
  m.counting = counting;
  m.decimals = decimals;
  return m;
}

metric::Source sum_source(LedgerStore& ledger, double (*value)(const Sum&)) {
  metric::Source out;
  out.answer = [&ledger, value](const metric::Question& q) {
    const Sum sum = ledger.sum(q.tenant, q.from, q.to, q.units);
    if (sum.services == 0) return metric::Answer{std::nullopt, "这段时间没有服务记录", 0};
    return metric::Answer{value(sum), "", sum.services};
  };
  // Records of people are not listed behind a sum: the months are, and lead to the ledger.
  out.records = [&ledger, value](const metric::Question& q, std::int64_t offset, std::int64_t limit) {
    std::vector<metric::Record> records;
    auto months = ledger.sums(q.tenant, SumBy::month, q.from, q.to, q.units);
    for (auto m = months.rbegin(); m != months.rend(); ++m) {
      if (offset-- > 0) continue;
      if (static_cast<std::int64_t>(records.size()) == limit) break;
      metric::Record r;
      r.title = m->what;
      r.url = "/points?year=" + m->what.substr(0, 4);
      r.date = base::parse_date(m->what + "-01").value_or(base::Date{});
      r.amount = value(*m);
      r.note = fmt::format("{} 人次", m->services);
      records.push_back(std::move(r));
    }
    return records;
  };
  return out;
}

std::vector<site::Todo> todos_of(const Context& context, PointsEngine& engine) {
  std::vector<site::Todo> out;
  if (!context.actor.may(kApprove)) return out;
  for (const auto& c : engine.ledger().corrections(context.tenant.id, true)) {
    if (c.asked_person == context.actor.person) continue;
    site::Todo t;
    t.key = fmt::format("points.correction:{}", c.id);
    t.kind = "批准积分更正";
    t.title = fmt::format("批准积分更正：{} {:+} 分", c.name, c.points);
    t.url = fmt::format("/points/corrections?open={}", c.id);
    t.note = c.asked_by + "提出：" + c.reason;
    out.push_back(std::move(t));
  }
  return out;
}

}  // namespace

void PointsEngine::add_metrics(metric::Catalog& catalog) {
  catalog.add(
      metric_of("points.hours_proven", "志愿服务时长（两方证实）", "小时",
                "期间的服务时长，到场码签到、签离并经群众确认；补录的不在内。", metric::Counting::amount, 1),
      sum_source(ledger_, [](const Sum& s) { return static_cast<double>(s.minutes) / 60; }));
  catalog.add(
      metric_of("points.hours_filled", "志愿服务时长（补录）", "小时",
                "期间没有当场签到、事后补录并经另一个人批准的服务时长。", metric::Counting::amount, 1),
      sum_source(ledger_, [](const Sum& s) { return static_cast<double>(s.filled_minutes) / 60; }));
  catalog.add(metric_of("points.volunteers", "参加服务的志愿者", "人",
                        "期间有服务记录的志愿者，每人只算一次。", metric::Counting::people),
              sum_source(ledger_, [](const Sum& s) { return static_cast<double>(s.people); }));
  catalog.add(metric_of("points.issued", "发放积分", "分", "期间的服务按规则发放的积分，不含更正。"),
              sum_source(ledger_, [](const Sum& s) { return static_cast<double>(s.points); }));
}

void PointsEngine::add_to(site::Site& site) {
  add_own_pages(site, *this);
  add_ledger_pages(site, *this);
  add_correction_pages(site, *this);
  add_rule_pages(site, *this);
  add_reward_pages(site, *this);
  add_claim_pages(site, *this);
  site.add(site::MenuItem{"服务", "我的时长与积分", "/my/points", std::string(kOwn), 526, {}, {}, false});
  site.add(site::MenuItem{"服务", "服务时长与积分", "/points", std::string(kRead), 527, {}, {}, false});
  site.add(site::MenuItem{"服务", "兑换物品", "/points/rewards", std::string(kRead), 528, {}, {}, false});
  site.add_todos([this](const Context& c) { return todos_of(c, *this); });
}

void PointsEngine::add_jobs(job::Jobs& jobs) {
  jobs.add({"points.expire", "到期的积分", kDay, [this](base::Millis now) { return ledger_.expire(now); }});
  jobs.add(
      {"points.lapse", "逾期未领的兑换", kDay, [this](base::Millis now) { return rewards_.lapse(now); }});
}

}  // namespace kepu::points
