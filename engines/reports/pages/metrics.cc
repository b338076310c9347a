// The metrics that reports and evidence publish.
#include <algorithm>

#include "engines/reports/pages/desk.h"

namespace kepu::reports {

namespace {

bool asks_for(const metric::Question& q, Id unit) {
  return q.units.empty() || std::find(q.units.begin(), q.units.end(), unit) != q.units.end();
}

// Of a unit, in the windows that fell due between the two days: what was due, and what of it came on time.
struct Count {
  int due = 0, on_time = 0;
};

}  // namespace

void ReportsEngine::declare(metric::Catalog& catalog) {
  // What fell due is known from the plan as it runs now; what was reported, from the reports themselves. Kept
  // until something is written: a county's five years are ten thousand reports.
  using Counts = std::map<Id, Count>;
  const auto kept = std::make_shared<sql::Kept<std::string, Counts>>(256);
  const auto count_all = [this](const metric::Question& q) {
    auto out = std::make_shared<Counts>();
    const auto now = parts_.plans.running(q.tenant);
    if (!now) return std::shared_ptr<const Counts>(std::move(out));
    const Date today = services_.clock.today();
    const auto last = store_.latest(q.tenant, today);
    const Latest latest(last, *(*now)->plan);
    for (const auto& window : store_.windows(q.tenant, today)) {
      if (window.due < q.from || q.to < window.due || today <= window.due) continue;
      const auto made = store_.outlines_of_window(q.tenant, window.key);
      for (const auto& row :
           obligations(**now, window, latest, made, store_.extended(q.tenant, window.key))) {
        auto& c = (*out)[row.unit];
        ++c.due;
        c.on_time += row.reported() && row.report->on_time() ? 1 : 0;
      }
    }
    return std::shared_ptr<const Counts>(std::move(out));
  };
  const auto counts = [this, kept, count_all](const metric::Question& q) {
    const auto key = fmt::format("{} {} {} {}", q.tenant, base::to_iso(q.from), base::to_iso(q.to),
                                 base::to_iso(services_.clock.today()));
    Counts out = *kept->get(services_.db.stamp(), key, [&] { return count_all(q); });
    if (!q.units.empty()) std::erase_if(out, [&](const auto& c) { return !asks_for(q, c.first); });
    return out;
  };
  const auto submitted = [this](const metric::Question& q, std::int64_t offset, std::int64_t limit) {
    std::vector<metric::Record> out;
    for (auto& r : store_.submitted_between(q.tenant, q.from, q.to, q.units, offset, limit)) {
      out.push_back({window_title(r.window) + "　" + r.code + " " + r.title, report_url(r.id), r.unit,
                     base::date_of(r.first_submitted_at), 1, r.counts() ? "" : "已退回"});
    }
    return out;
  };
  const auto nothing = [] { return metric::Answer{std::nullopt, "这段时间没有记录。", 0}; };
  catalog.add({"reports.submitted", "报送的填报", "项",
               "这段时间首次报送的填报项数（单位×任务×填报期），退回的也算报送过。", metric::Nature::flow,
               metric::Counting::amount, 0, true, false},
              {[this, nothing](const metric::Question& q) {
                 std::int64_t sum = 0;
                 for (const auto& [unit, count] : store_.submitted_counts(q.tenant, q.from, q.to, q.units))
                   sum += count;
                 return sum == 0 ? nothing() : metric::Answer{static_cast<double>(sum), "", sum};
               },
               submitted,
               [this](const metric::Question& q) {
                 std::map<Id, metric::Answer> out;
                 for (const auto& [unit, count] : store_.submitted_counts(q.tenant, q.from, q.to, q.units))
                   out[unit] = {static_cast<double>(count), "", count};
                 return out;
               }});
  catalog.add({"reports.on_time", "按期报送率", "%",
               "这段时间到期的应报项数中，在本单位期限（含批准的延期）前首次报送的占比。",
               metric::Nature::flow, metric::Counting::amount, 1, true, false},
              {[counts](const metric::Question& q) {
                 Count sum;
                 for (const auto& [unit, c] : counts(q)) {
                   sum.due += c.due;
                   sum.on_time += c.on_time;
                 }
                 if (sum.due == 0) return metric::Answer{std::nullopt, "这段时间没有到期的填报。", 0};
                 return metric::Answer{100.0 * sum.on_time / sum.due, "", sum.due};
               },
               submitted,
               [counts](const metric::Question& q) {
                 std::map<Id, metric::Answer> out;
                 for (const auto& [unit, c] : counts(q)) out[unit] = {100.0 * c.on_time / c.due, "", c.due};
                 return out;
               }});
  catalog.add(
      {"evidence.count", "登记的佐证", "件", "这段时间登记的佐证件数，撤下的不计；同一内容只登记一次。",
       metric::Nature::flow, metric::Counting::amount, 0, true, false},
      {[this, nothing](const metric::Question& q) {
         std::int64_t sum = 0;
         for (const auto& [unit, count] : evidence_.made(q.tenant, q.from, q.to, q.units)) sum += count;
         if (sum == 0) return nothing();
         return metric::Answer{static_cast<double>(sum), "", sum};
       },
       [this](const metric::Question& q, std::int64_t offset, std::int64_t limit) {
         EvidenceStore::Filter filter;
         if (!q.units.empty()) filter.units = q.units;
         filter.made_from = q.from;
         filter.made_to = q.to;
         std::vector<metric::Record> out;
         for (const auto& e : evidence_.search(q.tenant, filter, q.to, "", offset, limit).rows)
           out.push_back({e.title, evidence_url(e.id), e.unit, base::date_of(e.created_at), 1, ""});
         return out;
       },
       [this](const metric::Question& q) {
         std::map<Id, metric::Answer> out;
         for (const auto& [unit, count] : evidence_.made(q.tenant, q.from, q.to, q.units))
           out[unit] = {static_cast<double>(count), "", count};
         return out;
       }});
}

}  // namespace kepu::reports
