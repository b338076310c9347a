// 会议与简报: the mechanism that holds the plan together. Who belongs to the joint conference, its meetings,
// what they decide and who carries it out by when, the briefings that are put before leaders, and the duties
// that come round every year and must be proven. Plain values and pure rules: no SQL, no HTML, no clock.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"
#include "core/base/result.h"
#include "core/base/time.h"

namespace kepu::meetings {

using base::Date;
using base::Id;

// Rights: who sees; who calls meetings, hands decisions over and issues briefings; who answers invitations
// and reports on decisions for his unit.
inline constexpr std::string_view kRead = "meetings.read", kManage = "meetings.manage", kAct = "meetings.act";

// ---- the register of members

enum class MemberRole { chair, vice_chair, member, liaison };  // 召集人 副召集人 成员 联络员
std::string_view to_text(MemberRole role);
std::string_view title_of(MemberRole role);
std::optional<MemberRole> parse_member_role(std::string_view text);

struct Member {
  Id id = 0;
  Id unit = 0;
  MemberRole role = MemberRole::member;
  std::string person_name, deputy_name;  // name and post as the paper gives them; empty: not named yet
  std::string basis;                     // the paper that set up the conference or changed it
  Date from;
  std::optional<Date> until;  // included; none: still serving
  std::int64_t revision = 0;
  bool serves_on(Date day) const { return from <= day && (!until || day <= *until); }
};

// ---- meetings

enum class Kind { conference, hearing, working, special };  // 联席会议 专题汇报 工作调度会 专题会议
std::string_view to_text(Kind kind);
std::string_view title_of(Kind kind);
std::optional<Kind> parse_kind(std::string_view text);

enum class State { draft, called, held, filed, cancelled };  // 拟订 已通知 已召开 已归档 已取消
enum class Action { edit, call, hold, minutes, file, cancel };
std::string_view to_text(State state);
std::string_view title_of(State state);
std::string_view to_text(Action action);
std::string_view title_of(Action action);
std::optional<State> parse_state(std::string_view text);
std::optional<Action> parse_action(std::string_view text);
// The state after the action, or none where the state does not know it.
std::optional<State> after(State from, Action action);

enum class Answer { none, comes, stand_in, excused };       // 未答复 参加 派员代会 请假
enum class Attendance { none, present, stand_in, absent };  // 未登记 到会 代会 缺席
std::string_view to_text(Answer answer);
std::string_view title_of(Answer answer);
std::optional<Answer> parse_answer(std::string_view text);
std::string_view to_text(Attendance attendance);
std::string_view title_of(Attendance attendance);
std::optional<Attendance> parse_attendance(std::string_view text);

struct Invitation {
  Id unit = 0;
  bool member = false;  // counts for the quorum
  Answer answer = Answer::none;
  std::string who;  // who comes, or why nobody does
  Attendance attendance = Attendance::none;
  std::string came;  // who came in the end, where it differs
};

struct File {  // a stored file; empty sha256: none
  std::string sha256, name, type;
  bool empty() const { return sha256.empty(); }
  bool operator==(const File&) const = default;
};

struct Meeting {
  Id id = 0;
  State state = State::draft;
  Kind kind = Kind::conference;
  std::string title, place, chair;  // chair: post of who presides
  Date day;
  std::string time;                     // "09:30"; empty: not fixed
  std::string agenda;                   // an item a line
  std::vector<Invitation> invitations;  // in the order of the unit tree
  std::string minutes;                  // 纪要, a paragraph a line
  File paper;                           // the signed minutes
  std::string reason;                   // why cancelled
  std::int64_t revision = 0;
  base::Millis created_at = 0, edited_at = 0, called_at = 0, held_at = 0, filed_at = 0;
  std::string created_by, edited_by;
  const Invitation* invitation(Id unit) const;
  bool took_place() const { return state == State::held || state == State::filed; }
};

// At least half of the invited members are there, themselves or by a stand-in (the house rule of joint
// conferences; a hearing of leaders and other meetings without members have none to count).
struct Quorum {
  int members = 0, present = 0, stand_ins = 0, absent = 0, unknown = 0;
  bool known() const { return members > 0 && unknown == 0; }
  bool met() const { return 2 * (present + stand_ins) >= members && members > 0; }
};
Quorum quorum_of(const Meeting& meeting);
// "应到成员单位 12 个，实到 10 个（其中代会 2 个），缺席 2 个，达到半数"
std::string text_of(const Quorum& quorum);

std::vector<std::string> agenda_items(std::string_view agenda);  // trimmed, without empty ones

// ---- decisions (议定事项)

// 待承接 办理中 待审核 已退回 已认可 已办结 已撤销
enum class DecisionState { open, in_hand, reported, returned, accepted, closed, withdrawn };
// 承接 报告办理结果 认可 退回 办结 改期 重新办理 撤销
enum class DecisionAction { take, report, accept, give_back, close, move_due, reopen, withdraw };
std::string_view to_text(DecisionState state);
std::string_view title_of(DecisionState state);
std::string_view to_text(DecisionAction action);
std::string_view title_of(DecisionAction action);
std::optional<DecisionState> parse_decision_state(std::string_view text);
std::optional<DecisionAction> parse_decision_action(std::string_view text);
struct DecisionRule {
  DecisionState from;
  DecisionAction action;
  DecisionState to;
  std::string_view right;
};
std::span<const DecisionRule> decision_rules();
const DecisionRule* find_rule(DecisionState from, DecisionAction action);  // null: not known there
inline bool is_open(DecisionState s) {
  return s != DecisionState::closed && s != DecisionState::withdrawn && s != DecisionState::accepted;
}
inline bool is_with_unit(DecisionState s) {
  return s == DecisionState::open || s == DecisionState::in_hand || s == DecisionState::returned;
}

// A task of the plan, as it was called then: plans are revised and give their items new ids.
struct TaskName {
  Id id = 0;
  std::string code, title;
  bool empty() const { return code.empty(); }
  bool operator==(const TaskName&) const = default;
};

struct Decision {
  Id id = 0;
  std::string number;  // 议2026-003
  DecisionState state = DecisionState::open;
  Id meeting = 0;
  std::string what;
  Id unit = 0;  // who leads
  std::string partners;
  TaskName task;
  Date due;
  std::optional<Date> reported_on;  // of the last report
  std::int64_t revision = 0;
  base::Millis made_at = 0, ended_at = 0, edited_at = 0;
  std::string made_by, edited_by;
};
// Past its date and still with the unit.
bool is_late(const Decision& decision, Date today);
// Reported by the day it was due, and accepted since.
bool on_time(const Decision& decision);

struct Step {  // what happened to a decision, oldest first
  int number = 0;
  base::Millis at = 0;
  std::string action, by, unit, words;
  std::optional<Date> due;
  File file;
};

// What the next meeting should hear: every decision not yet done, late ones first, an item a line:
// "听取议2026-003落实情况：……（县教育局，逾期 12 天）". Empty where nothing is open.
std::string proposed_agenda(const std::vector<Decision>& open, Date today,
                            const std::vector<std::string>& unit_names);

}  // namespace kepu::meetings
