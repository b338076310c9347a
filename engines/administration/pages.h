// The parts of this engine's pages. Internal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/form/form.h"
#include "core/site/site.h"

namespace kepu::administration {

using base::Id;

void add_sign_in_pages(site::Site& site);
void add_account_pages(site::Site& site);        // /account: oneself, sessions, password
void add_second_factor_pages(site::Site& site);  // /account/second-factor

// Where a sign-in goes on to: an address of this site, "/" for anything else. Stricter than an address has to
// be: browsers drop tabs and line breaks and take "\" for "/", so "/\t/evil" would leave the site.
std::string local_path(std::string_view wanted);

// The status of a page that brings its form back.
int status_of(const base::Errors& errors);

// Sets the session cookie (12 hours, as the session at most lives).
void set_session_cookie(site::Context& context, std::string_view token);

}  // namespace kepu::administration
