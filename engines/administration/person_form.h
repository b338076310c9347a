// The fields of a person, the same for a new one and for an edit. Internal.
#pragma once

#include "core/auth/auth.h"
#include "core/form/form.h"

namespace kepu::administration {

const form::Form& person_form();      // name, post, phone, email
const form::Form& new_person_form();  // the unit too
auth::Person person_from(const form::Values& in);

}  // namespace kepu::administration
