// iCalendar (RFC 5545): what a calendar program subscribes to. Times are written in UTC; lines end in CRLF
// and are folded at 75 octets without cutting a character; texts are escaped. The same events give the same
// bytes. No domain word here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/time.h"

namespace kepu::doc {

struct CalendarEvent {
  std::string uid;                  // the same for ever: order-4711@lanjiang
  base::Millis start = 0, end = 0;  // end after start
  std::string summary, location, description;
  std::int64_t sequence = 0;  // rises with every change
  bool cancelled = false;
  base::Millis changed_at = 0;
  std::string url;  // may be empty
};

// `name` is what the calendar is called. Events in the order given.
std::string calendar_text(const std::string& name, const std::vector<CalendarEvent>& events);

}  // namespace kepu::doc
