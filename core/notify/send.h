// The two ways out, over libcurl. Thread-safe; each call takes its time-out at most.
#pragma once

#include <string>
#include <vector>

#include "core/notify/delivery.h"

namespace kepu::notify {

struct SmtpServer {
  std::string url;   // smtps://mail.example.cn:465, smtp://mail.example.cn:587 (STARTTLS where it is offered)
  std::string from;  // 科普行动平台的发件地址
  std::string user, password;  // empty: without signing in
  int timeout_seconds = 20;
};
// Refusals notify.mail (unavailable) with what the server said. A head with a line break is refused before
// anything is sent.
base::Done send_mail(const SmtpServer& server, const Letter& letter);

struct HookRules {
  bool internal = false;  // may reach this machine and private networks
  int timeout_seconds = 10;
};
struct Post {
  std::string url, body;             // JSON
  std::vector<std::string> headers;  // "Name: value"
};
// POSTs and gives the status of the answer, whatever it is; what comes with it is dropped. Refuses
// notify.hook (unavailable) where nothing answered. No redirects are followed; addresses of this machine and
// of private networks are refused unless allowed, whatever name they come under.
base::Result<int> send_post(const HookRules& rules, const Post& post);
// POSTs the call; 2xx is success. Refusals notify.hook (unavailable), as send_post.
base::Done send_call(const HookRules& rules, const Call& call);

// The letter as it is sent: RFC 5322 with UTF-8 in base64.
std::string message_of(const SmtpServer& server, const Letter& letter, base::Millis now);

}  // namespace kepu::notify
