#include "engines/administration/person_form.h"

namespace kepu::administration {

namespace {

std::vector<form::Field> fields() {
  return {
      {.name = "name", .label = "姓名", .required = true, .max_length = 30, .short_field = true},
      {.name = "post", .label = "职务", .max_length = 40, .short_field = true},
      // Not of the kind phone: a masked one ("138****1234") comes back as it is and is kept.
      {.name = "phone",
       .label = "电话",
       .hint = "11 位手机号，或带区号的座机",
       .max_length = 30,
       .short_field = true},
      {.name = "email", .label = "邮箱", .kind = form::Kind::email, .max_length = 120, .short_field = true},
  };
}

}  // namespace

const form::Form& person_form() {
  static const form::Form kForm(fields());
  return kForm;
}

const form::Form& new_person_form() {
  static const form::Form kForm([] {
    auto all = fields();
    all.insert(all.begin(), {.name = "unit", .label = "单位", .kind = form::Kind::select, .required = true});
    return all;
  }());
  return kForm;
}

auth::Person person_from(const form::Values& in) {
  auth::Person person;
  person.name = in.text("name");
  person.post = in.text("post");
  person.phone = in.text("phone");
  person.email = in.text("email");
  return person;
}

}  // namespace kepu::administration
