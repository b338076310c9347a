// 班次与岗位: what has to be done at an accepted order, from when to when, how many are needed, and who of
// the team does it. Plain values and pure rules here: no SQL, no HTML, no clock. Nobody is in two places: two
// shifts of one person at different orders leave time for the way between them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engines/orders/orders.h"

namespace kepu::orders {

enum class Role { lead, speak, help, drive };  // 领队 讲师 助手 司机
std::string_view to_text(Role role);
std::string_view title_of(Role role);
std::optional<Role> parse_role(std::string_view text);  // by text or title
const std::vector<Role>& roles();

struct Duty {                           // one person in one shift
  Id shift = 0, order = 0, person = 0;  // person: of the registers
  Role role = Role::help;
  Millis from = 0, to = 0;
  std::string name;
  std::string put_in_by;  // the leader's name; empty: signed up himself
};

struct Shift {
  Id id = 0, order = 0;
  Role role = Role::help;
  Millis from = 0, to = 0;
  int places = 1;  // 1 … 50
  std::vector<Duty> people;
  int open() const { return places - static_cast<int>(people.size()); }
};

inline constexpr Millis kLongestShift = 16LL * 3'600'000;
inline constexpr int kMostShifts = 20, kMostPlaces = 50;

// The agreed span as instants; an agreed day without hours runs from 8 to 20 o'clock. Needs `order.day`.
struct Span {
  Millis from = 0, to = 0;
};
Span span_of(const Order& order);

// Field errors role/from/to/places, all at once, of a shift of an order with that agreed span: it lies in the
// agreed day from four hours before to four after, its end after its begin.
base::Errors check_shift(const Shift& shift, const Span& agreed);

// A duty of `duties` (of one person) that he cannot do beside the shift: it overlaps, or belongs to another
// order and begins or ends less than `travel` minutes away. Null where none.
const Duty* clash_of(const Shift& shift, std::span<const Duty> duties, int travel);

// What somebody does who was there from … to (0: still is): the role of the duty of his that overlaps most,
// the earlier of equals; none where none does.
std::optional<Role> role_in(Millis from, Millis to, std::span<const Duty> duties);

}  // namespace kepu::orders
