#include "engines/administration/administration.h"

#include "engines/administration/pages.h"

namespace kepu::administration {

void Administration::add_to(site::Site& site) {
  add_sign_in_pages(site);
  add_account_pages(site);
}

}  // namespace kepu::administration
