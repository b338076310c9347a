#include "engines/orders/pages/ask_form.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace kepu::orders {

namespace {

constexpr std::string_view kWeek[] = {"周四", "周五", "周六", "周日", "周一", "周二", "周三"};  // of day 0
constexpr std::size_t kInSight = 6;  // services before "其他服务"

std::string value_of(const http::Pairs& fields, std::string_view name) {
  for (const auto& [key, value] : fields) {
    if (key == name) return value;
  }
  return {};
}

class Writer {
 public:
  explicit Writer(const AskForm& form) : f_(form) {}

  void write(Out& h) const {
    if (!f_.errors.empty()) h("{}", html::ErrorSummary{f_.errors});
    if (!f_.alike.empty()) write_alike(h);
    h(
        "<div id=\"visit-state\" class=\"visit-state\" aria-live=\"polite\"></div><form class=\"ask\" "
        "method=\"post\" "
        "action=\"{}\" novalidate{}><input type=\"hidden\" name=\"csrf\" value=\"{}\"><input type=\"hidden\" "
        "name=\"key\" value=\"{}\">{}{}{}{}{}{}</form>",
        html::Url{f_.action}, html::AttrValue{"data-order", f_.on_behalf ? "" : "ask"}, f_.csrf, f_.key,
        [&](Out& o) { write_service(o); }, [&](Out& o) { write_days(o); }, [&](Out& o) { write_place(o); },
        [&](Out& o) { write_contact(o); }, [&](Out& o) { write_words(o); }, [&](Out& o) { write_bar(o); });
  }

 private:
  std::string message(std::string_view field) const {
    for (const auto& e : f_.errors) {
      if (e.field == field) return e.message;
    }
    return {};
  }
  void error(Out& h, std::string_view field) const {
    const std::string text = message(field);
    if (!text.empty()) h("<p class=\"err\" id=\"e-{}\">{}</p>", field, text);
  }
  std::string_view bad(std::string_view field) const {
    return message(field).empty() ? "field" : "field bad";
  }
  std::string describe(std::string_view field) const {
    return message(field).empty() ? std::string() : fmt::format("e-{}", field);
  }

  void pick(Out& h, const Service& s, bool first) const {
    std::string small = fmt::format("约 {} 分钟", s.minutes);
    if (!s.what.empty()) small += "，" + s.what;
    if (!s.needs.empty()) small += "；需要：" + s.needs;
    h(
        "<label class=\"pick\"><input type=\"radio\" name=\"service\" "
        "value=\"{}\"{}{}><span>{}<b>{}</b><small>{}"
        "</small></span></label>",
        s.id, html::AttrValue{"id", first ? "f-service" : ""},
        html::Attr{f_.typed.service == s.id, " checked"},
        [&](Out& o) {
          if (!s.photo.empty())
            o("<img class=\"ask-photo\" src=\"{}/photo/{}\" alt=\"\" loading=\"lazy\">",
              html::Url{photo_base()}, s.id);
        },
        s.title, small);
  }
  // Pictures lie beside the public form.
  std::string photo_base() const { return f_.on_behalf ? "/orders/services" : f_.action; }

  void write_service(Out& h) const {
    h(
        "<fieldset class=\"card\"><legend class=\"card-title\"><i>一</i>要什么服务</legend>{}{}{}</fieldset>",
        [&](Out& o) { error(o, "service"); }, [&](Out& o) { write_menu(o); }, [&](Out& o) { write_own(o); });
  }
  void write_menu(Out& h) const {
    // In sight: the first of each kind, and what was chosen.
    std::vector<const Service*> front, rest;
    for (const auto& s : f_.services) {
      const bool seen =
          std::any_of(front.begin(), front.end(), [&](const Service* f) { return f->kind == s.kind; });
      ((front.size() < kInSight && !seen) || s.id == f_.typed.service ? front : rest).push_back(&s);
    }
    for (const auto* s : front) pick(h, *s, s == front.front());
    if (rest.empty()) return;
    h("<details class=\"more-services\"><summary>其他服务（还有 {} 种）</summary>{}</details>", rest.size(),
      [&](Out& o) {
        for (const auto* s : rest) pick(o, *s, false);
      });
  }
  void write_own(Out& h) const {
    h(
        "<label class=\"pick\"><input type=\"radio\" name=\"service\" "
        "value=\"0\"{}><span><b>菜单里没有，自己写</b>"
        "</span></label><div class=\"{} own-words\"><label "
        "for=\"f-title\">想要什么服务（自己写时填）</label>{}<input "
        "class=\"in\" id=\"f-title\" name=\"title\" maxlength=\"60\" value=\"{}\"{}></div>",
        html::Attr{f_.typed.service == 0 && !f_.typed.title.empty(), " checked"}, bad("title"),
        [&](Out& o) { error(o, "title"); }, f_.typed.title,
        html::AttrValue{"aria-describedby", describe("title")});
  }

