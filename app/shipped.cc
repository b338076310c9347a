#include "app/program.h"

extern "C" {
extern const char kepu_shipped_duties[], kepu_shipped_duties_end[];  // NOLINT(readability-identifier-naming)
extern const char kepu_shipped_roles[], kepu_shipped_roles_end[];    // NOLINT(readability-identifier-naming)
}

namespace kepu::app {

std::string_view shipped_duties() {
  return {kepu_shipped_duties, static_cast<std::size_t>(kepu_shipped_duties_end - kepu_shipped_duties)};
}
std::string_view shipped_roles() {
  return {kepu_shipped_roles, static_cast<std::size_t>(kepu_shipped_roles_end - kepu_shipped_roles)};
}

}  // namespace kepu::app
