#include "core/api/webhooks.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/api/webhook_store.h"
#include "core/audit/audit.h"
#include "core/auth/api_keys.h"
#include "core/base/secret.h"
#include "core/base/text.h"

namespace kepu::api {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

constexpr Millis kMinute = 60'000, kDay = 24 * 60 * kMinute;
constexpr Millis kLease = 2 * kMinute;  // longer than a call may take
constexpr std::int64_t kAtOnce = 100;
constexpr int kGivenUpDays = 3, kKeptDays = 30;

auth::Place secret_place(Id tenant, Id hook) { return {"webhook", "secret", tenant, hook}; }
std::string new_secret() { return "whsec_" + base::random_token(32); }

Done require_manager(const auth::Actor& by) {
  TRY(by.require(auth::kApiManage));
  if (by.may_everywhere(auth::kApiManage)) return {};
  return refuse(Code::forbidden, "auth.scope", "事件回调由全县范围的管理员办理。");
}

std::string host_of(const std::string& url) {
  const auto begin = url.find("://");
  if (begin == url.npos) return {};
  const auto end = url.find_first_of("/?#", begin + 3);
  return url.substr(begin + 3, end == url.npos ? end : end - begin - 3);
}

}  // namespace

std::string signature_of(std::string_view secret, Millis now, std::string_view body) {
  const std::string t = std::to_string(now / 1000);
  return fmt::format("t={},v1={}", t, base::hex(base::hmac_sha256(secret, fmt::format("{}.{}", t, body))));
}

int minutes_after(int tries) { return tries >= 10 ? 360 : std::min(360, 1 << std::max(0, tries - 1)); }

std::string Webhooks::title_of_event(std::string_view name) const {
  if (name == kTestEvent) return "测试";
  for (const auto& e : p_.events) {
    if (e.name == name) return e.title;
  }
  return std::string(name);
}

base::Errors Webhooks::check(const Webhook& hook) const {
  base::Errors out;
  const auto wrong = [&](std::string field, std::string message) {
    std::string rule = "webhook." + field;
    out.push_back({Code::invalid, std::move(rule), std::move(field), std::move(message)});
  };
  const auto length = base::length(base::trim(hook.title));
  if (length < 2 || length > 40) wrong("title", "请写接收事件的系统，2 到 40 个字，如“县融媒体中心”。");
  const bool https = base::starts_with(hook.url, "https://");
  const std::string host = host_of(hook.url);
  const bool plain =
      std::all_of(hook.url.begin(), hook.url.end(), [](char c) { return c > 0x20 && c < 0x7f && c != '\\'; });
  if (!https && !(p_.internal && base::starts_with(hook.url, "http://"))) {
    wrong("url", "回调地址应以 https:// 开头。");
  } else if (host.empty() || !plain || hook.url.size() > 500) {
    wrong("url", "这不是完整的网址。应像 https://example.gov.cn/hooks/kepu，中文域名请用 xn-- 写法。");
  } else if (host.find('@') != host.npos) {
    wrong("url", "地址里不要写用户名和密码；来源用签名核对。");
  }
  if (hook.events.empty()) wrong("events", "请至少选一种事件。");
  for (const auto& name : hook.events) {
    if (std::none_of(p_.events.begin(), p_.events.end(), [&](const EventKind& e) { return e.name == name; }))
      wrong("events", "没有这种事件。请刷新页面重新选择。");
  }
  return out;
}

void Webhooks::log(sql::Session& s, const auth::Actor& by, std::string action, Id hook, std::string summary) {
  audit::Entry e;
  e.at = p_.clock.now();
  e.person = by.person;
  e.person_name = by.name;
  e.on_behalf_of = by.on_behalf_of(auth::kApiManage, 0);
  e.unit_name = by.unit_name;
  e.action = std::move(action);
  e.subject = fmt::format("webhook:{}", hook);
  e.summary = std::move(summary);
  e.remote = by.remote;
  audit::append(s, by.tenant, std::move(e));
}

Result<NewWebhook> Webhooks::make(const auth::Actor& by, const Webhook& wanted) {
  TRY(require_manager(by));
  if (const auto errors = check(wanted); !errors.empty()) return tl::unexpected(errors.front());
  NewWebhook out{p_.ids.next(), new_secret()};
  Webhook hook = wanted;
  hook.id = out.id;
  hook.title = base::trim(hook.title);
  hook.made_at = p_.clock.now();
  hook.made_by = by.name;
  const std::string sealed = p_.cipher.seal(out.secret, secret_place(by.tenant, out.id));
  std::vector<std::string> titles;
  for (const auto& e : hook.events) titles.push_back(title_of_event(e));
  p_.db.write([&](sql::Session& s) {
    store::insert_hook(s, by.tenant, hook, sealed);
    log(s, by, "webhook.make", out.id,
        fmt::format("向“{}”推送事件：{}，送到 {}", hook.title, base::join(titles, "、"), host_of(hook.url)));
  });
  return out;
}

