// 点单—派单—领单—接单: a resident asks for a science service (点单), the community checks and dispatches
// (派单), a department claims (领单), a team accepts and serves (接单), the resident confirms and rates.
// Plain values and pure rules here: no SQL, no HTML, no clock. An order goes its way by one table of states;
// every state has its own clock on the working calendar.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/calendar/calendar.h"

namespace kepu::orders {

using base::Date;
using base::Id;
using base::Millis;

// Rights: who sees; places for others; checks and dispatches (community); claims (department); finds the team
// (department, county); answers for a team (its leader); takes part in a service (its members); looks into
// bad ratings and complaints; sets menu and rules; reads name and telephone of any order through the open
// interface.
inline constexpr std::string_view kRead = "order.read", kPlace = "order.place", kCheck = "order.check",
                                  kClaim = "order.claim", kDispatch = "order.dispatch",
                                  kServe = "order.serve", kJoin = "order.join", kSettle = "order.settle",
                                  kSetup = "order.setup", kContact = "order.contact";

// ---- the menu

struct Kind {         // catalog/orders.toml
  std::string key;    // "health": [a-z][a-z0-9_]{1,31}
  std::string title;  // 健康与义诊
  std::string skill;  // asked of teams: an option of their register's skill or kind field; empty: none
  std::vector<std::string> words;   // that speak for it in free text: 血压, 义诊
  std::vector<std::string> duties;  // of the duty catalogue: A12-04
};

struct Service {  // 服务事项: one line of the menu
  Id id = 0;
  std::string kind;                    // Kind::key
  std::string title;                   // 健康讲座与血压义诊
  std::string what;                    // 县医院医生 2 名，适合老人
  std::string needs;                   // what the host has to have ready: 桌椅 6 套，电源
  int minutes = 60;                    // duration: 10 … 1,440
  int people_min = 0, people_max = 0;  // 0: not said
  int notice_days = 3;                 // the earliest wished day is so many days ahead: 0 … 60
  int daily_limit = 0;                 // orders of one day over the county; 0: no limit
  Id department = 0;                   // that claims it; 0: by the rules (Route)
  std::string certificate;             // key of a register the serving people must be in; empty: none
  bool for_minors = false;             // aimed at under-14s: the host names a responsible adult
  bool photos = false;                 // who serves hands in photos of it; never where children are
  std::string photo;                   // content hash of a picture in the file store; empty: none
  bool active = true;
  int position = 0;
  std::int64_t revision = 0;
};

// Who receives: the most special row that fits (kind and township, kind, township, neither).
struct Route {
  std::string kind;  // empty: any
  Id township = 0;   // 0: any
  Id department = 0;
};

// ---- states

// 待核实 待领单 待接单 已接单 服务中 待评价 核查中 已拆分 已办结 不予受理 已合并 已取消
enum class State {
  placed,
  dispatched,
  claimed,
  accepted,
  serving,
  served,
  review,
  split,
  closed,
  refused,
  merged,
  cancelled
};
// 派单 不予受理 合并 拆分 转办 · 领单 退回 · 接单 · 退单 · 到场 完成 · 确认 差评 催办核查 · 办结核查 重新办理
// · 取消
enum class Action {
  dispatch,   // placed → dispatched: to a department
  refuse,     // placed → refused, with reason
  merge,      // placed → merged, into another open order
  split,      // placed → split: children are made
  transfer,   // placed: to another community; dispatched, claimed: to another department; with reason
  claim,      // dispatched → claimed
  give_back,  // dispatched, claimed → placed, with reason
  accept,     // claimed → accepted, by a team
  release,    // accepted → claimed: the team cannot, with reason
  arrive,     // accepted → serving: first sign-in
  finish,     // accepted, serving → served
  confirm,    // served → closed: the resident says so, rating 3 … 5, or the term ran out (unrated)
  object,     // served, closed → review: rating 1 … 2, or a complaint
  settle,     // review → closed, with what came out
  redo,       // review → claimed: serve again
  close,      // split → closed: all children ended (by the program)
  cancel      // placed … accepted → cancelled, with reason (resident or office)
};
// Whose step it is: the community's, the department's, the team's, the resident's, the county office's, the
// program's.
enum class Step { community, department, team, resident, office, program };

struct Rule {
  State from;
  Action action;
  State to;
  Step step;
  bool reason;  // must be given
};
std::span<const Rule> rules();
const Rule* find_rule(State from, Action action);  // null where the state does not know the action
std::string_view to_text(State state);
std::string_view title_of(State state);
std::string_view to_text(Action action);
std::string_view title_of(Action action);
std::optional<State> parse_state(std::string_view text);  // by text or title
std::optional<Action> parse_action(std::string_view text);
bool is_open(State state);   // not closed, refused, merged, cancelled
bool is_ended(State state);  // the contrary

enum class Channel { web, on_behalf, unit, api, part };  // 网页 电话代点 单位代点 接口 拆分
std::string_view to_text(Channel channel);
std::string_view title_of(Channel channel);
std::optional<Channel> parse_channel(std::string_view text);

// ---- an order

struct Order {
  Id id = 0;
  std::string number;  // 单2026-000123
  std::string code;  // tracking code: 10 of 23456789ABCDEFGHJKMNPQRSTUVWXYZ; who has it may follow the order
  State state = State::placed;
  Id service = 0;          // 0: free text
  std::string kind;        // Kind::key; empty: not known yet
  std::string title;       // what is asked: the service's title, or the resident's words, 2 … 60 characters
  std::string words;       // 还有什么要求, at most 500 characters
  Id area = 0;             // village or township unit
  Id township = 0;         // of the area
  std::string place;       // 村委会院坝, at most 60 characters
  std::vector<Date> days;  // wished, 1 … 3
  std::string time;        // 上午 下午 晚上 全天; empty: any
  int people = 0;          // about so many come; 0: not said
  std::string name;        // 称呼; empty once erased
  std::string phone;       // plain where it was opened, else masked 138****5678; empty once erased
  bool minor = false;      // asked by or for under-14s alone
  std::string guardian;    // responsible adult where `minor`
  Channel channel = Channel::web;
  bool phone_proven = false;  // by a code sent to it
  Id placed_by = 0;           // auth person; 0: without signing in
  Id community = 0;           // unit that checks
  Id department = 0;          // unit that claims
  Id team = 0;                // register entry
  std::string team_name;
  std::optional<Date> day;  // agreed
  int from = 0, to = 0;     // minutes of the day, agreed; to 0: not agreed
  Id parent = 0, merged_into = 0;
  int rating = 0;  // 1 … 5; 0: none
  std::string rating_words;
  std::string reason;  // of the last step that gave one
  Millis since = 0;    // in this state
  Millis due = 0;      // the state's clock; 0: none
  int escalated = 0;   // 0; 1 the unit's head was told; 2 the county office
  std::int64_t revision = 0;
  Millis created_at = 0, closed_at = 0;
};
// The unit whose turn it is: community, department, or 0 (resident, team).
Id unit_in_turn(const Order& order);

// ---- clocks

struct OfficeHours {
  int from = 9 * 60, to = 17 * 60;  // minutes of a working day, Asia/Shanghai
};
// `minutes` of working time after `start`: 60 × 8 is one working day. Monotone in both; never before `start`.
Millis after_working(Millis start, int minutes, const calendar::Calendar& calendar, OfficeHours hours = {});
// Working minutes in (from, to]; 0 where to ≤ from.
int working_minutes(Millis from, Millis to, const calendar::Calendar& calendar, OfficeHours hours = {});

struct Terms {  // working minutes for each state; catalog/orders.toml [terms], changed by the county
  int check = 480, claim = 480, find_team = 960, confirm = 1440, review = 2400;
  int offer = 120, offer_urgent = 30;
  int erase_days = 30;  // name and phone are erased so many days after the order ended
  int travel = 30;      // minutes by the clock between two orders of one person: 0 … 240
  bool operator==(const Terms&) const = default;
};
// When the clock of the state ends for an order that came into it at `since`; 0: the state has none. Accepted
// and serving orders end with the day after the agreed one.
Millis due_of(const Order& order, const Terms& terms, const calendar::Calendar& calendar);

// ---- what is asked

// The resident's five fields and what goes with them.
struct Request {
  Id service = 0;  // or free text:
  std::string title;
  std::vector<Date> days;
  std::string time;
  Id area = 0;
  std::string place;
  int people = 0;
  std::string name, phone;
  std::string words;
  bool minor = false;
  std::string guardian;
  bool consent = false;  // to the purpose shown: phone for this service only
  Channel channel = Channel::web;
  bool phone_proven = false;
  std::string key;  // idempotency: the same key of a tenant is one order for ever, 8 … 64 of [A-Za-z0-9_-]
};
bool is_request_key(std::string_view key);  // as above, not empty
// Field errors, all at once: service/title, days, area, people, name, phone, words, guardian, consent.
// `service` null: free text. Days must lie in [today + notice, today + 180].
base::Errors check_request(const Request& request, const Service* service, Date today);

// Near duplicates: the same township, kind or wording, wished days within a week. Jaccard over two-character
// tokens.
double likeness(std::string_view one, std::string_view other);

// ---- catalog/orders.toml
struct Catalog {
  std::vector<Kind> kinds;
  std::vector<Service> services;  // shipped menu, copied for a new tenant; departments by the unit's name
  std::vector<std::string> departments;  // beside services: name of the department, may be empty
  Terms terms;
  const Kind* find(std::string_view key) const;
  // The kind whose words the text holds most of; null where none.
  const Kind* guess(std::string_view text) const;
};
// Refusals name file and line.
base::Result<Catalog> parse_catalog(std::string_view toml, std::string_view file_name);

}  // namespace kepu::orders
