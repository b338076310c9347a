// 走访: my visits, the record of one, two records of one visit.
#include "core/base/json.h"
#include "core/base/secret.h"
#include "core/base/text.h"
#include "engines/inspection/pages/visit_form.h"

namespace kepu::inspection {

using base::Code;
using base::refuse;

namespace {

constexpr std::uint64_t kUploadLimit = 96ull << 20;

bool wants_json(const Context& context) {
  return base::contains(context.request.header("accept"), "application/json");
}

http::Response visit_page(Context& context, InspectionEngine& engine, const VisitWhole& whole,
                          VisitForm* returned) {
  const auto& visit = whole.visit;
  const auto units = context.app.directory.units(context.tenant.id);
  const std::string unit = unit_name(*units, visit.unit);
  const bool answers = engine.store().may_answer(context.actor, visit) &&
                       whole.round.state == RoundState::running && visit.state != VisitState::dropped;
  const bool decides = engine.store().may_answer(context.actor, visit) || context.actor.may(kManage);
  site::Page page;
  page.title = unit;
  page.path = {{"督查", "/inspection"}, {whole.round.title, round_url(whole.round.id)}, {unit, ""}};
  std::vector<std::string> names;
  for (const auto& i : visit.inspectors) names.push_back(i.name);
  page.note = fmt::format("{}　督查人员：{}　{} 前完成", title_of(visit.state), base::join(names, "、"),
                          base::to_iso(whole.round.until));
  VisitForm fresh{whole, {}, {}, {}, base::random_token(24)};
  if (answers && returned == nullptr) {
    if (const auto* now = whole.current()) fresh.fields = to_fields(now->body);
    fresh.known = engine.store().photos(context.tenant.id, visit.id);
  }
  ProblemQuery query;
  query.visit = visit.id;
  const auto problems = engine.store().problems(context.tenant.id, query);
  page.body = [&](Out& h) {
    for (const auto& s : whole.submissions) {
      if (s.state != SubmissionState::waiting) continue;
      h("{}", html::panel("另有一份记录待定",
                          [&](Out& o) {
                            o("<p>"
                              "这份记录交回时，这次走访已有别人交回的记录，或已经结束。两份都完整保存着，请核"
                              "对后决定采用哪一份。</p>");
                            write_record(o, whole, s);
                            if (!decides) return;
                            for (const bool counts : {true, false}) {
                              o("{} ", html::PostButton{counts ? "采用这一份" : "不采用，只留存",
                                                        visit_url(visit.id) + "/decide",
                                                        context.csrf,
                                                        counts ? html::Look::primary : html::Look::plain,
                                                        {},
                                                        {{"submission", std::to_string(s.id)},
                                                         {"counts", counts ? "1" : ""},
                                                         {"revision", std::to_string(visit.revision)}}});
                            }
                          },
                          {.alarm = true}));
    }
    if (answers) {
      write_visit_form(h, context, returned == nullptr ? fresh : *returned);
    } else if (const auto* now = whole.current()) {
      h("{}", html::panel("走访记录", [&](Out& o) { write_record(o, whole, *now); }));
    } else {
      h("{}", html::EmptyState{visit.state == VisitState::dropped ? "没有走访" : "还没有走访记录",
                               visit.state == VisitState::dropped ? visit.reason : "由督查人员在现场填写。"});
    }
    if (problems.total > 0 && sees_all(context.actor)) {
      h("{}", html::panel("已记入问题清单", [&](Out& o) {
          write_problems(o, context, problems.problems, "已记入问题清单的");
        }));
    }
    if (whole.submissions.size() > 1) {
      html::Timeline past;
      for (const auto& s : whole.submissions) {
        past.moments.push_back(
            {base::to_local(s.at), s.person_name + "交回：" + std::string(title_of(s.state))});
      }
      h("{}", html::panel("交回过的记录", past));
    }
    if (visit.state == VisitState::planned && whole.round.state == RoundState::running &&
        context.actor.may(kManage)) {
      h("<details class=\"mb\"><summary>不再走访这个单位</summary><form method=\"post\" "
        "action=\"{}/drop\"><input "
        "type=\"hidden\" name=\"csrf\" "
        "value=\"{}\"><div class=\"field\"><label for=\"f-reason\">原因</label><input class=\"in\" "
        "id=\"f-reason\" name=\"reason\" "
        "required maxlength=\"200\"></div>{}</form></details>",
        html::Url{visit_url(visit.id)}, context.csrf, html::button("不再走访", html::Look::danger));
    }
  };
  const bool refused = returned != nullptr && !returned->errors.empty();
  return site::page(context, std::move(page), refused ? 422 : 200);
}

base::Result<VisitWhole> seen_visit(Context& context, InspectionEngine& engine) {
  const Id id = TRY(context.id("visit"));
  auto whole = TRY(engine.store().visit(context.tenant.id, id));
  if (!engine.store().may_see(context.actor, whole.round, whole.visit))
    return refuse(Code::not_found, "visit.not_found", "没有这次走访，或者这一轮督查还没有通报。");
  return whole;
}

PageAnswer show_visit(Context& context, InspectionEngine& engine) {
  auto whole = TRY(seen_visit(context, engine));
  // Inspectors may name any living task, not only those that chose the units.
  if (whole.round.tasks.empty()) whole.round.tasks = task_names(context, engine);
  return visit_page(context, engine, whole, nullptr);
}

// What the page's script is told.
http::Response json_of(const Received& got, Id visit) {
  const bool conflict = got.kind == Received::Kind::conflict ||
                        (got.kind == Received::Kind::replayed && got.state == SubmissionState::waiting);
  base::Json j;
  j.object();
  j.field("outcome", conflict ? "conflict" : got.kind == Received::Kind::replayed ? "replayed" : "accepted");
  j.field("revision", got.revision).field("url", visit_url(visit));
  j.field("message", conflict ? std::string("记录已经送到并另存，没有覆盖：") + got.other +
                                    "。请打开本页核对，决定采用哪一份。"
                              : std::string("走访记录已送到。"));
  j.end();
  return http::json(std::move(j).text(), conflict ? 409 : 200);
}

http::Response json_of(const base::Errors& errors) {
  base::Json j;
  j.object().field("outcome", "refused").key("errors").array();
  for (const auto& e : errors) j.object().field("field", e.field).field("message", e.message).end();
  j.end().end();
  return http::json(std::move(j).text(), 422);
}

PageAnswer submit_visit(Context& context, InspectionEngine& engine) {
  auto whole = TRY(seen_visit(context, engine));
  if (whole.round.tasks.empty()) whole.round.tasks = task_names(context, engine);
  const Id id = whole.visit.id;
  base::Errors errors;
  std::vector<std::pair<std::string, Photo>> fresh;
  Pairs fields = context.request.form;
  for (const auto& upload : context.request.uploads) {
    if (upload.size == 0) continue;
    auto photo = take_file(context, upload, true);
    const auto kept = photo ? engine.store().keep_photo(by(context), id, *photo) : base::Done{};
    if (!photo || !kept) {
      errors.push_back(photo ? kept.error() : photo.error());
      continue;
    }
    fresh.emplace_back(upload.field, *photo);
    fields.emplace_back(upload.field, photo->sha256);
  }
  const auto known = engine.store().photos(context.tenant.id, id);
  auto read = read_body(whole.round.checklist, whole.round.tasks, fields, known, fresh);
  errors.insert(errors.end(), read.errors.begin(), read.errors.end());
  if (errors.empty()) {
    const auto got = engine.store().receive(by(context), id, std::string(context.field("key")),
                                            base::parse_int(context.field("base")).value_or(-1), read.body);
    if (got && wants_json(context)) return json_of(*got, id);
    if (got && got->kind == Received::Kind::conflict) {
      context.say(html::Tone::amber,
                  "您的记录已完整保存，但没有覆盖：" + got->other + "。请核对，决定采用哪一份。");
      return site::redirect(visit_url(id));
    }
    if (got) {
      context.say(html::Tone::green, got->kind == Received::Kind::replayed ? "这份记录已经收到过，没有重复。"
                                                                           : "走访记录已提交。");
      return site::redirect(visit_url(id));
    }
    if (got.error().code != Code::invalid) return tl::unexpected(got.error());
    errors.push_back(got.error());
  }
  if (wants_json(context)) return json_of(errors);
  VisitForm returned{whole, fields, known, errors, std::string(context.field("key"))};
  return visit_page(context, engine, whole, &returned);
}

PageAnswer decide(Context& context, InspectionEngine& engine) {
  const auto whole = TRY(seen_visit(context, engine));
  const bool counts = context.field("counts") == "1";
  TRY(engine.store().decide(by(context), whole.visit.id, TRY(context.field_id("submission")), counts,
                            base::parse_int(context.field("revision")).value_or(-1)));
  context.say(html::Tone::green, counts ? "已采用这份记录。" : "已留存，不采用。");
  return site::redirect(visit_url(whole.visit.id));
}

PageAnswer drop(Context& context, InspectionEngine& engine) {
  const auto whole = TRY(seen_visit(context, engine));
  const auto done =
      engine.store().drop_visit(by(context), whole.visit.id, std::string(context.field("reason")));
  context.say(done ? html::Tone::green : html::Tone::red, done ? "已记明不再走访。" : done.error().message);
  return site::redirect(visit_url(whole.visit.id));
}

PageAnswer list_visits(Context& context, InspectionEngine& engine) {
  const bool all = context.param("who") == "all" && sees_all(context.actor);
  const auto rows = engine.store().visits(context.tenant.id, all ? 0 : context.actor.person, false);
  const auto units = context.app.directory.units(context.tenant.id);
  const auto table =
      table::Table<VisitRow>({.id = "visits", .caption = "走访", .search_hint = "单位、督查", .unit = "次"})
          .column({.key = "unit", .title = "单位", .width = 24},
                  [&](const VisitRow& r) {
                    return table::link(unit_name(*units, r.visit.unit), visit_url(r.visit.id));
                  })
          .column({.key = "state", .title = "状态"},
                  [&](const VisitRow& r) {
                    const bool late = r.visit.state == VisitState::planned &&
                                      r.round_state == RoundState::running && r.until < context.today();
                    return table::status(late ? html::Light::late : light_of(r.visit.state),
                                         late ? "逾期未走访" : std::string(title_of(r.visit.state)));
                  })
          .column({.key = "until", .title = "期限", .width = 12},
                  [](const VisitRow& r) { return table::date(r.until); })
          .column({.key = "round", .title = "督查", .width = 30},
                  [](const VisitRow& r) { return table::link(r.round_title, round_url(r.visit.round)); })
          .column({.key = "people", .title = "督查人员", .hide_on_phone = true},
                  [](const VisitRow& r) {
                    std::vector<std::string> names;
                    for (const auto& i : r.visit.inspectors) names.push_back(i.name);
                    return table::text(base::join(names, "、"));
                  })
          .filter({.key = "state",
                   .title = "状态",
                   .options = {{"planned", "待走访"}, {"answered", "已走访"}, {"dropped", "未走访"}}},
                  [](const VisitRow& r, std::string_view v) { return to_text(r.visit.state) == v; });
  site::Page page;
  page.title = all ? "全部走访" : "我的走访";
  page.path = {{"督查", "/inspection"}, {all ? "全部走访" : "我的走访", ""}};
  page.note = "去之前有网络时打开一次要走访的单位，没有网络也能填；有网络后自动送回";
  page.actions = [&](Out& h) {
    if (sees_all(context.actor))
      h("{}", html::button_link(all ? "我的走访" : "全部走访",
                                all ? "/inspection/visits" : "/inspection/visits?who=all", "users"));
  };
  site::ListOptions options{.file_name = "走访", .subject = "visits"};
  options.empty_hint = "没有安排给您的走访。";
  options.before = [&](Out& h) {
    h("<div id=\"visit-outbox\" data-person=\"{}\" data-csrf=\"{}\"></div>", context.actor.person,
      context.csrf);
  };
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

PageAnswer show_photo(Context& context, InspectionEngine& engine) {
  const auto whole = TRY(seen_visit(context, engine));
  for (const auto& p : engine.store().photos(context.tenant.id, whole.visit.id)) {
    if (p.sha256 == context.variable("photo")) return photo_answer(context, p);
  }
  return refuse(Code::not_found, "photo.missing", "这次走访没有这张照片。");
}

}  // namespace

void add_visit_pages(site::Site& site, InspectionEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/inspection/visits", Access::right, "inspection.visit",
            [&](Context& c) { return list_visits(c, engine); }});
  site.add({Method::get, "/inspection/visits/{visit}", Access::right, "inspection.read",
            [&](Context& c) { return show_visit(c, engine); }});
  site.add({Method::post, "/inspection/visits/{visit}/submit", Access::right, "inspection.visit",
            [&](Context& c) { return submit_visit(c, engine); }, kUploadLimit, true});
  site.add({Method::post, "/inspection/visits/{visit}/decide", Access::right, "inspection.read",
            [&](Context& c) { return decide(c, engine); }});
  site.add({Method::post, "/inspection/visits/{visit}/drop", Access::right, "inspection.manage",
            [&](Context& c) { return drop(c, engine); }});
  site.add({Method::get, "/inspection/visits/{visit}/photos/{photo}", Access::right, "inspection.read",
            [&](Context& c) { return show_photo(c, engine); }});
  add_offline_routes(site, engine);
}

}  // namespace kepu::inspection
