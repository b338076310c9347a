#include "core/notify/sms.h"

#include <fmt/format.h>

#include <fstream>
#include <memory>
#include <mutex>

#include "core/base/json.h"
#include "core/base/secret.h"
#include "core/notify/send.h"

namespace kepu::notify {

using base::Code;
using base::refuse;

std::string json_of(const Text& t) {
  base::Json j;
  j.object().field("phone", t.phone).field("purpose", t.purpose).field("code", t.code);
  j.field("minutes", t.minutes).field("text", t.words).end();
  return std::move(j).text();
}

SendText text_sender(const TextGateway& gateway, const base::Clock& clock) {
  if (!gateway.outbox.empty()) {
    const auto lock = std::make_shared<std::mutex>();
    return [path = gateway.outbox, lock](const Text& text) -> base::Done {
      const std::lock_guard<std::mutex> held(*lock);
      std::ofstream out(path, std::ios::app);
      out << json_of(text) << '\n';
      out.flush();
      if (!out)
        return refuse(Code::unavailable, "notify.sms", "短信写不进文件 " + path + "，请核对路径和权限。");
      return {};
    };
  }
  if (gateway.url.empty()) return {};
  return [gateway, &clock](const Text& text) -> base::Done {
    Call call;
    call.url = gateway.url;
    call.body = json_of(text);
    call.timestamp = std::to_string(clock.now() / 1000);
    call.signature = "v1=" + base::hex(base::hmac_sha256(gateway.secret, call.timestamp + "." + call.body));
    if (const auto sent = send_call({.internal = true, .timeout_seconds = 10}, call); !sent)
      return refuse(Code::unavailable, "notify.sms", "短信没有发出去，请过几分钟再试。");
    return {};
  };
}

}  // namespace kepu::notify