Result<std::string> Webhooks::renew_secret(const auth::Actor& by, Id id) {
  TRY(require_manager(by));
  const Webhook seen = TRY(hook(by.tenant, id));
  const std::string secret = new_secret(), sealed = p_.cipher.seal(secret, secret_place(by.tenant, id));
  p_.db.write([&](sql::Session& s) {
    store::set_secret(s, by.tenant, id, sealed);
    log(s, by, "webhook.secret", id, fmt::format("“{}”换签名密钥，原来的作废", seen.title));
  });
  return secret;
}

Done Webhooks::set_active(const auth::Actor& by, Id id, bool active) {
  TRY(require_manager(by));
  const Webhook seen = TRY(hook(by.tenant, id));
  return p_.db.write([&](sql::Session& s) -> Done {
    if (!store::set_active(s, by.tenant, id, active))
      return refuse(Code::conflict, "webhook.state", "已经是这个状态了。请刷新页面。");
    log(s, by, active ? "webhook.resume" : "webhook.stop", id,
        fmt::format("{}“{}”的事件回调", active ? "恢复" : "停用", seen.title));
    return {};
  });
}

Result<std::string> Webhooks::test(const auth::Actor& by, Id id) {
  TRY(require_manager(by));
  const Webhook seen = TRY(hook(by.tenant, id));
  const auto tenant = p_.directory.tenant(by.tenant).value_or(auth::Tenant{});
  Delivery d;
  d.id = p_.ids.next();
  d.event = kTestEvent;
  d.at = d.next_at = p_.clock.now();
  base::Json body;
  body.object().key("id").id(d.id).field("event", d.event).field("at", base::to_rfc3339(d.at));
  body.field("tenant", tenant.code).key("data").object().field("message", "测试事件").end().end();
  d.body = std::move(body).text();
  p_.db.write([&](sql::Session& s) {
    store::insert_delivery(s, by.tenant, id, d);
    log(s, by, "webhook.test", id, fmt::format("向“{}”发测试事件", seen.title));
  });
  if (attempt(by.tenant, seen, d) == Outcome::sent) return std::string("测试事件已送到，对方收下了。");
  const auto after = deliveries(by.tenant, id, std::nullopt, 0, 1).deliveries;
  return refuse(Code::unavailable, "webhook.test",
                "测试事件没有送到：" + (after.empty() ? std::string() : after.front().problem));
}

Done Webhooks::again(const auth::Actor& by, Id id, Id delivery) {
  TRY(require_manager(by));
  const Webhook seen = TRY(hook(by.tenant, id));
  return p_.db.write([&](sql::Session& s) -> Done {
    if (!store::revive(s, by.tenant, id, delivery, p_.clock.now()))
      return refuse(Code::conflict, "webhook.not_dead", "这个事件不在“送不到”里，不用再送。请刷新页面。");
    log(s, by, "webhook.again", id, fmt::format("向“{}”再送一个送不到的事件", seen.title));
    return {};
  });
}

std::vector<Webhook> Webhooks::hooks(Id tenant) {
  return p_.db.read([&](sql::Session& s) { return store::hooks(s, tenant); });
}

Result<Webhook> Webhooks::hook(Id tenant, Id id) {
  for (auto& h : hooks(tenant)) {
    if (h.id == id) return std::move(h);
  }
  return refuse(Code::not_found, "webhook.not_found", "没有这个事件回调。");
}

Webhooks::Page Webhooks::deliveries(Id tenant, Id hook, std::optional<DeliveryState> state,
                                    std::int64_t offset, std::int64_t limit) {
  return p_.db.read([&](sql::Session& s) {
    return Page{store::deliveries(s, tenant, hook, state, offset, limit),
                store::count(s, tenant, hook, state)};
  });
}

Result<Delivery> Webhooks::delivery(Id tenant, Id hook, Id id) {
  auto found = p_.db.read([&](sql::Session& s) { return store::delivery(s, tenant, hook, id); });
  if (!found) return refuse(Code::not_found, "webhook.not_found", "没有这个事件，或已满 30 天删除。");
  return std::move(*found);
}

