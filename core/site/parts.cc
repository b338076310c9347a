#include "core/site/parts.h"

#include "core/sql/sql.h"

namespace kepu::site {

std::string short_name(const auth::Unit& unit) {
  return unit.short_name.empty() ? unit.name : unit.short_name;
}

std::string unit_name(const auth::UnitTree& units, Id unit) {
  if (unit == 0) return "—";
  const auto* found = units.find(unit);
  return found == nullptr ? "（已撤销单位）" : short_name(*found);
}

html::Timeline timeline_of(const Context& context, const std::string& subject, int limit,
                           const std::function<bool(const audit::Entry&)>& left_out) {
  audit::Query query;
  query.subject = subject;
  query.limit = limit;
  const auto found = context.app.db.read(
      [&](sql::Session& session) { return audit::find(session, context.tenant.id, query); });
  html::Timeline timeline;
  for (const auto& entry : found.entries) {
    if (left_out && left_out(entry)) continue;
    html::Moment moment;
    moment.time = base::to_local(entry.at);
    moment.text = entry.unit_name.empty() ? entry.person_name : entry.unit_name + "　" + entry.person_name;
    moment.quote = entry.summary;
    moment.hot = timeline.moments.empty();
    timeline.moments.push_back(std::move(moment));
  }
  return timeline;
}

}  // namespace kepu::site
