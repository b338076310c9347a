// 汇总上报: a superior tenant asks its counties for figures (a call), each county answers with a frozen
// return, and the superior sees them side by side. Nobody sees a number that a county did not hand in, and
// what was not handed in is missing, never zero. Plain values and pure rules: no SQL, no HTML, no clock.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/metric/metric.h"
#include "engines/plan/running.h"

namespace kepu::rollup {

using base::Date;
using base::Id;

// Rights, each for the whole tenant: who sees; who, for the superior, makes calls, gives back and closes; who
// prepares a return of the county; who hands it in. Links between tenants need tenant.manage.
inline constexpr std::string_view kRead = "rollup.read", kCall = "rollup.call", kFill = "rollup.fill",
                                  kSubmit = "rollup.submit", kLink = "tenant.manage";

struct Place {  // a tenant as it was called then
  Id tenant = 0;
  std::string code, name, area_code;
};

// ---- link

// 汇总关系: the county names its superior, which is its consent; either side ends it. What was handed in
// stays.
struct Link {
  Id id = 0;
  Place county, superior;
  base::Millis since = 0, ended_at = 0;  // 0: it stands
  std::string by, ended_by, ended_side;  // ended_side: the name of the tenant that ended it
  std::string reason;                    // of the end
  bool stands() const { return ended_at == 0; }
};

// ---- call

enum class CallState { draft, issued, closed };  // 拟订 进行中 已办结
std::string_view to_text(CallState state);
std::string_view title_of(CallState state);
std::optional<CallState> parse_call_state(std::string_view text);

// 逐县相加: amounts that add up over counties; 只并列: shares, means, people, who may be counted in two
// counties; 任务下达: a task of the superior's plan, handed down: the county answers where its own task
// stands.
enum class ItemKind { sum, side, task };
std::string_view to_text(ItemKind kind);
std::string_view title_of(ItemKind kind);
std::optional<ItemKind> parse_item_kind(std::string_view text);

struct Item {
  std::string code;   // of the superior's form: A-01; unique in the call
  std::string title;  // 开展科普活动
  ItemKind kind = ItemKind::sum;
  std::string unit;        // 场; empty for a task
  int decimals = 0;        // 0–4
  std::string definition;  // what counts and what does not; of a task: what the county is asked for
  std::string metric;      // suggested id; empty: none
  Id task = 0;             // of the superior's plan, where kind is task
  std::string task_code;
  bool operator==(const Item&) const = default;
};

struct Call {
  Id id = 0;
  Place superior;
  CallState state = CallState::draft;
  std::string title, note;
  Date from, to, due;  // the period and the last day on time, all included
  std::vector<Item> items;
  Id replaces = 0, replaced_by = 0;  // a correction is a new call
  std::int64_t revision = 0;
  std::string edited_by, issued_by, closed_by, closed_reason;
  base::Millis edited_at = 0, issued_at = 0, closed_at = 0;

