// 名录（台账）: ledgers of people, bodies, places and things. A register's type is data
// (catalog/registers.toml, or the administrator's own): its fields, who applies, checks, approves and
// maintains, its term, what is public. An entry goes its way by one table of states; a person has one record
// however many registers he is in. Plain values and pure rules here: no SQL, no HTML, no clock. `Registers`
// at the end is what other engines ask.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/auth/auth.h"
#include "core/base/id.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/file/attachment.h"
#include "core/form/field.h"
#include "core/form/values.h"

namespace kepu::registers {

using base::Id;

// Rights: who sees; who applies or nominates; who checks, and confirms what people did; who approves,
// publishes, maintains and merges; who declares types.
inline constexpr std::string_view kRead = "register.read", kApply = "register.apply",
                                  kReview = "register.review", kManage = "register.manage",
                                  kTypes = "register.types";

// ---- types

enum class Subject { person, body, place, thing };  // 人员 组织 场所 物品
// Who has the step: whoever holds the right over the entry's own unit, or over the whole county.
enum class Level { unit, county };             // 管理单位 县级
enum class Cover { none, township, village };  // 不要求 乡镇街道 村社区: where somebody shall be
enum class Feed { in_force, fresh, townships, villages, kinds };  // 在册 新增 乡镇覆盖 村社区覆盖 分类在册
enum class Use { none, kind, skill, time };                       // what a field is for, beside being read

std::string_view to_text(Subject subject);
std::string_view title_of(Subject subject);
std::string_view to_text(Level level);
std::string_view title_of(Level level);
std::string_view to_text(Cover cover);
std::string_view title_of(Cover cover);
std::string_view to_text(Feed feed);
std::string_view title_of(Feed feed);
std::optional<Subject> parse_subject(std::string_view text);  // these accept both
std::optional<Level> parse_level(std::string_view text);
std::optional<Cover> parse_cover(std::string_view text);
std::optional<Feed> parse_feed(std::string_view text);

struct TypeField {
  form::Field field;       // its name is its key for ever; options' values are their labels
  bool is_public = false;  // shown to everybody once published
  bool personal =
      false;  // sealed in the database, shown to who approves and to the person alone; never public
  Use use = Use::none;
};

struct Type {
  std::string key;      // "expert": [a-z][a-z0-9_]{1,31}, for ever
  int version = 1;      // entries keep the version by which they were written
  std::string title;    // 科普专家
  std::string purpose;  // what it is for: shown where consent is asked
  std::string unit;     // 人, 支, 个
  std::string prefix;   // of numbers: 专 gives 专2026-0012
  Subject subject = Subject::person;
  bool self = false;  // people may apply for themselves; units always may
  Level check = Level::unit, approve = Level::county, maintain = Level::county;
  int term_months = 0;   // 0: without end
  int window_days = 60;  // renewal is due from so many days before the end
  bool is_public = true;
  bool minors = false;    // under 14 with a guardian's consent; else refused
  bool bookable = false;  // places and things: units may book an entry for some days (bookings.h)
  bool serves = false;    // asks for the townships it serves
  std::string member_of;  // key of a type of bodies an entry may belong to
  Cover cover = Cover::none;
  std::string role;  // that an entry's person is given when published, taken back when it ends; may be empty
  std::vector<Feed> feeds;
  std::vector<std::string> duties;  // of the duty catalogue: A12-03
  std::vector<TypeField> fields;
  bool active = true;  // else no new entries

