// One person's record: his registers, what he verifiably did, certificates, and his rights over it.
#include <algorithm>

#include "core/base/text.h"
#include "core/file/file.h"
#include "engines/registers/pages/desk.h"

namespace kepu::registers {

using base::Code;
using base::refuse;

namespace {

using form::Kind;

bool manages(const Context& context) {
  return context.actor.may(kManage, context.app.directory.units(context.tenant.id)->root());
}

form::Form proof_form(const Context& context) {
  std::vector<form::Option> kinds;
  for (const auto k : {ProofKind::service, ProofKind::talk, ProofKind::work, ProofKind::mentoring,
                       ProofKind::training, ProofKind::other}) {
    kinds.push_back({std::string(to_text(k)), std::string(title_of(k))});
  }
  return form::Form({{.name = "kind",
                      .label = "类型",
                      .kind = Kind::select,
                      .required = true,
                      .options = kinds,
                      .short_field = true},
                     {.name = "on",
                      .label = "日期",
                      .kind = Kind::date,
                      .required = true,
                      .latest = context.today(),
                      .short_field = true},
                     {.name = "title",
                      .label = "做了什么",
                      .required = true,
                      .hint = "讲座题目、服务内容或作品名称",
                      .max_length = 100},
                     {.name = "host",
                      .label = "为哪个单位做的",
                      .kind = Kind::select,
                      .required = true,
                      .hint = "由这个单位的人确认；自己登记的不能自己确认",
                      .options = unit_options(context, "")},
                     {.name = "hours",
                      .label = "时长",
                      .kind = Kind::number,
                      .min = 0,
                      .max = 24,
                      .unit = "小时",
                      .short_field = true},
                     {.name = "audience",
                      .label = "服务人次",
                      .kind = Kind::integer,
                      .min = 0,
                      .unit = "人次",
                      .short_field = true},
                     {.name = "note",
                      .label = "佐证说明",
                      .hint = "通知文号、签到表编号、佐证库编号等，便于确认",
                      .max_length = 300}});
}

form::Form certificate_form() {
  return form::Form(
      {{.name = "from", .label = "从", .kind = Kind::date, .required = true, .short_field = true},
       {.name = "to", .label = "到", .kind = Kind::date, .required = true, .short_field = true}});
}

form::Form person_form(const Context& context, const Person& p) {
  std::vector<form::Option> accounts;
  auto query = auth::PersonQuery{};
  query.text = p.name;
  query.limit = 50;
  if (const auto found = context.app.directory.find_people(context.actor, query)) {
    for (const auto& a : found->people) {
      const auto units = context.app.directory.units(context.tenant.id);
      accounts.push_back({std::to_string(a.id), a.name + "（" + unit_name(*units, a.unit) + "）"});
    }
  }
  if (p.account != 0) {
    bool there = false;
    for (const auto& a : accounts) there = there || a.value == std::to_string(p.account);
    if (!there) accounts.push_back({std::to_string(p.account), "现在对应的账号"});
  }
  std::vector<form::Field> fields = {
      {.name = "name", .label = "姓名", .required = true, .max_length = 30, .short_field = true},
      {.name = "phone",
       .label = "联系电话",
       .hint = "带星号的不改",
       .max_length = 30,
       .autocomplete = "off",
       .short_field = true}};
  if (!accounts.empty()) {
    fields.push_back({.name = "account",
                      .label = "本人的账号",
                      .kind = Kind::select,
                      .hint = "对应后，本人登录能看到自己的档案",
                      .options = accounts});
  }
  return form::Form(std::move(fields));
}

form::Form erase_form() {
  return form::Form(
      {{.name = "text",
        .label = "删除的原因",
        .required = true,
        .hint = "如：本人书面申请",
        .max_length = 200},
       {.name = "sure", .label = "我已核对：删除后不能恢复", .kind = Kind::checkbox, .required = true}});
}

// Which form came back with what was typed.
struct Back {
  std::string form;
  Typed typed;
};

void write_proofs(Out& h, Context& context, RegistersEngine& engine, const Person& p,
                  const std::vector<Proof>& proofs) {
  const auto units = context.app.directory.units(context.tenant.id);
  if (proofs.empty()) {
    h("<p class=\"muted\">还没有登记实绩。讲座、志愿服务、作品和指导，登记后由受益单位确认。</p>");
    return;
  }
  html::SimpleTable table{"科普实绩",
                          {{"做了什么"},
                           {"日期"},
                           {"类型"},
                           {"时长", html::Column::Kind::number},
                           {"人次", html::Column::Kind::number},
                           {"受益单位"},
                           {"状态"},
                           {"办理"}},
                          {}};
  for (const auto& one : proofs) {
    table.rows.push_back(
        {[&one](Out& o) {
           o("{}", one.title);
           if (!one.note.empty()) o("<br><span class=\"muted small\">{}</span>", one.note);
         },
         base::to_iso(one.on), std::string(title_of(one.kind)),
         one.hours > 0 ? fmt::format("{:.1f} 小时", one.hours) : std::string("—"),
         one.audience > 0 ? std::to_string(one.audience) : std::string("—"), unit_name(*units, one.host),
         [&one](Out& o) {
           o("{}", html::light(light_of(one.state), title_of(one.state)));
           if (one.state == ProofState::confirmed)
             o("<br><span class=\"muted small\">{}（{}）</span>", one.decided_name, one.decided_unit);
           if (one.state == ProofState::refused) o("<br><span class=\"muted small\">{}</span>", one.reason);
         },
         [&, url = fmt::format("{}/proofs/{}", person_url(p.id), one.id)](Out& o) {
           const std::string revision = std::to_string(one.revision);
           bool any = false;
           if (engine.store().may_decide(context.actor, one)) {
             any = true;
             o("{} <a href=\"{}\">确认</a>", "", html::Url{url});
           }
           if (one.state == ProofState::told && one.told_by == context.actor.person) {
             any = true;
             o("{}",
               html::PostButton{
                   "撤回", url + "/withdraw", context.csrf, html::Look::link, "", {{"revision", revision}}});
           }
           if (!any) o("—");
         }});
  }
  h("{}", table);
}

void write_certificates(Out& h, Context& context, const Person& p, const std::vector<Issued>& all) {
  html::SimpleTable table{"证明", {{"证明"}, {"出具"}, {"状态"}}, {}};
  for (const auto& c : all) {
    const auto parsed = parse_certificate(c.payload);
    const std::string name =
        parsed ? fmt::format("{} 至 {}", base::to_iso(parsed->from), base::to_iso(parsed->to)) : c.code;
    table.rows.push_back({[&, name](Out& o) {
                            o("<a href=\"{}\">{}</a>",
                              html::Url{fmt::format("{}/certificates/{}", person_url(p.id), c.code)}, name);
                          },
                          base::to_local(c.issued_at) + "　" + c.issued_by,
                          [&c](Out& o) {
                            if (c.revoked_at == 0) {
                              o("{}", html::light(html::Light::done, "有效"));
                            } else {
                              o("{} {}", html::light(html::Light::late, "已撤销"), c.reason);
                            }
                          }});
  }
  (void)context;
  h("{}", table);
}

void write_entries(Out& h, Context& context, RegistersEngine& engine, const std::vector<Entry>& entries) {
  const auto types = engine.store().types(context.tenant.id);
  const auto units = context.app.directory.units(context.tenant.id);
  html::SimpleTable table{"所在名录", {{"名录"}, {"状态"}, {"编号"}, {"管理单位"}, {"有效期至"}}, {}};
  for (const auto& e : entries) {
    if (!engine.store().may_see(context.actor, e)) continue;
    const auto* type = types->find(e.type);
    table.rows.push_back({[&e, title = type == nullptr ? e.type : type->title](Out& o) {
                            o("<a href=\"{}\">{}</a>", html::Url{entry_url(e)}, title);
                          },
                          [&e, today = context.today()](Out& o) {
                            o("{}", html::light(light_of(e, today), word_of(e, today)));
                          },
                          e.number.empty() ? "—" : e.number, unit_name(*units, e.unit),
                          e.valid_until ? base::to_iso(*e.valid_until) : std::string("长期")});
  }
  h("{}", table);
}

http::Response record_page(Context& context, RegistersEngine& engine, const Person& p, const Back& back) {
  auto& store = engine.store();
  const auto entries = store.entries_of(context.tenant.id, p.id);
  const auto proofs = store.proofs(context.tenant.id, p.id);
  const auto certificates = store.certificates(context.tenant.id, p.id);
  const auto merges = store.merges(context.tenant.id, p.id);
  const auto totals = totals_of(proofs);
  const bool office = manages(context), himself = p.account != 0 && p.account == context.actor.person;
  const bool contact = !p.masked.empty() &&
                       (office || himself || std::any_of(entries.begin(), entries.end(), [&](const Entry& e) {
                          return context.actor.may(kManage, e.unit);
                        }));
  const std::string url = person_url(p.id);
  const std::string asked = back.form.empty() ? std::string(context.param("form")) : back.form;
  const auto view = [&](std::string_view form, std::string action, std::string submit,
                        form::Values stored = {}) {
    return view_of(context, std::move(action), std::move(submit), back.form == form ? back.typed : Typed{},
                   std::move(stored));
  };
  site::Page page;
  page.title = p.name;
  page.path = {{"名录", "/registers"}, {"人员档案", "/registers/people"}, {p.name, ""}};
  page.note = (p.masked.empty() ? "没有登记电话" : p.masked) + "　" +
              base::to_iso(base::date_of(p.created_at)) + " 建档" +
              (p.minor ? "　未满 14 周岁，监护人已同意" : "") + (p.account != 0 ? "　已对应账号" : "");
  page.actions = [&](Out& h) {
    if (p.erased_at != 0) return;
    if (context.actor.may(kApply))
      h("{}", html::button_link("登记实绩", url + "?form=proof#form-proof", "plus", html::Look::primary));
    if (office)
      h("{}", html::button_link("出具证明", url + "?form=certificate#form-certificate", "shield-check"));
    if (contact) h("{}", html::button_link("查看电话", url + "?form=phone#form-phone", "phone"));
    if (office || himself) h("{}", html::button_link("个人信息副本", url + "/export", "download"));
    if (office)
      h("{}{}", html::button_link("修改", url + "?form=person#form-person", "edit"),
        html::button_link("删除个人信息", url + "?form=erase#form-erase", "trash"));
  };
  page.body = [&](Out& h) {
    html::StatStrip strip;
    strip.label = "已确认的科普实绩";
    strip.stats = {
        {"服务时长", fmt::format("{:.1f}", totals.hours), "小时", "只计已确认的"},
        {"服务人次", std::to_string(totals.audience), "人次"},
        {"讲座报告",
         std::to_string(totals.count.count(ProofKind::talk) ? totals.count.at(ProofKind::talk) : 0), "场"},
        {"科普作品",
         std::to_string(totals.count.count(ProofKind::work) ? totals.count.at(ProofKind::work) : 0), "件"},
        {"已确认", std::to_string(totals.all), "条", fmt::format("共登记 {} 条", proofs.size())}};
    h("{}", strip);
    if (asked == "proof" && context.actor.may(kApply)) {
      h("{}",
        html::panel("登记实绩",
                    [&](Out& o) { proof_form(context).write(o, view("proof", url + "/proofs", "登记")); },
                    {.note = "由受益单位的人确认后才计入", .id = "form-proof"}));
    } else if (asked == "phone" && contact) {
      // Written down: a telephone number is not looked at unseen.
      context.log("register.read_phone", fmt::format("register_person:{}", p.id), "查看联系电话：" + p.name);
      const auto open = store.person(context.tenant.id, p.id, true);
      const std::string phone = open ? open->phone : "";
      h("{}", html::panel("联系电话",
                          [&](Out& o) {
                            o("<p><a href=\"{}\">{}</a></p>", html::Url{"tel:" + phone}, phone);
                            if (open && !open->guardian.empty()) o("<p>监护人：{}</p>", open->guardian);
                          },
                          {.note = "本次查看已记入审计日志", .id = "form-phone"}));
    } else if (asked == "certificate" && office) {
      form::Values days;
      days.set("from", base::to_iso({context.today().year, 1, 1}));
      days.set("to", base::to_iso(context.today()));
      h("{}",
        html::panel("出具科普实绩证明",
                    [&](Out& o) {
                      certificate_form().write(
                          o, view("certificate", url + "/certificates", "签名并出具", days));
                    },
                    {.note = "写入这段时间已确认的实绩，带电子签名和查验二维码", .id = "form-certificate"}));
    } else if (asked == "person" && office) {
      form::Values stored;
      stored.set("name", p.name);
      stored.set("phone", p.masked);
      if (p.account != 0) stored.set("account", std::to_string(p.account));
      auto shown = view("person", url + "/edit", "保存", stored);
      shown.hidden = {{"revision", std::to_string(p.revision)}};
      h("{}", html::panel("修改档案", [&](Out& o) { person_form(context, p).write(o, shown); },
                          {.id = "form-person"}));
    } else if (asked == "erase" && office) {
      h("{}",
        html::panel(
            "删除个人信息",
            [&](Out& o) {
              o("<p>姓名、电话和登记内容会抹去，在册的条目办理退出，证明撤销；过去的计数保留，不再指向本人。<"
                "/p>");
              erase_form().write(o, view("erase", url + "/erase", "删除"));
            },
            {.alarm = true, .id = "form-erase"}));
    }
    h("{}", html::panel("所在名录", [&](Out& o) { write_entries(o, context, engine, entries); }));
    h("{}", html::panel("科普实绩", [&](Out& o) { write_proofs(o, context, engine, p, proofs); }));
    if (!certificates.empty() && (office || himself))
      h("{}", html::panel("科普实绩证明", [&](Out& o) { write_certificates(o, context, p, certificates); }));
    if (office && !merges.empty()) {
      h("{}", html::panel("合并记录",
                          [&](Out& o) {
                            o("<ul>{}</ul>", [&](Out& list) {
                              for (const auto& m : merges) {
                                list("<li>{}　{} 并入 {}，{}{}</li>", base::to_local(m.at), m.loser_name,
                                     m.winner_name, m.by, m.undone_at != 0 ? "；已撤销" : "");
                              }
                            });
                          },
                          {.more = {"撤销", "/registers/duplicates"}}));
    }
  };
  return site::page(context, std::move(page), back.typed.empty() ? 200 : 422);
}

// Runs `work` with the checked form; a refusal shows the record with the form again.
PageAnswer with_form(
    Context& context, RegistersEngine& engine, std::string_view name, const form::Form& fields,
    const std::function<base::Result<std::string>(const Person&, const form::Values&)>& work) {
  const Person p = TRY(seen_person(context, engine));
  auto in = fields.check(context.request.form);
  if (in.ok()) {
    const auto done = work(p, in.values);
    if (done) return site::redirect(*done);
    if (done.error().code == Code::forbidden || done.error().code == Code::not_found)
      return tl::unexpected(done.error());
    in.errors.push_back(done.error());
  }
  return record_page(context, engine, p, {std::string(name), {in.values, in.errors}});
}

PageAnswer tell(Context& context, RegistersEngine& engine) {
  return with_form(context, engine, "proof", proof_form(context),
                   [&](const Person& p, const form::Values& v) -> base::Result<std::string> {
                     Proof proof;
                     proof.person = p.id;
                     proof.kind = parse_proof_kind(v.text("kind")).value_or(ProofKind::other);
                     proof.on = v.date("on").value_or(base::Date{});
                     proof.title = v.text("title");
                     proof.host = base::parse_id(v.text("host")).value_or(0);
                     proof.hours = v.number("hours").value_or(0);
                     proof.audience = v.integer("audience").value_or(0);
                     proof.note = v.text("note");
                     TRY(engine.store().tell(by(context), proof));
                     context.say(html::Tone::green, "已登记，等受益单位确认。");
                     return person_url(p.id);
                   });
}

PageAnswer save_person(Context& context, RegistersEngine& engine) {
  const Person now = TRY(seen_person(context, engine));
  return with_form(context, engine, "person", person_form(context, now),
                   [&](const Person& p, const form::Values& v) -> base::Result<std::string> {
                     Person wanted = p;
                     wanted.name = v.text("name");
                     wanted.phone = v.text("phone");
                     wanted.account = base::parse_id(v.text("account")).value_or(0);
                     wanted.revision = base::parse_int(context.field("revision")).value_or(-1);
                     TRY(engine.store().change_person(by(context), wanted));
                     context.say(html::Tone::green, "已保存。");
                     return person_url(p.id);
                   });
}

PageAnswer own_record(Context& context, RegistersEngine& engine) {
  const auto own = engine.store().person_of_account(context.tenant.id, context.actor.person);
  if (own) return site::redirect(person_url(*own));
  site::Page page;
  page.title = "我的档案";
  page.path = {{"名录", ""}, {"我的档案", ""}};
  const auto types = engine.store().types(context.tenant.id);
  page.body = [&](Out& h) {
    h("{}",
      html::EmptyState{
          "您还没有人员档案",
          "申请加入下面任一名录后，程序自动为您建档。单位已经登记过您的，请联系县科协把档案对应到您的账号。",
          {},
          "user-plus"});
    h("{}", html::panel("可以申请的名录", [&](Out& o) {
        o("<ul class=\"prose\">{}</ul>", [&](Out& list) {
          for (const auto& t : types->current) {
            if (t.self && t.active && context.actor.may(kApply)) {
              list("<li><a href=\"{}\">{}</a>　<span class=\"muted\">{}</span></li>",
                   html::Url{register_url(t.key) + "/new?self=1"}, t.title, t.purpose);
            }
          }
        });
      }));
  };
  return site::page(context, std::move(page));
}

}  // namespace

void add_record_pages(site::Site& site, RegistersEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/registers/record", Access::right, "register.read",
            [&](Context& c) { return own_record(c, engine); }});
  site.add({Method::get, "/registers/people/{record}", Access::right, "register.read",
            [&](Context& c) -> PageAnswer {
              const Person p = TRY(seen_person(c, engine));
              return record_page(c, engine, p, {});
            }});
  site.add({Method::get, "/registers/people/{record}/export", Access::right, "register.read",
            [&](Context& c) -> PageAnswer {
              const Person p = TRY(seen_person(c, engine));
              return attach_json(TRY(engine.store().export_person(by(c), p.id)), "个人信息副本.json");
            }});
  site.add({Method::post, "/registers/people/{record}/edit", Access::right, "register.manage",
            [&](Context& c) { return save_person(c, engine); }});
  site.add(
      {Method::post, "/registers/people/{record}/erase", Access::right, "register.manage", [&](Context& c) {
         return with_form(c, engine, "erase", erase_form(),
                          [&](const Person& p, const form::Values& v) -> base::Result<std::string> {
                            TRY(engine.store().erase(by(c), p.id, v.text("text")));
                            c.say(html::Tone::green, "已删除个人信息。");
                            return std::string("/registers/people");
                          });
       }});
  site.add({Method::post, "/registers/people/{record}/proofs", Access::right, "register.apply",
            [&](Context& c) { return tell(c, engine); }});
  site.add({Method::post, "/registers/people/{record}/certificates", Access::right, "register.manage",
            [&](Context& c) {
              return with_form(c, engine, "certificate", certificate_form(),
                               [&](const Person& p, const form::Values& v) -> base::Result<std::string> {
                                 const auto code =
                                     TRY(engine.store().issue(by(c), p.id, *v.date("from"), *v.date("to")));
                                 c.say(html::Tone::green, "已签名出具。");
                                 return fmt::format("{}/certificates/{}", person_url(p.id), code);
                               });
            }});
}

}  // namespace kepu::registers
