// One person's record: his registers, what he verifiably did, certificates, and his rights over it.
#include <algorithm>

#include "core/base/text.h"
#include "engines/registers/pages/record.h"

namespace kepu::registers {

using base::Code;
using base::refuse;

namespace {

constexpr std::uint64_t kMostUpload = 48u << 20;  // three files and the form

bool manages(const Context& context) {
  return context.actor.may(kManage, context.app.directory.units(context.tenant.id)->root());
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
    write_asked_form(h, context, engine, p, {office, himself, contact}, back);
    h("{}", html::panel("所在名录", [&](Out& o) { write_own_entries(o, context, engine, entries); }));
    h("{}", html::panel("科普实绩", [&](Out& o) { write_proofs(o, context, engine, p, proofs); }));
    if (!certificates.empty() && (office || himself))
      h("{}", html::panel("科普实绩证明", [&](Out& o) { write_certificates(o, p, certificates); }));
    if (office && !merges.empty()) {
      h("{}", html::panel("合并记录", [&](Out& o) { write_merges(o, merges); },
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
  const Person p = TRY(seen_person(context, engine));
  auto in = proof_form(context).check(context.request.form);
  const Proof proof = proof_of(context, p.id, in);
  if (in.ok()) {
    const auto told = engine.store().tell(by(context), proof);
    if (told) {
      context.say(html::Tone::green, "已登记，等受益单位确认。");
      return site::redirect(person_url(p.id));
    }
    if (told.error().code == Code::forbidden || told.error().code == Code::not_found)
      return tl::unexpected(told.error());
    in.errors.push_back(told.error());
  }
  return record_page(context, engine, p, {"proof", {in.values, in.errors}});
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
            [&](Context& c) { return tell(c, engine); }, kMostUpload, true});
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
