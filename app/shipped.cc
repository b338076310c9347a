#include "app/program.h"

extern "C" {
extern const char kepu_shipped_duties[], kepu_shipped_duties_end[];  // NOLINT(readability-identifier-naming)
extern const char kepu_shipped_roles[], kepu_shipped_roles_end[];    // NOLINT(readability-identifier-naming)
extern const char kepu_shipped_calendar[],
    kepu_shipped_calendar_end[];  // NOLINT(readability-identifier-naming)
extern const char kepu_shipped_appraisal[],
    kepu_shipped_appraisal_end[];  // NOLINT(readability-identifier-naming)
extern const char kepu_shipped_registers[],
    kepu_shipped_registers_end[];  // NOLINT(readability-identifier-naming)
extern const char kepu_shipped_orders[],
    kepu_shipped_orders_end[];  // NOLINT(readability-identifier-naming)
extern const char kepu_shipped_demo_plan[],
    kepu_shipped_demo_plan_end[];  // NOLINT(readability-identifier-naming)
extern const char kepu_shipped_demo_draft[],
    kepu_shipped_demo_draft_end[];  // NOLINT(readability-identifier-naming)
extern const char kepu_shipped_demo_superior[],
    kepu_shipped_demo_superior_end[];  // NOLINT(readability-identifier-naming)
extern const char kepu_shipped_demo_units[],
    kepu_shipped_demo_units_end[];  // NOLINT(readability-identifier-naming)
extern const char kepu_shipped_demo_survey[],
    kepu_shipped_demo_survey_end[];  // NOLINT(readability-identifier-naming)
}

namespace kepu::app {
namespace {
std::string_view between(const char* from, const char* to) {
  return {from, static_cast<std::size_t>(to - from)};
}
}  // namespace

std::string_view shipped_duties() { return between(kepu_shipped_duties, kepu_shipped_duties_end); }
std::string_view shipped_roles() { return between(kepu_shipped_roles, kepu_shipped_roles_end); }
std::string_view shipped_calendar() { return between(kepu_shipped_calendar, kepu_shipped_calendar_end); }
std::string_view shipped_appraisal() { return between(kepu_shipped_appraisal, kepu_shipped_appraisal_end); }
std::string_view shipped_orders() { return between(kepu_shipped_orders, kepu_shipped_orders_end); }
std::string_view shipped_registers() { return between(kepu_shipped_registers, kepu_shipped_registers_end); }
std::string_view shipped_demo(std::string_view name) {
  if (name == "plan") return between(kepu_shipped_demo_plan, kepu_shipped_demo_plan_end);
  if (name == "draft") return between(kepu_shipped_demo_draft, kepu_shipped_demo_draft_end);
  if (name == "survey") return between(kepu_shipped_demo_survey, kepu_shipped_demo_survey_end);
  if (name == "superior") return between(kepu_shipped_demo_superior, kepu_shipped_demo_superior_end);
  return between(kepu_shipped_demo_units, kepu_shipped_demo_units_end);
}

}  // namespace kepu::app
