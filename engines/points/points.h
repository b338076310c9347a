// 服务积分: points that volunteers get for proven service, in a double-entry ledger that is only ever added
// to, and what they exchange them for. Points thank people; they never rank them: nothing here sorts or
// compares people by points (国办函〔2026〕12号). Plain values and pure rules here: no SQL, no HTML, no
// clock.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"
#include "core/base/result.h"
#include "core/base/time.h"

namespace kepu::points {

using base::Date;
using base::Id;
using base::Millis;

// Rights: one's own; sees accounts and sums; sets rules and rewards and asks for corrections; decides on
// corrections (never one's own); hands rewards out.
inline constexpr std::string_view kOwn = "points.own", kRead = "points.read", kManage = "points.manage",
                                  kApprove = "points.approve", kHandOut = "points.hand_out";

// ---- rules

enum class Basis { hour, time };  // 每小时 每次
std::string_view title_of(Basis basis);

struct Rule {
  std::string kind;   // of the service, by title (农业技术); empty: any
  std::string role;   // 队长 讲师 助手 司机, or 队员 for everybody but the leader; empty: any
  std::string grade;  // title of a register that the person must be in (科普专家); empty: any
  Basis basis = Basis::hour;
  int points = 0;  // 0 … 1,000
  bool operator==(const Rule&) const = default;
};

struct Rules {  // of a county; each version stays
  int version = 0;
  Date from;  // since when bookings are made by it
  std::vector<Rule> rules;
  int day_cap = 0, month_cap = 0;  // points of one person by day of service; 0: none
  int filled_percent = 100;        // of what hours filled in later count: 0 … 100
  int years = 2;         // points of a year end with the last day of the year that many years later; 0: never
  int pickup_days = 30;  // a reserved reward lapses after so many days: 1 … 365
  std::string by;        // who set them
};

// Until a county sets its own: 10 points an hour, 12 for who leads; half for hours filled in later; 80 a day
// at most.
Rules shipped_rules();

// `农业技术 | 队长 | 科普专家 | 每小时 | 12`, one a line; 任意 or nothing for any. Refuses points.rules, all
// lines at once, each message beginning 第 3 行. `kinds`, `grades`: the titles that there are.
struct RuleLines {
  std::vector<Rule> rules;
  base::Errors errors;  // of field "rules"
};
RuleLines parse_rules(std::string_view text, const std::vector<std::string>& kinds,
                      const std::vector<std::string>& grades);
std::string rules_text(const std::vector<Rule>& rules);
// What rules_text() wrote, whatever kinds and registers there are now.
std::vector<Rule> parse_stored_rules(std::string_view text);

// ---- what is booked for

// Service that an engine has seen proven: by the host's codes and the resident's word, or filled in later and
// approved by a second person.
struct Service {
  std::string source;  // "order:4711": with the person, once for ever
  Id person = 0;       // of the registers
  std::string name;
  std::string role = "队员";  // as in Rule
  bool first = true;          // else he came to the same order before: what is paid by the time was paid then
  std::vector<std::string> grades;  // titles of the registers that he is in
  std::string kind;                 // title
  std::string title;                // of the service
  Date day;
  int minutes = 0;
  bool filled = false;
  Id township = 0;
};

struct Award {
  int points = 0;
  std::string why;  // 每小时 10 分 × 1.5 小时
};
// The most special rule that fits (most of kind, role, grade named, a role of its own before 队员; the
// earlier of equals): points × hours where Basis::hour, × filled_percent where filled in, rounded half up
// once at the end. No rule: 0.
Award award_of(const Rules& rules, const Service& service);
// What is left of an award under the caps, given what the person already has of that day and month.
int capped(const Rules& rules, int points, int of_day, int of_month);
// The last day on which points of service on `day` can be used; none: without end.
std::optional<Date> last_day_of(const Rules& rules, Date day);

// ---- the ledger

// 发放 更正 兑换 退回 过期. Each booking moves points between a person's account and one counter-account,
// so that the sum of all accounts is zero after every booking.
enum class Entry { issue, correction, redemption, give_back, expiry };
std::string_view to_text(Entry entry);
std::string_view title_of(Entry entry);
std::optional<Entry> parse_entry(std::string_view text);
// 发放账户 更正账户 兑换账户 过期账户; give_back goes against the same account as redemption.
std::string_view account_of(Entry entry);

struct Booking {
  std::int64_t number = 0;  // from 1 without gaps, per tenant
  Millis at = 0;
  Entry entry = Entry::issue;
  Id person = 0;
  std::string name;
  int points = 0;  // to the person's account; the counter-account gets the contrary
  Date day;        // of the service, else of the booking
  std::string source, words, by;
  int rules = 0;  // version
  std::string hash;
};
// SHA-256 over the hash before and the booking; a changed, dropped or inserted row breaks every later one.
std::string chain(std::string_view before, Id tenant, const Booking& booking);

struct Lot {  // what is left of one booking that gave points
  std::int64_t booking = 0;
  std::optional<Date> last_day;  // none: without end
  int left = 0;
  bool operator==(const Lot&) const = default;
};
// Takes `points` from the lots, those that end first before the others, older before younger. What was taken
// of which; empty where there is not enough (the lots stay as they are).
struct Taken {
  std::int64_t booking = 0;
  int points = 0;
};
std::vector<Taken> take(std::vector<Lot>& lots, int points);

// ---- rewards

struct Reward {
  Id id = 0;
  std::string title, what, place;
  int points = 0;     // 1 … 100,000
  int stock = 0;      // never below 0
  int most_each = 0;  // of one person, those given back not counted; 0: no limit
  bool active = true;
  std::int64_t revision = 0;
};
enum class ClaimState { reserved, handed_out, cancelled, lapsed };  // 待领取 已领取 已取消 逾期未领
std::string_view to_text(ClaimState state);
std::string_view title_of(ClaimState state);
std::optional<ClaimState> parse_claim_state(std::string_view text);
struct Claim {
  Id id = 0, reward = 0, person = 0;
  std::string title, place, name, code, by, reason;
  int points = 0;
  ClaimState state = ClaimState::reserved;
  Millis made_at = 0, ended_at = 0;
  Date until;
};

}  // namespace kepu::points
