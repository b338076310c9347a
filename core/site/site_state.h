// Inside of Site. Included by core/site/*.cc only.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/http/router.h"
#include "core/site/site.h"
#include "core/sql/kept.h"

namespace kepu::site {

// Who asks, and for which tenant; what a Context refers to.
struct Caller {
  auth::Tenant tenant;
  auth::Actor actor;
  std::string csrf, token;
  bool must_change_password = false;
  bool new_form_token = false;
  base::Millis good_until = 0;  // as auth::Visit
};

struct Site::State {
  State(Services parts, SiteOptions how) : services(std::move(parts)), options(std::move(how)) {}

  Services services;
  SiteOptions options;
  http::Router router;
  std::vector<Route> routes;
  std::vector<MenuItem> menu;
  std::vector<std::function<std::vector<SearchHit>(const Context&, std::string_view)>> searches;
  std::vector<std::function<void(std::string&)>> metrics;
  std::vector<std::function<std::vector<Todo>(const Context&)>> todos;
  sql::Kept<std::string, Caller> callers{4096};

  http::Response serve(const http::Request& request);
  http::Response run(const http::Request& request, const Route& route, const http::Pairs& variables);
  void add_own_routes(Site& site);
};

// The site that a context belongs to: for menus and the product's name.
const Site::State& site_of(const Context& context);

bool wants_json(const http::Request& request);
bool is_local_path(std::string_view path);  // "/…" but not "//…"
// Messages in a cookie from one page to the next.
std::string pack_messages(const std::vector<std::pair<html::Tone, std::string>>& messages);
std::vector<std::pair<html::Tone, std::string>> unpack_messages(std::string_view packed);

}  // namespace kepu::site
