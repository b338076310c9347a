// 指标（计量）: numbers that engines compute over their own records, declared once. Targets, report figures
// and score items bind to a metric by its id; the value, and the records behind it, come by themselves, so no
// figure is typed twice and none is computed in two places. No domain word here: an engine declares, another
// one asks.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"
#include "core/base/result.h"
#include "core/base/time.h"

namespace kepu::metric {

using base::Id;

// 存量: as it is at the end of the last day asked for. 流量: what came about between the two days.
enum class Nature { stock, flow };
// 数量; 人数 (each person once in the whole answer); 人次 (each attendance). The last two are never added to
// each other, and people of two units are not the sum of their people.
enum class Counting { amount, people, person_times };
std::string_view title_of(Nature nature);
std::string_view title_of(Counting counting);

struct Metric {
  std::string id;          // "training.people": ENGINE.NAME, stable for ever
  std::string title;       // 培训人数
  std::string unit;        // 人, 场, 万元, %
  std::string definition;  // what counts and what does not, in plain Chinese
  Nature nature = Nature::flow;
  Counting counting = Counting::amount;
  int decimals = 0;     // as it is shown
  bool by_unit = true;  // may be asked for single units
  bool manual = false;  // typed in by people from outside, with its source
};

// What is asked: one metric of a tenant over some units (empty: all) and days, both included.
struct Question {
  Id tenant = 0;
  std::string metric;
  std::vector<Id> units;
  base::Date from, to;
};

// `value` none: nobody recorded anything, which is not zero. `why` says so, or what a value lacks, in
// Chinese.
struct Answer {
  std::optional<double> value;
  std::string why;
  std::int64_t records = 0;  // how many stand behind it
};

// One record behind a figure.
struct Record {
  std::string title;
  std::string url;  // its page; rights are checked there
  Id unit = 0;
  base::Date date;
  double amount = 0;  // what it adds to the value
  std::string note;   // why it counts less than it says, or not at all
};

// The engine's own two functions. Both look up in one read each and are thread-safe.
struct Source {
  std::function<Answer(const Question&)> answer;
  // Newest first; `limit` at most.
  std::function<std::vector<Record>(const Question&, std::int64_t offset, std::int64_t limit)> records;
  // Values by unit in one look-up, for tables and townships; empty function: asked one by one.
  std::function<std::map<Id, Answer>(const Question&)> by_unit;
};

// Filled while the program is composed, read by many threads afterwards.
class Catalog {
 public:
  // Throws std::logic_error on an id that is taken or has no engine in front.
  void add(Metric metric, Source source);
  // Further metrics that come and go (a tenant's manual ones); asked on every look-up.
  void add_changing(std::function<std::vector<Metric>(Id tenant)> metrics, Source source);

  std::vector<Metric> all(Id tenant) const;  // by engine, then title
  std::optional<Metric> find(Id tenant, std::string_view id) const;
  // Refusals: metric.unknown (not_found), metric.period (from after to), metric.by_unit (asked for units
  // where it has none).
  base::Result<Answer> answer(const Question& question) const;
  base::Result<std::vector<Record>> records(const Question& question, std::int64_t offset,
                                            std::int64_t limit) const;
  base::Result<std::map<Id, Answer>> by_unit(const Question& question) const;

 private:
  struct Entry {
    Metric metric;
    Source source;
  };
  struct Changing {
    std::function<std::vector<Metric>(Id)> metrics;
    Source source;
  };
  base::Result<const Source*> source_of(const Question& question) const;
  std::map<std::string, Entry, std::less<>> entries_;
  std::vector<Changing> changing_;
};

// ---- Roll-up of shares over a tree (tasks of an initiative, units of a county, years of a plan).

// cancelled and not_applicable leave both sides of the fraction; missing counts with its weight and nothing
// reached, and is told apart, so that silence never raises a figure.
enum class PartState { value, missing, cancelled, not_applicable };
struct Part {
  PartState state = PartState::missing;
  double share = 0;   // reached, in [0, 1]; for PartState::value
  double weight = 1;  // ≥ 0
};
struct RolledUp {
  std::optional<double> share;  // none where no part counts (all cancelled, not applicable or of no weight)
  double weight = 0;            // that counted, the weight of the parent's part
  int counted = 0, missing = 0, cancelled = 0, not_applicable = 0;
};
// Weighted mean Σ w·s / Σ w over value and missing parts (s = 0 for missing). The order of the parts does not
// matter.
RolledUp roll_up(std::span<const Part> parts);
// A rolled-up node as a part of the node above.
Part as_part(const RolledUp& rolled, double weight);

}  // namespace kepu::metric
