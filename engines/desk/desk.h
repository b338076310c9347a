// 我的工作: one page of everything that waits for a person, whichever engine it comes from (site::Todo), with
// the notices of what happened meanwhile; and what the program does by itself. No records of its own.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/base/id.h"
#include "core/base/time.h"
#include "core/job/job.h"
#include "core/site/site.h"

namespace kepu::desk {

// How urgent a thing is by its date: before today; today and the three days after; later; without a date.
enum class Urgency { late, soon, later, open };
std::string_view title_of(Urgency urgency);  // 已逾期 三日内 以后 无期限
Urgency urgency_of(const site::Todo& todo, base::Date today);

// How notices can leave the program, for the pages where people choose.
struct Outward {
  bool mail = false;                                   // a mail server is set up
  std::function<std::string(base::Id tenant)> secret;  // that signs the tenant's webhook
};

// Routes, menu. `site` and `jobs` outlive the handlers.
void add_to(site::Site& site, job::Jobs& jobs, Outward outward);

}  // namespace kepu::desk
