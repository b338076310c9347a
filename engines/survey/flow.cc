// The table of states, and the words for states and kinds.
#include <algorithm>

#include "core/base/words.h"
#include "engines/survey/survey.h"

namespace kepu::survey {
using base::parse_word;
using base::Word;
using base::word_of;
namespace {

using S = RoundState;
using A = RoundAction;

constexpr RoundRule kRules[] = {
    {S::draft, A::edit, S::draft, kManage},
    {S::draft, A::draw, S::drawn, kManage},
    {S::draft, A::cancel, S::cancelled, kManage},
    {S::drawn, A::approve, S::approved, kApprove},
    {S::drawn, A::give_back, S::draft, kApprove},
    {S::drawn, A::cancel, S::cancelled, kManage},
    {S::approved, A::list, S::approved, kManage},
    {S::approved, A::assign, S::approved, kManage},
    {S::approved, A::start, S::field, kManage},
    {S::approved, A::cancel, S::cancelled, kManage},
    {S::field, A::list, S::field, kManage},
    {S::field, A::assign, S::field, kManage},
    {S::field, A::close, S::closed, kManage},
    {S::closed, A::reopen, S::field, kManage},
    {S::closed, A::freeze, S::frozen, kApprove},
    {S::draft, A::refer, S::draft, kManage},
    {S::drawn, A::refer, S::drawn, kManage},
    {S::approved, A::refer, S::approved, kManage},
    {S::field, A::refer, S::field, kManage},
    {S::closed, A::refer, S::closed, kManage},
    {S::approved, A::reschedule, S::approved, kManage},
    {S::field, A::reschedule, S::field, kManage},
};

constexpr Word<S> kStates[] = {{S::draft, "draft", "拟订"},          {S::drawn, "drawn", "待签发"},
                               {S::approved, "approved", "已签发"},  {S::field, "field", "调查中"},
                               {S::closed, "closed", "已结束"},      {S::frozen, "frozen", "已冻结"},
                               {S::cancelled, "cancelled", "已取消"}};
constexpr Word<Place> kPlaces[] = {{Place::urban, "urban", "城镇"}, {Place::rural, "rural", "乡村"}};
constexpr Word<StrataBy> kStrata[] = {{StrataBy::none, "none", "不分层"},
                                      {StrataBy::place, "place", "城镇、乡村两层"},
                                      {StrataBy::township, "township", "每个乡镇一层"}};
constexpr Word<Dimension> kDimensionWords[] = {{Dimension::knowledge, "knowledge", "科学知识"},
                                               {Dimension::method, "method", "科学方法"},
                                               {Dimension::spirit, "spirit", "科学精神和思想"},
                                               {Dimension::application, "application", "应用科学的能力"}};

}  // namespace

std::span<const RoundRule> round_rules() { return kRules; }
const RoundRule* find_rule(RoundState from, RoundAction action) {
  for (const auto& rule : kRules) {
    if (rule.from == from && rule.action == action) return &rule;
  }
  return nullptr;
}

std::string_view to_text(RoundState s) { return word_of(kStates, s).text; }
std::string_view title_of(RoundState s) { return word_of(kStates, s).title; }
std::optional<RoundState> parse_round_state(std::string_view t) { return parse_word(kStates, t); }
std::string_view to_text(Place p) { return word_of(kPlaces, p).text; }
std::string_view place_title(Place p) { return word_of(kPlaces, p).title; }
std::optional<Place> parse_place(std::string_view t) { return parse_word(kPlaces, t); }
std::string_view to_text(StrataBy b) { return word_of(kStrata, b).text; }
std::string_view title_of(StrataBy b) { return word_of(kStrata, b).title; }
std::optional<StrataBy> parse_strata_by(std::string_view t) { return parse_word(kStrata, t); }
std::string_view to_text(Dimension d) { return word_of(kDimensionWords, d).text; }
std::string_view dimension_title(Dimension d) { return word_of(kDimensionWords, d).title; }
std::optional<Dimension> parse_dimension(std::string_view t) { return parse_word(kDimensionWords, t); }
double full_points(Dimension d) { return d == Dimension::knowledge ? 40 : 20; }

}  // namespace kepu::survey
