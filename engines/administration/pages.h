// The parts of this engine's pages, and what they share. Internal.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/auth/directory.h"
#include "core/form/form.h"
#include "core/site/forms.h"
#include "core/site/site.h"

namespace kepu::administration {

using base::Id;
using site::status_of;
using site::Typed;
using site::view_of;

void add_sign_in_pages(site::Site& site);        // /sign-in, /sign-out
void add_account_pages(site::Site& site);        // /account: oneself, sessions, password
void add_second_factor_pages(site::Site& site);  // /account/second-factor
void add_organisation_pages(site::Site& site);   // /organisation: tree and list
void add_unit_pages(site::Site& site);           // /organisation/{unit}
void add_people_pages(site::Site& site);         // /people: list, a new one
void add_person_pages(site::Site& site);         // /people/{person}
void add_access_pages(site::Site& site);         // /people/{person}/account, /grants
void add_role_pages(site::Site& site);           // /roles
void add_stand_in_pages(site::Site& site);       // /stand-ins
void add_import_pages(site::Site& site);         // /import/units, /import/people
void add_audit_pages(site::Site& site);          // /audit
void add_settings_pages(site::Site& site);       // /settings

// Where a sign-in goes on to: an address of this site, "/" for anything else. Stricter than an address has to
// be: browsers drop tabs and line breaks and take "\" for "/", so "/\t/evil" would leave the site.
std::string local_path(std::string_view wanted);

// Sets the session cookie (12 hours, as the session at most lives).
void set_session_cookie(site::Context& context, std::string_view token);

std::string unit_url(Id unit, std::string_view deed = {});      // /organisation/ID/move
std::string person_url(Id person, std::string_view deed = {});  // /people/ID/edit

// The units as choices. Villages are many and seldom have anything below them: left out where a superior is
// chosen.
enum class Villages { with, without };
std::vector<form::Option> unit_options(const auth::UnitTree& tree, Villages villages);
// 县科协 › 办公室, without the root.
std::string path_of(const auth::UnitTree& tree, Id unit);
std::string name_of(const auth::UnitTree& tree, Id unit);  // "—" where unknown

// The units somebody typed, with 、, commas or lines between them; an unknown name is an error of the field
// "units".
base::Result<std::vector<Id>> units_typed(std::string_view text, const auth::UnitTree& tree);

// Active people of every unit by themselves; empty for who may not read people.
std::map<Id, int> people_per_unit(const site::Context& context);
// The latest entries of the audit log about one thing, as a panel's content.
html::Content history_of(const site::Context& context, const std::string& subject);

}  // namespace kepu::administration
