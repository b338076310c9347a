// One entry: applying, correcting, its way through the states, its history.
#include <algorithm>

#include "core/base/text.h"
#include "engines/registers/pages/desk.h"

namespace kepu::registers {

using base::Code;
using base::refuse;

namespace {

// ---------------------------------------------------------------- applying and changing

bool asks_for_self(const Context& context) {
  return context.param("self") == "1" || context.field("self") == "1";
}

http::Response edit_page(Context& context, RegistersEngine& engine, const Type& type, const Entry* entry,
                         const Typed& typed, bool self) {
  const bool fresh = entry == nullptr;
  site::Page page;
  page.title = fresh ? (self ? "申请" : "登记") + type.title : "修改：" + entry->name;
  page.path = {{"名录", "/registers"}, {type.title, register_url(type.key)}, {fresh ? "登记" : "修改", ""}};
  page.narrow = true;
  const auto fields = entry_form(context, engine, type, fresh, self);
  form::Values stored;
  if (!fresh) stored = values_of(*entry, type);
  if (fresh && self) {
    stored.set("name", context.actor.name);
    stored.set("unit", std::to_string(context.actor.unit));
  } else if (fresh) {
    stored.set("unit", std::to_string(context.actor.unit));
  }
  auto view = view_of(context, fresh ? register_url(type.key) + "/new" : entry_url(*entry) + "/edit",
                      fresh ? "报送" : "保存", typed, stored);
  view.cancel_url = fresh ? register_url(type.key) : entry_url(*entry);
  if (fresh && self) view.hidden.emplace_back("self", "1");
  if (!fresh) view.hidden.emplace_back("revision", std::to_string(entry->revision));
  if (fresh) {
    view.after = [](Out& h) { h("<p>{}</p>", html::button("先存草稿", html::Look::plain, "do", "draft")); };
  }
  page.body = [&](Out& h) {
    if (!fresh && entry->type_version != type.version) {
      h("<p class=\"lead\">这个条目是按第 {} 版设置登记的，现在是第 {} "
        "版。保存后按新版；新版没有的内容仍留在条目里。</p>",
        entry->type_version, type.version);
    }
    h("{}",
      html::panel("", [&](Out& o) { fields.write(o, view); },
                  {.note = fmt::format("由{}审核，{}批准", title_of(type.check), title_of(type.approve))}));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer add_entry(Context& context, RegistersEngine& engine) {
  const Type type = TRY(type_of(context, engine));
  const bool self = asks_for_self(context);
  auto in = entry_form(context, engine, type, true, self).check(context.request.form);
  const bool draft = context.field("do") == "draft";
  if (in.ok()) {
    const auto added = engine.store().apply(by(context), application_of(type, in.values, self), !draft);
    if (added) {
      context.say(html::Tone::green, draft ? "已存为草稿，报送后才进入审核。" : "已报送，审核结果会通知您。");
      return site::redirect(fmt::format("{}/{}", register_url(type.key), *added));
    }
    if (added.error().code == Code::forbidden) return tl::unexpected(added.error());
    in.errors.push_back(added.error());
  }
  return edit_page(context, engine, type, nullptr, {in.values, in.errors}, self);
}

PageAnswer show_edit(Context& context, RegistersEngine& engine) {
  const Type type = TRY(type_of(context, engine));
  const Entry e = TRY(seen_entry(context, engine, type));
  TRY(engine.store().may_edit(context.actor, e));
  return edit_page(context, engine, type, &e, {}, false);
}

PageAnswer save_edit(Context& context, RegistersEngine& engine) {
  const Type type = TRY(type_of(context, engine));
  const Entry e = TRY(seen_entry(context, engine, type));
  TRY(engine.store().may_edit(context.actor, e));
  auto in = entry_form(context, engine, type, false, false).check(context.request.form);
  if (in.ok()) {
    Application a = application_of(type, in.values, false);
    a.entry.id = e.id;
    a.entry.revision = base::parse_int(context.field("revision")).value_or(-1);
    const auto done = engine.store().change(by(context), a);
    if (done) {
      context.say(html::Tone::green, "已保存。");
      return site::redirect(entry_url(e));
    }
    if (done.error().code == Code::forbidden) return tl::unexpected(done.error());
    in.errors.push_back(done.error());
  }
  return edit_page(context, engine, type, &e, {in.values, in.errors}, false);
}

// ---------------------------------------------------------------- one entry

form::Form action_form(Action action, const Entry& e, const Type& type, base::Date today) {
  const auto* rule = find_rule(e.state, action);
  std::vector<form::Field> fields;
  if (action == Action::publish || action == Action::renew) {
    const auto end =
        action == Action::publish ? term_end(today, type.term_months) : renewed_until(e, type, today);
    fields.push_back({.name = "until",
                      .label = "有效期至",
                      .kind = form::Kind::date,
                      .hint = end ? "不填按规定的有效期：" + base::to_iso(*end) : "不填为长期有效",
                      .earliest = today,
                      .short_field = true});
  }
  fields.push_back({.name = "text",
                    .label = rule->reason ? fmt::format("{}的原因", title_of(action)) : "说明",
                    .kind = form::Kind::long_text,
                    .required = rule->reason,
                    .max_length = 1000,
                    .rows = 2});
  return form::Form(std::move(fields));
}

constexpr Action kOrder[] = {Action::submit,  Action::check,  Action::approve,   Action::publish,
                             Action::renew,   Action::resume, Action::give_back, Action::refuse,
                             Action::suspend, Action::retire, Action::withdraw};

std::vector<Action> allowed_actions(Context& context, RegistersEngine& engine, const Entry& e,
                                    const Type& type) {
  std::vector<Action> out;
  for (const auto action : kOrder) {
    if (action == Action::renew && !e.valid_until) continue;
    if (engine.store().may_act(context.actor, e, action)) out.push_back(action);
  }
  // Renewal comes first only when it is due.
  if (!out.empty() && out.front() == Action::renew && !renewal_due(e, type, context.today()))
    std::rotate(out.begin(), out.begin() + 1, out.end());
  return out;
}

void write_actions(Out& h, Context& context, RegistersEngine& engine, const Entry& e, const Type& type,
                   const Typed& typed, std::optional<Action> typed_of) {
  const auto allowed = allowed_actions(context, engine, e, type);
  if (allowed.empty()) return;
  const auto asked = typed_of ? typed_of : parse_action(context.param("do"));
  const bool known = asked && std::find(allowed.begin(), allowed.end(), *asked) != allowed.end();
  // What ends or stops an entry is never the form that lies open by itself.
  const bool harmless = allowed.front() != Action::suspend && allowed.front() != Action::retire &&
                        allowed.front() != Action::withdraw &&
                        (allowed.front() != Action::renew || renewal_due(e, type, context.today()));
  const auto others = [&](Out& o, std::optional<Action> shown) {
    for (const auto action : allowed) {
      if (action == shown) continue;
      const std::string name(to_text(action));
      o("{} ", html::button_link(title_of(action), entry_url(e) + "?do=" + name + "#do-" + name));
    }
  };
  if (!known && !harmless) {
    h("{}", html::panel("办理", [&](Out& o) { others(o, std::nullopt); }));
    return;
  }
  const Action shown = known ? *asked : allowed.front();
  auto view = view_of(context, entry_url(e) + "/act", std::string(title_of(shown)),
                      typed_of == shown ? typed : Typed{});
  view.hidden = {{"do", std::string(to_text(shown))}, {"revision", std::to_string(e.revision)}};
  const auto fields = action_form(shown, e, type, context.today());
  h("{}", html::panel(std::string(title_of(shown)),
                      [&](Out& o) {
                        fields.write(o, view);
                        if (allowed.size() > 1)
                          o("<p class=\"mt\">{}</p>", [&](Out& p) { others(p, shown); });
                      },
                      {.id = "do-" + std::string(to_text(shown))}));
}

std::string word_of_step(const HistoryStep& step) {
  if (const auto action = parse_action(step.action)) return std::string(title_of(*action));
  if (step.action == "draft") return "起草";
  if (step.action == "change") return "修改内容";
  if (step.action == "import") return "导入";
  if (step.action == "erase") return "删除个人信息";
  return step.action;
}

html::Timeline timeline_of(const std::vector<HistoryStep>& steps) {
  html::Timeline out;
  for (auto at = steps.rbegin(); at != steps.rend(); ++at) {
    html::Moment m;
    m.time = base::to_local(at->at);
    m.text = [step = *at](Out& o) {
      o("{}{}　{}{}", step.by, step.unit.empty() ? "" : "（" + step.unit + "）", word_of_step(step),
        step.before == step.after ? std::string() : "，转为“" + std::string(title_of(step.after)) + "”");
    };
    m.quote = at->words;
    m.hot = at == steps.rbegin();
    out.moments.push_back(std::move(m));
  }
  return out;
}

void write_facts(Out& h, Context& context, RegistersEngine& engine, const Entry& e, const Type& written) {
  const auto units = context.app.directory.units(context.tenant.id);
  const bool open = engine.store().may_open_personal(context.actor, e);
  html::Definitions facts;
  facts.items.emplace_back("编号", e.number.empty() ? "发布时编号" : e.number);
  facts.items.emplace_back("管理单位", unit_name(*units, e.unit));
  if (e.place != 0) facts.items.emplace_back("所在地", place_name(*units, e.place));
  if (e.person != 0) {
    facts.items.emplace_back("人员档案", [&](Out& o) {
      o("<a href=\"{}\">{}的档案</a>", html::Url{person_url(e.person)}, e.name);
    });
  }
  if (e.parent != 0) {
    if (const auto parent = engine.store().entry(context.tenant.id, e.parent)) {
      facts.items.emplace_back(
          "所属", [p = *parent](Out& o) { o("<a href=\"{}\">{}</a>", html::Url{entry_url(p)}, p.name); });
    }
  }
  if (!e.serves.empty()) {
    std::vector<std::string> names;
    for (const Id id : e.serves) names.push_back(unit_name(*units, id));
    facts.items.emplace_back("服务区域", base::join(names, "、"));
  }
  for (const auto& f : written.fields) {
    const std::string value = shown_value(f, e.values);
    if (f.personal && !open) {
      facts.items.emplace_back(f.field.label, "个人信息，批准的人和本人可见");
    } else if (!value.empty()) {
      facts.items.emplace_back(f.field.label, [value, f](Out& o) {
        o("{}", value);
        if (f.personal) o(" {}", html::tag("个人", html::Tone::amber));
      });
    }
  }
  if (e.valid_from) {
    facts.items.emplace_back("有效期",
                             base::to_iso(*e.valid_from) + " 起" +
                                 (e.valid_until ? "，至 " + base::to_iso(*e.valid_until) : "，长期"));
  }
  if (!e.consent.empty()) {
    facts.items.emplace_back(
        "同意", fmt::format("{}，{}{}", e.consent == "online" ? "本人在线同意" : "已取得本人书面同意",
                            base::to_local(e.consent_at), e.minor ? "；未满 14 周岁，监护人已同意" : ""));
  }
  if (!e.reason.empty() && (e.state == State::returned || e.state == State::suspended ||
                            e.state == State::refused || e.state == State::retired)) {
    facts.items.emplace_back(std::string(title_of(e.state)) + "原因", e.reason);
  }
  h("{}", facts);
}

void write_members(Out& h, const std::vector<Entry>& members, const auth::UnitTree& units) {
  html::SimpleTable table{"成员", {{"姓名"}, {"编号"}, {"所在地"}}, {}};
  for (const auto& m : members) {
    table.rows.push_back({[&m](Out& o) { o("<a href=\"{}\">{}</a>", html::Url{entry_url(m)}, m.name); },
                          m.number, place_name(units, m.place)});
  }
  h("{}", table);
}

http::Response entry_page(Context& context, RegistersEngine& engine, const Type& type, const Entry& e,
                          const Typed& typed, std::optional<Action> typed_of) {
  auto& store = engine.store();
  const auto written = store.type(context.tenant.id, e.type, e.type_version);
  const auto history = store.history(context.tenant.id, e.id);
  const auto members =
      type.subject == Subject::person ? std::vector<Entry>() : store.members(context.tenant.id, e.id);
  const auto units = context.app.directory.units(context.tenant.id);
  site::Page page;
  page.title = e.name;
  page.path = {{"名录", "/registers"}, {type.title, register_url(type.key)}, {e.name, ""}};
  page.note = [&](Out& h) {
    h("{} {}", html::light(light_of(e, context.today()), word_of(e, context.today())), type.title);
    if (renewal_due(e, type, context.today()))
      h("　{}", html::tag(fmt::format("待续期：{} 到期", base::to_iso(*e.valid_until)), html::Tone::amber));
  };
  page.actions = [&](Out& h) {
    if (type.bookable) h("{}", html::button_link("预约与日历", entry_url(e) + "/bookings", "calendar-event"));
    if (store.may_edit(context.actor, e)) h("{}", html::button_link("修改", entry_url(e) + "/edit", "edit"));
  };
  page.body = [&](Out& h) {
    h("{}",
      html::panel(
          "登记内容", [&](Out& o) { write_facts(o, context, engine, e, written ? *written : type); },
          {.note = e.type_version == type.version ? "" : fmt::format("按第 {} 版设置登记", e.type_version)}));
    write_actions(h, context, engine, e, type, typed, typed_of);
    if (!members.empty()) {
      h("{}", html::panel("在册成员", [&](Out& o) { write_members(o, members, *units); },
                          {.note = fmt::format("{} 人", members.size())}));
    }
    h("{}", html::panel("经过", timeline_of(history)));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

// Who looks at what is another's own is written down.
void note_personal(Context& context, RegistersEngine& engine, const Type& type, const Entry& e) {
  const bool shown = std::any_of(type.fields.begin(), type.fields.end(), [&](const TypeField& f) {
    return f.personal && e.values.has(f.field.name);
  });
  if (!shown || engine.store().is_own(context.actor, e)) return;
  context.log("register.read_personal", fmt::format("register_entry:{}", e.id),
              "查看个人信息：" + type.title + "，" + e.name);
}

// A published person gets the role of the register, an ended one loses it, as far as the acting person may
// give it.
void follow_role(Context& context, RegistersEngine& engine, const Type& type, const Entry& e) {
  if (type.role.empty() || e.person == 0) return;
  const auto person = engine.store().person(context.tenant.id, e.person);
  if (!person || person->account == 0) return;
  auto& directory = context.app.directory;
  const auto grants = directory.grants_of(context.actor, person->account);
  if (!grants) return;
  const auto held =
      std::find_if(grants->begin(), grants->end(), [&](const auth::Grant& g) { return g.role == type.role; });
  if (e.state == State::in_force && held == grants->end()) {
    auth::Grant grant;
    grant.person = person->account;
    grant.role = type.role;
    grant.scope = auth::ScopeKind::own;
    const auto given = directory.give(context.actor, grant);
    context.say(given ? html::Tone::green : html::Tone::amber,
                given ? "已按名录授予账号角色。"
                      : "账号角色还没有授予，请系统管理员在“人员账号”里授予：" + given.error().message);
  } else if ((e.state == State::retired || e.state == State::suspended) && held != grants->end()) {
    const auto ended = directory.end_grant(context.actor, held->id);
    context.say(ended ? html::Tone::green : html::Tone::amber,
                ended ? "已收回账号角色。"
                      : "账号角色还没有收回，请系统管理员在“人员账号”里收回：" + ended.error().message);
  }
}

PageAnswer act(Context& context, RegistersEngine& engine) {
  const Type type = TRY(type_of(context, engine));
  const Entry seen = TRY(seen_entry(context, engine, type));
  const auto action = parse_action(context.field("do"));
  if (!action) return refuse(Code::invalid, "register.action", "看不懂要办什么，请从条目页面重新操作。");
  form::Checked in;
  if (find_rule(seen.state, *action) != nullptr)
    in = action_form(*action, seen, type, context.today()).check(context.request.form);
  if (in.ok()) {
    Act wanted;
    wanted.action = *action;
    wanted.revision = base::parse_int(context.field("revision")).value_or(-1);
    wanted.text = in.values.text("text");
    wanted.until = in.values.date("until");
    const auto done = engine.store().act(by(context), seen.id, wanted);
    if (done) {
      context.say(html::Tone::green, std::string(title_of(*action)) + "：已办理。");
      const Entry now = TRY(engine.store().entry(context.tenant.id, seen.id));
      follow_role(context, engine, type, now);
      return site::redirect(entry_url(seen));
    }
    if (done.error().code == Code::forbidden) return tl::unexpected(done.error());
    in.errors.push_back(done.error());
    if (done.error().code == Code::conflict) {
      const Entry now = TRY(seen_entry(context, engine, type));
      context.messages_now.emplace_back(html::Tone::red, done.error().message);
      return entry_page(context, engine, type, now, {in.values, in.errors}, *action);
    }
  }
  return entry_page(context, engine, type, seen, {in.values, in.errors}, *action);
}

}  // namespace

void add_entry_pages(site::Site& site, RegistersEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/registers/{register}/new", Access::right, "register.apply",
            [&](Context& c) -> PageAnswer {
              const Type type = TRY(type_of(c, engine));
              if (asks_for_self(c) && !type.self)
                return refuse(Code::forbidden, "register.self",
                              "“" + type.title + "”由单位申报，请联系您的单位。");
              return edit_page(c, engine, type, nullptr, {}, asks_for_self(c));
            }});
  site.add({Method::post, "/registers/{register}/new", Access::right, "register.apply",
            [&](Context& c) { return add_entry(c, engine); }});
  site.add({Method::get, "/registers/{register}/{entry}", Access::right, "register.read",
            [&](Context& c) -> PageAnswer {
              const Type type = TRY(type_of(c, engine));
              const Entry e = TRY(seen_entry(c, engine, type));
              note_personal(c, engine, type, e);
              return entry_page(c, engine, type, e, {}, std::nullopt);
            }});
  site.add({Method::get, "/registers/{register}/{entry}/edit", Access::right, "register.read",
            [&](Context& c) { return show_edit(c, engine); }});
  site.add({Method::post, "/registers/{register}/{entry}/edit", Access::right, "register.read",
            [&](Context& c) { return save_edit(c, engine); }});
  site.add({Method::post, "/registers/{register}/{entry}/act", Access::right, "register.read",
            [&](Context& c) { return act(c, engine); }});
}

}  // namespace kepu::registers
