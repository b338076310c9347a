// 公民科学素质调查: the list of rounds, the form of a round, the page of one with its next step.
#include "core/base/text.h"
#include "engines/plan/running.h"
#include "engines/survey/pages/desk.h"

namespace kepu::survey::field {

using base::Code;

namespace {

const form::Form& round_form() {
  using form::Kind;
  static const form::Form kForm(
      {{.name = "title",
        .label = "名称",
        .required = true,
        .hint = "如 2026 年岚江县公民科学素质调查",
        .max_length = 100},
       {.name = "year",
        .label = "年度",
        .kind = Kind::integer,
        .required = true,
        .min = 2000,
        .max = 2100,
        .short_field = true},
       {.name = "basis",
        .label = "依据",
        .hint = "批准这次调查的文件或会议",
        .max_length = 200,
        .short_field = true},
       {.name = "from", .label = "入户开始", .kind = Kind::date, .required = true, .short_field = true},
       {.name = "until", .label = "入户结束", .kind = Kind::date, .required = true, .short_field = true},
       {.name = "target",
        .label = "方案的目标比例",
        .kind = Kind::number,
        .hint = "公民具备科学素质的比例要达到多少；没有就不填",
        .min = 0,
        .max = 100,
        .unit = "%",
        .short_field = true},
       {.name = "target_words",
        .label = "方案里怎么写",
        .hint = "目标的原文，随结果一起引用",
        .max_length = 200,
        .short_field = true},
       {.name = "proportion",
        .label = "预计比例",
        .kind = Kind::number,
        .required = true,
        .hint = "上次调查的结果，或全市的比例",
        .min = 0.1,
        .max = 99,
        .initial = "15",
        .unit = "%",
        .short_field = true},
       {.name = "margin",
        .label = "允许误差",
        .kind = Kind::number,
        .required = true,
        .hint = "95 % 置信区间的一半",
        .min = 0.1,
        .max = 49,
        .initial = "2.5",
        .unit = "个百分点",
        .short_field = true},
       {.name = "deff",
        .label = "设计效应",
        .kind = Kind::number,
        .required = true,
        .hint = "整村抽样使误差变大的倍数，没有经验值用 1.5",
        .min = 1,
        .max = 20,
        .initial = "1.5",
        .short_field = true},
       {.name = "response",
        .label = "预计完成率",
        .kind = Kind::number,
        .required = true,
        .hint = "抽中的住户里大约有多少能完成访问",
        .min = 1,
        .max = 100,
        .initial = "75",
        .unit = "%",
        .short_field = true},
       {.name = "take",
        .label = "每村抽几户",
        .kind = Kind::integer,
        .required = true,
        .min = 1,
        .max = 500,
        .initial = "30",
        .unit = "户",
        .short_field = true},
       {.name = "strata",
        .label = "分层",
        .kind = Kind::select,
        .required = true,
        .options = {{"place", "城镇、乡村两层"}, {"township", "每个乡镇一层"}, {"none", "不分层"}},
        .initial = "place",
        .short_field = true},
       {.name = "back",
        .label = "电话或上门复核的比例",
        .kind = Kind::number,
        .required = true,
        .hint = "按种子抽取，另一个人再问几题，核对访问是否属实",
        .min = 0,
        .max = 100,
        .initial = "10",
        .unit = "%",
        .short_field = true}});
  return kForm;
}

form::Values values_of(const Round& r) {
  form::Values v;
  v.set("title", r.title);
  v.set("year", std::to_string(r.year));
  v.set("basis", r.basis);
  v.set("from", base::to_iso(r.from));
  v.set("until", base::to_iso(r.until));
  if (r.target.percent > 0) v.set("target", fmt::format("{}", r.target.percent));
  v.set("target_words", r.target.words);
  v.set("proportion", fmt::format("{:g}", r.plan.proportion * 100));
  v.set("margin", fmt::format("{:g}", r.plan.margin * 100));
  v.set("deff", fmt::format("{:g}", r.plan.design_effect));
  v.set("response", fmt::format("{:g}", r.plan.response * 100));
  v.set("take", std::to_string(r.plan.take));
  v.set("strata", std::string(to_text(r.plan.strata)));
  v.set("back", fmt::format("{:g}", r.back_share * 100));
  return v;
}

// A new round begins with what the running plan aims at.
form::Values proposed(Context& context, SurveyEngine& engine) {
  form::Values v;
  const int year = context.today().year;
  v.set("title", fmt::format("{}年{}公民科学素质调查", year, context.tenant.name));
  v.set("year", std::to_string(year));
  const auto running = engine.plans().running(context.tenant.id);
  if (!running) return v;
  for (const auto& t : (*running)->plan->targets) {
    if (!t.headline || t.dropped || !t.value) continue;
    v.set("target", fmt::format("{:g}", *t.value));
    v.set("target_words", base::shorten(t.text, 150));
    break;
  }
  return v;
}

Round read_round(const form::Values& v) {
  Round r;
  r.title = v.text("title");
  r.year = static_cast<int>(v.integer("year").value_or(0));
  r.basis = v.text("basis");
  r.from = v.date("from").value_or(base::Date{});
  r.until = v.date("until").value_or(base::Date{});
  r.target = {v.number("target").value_or(0), r.year, v.text("target_words")};
  r.plan.proportion = v.number("proportion").value_or(0) / 100;
  r.plan.margin = v.number("margin").value_or(0) / 100;
  r.plan.design_effect = v.number("deff").value_or(0);
  r.plan.response = v.number("response").value_or(0) / 100;
  r.plan.take = static_cast<int>(v.integer("take").value_or(0));
  r.plan.strata = parse_strata_by(v.text("strata")).value_or(StrataBy::place);
  r.back_share = v.number("back").value_or(0) / 100;
  return r;
}

http::Response form_page(Context& context, const Round* stored, form::Values values, const Typed& typed) {
  site::Page page;
  const bool fresh = stored == nullptr;
  page.title = fresh ? "拟订调查" : "修改安排和样本计划";
  page.path = {{"科学素质调查", "/survey"}};
  if (!fresh) page.path.push_back({stored->title, round_url(stored->id)});
  page.path.push_back({fresh ? "拟订" : "修改", ""});
  page.note = "调查对象是本县 18–69 岁的常住居民。样本量由允许误差算出，下一页可以看到要抽多少村、多少户";
  page.narrow = true;
  auto view = view_of(context, fresh ? "/survey/rounds/new" : round_url(stored->id) + "/edit",
                      fresh ? "保存，下一步录入村（社区）名单" : "保存", typed, std::move(values));
  view.cancel_url = fresh ? "/survey" : round_url(stored->id);
  if (!fresh) view.hidden = {{"revision", std::to_string(stored->revision)}};
  page.body = [&](Out& h) { h("{}", html::panel("", [&](Out& o) { round_form().write(o, view); })); };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer add_round(Context& context, SurveyEngine& engine) {
  if (context.request.method == http::Method::get)
    return form_page(context, nullptr, proposed(context, engine), {});
  auto in = round_form().check(context.request.form);
  Typed typed{in.values, in.errors, ""};
  if (typed.empty()) {
    const auto round = read_round(in.values);
    typed.errors = check_round(round);
    if (typed.empty()) {
      const auto added = engine.store().add_round(by(context), round);
      if (added) {
        context.say(html::Tone::green, "已保存。现在录入村（社区）名单。");
        return site::redirect(round_url(*added));
      }
      typed.errors.push_back(added.error());
    }
  }
  return form_page(context, nullptr, {}, typed);
}

PageAnswer edit_round(Context& context, SurveyEngine& engine) {
  const auto stored = TRY(engine.store().round(context.tenant.id, TRY(context.id("round")))).round;
  if (context.request.method == http::Method::get) return form_page(context, &stored, values_of(stored), {});
  auto in = round_form().check(context.request.form);
  Typed typed{in.values, in.errors, ""};
  if (typed.empty()) {
    auto round = read_round(in.values);
    round.id = stored.id;
    round.revision = base::parse_int(context.field("revision")).value_or(-1);
    typed.errors = check_round(round);
    const auto done = typed.empty() ? engine.store().change_round(by(context), round) : base::Done{};
    if (typed.empty() && done) {
      context.say(html::Tone::green, "已保存。");
      return site::redirect(round_url(stored.id));
    }
    if (!done) typed.errors.push_back(done.error());
  }
  return form_page(context, &stored, {}, typed);
}

PageAnswer list_rounds(Context& context, SurveyEngine& engine) {
  const auto rows = engine.store().rounds(context.tenant.id);
  const auto table =
      table::Table<RoundRow>({.id = "rounds", .caption = "调查", .search_hint = "名称", .unit = "轮"})
          .column({.key = "title", .title = "调查", .full_on_phone = true, .width = 36},
                  [](const RoundRow& r) { return table::link(r.round.title, round_url(r.round.id)); })
          .column({.key = "state", .title = "状态"},
                  [](const RoundRow& r) {
                    return table::status(light_of(r.round.state), std::string(title_of(r.round.state)));
                  })
          .column({.key = "from", .title = "入户开始", .width = 12},
                  [](const RoundRow& r) { return table::date(r.round.from); })
          .column({.key = "until", .title = "入户结束", .width = 12},
                  [](const RoundRow& r) { return table::date(r.round.until); })
          .column(
              {.key = "villages", .title = "抽中村（社区）", .number = true},
              [](const RoundRow& r) { return r.villages == 0 ? table::missing() : table::count(r.villages); })
          .column({.key = "cases", .title = "抽中住户", .number = true},
                  [](const RoundRow& r) { return r.cases == 0 ? table::missing() : table::count(r.cases); })
          .column({.key = "interviews", .title = "完成和部分完成", .number = true}, [](const RoundRow& r) {
            return r.cases == 0 ? table::missing() : table::count(r.interviews);
          });
  site::Page page;
  page.title = "公民科学素质调查";
  page.path = {{"科学素质调查", ""}};
  page.note = "抽样、问卷、入户访问到数据冻结；结果在数据冻结以后分析";
  page.actions = [&](Out& h) {
    h("{}", html::button_link("问卷", "/survey/questionnaires", "clipboard-list"));
    if (context.actor.may(kManage)) {
      h("{}{}", html::button_link("题库", "/survey/items", "list-details"),
        html::button_link("拟订调查", "/survey/rounds/new", "plus", html::Look::primary));
    }
  };
  site::ListOptions options{.file_name = "公民科学素质调查", .subject = "surveys"};
  options.empty_hint = "还没有调查。拟订一轮：写明允许误差，录入村（社区）名单，然后抽样、定问卷、入户访问。";
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

}  // namespace

void add_round_pages(site::Site& site, SurveyEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/survey", Access::right, "survey.read",
            [&](Context& c) { return list_rounds(c, engine); }});
  site.add({Method::get, "/survey/rounds/new", Access::right, "survey.manage",
            [&](Context& c) { return add_round(c, engine); }});
  site.add({Method::post, "/survey/rounds/new", Access::right, "survey.manage",
            [&](Context& c) { return add_round(c, engine); }});
  site.add({Method::get, "/survey/rounds/{round}/edit", Access::right, "survey.manage",
            [&](Context& c) { return edit_round(c, engine); }});
  site.add({Method::post, "/survey/rounds/{round}/edit", Access::right, "survey.manage",
            [&](Context& c) { return edit_round(c, engine); }});
}

}  // namespace kepu::survey::field
