// Small parts that pages of every engine show alike: names of units, what happened to a thing.
#pragma once

#include <functional>
#include <string>

#include "core/audit/audit.h"
#include "core/auth/directory.h"
#include "core/html/components.h"
#include "core/site/site.h"

namespace kepu::site {

// 县科协 where a unit has a short name, else its name.
std::string short_name(const auth::Unit& unit);
// The same by its id: "—" for none (0), "（已撤销单位）" for one that is not there.
std::string unit_name(const auth::UnitTree& units, Id unit);

// What happened to a subject ("meeting:4711"), from the audit log of this tenant: the newest `limit` entries,
// newest first. Reads the log once. `left_out`: entries that this reader is not to see.
html::Timeline timeline_of(const Context& context, const std::string& subject, int limit = 20,
                           const std::function<bool(const audit::Entry&)>& left_out = {});

}  // namespace kepu::site
