#include "engines/administration/administration.h"

#include "engines/administration/pages.h"

namespace kepu::administration {

void add_to(site::Site& site) {
  add_sign_in_pages(site);
  add_account_pages(site);
  add_second_factor_pages(site);
  add_organisation_pages(site);
  add_unit_pages(site);
  add_people_pages(site);
  add_person_pages(site);
  add_access_pages(site);
  add_role_pages(site);
  add_stand_in_pages(site);
  add_import_pages(site);
  add_audit_pages(site);
  add_settings_pages(site);
}

}  // namespace kepu::administration
