// 预约借用: an entry of a bookable register (a place or a thing) given to a unit for some days. Who keeps it
// (register.review over the entry's unit) approves or refuses, and notes its condition when it is back. Two
// bookings never hold one day: the day is a row with a unique key. Plain values and pure rules first, then
// the store.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engines/registers/registers_store.h"

namespace kepu::registers {

enum class BookingState {
  asked,
  approved,
  refused,
  cancelled,
  returned
};                                                   // 待确认 已同意 未同意 已取消 已归还
enum class Condition { good, damaged, incomplete };  // 完好 有损坏 有缺失
std::string_view to_text(BookingState state);
std::string_view title_of(BookingState state);
std::optional<BookingState> parse_booking_state(std::string_view text);
std::string_view to_text(Condition condition);
std::string_view title_of(Condition condition);
std::optional<Condition> parse_condition(std::string_view text);

inline constexpr int kMostBookedDays = 60, kMostDaysAhead = 366;

struct Booking {
  Id id = 0, entry = 0;
  Id unit = 0;             // for whom it is booked
  base::Date first, last;  // both included
  std::string purpose;
  BookingState state = BookingState::asked;
  std::string reason;  // of a refusal or of a cancellation
  Condition condition = Condition::good;
  std::string condition_note;
  std::optional<base::Date> returned_on;
  base::Millis asked_at = 0, decided_at = 0;
  Id asked_by = 0;
  std::string asked_name, decided_name;
  std::int64_t revision = 0;
};

struct DaySpan {
  base::Date first, last;  // both included
};
// The days that it keeps from others: all of its own while asked or approved, those up to the return once
// returned; none else.
std::optional<DaySpan> held(const Booking& booking);
// The first of `all` that holds one of these days; null: free.
const Booking* clash(std::span<const Booking> all, base::Date first, base::Date last);
bool is_overdue(const Booking& booking, base::Date today);  // approved, and its last day is over
// Refuses booking.days: past, turned round, longer than kMostBookedDays, further off than kMostDaysAhead.
base::Done check_days(base::Date first, base::Date last, base::Date today);
// 3月5日至3月8日; with the year where it is not that of `today`.
std::string days_text(base::Date first, base::Date last, base::Date today);

struct BookingRow {  // of lists
  Booking booking;
  std::string entry_name, type;
  Id keeper = 0;  // the entry's unit
};
struct BookingQuery {
  std::optional<std::vector<Id>> units;  // booked by or kept by one of these; none: all
  Id own = 0;                            // beside them, what this person asked for
  std::optional<BookingState> state;
  std::optional<base::Date> over_by;  // whose last day is before
  Id entry = 0;
  std::optional<base::Date> from, to;  // that touch these days
  std::string type;                    // of entries of this register
  std::optional<DaySpan> lent_in;      // approved or returned, and the first day is one of these
  std::optional<std::vector<Id>> booked_by;
  std::optional<std::vector<Id>> kept_by;  // of entries of these units
  std::int64_t offset = 0, limit = 2000;   // newest first
};

// Thread-safe; no function may be called from inside Database::read() or write().
// Refusals: booking.not_found, booking.not_bookable, booking.days, booking.purpose, booking.clash (naming
// unit and days), booking.not_open, booking.reason, booking.changed_meanwhile.
class BookingStore {
 public:
  struct Parts {
    sql::Database& db;
    const base::Clock& clock;
    base::IdMaker& ids;
    auth::Directory& directory;
    RegisterStore& registers;
  };
  explicit BookingStore(Parts parts) : p_(parts) {}

  // An entry in force of a bookable register is shown to whoever reads registers, so that he can book it.
  bool may_look(const auth::Actor& actor, const Entry& entry);
  bool keeps(const auth::Actor& actor, const Entry& entry) const;
  // Who asked, whose unit it is booked for, who keeps it.
  bool may_see(const auth::Actor& actor, const Booking& booking, const Entry& entry) const;
  base::Done may_cancel(const auth::Actor& actor, const Booking& booking, const Entry& entry) const;

  std::vector<BookingRow> bookings(Id tenant, const BookingQuery& query);
  base::Result<Booking> booking(Id tenant, Id id);
  // register.apply over `wanted.unit`. Approved at once where the asking person keeps the entry himself.
  base::Result<Id> ask(const By& by, const Booking& wanted);
  base::Done decide(const By& by, Id booking, bool approve, const std::string& reason, std::int64_t revision);
  // By who asked or his unit up to the first day; by the keeper at any time, with the reason.
  base::Done cancel(const By& by, Id booking, const std::string& reason, std::int64_t revision);
  // By the keeper, from the first day on. What is damaged or incomplete must be described.
  base::Done give_back(const By& by, Id booking, Condition condition, const std::string& note,
                       std::int64_t revision);
  // What waits for the keeper: to be decided; overdue. Who keeps everything is shown his own unit's alone.
  std::vector<BookingRow> to_decide(const auth::Actor& actor, std::int64_t limit);
  std::vector<BookingRow> overdue(const auth::Actor& actor, std::int64_t limit);

 private:
  struct Change;
  base::Done change(const By& by, const Booking& seen, const Entry& entry, const Change& change);
  std::vector<BookingRow> kept_by(const auth::Actor& actor, BookingQuery query);
  void log(sql::Session& session, const By& by, std::string_view right, Id unit, std::string action, Id entry,
           std::string summary);
  Parts p_;
};

}  // namespace kepu::registers
