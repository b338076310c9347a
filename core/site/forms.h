// What pages with forms do alike: a form that comes back with what was typed, and choices from enumerations.
//
//   Typed typed;                                     // nothing refused yet
//   const auto in = kForm.check(context.request.form);
//   if (in.errors.empty()) {
//     const auto saved = store.save(…);
//     if (saved) return http::see_other(url);
//     if (!belongs_to_form(saved.error())) return tl::unexpected(saved.error());
//     typed.errors = {saved.error()};
//   }
//   typed.values = in.values;
//   kForm.write(h, view_of(context, url, "保存", typed, stored));
//
// Plain functions without state: safe from every thread.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/form/form.h"
#include "core/site/site.h"

namespace kepu::site {

// A form that was refused: what was typed, and why it was refused. As made here: nothing was refused.
struct Typed {
  form::Values values = {};
  base::Errors errors = {};
  std::string of = {};  // which form of the page, where it has several
  bool empty() const { return errors.empty(); }
  // Itself for the form of this name, nothing for the others.
  Typed only(std::string_view name) const { return of == name ? *this : Typed{}; }
};

// The form as it is shown, with the session's token: as it was typed where it was refused, else with
// `stored`.
form::View view_of(const Context& context, std::string action, std::string submit, const Typed& typed,
                   form::Values stored = {});

// Whether the refusal can be put right in the form (bad input, a conflict, a file too large or of the wrong
// kind), so that it comes back; else it is a page of its own (no right, not there).
bool belongs_to_form(const base::Error& error);

// The status of a page with these errors: 200 without any.
int status_of(const base::Errors& errors);

// Values of an enumeration with to_text() and title_of(), as choices.
template <class E>
std::vector<form::Option> options_of(std::initializer_list<E> values) {
  std::vector<form::Option> out;
  for (const E v : values) out.push_back({std::string(to_text(v)), std::string(title_of(v))});
  return out;
}
// Choices of a form as those of a list's filter.
std::vector<std::pair<std::string, std::string>> as_filter(const std::vector<form::Option>& options);

// All bytes of an uploaded file; empty where it cannot be read. Its size is bounded by the route.
std::string bytes_of(const http::Upload& upload);

}  // namespace kepu::site