  void write_days(Out& h) const {
    h(
        "<fieldset class=\"card\"><legend class=\"card-title\"><i>二</i>哪天方便</legend><p "
        "class=\"hint\">可以选 1 到 3 天，"
        "工作人员会和您约定。</p>{}<div class=\"slots\">{}</div><div class=\"ask-time\" role=\"group\" "
        "aria-label=\"时段\">{}</div></fieldset>",
        [&](Out& o) { error(o, "days"); },
        [&](Out& o) {
          for (const Date d : f_.days) write_day(o, d);
        },
        [&](Out& o) {
          for (const std::string_view t : {"", "上午", "下午", "晚上"}) {
            o("<label class=\"opt\"><input type=\"radio\" name=\"time\" value=\"{}\"{}>{}</label>", t,
              html::Attr{f_.typed.time == t, " checked"}, t.empty() ? std::string_view("都行") : t);
          }
        });
  }
  void write_day(Out& h, Date d) const {
    const bool full = std::count(f_.full.begin(), f_.full.end(), d) != 0;
    const bool chosen = std::count(f_.typed.days.begin(), f_.typed.days.end(), d) != 0;
    std::string name(kWeek[static_cast<std::size_t>(((base::to_days(d) % 7) + 7) % 7)]);
    if (f_.calendar != nullptr) {
      if (const auto special = f_.calendar->name_of(d); !special.empty() && base::length(special) <= 4)
        name = special;
    }
    h("<label class=\"slot\"><input type=\"checkbox\" name=\"days\" "
      "value=\"{}\"{}{}{}><span>{}月{}日<small>{}"
      "</small></span></label>",
      base::to_iso(d), html::AttrValue{"id", d == f_.days.front() ? "f-days" : ""},
      html::Attr{chosen && !full, " checked"}, html::Attr{full, " disabled"}, d.month, d.day,
      full ? std::string("约满") : name);
  }

  void write_place(Out& h) const {
    h(
        "<div class=\"card\"><h2 class=\"card-title\"><i>三</i>在哪里、多少人</h2><div class=\"{}\"><label "
        "for=\"f-area\">村或社区"
        "</label>{}<select class=\"in\" id=\"f-area\" name=\"area\"{}><option "
        "value=\"\">请选择</option>{}</select></div>{}"
        "</div>",
        bad("area"), [&](Out& o) { error(o, "area"); }, html::AttrValue{"aria-describedby", describe("area")},
        [&](Out& o) {
          for (const Id id : f_.areas)
            o("<option value=\"{}\"{}>{}</option>", id, html::Attr{f_.typed.area == id, " selected"},
              area_name(*f_.units, id));
        },
        [&](Out& o) { write_people(o); });
  }
  void write_people(Out& h) const {
    h(
        "<div class=\"two\"><div class=\"{}\"><label for=\"f-people\">大约人数</label>{}<input class=\"in\" "
        "id=\"f-people\" "
        "name=\"people\" inputmode=\"numeric\" value=\"{}\"{}></div><div class=\"{}\"><label "
        "for=\"f-place\">场地</label>{}<input "
        "class=\"in\" id=\"f-place\" name=\"place\" maxlength=\"60\" placeholder=\"如：村委会院坝\" "
        "value=\"{}\"></div></div>",
        bad("people"), [&](Out& o) { error(o, "people"); }, f_.typed_people,
        html::AttrValue{"aria-describedby", describe("people")}, bad("place"),
        [&](Out& o) { error(o, "place"); }, f_.typed.place);
  }

