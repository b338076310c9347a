// 开放接口: everything below /api/, in front of the site. A request shows a key (Authorization: Bearer kp_…);
// cookies are not looked at, so there is nothing another site's page could misuse and no CSRF token is
// needed. The way of a request: operation → key → right → quota → parameters and body → handler → JSON or
// problem document (RFC 9457). Quota headers as in draft-ietf-httpapi-ratelimit-headers (RateLimit-Policy,
// RateLimit), Retry-After with 429.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/api/operation.h"
#include "core/auth/api_keys.h"
#include "core/http/router.h"
#include "core/http/server.h"

namespace kepu::api {

inline constexpr std::uint64_t kMostBody = 16u << 10;  // bytes of a request's body

class Gate final : public http::Application {
 public:
  struct Parts {
    http::Application& site;  // answers everything else
    auth::ApiKeys& keys;
    const base::Clock& clock;
    std::string title, version;  // of the document
    std::string home;            // the public address; empty: relative
  };
  explicit Gate(Parts parts) : p_(std::move(parts)) {}

  // While the program is composed. std::logic_error where path or id is taken, or the path is not below
  // /api/v1/.
  void add(Operation operation);
  void add(Told told) { told_.push_back(std::move(told)); }
  void add_schema(std::string name, Schema schema) { schemas_[std::move(name)] = std::move(schema); }
  const std::vector<Operation>& operations() const { return operations_; }
  const std::vector<Told>& told() const { return told_; }
  const std::map<std::string, Schema, std::less<>>& schemas() const { return schemas_; }
  auth::ApiKeys& keys() const { return p_.keys; }
  const std::string& home() const { return p_.home; }

  // OpenAPI 3.1, from the declarations; at /api/openapi.json for everybody.
  std::string openapi() const;

  http::BodyPolicy body_policy(const http::Head& head) override;
  void handle(http::Request request, std::function<void(http::Response)> reply) override;
  http::Response failure(int status, std::string_view id) override { return p_.site.failure(status, id); }
  // What handle() replies to a path below /api/.
  http::Response answer(const http::Request& request) const;

 private:
  http::Response run(const http::Request& request, const Operation& operation,
                     const http::Pairs& variables) const;

  Parts p_;
  http::Router router_;
  std::vector<Operation> operations_;
  std::vector<Told> told_;
  std::map<std::string, Schema, std::less<>> schemas_;
};

// "/api/…"; "/api" itself is a page of the site.
bool is_api_path(std::string_view path);
// Errors as one problem document: its member "errors" names each with its pointer or parameter.
http::Response problem_of(const base::Errors& errors, std::string_view request_id);

}  // namespace kepu::api
