#include "core/api/gate.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <stdexcept>

#include "core/base/secret.h"
#include "core/base/text.h"
#include "core/http/compress.h"
#include "core/http/head.h"

namespace kepu::api {

using base::Code;
using base::Errors;
using base::refuse;

namespace {

constexpr std::string_view kPrefix = "/api/v1/", kDocument = "/api/openapi.json";

void add_headers(http::Response& r, const http::Request& request) {
  r.set("X-Content-Type-Options", "nosniff");
  r.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  r.set("Referrer-Policy", "no-referrer");
  r.set("X-Request-Id", request.id);
  if (http::find(r.headers, "Cache-Control") == nullptr) r.set("Cache-Control", "no-store");
}

// The scheme of RFC 6750; its name in any case.
std::string_view bearer_of(const http::Request& request) {
  std::string_view given = request.header("authorization");
  constexpr std::string_view kScheme = "bearer ";
  if (ascii_lower(given.substr(0, kScheme.size())) != kScheme) return {};
  given.remove_prefix(kScheme.size());
  return given;
}

bool is_json(const http::Request& request) {
  const std::string type = base::trim(std::string(request.header("content-type")));
  const auto end = type.find(';');
  return base::trim(type.substr(0, end)) == "application/json";
}

void check_parameters(const http::Request& request, const Operation& operation, Errors& errors) {
  const auto find = [&](std::string_view name, Parameter::In in) {
    return std::find_if(operation.parameters.begin(), operation.parameters.end(),
                        [&](const Parameter& p) { return p.in == in && p.name == name; });
  };
  std::vector<std::string_view> seen;
  for (const auto& [name, value] : request.query) {
    const auto at = find(name, Parameter::In::query);
    if (at == operation.parameters.end()) {
      errors.push_back(
          {Code::invalid, "api.unknown", base::shorten(name, 60), "没有这个查询参数，请核对参数名。"});
    } else if (std::count(seen.begin(), seen.end(), name) != 0) {
      errors.push_back({Code::invalid, "api.twice", name, "这个查询参数只能给一次。"});
    } else if (auto error = check_text(value, at->schema, name)) {
      errors.push_back(std::move(*error));
    }
    seen.push_back(name);
  }
  for (const auto& p : operation.parameters) {
    const bool in_head = p.in == Parameter::In::header;
    const std::string_view value = in_head ? request.header(ascii_lower(p.name)) : request.param(p.name);
    if (p.in == Parameter::In::path) continue;
    if (value.empty() && p.required) {
      errors.push_back(
          {Code::invalid, "api.required", p.name, in_head ? "缺少这个请求头。" : "缺少这个查询参数。"});
    } else if (in_head && !value.empty()) {
      if (auto error = check_text(value, p.schema, p.name)) errors.push_back(std::move(*error));
    }
  }
}

void add_quota(http::Response& r, const auth::Standing& now) {
  r.set("RateLimit-Policy",
        fmt::format("\"minute\";q={};w=60, \"day\";q={};w=86400", now.limits.per_minute, now.limits.per_day));
  r.set("RateLimit", fmt::format("\"minute\";r={};t={}, \"day\";r={};t={}", now.left_minute,
                                 now.minute_seconds, now.left_day, now.day_seconds));
}

http::Response throttled(const auth::Standing& now, std::string_view request_id) {
  const base::Error error{
      Code::too_many, now.by_day ? "api.day_quota" : "api.minute_quota", "",
      now.by_day ? fmt::format("今天的 {} 次请求已用完，明天零时起恢复。需要更多请联系发给密钥的县科协。",
                               now.limits.per_day)
                 : fmt::format("这一分钟的 {} 次请求已用完，请 {} 秒后再试。", now.limits.per_minute,
                               now.minute_seconds)};
  http::Response r = http::problem(error, request_id);
  r.set("Retry-After", std::to_string(now.retry_after()));
  return r;
}

http::Response problem_of_status(int status, std::string_view rule, std::string_view title,
                                 std::string_view detail, std::string_view request_id) {
  base::Json json;
  json.object()
      .field("type", fmt::format("urn:kepu:rule:{}", rule))
      .field("title", title)
      .field("status", status)
      .field("detail", detail)
      .field("rule", rule)
      .field("request_id", request_id)
      .end();
  http::Response r = http::json(std::move(json).text(), status);
  r.set("Content-Type", "application/problem+json; charset=utf-8");
  return r;
}

http::Response broken(std::string_view request_id) {
  return problem_of_status(
      500, "api.broken", "平台出了问题",
      "程序出了问题，已经记录下来。请过一会儿用同一个 Idempotency-Key 重送；如果一直这样，请把 "
      "request_id 告诉县科协。",
      request_id);
}

}  // namespace

std::string_view Call::variable(std::string_view name) const {
  const auto* found = http::find(variables, name);
  return found != nullptr ? std::string_view(*found) : std::string_view();
}

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

std::string_view to_text(Parameter::In in) {
  switch (in) {
    case Parameter::In::path:
      return "path";
    case Parameter::In::query:
      return "query";
    case Parameter::In::header:
      return "header";
  }
  return "query";
}

bool is_api_path(std::string_view path) { return base::starts_with(path, "/api/"); }

http::Response problem_of(const Errors& errors, std::string_view request_id) {
  http::Response r = http::problem(errors.front(), request_id);
  if (errors.size() == 1 && errors.front().field.empty()) return r;
  base::Json all;
  all.array();
  for (const auto& e : errors) {
    all.object();
    if (!e.field.empty()) all.field(e.field[0] == '/' ? "pointer" : "parameter", e.field);
    all.field("rule", e.rule).field("detail", e.message).end();
  }
  all.end();
  r.body.pop_back();  // the closing brace
  r.body += ",\"errors\":" + std::move(all).text() + "}";
  return r;
}

void Gate::add(Operation operation) {
  if (!base::starts_with(operation.path, kPrefix))
    throw std::logic_error("an operation outside /api/v1/: " + operation.path);
  for (const auto& other : operations_) {
    if (other.id == operation.id) throw std::logic_error("two operations of one id: " + operation.id);
  }
  router_.add(operation.method, operation.path);
  operations_.push_back(std::move(operation));
}

http::BodyPolicy Gate::body_policy(const http::Head& head) {
  // A little more than an operation takes, so that the refusal is a problem document.
  if (is_api_path(head.path)) return {4 * kMostBody, false};
  return p_.site.body_policy(head);
}

void Gate::handle(http::Request request, std::function<void(http::Response)> reply) {
  if (!is_api_path(request.path)) return p_.site.handle(std::move(request), std::move(reply));
  http::Response response;
  try {
    response = answer(request);
  } catch (const std::exception& e) {
    // The boundary of a request: logged with its id, told without any detail.
    spdlog::error("{} {} {}: {}", request.id, http::to_text(request.method), request.path, e.what());
    response = broken(request.id);
    add_headers(response, request);
  }
  http::compress(request, response);
  reply(std::move(response));
}

http::Response Gate::answer(const http::Request& request) const {
  http::Response response;
  const auto match = router_.find(request.method, request.path);
  const bool reading = request.method == http::Method::get || request.method == http::Method::head;
  if (request.path == kDocument && reading) {
    response = http::json(openapi());
    response.set("Cache-Control", "public, max-age=300");
    response.set("Access-Control-Allow-Origin",
                 "*");  // nothing but the declarations; for documentation tools
    response.set("ETag", "\"" + base::sha256_hex(response.body).substr(0, 32) + "\"");
  } else if (match.route >= 0) {
    response = run(request, operations_[static_cast<std::size_t>(match.route)], match.variables);
  } else if (match.other_method) {
    response =
        problem_of_status(405, "api.method", "方法不对", "这个地址只支持 " + match.allow + "。", request.id);
    response.set("Allow", match.allow);
  } else {
    response = http::problem({Code::not_found, "api.no_such_path", "",
                              "没有这个接口。全部接口见 /api/openapi.json，说明见 /api。"},
                             request.id);
  }
  add_headers(response, request);
  return response;
}

http::Response Gate::run(const http::Request& request, const Operation& operation,
                         const http::Pairs& variables) const {
  const auto secret = bearer_of(request);
  const auto visit = p_.keys.visit(secret, request.remote);
  if (!visit) {
    http::Response r = http::problem(visit.error(), request.id);
    r.set("WWW-Authenticate",
          secret.empty() ? "Bearer realm=\"kepu\"" : "Bearer realm=\"kepu\", error=\"invalid_token\"");
    return r;
  }
  const auth::Standing standing = p_.keys.spend(*visit);
  http::Response response;
  if (!standing.allowed) {
    response = throttled(standing, request.id);
  } else if (const auto right = visit->actor.require(operation.right); !right) {
    response = http::problem({Code::forbidden, right.error().rule, "",
                              fmt::format("这个密钥没有“{}”的权限。需要的话请联系发给密钥的县科协。",
                                          p_.keys.title_of_right(operation.right))},
                             request.id);
  } else if (request.body.size() > kMostBody) {
    response = http::problem(
        {Code::too_large, "api.too_large", "", fmt::format("请求正文不能超过 {} 字节。", kMostBody)},
        request.id);
  } else if (operation.body && !is_json(request)) {
    response = http::problem(
        {Code::unsupported, "api.content_type", "", "请求正文应是 JSON：Content-Type: application/json。"},
        request.id);
  } else {
    Errors errors;
    check_parameters(request, operation, errors);
    Body body;
    if (operation.body) {
      if (auto read = Body::read(request.body, *operation.body)) {
        body = std::move(*read);
      } else {
        errors.insert(errors.end(), read.error().begin(), read.error().end());
      }
    }
    if (!errors.empty()) {
      response = problem_of(errors, request.id);
    } else {
      auto answer =
          operation.handler(Call{request, visit->tenant, visit->actor, variables, body, p_.clock.now()});
      response = answer ? std::move(*answer) : problem_of({answer.error()}, request.id);
    }
  }
  add_quota(response, standing);
  return response;
}

}  // namespace kepu::api