void Webhooks::tell(sql::Session& s, Id tenant, std::string_view event,
                    const std::function<void(base::Json&)>& data) {
  const auto to = store::subscribed(s, tenant, event);
  if (to.empty()) return;
  const std::string code = store::tenant_code(s, tenant);
  for (const Id hook : to) {
    Delivery d;
    d.id = p_.ids.next();
    d.event = event;
    d.at = p_.clock.now();
    base::Json body;
    body.object().key("id").id(d.id).field("event", event).field("at", base::to_rfc3339(d.at));
    body.field("tenant", code).key("data");
    data(body);
    d.body = std::move(body.end()).text();
    store::insert_delivery(s, tenant, hook, d);
  }
}

// ---------------------------------------------------------------- sending

Webhooks::Outcome Webhooks::attempt(Id tenant, const Webhook& hook, const Delivery& seen) {
  const Millis now = p_.clock.now();
  const auto sealed = p_.db.read([&](sql::Session& s) { return store::sealed_secret(s, tenant, hook.id); });
  const auto secret = p_.cipher.open(sealed, secret_place(tenant, hook.id));
  if (!p_.db.write([&](sql::Session& s) { return store::claim(s, tenant, seen, now + kLease); }))
    return Outcome::lost;
  Result<int> answer = refuse(Code::unavailable, "webhook.secret", "签名密钥打不开，请换一个签名密钥。");
  if (secret) {
    answer = p_.send({hook.url,
                      seen.body,
                      {"Kepu-Signature: " + signature_of(*secret, now, seen.body),
                       "Kepu-Event: " + seen.event, fmt::format("Kepu-Delivery: {}", seen.id)}});
  }
  Delivery d = seen;
  d.tries += 1;
  d.status = answer ? *answer : 0;
  Outcome out = Outcome::unreachable;
  if (d.status >= 200 && d.status < 300) {
    out = Outcome::sent;
  } else if (d.status >= 400 && d.status < 500 && d.status != 408 && d.status != 429) {
    out = Outcome::refused;
  }
  const Millis next = now + minutes_after(d.tries) * kMinute;
  if (out == Outcome::sent) {
    d.state = DeliveryState::sent;
    d.problem.clear();
  } else {
    d.problem = answer ? fmt::format("对方答复 {}", d.status) : answer.error().message;
    if (d.tries >= kTries) d.state = DeliveryState::dead;
  }
  d.next_at = d.state == DeliveryState::waiting ? next : d.next_at;
  d.done_at = d.state == DeliveryState::waiting ? 0 : now;
  p_.db.write([&](sql::Session& s) {
    store::settle(s, tenant, d);
    if (out == Outcome::sent) return store::set_standing(s, tenant, hook.id, 0, "", 0);
    const Millis rest = now + std::min(minutes_after(hook.failures + 1), 30) * kMinute;
    store::set_standing(s, tenant, hook.id, hook.failures + 1, d.problem,
                        out == Outcome::unreachable ? rest : 0);
  });
  return out;
}

std::string Webhooks::deliver() {
  int sent = 0, failed = 0;
  for (const auto& tenant : p_.directory.tenants()) {
    const Millis now = p_.clock.now();
    for (auto& hook : hooks(tenant.id)) {
      if (!hook.active || hook.paused_until > now || hook.waiting == 0) continue;
      const auto due =
          p_.db.read([&](sql::Session& s) { return store::due(s, tenant.id, hook.id, now, kAtOnce); });
      for (const auto& d : due) {
        const Outcome out = attempt(tenant.id, hook, d);
        if (out == Outcome::lost) continue;
        ++(out == Outcome::sent ? sent : failed);
        hook.failures = out == Outcome::sent ? 0 : hook.failures + 1;
        if (out == Outcome::unreachable) break;  // the address rests; the others need not wait for it
      }
    }
  }
  if (sent + failed == 0) return "没有要送的";
  return fmt::format("送到 {} 个事件（失败 {}）", sent, failed);
}

std::string Webhooks::sweep() {
  std::int64_t deleted = 0, given_up = 0;
  const Millis now = p_.clock.now();
  for (const auto& tenant : p_.directory.tenants()) {
    const auto [lost, gone] = p_.db.write([&](sql::Session& s) {
      return std::pair(store::give_up(s, tenant.id, now - kGivenUpDays * kDay, now),
                       store::delete_done(s, tenant.id, now - kKeptDays * kDay));
    });
    given_up += lost;
    deleted += gone;
  }
  return fmt::format("{} 个事件三天送不到，不再送；删除 {} 条满 30 天的记录", given_up, deleted);
}

}  // namespace kepu::api
