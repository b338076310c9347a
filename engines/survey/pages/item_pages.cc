// 题库: scored questions that are kept from round to round; how often each was shown.
#include "core/base/text.h"
#include "engines/survey/pages/question_form.h"

namespace kepu::survey::field {

using base::Code;
using base::refuse;

namespace {

PageAnswer list(Context& context, SurveyEngine& engine) {
  const auto rows = engine.store().items(context.tenant.id);
  std::vector<std::pair<std::string, std::string>> dimensions;
  for (const auto d : kDimensions) dimensions.emplace_back(to_text(d), dimension_title(d));
  const auto table =
      table::Table<BankItem>({.id = "items", .caption = "题目", .search_hint = "题号、题目", .unit = "题"})
          .column({.key = "code", .title = "题号"},
                  [](const BankItem& i) { return table::link(i.code, "/survey/items/" + i.code); })
          .column({.key = "text", .title = "题目", .full_on_phone = true, .width = 50},
                  [](const BankItem& i) { return table::text(i.question.text); })
          .column({.key = "dimension", .title = "维度"},
                  [](const BankItem& i) {
                    return i.question.dimension
                               ? table::text(std::string(dimension_title(*i.question.dimension)))
                               : table::missing();
                  })
          .column({.key = "exposed",
                   .title = "用过几次",
                   .number = true,
                   .note = "在几份定稿的问卷里；用得多的题会被记住，要轮换"},
                  [](const BankItem& i) { return table::count(i.exposed); })
          .column({.key = "last", .title = "上次", .number = true},
                  [](const BankItem& i) {
                    return i.last_year == 0 ? table::missing() : table::text(std::to_string(i.last_year));
                  })
          .column({.key = "anchor", .title = "锚题"},
                  [](const BankItem& i) {
                    return i.question.anchor ? table::tags({{"锚题", html::Tone::blue}}) : table::missing();
                  })
          .column({.key = "active", .title = "状态"},
                  [](const BankItem& i) {
                    return table::status(i.active ? html::Light::ok : html::Light::idle,
                                         i.active ? "在用" : "停用");
                  })
          .filter({.key = "dimension", .title = "维度", .options = dimensions},
                  [](const BankItem& i, std::string_view v) {
                    return i.question.dimension && to_text(*i.question.dimension) == v;
                  })
          .filter({.key = "active", .title = "状态", .options = {{"1", "在用"}, {"0", "停用"}}},
                  [](const BankItem& i, std::string_view v) { return i.active == (v == "1"); });
  site::Page page;
  page.title = "题库";
  page.path = {{"科学素质调查", "/survey"}, {"题库", ""}};
  page.note = "题目和答案不公开；只有组织调查的人看得到";
  page.actions = [](Out& h) {
    h("{}", html::button_link("加题", "/survey/items/new", "plus", html::Look::primary));
  };
  site::ListOptions options{.file_name = "题库", .subject = "survey.items"};
  options.empty_hint = "题库还是空的。把自己编写或有权使用的题目加进来。";
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

form::Form item_form() {
  auto fields = question_form().fields();
  std::erase_if(fields, [](const form::Field& f) {
    return f.name == "relevant" || f.name == "constraint" || f.name == "message" || f.name == "required";
  });
  fields.push_back(
      {.name = "active", .label = "在用", .kind = form::Kind::checkbox, .initial = "1", .short_field = true});
  return form::Form(std::move(fields));
}

http::Response form_page(Context& context, const BankItem* stored, const Typed& typed) {
  const bool fresh = stored == nullptr;
  site::Page page;
  page.title = fresh ? "加题" : stored->code;
  page.path = {{"科学素质调查", "/survey"}, {"题库", "/survey/items"}, {page.title, ""}};
  page.narrow = true;
  form::Values values;
  values.set("active", "1");
  values.set("shuffle", "1");
  if (!fresh) {
    values = values_of(stored->question);
    values.set("active", stored->active ? "1" : "");
    page.note = fmt::format("用过 {} 次，最后由{}于 {} 修改", stored->exposed, stored->edited_by,
                            base::to_local(stored->edited_at));
  }
  auto view =
      view_of(context, fresh ? "/survey/items/new" : "/survey/items/" + stored->code, "保存", typed, values);
  view.cancel_url = "/survey/items";
  view.hidden = {{"revision", std::to_string(fresh ? 0 : stored->revision)}};
  page.body = [&](Out& h) { h("{}", html::panel("", [&](Out& o) { item_form().write(o, view); })); };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer edit(Context& context, SurveyEngine& engine, bool fresh) {
  std::optional<BankItem> stored;
  if (!fresh) {
    for (auto& item : engine.store().items(context.tenant.id)) {
      if (item.code == context.variable("question")) stored = std::move(item);
    }
    if (!stored) return refuse(Code::not_found, "item.not_found", "题库里没有这道题。");
  }
  const auto* old = stored ? &*stored : nullptr;
  if (context.request.method == http::Method::get) return form_page(context, old, {});
  const auto in = item_form().check(context.request.form);
  Typed typed{in.values, in.errors, ""};
  if (typed.empty()) {
    BankItem item;
    item.question = question_of(in.values);
    item.question.required = true;
    item.code = old == nullptr ? item.question.name : old->code;
    item.question.name = item.code;  // stays, or answers of two rounds could not be compared
    item.active = in.values.flag("active");
    item.revision = old == nullptr ? 0 : base::parse_int(context.field("revision")).value_or(-1);
    const auto done = engine.store().save_item(by(context), item);
    if (done) {
      context.say(html::Tone::green, "已保存。");
      return site::redirect("/survey/items");
    }
    typed.errors.push_back(done.error());
    if (typed.errors.back().field == "code") typed.errors.back().field = "name";
  }
  return form_page(context, old, typed);
}

}  // namespace

void add_item_pages(site::Site& site, SurveyEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/survey/items", Access::right, "survey.manage",
            [&](Context& c) { return list(c, engine); }});
  site.add({Method::get, "/survey/items/new", Access::right, "survey.manage",
            [&](Context& c) { return edit(c, engine, true); }});
  site.add({Method::post, "/survey/items/new", Access::right, "survey.manage",
            [&](Context& c) { return edit(c, engine, true); }});
  site.add({Method::get, "/survey/items/{question}", Access::right, "survey.manage",
            [&](Context& c) { return edit(c, engine, false); }});
  site.add({Method::post, "/survey/items/{question}", Access::right, "survey.manage",
            [&](Context& c) { return edit(c, engine, false); }});
}

}  // namespace kepu::survey::field