  const Item* item(std::string_view code) const;
};
// Refuses rollup.title, rollup.period (from after to), rollup.due (before the period begins),
// rollup.long; all at once, by field.
base::Errors check_head(const Call& call);
// One item against the others: rollup.code (empty, or used by another), rollup.item (title), rollup.unit,
// rollup.decimals, rollup.definition, rollup.task, rollup.adds: shares in per cent do not add up, nor do
// metrics that count people. `suggested`: the metric as the superior's own catalogue has it, where it does.
base::Errors check_item(const Item& item, const std::vector<Item>& others,
                        const std::optional<metric::Metric>& suggested);
// What keeps a call from being issued: check_head, and rollup.no_item.
base::Errors check_issue(const Call& call, std::size_t counties, Date today);

// ---- return

// 平台指标 · 另行填写 · 空缺 · 任务
enum class Origin { none, metric, typed, empty, task };
std::string_view to_text(Origin origin);
std::string_view title_of(Origin origin);
std::optional<Origin> parse_origin(std::string_view text);

// What the clerk decided for one item of the call; the draft of a return is a list of these.
struct Choice {
  std::string code;
  Origin origin = Origin::none;  // none: the suggestion stands
  std::string metric;            // for Origin::metric
  std::string reason;            // why another metric than suggested; why it is left empty
  std::optional<double> value;   // for Origin::typed
  std::string source;            // … where it comes from
  Id task = 0;                   // for Origin::task; 0: the county has no such task
  std::string words;             // … in the county's own words
  bool operator==(const Choice&) const = default;
};

// An item as it is answered, and then as it was answered: with everything that a reader needs to judge it.
struct Entry {
  Item item;
  Origin origin = Origin::none;
  std::optional<double> value;
  std::string metric, metric_title, metric_definition;
  std::int64_t records = 0;  // behind the value
  std::string why;           // what the platform says of a missing or partial value
  std::string reason, source, words;
  std::string task_code, task_title;         // of the county's own plan; empty: none
  std::string light, light_word, light_why;  // plan::Standing, as on the county's pages; empty: not known
  std::optional<double> share;
};

// What the program adds by itself. Absent parts are empty: no plan, no report window that fell due.
struct Facts {
  std::string plan;  // title of the running plan; empty: none adopted
  int tasks = 0;     // living ones, by light; unknown: nothing was reported that a light could rest on
  int done = 0, ok = 0, watch = 0, late = 0, idle = 0, unknown = 0;
  std::string window;                     // 2026年第三季度; empty: none fell due
  int units_due = 0, units_reported = 0;  // units that owed a report; that reported everything they owed
  int reports_due = 0, reports_made = 0;  // units × tasks
};

struct TaskState {  // a task of the county's running plan
  Id id = 0;
  std::string code, title;
  std::string light, word, why;
  std::optional<double> share;
};

// A figure of the county's catalogue for an item.
struct Figure {
  std::optional<metric::Metric> metric;  // none: the catalogue does not know it
  metric::Answer answer;
};
struct Inputs {
  std::map<std::string, Figure> figures;  // by metric id, of all suggested and chosen ones
  std::vector<TaskState> tasks;
  std::map<std::string, Id> matching;  // item code → own task that the plans' alignment gives
  Facts facts;
  Date as_of;  // the last day counted
};

// The items of the call as the draft and the platform answer them, with what is still wrong, by "field" =
// code of the item. Rules: a metric other than the suggested one needs a reason (rollup.other_metric) and the
// item's unit (rollup.metric_unit); a number may be typed only where the suggested metric gives none
// (rollup.typed), and with its source (rollup.source); an item without a value needs a reason
// (rollup.empty_reason); a handed-down task needs an own task or words (rollup.task_words).
struct Composed {
  std::vector<Entry> entries;
  Facts facts;
  Date as_of;
  base::Errors problems;
};
Composed compose(const Call& call, const std::vector<Choice>& draft, const Inputs& inputs);
// The same values give the same text: what a person saw is what he hands in.
std::string mark_of(const Composed& composed);

struct Return {
  Id id = 0;
  Place county, superior;
  Id call = 0;
  std::string call_title;
  Date from, to, due;
  int number = 1;      // 1, 2, … of this county and call
  std::string reason;  // why again
  std::string by;
  base::Millis at = 0;
  Date as_of;
  Facts facts;
  std::vector<Entry> entries;

  std::string body, sha256;  // the frozen bytes and their digest
  const Entry* entry(std::string_view code) const;
};
// The bytes that are frozen: JSON, keys in fixed order, without id and digest. canonical ∘ parse is the
// identity on such bytes.
std::string canonical(const Return& r);
// Refuses rollup.body where the bytes are none of ours.
base::Result<Return> parse_return(std::string_view body);

struct GiveBack {   // by the superior, in its own rows
  Id returned = 0;  // the return
  Id call = 0, county = 0;
  int number = 0;
  std::string reason, by;
  base::Millis at = 0;
};

// ---- side by side

// 按期 · 逾期补报 · 退回待改 · 未报 · 逾期未报 · 关系已解除
enum class Standing { on_time, belated, given_back, waiting, late, left };
std::string_view to_text(Standing standing);
std::string_view title_of(Standing standing);
plan::Light light_of(Standing standing);

struct CountyRow {
  Place place;
  bool linked = true;            // still
  std::vector<Return> returns;   // newest first
  std::optional<GiveBack> back;  // of the newest
  Standing standing = Standing::waiting;
  // The return that counts: the newest, unless it was given back.
  const Return* counts() const { return returns.empty() || back ? nullptr : &returns.front(); }
};

struct Total {
  std::optional<double> value;  // none where nothing was reported or the item does not add up
  int counties = 0;             // whose values are in it
};

struct Board {
  Call call;
  std::vector<CountyRow> rows;  // by area code, then name: never by figures
  std::vector<Total> totals;    // as call.items
  int owing = 0, reported = 0;  // counties that are asked; whose return counts
};
Board board_of(Call call, std::vector<CountyRow> rows, Date today);
// "14 个县（市、区）中 9 个已报"
std::string reported_text(const Board& board);
// "已报有数的 9 个合计，另有 5 个没有数", for a total.
std::string total_label(const Total& total, const Board& board);
// The value with the item's decimals; "—" for none.
std::string number_text(const std::optional<double>& value, int decimals);

}  // namespace kepu::rollup
