// 定期事项: what must happen every period, and whether it is proven.
#include <algorithm>

#include "core/base/text.h"
#include "engines/meetings/pages/desk.h"

namespace kepu::meetings {

using base::Code;
using base::refuse;

namespace {

std::string often(const Recurring& r) { return fmt::format("{}至少 {} 次", title_of(r.every), r.times); }
std::string proof_of(const Recurring& r) {
  return r.proof == Proof::meeting ? "召开" + std::string(title_of(r.kind)) : std::string(title_of(r.proof));
}
bool may_prove(const Context& c, const Recurring& r) {
  return c.actor.may(kManage) || c.actor.may(kAct, r.unit);
}

PageAnswer list_recurring(Context& context, MeetingsEngine& engine) {
  const auto units = context.app.directory.units(context.tenant.id);
  const auto all = engine.store().standings(context.tenant.id, context.today());
  int late = 0;
  html::SimpleTable table;
  table.caption = "定期事项";
  table.columns = {{"事项"}, {"要求"}, {"本期"}, {"情况"}, {"以前各期未完成"}, {"负责"}};
  for (const auto& [r, periods] : all) {
    const auto missed = std::count_if(periods.begin(), periods.end(),
                                      [](const PeriodStanding& p) { return p.state == PeriodState::late; });
    late += static_cast<int>(missed);
    const PeriodStanding* now = periods.empty() ? nullptr : &periods.front();
    table.rows.push_back(
        {[&r = r](Out& o) { o("<a href=\"{}\">{}</a>", html::Url{recurring_url(r.id)}, r.title); },
         often(r) + "；" + proof_of(r),
         now == nullptr ? std::string("未开始") : title_of(r.every, now->first),
         [now](Out& o) {
           if (now == nullptr) return o("—");
           o("{} {} / {} 次", html::light(light_of(now->state), title_of(now->state)), now->happened.size(),
             now->needed);
         },
         missed == 0 ? std::string("无") : fmt::format("{} 期", missed), unit_name(*units, r.unit)});
  }
  site::Page page;
  page.title = "定期事项";
  page.path = {{"会议", "/meetings"}, {"定期事项", ""}};
  page.note = all.empty() ? std::string("每年、每季必须做到、必须有凭据的事")
                          : fmt::format("{} 项，以前各期共 {} 期没有凭据", all.size(), late);
  page.actions = [&](Out& h) {
    if (context.actor.may(kManage))
      h("{}", html::button_link("登记定期事项", "/recurring-duties/new", "plus", html::Look::primary));
  };
  page.body = [&](Out& h) {
    h("{}", html::panel(
                "本期情况",
                [&](Out& o) {
                  if (all.empty()) {
                    o("{}", html::EmptyState{
                                "还没有定期事项",
                                "如“每年向党委、政府汇报”“联席会议每年至少召开两次”。登记后到期自动提醒。"});
                  } else {
                    o("{}", table);
                  }
                },
                {.note = "会议和简报自动算作凭据；其他的上传凭据"}));
  };
  return site::page(context, std::move(page));
}

form::Form recurring_form(Context& context) {
  const auto units = context.app.directory.units(context.tenant.id);
  auto unit_list = unit_options(*units);
  return form::Form(
      {{.name = "title",
        .label = "事项",
        .required = true,
        .hint = "如：向县委、县政府汇报实施情况",
        .max_length = 100},
       {.name = "basis", .label = "依据", .required = true, .hint = "方案或文件的哪一条", .max_length = 200},
       {.name = "every",
        .label = "多久",
        .kind = form::Kind::select,
        .required = true,
        .options = options_of({Every::year, Every::half, Every::quarter}),
        .short_field = true},
       {.name = "times",
        .label = "每期至少",
        .kind = form::Kind::integer,
        .required = true,
        .min = 1,
        .max = 12,
        .initial = "1",
        .unit = "次",
        .short_field = true},
       {.name = "proof",
        .label = "以什么为凭据",
        .kind = form::Kind::radio,
        .required = true,
        .options = {{"meeting", "召开会议", "已召开的会议自动计入"},
                    {"briefing", "印发简报", "已印发的简报自动计入"},
                    {"note", "登记凭据", "写明做了什么，上传签批件等"}}},
       {.name = "kind",
        .label = "哪类会议",
        .kind = form::Kind::select,
        .hint = "以会议为凭据时选",
        .options = options_of({Kind::conference, Kind::hearing, Kind::working, Kind::special}),
        .short_field = true},
       {.name = "unit",
        .label = "负责单位",
        .kind = form::Kind::select,
        .required = true,
        .options = unit_list,
        .short_field = true},
       {.name = "since",
        .label = "从哪天起",
        .kind = form::Kind::date,
        .required = true,
        .short_field = true},
       {.name = "ended",
        .label = "到哪天止",
        .kind = form::Kind::date,
        .hint = "不填为一直有效",
        .short_field = true}});
}

http::Response form_page(Context& context, const Recurring& r, const Typed& typed) {
  site::Page page;
  page.title = r.id == 0 ? std::string("登记定期事项") : "修改：" + r.title;
  page.path = {{"会议", "/meetings"}, {"定期事项", "/recurring-duties"}};
  if (r.id != 0) page.path.push_back({r.title, recurring_url(r.id)});
  page.path.push_back({r.id == 0 ? "登记" : "修改", ""});
  page.narrow = true;
  form::Values stored;
  if (r.id != 0) {
    stored.set("title", r.title);
    stored.set("basis", r.basis);
    stored.set("every", std::string(to_text(r.every)));
    stored.set("times", std::to_string(r.times));
    stored.set("proof", std::string(to_text(r.proof)));
    stored.set("kind", std::string(to_text(r.kind)));
    stored.set("unit", std::to_string(r.unit));
    stored.set("since", base::to_iso(r.since));
    if (r.ended) stored.set("ended", base::to_iso(*r.ended));
  }
  auto view =
      view_of(context, r.id == 0 ? std::string("/recurring-duties/new") : recurring_url(r.id) + "/edit",
              "保存", typed, stored);
  view.cancel_url = r.id == 0 ? std::string("/recurring-duties") : recurring_url(r.id);
  if (r.id != 0) view.hidden = {{"revision", std::to_string(r.revision)}};
  const auto fields = recurring_form(context);
  page.body = [&](Out& h) {
    h("{}", html::panel("定期事项", [&](Out& o) { fields.write(o, view); },
                        {.note = "“从哪天起”所在的那一期是第一期；停止后不再有新的一期，以前各期保留"}));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer save(Context& context, MeetingsEngine& engine, const Recurring& old) {
  auto in = recurring_form(context).check(context.request.form);
  if (in.ok() && in.values.text("proof") == "meeting" && in.values.text("kind").empty())
    in.errors.push_back({Code::invalid, "meetings.kind", "kind", "请选择哪类会议算作凭据。"});
  if (in.ok()) {
    Recurring r = old;
    r.title = in.values.text("title");
    r.basis = in.values.text("basis");
    r.every = parse_every(in.values.text("every")).value_or(Every::year);
    r.times = static_cast<int>(in.values.integer("times").value_or(1));
    r.proof = parse_proof(in.values.text("proof")).value_or(Proof::note);
    r.kind = parse_kind(in.values.text("kind")).value_or(Kind::conference);
    r.unit = base::parse_id(in.values.text("unit")).value_or(0);
    r.since = in.values.date("since").value_or(Date{});
    r.ended = in.values.date("ended");
    r.revision = base::parse_int(context.field("revision")).value_or(0);
    const auto saved = engine.store().save_recurring(by(context), r);
    if (saved) {
      context.say(html::Tone::green, "已保存。");
      return site::redirect(recurring_url(*saved));
    }
    if (!belongs_to_form(saved.error())) return tl::unexpected(saved.error());
    in.errors.push_back(saved.error());
  }
  return form_page(context, old, {in.values, in.errors});
}

// ---------------------------------------------------------------- one duty

const form::Form& proof_form() {
  static const form::Form kForm(
      {{.name = "day", .label = "哪天", .kind = form::Kind::date, .required = true, .short_field = true},
       {.name = "words",
        .label = "做了什么",
        .kind = form::Kind::long_text,
        .required = true,
        .hint = "如：在县政府常务会议上作专题汇报",
        .max_length = 2000,
        .rows = 3},
       {.name = "file",
        .label = "凭据",
        .kind = form::Kind::file,
        .required = true,
        .hint = "PDF、Office 文档，最大 15 MB；照片请先转成 PDF"}});
  return kForm;
}

void write_periods(Out& h, const Recurring& r, const std::vector<PeriodStanding>& periods) {
  html::SimpleTable table;
  table.caption = "各期情况";
  table.columns = {{"期"}, {"情况"}, {"次数"}, {"凭据"}};
  for (const auto& p : periods) {
    table.rows.push_back({title_of(r.every, p.first),
                          [&p](Out& o) { o("{}", html::light(light_of(p.state), title_of(p.state))); },
                          fmt::format("{} / {}", p.happened.size(), p.needed),
                          [&p](Out& o) {
                            if (p.happened.empty()) return o("没有记录");
                            o("<ul class=\"plain\">{}</ul>", [&](Out& x) {
                              for (const auto& each : p.happened) {
                                x("<li><a href=\"{}\">{}　{}</a></li>", html::Url{each.url},
                                  base::to_iso(each.day), each.title);
                              }
                            });
                          }});
  }
  h("{}", table);
}

http::Response recurring_page(Context& context, MeetingsEngine& engine, const Recurring& r,
                              const Typed& typed) {
  const auto units = context.app.directory.units(context.tenant.id);
  const auto periods = standings_of(r, engine.store().happened(context.tenant.id, r), context.today());
  site::Page page;
  page.title = r.title;
  page.path = {{"会议", "/meetings"}, {"定期事项", "/recurring-duties"}, {r.title, ""}};
  page.note = [&](Out& h) {
    if (!periods.empty())
      h("{}", html::light(light_of(periods.front().state), title_of(periods.front().state)));
  };
  page.actions = [&](Out& h) {
    if (context.actor.may(kManage)) h("{}", html::button_link("修改", recurring_url(r.id) + "/edit", "edit"));
  };
  page.body = [&](Out& h) {
    html::Definitions facts;
    facts.items = {
        {"要求", often(r)},
        {"凭据", proof_of(r)},
        {"依据", r.basis},
        {"负责单位", unit_name(*units, r.unit)},
        {"有效", base::to_iso(r.since) + " 起" + (r.ended ? "，至 " + base::to_iso(*r.ended) : "")}};
    h("{}", html::panel("要求", facts));
    h("{}", html::panel("各期情况", [&](Out& o) {
        if (periods.empty()) return o("<p class=\"muted\">第一期还没有开始。</p>");
        write_periods(o, r, periods);
      }));
    if (r.proof == Proof::note && may_prove(context, r)) {
      const auto view = view_of(context, recurring_url(r.id) + "/proof", "登记凭据", typed);
      h("{}", html::panel("登记凭据", [&](Out& o) { proof_form().write(o, view); }));
    }
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer prove(Context& context, MeetingsEngine& engine, const Recurring& r) {
  auto form = context.request.form;
  const auto* upload = context.request.upload("file");
  if (upload != nullptr && upload->size > 0) form.emplace_back("file", upload->name);
  auto in = proof_form().check(form);
  NewProof proof;
  if (in.ok() && may_prove(context, r)) {
    const auto file = take_file(context, "file");
    if (file) {
      proof.file = *file;
    } else {
      in.errors.push_back(file.error());
    }
  }
  if (in.ok()) {
    proof.day = in.values.date("day").value_or(Date{});
    proof.words = in.values.text("words");
    const auto done = engine.store().add_proof(by(context), r.id, proof);
    if (done) {
      context.say(html::Tone::green, "已登记。");
      return site::redirect(recurring_url(r.id));
    }
    if (!belongs_to_form(done.error())) return tl::unexpected(done.error());
    in.errors.push_back(done.error());
  }
  return recurring_page(context, engine, r, {in.values, in.errors});
}

}  // namespace

void add_recurring_pages(site::Site& site, MeetingsEngine& engine) {
  using http::Method;
  using site::Access;
  const auto one = [&engine](Context& c) -> base::Result<Recurring> {
    const Id id = TRY(c.id("recurring"));
    return engine.store().recurring(c.tenant.id, id);
  };
  site.add({Method::get, "/recurring-duties", Access::right, "meetings.read",
            [&](Context& c) { return list_recurring(c, engine); }});
  site.add({Method::get, "/recurring-duties/new", Access::right, "meetings.manage",
            [](Context& c) -> PageAnswer { return form_page(c, Recurring{}, {}); }});
  site.add({Method::post, "/recurring-duties/new", Access::right, "meetings.manage",
            [&](Context& c) { return save(c, engine, Recurring{}); }});
  site.add({Method::get, "/recurring-duties/{recurring}", Access::right, "meetings.read",
            [&engine, one](Context& c) -> PageAnswer { return recurring_page(c, engine, TRY(one(c)), {}); }});
  site.add({Method::get, "/recurring-duties/{recurring}/edit", Access::right, "meetings.manage",
            [one](Context& c) -> PageAnswer { return form_page(c, TRY(one(c)), {}); }});
  site.add({Method::post, "/recurring-duties/{recurring}/edit", Access::right, "meetings.manage",
            [&engine, one](Context& c) -> PageAnswer { return save(c, engine, TRY(one(c))); }});
  site.add({Method::post, "/recurring-duties/{recurring}/proof", Access::right, "meetings.read",
            [&engine, one](Context& c) -> PageAnswer { return prove(c, engine, TRY(one(c))); }, kUploadLimit,
            true});
  site.add({Method::get, "/recurring-duties/{recurring}/files/{file}", Access::right, "meetings.read",
            [&engine, one](Context& c) -> PageAnswer {
              const Recurring r = TRY(one(c));
              if (!sees_all(c.actor) && !may_prove(c, r))
                return refuse(Code::not_found, "file.missing", "这项定期事项没有这份文件。");
              for (const auto& p : engine.store().proofs(c.tenant.id, r.id)) {
                if (p.file.sha256 == c.variable("file")) return file_answer(c, p.file);
              }
              return refuse(Code::not_found, "file.missing", "这项定期事项没有这份文件。");
            }});
}

}  // namespace kepu::meetings
