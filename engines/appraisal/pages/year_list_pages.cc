// 考核: all years, and the start of a new one.
#include "core/base/text.h"
#include "engines/appraisal/pages/desk.h"

namespace kepu::appraisal {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

namespace {

table::Table<Head> years_table() {
  return table::Table<Head>({.id = "years", .caption = "年度考核", .default_sort = "-year", .unit = "个年度"})
      .column({.key = "year", .title = "年度", .width = 8},
              [](const Head& h) { return table::link(std::to_string(h.year), year_url(h.id)); })
      .column({.key = "title", .title = "名称", .full_on_phone = true, .width = 36},
              [](const Head& h) { return table::link(h.title, year_url(h.id)); })
      .column({.key = "state", .title = "进展"},
              [](const Head& h) { return table::status(light_of(h.state), std::string(title_of(h.state))); })
      .column({.key = "self", .title = "自评截止", .hide_on_phone = true},
              [](const Head& h) { return table::date(h.self_due); })
      .column({.key = "notice", .title = "公示到", .hide_on_phone = true},
              [](const Head& h) { return table::date(h.notice_until); })
      .column({.key = "finished", .title = "定稿"}, [](const Head& h) {
        return h.finished_at == 0 ? table::missing() : table::date(base::date_of(h.finished_at));
      });
}

Answer list_years(Context& context, AppraisalEngine& engine) {
  auto rows = engine.store().heads(context.tenant.id);
  if (!context.actor.may("appraisal.edit") && !context.actor.may("appraisal.manage"))
    std::erase_if(rows, [](const Head& h) { return h.state == State::draft; });
  const auto table = years_table();
  site::Page page;
  page.title = "考核";
  page.path = {{"考核", ""}};
  page.note = "每个年度一张指标表；定稿的年度按当年的规则保存，随时可以核验";
  if (context.actor.may("appraisal.edit"))
    page.actions = [](Out& h) {
      h("{}", html::button_link("新建年度考核", "/appraisals/new", "plus", html::Look::primary));
    };
  site::ListOptions options{.file_name = "年度考核", .subject = "appraisals"};
  options.empty_hint = context.actor.may("appraisal.edit") ? "从示例指标表开始最快：新建后逐项改成本县的。"
                                                           : "考核发布后会出现在这里。";
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

// ---------------------------------------------------------------- a new year

form::Form new_form(const std::vector<Head>& heads) {
  std::vector<form::Option> from = {{"example", "示例指标表", "按公开的县级考核表整理，发布前逐项改"}};
  for (const auto& h : heads)
    from.push_back({std::to_string(h.id), fmt::format("{} 年度的指标表", h.year), h.title});
  from.push_back({"blank", "空表", "从头编制"});
  return form::Form({{.name = "year",
                      .label = "考核年度",
                      .kind = form::Kind::integer,
                      .required = true,
                      .min = 2000,
                      .max = 2100,
                      .short_field = true},
                     {.name = "title",
                      .label = "名称",
                      .required = true,
                      .max_length = 60,
                      .initial = "全民科学素质行动年度考核"},
                     {.name = "from",
                      .label = "从哪里开始",
                      .kind = form::Kind::radio,
                      .required = true,
                      .options = from,
                      .initial = "example"}});
}

Answer show_new(Context& context, AppraisalEngine& engine, const form::Checked* typed) {
  const auto form = new_form(engine.store().heads(context.tenant.id));
  site::Page page;
  page.title = "新建年度考核";
  page.path = {{"考核", "/appraisals"}, {"新建", ""}};
  page.narrow = true;
  form::Values initial;
  initial.set("year", std::to_string(context.today().year));
  page.body = [&](Out& h) {
    h("{}", html::panel("年度和来源", [&](Out& o) {
        form.write(o, {.action = "/appraisals/new",
                       .csrf = context.csrf,
                       .values = typed != nullptr ? typed->values : initial,
                       .errors = typed != nullptr ? typed->errors : base::Errors{},
                       .submit = "建立",
                       .cancel_url = "/appraisals"});
      }));
  };
  return site::page(context, std::move(page), typed != nullptr ? 422 : 200);
}

base::Result<Table> starting_table(Context& context, AppraisalEngine& engine, const std::string& from) {
  if (from == "example") return engine.example();
  if (from != "blank") {
    const auto id = base::parse_id(from);
    if (!id) return refuse(Code::invalid, "appraisal.from", "请选择从哪里开始。", "from");
    return *TRY(engine.store().load(context.tenant.id, *id)).table;
  }
  Table blank;
  blank.groups = {{"member", "成员单位", {auth::UnitKind::department}, {}, {}}};
  blank.grades = engine.example().grades;
  return blank;
}

Answer create(Context& context, AppraisalEngine& engine) {
  auto in = new_form(engine.store().heads(context.tenant.id)).check(context.request.form);
  if (in.ok()) {
    auto table = TRY(starting_table(context, engine, in.values.text("from")));
    table.year = static_cast<int>(*in.values.integer("year"));
    table.title = in.values.text("title");
    const auto made = engine.store().create(by(context), table);
    if (made) {
      context.say(html::Tone::green, "已建立，请逐项核对指标表，再发布。");
      return site::redirect(year_url(*made, "table"));
    }
    in.errors.push_back(made.error());
  }
  return show_new(context, engine, &in);
}

}  // namespace

void add_year_list_pages(site::Site& site, AppraisalEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/appraisals", Access::right, "appraisal.read",
            [&](Context& c) { return list_years(c, engine); }});
  site.add({Method::get, "/appraisals/new", Access::right, "appraisal.edit",
            [&](Context& c) { return show_new(c, engine, nullptr); }});
  site.add({Method::post, "/appraisals/new", Access::right, "appraisal.edit",
            [&](Context& c) { return create(c, engine); }});
  site.add(site::MenuItem{"计划", "考核", "/appraisals", "appraisal.read", 140, {}, {}, false});
  site.add_search([&engine](const Context& context, std::string_view words) {
    std::vector<site::SearchHit> hits;
    if (!context.actor.may("appraisal.read")) return hits;
    for (const auto& h : engine.store().heads(context.tenant.id)) {
      const auto title = fmt::format("{} 年度　{}", h.year, h.title);
      if (h.state != State::draft && base::contains(title, words))
        hits.push_back({title, year_url(h.id), "考核", std::string(title_of(h.state))});
    }
    return hits;
  });
}

}  // namespace kepu::appraisal
