// Words, tables of states, and the rules over plain values.
#include "engines/meetings/meetings.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/base/words.h"
#include "engines/meetings/recurring.h"

namespace kepu::meetings {
using base::parse_word;
using base::Word;
using base::word_of;
namespace {

using DS = DecisionState;
using DA = DecisionAction;

constexpr Word<MemberRole> kMemberRoles[] = {{MemberRole::chair, "chair", "召集人"},
                                             {MemberRole::vice_chair, "vice_chair", "副召集人"},
                                             {MemberRole::member, "member", "成员"},
                                             {MemberRole::liaison, "liaison", "联络员"}};
constexpr Word<Kind> kKinds[] = {{Kind::conference, "conference", "联席会议"},
                                 {Kind::hearing, "hearing", "专题汇报"},
                                 {Kind::working, "working", "工作调度会"},
                                 {Kind::special, "special", "专题会议"}};
constexpr Word<State> kStates[] = {{State::draft, "draft", "拟订"},
                                   {State::called, "called", "已通知"},
                                   {State::held, "held", "已召开"},
                                   {State::filed, "filed", "已归档"},
                                   {State::cancelled, "cancelled", "已取消"}};
constexpr Word<Action> kActions[] = {
    {Action::edit, "edit", "修改"},         {Action::call, "call", "发出通知"},
    {Action::hold, "hold", "登记召开"},     {Action::minutes, "minutes", "保存纪要"},
    {Action::file, "file", "纪要定稿归档"}, {Action::cancel, "cancel", "取消会议"}};
constexpr Word<Answer> kAnswers[] = {{Answer::none, "none", "未答复"},
                                     {Answer::comes, "comes", "参加"},
                                     {Answer::stand_in, "stand_in", "派员代会"},
                                     {Answer::excused, "excused", "请假"}};
constexpr Word<Attendance> kAttendances[] = {{Attendance::none, "none", "未登记"},
                                             {Attendance::present, "present", "到会"},
                                             {Attendance::stand_in, "stand_in", "代会"},
                                             {Attendance::absent, "absent", "缺席"}};
constexpr Word<DS> kDecisionStates[] = {
    {DS::open, "open", "待承接"},          {DS::in_hand, "in_hand", "办理中"},
    {DS::reported, "reported", "待审核"},  {DS::returned, "returned", "已退回"},
    {DS::accepted, "accepted", "已认可"},  {DS::closed, "closed", "已办结"},
    {DS::withdrawn, "withdrawn", "已撤销"}};
constexpr Word<DA> kDecisionActions[] = {
    {DA::take, "take", "承接"},         {DA::report, "report", "报告办理结果"},
    {DA::accept, "accept", "认可"},     {DA::give_back, "give_back", "退回"},
    {DA::close, "close", "办结"},       {DA::move_due, "move_due", "改期"},
    {DA::reopen, "reopen", "重新办理"}, {DA::withdraw, "withdraw", "撤销"}};
constexpr Word<Every> kEverys[] = {
    {Every::quarter, "quarter", "每季度"}, {Every::half, "half", "每半年"}, {Every::year, "year", "每年"}};
constexpr Word<Proof> kProofs[] = {{Proof::meeting, "meeting", "召开会议"},
                                   {Proof::briefing, "briefing", "印发简报"},
                                   {Proof::note, "note", "登记凭据"}};
constexpr Word<PeriodState> kPeriodStates[] = {{PeriodState::done, "done", "已完成"},
                                               {PeriodState::due, "due", "待完成"},
                                               {PeriodState::late, "late", "逾期未完成"}};

struct Move {
  State from;
  Action action;
  State to;
};
constexpr Move kMoves[] = {{State::draft, Action::edit, State::draft},
                           {State::called, Action::edit, State::called},
                           {State::draft, Action::call, State::called},
                           {State::called, Action::call, State::called},  // again, to units invited since
                           {State::draft, Action::cancel, State::cancelled},
                           {State::called, Action::cancel, State::cancelled},
                           {State::called, Action::hold, State::held},
                           {State::held, Action::hold, State::held},  // attendance put right
                           {State::held, Action::minutes, State::held},
                           {State::held, Action::file, State::filed}};

constexpr DecisionRule kDecisionRules[] = {{DS::open, DA::take, DS::in_hand, kAct},
                                           {DS::open, DA::report, DS::reported, kAct},
                                           {DS::in_hand, DA::report, DS::reported, kAct},
                                           {DS::returned, DA::report, DS::reported, kAct},
                                           {DS::reported, DA::accept, DS::accepted, kManage},
                                           {DS::reported, DA::give_back, DS::returned, kManage},
                                           {DS::accepted, DA::close, DS::closed, kManage},
                                           {DS::accepted, DA::reopen, DS::in_hand, kManage},
                                           {DS::closed, DA::reopen, DS::in_hand, kManage},
                                           {DS::open, DA::move_due, DS::open, kManage},
                                           {DS::in_hand, DA::move_due, DS::in_hand, kManage},
                                           {DS::returned, DA::move_due, DS::returned, kManage},
                                           {DS::open, DA::withdraw, DS::withdrawn, kManage},
                                           {DS::in_hand, DA::withdraw, DS::withdrawn, kManage},
                                           {DS::returned, DA::withdraw, DS::withdrawn, kManage}};

}  // namespace

std::string_view to_text(MemberRole v) { return word_of(kMemberRoles, v).text; }
std::string_view title_of(MemberRole v) { return word_of(kMemberRoles, v).title; }
std::optional<MemberRole> parse_member_role(std::string_view t) { return parse_word(kMemberRoles, t); }
std::string_view to_text(Kind v) { return word_of(kKinds, v).text; }
std::string_view title_of(Kind v) { return word_of(kKinds, v).title; }
std::optional<Kind> parse_kind(std::string_view t) { return parse_word(kKinds, t); }
std::string_view to_text(State v) { return word_of(kStates, v).text; }
std::string_view title_of(State v) { return word_of(kStates, v).title; }
std::optional<State> parse_state(std::string_view t) { return parse_word(kStates, t); }
std::string_view to_text(Action v) { return word_of(kActions, v).text; }
std::string_view title_of(Action v) { return word_of(kActions, v).title; }
std::optional<Action> parse_action(std::string_view t) { return parse_word(kActions, t); }
std::string_view to_text(Answer v) { return word_of(kAnswers, v).text; }
std::string_view title_of(Answer v) { return word_of(kAnswers, v).title; }
std::optional<Answer> parse_answer(std::string_view t) { return parse_word(kAnswers, t); }
std::string_view to_text(Attendance v) { return word_of(kAttendances, v).text; }
std::string_view title_of(Attendance v) { return word_of(kAttendances, v).title; }
std::optional<Attendance> parse_attendance(std::string_view t) { return parse_word(kAttendances, t); }
std::string_view to_text(DS v) { return word_of(kDecisionStates, v).text; }
std::string_view title_of(DS v) { return word_of(kDecisionStates, v).title; }
std::optional<DS> parse_decision_state(std::string_view t) { return parse_word(kDecisionStates, t); }
std::string_view to_text(DA v) { return word_of(kDecisionActions, v).text; }
std::string_view title_of(DA v) { return word_of(kDecisionActions, v).title; }
std::optional<DA> parse_decision_action(std::string_view t) { return parse_word(kDecisionActions, t); }
std::string_view to_text(Every v) { return word_of(kEverys, v).text; }
std::string_view title_of(Every v) { return word_of(kEverys, v).title; }
std::optional<Every> parse_every(std::string_view t) { return parse_word(kEverys, t); }
std::string_view to_text(Proof v) { return word_of(kProofs, v).text; }
std::string_view title_of(Proof v) { return word_of(kProofs, v).title; }
std::optional<Proof> parse_proof(std::string_view t) { return parse_word(kProofs, t); }
std::string_view to_text(PeriodState v) { return word_of(kPeriodStates, v).text; }
std::string_view title_of(PeriodState v) { return word_of(kPeriodStates, v).title; }

std::optional<State> after(State from, Action action) {
  for (const auto& m : kMoves) {
    if (m.from == from && m.action == action) return m.to;
  }
  return std::nullopt;
}

std::span<const DecisionRule> decision_rules() { return kDecisionRules; }
const DecisionRule* find_rule(DS from, DA action) {
  for (const auto& r : kDecisionRules) {
    if (r.from == from && r.action == action) return &r;
  }
  return nullptr;
}

const Invitation* Meeting::invitation(Id unit) const {
  for (const auto& i : invitations) {
    if (i.unit == unit) return &i;
  }
  return nullptr;
}

Quorum quorum_of(const Meeting& meeting) {
  Quorum q;
  for (const auto& i : meeting.invitations) {
    if (!i.member) continue;
    ++q.members;
    switch (i.attendance) {
      case Attendance::present:
        ++q.present;
        break;
      case Attendance::stand_in:
        ++q.stand_ins;
        break;
      case Attendance::absent:
        ++q.absent;
        break;
      case Attendance::none:
        ++q.unknown;
        break;
    }
  }
  return q;
}

std::string text_of(const Quorum& q) {
  if (q.members == 0) return "没有邀请成员单位，不计到会率";
  if (q.unknown == q.members) return fmt::format("应到成员单位 {} 个，到会情况未登记", q.members);
  std::string out = fmt::format("应到成员单位 {} 个，实到 {} 个", q.members, q.present + q.stand_ins);
  if (q.stand_ins > 0) out += fmt::format("（其中代会 {} 个）", q.stand_ins);
  if (q.absent > 0) out += fmt::format("，缺席 {} 个", q.absent);
  if (q.unknown > 0) return out + fmt::format("，未登记 {} 个", q.unknown);
  return out + (q.met() ? "，达到半数" : "，未达到半数");
}

std::vector<std::string> agenda_items(std::string_view agenda) {
  std::vector<std::string> out;
  for (const auto& line : base::split(agenda, "\n")) {
    const std::string item = base::trim(line);
    if (!item.empty()) out.push_back(item);
  }
  return out;
}

bool is_late(const Decision& d, Date today) { return is_with_unit(d.state) && d.due < today; }

bool on_time(const Decision& d) {
  const bool done = d.state == DS::accepted || d.state == DS::closed;
  return done && d.reported_on && *d.reported_on <= d.due;
}

std::string proposed_agenda(const std::vector<Decision>& open, Date today,
                            const std::vector<std::string>& unit_names) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < open.size(); ++i) {
    if (is_open(open[i].state)) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return open[a].due < open[b].due; });
  std::string out;
  for (const auto i : order) {
    const auto& d = open[i];
    const std::string how = is_late(d, today)
                                ? fmt::format("逾期 {} 天", base::to_days(today) - base::to_days(d.due))
                                : fmt::format("{}，期限 {}", title_of(d.state), base::to_iso(d.due));
    out += fmt::format("听取{}落实情况：{}（{}，{}）\n", d.number, base::shorten(d.what, 40),
                       i < unit_names.size() ? unit_names[i] : std::string("—"), how);
  }
  return out;
}

}  // namespace kepu::meetings