  void write_contact(Out& h) const {
    h(
        "<div class=\"card\"><h2 class=\"card-title\"><i>四</i>{}</h2><div class=\"two\"><div "
        "class=\"{}\"><label "
        "for=\"f-name\">称呼</label>{}<input class=\"in\" id=\"f-name\" name=\"name\" maxlength=\"20\" "
        "autocomplete=\"name\" value=\"{}\"{}></div><div class=\"{}\"><label "
        "for=\"f-phone\">联系电话</label>{}<input "
        "class=\"in\" id=\"f-phone\" name=\"phone\" inputmode=\"tel\" autocomplete=\"tel\" "
        "value=\"{}\"{}></div></div>{}{}"
        "</div>",
        f_.on_behalf ? std::string_view("怎么联系群众") : std::string_view("怎么联系您"), bad("name"),
        [&](Out& o) { error(o, "name"); }, f_.typed.name,
        html::AttrValue{"aria-describedby", describe("name")}, bad("phone"),
        [&](Out& o) { error(o, "phone"); }, f_.typed.phone,
        html::AttrValue{"aria-describedby", describe("phone")}, [&](Out& o) { write_minors(o); },
        [&](Out& o) { write_consent(o); });
  }
  void write_minors(Out& h) const {
    h(
        "<details class=\"for-minors\"{}><summary>给未满 14 周岁的孩子点单</summary><label "
        "class=\"opt\"><input "
        "type=\"checkbox\" name=\"minor\" value=\"1\"{}>参加的都是未满 14 周岁的孩子</label><div "
        "class=\"{}\"><label "
        "for=\"f-guardian\">负责的家长或老师</label>{}<input class=\"in\" id=\"f-guardian\" "
        "name=\"guardian\" "
        "maxlength=\"20\" value=\"{}\"></div></details>",
        html::Attr{f_.typed.minor || !message("guardian").empty() || !f_.typed.guardian.empty(), " open"},
        html::Attr{f_.typed.minor, " checked"}, bad("guardian"), [&](Out& o) { error(o, "guardian"); },
        f_.typed.guardian);
  }
  void write_consent(Out& h) const {
    h(
        "<div class=\"{} consent\">{}<label class=\"opt\"><input type=\"checkbox\" id=\"f-consent\" "
        "name=\"consent\" "
        "value=\"1\"{}><span>{}：称呼和电话只用于这次服务，只有办理的工作人员看得到，服务结束 {} "
        "天后删除</span></label></div>",
        bad("consent"), [&](Out& o) { error(o, "consent"); }, html::Attr{f_.typed.consent, " checked"},
        f_.on_behalf ? std::string_view("已告知并取得本人同意") : std::string_view("同意"), f_.erase_days);
  }

  void write_words(Out& h) const {
    h(
        "<div class=\"card\"><h2 class=\"card-title\"><i>五</i>还有什么要求</h2><div class=\"{}\"><label "
        "for=\"f-words\">留言"
        "<span class=\"voluntary\">（可不填）</span></label>{}<textarea class=\"in\" id=\"f-words\" "
        "name=\"words\" rows=\"3\" "
        "maxlength=\"500\">{}</textarea></div></div>",
        bad("words"), [&](Out& o) { error(o, "words"); }, f_.typed.words);
  }

  void write_alike(Out& h) const {
    h("<section class=\"panel "
      "alike\"><h2>附近已经有相近的订单</h2><ul>{}</ul><p>如果就是同一件事，可以不再提交，到时一起参加；"
      "要单独办，请点“仍要提交”。</p></section>",
      [&](Out& o) {
        for (const auto& a : f_.alike)
          o("<li>{}，{}，{}（{}）</li>", a.order.title, area_name(*f_.units, a.order.area),
            when_words(a.order), title_of(a.order.state));
      });
  }

  void write_bar(Out& h) const {
    h(
        "<div class=\"ask-bar\">{}{}</div>",
        [&](Out& o) {
          if (!f_.telephone.empty() && !f_.on_behalf)
            o("<a class=\"tel\" href=\"{}\">电话点单<b>{}</b></a>", html::Url{"tel:" + f_.telephone},
              f_.telephone);
        },
        [&](Out& o) {
          if (f_.alike.empty()) {
            o("{}", html::button("提交点单"));
          } else {
            o("{}", html::button("仍要提交", html::Look::primary, "again", "1"));
          }
        });
  }

  const AskForm& f_;
};

}  // namespace

Request request_of(const http::Pairs& fields, Channel channel) {
  Request r;
  r.service = base::parse_id(value_of(fields, "service")).value_or(0);
  if (r.service == 0) r.title = base::valid_utf8(value_of(fields, "title"));
  for (const auto& [key, value] : fields) {
    if (key != "days") continue;
    if (const auto day = base::parse_date(value)) r.days.push_back(*day);
  }
  std::sort(r.days.begin(), r.days.end());
  r.days.erase(std::unique(r.days.begin(), r.days.end()), r.days.end());
  r.time = value_of(fields, "time");
  r.area = base::parse_id(value_of(fields, "area")).value_or(0);
  r.place = base::valid_utf8(value_of(fields, "place"));
  const std::string people = base::trim(base::to_narrow(value_of(fields, "people")));
  r.people =
      people.empty()
          ? 0
          : static_cast<int>(std::clamp<std::int64_t>(base::parse_int(people).value_or(-1), -1, 1'000'000));
  r.name = base::valid_utf8(value_of(fields, "name"));
  r.phone = base::valid_utf8(value_of(fields, "phone"));
  r.words = base::valid_utf8(value_of(fields, "words"));
  r.minor = value_of(fields, "minor") == "1";
  r.guardian = base::valid_utf8(value_of(fields, "guardian"));
  r.consent = value_of(fields, "consent") == "1";
  r.key = value_of(fields, "key");
  r.channel = channel;
  return r;
}

void write_ask_form(Out& h, const AskForm& form) { Writer(form).write(h); }

}  // namespace kepu::orders
