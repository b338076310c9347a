// One thing that another system can ask of the program: declared once, and from it come the route, the checks
// of what is sent, the OpenAPI document and the page for people. Plain values.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/api/schema/schema.h"
#include "core/auth/auth.h"
#include "core/http/http.h"

namespace kepu::api {

// What a handler sees; right, quota, parameters and body have been checked.
struct Call {
  const http::Request& request;
  const auth::Tenant& tenant;
  const auth::Actor& actor;
  const http::Pairs& variables;  // of the path
  const Body& body;
  base::Millis now = 0;

  std::string_view variable(std::string_view name) const;
  std::string_view param(std::string_view name) const { return request.param(name); }
};

using Handler = std::function<base::Result<http::Response>(const Call&)>;

struct Parameter {
  enum class In { path, query, header };
  std::string name;
  In in = In::query;
  Schema schema;  // text, integer or flag
  bool required = false;
};
std::string_view to_text(Parameter::In in);

struct Reply {
  int status = 200;
  std::string about;
  Schema body;
};

struct Operation {
  http::Method method = http::Method::get;
  std::string path;     // "/api/v1/orders/{number}"
  std::string id;       // placeOrder
  std::string group;    // 订单
  std::string summary;  // one line, Chinese
  std::string about;    // further rules, Chinese
  std::string right;    // needed over some unit at least
  std::vector<Parameter> parameters;
  std::optional<Schema> body;  // an object; JSON only
  std::vector<Reply> replies;
  std::vector<int> refusals;  // besides 401, 403, 422 and 429, which every operation has
  Handler handler;
};

// A further address that the program itself calls: for the document's "webhooks".
struct Told {
  std::string event;  // order.placed
  std::string title;  // 有人点单
  Schema data;
};

std::string ascii_lower(std::string_view text);  // for names of headers and methods

}  // namespace kepu::api
