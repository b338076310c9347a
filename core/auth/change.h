// One change of a tenant's directory: the transaction, who acts, the tree as it was before. Internal to this
// kit: the functions of Directory and the imports are made of these steps.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/auth/directory.h"
#include "core/auth/store.h"

namespace kepu::auth {

struct Change {
  sql::Session& s;
  const Actor& by;
  const Directory::Parts& parts;
  const std::vector<UseCheck>& use_checks;
  base::Millis now = 0;
  std::string today;  // ISO
  std::shared_ptr<const UnitTree> tree;

  Id tenant() const { return by.tenant; }
  store::Stamp stamp() const { return {now, by.name}; }
  const Roles& roles() const { return *parts.roles; }
  std::string unit_name(Id unit) const;
  // Writes the entry into the audit log. `right`: what was used (for whom one acts), over `unit`.
  void note(std::string_view right, Id unit, std::string action, std::string subject,
            std::string summary) const;
};

// What a grant reaches for a person of `home`, without right and principal.
Actor::Reach resolve(const Grant& grant, const UnitTree& tree, Id home);
// All rights of the grants.
std::vector<Actor::Reach> reaches_of(const std::vector<Grant>& grants, const Roles& roles,
                                     const UnitTree& tree, Id home, Id on_behalf_of = 0);
// Refuses unless `by` holds by own grants all that is wanted, for a person of `home`. `what` begins the
// message: "不能授予“系统管理员”".
Done must_cover(const Actor& by, const std::vector<Actor::Reach>& wanted, Id home, const std::string& what);

// The refusal for an edit that started from an older version.
tl::unexpected<base::Error> changed_meanwhile(const std::optional<store::Stamp>& stamp,
                                              std::string_view what);
tl::unexpected<base::Error> no_such(std::string_view what);
// Trimmed and checked for length (code points) and control characters.
Result<std::string> text_field(std::string_view typed, std::string_view title, std::string field,
                               std::size_t least, std::size_t most);

namespace steps {

Result<Id> add_unit(Change& c, Unit unit);
// Cleans and checks the typed fields of a unit; not its place in the tree.
Result<Unit> checked_unit(Unit unit);
Result<Id> add_person(Change& c, Person person);
Done change_person(Change& c, Person person);
// The person with the phone opened, without a check of rights; the right to manage is asked by the steps.
Result<Person> find_person(Change& c, Id person);
// person.manage over the person, who may hold no more than `by`.
Result<Person> person_to_govern(Change& c, Id person, const std::string& what);
// `password` as it is to be stored.
Result<Id> create_account(Change& c, Id person, const std::string& login, const std::string& password);
Result<Id> give(Change& c, Grant grant);
Result<std::string> checked_login(std::string_view typed);
// Whether an active administrator with an open-ended grant over the whole tenant can sign in.
bool has_administrator(Change& c);
Done keep_administrator(Change& c, bool had_one);

}  // namespace steps

// Runs `f(Change&)` through Directory::run_change and returns what it returned.
template <class F>
auto in_change(Directory& directory, const Actor& by, F&& f) -> std::invoke_result_t<F, Change&> {
  using R = std::invoke_result_t<F, Change&>;
  std::optional<R> out;
  const Done done = directory.run_change(by, [&](Change& c) -> Done {
    out.reset();  // the whole may run again
    out.emplace(f(c));
    if (!*out) return tl::unexpected(out->error());
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  return std::move(*out);
}

}  // namespace kepu::auth
