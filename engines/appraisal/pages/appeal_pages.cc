// 申诉: the list, one appeal with its decision, and what waits for whom.
#include <set>

#include "core/base/text.h"
#include "engines/appraisal/pages/desk.h"

namespace kepu::appraisal {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

namespace {

std::string appeal_url(Id appraisal, Id appeal) {
  return fmt::format("/appraisals/{}/appeals/{}", appraisal, appeal);
}

struct AppealRow {
  Appeal appeal;
  std::string unit, content;
};

html::Light light_of(AppealState state) {
  return state == AppealState::open ? html::Light::watch : html::Light::done;
}

std::vector<AppealRow> rows_of(Context& context, AppraisalEngine& engine, const Loaded& loaded) {
  std::map<Id, std::string> names;
  for (const auto& s : engine.store().sheets(context.tenant.id, loaded.head.id))
    names[s.entry.unit] = s.entry.name;
  std::vector<AppealRow> rows;
  for (auto& a : engine.store().appeals(context.tenant.id, loaded.head.id)) {
    if (!context.actor.may("appraisal.read", a.unit)) continue;
    const auto* item = loaded.table->item(a.item);
    AppealRow row{std::move(a), {}, item == nullptr ? std::string() : item->content};
    row.unit = names[row.appeal.unit];
    rows.push_back(std::move(row));
  }
  return rows;
}

Answer list_appeals(Context& context, AppraisalEngine& engine) {
  const Loaded loaded = TRY(appraisal_of(context, engine));
  const auto rows = rows_of(context, engine, loaded);
  const auto table =
      table::Table<AppealRow>({.id = "appeals", .caption = "申诉", .search_hint = "单位、理由", .unit = "件"})
          .column({.key = "unit", .title = "单位", .width = 22},
                  [](const AppealRow& r) {
                    return table::link(r.unit, appeal_url(r.appeal.appraisal, r.appeal.id));
                  })
          .column({.key = "item", .title = "考核项", .width = 26},
                  [](const AppealRow& r) { return table::text(r.appeal.item + "　" + r.content); })
          .column({.key = "text", .title = "理由", .full_on_phone = true, .width = 44},
                  [](const AppealRow& r) { return table::text(base::shorten(r.appeal.text, 60)); })
          .column({.key = "at", .title = "提出"},
                  [](const AppealRow& r) { return table::date(base::date_of(r.appeal.at)); })
          .column({.key = "state", .title = "裁定"},
                  [](const AppealRow& r) {
                    return table::status(light_of(r.appeal.state), std::string(title_of(r.appeal.state)));
                  })
          .column({.key = "decision", .title = "裁定理由", .hide_on_phone = true, .width = 44},
                  [](const AppealRow& r) { return table::text(base::shorten(r.appeal.decision, 60)); })
          .filter({.key = "state",
                   .title = "裁定",
                   .options = {{"open", "待裁定"}, {"upheld", "支持申诉"}, {"rejected", "维持原分"}}},
                  [](const AppealRow& r, std::string_view v) { return to_text(r.appeal.state) == v; });
  site::Page page;
  page.title = fmt::format("{} 年度考核申诉", loaded.head.year);
  page.path = {
      {"考核", "/appraisals"}, {std::to_string(loaded.head.year), year_url(loaded.head.id)}, {"申诉", ""}};
  if (loaded.head.notice_until) page.note = "申诉期限到 " + base::to_chinese(*loaded.head.notice_until);
  site::ListOptions options{.file_name = fmt::format("{} 年度考核申诉", loaded.head.year),
                            .subject = subject_of(loaded.head.id)};
  options.empty_hint = "没有申诉。公示期间，单位可以在自己的得分页面上提出。";
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

const form::Form& decision_form() {
  static const form::Form kForm(
      {{.name = "state",
        .label = "裁定",
        .kind = form::Kind::radio,
        .required = true,
        .options = {{"upheld", "支持申诉", "改为下面的得分；得分留空表示改为“不适用”"},
                    {"rejected", "维持原分"}}},
       {.name = "points", .label = "改为", .unit = "分", .short_field = true},
       {.name = "reason",
        .label = "理由",
        .kind = form::Kind::long_text,
        .required = true,
        .hint = "申诉单位会看到",
        .max_length = 1000}});
  return kForm;
}

Answer show_appeal(Context& context, AppraisalEngine& engine, const form::Checked* typed) {
  const Loaded loaded = TRY(appraisal_of(context, engine));
  const Id id = TRY(context.id("appeal"));
  const auto rows = rows_of(context, engine, loaded);
  const auto at =
      std::find_if(rows.begin(), rows.end(), [&](const AppealRow& r) { return r.appeal.id == id; });
  if (at == rows.end())
    return refuse(Code::not_found, "appraisal.appeal_not_found", "没有这件申诉，或不属于您可以查看的单位。");
  const Appeal& a = at->appeal;
  const auto* item = loaded.table->item(a.item);
  const auto bar = own_unit_bar(context.actor, *context.app.directory.units(context.tenant.id), a.unit);
  const bool decides = a.state == AppealState::open && loaded.head.state == State::notice &&
                       context.actor.may("appraisal.review", a.unit);
  site::Page page;
  page.title = at->unit + "的申诉";
  page.path = {{"考核", "/appraisals"},
               {std::to_string(loaded.head.year), year_url(loaded.head.id)},
               {"申诉", year_url(loaded.head.id, "appeals")},
               {at->unit, ""}};
  page.note = [&](Out& h) { h("{}", html::light(light_of(a.state), title_of(a.state))); };
  page.body = [&](Out& h) {
    h("{}", html::panel("申诉", html::Definitions{{{"考核项",
                                                    [&](Out& o) {
                                                      o("<a href=\"{}\">{}　{}</a>（{} 分）",
                                                        html::Url{sheet_url(loaded.head.id, a.unit) +
                                                                  "/items/" + http::url_encode(a.item)},
                                                        a.item, at->content,
                                                        item == nullptr ? std::string()
                                                                        : points_text(item->points));
                                                    }},
                                                   {"理由和依据", a.text},
                                                   {"佐证",
                                                    [&](Out& o) {
                                                      if (a.link.empty())
                                                        o("—");
                                                      else
                                                        o("<a href=\"{}\">{}</a>", html::Url{a.link}, a.link);
                                                    }},
                                                   {"提出", a.by + "，" + base::to_local(a.at)}}}));
    if (a.state != AppealState::open)
      h("{}", html::panel("裁定", html::Definitions{
                                      {{"结果", std::string(title_of(a.state))},
                                       {"理由", a.decision},
                                       {"裁定人", a.decided_by + "，" + base::to_local(a.decided_at)}}}));
    if (decides && bar) h("{}", html::Flash{html::Tone::amber, *bar});
    if (decides && !bar)
      h("{}", html::panel("作出裁定", [&](Out& o) {
          decision_form().write(o, {.action = appeal_url(loaded.head.id, a.id),
                                    .csrf = context.csrf,
                                    .values = typed != nullptr ? typed->values : form::Values(),
                                    .errors = typed != nullptr ? typed->errors : base::Errors{},
                                    .submit = "作出裁定"});
        }));
  };
  return site::page(context, std::move(page), typed != nullptr ? 422 : 200);
}

Answer decide(Context& context, AppraisalEngine& engine) {
  const Loaded loaded = TRY(appraisal_of(context, engine));
  const Id id = TRY(context.id("appeal"));
  auto in = decision_form().check(context.request.form);
  AppraisalStore::Decision decision;
  decision.state = in.values.text("state") == "upheld" ? AppealState::upheld : AppealState::rejected;
  decision.reason = in.values.text("reason");
  if (const auto points = in.values.text("points"); !points.empty()) {
    decision.points = parse_points(points);
    if (!decision.points)
      in.errors.push_back({Code::invalid, "appraisal.number", "points", "请写分数，最多两位小数。"});
  }
  if (in.ok()) {
    const auto done = engine.store().decide(by(context), id, decision);
    if (done) {
      context.say(html::Tone::green, "已裁定，申诉单位会收到通知。");
      return site::redirect(appeal_url(loaded.head.id, id));
    }
    if (done.error().code == Code::forbidden || done.error().code == Code::not_found)
      return tl::unexpected(done.error());
    if (done.error().code == Code::conflict) return tl::unexpected(done.error());
    in.errors.push_back(done.error());
  }
  return show_appeal(context, engine, &in);
}

// ---------------------------------------------------------------- to-dos

void add_self(const Context& context, AppraisalEngine& engine, const Head& head,
              std::vector<site::Todo>& out) {
  if (!context.actor.may("appraisal.self")) return;
  for (const auto& s : engine.store().unsubmitted(context.tenant.id, head.id)) {
    const Id unit = s.entry.unit;
    // Who may do it for the whole county is not reminded of every unit.
    if (!context.actor.may("appraisal.self", unit) ||
        (context.actor.may_everywhere("appraisal.self") && unit != context.actor.unit))
      continue;
    out.push_back({fmt::format("appraisal.self:{}:{}", head.id, unit), "自评",
                   fmt::format("{} 年度考核自评：{}", head.year, s.entry.name), sheet_url(head.id, unit),
                   s.edited_at != 0 ? "已保存，未提交" : "", head.self_due, unit,
                   context.actor.on_behalf_of("appraisal.self", unit)});
  }
}

void add_assessing(const Context& context, AppraisalEngine& engine, const Head& head,
                   std::vector<site::Todo>& out) {
  if (!context.actor.may("appraisal.assess") ||
      context.actor.on_behalf_of("appraisal.assess", context.actor.unit) != 0)
    return;
  const auto marked = engine.store().units_marked_by(context.tenant.id, head.id, context.actor.person);
  const std::set<Id> done(marked.begin(), marked.end());
  const auto tree = context.app.directory.units(context.tenant.id);
  int left = 0;
  for (const auto& s : engine.store().sheets(context.tenant.id, head.id)) {
    const Id unit = s.entry.unit;
    left += done.count(unit) == 0 && context.actor.may("appraisal.assess", unit) &&
                    !own_unit_bar(context.actor, *tree, unit)
                ? 1
                : 0;
  }
  if (left > 0)
    out.push_back({fmt::format("appraisal.assess:{}", head.id), "评分",
                   fmt::format("{} 年度考核评分：还有 {} 个单位", head.year, left), year_url(head.id), "",
                   head.assess_due, 0, 0});
}

void add_appeals(const Context& context, AppraisalEngine& engine, std::vector<site::Todo>& out) {
  if (!context.actor.may("appraisal.review")) return;
  const auto tree = context.app.directory.units(context.tenant.id);
  for (const auto& a : engine.store().open_appeals(context.tenant.id)) {
    if (!context.actor.may("appraisal.review", a.unit) || own_unit_bar(context.actor, *tree, a.unit))
      continue;
    const auto* unit = tree->find(a.unit);
    out.push_back({fmt::format("appraisal.appeal:{}", a.id), "裁定",
                   "裁定考核申诉：" + (unit == nullptr ? std::string() : unit->name) + " " + a.item,
                   appeal_url(a.appraisal, a.id), base::shorten(a.text, 60), std::nullopt, a.unit,
                   context.actor.on_behalf_of("appraisal.review", a.unit)});
  }
}

}  // namespace

void add_appeal_pages(site::Site& site, AppraisalEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/appraisals/{appraisal}/appeals", Access::right, "appraisal.read",
            [&](Context& c) { return list_appeals(c, engine); }});
  site.add({Method::get, "/appraisals/{appraisal}/appeals/{appeal}", Access::right, "appraisal.read",
            [&](Context& c) { return show_appeal(c, engine, nullptr); }});
  site.add({Method::post, "/appraisals/{appraisal}/appeals/{appeal}", Access::right, "appraisal.review",
            [&](Context& c) { return decide(c, engine); }});
}

void add_todos(site::Site& site, AppraisalEngine& engine) {
  site.add_todos([&engine](const Context& context) {
    std::vector<site::Todo> out;
    if (!context.actor.may("appraisal.read")) return out;
    for (const auto& head : engine.store().running(context.tenant.id)) {
      if (head.state == State::self_scoring) add_self(context, engine, head, out);
      if (head.state == State::assessing) add_assessing(context, engine, head, out);
      if (head.state == State::reviewing && context.actor.may("appraisal.review"))
        out.push_back({fmt::format("appraisal.review:{}", head.id), "审核",
                       fmt::format("{} 年度考核审核评分", head.year), year_url(head.id), "", std::nullopt, 0,
                       0});
      if (head.state == State::notice) {
        add_appeals(context, engine, out);
        if (context.actor.may("appraisal.manage") && head.notice_until &&
            context.today() > *head.notice_until)
          out.push_back({fmt::format("appraisal.finish:{}", head.id), "定稿",
                         fmt::format("{} 年度考核公示期满，可以定稿", head.year), year_url(head.id), "",
                         std::nullopt, 0, 0});
      }
    }
    return out;
  });
}

}  // namespace kepu::appraisal
