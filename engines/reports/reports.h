// 填报与佐证, as other engines see them: report windows, what units reported on their tasks, the store of
// evidence. Plain values; what other engines call is class Reports. No number is filled in for silence:
// whatever was not reported is missing, never zero.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "engines/plan/running.h"

namespace kepu::sql {
class Session;
struct Migration;
}  // namespace kepu::sql

namespace kepu::reports {

using base::Date;
using base::Id;

// ---------------------------------------------------------------- windows

enum class Period { month, quarter, half, year };  // 月 季 半年 年
std::string_view to_text(Period period);
std::string_view title_of(Period period);
std::optional<Period> parse_period(std::string_view text);

// 填报期: one period and the days on which it is reported. Nobody opens or closes it: its state is a function
// of the day, the rule in force for the period, and the working calendar.
struct Window {
  std::string key;  // "2026-09", "2026Q3", "2026H1", "2026": stable, in addresses and tables
  Period period = Period::quarter;
  Date first, last;          // of the period
  Date opens, due, closes;   // reporting: from, on time until, at all until (all included)
  std::vector<int> missing;  // years whose holidays are not known, so that due and closes may move
  bool operator==(const Window&) const = default;
};
enum class WindowState { upcoming, open, overdue, closed };  // 未到 填报中 补报期 已截止
std::string_view title_of(WindowState state);
WindowState state_of(const Window& window, Date today);
std::string title_of(const Window& window);      // 2026年第三季度
std::string window_title(std::string_view key);  // the same of a key; the key itself where it is none

// ---------------------------------------------------------------- reports

enum class State { draft, submitted, returned, accepted };  // 草稿 待审核 已退回 已接收
enum class Status { none, not_started, doing, done, not_applicable };  // 未填 未开始 进行中 已完成 不再适用
std::string_view to_text(State state);
std::string_view title_of(State state);
std::string_view to_text(Status status);
std::string_view title_of(Status status);
std::optional<Status> parse_status(std::string_view text);

// A figure of a report, for one target of the task. From a metric it is the platform's and nobody types it.
struct Figure {
  Id target = 0;
  std::string label, unit;
  std::string metric;           // id of the metric; empty: typed in by the unit
  std::optional<double> value;  // none: missing, which is not zero
  std::string note;             // why it is missing, or where it comes from
  bool operator==(const Figure&) const = default;
};

struct Content {
  Status status = Status::none;
  std::string reason;           // for 未开始 and 不再适用
  std::optional<double> share;  // done of the whole task, in [0, 1]
  std::string narrative;
  std::vector<Figure> figures;
  bool operator==(const Content&) const = default;
};

struct Report {
  Id id = 0;
  std::string window;
  Date period_last;  // of the window's period
  Id unit = 0;
  Id task = 0;              // in the version of the plan in which it was last saved
  std::string code, title;  // of the task, as they were
  State state = State::draft;
  Content content;
  std::int64_t revision = 0;
  base::Millis first_submitted_at = 0, submitted_at = 0, decided_at = 0, edited_at = 0;
  std::optional<Date> due;  // as it stood for the unit when first submitted
  Id submitted_by = 0;
  std::string submitted_name, decided_name, edited_name;
  std::string decision;  // why it was returned
  bool on_time() const { return due && base::date_of(first_submitted_at) <= *due; }
  // What counts as said by the unit: submitted and not returned.
  bool counts() const { return state == State::submitted || state == State::accepted; }
};

// ---------------------------------------------------------------- evidence

// What evidence is used for: ("report", id), ("task", id), ("target", id), ("score", id) …
struct Subject {
  std::string kind;
  Id id = 0;
  bool operator==(const Subject&) const = default;
};

enum class EvidenceKind { file, link, record };  // 文件 链接 平台记录
std::string_view to_text(EvidenceKind kind);
std::string_view title_of(EvidenceKind kind);

struct EvidenceVersion {
  int number = 1;
  std::string sha256, file_name, type;  // of a file
  std::uint64_t size = 0;
  std::string url;  // of a link (https:, http:) or a record of the platform ("/orders/4711")
  base::Millis at = 0;
  std::string by, note;
};

struct Evidence {
  Id id = 0;
  Id unit = 0;
  EvidenceKind kind = EvidenceKind::file;
  std::string title, note;
  std::optional<Date> valid_from, valid_until;  // both included
  std::int64_t revision = 0;
  std::string withdrawn;  // why it counts no more; empty: it counts
  base::Millis created_at = 0;
  EvidenceVersion current;  // the newest version
  int uses = 0;             // subjects that it is used for
  bool is_valid_on(Date day) const {
    return withdrawn.empty() && (!valid_from || *valid_from <= day) && (!valid_until || day <= *valid_until);
  }
};
std::string evidence_url(Id evidence);                // /evidence/ID
std::optional<Id> evidence_at(std::string_view url);  // of such an address; none of any other
// A score item of a unit's sheet in an appraisal.
Subject score_item(Id appraisal, Id unit, std::string_view item);

// Inside a transaction of the caller's own store. Linking twice is once. The caller checks rights over the
// subject; `evidence` must be of this tenant (evidence.not_found) and not withdrawn (evidence.withdrawn).
base::Done link_evidence(sql::Session& session, Id tenant, Id evidence, const Subject& subject,
                         base::Millis now, const std::string& by);
// Whether it was linked.
bool unlink_evidence(sql::Session& session, Id tenant, Id evidence, const Subject& subject);
// Newest link first; withdrawn ones too, so that a lost proof is seen.
std::vector<Evidence> evidence_of(sql::Session& session, Id tenant, const Subject& subject);
// A unit's newest that count on `day`, for choosing.
std::vector<Evidence> evidence_of_unit(sql::Session& session, Id tenant, Id unit, Date day,
                                       std::int64_t limit);
// How many still count, by id of the subject, in one look-up.
std::map<Id, int> evidence_counts(sql::Session& session, Id tenant, std::string_view kind,
                                  const std::vector<Id>& subjects);

// ---------------------------------------------------------------- what other engines ask

// Which metric fills which target of the running plan, by target; targets that are absent are typed in.
using Bindings = std::function<std::map<Id, std::string>(Id tenant, const plan::Running& now)>;

// Thread-safe; each function looks up at once. May be called inside Database::read() and then joins it.
class Reports {
 public:
  virtual ~Reports() = default;
  // Newest first: every window that has opened by `today`. Empty where the county has not begun to report.
  virtual std::vector<Window> windows(Id tenant, Date today) = 0;
  // Until when the unit may report on time: the window's due date or what an extension granted.
  virtual std::map<Id, Date> extended(Id tenant, const std::string& window) = 0;
  // All reports of a window, drafts too.
  virtual std::vector<Report> of_window(Id tenant, const std::string& window) = 0;
  // What each unit last said of each task, among windows whose period ended by `until`; content without
  // figures.
  virtual std::vector<Report> latest(Id tenant, Date until) = 0;
  virtual std::optional<Report> report(Id tenant, Id report) = 0;
};

const std::vector<sql::Migration>& migrations();

// Whether a report made on an earlier version of the plan speaks of this task: the same task, or the same
// code with a like title, or the same title.
bool speaks_of(const Report& report, const plan::TaskItem& task);

}  // namespace kepu::reports
