// The states of an order and the steps between them.
#include <algorithm>

#include "core/base/words.h"
#include "engines/orders/orders.h"

namespace kepu::orders {

namespace {

using A = Action;
using S = State;

constexpr base::Word<State> kStates[] = {
    {S::placed, "placed", "待核实"},   {S::dispatched, "dispatched", "待领单"},
    {S::claimed, "claimed", "待接单"}, {S::accepted, "accepted", "已接单"},
    {S::serving, "serving", "服务中"}, {S::served, "served", "待评价"},
    {S::review, "review", "核查中"},   {S::split, "split", "已拆分"},
    {S::closed, "closed", "已办结"},   {S::refused, "refused", "不予受理"},
    {S::merged, "merged", "已合并"},   {S::cancelled, "cancelled", "已取消"}};

constexpr base::Word<Action> kActions[] = {
    {A::dispatch, "dispatch", "派单"},   {A::refuse, "refuse", "不予受理"},
    {A::merge, "merge", "合并"},         {A::split, "split", "拆分"},
    {A::transfer, "transfer", "转办"},   {A::claim, "claim", "领单"},
    {A::give_back, "give_back", "退回"}, {A::accept, "accept", "接单"},
    {A::release, "release", "退单"},     {A::arrive, "arrive", "到场"},
    {A::finish, "finish", "完成服务"},   {A::confirm, "confirm", "确认评价"},
    {A::object, "object", "不满意"},     {A::settle, "settle", "办结核查"},
    {A::redo, "redo", "重新办理"},       {A::close, "close", "子订单办结"},
    {A::cancel, "cancel", "取消"}};

constexpr base::Word<Channel> kChannels[] = {{Channel::web, "web", "网页点单"},
                                             {Channel::on_behalf, "on_behalf", "电话代点"},
                                             {Channel::unit, "unit", "单位点单"},
                                             {Channel::api, "api", "接口点单"},
                                             {Channel::part, "part", "拆分"}};

constexpr Rule kRules[] = {
    {S::placed, A::dispatch, S::dispatched, Step::community, false},
    {S::placed, A::refuse, S::refused, Step::community, true},
    {S::placed, A::merge, S::merged, Step::community, false},
    {S::placed, A::split, S::split, Step::community, false},
    {S::placed, A::transfer, S::placed, Step::community, true},
    {S::placed, A::cancel, S::cancelled, Step::resident, true},
    {S::dispatched, A::claim, S::claimed, Step::department, false},
    {S::dispatched, A::give_back, S::placed, Step::department, true},
    {S::dispatched, A::transfer, S::dispatched, Step::department, true},
    {S::dispatched, A::cancel, S::cancelled, Step::resident, true},
    {S::claimed, A::accept, S::accepted, Step::team, false},
    {S::claimed, A::give_back, S::placed, Step::department, true},
    {S::claimed, A::transfer, S::dispatched, Step::department, true},
    {S::claimed, A::cancel, S::cancelled, Step::resident, true},
    {S::accepted, A::release, S::claimed, Step::team, true},
    {S::accepted, A::arrive, S::serving, Step::team, false},
    {S::accepted, A::finish, S::served, Step::team, false},
    {S::accepted, A::cancel, S::cancelled, Step::resident, true},
    {S::serving, A::finish, S::served, Step::team, false},
    {S::served, A::confirm, S::closed, Step::resident, false},
    {S::served, A::object, S::review, Step::resident, true},
    {S::closed, A::object, S::review, Step::resident, true},
    {S::review, A::settle, S::closed, Step::office, true},
    {S::review, A::redo, S::claimed, Step::office, true},
    {S::split, A::close, S::closed, Step::program, false},
};

}  // namespace

std::span<const Rule> rules() { return kRules; }

const Rule* find_rule(State from, Action action) {
  const auto at = std::find_if(std::begin(kRules), std::end(kRules),
                               [&](const Rule& r) { return r.from == from && r.action == action; });
  return at == std::end(kRules) ? nullptr : at;
}

std::string_view to_text(State state) { return base::word_of(kStates, state).text; }
std::string_view title_of(State state) { return base::word_of(kStates, state).title; }
std::string_view to_text(Action action) { return base::word_of(kActions, action).text; }
std::string_view title_of(Action action) { return base::word_of(kActions, action).title; }
std::optional<State> parse_state(std::string_view text) { return base::parse_word(kStates, text); }
std::optional<Action> parse_action(std::string_view text) { return base::parse_word(kActions, text); }
std::string_view to_text(Channel channel) { return base::word_of(kChannels, channel).text; }
std::string_view title_of(Channel channel) { return base::word_of(kChannels, channel).title; }
std::optional<Channel> parse_channel(std::string_view text) { return base::parse_word(kChannels, text); }

bool is_ended(State s) { return s == S::closed || s == S::refused || s == S::merged || s == S::cancelled; }
bool is_open(State s) { return !is_ended(s); }

Id unit_in_turn(const Order& o) {
  switch (o.state) {
    case S::placed:
      return o.community;
    case S::dispatched:
    case S::claimed:
    case S::accepted:
    case S::serving:
      return o.department;
    default:
      return 0;
  }
}

}  // namespace kepu::orders
