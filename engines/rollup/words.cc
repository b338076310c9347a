// Names of states and kinds, for rows, addresses and people.
#include "core/base/words.h"

#include <fmt/format.h>

#include <cmath>

#include "engines/rollup/rollup.h"

namespace kepu::rollup {
using base::parse_word;
using base::Word;
using base::word_of;
namespace {

constexpr Word<CallState> kCallStates[] = {{CallState::draft, "draft", "拟订"},
                                           {CallState::issued, "issued", "进行中"},
                                           {CallState::closed, "closed", "已办结"}};
constexpr Word<ItemKind> kKinds[] = {{ItemKind::sum, "sum", "逐县相加"},
                                     {ItemKind::side, "side", "只并列"},
                                     {ItemKind::task, "task", "任务下达"}};
constexpr Word<Origin> kOrigins[] = {{Origin::none, "none", "未定"},
                                     {Origin::metric, "metric", "平台指标"},
                                     {Origin::typed, "typed", "另行填写"},
                                     {Origin::empty, "empty", "空缺"},
                                     {Origin::task, "task", "任务状况"}};
constexpr Word<Standing> kStandings[] = {{Standing::on_time, "on_time", "已按期上报"},
                                         {Standing::belated, "belated", "逾期补报"},
                                         {Standing::given_back, "given_back", "退回待改"},
                                         {Standing::waiting, "waiting", "未报"},
                                         {Standing::late, "late", "逾期未报"},
                                         {Standing::left, "left", "关系已解除"}};

}  // namespace

std::string_view to_text(CallState state) { return word_of(kCallStates, state).text; }
std::string_view title_of(CallState state) { return word_of(kCallStates, state).title; }
std::optional<CallState> parse_call_state(std::string_view text) { return parse_word(kCallStates, text); }
std::string_view to_text(ItemKind kind) { return word_of(kKinds, kind).text; }
std::string_view title_of(ItemKind kind) { return word_of(kKinds, kind).title; }
std::optional<ItemKind> parse_item_kind(std::string_view text) { return parse_word(kKinds, text); }
std::string_view to_text(Origin origin) { return word_of(kOrigins, origin).text; }
std::string_view title_of(Origin origin) { return word_of(kOrigins, origin).title; }
std::optional<Origin> parse_origin(std::string_view text) { return parse_word(kOrigins, text); }
std::string_view to_text(Standing standing) { return word_of(kStandings, standing).text; }
std::string_view title_of(Standing standing) { return word_of(kStandings, standing).title; }

plan::Light light_of(Standing standing) {
  switch (standing) {
    case Standing::on_time:
      return plan::Light::done;
    case Standing::belated:
      return plan::Light::ok;
    case Standing::given_back:
      return plan::Light::watch;
    case Standing::late:
      return plan::Light::late;
    case Standing::waiting:
    case Standing::left:
      return plan::Light::idle;
  }
  return plan::Light::idle;
}

std::string number_text(const std::optional<double>& value, int decimals) {
  if (!value) return "—";
  std::string digits = fmt::format("{:.{}f}", std::fabs(*value), decimals);
  const auto dot = digits.find('.');
  const auto whole = dot == std::string::npos ? digits.size() : dot;
  for (std::size_t at = whole; at > 3; at -= 3) digits.insert(at - 3, ",");
  const bool zero = digits.find_first_not_of("0.,") == std::string::npos;
  return (*value < 0 && !zero ? "-" : "") + digits;
}

}  // namespace kepu::rollup
