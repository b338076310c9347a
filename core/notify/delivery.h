// Notices sent on: by e-mail to the person, at once or once a day, and by a signed webhook to a group's
// robot. Each notice goes out once: what is about to be sent is marked first, so that a program that dies in
// between sends it late never twice (the notice itself stays on the person's page).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/notify/notify.h"

namespace kepu::notify {

enum class Mail { none, each, daily };  // 不发 随时 每日一封
std::string_view to_text(Mail mail);
std::string_view title_of(Mail mail);
std::optional<Mail> parse_mail(std::string_view text);

Mail mail_of(sql::Session& session, Id tenant, Id person);
// What was told before is not sent afterwards.
void set_mail(sql::Session& session, Id tenant, Id person, Mail mail, base::Millis now);

struct Hook {
  std::string url;      // empty: none
  int failures = 0;     // in a row
  std::string problem;  // of the last failure
};
Hook hook_of(sql::Session& session, Id tenant);
void set_hook(sql::Session& session, Id tenant, const std::string& url, base::Millis now);

struct Letter {
  std::string to, subject, body;  // plain text
};
struct Call {
  std::string url, body;  // JSON
  // X-Kepu-Timestamp: seconds since 1970; X-Kepu-Signature: "v1=" and the hex HMAC-SHA-256, by the tenant's
  // secret, of the timestamp, ".", and the body. A receiver refuses what is older than five minutes or signed
  // otherwise.
  std::string timestamp, signature;
};

class Delivery {
 public:
  struct Ways {
    std::function<base::Done(const Letter&)> mail;             // empty: no mail server is set up
    std::function<base::Done(const Call&)> call;               // empty: no webhooks
    std::function<std::string(Id tenant, Id person)> address;  // e-mail of an active person, or empty
    std::function<std::string(Id tenant)> secret;              // of the tenant's webhook
    std::string home;  // "https://kepu.example.gov.cn": put before addresses; empty: left out
  };
  Delivery(sql::Database& db, const base::Clock& clock, Ways ways)
      : db_(db), clock_(clock), ways_(std::move(ways)) {}
  // Sends what waits; a failure is tried again after 1, 2, 4 … minutes, at most 6 hours. Plain Chinese for
  // the log.
  std::string deliver();

 private:
  struct Counts {
    int sent = 0, failed = 0;
  };
  Counts mails();
  Counts hooks();

  sql::Database& db_;
  const base::Clock& clock_;
  Ways ways_;
};

// The webhook's body and head.
Call call_of(const std::string& url, const std::string& secret, const std::vector<Kept>& notices,
             base::Millis now);
// One letter of some notices.
Letter letter_of(const std::string& to, const std::vector<Kept>& notices, const std::string& home);
// When a daily letter goes out next: 08:00 in Asia/Shanghai after `now`.
base::Millis next_morning(base::Millis now);

}  // namespace kepu::notify
