// What is sent on, and how far. Internal; the SQL is in delivery_store.cc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/notify/delivery.h"

namespace kepu::notify {

extern const std::string_view kDeliverySchema;

struct Line {  // one person's letters, or one tenant's webhook (person 0)
  Id tenant = 0, person = 0;
  Mail mail = Mail::none;
  std::string url;
  Id sent_to = 0;  // the last notice that went out
  int failures = 0;
};
std::vector<Line> due_letters(sql::Session& session, base::Millis now);
std::vector<Line> due_hooks(sql::Session& session, base::Millis now);
// Oldest first, after `line.sent_to`, at most 50; of a person only what is not read yet.
std::vector<Kept> waiting(sql::Session& session, const Line& line);
// Marks everything up to `last` as gone and fixes when to look again; false: another program was quicker.
bool claim(sql::Session& session, const Line& line, Id last, base::Millis next_at);
// Takes the mark back after a failure.
void give_back(sql::Session& session, const Line& line, Id last, base::Millis next_at,
               const std::string& problem);
void succeeded(sql::Session& session, const Line& line);

}  // namespace kepu::notify
