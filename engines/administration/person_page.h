// The page of one person, which the handlers of its forms bring back. Internal.
#pragma once

#include "core/auth/directory.h"
#include "engines/administration/pages.h"

namespace kepu::administration {

// A one-time password that was just made: shown on this answer and never again.
struct Issued {
  std::string login, password;
};

// The person of the address as seen by who asks; a look at a whole phone number is logged by the directory.
base::Result<auth::Person> person_of(const site::Context& context);
// The same for a change of the person: person.manage over the unit.
base::Result<auth::Person> person_to_manage(const site::Context& context);

site::Answer show_person(site::Context& context, const Typed& returned, const Issued& issued = {});

// The parts of the page that others bring.
void write_account(html::Out& h, const site::Context& context, const auth::Person& person,
                   const Typed& returned);
void write_grants(html::Out& h, const site::Context& context, const auth::Person& person,
                  const Typed& returned);
// "本单位及下级", "指定单位：…".
std::string scope_text(const auth::Grant& grant, const auth::UnitTree& tree);
// Who stands in for whom, with a button that ends it where `may_end` says so.
void write_stand_ins(html::Out& h, const site::Context& context, const std::vector<auth::StandIn>& all,
                     std::string_view end_path, const std::function<bool(const auth::StandIn&)>& may_end);

}  // namespace kepu::administration
