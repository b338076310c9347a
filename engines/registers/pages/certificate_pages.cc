// 科普实绩证明: to print, as Word, revoked; and for everybody: is it genuine?
#include "core/auth/signature.h"
#include "core/base/text.h"
#include "core/doc/word.h"
#include "engines/registers/pages/desk.h"

namespace kepu::registers {

using base::Code;
using base::refuse;

namespace {

constexpr const char* kWordType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

// What a telephone opens: the public address where one is set, else as this request was addressed.
std::string absolute_url(const Context& context, const RegistersEngine& engine, std::string_view code) {
  std::string home = engine.options().home;
  if (home.empty()) {
    const auto host = context.request.header("host");
    home = (context.app.secure_cookies ? "https://" : "http://") +
           std::string(host.empty() ? "localhost" : host);
  }
  while (base::ends_with(home, "/")) home.pop_back();
  return home + certificate_url(context, code);
}

void write_certificate(Out& h, const Certificate& c) {
  html::Definitions facts;
  facts.items.emplace_back("姓名", c.name);
  if (!c.roles.empty()) facts.items.emplace_back("在册身份", base::join(c.roles, "、"));
  facts.items.emplace_back("起止", base::to_chinese(c.from) + "至" + base::to_chinese(c.to));
  facts.items.emplace_back("合计",
                           fmt::format("{} 条，{:.1f} 小时，{} 人次", c.lines.size(), c.hours, c.audience));
  facts.items.emplace_back("出具", c.issuer + "　" + base::to_chinese(c.issued_on));
  html::SimpleTable table{"经确认的科普实绩",
                          {{"做了什么"},
                           {"日期"},
                           {"类型"},
                           {"时长", html::Column::Kind::number},
                           {"人次", html::Column::Kind::number},
                           {"确认单位"}},
                          {}};
  for (const auto& l : c.lines) {
    table.rows.push_back({l.title, base::to_iso(l.on), l.kind,
                          l.hours > 0 ? fmt::format("{:.1f}", l.hours) : std::string("—"),
                          l.audience > 0 ? std::to_string(l.audience) : std::string("—"), l.confirmed_by});
  }
  h("{}<div class=\"mt\">{}</div>", facts, table);
}

struct Seen {
  Issued issued;
  Certificate certificate;
};

base::Result<Seen> seen_certificate(Context& context, RegistersEngine& engine) {
  const auto issued = engine.store().issued(context.tenant.id, context.variable("code"));
  const Id id = TRY(context.id("record"));
  const Person p = TRY(engine.store().person(context.tenant.id, id));
  const auto& actor = context.actor;
  const bool himself = p.account != 0 && p.account == actor.person;
  const bool office = actor.may(kManage, context.app.directory.units(context.tenant.id)->root());
  if (!issued || !(himself || office))
    return refuse(Code::not_found, "certificate.not_found", "没有这份证明，或者您不能查看。");
  const auto owner = engine.store().person(context.tenant.id, issued->person);
  if (!owner || owner->id != p.id)
    return refuse(Code::not_found, "certificate.not_found", "这个人没有这份证明。");
  auto parsed = parse_certificate(issued->payload);
  if (!parsed) return refuse(Code::not_found, "certificate.erased", "这份证明的内容已随个人信息删除。");
  return Seen{*issued, *parsed};
}

form::Form revoke_form() {
  return form::Form(
      {{.name = "text", .label = "撤销的原因", .required = true, .hint = "查验时会显示", .max_length = 200}});
}

http::Response certificate_page(Context& context, RegistersEngine& engine, const Seen& seen,
                                const Typed& typed) {
  const auto& c = seen.certificate;
  const std::string url = fmt::format("{}/certificates/{}", person_url(seen.issued.person), c.code);
  const bool office = context.actor.may(kManage, context.app.directory.units(context.tenant.id)->root());
  site::Page page;
  page.title = "科普实绩证明";
  page.path = {{"名录", "/registers"}, {c.name, person_url(seen.issued.person)}, {"科普实绩证明", ""}};
  page.note = [&](Out& h) {
    h("{}　用于职称评聘、绩效和评优，由经办单位按登记和确认的记录出具",
      seen.issued.revoked_at == 0 ? html::light(html::Light::done, "有效")
                                  : html::light(html::Light::late, "已撤销"));
  };
  page.actions = [&](Out& h) {
    h("{}{}{}", html::button_link("下载 Word", url + "/docx", "file-type-doc"),
      html::button_link("下载签名文件", url + "/file", "download"),
      html::button_link("公开查验页", certificate_url(context, c.code), "external-link"));
  };
  page.body = [&](Out& h) {
    h("{}", html::panel("证明内容", [&](Out& o) { write_certificate(o, c); }));
    h("{}",
      html::panel(
          "查验",
          [&](Out& o) {
            const std::string to = absolute_url(context, engine, c.code);
            write_qr(o, to, "查验二维码");
            o("<p>任何人扫码，或打开 <a href=\"{}\">查验页</a>：</p><p class=\"once\"><code>{}</code></p>",
              html::Url{certificate_url(context, c.code)}, to);
          },
          {.note = "改动任何一个字，签名就对不上"}));
    if (seen.issued.revoked_at != 0) {
      h("{}", html::panel("已撤销",
                          [&](Out& o) {
                            o("<p>{}　{}：{}</p>", base::to_local(seen.issued.revoked_at),
                              seen.issued.revoked_by, seen.issued.reason);
                          },
                          {.alarm = true}));
    } else if (office) {
      auto view = view_of(context, url + "/revoke", "撤销", typed);
      h("{}",
        html::panel("撤销", [&](Out& o) { revoke_form().write(o, view); }, {.note = "撤销后查验页立即显示"}));
    }
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

std::string word_of(const Certificate& c, const std::string& url) {
  doc::Paper paper;
  paper.paragraph(doc::Style::title, "科普实绩证明");
  std::string who = "兹证明" + c.name;
  if (!c.roles.empty()) who += "（" + base::join(c.roles, "、") + "）";
  paper.paragraph(
      doc::Style::body,
      fmt::format(
          "{}自{}至{}，有下列经受益单位确认的科普实绩，共 {} 条，服务时长 {:.1f} 小时，服务 {} 人次。", who,
          base::to_chinese(c.from), base::to_chinese(c.to), c.lines.size(), c.hours, c.audience));
  std::vector<std::vector<doc::TableCell>> rows;
  std::vector<doc::TableCell> head;
  for (const auto* title : {"日期", "类型", "内容", "时长（小时）", "人次", "确认单位"})
    head.push_back({title, 1, 1, true, true});
  rows.push_back(std::move(head));
  for (const auto& l : c.lines) {
    rows.push_back({{base::to_iso(l.on)},
                    {l.kind},
                    {l.title},
                    {l.hours > 0 ? fmt::format("{:.1f}", l.hours) : std::string("—")},
                    {l.audience > 0 ? std::to_string(l.audience) : std::string("—")},
                    {l.confirmed_by}});
  }
  paper.table({15, 12, 33, 12, 10, 18}, std::move(rows), 1);
  paper.paragraph(doc::Style::body, "本证明带电子签名，可在 " + url + " 查验。");
  paper.paragraph(doc::Style::signature, c.issuer);
  paper.paragraph(doc::Style::signature, base::to_chinese(c.issued_on));
  return paper.docx();
}

// ---------------------------------------------------------------- for everybody

http::Response verdict_page(Context& context, const std::optional<Certificate>& c, html::Tone tone,
                            const std::string& title, const std::string& why, int status = 200) {
  site::Page page;
  page.title = "科普实绩证明查验";
  page.path = {{"公开名录", "/p/" + context.tenant.code + "/registers"}, {"证明查验", ""}};
  page.body = [&](Out& h) {
    h("{}", html::Flash{tone, [&](Out& o) { o("<b>{}</b>　{}", title, why); }});
    if (c) h("{}", html::panel("证明内容", [&](Out& o) { write_certificate(o, *c); }));
    h("<p><a href=\"{}\">核对签名文件</a></p>",
      html::Url{fmt::format("/p/{}/certificates", context.tenant.code)});
  };
  return site::public_page(context, std::move(page), status);
}

PageAnswer verify_code(Context& context, RegistersEngine& engine) {
  if (context.tenant.id == 0) return refuse(Code::not_found, "tenant.unknown", "没有这个地区。请核对地址。");
  const auto issued = engine.store().issued(context.tenant.id, context.variable("code"));
  if (!issued) {
    return verdict_page(context, std::nullopt, html::Tone::red, "查无此证明",
                        "这里没有出具过这个查验码的证明。请核对二维码或地址；仍然没有的，不要采信。", 404);
  }
  if (issued->revoked_at != 0) {
    return verdict_page(context, std::nullopt, html::Tone::red, "证明已撤销",
                        base::to_iso(base::date_of(issued->revoked_at)) + "：" + issued->reason);
  }
  const auto parsed = parse_certificate(issued->payload);
  if (!parsed || !auth::Signer::verify(issued->payload, issued->signature, engine.store().public_key())) {
    return verdict_page(context, std::nullopt, html::Tone::red, "签名不符",
                        "记录与签名对不上，可能被改动过。请联系出具单位核实，不要采信。");
  }
  return verdict_page(context, *parsed, html::Tone::green, "证明有效",
                      "由" + parsed->issuer + "于" + base::to_chinese(parsed->issued_on) +
                          "出具，签名核对无误。请与手中的证明逐项对照。");
}

form::Form file_form() {
  return form::Form({{.name = "file",
                      .label = "签名文件的全文",
                      .kind = form::Kind::long_text,
                      .required = true,
                      .hint = "把签名文件用记事本打开，全部复制到这里",
                      .rows = 10}});
}

http::Response paste_page(Context& context, const Typed& typed) {
  site::Page page;
  page.title = "核对签名文件";
  page.path = {{"公开名录", "/p/" + context.tenant.code + "/registers"}, {"核对签名文件", ""}};
  page.narrow = true;
  auto view = view_of(context, fmt::format("/p/{}/certificates", context.tenant.code), "核对", typed);
  view.guard = false;
  page.body = [&](Out& h) {
    h("{}", html::panel("", [&](Out& o) { file_form().write(o, view); },
                        {.note = "程序用公布的公钥核对每一个字，不保存您粘贴的内容"}));
  };
  return site::public_page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer verify_file(Context& context, RegistersEngine& engine) {
  if (context.tenant.id == 0) return refuse(Code::not_found, "tenant.unknown", "没有这个地区。请核对地址。");
  // The form's own trimming would change a file that ends in blanks; the parser takes what was pasted.
  auto in = file_form().check(context.request.form);
  if (!in.ok()) return paste_page(context, {in.values, in.errors});
  const auto file = parse_certificate_file(context.field("file"));
  if (!file) return paste_page(context, {in.values, {file.error()}});
  const auto parsed = parse_certificate(file->payload);
  if (!parsed || file->public_key != engine.store().public_key() ||
      !auth::Signer::verify(file->payload, file->signature, engine.store().public_key())) {
    return verdict_page(context, std::nullopt, html::Tone::red, "签名不符",
                        "文件被改动过，或者不是这里出具的。");
  }
  const auto issued = engine.store().issued(context.tenant.id, parsed->code);
  if (!issued)
    return verdict_page(context, std::nullopt, html::Tone::red, "查无此证明", "签名无误，但不是本县出具的。");
  if (issued->revoked_at != 0)
    return verdict_page(context, std::nullopt, html::Tone::red, "证明已撤销", issued->reason);
  return verdict_page(context, *parsed, html::Tone::green, "证明有效", "签名核对无误，没有撤销。");
}

}  // namespace

void add_certificate_pages(site::Site& site, RegistersEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/registers/people/{record}/certificates/{code}", Access::right, "register.read",
            [&](Context& c) -> PageAnswer {
              return certificate_page(c, engine, TRY(seen_certificate(c, engine)), {});
            }});
  site.add({Method::get, "/registers/people/{record}/certificates/{code}/docx", Access::right,
            "register.read", [&](Context& c) -> PageAnswer {
              const Seen seen = TRY(seen_certificate(c, engine));
              c.log("export.docx", fmt::format("register_person:{}", seen.issued.person), "下载科普实绩证明");
              return http::attachment_bytes(
                  word_of(seen.certificate, absolute_url(c, engine, seen.certificate.code)),
                  seen.certificate.name + "科普实绩证明.docx", kWordType);
            }});
  site.add({Method::get, "/registers/people/{record}/certificates/{code}/file", Access::right,
            "register.read", [&](Context& c) -> PageAnswer {
              const Seen seen = TRY(seen_certificate(c, engine));
              return http::attachment_bytes(
                  certificate_file(seen.issued.payload, seen.issued.signature, engine.store().public_key()),
                  seen.certificate.name + "科普实绩证明.txt", "text/plain; charset=utf-8");
            }});
  site.add({Method::post, "/registers/people/{record}/certificates/{code}/revoke", Access::right,
            "register.manage", [&](Context& c) -> PageAnswer {
              const Seen seen = TRY(seen_certificate(c, engine));
              auto in = revoke_form().check(c.request.form);
              if (!in.ok()) return certificate_page(c, engine, seen, {in.values, in.errors});
              TRY(engine.store().revoke(by(c), seen.issued.code, in.values.text("text")));
              c.say(html::Tone::green, "已撤销。");
              return site::redirect(person_url(seen.issued.person));
            }});
  site.add({Method::get, "/p/{tenant}/certificates/{code}", Access::open, "",
            [&](Context& c) { return verify_code(c, engine); }});
  site.add({Method::get, "/p/{tenant}/certificates", Access::open, "", [](Context& c) -> PageAnswer {
              if (c.tenant.id == 0)
                return refuse(Code::not_found, "tenant.unknown", "没有这个地区。请核对地址。");
              return paste_page(c, {});
            }});
  site.add({Method::post, "/p/{tenant}/certificates", Access::open, "",
            [&](Context& c) { return verify_file(c, engine); }});
}

}  // namespace kepu::registers
