// The box for the code of the place: there on the day without opening anything, so that the page as it was
// last seen serves without network too (web/ts/sign.ts).
#include <fmt/format.h>

#include "core/base/secret.h"
#include "engines/orders/pages/order_desk.h"

namespace kepu::orders {

namespace {

constexpr Millis kHour = 3'600'000;

}  // namespace

form::Form sign_fields() {
  return form::Form(
      {{.name = "code", .label = "签到码", .required = true, .max_length = 12, .autocomplete = "off"}});
}

bool signs_in_now(const Order& o, Millis now) {
  if (!o.day) return false;
  const Span span = span_of(o);
  return now >= span.from - 16 * kHour && now <= span.from + 16 * kHour;
}

void write_sign_form(Out& h, const Context& context, const Order& o, bool leaving, bool again,
                     const Typed& typed) {
  const std::string id = fmt::format("code-{}", o.id);
  const std::string_view error = typed.errors.empty() ? std::string_view() : typed.errors.front().message;
  h(
      "<form class=\"come\" method=\"post\" action=\"/my/service/{}/{}\" data-sign=\"{}\"><input "
      "type=\"hidden\" "
      "name=\"csrf\" value=\"{}\"><input type=\"hidden\" name=\"key\" value=\"{}\"><div "
      "class=\"field\"><label "
      "for=\"{}\">{}</label>{}<input class=\"in\" id=\"{}\" name=\"code\" value=\"{}\" required "
      "inputmode=\"numeric\" maxlength=\"12\" autocomplete=\"off\"{}{}></div>{}</form><p class=\"hint\">6 "
      "位数字，向现场的群众或村、社区要；没有网络也能签，联网后自动送出。</p>",
      o.id, std::string(leaving ? "out" : "in"), std::string(leaving ? "out" : "in"), context.csrf,
      base::random_token(16), id, std::string(leaving ? "离场码" : "到场码"),
      [&](Out& x) {
        if (!error.empty()) x("<p class=\"err\" id=\"{}-err\">{}</p>", id, error);
      },
      id, typed.values.text("code"), html::Attr{!error.empty(), " aria-invalid=\"true\""},
      [&](Out& x) {
        if (!error.empty()) x(" aria-describedby=\"{}-err\"", id);
      },
      html::button(leaving ? "离场签离"
                   : again ? "再次到场签到"
                           : "到场签到",
                   html::Look::primary));
}

}  // namespace kepu::orders
