// The table of states, and the words.
#include "core/base/words.h"
#include "engines/registers/registers.h"

namespace kepu::registers {
using base::parse_word;
using base::Word;
using base::word_of;
namespace {

using S = State;
using A = Action;

constexpr Rule kRules[] = {
    {S::draft, A::submit, S::submitted, Step::applicant, false},
    {S::returned, A::submit, S::submitted, Step::applicant, false},
    {S::draft, A::withdraw, S::withdrawn, Step::applicant, false},
    {S::returned, A::withdraw, S::withdrawn, Step::applicant, false},
    {S::submitted, A::withdraw, S::withdrawn, Step::applicant, false},
    {S::submitted, A::check, S::checked, Step::check, false},
    {S::submitted, A::give_back, S::returned, Step::check, true},
    {S::submitted, A::refuse, S::refused, Step::check, true},
    {S::checked, A::approve, S::approved, Step::approve, false},
    {S::checked, A::give_back, S::returned, Step::approve, true},
    {S::checked, A::refuse, S::refused, Step::approve, true},
    {S::approved, A::publish, S::in_force, Step::maintain, false},
    {S::approved, A::give_back, S::returned, Step::approve, true},
    {S::in_force, A::renew, S::in_force, Step::maintain, false},
    {S::in_force, A::suspend, S::suspended, Step::maintain, true},
    {S::in_force, A::retire, S::retired, Step::maintain, true},
    {S::suspended, A::resume, S::in_force, Step::maintain, false},
    {S::suspended, A::renew, S::in_force, Step::maintain, false},
    {S::suspended, A::retire, S::retired, Step::maintain, true},
};

constexpr Word<S> kStates[] = {{S::draft, "draft", "草稿"},         {S::submitted, "submitted", "待审核"},
                               {S::checked, "checked", "待批准"},   {S::approved, "approved", "待发布"},
                               {S::in_force, "in_force", "在册"},   {S::suspended, "suspended", "暂停"},
                               {S::retired, "retired", "已退出"},   {S::returned, "returned", "已退回"},
                               {S::refused, "refused", "不予通过"}, {S::withdrawn, "withdrawn", "已撤回"}};
constexpr Word<A> kActions[] = {
    {A::submit, "submit", "报送"},       {A::withdraw, "withdraw", "撤回"}, {A::check, "check", "审核通过"},
    {A::give_back, "give_back", "退回"}, {A::approve, "approve", "批准"},   {A::refuse, "refuse", "不予通过"},
    {A::publish, "publish", "发布"},     {A::renew, "renew", "续期"},       {A::suspend, "suspend", "暂停"},
    {A::resume, "resume", "恢复"},       {A::retire, "retire", "退出"}};
constexpr Word<Subject> kSubjects[] = {{Subject::person, "person", "人员"},
                                       {Subject::body, "body", "组织"},
                                       {Subject::place, "place", "场所"},
                                       {Subject::thing, "thing", "物品"}};
constexpr Word<Level> kLevels[] = {{Level::unit, "unit", "管理单位"}, {Level::county, "county", "县级"}};
constexpr Word<Cover> kCovers[] = {{Cover::none, "none", "不要求"},
                                   {Cover::township, "township", "每个乡镇（街道）"},
                                   {Cover::village, "village", "每个村（社区）"}};
constexpr Word<Feed> kFeeds[] = {{Feed::in_force, "in_force", "在册数"},
                                 {Feed::fresh, "fresh", "新增数"},
                                 {Feed::townships, "townships", "覆盖乡镇数"},
                                 {Feed::villages, "villages", "覆盖村（社区）数"},
                                 {Feed::kinds, "kinds", "分类在册数"}};
constexpr Word<ProofKind> kProofKinds[] = {
    {ProofKind::service, "service", "志愿服务"},   {ProofKind::talk, "talk", "讲座报告"},
    {ProofKind::work, "work", "科普作品"},         {ProofKind::mentoring, "mentoring", "指导辅导"},
    {ProofKind::training, "training", "参加培训"}, {ProofKind::other, "other", "其他"}};
constexpr Word<ProofState> kProofStates[] = {{ProofState::told, "told", "待确认"},
                                             {ProofState::confirmed, "confirmed", "已确认"},
                                             {ProofState::refused, "refused", "不属实"},
                                             {ProofState::withdrawn, "withdrawn", "已撤回"}};

}  // namespace

std::span<const Rule> rules() { return kRules; }
const Rule* find_rule(State from, Action action) {
  for (const auto& rule : kRules) {
    if (rule.from == from && rule.action == action) return &rule;
  }
  return nullptr;
}

std::string_view to_text(State v) { return word_of(kStates, v).text; }
std::string_view title_of(State v) { return word_of(kStates, v).title; }
std::string_view to_text(Action v) { return word_of(kActions, v).text; }
std::string_view title_of(Action v) { return word_of(kActions, v).title; }
std::string_view to_text(Subject v) { return word_of(kSubjects, v).text; }
std::string_view title_of(Subject v) { return word_of(kSubjects, v).title; }
std::string_view to_text(Level v) { return word_of(kLevels, v).text; }
std::string_view title_of(Level v) { return word_of(kLevels, v).title; }
std::string_view to_text(Cover v) { return word_of(kCovers, v).text; }
std::string_view title_of(Cover v) { return word_of(kCovers, v).title; }
std::string_view to_text(Feed v) { return word_of(kFeeds, v).text; }
std::string_view title_of(Feed v) { return word_of(kFeeds, v).title; }
std::string_view to_text(ProofKind v) { return word_of(kProofKinds, v).text; }
std::string_view title_of(ProofKind v) { return word_of(kProofKinds, v).title; }
std::string_view to_text(ProofState v) { return word_of(kProofStates, v).text; }
std::string_view title_of(ProofState v) { return word_of(kProofStates, v).title; }
std::optional<State> parse_state(std::string_view t) { return parse_word(kStates, t); }
std::optional<Action> parse_action(std::string_view t) { return parse_word(kActions, t); }
std::optional<Subject> parse_subject(std::string_view t) { return parse_word(kSubjects, t); }
std::optional<Level> parse_level(std::string_view t) { return parse_word(kLevels, t); }
std::optional<Cover> parse_cover(std::string_view t) { return parse_word(kCovers, t); }
std::optional<Feed> parse_feed(std::string_view t) { return parse_word(kFeeds, t); }
std::optional<ProofKind> parse_proof_kind(std::string_view t) { return parse_word(kProofKinds, t); }
std::optional<ProofState> parse_proof_state(std::string_view t) { return parse_word(kProofStates, t); }

}  // namespace kepu::registers
