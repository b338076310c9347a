#include "core/http/http.h"

#include <algorithm>

#include "core/base/json.h"

namespace kepu::http {
namespace {

constexpr std::string_view kMethods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "OTHER"};

std::string_view value_or_empty(const Pairs& pairs, std::string_view name) {
  const std::string* value = find(pairs, name);
  return value ? std::string_view(*value) : std::string_view();
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

Response typed(std::string body, int status, const char* type) {
  Response response;
  response.status = status;
  response.headers.emplace_back("Content-Type", type);
  response.body = std::move(body);
  return response;
}

// RFC 6266: an ASCII name for old programs and the true one as filename*.
std::string disposition(std::string_view name) {
  std::string ascii;
  for (const char c : name) {
    const bool safe = c >= 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '%' && c != '/';
    if (safe) ascii += c;
    // One mark for a whole character beyond ASCII, not one for each of its bytes.
    if (!safe && (static_cast<unsigned char>(c) & 0xC0) != 0x80) ascii += '_';
  }
  return "attachment; filename=\"" + ascii + "\"; filename*=UTF-8''" + url_encode(name);
}

std::string_view title_of(base::Code code) {
  switch (code) {
    case base::Code::invalid:
      return "填写或上传的内容有误";
    case base::Code::unauthenticated:
      return "尚未登录";
    case base::Code::forbidden:
      return "没有权限";
    case base::Code::not_found:
      return "没有找到";
    case base::Code::conflict:
      return "与现有数据冲突";
    case base::Code::too_large:
      return "内容过大";
    case base::Code::unsupported:
      return "不支持这种文件或请求";
    case base::Code::too_many:
      return "操作过于频繁";
    case base::Code::unavailable:
      return "暂时不可用";
  }
  return "请求未能完成";
}

}  // namespace

std::string_view to_text(Method method) { return kMethods[static_cast<int>(method)]; }

const std::string* find(const Pairs& pairs, std::string_view name) {
  for (const auto& [key, value] : pairs) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::string_view Request::header(std::string_view lower_case_name) const {
  return value_or_empty(headers, lower_case_name);
}
std::string_view Request::cookie(std::string_view name) const { return value_or_empty(cookies, name); }
std::string_view Request::param(std::string_view name) const { return value_or_empty(query, name); }
std::string_view Request::field(std::string_view name) const { return value_or_empty(form, name); }

std::vector<std::string> Request::fields(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : form) {
    if (key == name) values.push_back(value);
  }
  return values;
}

const Upload* Request::upload(std::string_view field) const {
  for (const Upload& one : uploads) {
    if (one.field == field) return &one;
  }
  return nullptr;
}

Response& Response::set(std::string name, std::string value) {
  std::erase_if(headers, [&](const auto& pair) { return same_name(pair.first, name); });
  return add(std::move(name), std::move(value));
}

Response& Response::add(std::string name, std::string value) {
  headers.emplace_back(std::move(name), std::move(value));
  return *this;
}

const std::string* Response::get(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (same_name(key, name)) return &value;
  }
  return nullptr;
}

Response html(std::string body, int status) {
  return typed(std::move(body), status, "text/html; charset=utf-8");
}
Response json(std::string body, int status) {
  return typed(std::move(body), status, "application/json; charset=utf-8");
}
Response text(std::string body, int status) {
  return typed(std::move(body), status, "text/plain; charset=utf-8");
}

Response redirect(std::string location, int status) {
  Response response;
  response.status = status;
  response.headers.emplace_back("Location", std::move(location));
  return response;
}

Response attachment(std::string path_of_file, std::string name, std::string content_type, bool delete_after) {
  Response response;
  response.headers.emplace_back("Content-Type", std::move(content_type));
  response.headers.emplace_back("Content-Disposition", disposition(name));
  response.file = std::move(path_of_file);
  response.delete_file = delete_after;
  return response;
}

Response attachment_bytes(std::string bytes, std::string name, std::string content_type) {
  Response response = attachment({}, std::move(name), std::move(content_type));
  response.body = std::move(bytes);
  return response;
}

int status_of(base::Code code) {
  switch (code) {
    case base::Code::invalid:
      return 422;
    case base::Code::unauthenticated:
      return 401;
    case base::Code::forbidden:
      return 403;
    case base::Code::not_found:
      return 404;
    case base::Code::conflict:
      return 409;
    case base::Code::too_large:
      return 413;
    case base::Code::unsupported:
      return 415;
    case base::Code::too_many:
      return 429;
    case base::Code::unavailable:
      return 503;
  }
  return 500;
}

Response problem(const base::Error& error, std::string_view request_id) {
  const int status = status_of(error.code);
  base::Json out;
  out.object();
  out.field("type", error.rule.empty() ? std::string("about:blank") : "urn:kepu:rule:" + error.rule);
  out.field("title", title_of(error.code));
  out.field("status", status);
  out.field("detail", error.message);
  if (!error.rule.empty()) out.field("rule", error.rule);
  if (!error.field.empty()) out.field("field", error.field);
  if (!request_id.empty()) out.field("request_id", request_id);
  out.end();
  return typed(std::move(out).text(), status, "application/problem+json; charset=utf-8");
}

}  // namespace kepu::http
