// 查订单: what became of an order, for whoever has its code: the steps in plain words, messages, confirming
// and rating, cancelling.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "engines/orders/pages/resident_desk.h"

namespace kepu::orders {

using base::Code;
using base::refuse;
using http::Method;
using site::Access;

namespace {

// What happens now and by when, in the resident's words.
std::string now_words(const Order& o) {
  const std::string until = o.due == 0 ? std::string() : base::to_local(o.due);
  switch (o.state) {
    case State::placed:
      return "村、社区正在核实，" + until + " 前有人和您联系。";
    case State::dispatched:
    case State::claimed:
      return "已经派单，正在安排服务队伍。";
    case State::accepted:
      return o.team_name + "已接单，约定 " + when_words(o) + "。";
    case State::serving:
      return o.team_name + "正在为您服务。";
    case State::served:
      return "服务已完成，请您评价。到 " + until + " 没有评价，就按完成办结。";
    case State::review:
      return "您的意见已转县科协核查，" + until + " 前有答复。";
    case State::split:
      return "您的需求由几支队伍分别办理，都办完后办结。";
    case State::closed:
      return "已办结，谢谢您。";
    case State::refused:
      return "没有受理：" + o.reason;
    case State::merged:
      return "已与附近相同的订单合在一起办理。";
    case State::cancelled:
      return "已取消。";
  }
  return "";
}

void stars(Out& h, int given) {
  h("<div class=\"stars\" role=\"radiogroup\" aria-label=\"满意程度\">{}</div>", [&](Out& o) {
    static constexpr std::string_view kWords[] = {"很满意", "满意", "一般", "不满意", "很不满意"};
    for (int rating = 5; rating >= 1; --rating) {
      o("<label class=\"opt\"><input type=\"radio\" name=\"rating\" value=\"{}\"{}{}>{}</label>", rating,
        html::AttrValue{"id", rating == 5 ? "f-rating" : ""}, html::Attr{given == rating, " checked"},
        kWords[5 - rating]);
    }
  });
}

struct Typed {
  base::Errors errors;
  std::string deed, text;
  int rating = 0;
};

void deed_form(Out& h, const Context& context, const Order& o, std::string_view deed, std::string_view title,
               std::string_view label, std::string_view button, html::Look look, const Typed& typed,
               bool open, bool with_stars) {
  const bool mine = typed.deed == deed;
  const std::string field = deed == "message" ? "message" : "text";
  h(
      "<details{}><summary>{}</summary><form method=\"post\" action=\"{}\"><input type=\"hidden\" "
      "name=\"csrf\" "
      "value=\"{}\"><input type=\"hidden\" name=\"revision\" value=\"{}\">{}<div class=\"field\"><label "
      "for=\"f-{}-{}\">{}"
      "</label><textarea class=\"in\" id=\"f-{}-{}\" name=\"{}\" rows=\"3\" "
      "maxlength=\"500\">{}</textarea></div>{}</form>"
      "</details>",
      html::Attr{open || mine, " open"}, title,
      html::Url{track_url(context, o.code) + "/" + std::string(deed)}, context.csrf, o.revision,
      [&](Out& x) {
        if (mine) {
          for (const auto& e : typed.errors) x("<p class=\"err\">{}</p>", e.message);
        }
        if (with_stars) stars(x, mine ? typed.rating : 0);
      },
      deed, field, label, deed, field, field, mine ? typed.text : std::string(),
      [&](Out& x) { x("{}", html::button(button, look)); });
}

// A telephone that was shown to be the resident's saves the village a call. Only where a gateway is set up.
void phone_panel(Out& h, const Context& context, const Order& o, const Typed& typed) {
  const bool sent = context.param("sent") == "1" || typed.deed == "prove";
  h("{}", html::panel("验证电话号码", [&](Out& x) {
      if (typed.deed == "prove" || typed.deed == "phone") {
        for (const auto& e : typed.errors) x("<p class=\"err\">{}</p>", e.message);
      }
      if (sent) {
        x("<form class=\"come\" method=\"post\" action=\"{}/prove\"><input type=\"hidden\" name=\"csrf\" "
          "value=\"{}\"><div class=\"field\"><label for=\"f-prove\">短信里的 6 位验证码</label><input "
          "class=\"in\" "
          "id=\"f-prove\" name=\"text\" value=\"{}\" required inputmode=\"numeric\" maxlength=\"12\" "
          "autocomplete=\"one-time-code\"></div>{}</form>",
          html::Url{track_url(context, o.code)}, context.csrf,
          typed.deed == "prove" ? typed.text : std::string(), html::button("验证", html::Look::primary));
      }
      x("<p class=\"hint\">发一条短信到 {}，{} "
        "分钟内有效。验证过的号码，村里核实更快；不验证也照常办理。</p>{}",
        o.phone, kPhoneMinutes,
        html::PostButton{sent ? "重新发送" : "发送验证码", track_url(context, o.code) + "/phone",
                         context.csrf, html::Look::plain});
    }));
}

http::Response track_page(Context& context, OrdersEngine& engine, const Order& o, const Typed& typed) {
  const Id tenant = context.tenant.id;
  const auto units = context.app.directory.units(tenant);
  const bool fresh = context.param("new") == "1";
  site::Page page;
  page.title = fresh ? "已经收到您的点单" : "订单 " + o.number;
  page.path = {{"科普点单", ask_url(context)}, {o.number, ""}};
  page.narrow = true;
  page.body = [&](Out& h) {
    h("{}", steps_of(o));
    h("{}", html::Lead{now_words(o)});
    h("{}", html::panel("查询码", [&](Out& x) {
        x("<p class=\"order-code\">{}</p><p "
          "class=\"hint\">凭这个码随时查看进展、留言和评价，请记下或截屏保存，不要告诉"
          "不相干的人。</p>",
          o.code);
      }));
    if (o.state == State::split || o.state == State::closed) {
      if (const auto parts = engine.store().children(tenant, o.id); !parts.empty())
        h("{}", html::panel("分开办理的几件", [&](Out& x) {
            html::SimpleTable rows{"分开办理的几件", {{"要什么"}, {"状态"}, {"时间"}}, {}};
            for (const auto& part : parts)
              rows.rows.push_back({[&context, part](Out& y) {
                                     y("<a href=\"{}\">{}</a>", html::Url{track_url(context, part.code)},
                                       part.title);
                                   },
                                   std::string(title_of(part.state)), when_words(part)});
            x("{}<p "
              "class=\"hint\">点开可以看每一件的进展、评价和投诉；在这里留言，几家承办单位都看得到。</p>",
              rows);
          }));
    }
    if ((o.state == State::accepted || o.state == State::serving) && o.day) {
      h("{}", html::panel("给服务队的签到码", [&](Out& x) {
          x("<p>到场码 <b class=\"order-code\">{}</b></p><p>离场码 <b class=\"order-code\">{}</b></p><p "
            "class=\"hint\">服务队到了、"
            "走时各告诉一次，用来证明他们的服务时长；没到不要给。</p>",
            engine.serving().code(tenant, o, false), engine.serving().code(tenant, o, true));
        }));
    }
    if (engine.phones().wanted(o)) phone_panel(h, context, o, typed);
    if (!is_ended(o.state) || o.state == State::closed) {
      h("{}", html::panel("您可以", [&](Out& x) {
          x("<div class=\"order-acts\">{}</div>", [&](Out& a) {
            if (find_rule(o.state, Action::confirm) != nullptr)
              deed_form(a, context, o, "rate", "评价这次服务", "说几句（不满意请写明原因）", "提交评价",
                        html::Look::primary, typed, true, true);
            if (o.state == State::closed)
              deed_form(a, context, o, "complain", "投诉", "哪里不满意", "提交投诉", html::Look::danger,
                        typed, false, false);
            if (is_open(o.state))
              deed_form(a, context, o, "message", "给工作人员留言", "留言", "发送", html::Look::primary,
                        typed, false, false);
            if (find_rule(o.state, Action::cancel) != nullptr)
              deed_form(a, context, o, "cancel", "不需要了，取消", "取消的原因", "取消订单",
                        html::Look::danger, typed, false, false);
          });
        }));
    }
    const auto talk = engine.resident().messages(tenant, o);
    if (!talk.empty()) h("{}", html::panel("留言", [&](Out& x) { write_talk(x, talk); }));
    html::Definitions facts;
    facts.items.push_back({"要什么", o.title});
    facts.items.push_back({"时间", when_words(o)});
    facts.items.push_back({"地点", area_name(*units, o.area) + (o.place.empty() ? "" : "　" + o.place)});
    if (o.people != 0) facts.items.emplace_back("大约人数", fmt::format("{} 人", o.people));
    if (!o.phone.empty()) facts.items.push_back({"联系电话", o.phone});
    if (!o.words.empty()) facts.items.push_back({"要求", o.words});
    h("{}", html::panel("点单内容", [&](Out& x) { x("{}", facts); }));
    h("{}",
      html::panel("办理经过", [&](Out& x) { write_history(x, engine.store().history(tenant, o.id), true); }));
  };
  return site::public_page(context, std::move(page), typed.errors.empty() ? 200 : 422);
}

PageAnswer show_track(Context& context, OrdersEngine& engine) {
  if (context.tenant.id == 0) return refuse(Code::not_found, "tenant.unknown", "没有这个地区。请核对地址。");
  const Order o =
      TRY(engine.resident().of_code(context.tenant.id, context.variable("code"), context.request.remote));
  return track_page(context, engine, o, {});
}

PageAnswer do_deed(Context& context, OrdersEngine& engine) {
  if (context.tenant.id == 0) return refuse(Code::not_found, "tenant.unknown", "没有这个地区。请核对地址。");
  const std::string code(context.variable("code")), deed(context.variable("deed"));
  const Order o = TRY(engine.resident().of_code(context.tenant.id, code, context.request.remote));
  auth::Actor nobody;
  nobody.tenant = context.tenant.id;
  const By by{nobody, context.request.remote};
  Typed typed;
  typed.deed = deed;
  typed.text = base::valid_utf8(context.field(deed == "message" ? "message" : "text"));
  typed.rating = static_cast<int>(base::parse_int(context.field("rating")).value_or(0));
  Act act;
  act.revision = base::parse_int(context.field("revision")).value_or(0);
  act.text = typed.text;
  base::Done done;
  if (deed == "phone") {
    done = engine.phones().send_for_order(by, code);
    if (done) return site::redirect(track_url(context, o.code) + "?sent=1");
  } else if (deed == "prove") {
    done = engine.phones().prove(by, code, typed.text);
    if (done) context.say(html::Tone::green, "号码已验证，谢谢。");
  } else if (deed == "message") {
    done = engine.resident().say_by_code(by, code, typed.text);
  } else if (deed == "cancel" || deed == "complain") {
    act.action = deed == "cancel" ? Action::cancel : Action::object;
    const auto r = engine.resident().act(by, code, act);
    if (!r) done = tl::unexpected(r.error());
  } else if (deed == "rate") {
    act.rating = typed.rating;
    act.action = typed.rating >= 3 ? Action::confirm : Action::object;
    if (typed.rating < 1 || typed.rating > 5) {
      done = refuse(Code::invalid, "order.rating", "请先选满意程度。", "rating");
    } else if (const auto r = engine.resident().act(by, code, act); !r) {
      done = tl::unexpected(r.error());
    }
  } else {
    return refuse(Code::not_found, "order.deed", "没有这个办理事项。");
  }
  if (done) return site::redirect(track_url(context, o.code));
  if (done.error().code == Code::not_found) return tl::unexpected(done.error());
  typed.errors = {done.error()};
  return track_page(context, engine, TRY(engine.store().by_code(context.tenant.id, code)), typed);
}

}  // namespace

html::Steps steps_of(const Order& o) {
  using S = html::Step::State;
  if (is_ended(o.state) && o.state != State::closed)
    return {{{"点单", "", S::done}, {std::string(title_of(o.state)), "", S::now}}};
  static constexpr std::string_view kNames[] = {"点单", "派单", "接单", "服务", "评价"};
  int at = 0;
  switch (o.state) {
    case State::placed:
      at = 1;
      break;
    case State::dispatched:
    case State::claimed:
    case State::split:
      at = 2;
      break;
    case State::accepted:
    case State::serving:
      at = 3;
      break;
    case State::served:
    case State::review:
      at = 4;
      break;
    default:
      at = 5;
      break;
  }
  html::Steps out;
  for (int i = 0; i < 5; ++i)
    out.steps.push_back({std::string(kNames[i]), "", i < at ? S::done : i == at ? S::now : S::next});
  return out;
}

void write_talk(Out& h, const std::vector<Message>& messages) {
  h("<ul class=\"talk\">{}</ul>", [&](Out& o) {
    for (const auto& m : messages) {
      o("<li class=\"{}\"><b>{}</b>　<span class=\"muted\">{}</span><p>{}</p></li>",
        m.from_resident ? "resident" : "office",
        m.from_resident  ? std::string("群众")
        : m.unit.empty() ? m.name
                         : m.unit + "　" + m.name,
        base::to_local(m.at), m.text);
    }
  });
}

void write_history(Out& h, const std::vector<HistoryStep>& steps, bool resident) {
  html::Timeline line;
  for (auto at = steps.rbegin(); at != steps.rend(); ++at) {
    if (resident && !at->open_to_resident) continue;
    const auto action = parse_action(at->action);
    std::string text = at->action == "place"         ? std::string("点单")
                       : at->action == "merged_here" ? std::string("并入订单")
                       : action                      ? std::string(title_of(*action))
                                                     : at->action;
    if (!resident) {
      text += "　" + (at->unit.empty() ? at->by : at->unit + " " + at->by);
      if (at->working_minutes != 0) text += fmt::format("　用时 {}", minutes_words(at->working_minutes));
    } else if (!at->unit.empty()) {
      text += "　" + at->unit;
    }
    line.moments.push_back({base::to_local(at->at), text, at->words, line.moments.empty()});
  }
  h("{}", line);
}

void add_track_pages(site::Site& site, OrdersEngine& engine) {
  site.add({Method::get, "/p/{tenant}/order/{code}", Access::open, "",
            [&](Context& c) { return show_track(c, engine); }});
  site.add({Method::post, "/p/{tenant}/order/{code}/{deed}", Access::open, "",
            [&](Context& c) { return do_deed(c, engine); }});
}

}  // namespace kepu::orders
