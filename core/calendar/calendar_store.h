// The calendars of the tenants: the shipped years, and in their stead those that a tenant entered itself.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/audit/audit.h"
#include "core/calendar/calendar.h"
#include "core/sql/kept.h"
#include "core/sql/sql.h"

namespace kepu::calendar {

// Thread-safe. Rights are the caller's business.
class CalendarStore {
 public:
  CalendarStore(sql::Database& db, std::vector<Year> shipped);
  // Never null. One query; none where nothing was committed since.
  std::shared_ptr<const Calendar> of(Id tenant);
  // The shipped entry of a year, where there is one.
  const Year* shipped(int year) const;
  // Replaces a year of the tenant, with `entry` in the audit log. Refusals: calendar.source (no notice
  // named), calendar.year (not in 2000–2100), conflict calendar.changed_meanwhile naming who and when where
  // `year.revision` is not the current one (0: none is there yet).
  base::Done save(Id tenant, const Year& year, audit::Entry entry);
  // Back to the shipped entry, or to none.
  base::Done forget(Id tenant, int year, std::int64_t revision, audit::Entry entry);

 private:
  sql::Database& db_;
  std::vector<Year> shipped_;
  sql::Kept<Id, Calendar> kept_{256};
};

const std::vector<sql::Migration>& migrations();

}  // namespace kepu::calendar
