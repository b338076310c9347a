// The ledger in the database: rules, bookings, corrections, what ends. Bookings are only ever added, each in
// one transaction with the balance that it leaves; numbers have no gaps and each hash holds the one before.
// A balance never falls below zero. Refusals: points.not_enough, points.not_found, points.changed_meanwhile,
// points.FIELD. Thread-safe; no function may be called from inside Database::read() or write(), except where
// it takes a Session.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/auth/auth.h"
#include "core/sql/sql.h"
#include "engines/points/points.h"

namespace kepu::points {

const std::vector<sql::Migration>& migrations();
const std::vector<auth::Right>& rights();

struct By {
  const auth::Actor& actor;
  std::string remote;
};

struct Account {  // of a person
  Id person = 0;
  std::string name;
  int balance = 0;
  std::vector<Lot> lots;  // with something left, those that end first before the others
  std::int64_t minutes = 0, filled_minutes = 0, services = 0;  // proven by two parties; filled in later; both
};
struct ServiceRow {
  Service service;
  int points = 0;
  std::string why;
};
struct BookingQuery {
  Id person = 0;
  std::optional<Entry> entry;
  std::string text;  // of name or words
  std::string order_by;
  std::int64_t offset = 0, limit = 50;
};
template <class Row>
struct PageOf {
  std::vector<Row> rows;
  std::int64_t total = 0;
};

// Sums over everybody; never by person.
struct Sum {
  std::string what;  // 2026-10, a kind's title, or a township's id
  std::int64_t services = 0, people = 0, minutes = 0, filled_minutes = 0, points = 0;
};
enum class SumBy { month, kind, township };

enum class CorrectionState { asked, approved, refused };  // 待批准 已批准 未批准
std::string_view title_of(CorrectionState state);
struct Correction {
  Id id = 0, person = 0;
  std::string name;
  int points = 0;  // never 0
  std::string reason, asked_by, decided_by, decided_why;
  Id asked_person = 0;
  CorrectionState state = CorrectionState::asked;
  Millis asked_at = 0, decided_at = 0;
};

struct Verdict {
  std::int64_t bookings = 0, people = 0;
  bool ok = false;
  std::string message;  // plain Chinese: what does not fit, and where
};

class LedgerStore {
 public:
  LedgerStore(sql::Database& db, const base::Clock& clock, base::IdMaker& ids, Rules shipped)
      : db_(db), clock_(clock), ids_(ids), shipped_(std::move(shipped)) {}

  // ---- rules: points.manage. Version 0 are the shipped ones. Errors of all fields at once.
  Rules rules(Id tenant);
  std::vector<Rules> all_rules(Id tenant);  // newest first
  base::Errors save_rules(const By& by, const Rules& rules);

  // ---- booking. The same source and person a second time changes nothing. Service without a rule, and over
  // the caps, is kept with 0 points and the reason.
  base::Done on_service(Id tenant, const Service& service);
  // Points whose last day is over, once each.
  std::string expire(Millis now);

  // ---- corrections: asked with points.manage, decided with points.approve by another person. One that would
  // take more than is left is refused when it is decided.
  base::Result<Id> ask(const By& by, Id person, int points, const std::string& reason);
  base::Done decide(const By& by, Id correction, bool approved, const std::string& why);
  std::vector<Correction> corrections(Id tenant, bool open_only);

  // ---- reading
  base::Result<Account> account(Id tenant, Id person);  // points.not_found where nothing was ever booked
  std::vector<Account> search(Id tenant, std::string_view name);  // by name, 20 at most, without lots
  PageOf<Booking> bookings(Id tenant, const BookingQuery& query);
  PageOf<ServiceRow> services(Id tenant, Id person, std::int64_t offset, std::int64_t limit);
  std::vector<Sum> sums(Id tenant, SumBy by, Date from, Date to, const std::vector<Id>& townships = {});
  // Over all of it: people once each.
  Sum sum(Id tenant, Date from, Date to, const std::vector<Id>& townships = {});
  std::int64_t redeemed(Id tenant, Date from, Date to);  // handed out and reserved, less what came back

  // Recomputes hashes, sums, lots and balances from the bookings alone.
  Verdict verify(Id tenant);

  // ---- for the rewards, inside their transaction
  // Takes the ledger's head until the transaction ends; before anything else, so that no two wait for each
  // other.
  void lock(sql::Session& session, Id tenant);
  // Takes from the person's lots; refuses points.not_enough.
  base::Result<Booking> spend(sql::Session& session, Id tenant, Booking booking);
  // Puts back what the booking took, with the same last days.
  base::Result<Booking> give_back(sql::Session& session, Id tenant, std::int64_t of, Booking booking);
  void log(sql::Session& session, const By& by, std::string action, std::string subject, std::string summary);

  sql::Database& db() { return db_; }
  base::IdMaker& ids() { return ids_; }
  Millis now() const { return clock_.now(); }
  Date today() const { return clock_.today(); }

 private:
  Rules rules_in(sql::Session& session, Id tenant);
  Booking book(sql::Session& session, Id tenant, Booking booking);
  void add_lot(sql::Session& session, Id tenant, const Booking& booking, std::optional<Date> last_day);
  std::vector<Lot> lots(sql::Session& session, Id tenant, Id person);
  void use(sql::Session& session, Id tenant, std::int64_t booking, const std::vector<Taken>& taken);

  sql::Database& db_;
  const base::Clock& clock_;
  base::IdMaker& ids_;
  Rules shipped_;
};

}  // namespace kepu::points
