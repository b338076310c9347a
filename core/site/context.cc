#include "core/audit/audit.h"
#include "core/base/text.h"
#include "core/site/site.h"
#include "core/sql/sql.h"

namespace kepu::site {

using base::Code;
using base::refuse;

std::string_view Context::variable(std::string_view name) const {
  const auto* found = http::find(variables, name);
  return found != nullptr ? std::string_view(*found) : std::string_view();
}

base::Result<Id> Context::id(std::string_view name) const {
  if (const auto id = base::parse_id(variable(name))) return *id;
  return refuse(Code::not_found, "site.no_such_page", "没有这个页面。地址可能抄错了，请从菜单重新进入。");
}

base::Result<Id> Context::field_id(std::string_view name) const {
  const bool reading = request.method == http::Method::get || request.method == http::Method::head;
  if (const auto id = base::parse_id(reading ? param(name) : field(name))) return *id;
  return refuse(Code::invalid, "site.choice_missing", "没有选择要处理的对象，请返回重新选择。",
                std::string(name));
}

base::Done Context::require(std::string_view right, Id unit, Id owner) const {
  return unit == 0 && owner == 0 ? actor.require(right) : actor.require(right, unit, owner);
}

void Context::say(html::Tone tone, std::string text) { messages_next.emplace_back(tone, std::move(text)); }

void Context::log(std::string action, std::string subject, std::string summary) const {
  audit::Entry entry;
  entry.at = now();
  entry.person = actor.person;
  entry.person_name = actor.name;
  entry.unit_name = actor.unit_name;
  entry.action = std::move(action);
  entry.subject = std::move(subject);
  entry.summary = std::move(summary);
  entry.remote = request.remote;
  app.db.write([&](sql::Session& session) { audit::append(session, tenant.id, entry); });
}

std::string cookie_value(const Services& app, std::string_view value, std::int64_t max_age_seconds,
                         bool strict) {
  return fmt::format("{}; Path=/; HttpOnly; SameSite={}{}; Max-Age={}", value, strict ? "Strict" : "Lax",
                     app.secure_cookies ? "; Secure" : "", value.empty() ? 0 : max_age_seconds);
}

}  // namespace kepu::site
