// One meeting: what is known of it, and what can be done now.
#include <algorithm>

#include "core/base/text.h"
#include "engines/meetings/pages/desk.h"
#include "engines/meetings/papers.h"

namespace kepu::meetings {

using base::Code;
using base::refuse;

namespace {

std::vector<Named> names_of(Context& context, const Meeting& m, const std::vector<Decision>& decisions) {
  const auto units = context.app.directory.units(context.tenant.id);
  std::vector<Named> out;
  const auto add = [&](Id unit) {
    const auto* found = units->find(unit);
    if (found != nullptr) out.push_back({unit, found->name});
  };
  for (const auto& i : m.invitations) add(i.unit);
  for (const auto& d : decisions) add(d.unit);
  return out;
}

std::vector<Decision> decisions_of(Context& context, MeetingsEngine& engine, Id meeting) {
  DecisionQuery query;
  query.meeting = meeting;
  query.order_by = "number";
  query.limit = 500;
  auto all = engine.store().decisions(context.tenant.id, query).decisions;
  all.erase(std::remove_if(all.begin(), all.end(),
                           [&](const Decision& d) { return !engine.store().may_see(context.actor, d); }),
            all.end());
  return all;
}

base::Result<Meeting> seen_meeting(Context& context, MeetingsEngine& engine) {
  const Id id = TRY(context.id("meeting"));
  auto m = TRY(engine.store().meeting(context.tenant.id, id));
  if (!engine.store().may_see(context.actor, m))
    return refuse(Code::not_found, "meetings.not_found", "没有这次会议，或者它没有邀请您的单位。");
  return m;
}

// Minutes are everybody's who was invited, once they are final.
bool sees_minutes(const Context& context, const Meeting& m) {
  return m.state == State::filed || sees_all(context.actor);
}

const form::Form& minutes_form() {
  static const form::Form kForm({{.name = "minutes",
                                  .label = "会议纪要",
                                  .kind = form::Kind::long_text,
                                  .hint = "每行一段；议定事项另外登记，会自动列入纪要",
                                  .rows = 10},
                                 {.name = "file",
                                  .label = "签发的纪要（扫描件或文件）",
                                  .kind = form::Kind::file,
                                  .hint = "PDF、Word，最大 15 MB；不传则保留原来的"}});
  return kForm;
}
const form::Form& cancel_form() {
  static const form::Form kForm(
      {{.name = "reason", .label = "取消的原因", .required = true, .max_length = 200}});
  return kForm;
}
form::Form answer_form(const std::vector<form::Option>& units) {
  return form::Form(
      {{.name = "unit", .label = "单位", .kind = form::Kind::select, .required = true, .options = units},
       {.name = "answer",
        .label = "答复",
        .kind = form::Kind::radio,
        .required = true,
        .options = options_of({Answer::comes, Answer::stand_in, Answer::excused})},
       {.name = "who",
        .label = "参加人，或请假的原因",
        .hint = "写姓名和职务；派员代会和请假必填",
        .max_length = 200}});
}

// ---- the page

std::vector<form::Option> own_units(Context& context, const Meeting& m) {
  const auto units = context.app.directory.units(context.tenant.id);
  std::vector<form::Option> out;
  for (const auto& i : m.invitations) {
    if (context.actor.may(kAct, i.unit) || context.actor.may(kManage))
      out.push_back({std::to_string(i.unit), unit_name(*units, i.unit)});
  }
  return out;
}

void write_facts(Out& h, const Meeting& m) {
  html::Definitions facts;
  facts.items.emplace_back("类型", std::string(title_of(m.kind)));
  facts.items.emplace_back("时间", base::to_chinese(m.day) + (m.time.empty() ? "" : "　" + m.time));
  facts.items.emplace_back("地点", m.place.empty() ? std::string("未定") : m.place);
  if (!m.chair.empty()) facts.items.emplace_back("主持", m.chair);
  if (m.took_place()) facts.items.emplace_back("到会", text_of(quorum_of(m)));
  if (!m.reason.empty()) facts.items.emplace_back("取消原因", m.reason);
  const auto items = agenda_items(m.agenda);
  facts.items.emplace_back("议程", [&](Out& o) {
    if (items.empty()) return o("未定");
    o("<ol>{}</ol>", [&](Out& x) {
      int number = 0;
      for (const auto& item : items) x("<li>{}. {}</li>", ++number, item);
    });
  });
  h("{}", html::panel("会议安排", facts));
}

void write_minutes(Out& h, const Meeting& m) {
  if (m.minutes.empty() && m.paper.empty()) {
    h("<p class=\"muted\">还没有纪要。</p>");
    return;
  }
  for (const auto& line : agenda_items(m.minutes)) h("<p>{}</p>", line);
  html::Files files;
  if (!m.paper.empty()) files.files.push_back({m.paper.name, meeting_url(m.id, "file"), "签发的纪要"});
  files.files.push_back({m.title + "纪要.docx", meeting_url(m.id) + "?as=minutes", "由平台记录生成"});
  h("{}", files);
}

void write_manage(Out& h, Context& context, const Meeting& m, const Typed& typed, std::string_view doing) {
  const auto units = context.app.directory.units(context.tenant.id);
  const auto errors_of = [&](std::string_view what) { return doing == what ? typed : Typed{}; };
  const bool due = m.day <= context.today();
  if ((m.state == State::called && due) || m.state == State::held) {
    h("{}", html::panel(m.state == State::held ? "到会情况" : "登记召开",
                        [&](Out& o) {
                          if (doing == "hold") o("{}", html::ErrorSummary{typed.errors});
                          write_attendance_form(o, context, *units, m);
                        },
                        {.note = "成员单位过半数到会（含代会）为有效", .id = "hold"}));
  }
  if (m.state == State::held) {
    form::Values stored;
    stored.set("minutes", m.minutes);
    auto view = view_of(context, meeting_url(m.id, "minutes"), "保存纪要", errors_of("minutes"), stored);
    view.hidden = {{"revision", std::to_string(m.revision)}};
    h("{}", html::panel("起草纪要", [&](Out& o) { minutes_form().write(o, view); }, {.id = "minutes"}));
  }
  if (after(m.state, Action::cancel) && context.param("do") == "cancel") {
    auto view = view_of(context, meeting_url(m.id, "cancel"), "取消会议", errors_of("cancel"));
    view.hidden = {{"revision", std::to_string(m.revision)}};
    view.cancel_url = meeting_url(m.id);
    h("{}", html::panel("取消会议", [&](Out& o) { cancel_form().write(o, view); },
                        {.note = "已通知的单位会收到取消的通知", .id = "cancel"}));
  }
}

void write_actions(Out& h, const Context& context, const Meeting& m) {
  const std::vector<std::pair<std::string, std::string>> hidden = {{"revision", std::to_string(m.revision)}};
  if (m.state == State::draft) {
    h("{} ", html::PostButton{"发出通知", meeting_url(m.id, "call"), context.csrf, html::Look::primary,
                              "send", hidden});
  }
  if (m.state == State::held) {
    h("{} ", html::button_link("登记议定事项", fmt::format("/decisions/new?meeting={}", m.id), "plus"));
    h("{} ", html::PostButton{"纪要定稿归档", meeting_url(m.id, "file"), context.csrf, html::Look::primary,
                              "archive", hidden});
  }
  if (m.state == State::filed)
    h("{} ", html::button_link("登记议定事项", fmt::format("/decisions/new?meeting={}", m.id), "plus"));
  if (after(m.state, Action::edit)) h("{} ", html::button_link("修改", meeting_url(m.id, "edit"), "edit"));
  if (after(m.state, Action::cancel))
    h("{} ", html::button_link("取消会议", meeting_url(m.id) + "?do=cancel#cancel", "x"));
}

http::Response meeting_page(Context& context, MeetingsEngine& engine, const Meeting& m, const Typed& typed,
                            std::string_view doing) {
  const auto units = context.app.directory.units(context.tenant.id);
  const bool manages = context.actor.may(kManage);
  const auto decisions = decisions_of(context, engine, m.id);
  site::Page page;
  page.title = m.title;
  page.path = {{"会议", "/meetings"}, {m.title, ""}};
  page.note = [&](Out& h) { h("{}", html::light(light_of(m.state), title_of(m.state))); };
  page.actions = [&](Out& h) {
    if (manages) write_actions(h, context, m);
    if (m.state != State::cancelled)
      h("{}", html::button_link("会议通知（Word）", meeting_url(m.id) + "?as=notice", "file-type-doc"));
  };
  page.body = [&](Out& h) {
    write_facts(h, m);
    const auto own = own_units(context, m);
    if (m.state == State::called && !own.empty()) {
      form::Values stored;
      for (const auto& o : own) {
        const auto* i = m.invitation(base::parse_id(o.value).value_or(0));
        if (i == nullptr || (i->answer != Answer::none && own.size() > 1)) continue;
        stored.set("unit", o.value);
        if (i->answer != Answer::none) stored.set("answer", std::string(to_text(i->answer)));
        stored.set("who", i->who);
        break;
      }
      const auto view =
          view_of(context, meeting_url(m.id, "answer"), "答复", doing == "answer" ? typed : Typed{}, stored);
      h("{}",
        html::panel("答复会议通知", [&](Out& o) { answer_form(own).write(o, view); }, {.id = "answer"}));
    }
    if (manages) write_manage(h, context, m, typed, doing);
    if (!(manages && m.state == State::held))
      h("{}", html::panel("参加单位", [&](Out& o) { write_units(o, *units, m); },
                          {.note = fmt::format("{} 个", m.invitations.size())}));
    if (m.took_place()) {
      if (sees_minutes(context, m) && !(manages && m.state == State::held && m.minutes.empty()))
        h("{}", html::panel("会议纪要", [&](Out& o) { write_minutes(o, m); }));
      h("{}", html::panel("议定事项",
                          [&](Out& o) {
                            if (decisions.empty())
                              return o("<p class=\"muted\">没有{}议定事项。</p>",
                                       sees_all(context.actor) ? "登记" : "交给本单位的");
                            write_decisions(o, context, decisions, "议定事项");
                          },
                          {.note = fmt::format("{} 项", decisions.size())}));
    }
    if (manages)
      h("{}", html::panel("办理记录", timeline_of(context, fmt::format("meeting:{}", m.id), kHistory)));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer show(Context& context, MeetingsEngine& engine) {
  const Meeting m = TRY(seen_meeting(context, engine));
  const auto as = context.as();
  if (as == "notice") {
    const auto day = m.called_at != 0 ? base::date_of(m.called_at) : context.today();
    context.log("export.meeting", fmt::format("meeting:{}", m.id), "下载会议通知《" + m.title + "》");
    return http::attachment_bytes(notice_of(m, names_of(context, m, {}), issuer_of(context), day).docx(),
                                  m.title + "通知.docx", file::kWord);
  }
  if (as == "minutes") {
    if (!m.took_place() || !sees_minutes(context, m))
      return refuse(Code::not_found, "meetings.no_minutes", "这次会议的纪要还没有定稿。");
    const auto decisions = decisions_of(context, engine, m.id);
    const auto day = m.filed_at != 0 ? base::date_of(m.filed_at) : context.today();
    context.log("export.meeting", fmt::format("meeting:{}", m.id), "下载会议纪要《" + m.title + "》");
    return http::attachment_bytes(
        minutes_of(m, decisions, names_of(context, m, decisions), issuer_of(context), day).docx(),
        m.title + "纪要.docx", file::kWord);
  }
  return meeting_page(context, engine, m, {}, "");
}

// The page again with what was refused beside its form, or the refusal as a page.
PageAnswer finish(Context& context, MeetingsEngine& engine, Id id, const base::Done& done,
                  const std::string& said, std::string_view doing, form::Values typed,
                  base::Errors errors = {}) {
  if (done && errors.empty()) {
    context.say(html::Tone::green, said);
    return site::redirect(meeting_url(id));
  }
  if (!done) {
    if (!belongs_to_form(done.error())) return tl::unexpected(done.error());
    errors.push_back(done.error());
    if (done.error().code == Code::conflict || doing == "call" || doing == "file")
      context.messages_now.emplace_back(html::Tone::red, done.error().message);
  }
  const Meeting now = TRY(engine.store().meeting(context.tenant.id, id));
  return meeting_page(context, engine, now, {std::move(typed), std::move(errors)}, doing);
}

PageAnswer answer_it(Context& context, MeetingsEngine& engine) {
  const Meeting m = TRY(seen_meeting(context, engine));
  auto in = answer_form(own_units(context, m)).check(context.request.form);
  if (!in.ok()) return finish(context, engine, m.id, {}, "", "answer", in.values, in.errors);
  const auto done = engine.store().answer(
      by(context), m.id, base::parse_id(in.values.text("unit")).value_or(0),
      parse_answer(in.values.text("answer")).value_or(Answer::none), in.values.text("who"));
  return finish(context, engine, m.id, done, "已答复。会前可以再改。", "answer", in.values);
}

PageAnswer hold(Context& context, MeetingsEngine& engine, std::int64_t revision) {
  const Meeting m = TRY(seen_meeting(context, engine));
  return finish(context, engine, m.id,
                engine.store().hold(by(context), m.id, revision, read_attendance(context, m)),
                "已登记。可以起草纪要、登记议定事项。", "hold", {});
}

PageAnswer minutes(Context& context, MeetingsEngine& engine, std::int64_t revision) {
  const Meeting m = TRY(seen_meeting(context, engine));
  auto in = minutes_form().check(context.request.form);
  const auto paper = take_file(context, "file");
  if (!paper) in.errors.push_back(paper.error());
  if (!in.ok()) return finish(context, engine, m.id, {}, "", "minutes", in.values, in.errors);
  return finish(context, engine, m.id,
                engine.store().save_minutes(by(context), m.id, revision, in.values.text("minutes"), *paper),
                "纪要已保存。", "minutes", in.values);
}

// The steps of the office, by the last word of the address.
PageAnswer step(Context& context, MeetingsEngine& engine, std::string_view what) {
  const std::int64_t revision = base::parse_int(context.field("revision")).value_or(-1);
  if (what == "hold") return hold(context, engine, revision);
  if (what == "minutes") return minutes(context, engine, revision);
  const Meeting m = TRY(seen_meeting(context, engine));
  auto& store = engine.store();
  if (what == "call")
    return finish(context, engine, m.id, store.call(by(context), m.id, revision), "已通知各单位。", what, {});
  if (what == "file") {
    return finish(context, engine, m.id, store.file(by(context), m.id, revision),
                  "已归档，参加单位可以看到纪要。", what, {});
  }
  auto in = cancel_form().check(context.request.form);
  if (!in.ok()) return finish(context, engine, m.id, {}, "", what, in.values, in.errors);
  return finish(context, engine, m.id, store.cancel(by(context), m.id, revision, in.values.text("reason")),
                "已取消。", what, in.values);
}

}  // namespace

void add_meeting_view(site::Site& site, MeetingsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/meetings/{meeting}", Access::right, "meetings.read",
            [&](Context& c) { return show(c, engine); }});
  site.add({Method::post, "/meetings/{meeting}/answer", Access::right, "meetings.act",
            [&](Context& c) { return answer_it(c, engine); }});
  site.add({Method::post, "/meetings/{meeting}/call", Access::right, "meetings.manage",
            [&](Context& c) { return step(c, engine, "call"); }});
  site.add({Method::post, "/meetings/{meeting}/hold", Access::right, "meetings.manage",
            [&](Context& c) { return step(c, engine, "hold"); }});
  site.add({Method::post, "/meetings/{meeting}/file", Access::right, "meetings.manage",
            [&](Context& c) { return step(c, engine, "file"); }});
  site.add({Method::post, "/meetings/{meeting}/cancel", Access::right, "meetings.manage",
            [&](Context& c) { return step(c, engine, "cancel"); }});
  site.add({Method::post, "/meetings/{meeting}/minutes", Access::right, "meetings.manage",
            [&](Context& c) { return step(c, engine, "minutes"); }, kUploadLimit, true});
  site.add({Method::get, "/meetings/{meeting}/file", Access::right, "meetings.read",
            [&](Context& c) -> PageAnswer {
              const Meeting m = TRY(seen_meeting(c, engine));
              if (m.paper.empty() || !sees_minutes(c, m))
                return refuse(Code::not_found, "meetings.no_minutes", "这次会议没有签发的纪要。");
              c.log("export.meeting", fmt::format("meeting:{}", m.id), "下载签发的纪要《" + m.title + "》");
              return file_answer(c, m.paper);
            }});
}

}  // namespace kepu::meetings
