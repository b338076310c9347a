// Confirming what a person did: by the unit that it was done for.
#include "core/base/text.h"
#include "core/site/attachment.h"
#include "engines/registers/pages/desk.h"

namespace kepu::registers {

using base::Code;
using base::refuse;

namespace {

using form::Kind;

form::Form decide_form() {
  return form::Form({{.name = "verdict",
                      .label = "是否属实",
                      .kind = Kind::radio,
                      .required = true,
                      .options = {{"yes", "属实，予以确认"}, {"no", "不属实"}}},
                     {.name = "text", .label = "说明", .hint = "不属实的必须写明", .max_length = 200}});
}

http::Response proof_page(Context& context, const Person& p, const Proof& proof, const Typed& typed) {
  const auto units = context.app.directory.units(context.tenant.id);
  site::Page page;
  page.title = "确认科普实绩";
  page.path = {{"名录", "/registers"}, {p.name, person_url(p.id)}, {"确认实绩", ""}};
  page.narrow = true;
  auto view = view_of(context, fmt::format("{}/proofs/{}", person_url(p.id), proof.id), "提交", typed);
  view.hidden = {{"revision", std::to_string(proof.revision)}};
  view.cancel_url = person_url(p.id);
  page.body = [&](Out& h) {
    html::Definitions facts{
        {{"谁", p.name},
         {"做了什么", proof.title},
         {"日期", base::to_iso(proof.on)},
         {"类型", std::string(title_of(proof.kind))},
         {"时长", proof.hours > 0 ? fmt::format("{:.1f} 小时", proof.hours) : std::string("—")},
         {"服务人次", proof.audience > 0 ? std::to_string(proof.audience) : std::string("—")},
         {"受益单位", unit_name(*units, proof.host)},
         {"佐证说明", proof.note.empty() ? "—" : proof.note},
         {"登记人", proof.told_name + "　" + base::to_local(proof.told_at)}}};
    const std::string files = fmt::format("{}/proofs/{}/files", person_url(p.id), proof.id);
    if (!proof.files.empty())
      facts.items.emplace_back("佐证材料", [&](Out& o) { site::write_attachments(o, proof.files, files); });
    h("{}{}", html::panel("登记内容", facts),
      html::panel("确认", [&](Out& o) { decide_form().write(o, view); },
                  {.note = "确认后写入档案和证明，不能再改"}));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

base::Result<Proof> seen_proof(Context& context, RegistersEngine& engine, const Person& p) {
  const Proof proof = TRY(engine.store().proof(context.tenant.id, TRY(context.id("proof"))));
  if (proof.person != p.id) return refuse(Code::not_found, "proof.not_found", "这个人没有这条实绩。");
  return proof;
}

// Who may confirm sees the person for it, also where he sees none of his entries.
base::Result<Person> person_of_proof(Context& context, RegistersEngine& engine) {
  return engine.store().person(context.tenant.id, TRY(context.id("record")));
}

http::Response after_deciding(Context& context, RegistersEngine& engine, const Person& p) {
  return site::redirect(engine.store().may_see_person(context.actor, p) ? person_url(p.id) : "/work");
}

PageAnswer decide(Context& context, RegistersEngine& engine) {
  const Person p = TRY(person_of_proof(context, engine));
  const Proof proof = TRY(seen_proof(context, engine, p));
  TRY(engine.store().may_decide(context.actor, proof));
  auto in = decide_form().check(context.request.form);
  if (in.ok()) {
    const auto done = engine.store().decide(by(context), proof.id, in.values.text("verdict") == "yes",
                                            in.values.text("text"),
                                            base::parse_int(context.field("revision")).value_or(-1));
    if (done) {
      context.say(html::Tone::green, "已办理。");
      return after_deciding(context, engine, p);
    }
    if (done.error().code != Code::invalid) return tl::unexpected(done.error());
    in.errors.push_back(done.error());
  }
  return proof_page(context, p, proof, {in.values, in.errors});
}

}  // namespace

void add_proof_pages(site::Site& site, RegistersEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/registers/people/{record}/proofs/{proof}", Access::right, "register.review",
            [&](Context& c) -> PageAnswer {
              const Person p = TRY(person_of_proof(c, engine));
              const Proof proof = TRY(seen_proof(c, engine, p));
              // An old notice leads here too.
              if (proof.state != ProofState::told) {
                TRY(c.require(kReview, proof.host));
                c.say(html::Tone::blue,
                      fmt::format("“{}”{}，不用再确认。", proof.title, title_of(proof.state)));
                return after_deciding(c, engine, p);
              }
              TRY(engine.store().may_decide(c.actor, proof));
              return proof_page(c, p, proof, {});
            }});
  site.add({Method::get, "/registers/people/{record}/proofs/{proof}/files/{file}", Access::right,
            "register.read", [&](Context& c) -> PageAnswer {
              const Person p = TRY(person_of_proof(c, engine));
              const Proof proof = TRY(seen_proof(c, engine, p));
              if (engine.store().may_see_files(c.actor, proof)) {
                for (const auto& f : proof.files) {
                  if (f.sha256 == c.variable("file")) return site::attachment_answer(c, f);
                }
              }
              return refuse(Code::not_found, "proof.no_file", "没有这份佐证材料，或者您不能查看。");
            }});
  site.add({Method::post, "/registers/people/{record}/proofs/{proof}", Access::right, "register.review",
            [&](Context& c) { return decide(c, engine); }});
  site.add({Method::post, "/registers/people/{record}/proofs/{proof}/withdraw", Access::right,
            "register.apply", [&](Context& c) -> PageAnswer {
              const Person p = TRY(seen_person(c, engine));
              const Proof proof = TRY(seen_proof(c, engine, p));
              TRY(engine.store().withdraw_proof(by(c), proof.id,
                                                base::parse_int(c.field("revision")).value_or(-1)));
              c.say(html::Tone::green, "已撤回。");
              return site::redirect(person_url(p.id));
            }});
}

}  // namespace kepu::registers
