// The OpenAPI document of what was declared (OpenAPI Specification 3.1.0).
#include <fmt/format.h>

#include <set>

#include "core/api/gate.h"
#include "core/base/text.h"

namespace kepu::api {
namespace {

std::string lower(http::Method method) { return ascii_lower(http::to_text(method)); }

std::string_view words_of(int status) {
  switch (status) {
    case 401:
      return "没有密钥，或密钥不对、已停用、已过期";
    case 403:
      return "密钥没有这项权限，或数据范围不包括所求的单位";
    case 404:
      return "没有这个对象";
    case 409:
      return "与现在的状态冲突";
    case 413:
      return "请求正文过大";
    case 415:
      return "请求正文不是 JSON";
    case 422:
      return "参数或正文有误，errors 逐条列出";
    case 429:
      return "超过每分钟或每天的请求数，Retry-After 写明几秒后再试";
    default:
      return "不能办理";
  }
}

void write_header(base::Json& j, std::string_view name, std::string_view about, std::string_view type) {
  j.key(name).object().field("description", about).key("schema").object().field("type", type).end().end();
}

void write_parameters(base::Json& j, const Operation& op) {
  if (op.parameters.empty()) return;
  j.key("parameters").array();
  for (const auto& p : op.parameters) {
    j.object().field("name", p.name).field("in", to_text(p.in));
    j.field("required", p.required || p.in == Parameter::In::path);
    if (!p.schema.about.empty()) j.field("description", p.schema.about);
    Schema bare = p.schema;
    bare.about.clear();
    j.key("schema");
    write_schema(j, bare);
    j.end();
  }
  j.end();
}

void write_body(base::Json& j, const Operation& op) {
  if (!op.body) return;
  j.key("requestBody").object().field("required", true).key("content").object();
  j.key("application/json").object().key("schema");
  write_schema(j, *op.body);
  j.end().end().end();
}

void write_replies(base::Json& j, const Operation& op) {
  j.key("responses").object();
  for (const auto& r : op.replies) {
    j.key(std::to_string(r.status)).object().field("description", r.about);
    j.key("headers").object();
    write_header(j, "RateLimit-Policy", "每分钟、每天的请求数", "string");
    write_header(j, "RateLimit", "还剩几次，几秒后重新计", "string");
    j.end();
    j.key("content").object().key("application/json").object().key("schema");
    write_schema(j, r.body);
    j.end().end().end();
  }
  std::set<int> refusals{401, 403, 422, 429};
  refusals.insert(op.refusals.begin(), op.refusals.end());
  if (op.body) refusals.insert({413, 415});
  for (const int status : refusals)
    j.key(std::to_string(status))
        .object()
        .field("$ref", fmt::format("#/components/responses/{}", status))
        .end();
  j.end();
}

void write_operation(base::Json& j, const Operation& op) {
  j.key(lower(op.method)).object();
  j.field("operationId", op.id).field("summary", op.summary);
  if (!op.about.empty()) j.field("description", op.about);
  j.field("tags", std::vector<std::string>{op.group});
  j.field("x-kepu-right", op.right);
  write_parameters(j, op);
  write_body(j, op);
  write_replies(j, op);
  j.end();
}

Schema problem_schema() {
  Schema one{.type = Type::object, .about = "一处错误"};
  one.properties = {{"pointer", {.about = "正文里的位置（JSON Pointer）"}},
                    {"parameter", {.about = "参数或请求头的名称"}},
                    {"rule", {.about = "稳定的名称，供程序判断"}},
                    {"detail", {.about = "给人看的说明"}}};
  Schema out{.type = Type::object, .about = "RFC 9457 问题说明"};
  out.properties = {{"type", {.about = "urn:kepu:rule: 加 rule", .format = "uri"}, true},
                    {"title", {.about = "一类问题的名称"}, true},
                    {"status", {.type = Type::integer, .about = "HTTP 状态"}, true},
                    {"detail", {.about = "错在哪里，接下来怎么做"}, true},
                    {"rule", {.about = "稳定的名称，供程序判断"}},
                    {"field", {.about = "第一处错误的位置"}},
                    {"request_id", {.about = "本次请求的编号，报障时请附上"}},
                    {"errors", {.type = Type::list, .about = "全部错误", .items = {one}}}};
  return out;
}

void write_components(base::Json& j, const std::map<std::string, Schema, std::less<>>& schemas,
                      const std::vector<Operation>& operations) {
  j.key("components").object();
  j.key("securitySchemes").object().key("key").object();
  j.field("type", "http")
      .field("scheme", "bearer")
      .field("description", "县科协发给的接口密钥，kp_ 开头，只显示一次");
  j.end().end();
  j.key("schemas").object();
  for (const auto& [name, schema] : schemas) {
    j.key(name);
    write_schema(j, schema);
  }
  j.key("Problem");
  write_schema(j, problem_schema());
  j.end();
  std::set<int> refusals{401, 403, 413, 415, 422, 429};
  for (const auto& op : operations) refusals.insert(op.refusals.begin(), op.refusals.end());
  j.key("responses").object();
  for (const int status : refusals) {
    j.key(std::to_string(status)).object().field("description", words_of(status));
    if (status == 429) {
      j.key("headers").object();
      write_header(j, "Retry-After", "几秒后再试", "integer");
      j.end();
    }
    j.key("content").object().key("application/problem+json").object().key("schema").object();
    j.field("$ref", "#/components/schemas/Problem").end().end().end().end();
  }
  j.end().end();
}

void write_told(base::Json& j, const std::vector<Told>& told) {
  j.key("webhooks").object();
  for (const auto& t : told) {
    j.key(t.event).object().key("post").object();
    j.field("summary", t.title).field("operationId", "told:" + t.event);
    j.key("security").array().end();
    j.key("parameters").array().object().field("name", "Kepu-Signature").field("in", "header");
    j.field("required", true)
        .field("description",
               "t=秒,v1=HMAC-SHA-256（签名密钥，t 加“.”加正文）的十六进制；超过五分钟的应拒收");
    j.key("schema").object().field("type", "string").end().end().end();
    Schema body{.type = Type::object, .about = {}};
    body.properties = {{"id", {.about = "事件编号，同一事件重送时不变"}, true},
                       {"event", {.about = "事件名称", .words = {t.event}}, true},
                       {"at", {.about = "何时发生", .format = "date-time"}, true},
                       {"tenant", {.about = "地区简称"}, true},
                       {"data", t.data, true}};
    j.key("requestBody").object().field("required", true).key("content").object();
    j.key("application/json").object().key("schema");
    write_schema(j, body);
    j.end().end().end();
    j.key("responses")
        .object()
        .key("2XX")
        .object()
        .field("description", "收下了；其他答复会重送")
        .end()
        .end();
    j.end().end();
  }
  j.end();
}

}  // namespace

std::string Gate::openapi() const {
  base::Json j;
  j.object().field("openapi", "3.1.0");
  j.key("info").object().field("title", p_.title).field("version", p_.version);
  j.field(
      "description",
      "科普点单的开放接口。字段沿用 Open311 GeoReport v2 的名称（service_code、service_request_id、status、"
      "requested_datetime、expected_datetime、agency_responsible 等），正文用 JSON。");
  j.key("license").object().field("name", "Apache-2.0").field("identifier", "Apache-2.0").end().end();
  j.field("jsonSchemaDialect", "https://spec.openapis.org/oas/3.1/dialect/base");
  j.key("servers").array().object().field("url", p_.home.empty() ? std::string("/") : p_.home).end().end();
  j.key("security").array().object().key("key").array().end().end().end();
  j.key("tags").array();
  std::set<std::string> groups;
  for (const auto& op : operations_) {
    if (groups.insert(op.group).second) j.object().field("name", op.group).end();
  }
  j.end();
  j.key("paths").object();
  std::set<std::string> paths;
  for (const auto& first : operations_) {
    if (!paths.insert(first.path).second) continue;
    j.key(first.path).object();
    for (const auto& op : operations_) {
      if (op.path == first.path) write_operation(j, op);
    }
    j.end();
  }
  j.end();
  write_told(j, told_);
  write_components(j, schemas_, operations_);
  return std::move(j.end()).text();
}

}  // namespace kepu::api
