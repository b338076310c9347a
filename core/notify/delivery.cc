#include "core/notify/delivery.h"

#include <algorithm>

#include "core/base/json.h"
#include "core/base/secret.h"
#include "core/base/text.h"
#include "core/notify/delivery_store.h"

namespace kepu::notify {

namespace {

constexpr base::Millis kMinute = 60'000;

base::Millis wait_after(int failures) {
  return std::min<base::Millis>(kMinute << std::min(failures, 12), 6 * 60 * kMinute);
}

}  // namespace

std::string_view to_text(Mail mail) {
  switch (mail) {
    case Mail::none:
      return "none";
    case Mail::each:
      return "each";
    case Mail::daily:
      return "daily";
  }
  return "none";
}

std::string_view title_of(Mail mail) {
  switch (mail) {
    case Mail::none:
      return "不发邮件";
    case Mail::each:
      return "有通知就发";
    case Mail::daily:
      return "每天早上八点发一封";
  }
  return "";
}

std::optional<Mail> parse_mail(std::string_view text) {
  for (const Mail mail : {Mail::none, Mail::each, Mail::daily}) {
    if (to_text(mail) == text) return mail;
  }
  return std::nullopt;
}

base::Millis next_morning(base::Millis now) {
  const base::Millis today = base::start_of(base::date_of(now)) + 8 * 60 * kMinute;
  return today > now ? today : today + 24 * 60 * kMinute;
}

Letter letter_of(const std::string& to, const std::vector<Kept>& notices, const std::string& home) {
  Letter letter;
  letter.to = to;
  letter.subject = notices.size() == 1
                       ? notices.front().notice.title
                       : fmt::format("{} 条通知：{} 等", notices.size(), notices.front().notice.title);
  for (const Kept& kept : notices) {
    letter.body += fmt::format("{}　{}\n", base::to_local(kept.at), kept.notice.title);
    if (!kept.notice.text.empty()) letter.body += "    " + kept.notice.text + "\n";
    if (!home.empty() && !kept.notice.url.empty()) letter.body += "    " + home + kept.notice.url + "\n";
    letter.body += "\n";
  }
  letter.body += "不想再收到邮件，可在平台“我的工作 › 通知方式”中关闭。\n";
  return letter;
}

Call call_of(const std::string& url, const std::string& secret, const std::vector<Kept>& notices,
             base::Millis now) {
  base::Json json;
  json.object().key("notices").array();
  for (const Kept& kept : notices) {
    json.object()
        .key("id")
        .id(kept.id)
        .key("person")
        .id(kept.notice.person)
        .field("title", kept.notice.title)
        .field("text", kept.notice.text)
        .field("url", kept.notice.url)
        .field("at", base::to_rfc3339(kept.at))
        .end();
  }
  Call call;
  call.url = url;
  call.body = std::move(json.end().end()).text();
  call.timestamp = std::to_string(now / 1000);
  call.signature = "v1=" + base::hex(base::hmac_sha256(secret, call.timestamp + "." + call.body));
  return call;
}

std::string Delivery::deliver() {
  const Counts by_mail = mails(), by_hook = hooks();
  if (by_mail.sent + by_mail.failed + by_hook.sent + by_hook.failed == 0) return "没有要发的";
  return fmt::format("邮件 {} 封（失败 {}），网络回调 {} 次（失败 {}）", by_mail.sent, by_mail.failed,
                     by_hook.sent, by_hook.failed);
}

Delivery::Counts Delivery::mails() {
  Counts counts;
  if (!ways_.mail) return counts;
  const auto lines = db_.read([&](sql::Session& s) { return due_letters(s, clock_.now()); });
  for (const Line& line : lines) {
    const base::Millis now = clock_.now();
    const auto notices = db_.read([&](sql::Session& s) { return waiting(s, line); });
    const std::string to = notices.empty() ? std::string() : ways_.address(line.tenant, line.person);
    if (to.empty()) continue;
    const Id last = notices.back().id;
    const base::Millis next = line.mail == Mail::daily ? next_morning(now) : now;
    if (!db_.write([&](sql::Session& s) { return claim(s, line, last, next); })) continue;
    const auto sent = ways_.mail(letter_of(to, notices, ways_.home));
    db_.write([&](sql::Session& s) {
      if (sent) return succeeded(s, line);
      give_back(s, line, last, now + wait_after(line.failures), sent.error().message);
    });
    ++(sent ? counts.sent : counts.failed);
  }
  return counts;
}

Delivery::Counts Delivery::hooks() {
  Counts counts;
  if (!ways_.call) return counts;
  const auto lines = db_.read([&](sql::Session& s) { return due_hooks(s, clock_.now()); });
  for (const Line& line : lines) {
    const base::Millis now = clock_.now();
    const auto notices = db_.read([&](sql::Session& s) { return waiting(s, line); });
    if (notices.empty()) continue;
    const Id last = notices.back().id;
    if (!db_.write([&](sql::Session& s) { return claim(s, line, last, now); })) continue;
    const auto sent = ways_.call(call_of(line.url, ways_.secret(line.tenant), notices, now));
    db_.write([&](sql::Session& s) {
      if (sent) return succeeded(s, line);
      give_back(s, line, last, now + wait_after(line.failures), sent.error().message);
    });
    ++(sent ? counts.sent : counts.failed);
  }
  return counts;
}

}  // namespace kepu::notify
