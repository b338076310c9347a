// The tables of states, and the words for states.
#include <array>
#include <utility>

#include "core/base/words.h"
#include "engines/inspection/inspection.h"

namespace kepu::inspection {
using base::parse_word;
using base::Word;
using base::word_of;
namespace {

using RS = RoundState;
using RA = RoundAction;
using VS = VisitState;
using VA = VisitAction;
using PS = ProblemState;
using PA = ProblemAction;

constexpr RoundRule kRounds[] = {
    {RS::draft, RA::edit, RS::draft, kManage},
    {RS::draft, RA::draw, RS::draft, kManage},
    {RS::draft, RA::start, RS::running, kManage},
    {RS::draft, RA::cancel, RS::cancelled, kManage},
    {RS::running, RA::close, RS::closed, kManage},
    {RS::running, RA::cancel, RS::cancelled, kManage},
    {RS::closed, RA::circulate, RS::circulated, kManage},
};
constexpr VisitRule kVisits[] = {
    {VS::planned, VA::answer, VS::answered, kVisit},
    {VS::answered, VA::answer, VS::answered, kVisit},
    {VS::planned, VA::drop, VS::dropped, kManage},
    // Which of two submissions counts, also one that came home after the visit was given up.
    {VS::planned, VA::decide, VS::answered, kVisit},
    {VS::answered, VA::decide, VS::answered, kVisit},
    {VS::dropped, VA::decide, VS::answered, kVisit},
};
constexpr ProblemRule kProblems[] = {
    {PS::noted, PA::assign, PS::rectifying, kManage},
    {PS::rectifying, PA::move_due, PS::rectifying, kManage},
    {PS::rectifying, PA::report, PS::reported, kRectify},
    {PS::reported, PA::give_back, PS::rectifying, kVisit},
    {PS::reported, PA::pass, PS::passed, kVisit},
    {PS::passed, PA::give_back, PS::rectifying, kManage},
    {PS::passed, PA::close, PS::closed, kManage},
    {PS::closed, PA::reopen, PS::rectifying, kManage},
    {PS::noted, PA::withdraw, PS::withdrawn, kManage},
    {PS::rectifying, PA::withdraw, PS::withdrawn, kManage},
};

constexpr Word<RS> kRoundWords[] = {{RS::draft, "draft", "拟订"},
                                    {RS::running, "running", "进行中"},
                                    {RS::closed, "closed", "已结束"},
                                    {RS::circulated, "circulated", "已通报"},
                                    {RS::cancelled, "cancelled", "已取消"}};
constexpr Word<VS> kVisitWords[] = {{VS::planned, "planned", "待走访"},
                                    {VS::answered, "answered", "已走访"},
                                    {VS::dropped, "dropped", "未走访"}};
constexpr Word<PS> kProblemWords[] = {
    {PS::noted, "noted", "待交办"},       {PS::rectifying, "rectifying", "整改中"},
    {PS::reported, "reported", "待复核"}, {PS::passed, "passed", "待销号"},
    {PS::closed, "closed", "已销号"},     {PS::withdrawn, "withdrawn", "已撤销"}};
constexpr Word<PA> kActionWords[] = {{PA::assign, "assign", "交办"},     {PA::move_due, "move_due", "改期"},
                                     {PA::report, "report", "报送整改"}, {PA::give_back, "give_back", "退回"},
                                     {PA::pass, "pass", "复核通过"},     {PA::close, "close", "销号"},
                                     {PA::reopen, "reopen", "重新打开"}, {PA::withdraw, "withdraw", "撤销"}};
constexpr Word<Severity> kSeverityWords[] = {{Severity::general, "general", "一般"},
                                             {Severity::serious, "serious", "较重"},
                                             {Severity::grave, "grave", "严重"}};
constexpr Word<Source> kSourceWords[] = {
    {Source::round, "round", "督查"},           {Source::public_, "public", "群众反映"},
    {Source::superior, "superior", "上级交办"}, {Source::media, "media", "媒体反映"},
    {Source::own, "own", "单位自查"},           {Source::other, "other", "其他"}};

}  // namespace

std::span<const RoundRule> round_rules() { return kRounds; }
std::span<const VisitRule> visit_rules() { return kVisits; }
std::span<const ProblemRule> problem_rules() { return kProblems; }

std::string_view to_text(RoundState s) { return word_of(kRoundWords, s).text; }
std::string_view to_text(VisitState s) { return word_of(kVisitWords, s).text; }
std::string_view to_text(ProblemState s) { return word_of(kProblemWords, s).text; }
std::string_view to_text(ProblemAction a) { return word_of(kActionWords, a).text; }
std::string_view to_text(Severity s) { return word_of(kSeverityWords, s).text; }
std::string_view to_text(Source s) { return word_of(kSourceWords, s).text; }
std::string_view title_of(RoundState s) { return word_of(kRoundWords, s).title; }
std::string_view title_of(VisitState s) { return word_of(kVisitWords, s).title; }
std::string_view title_of(ProblemState s) { return word_of(kProblemWords, s).title; }
std::string_view title_of(ProblemAction a) { return word_of(kActionWords, a).title; }
std::string_view title_of(Severity s) { return word_of(kSeverityWords, s).title; }
std::string_view title_of(Source s) { return word_of(kSourceWords, s).title; }
std::optional<RoundState> parse_round_state(std::string_view t) { return parse_word(kRoundWords, t); }
std::optional<VisitState> parse_visit_state(std::string_view t) { return parse_word(kVisitWords, t); }
std::optional<ProblemState> parse_problem_state(std::string_view t) { return parse_word(kProblemWords, t); }
std::optional<ProblemAction> parse_problem_action(std::string_view t) { return parse_word(kActionWords, t); }
std::optional<Severity> parse_severity(std::string_view t) { return parse_word(kSeverityWords, t); }
std::optional<Source> parse_source(std::string_view t) { return parse_word(kSourceWords, t); }

bool is_late(const Problem& p, base::Date today) {
  return p.due && *p.due < today && p.state == ProblemState::rectifying;
}

}  // namespace kepu::inspection
