// The metrics that reports and evidence publish.
#include <algorithm>
#include <set>

#include "engines/reports/pages/desk.h"

namespace kepu::reports {

namespace {

bool asks_for(const metric::Question& q, Id unit) {
  return q.units.empty() || std::find(q.units.begin(), q.units.end(), unit) != q.units.end();
}

// Counts of what was due and reported in the windows that fell due between the two days, by unit.
struct Count {
  int due = 0, reported = 0, on_time = 0;
};

}  // namespace

void ReportsEngine::declare(metric::Catalog& catalog) {
  // What fell due is known from the plan as it runs now; what was reported, from the reports themselves.
  const auto counts = [this](const metric::Question& q) {
    std::map<Id, Count> out;
    const auto now = parts_.plans.running(q.tenant);
    if (!now) return out;
    const auto last = store_.latest(q.tenant, services_.clock.today());
    for (const auto& window : store_.windows(q.tenant, services_.clock.today())) {
      if (window.due < q.from || q.to < window.due || services_.clock.today() <= window.due) continue;
      const auto made = store_.of_window(q.tenant, window.key);
      for (const auto& row : obligations(**now, window, Latest(last, *(*now)->plan), made,
                                         store_.extended(q.tenant, window.key))) {
        if (!asks_for(q, row.unit)) continue;
        auto& c = out[row.unit];
        ++c.due;
        c.reported += row.reported() ? 1 : 0;
        c.on_time += row.reported() && row.report->on_time() ? 1 : 0;
      }
    }
    return out;
  };
  const auto submitted = [this](const metric::Question& q) {
    std::vector<metric::Record> out;
    for (auto& r : store_.submitted_between(q.tenant, q.from, q.to)) {
      if (!asks_for(q, r.unit)) continue;
      out.push_back({window_title(r.window) + "　" + r.code + " " + r.title, report_url(r.id), r.unit,
                     base::date_of(r.first_submitted_at), 1, r.counts() ? "" : "已退回"});
    }
    return out;
  };
  const auto paged = [](std::vector<metric::Record> all, std::int64_t offset, std::int64_t limit) {
    const auto from =
        std::min<std::size_t>(all.size(), static_cast<std::size_t>(std::max<std::int64_t>(0, offset)));
    const auto to =
        std::min<std::size_t>(all.size(), from + static_cast<std::size_t>(std::max<std::int64_t>(0, limit)));
    return std::vector<metric::Record>(all.begin() + static_cast<std::ptrdiff_t>(from),
                                       all.begin() + static_cast<std::ptrdiff_t>(to));
  };
  const auto nothing = [] { return metric::Answer{std::nullopt, "这段时间没有记录。", 0}; };
  catalog.add(
      {"reports.submitted", "报送的填报", "项",
       "这段时间首次报送的填报项数（单位×任务×填报期），退回的也算报送过。", metric::Nature::flow,
       metric::Counting::amount, 0, true, false},
      {[submitted, nothing](const metric::Question& q) {
         const auto all = submitted(q);
         if (all.empty()) return nothing();
         return metric::Answer{static_cast<double>(all.size()), "", static_cast<std::int64_t>(all.size())};
       },
       [submitted, paged](const metric::Question& q, std::int64_t offset, std::int64_t limit) {
         return paged(submitted(q), offset, limit);
       },
       [submitted](const metric::Question& q) {
         std::map<Id, metric::Answer> out;
         for (const auto& r : submitted(q)) {
           auto& a = out[r.unit];
           a.value = a.value.value_or(0) + 1;
           ++a.records;
         }
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
               [submitted, paged](const metric::Question& q, std::int64_t offset, std::int64_t limit) {
                 return paged(submitted(q), offset, limit);
               },
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
