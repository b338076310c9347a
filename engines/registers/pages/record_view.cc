// Tables of a person's record: where he is registered, what he did, his certificates, merges.
#include "core/base/text.h"
#include "core/site/attachment.h"
#include "engines/registers/pages/record.h"

namespace kepu::registers {

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
        {[&](Out& o) {
           o("{}", one.title);
           if (!one.note.empty()) o("<br><span class=\"muted small\">{}</span>", one.note);
           if (engine.store().may_see_files(context.actor, one))
             site::write_attachments(o, one.files,
                                     fmt::format("{}/proofs/{}/files", person_url(p.id), one.id));
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

void write_certificates(Out& h, const Person& p, const std::vector<Issued>& all) {
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
  h("{}", table);
}

void write_own_entries(Out& h, Context& context, RegistersEngine& engine, const std::vector<Entry>& entries) {
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

void write_merges(Out& h, const std::vector<Merge>& merges) {
  h("<ul>{}</ul>", [&](Out& list) {
    for (const auto& m : merges) {
      list("<li>{}　{} 并入 {}，{}{}</li>", base::to_local(m.at), m.loser_name, m.winner_name, m.by,
           m.undone_at != 0 ? "；已撤销" : "");
    }
  });
}

}  // namespace kepu::registers
