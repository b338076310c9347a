// 提醒和升级: what is about to be due is told to whoever it waits for; what is late is told to him again,
// then to who stands in for him, then to the head of the unit. One rule for everything on 我的工作, whichever
// engine it comes from; nobody is told the same twice.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/calendar/calendar_store.h"
#include "core/site/site.h"

namespace kepu::desk {

// Working days by the county's calendar.
inline constexpr int kRemindBefore = 3;  // before the due date: the person
inline constexpr int kDeputyAfter = 1;   // after it: his stand-ins
inline constexpr int kHeadAfter =
    3;  // after it: the head of the unit, or of the next unit above that has one

enum class Stage { none, soon, late, deputy, head };
// The furthest stage that a thing due on `due` has reached on `today`. Whoever it waits for is told at soon
// and at late, the others from their own stage on. Pure.
Stage stage_of(base::Date due, base::Date today, const calendar::Calendar& calendar);
// The rule in words, for the page on which people choose how they are told.
std::vector<std::string> reminder_rule();

// Thread-safe once composed.
class Reminders {
 public:
  Reminders(const site::Services& services, const site::Site& site, calendar::CalendarStore& calendars)
      : services_(services), site_(site), calendars_(calendars) {}
  // Looks through the work of everybody with an account in every tenant, and posts what was not told yet.
  // Bears being cut off and run again at any time. Returns what it did, in Chinese.
  std::string run();

 private:
  int run(const auth::Tenant& tenant);

  const site::Services& services_;
  const site::Site& site_;
  calendar::CalendarStore& calendars_;
};

}  // namespace kepu::desk
