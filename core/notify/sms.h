// 短信: a text to one telephone, for codes by which somebody shows that it is his. Which company carries it
// is the county's choice: the program POSTs one JSON object to an address of the operator's, whose bridge
// speaks to 移动, 联通 or a cloud; or writes it to a file, for trying out and for tests.
#pragma once

#include <functional>
#include <string>

#include "core/base/result.h"
#include "core/base/time.h"

namespace kepu::notify {

struct Text {
  std::string phone;    // digits, as auth::normal_phone gives them
  std::string purpose;  // order.phone: which template the bridge takes
  std::string code;     // six digits
  int minutes = 10;     // that the code holds
  std::string words;    // the whole text, for bridges without templates
};
// Refusals notify.sms (unavailable). Thread-safe; takes ten seconds at most. Empty: no texts are sent, and no
// page speaks of them.
using SendText = std::function<base::Done(const Text&)>;

struct TextGateway {
  std::string url;     // http or https; chosen by who starts the program, so any address is allowed
  std::string secret;  // signs the call as webhooks are signed: X-Kepu-Timestamp, X-Kepu-Signature
  std::string outbox;  // instead of an address: a file to which each text is added as one line of JSON
};
// Empty where neither an address nor a file is given. `clock` outlives it.
SendText text_sender(const TextGateway& gateway, const base::Clock& clock);

// {"phone":"…","purpose":"order.phone","code":"123456","minutes":10,"text":"…"}
std::string json_of(const Text& text);

}  // namespace kepu::notify