  const TypeField* find(std::string_view field) const;
  const TypeField* of_use(Use use) const;  // the first
  bool feeds_into(Feed feed) const;
};

// Fields as an administrator writes them, one a line: `skills 服务专长 | 多选 农业、卫生 | 必填 公开 技能 |
// 提示`. The key in front may be left out; it is then made (f1, f2 …), never one of `taken`. Refuses
// register.fields, all lines at once, each message beginning 第 3 行.
struct FieldLines {
  std::vector<TypeField> fields;
  base::Errors errors;  // of field "fields"
};
FieldLines parse_fields(std::string_view text, const std::vector<std::string>& taken = {});
std::string fields_text(const std::vector<TypeField>& fields);  // parse_fields gives the same fields again

// One or many types as TOML. Refusals name file and line.
base::Result<std::vector<Type>> parse_types(std::string_view toml, std::string_view file_name);
std::string type_toml(const Type& type);
// What is wrong with a type by itself or beside the others; empty: nothing.
base::Errors check_type(const Type& type, const std::vector<Type>& others);

// Fields of `before` that `now` no longer has, or has with another kind.
std::vector<const TypeField*> lost_fields(const Type& before, const Type& now);

// ---- entries

// 草稿 待审核 待批准 待发布 在册 暂停 已退出 已退回 不予通过 已撤回
enum class State {
  draft,
  submitted,
  checked,
  approved,
  in_force,
  suspended,
  retired,
  returned,
  refused,
  withdrawn
};
// 报送 撤回 审核通过 退回 批准 不予通过 发布 续期 暂停 恢复 退出
enum class Action {
  submit,
  withdraw,
  check,
  give_back,
  approve,
  refuse,
  publish,
  renew,
  suspend,
  resume,
  retire
};
enum class Step { applicant, check, approve, maintain };  // whose step it is: see Type

struct Rule {
  State from;
  Action action;
  State to;
  Step step;
  bool reason;  // must be given
};
std::span<const Rule> rules();
// The row of the table; null where the state does not know the action.
const Rule* find_rule(State from, Action action);
std::string_view to_text(State state);
std::string_view title_of(State state);
std::string_view to_text(Action action);
std::string_view title_of(Action action);
std::optional<State> parse_state(std::string_view text);  // by text or title
std::optional<Action> parse_action(std::string_view text);
inline bool is_open(State s) {  // may still come into force, or is
  return s != State::retired && s != State::refused && s != State::withdrawn;
}
inline bool may_edit_freely(State s) { return s == State::draft || s == State::returned; }

struct Entry {
  Id id = 0;
  std::string type;
  int type_version = 1;
  std::string number;  // 专2026-0012, from publication on
  State state = State::draft;
  std::string name;  // of the person, body, place or thing
  Id unit = 0;       // 管理单位
  Id place = 0;      // township or village where it is; 0: not said
  Id home() const { return place != 0 ? place : unit; }
  Id person = 0;  // of the person register
  Id parent = 0;  // the body that it belongs to
  std::vector<Id> serves;
  std::string kind;     // value of the field of Use::kind
  form::Values values;  // of the type's fields; without personal ones where they were not opened
  std::optional<base::Date> valid_from, valid_until;  // both included; until none: without end
  std::string reason;                                 // of the last step that gave one
  std::string consent;                                // how it was given: online, paper
  base::Millis consent_at = 0;
  bool minor = false;
  Id applicant = 0;  // who signed in and applied
  std::int64_t revision = 0;
  base::Millis created_at = 0, edited_at = 0, published_at = 0;
  std::string created_by, edited_by;
};

// In force on that day: published, not suspended, within its term.
bool in_force(const Entry& entry, base::Date today);
bool is_expired(const Entry& entry, base::Date today);  // the term ran out and nobody renewed
bool renewal_due(const Entry& entry, const Type& type,
                 base::Date today);  // within the window, or past the end
// The last day of a term of whole months from `from`: 2026-02-10 and 24 months give 2028-02-09. None for 0
// months.
std::optional<base::Date> term_end(base::Date from, int months);
// What a renewal makes of the end: on from the old end where it is not over, else from today.
std::optional<base::Date> renewed_until(const Entry& entry, const Type& type, base::Date today);

struct HistoryStep {
  int number = 0;
  base::Millis at = 0;
  std::string action, by, unit, words;
  State before = State::draft, after = State::draft;
};

// ---- order by a type's own fields

// Whether lists can be sorted by it: text, numbers, dates, one choice; never what is personal.
bool is_sortable(const TypeField& field);
// A text that orders (byte by byte) as the values do: numbers by size, dates by day, choices as the type
// lists them (those it no longer lists behind), texts by pinyin. Empty: there is no value.
std::string sort_key(const TypeField& field, const form::Values& values);

// ---- people

struct Person {
  Id id = 0;
  std::string name;
  std::string phone;   // plain; empty where not opened
  std::string masked;  // 138****5678
  Id account = 0;      // the auth::Person that is the same human being; 0: none
  Id merged_into = 0;
  base::Millis erased_at = 0;
  bool minor = false;
  std::string guardian;
  std::int64_t revision = 0;
  base::Millis created_at = 0;
};
// Toneless pinyin without blanks ("李雷" and "李蕾" both "lilei"), for proposing duplicates and sorting.
std::string pinyin_of(std::string_view name);
// Overlapping two-character tokens of the wording, each once.
std::vector<std::string> tokens_of(std::string_view text);

// What a person did, told by one and confirmed by a second party.
enum class ProofKind {
  service,
  talk,
  work,
  mentoring,
  training,
  other
};  // 志愿服务 讲座 科普作品 指导辅导 受训 其他
enum class ProofState { told, confirmed, refused, withdrawn };  // 待确认 已确认 不属实 已撤回
std::string_view to_text(ProofKind kind);
std::string_view title_of(ProofKind kind);
std::optional<ProofKind> parse_proof_kind(std::string_view text);
std::string_view to_text(ProofState state);
std::string_view title_of(ProofState state);
std::optional<ProofState> parse_proof_state(std::string_view text);

struct Proof {
  Id id = 0;
  Id person = 0;
  ProofKind kind = ProofKind::service;
  std::string title;
  base::Date on;
  double hours = 0;           // 0 … 24 a day; 0: not counted in hours
  std::int64_t audience = 0;  // 人次
  Id host = 0;                // the unit that it was done for: its reviewer confirms
  std::string note, source;   // source: "order:4711" where an engine told it; empty: typed
  ProofState state = ProofState::told;
  std::string reason;
  base::Millis told_at = 0, decided_at = 0;
  Id told_by = 0, decided_by = 0;
  std::string told_name, decided_name, decided_unit;
  std::vector<file::Attachment> files;  // kMostProofFiles at most; never public, gone when withdrawn
  std::int64_t revision = 0;
};
inline constexpr std::size_t kMostProofFiles = 3;
struct ProofTotals {  // of confirmed ones
  double hours = 0;
  std::int64_t audience = 0;
  std::map<ProofKind, int> count;
  int all = 0;
};
ProofTotals totals_of(const std::vector<Proof>& proofs);

// ---- what other engines ask

struct TeamQuery {
  std::string type;   // key of a register; empty: every type that serves (Type::serves)
  Id area = 0;        // a township or village; 0: anywhere
  std::string skill;  // an option of the field of Use::skill or Use::kind; empty: any
  std::string time;   // of Use::time: 周末; empty: any
  std::int64_t limit = 50;
};
struct FoundTeam {
  Id entry = 0;
  std::string type, type_title, number, name;
  Id unit = 0, place = 0, person = 0;  // person: where the entry is of a person
  std::vector<Id> serves;
  std::vector<std::string> skills, times;
  std::int64_t members = 0;  // entries in force that belong to it
  int closeness = 0;         // 3 in the very village, 2 in the township, 1 serves it, 0 serves the county
};
struct PersonRecord {
  Person person;               // masked
  std::vector<Entry> entries;  // open and ended, newest first; without personal fields
  ProofTotals totals;
};

struct Holding {
  std::string title;       // 科普讲师; the key itself where there is no such register
  std::vector<Id> bodies;  // sorted
};

// Thread-safe. No function may be called from inside Database::read() or write().
class Registers {
 public:
  virtual ~Registers() = default;
  // In force today, nearest first, then those with more members, then by name.
  virtual std::vector<FoundTeam> find_teams(Id tenant, const TeamQuery& query) = 0;
  // Entries in force today that belong to this one.
  virtual std::vector<Entry> members(Id tenant, Id entry) = 0;
  // Entries that have, on that day, a member in force whose person is in force in the register `type` too,
  // and that register's title.
  virtual Holding holding(Id tenant, std::string_view type, base::Date day) = 0;
  // Key and title of the registers of people that take entries.
  virtual std::vector<std::pair<std::string, std::string>> person_types(Id tenant) = 0;
  // Refuses register.no_person.
  virtual base::Result<PersonRecord> record(Id tenant, Id person) = 0;
  // The record of who is signed in; none where he has none.
  virtual std::optional<Id> person_of_account(Id tenant, Id account_person) = 0;
  // What an engine saw done, confirmed by its own second party (`decided_*` filled in); the same `source` and
  // person once only: a second call changes nothing. The id of the proof.
  virtual base::Result<Id> record_proof(const auth::Actor& by, const Proof& proof) = 0;
};

}  // namespace kepu::registers
