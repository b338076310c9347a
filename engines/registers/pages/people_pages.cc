// 人员档案: people across registers, and what may be twice.
#include "core/base/text.h"
#include "engines/registers/pages/desk.h"

namespace kepu::registers {

using base::Code;
using base::refuse;

namespace {

PageAnswer list_people(Context& context, RegistersEngine& engine) {
  table::Table<PersonRow> table({.id = "people",
                                 .caption = "人员档案",
                                 .search_hint = "姓名，或完整的手机号",
                                 .tie_break = "p.id",
                                 .unit = "人"});
  table
      .column({.key = "name", .title = "姓名", .full_on_phone = true, .sql = "p.pinyin"},
              [](const PersonRow& r) { return table::link(r.person.name, person_url(r.person.id)); })
      .column({.key = "phone", .title = "联系电话", .sortable = false},
              [](const PersonRow& r) { return table::text(r.person.masked); })
      .column(
          {.key = "registers", .title = "所在名录", .sortable = false, .full_on_phone = true, .width = 40},
          [](const PersonRow& r) { return table::text(r.registers); })
      .column({.key = "in_force", .title = "在册", .number = true, .sortable = false},
              [](const PersonRow& r) { return table::count(r.in_force); })
      .column({.key = "since", .title = "建档", .hide_on_phone = true, .sql = "p.created_at"},
              [](const PersonRow& r) { return table::date(base::date_of(r.person.created_at)); });
  const table::Source<PersonRow> source = [&](const table::Wanted& wanted) {
    PersonQuery q;
    q.text = wanted.query.text;
    q.units = scope_of(context.actor);
    q.order_by = wanted.order_by;
    q.offset = wanted.offset;
    q.limit = wanted.limit;
    auto page = engine.store().people(context.tenant.id, q);
    return table::Found<PersonRow>{std::move(page.people), page.total};
  };
  site::Page page;
  page.title = "人员档案";
  page.path = {{"名录", "/registers"}, {"人员档案", ""}};
  page.note = "一个人不管在几个名录里，只有一份档案";
  page.actions = [&](Out& h) {
    if (context.actor.may_everywhere(kManage))
      h("{}", html::button_link("可能重复", "/registers/duplicates", "copy"));
  };
  site::ListOptions options{.file_name = "人员档案", .subject = "register_people"};
  options.empty_hint = "登记人员名录的条目时，程序会自动建档。";
  return site::list(context, table, source, std::move(page), options);
}

html::SimpleTable side_by_side(Context& context, RegistersEngine& engine, const Duplicate& d) {
  const auto types = engine.store().types(context.tenant.id);
  const auto units = context.app.directory.units(context.tenant.id);
  html::SimpleTable table{d.why, {{"档案"}, {"联系电话"}, {"所在名录"}, {"建档"}}, {}};
  for (const auto* p : {&d.one, &d.other}) {
    std::vector<std::string> registers;
    for (const auto& e : engine.store().entries_of(context.tenant.id, p->id)) {
      const auto* type = types->find(e.type);
      registers.push_back(fmt::format("{}（{}，{}）", type == nullptr ? e.type : type->title,
                                      unit_name(*units, e.unit), word_of(e, context.today())));
    }
    table.rows.push_back({[p](Out& o) { o("<a href=\"{}\">{}</a>", html::Url{person_url(p->id)}, p->name); },
                          p->masked.empty() ? std::string("没有登记") : p->masked,
                          registers.empty() ? std::string("没有条目") : base::join(registers, "、"),
                          base::to_local(p->created_at)});
  }
  return table;
}

form::Form merge_form(const Duplicate& d) {
  return form::Form(
      {{.name = "keep",
        .label = "留下哪一份",
        .kind = form::Kind::radio,
        .required = true,
        .options = {{std::to_string(d.one.id), "第一份（先建的）"}, {std::to_string(d.other.id), "第二份"}}},
       {.name = "text", .label = "依据", .required = true, .hint = "怎么确认是同一个人", .max_length = 200}});
}

http::Response duplicates_page(Context& context, RegistersEngine& engine, const Typed& typed, Id typed_of) {
  constexpr std::int64_t kMost = 50;
  const auto all = engine.store().duplicates(context.tenant.id, kMost);
  const auto merges = engine.store().merges(context.tenant.id, 0);
  // One form lies open, so that its fields have ids of their own.
  const Id asked = typed_of != 0 ? typed_of : base::parse_id(context.param("pair")).value_or(0);
  std::size_t open = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].other.id == asked) open = i;
  }
  site::Page page;
  page.title = "可能重复的人";
  page.path = {{"名录", "/registers"}, {"可能重复", ""}};
  page.note = "按手机号、姓名和单位、读音找出；合并后条目和实绩归到一份档案，可以撤销";
  page.body = [&](Out& h) {
    if (all.empty())
      h("{}", html::EmptyState{
                  "没有可能重复的人", "登记时，手机号和姓名都相同的会自动归到同一份档案。", {}, "checks"});
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto& d = all[i];
      h("{}",
        html::panel(
            fmt::format("{}　/　{}", d.one.name, d.other.name),
            [&](Out& o) {
              o("{}", side_by_side(context, engine, d));
              if (i == open) {
                form::Values stored;
                stored.set("keep", std::to_string(d.one.id));
                auto view = view_of(context, "/registers/duplicates/merge", "合并",
                                    typed_of == d.other.id ? typed : Typed{}, stored);
                view.hidden = {{"one", std::to_string(d.one.id)}, {"other", std::to_string(d.other.id)}};
                o("<div class=\"mt\">{}</div>", [&](Out& form) { merge_form(d).write(form, view); });
              } else {
                o("<p>{}</p>",
                  html::button_link("合并",
                                    fmt::format("/registers/duplicates?pair={0}#pair-{0}", d.other.id)));
              }
              o("{}",
                html::PostButton{"不是同一个人",
                                 "/registers/duplicates/distinct",
                                 context.csrf,
                                 html::Look::plain,
                                 "",
                                 {{"one", std::to_string(d.one.id)}, {"other", std::to_string(d.other.id)}}});
            },
            {.note = d.why, .id = fmt::format("pair-{}", d.other.id)}));
    }
    if (merges.empty()) return;
    html::SimpleTable table{"合并记录", {{"合并"}, {"依据"}, {"办理"}, {"撤销"}}, {}};
    for (const auto& m : merges) {
      table.rows.push_back(
          {[&m](Out& o) {
             o("{} 并入 <a href=\"{}\">{}</a>", m.loser_name, html::Url{person_url(m.winner)}, m.winner_name);
           },
           m.reason, m.by + "　" + base::to_local(m.at),
           [&m, &context](Out& o) {
             if (m.undone_at != 0) {
               o("{} 已撤销（{}）", base::to_local(m.undone_at), m.undone_by);
             } else {
               o("{}", html::PostButton{"撤销合并", fmt::format("/registers/duplicates/{}/undo", m.id),
                                        context.csrf});
             }
           }});
    }
    h("{}", html::panel("合并记录", table));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer merge(Context& context, RegistersEngine& engine) {
  const Id one = TRY(context.field_id("one")), other = TRY(context.field_id("other"));
  Duplicate d;
  d.one.id = one;
  d.other.id = other;
  auto in = merge_form(d).check(context.request.form);
  if (in.ok()) {
    const bool first = in.values.text("keep") == std::to_string(one);
    const auto done =
        engine.store().merge(by(context), first ? one : other, first ? other : one, in.values.text("text"));
    if (done) {
      context.say(html::Tone::green, "已合并。合错了可以在下面撤销。");
      return site::redirect("/registers/duplicates");
    }
    if (done.error().code == Code::forbidden || done.error().code == Code::not_found)
      return tl::unexpected(done.error());
    in.errors.push_back(done.error());
  }
  return duplicates_page(context, engine, {in.values, in.errors}, other);
}

}  // namespace

void add_people_pages(site::Site& site, RegistersEngine& engine) {
  site.add({http::Method::get, "/registers/people", site::Access::right, "register.read",
            [&](Context& c) { return list_people(c, engine); }});
}

void add_duplicate_pages(site::Site& site, RegistersEngine& engine) {
  using http::Method;
  using site::Access;
  const auto county = [](Context& c) {
    return c.require("register.manage", c.app.directory.units(c.tenant.id)->root());
  };
  site.add({Method::get, "/registers/duplicates", Access::right, "register.manage",
            [&, county](Context& c) -> PageAnswer {
              TRY(county(c));
              return duplicates_page(c, engine, {}, 0);
            }});
  site.add({Method::post, "/registers/duplicates/merge", Access::right, "register.manage",
            [&](Context& c) { return merge(c, engine); }});
  site.add({Method::post, "/registers/duplicates/distinct", Access::right, "register.manage",
            [&](Context& c) -> PageAnswer {
              const Id one = TRY(c.field_id("one")), other = TRY(c.field_id("other"));
              TRY(engine.store().not_the_same(by(c), one, other));
              c.say(html::Tone::green, "已记下：不是同一个人，以后不再提示。");
              return site::redirect("/registers/duplicates");
            }});
  site.add({Method::post, "/registers/duplicates/{merge}/undo", Access::right, "register.manage",
            [&](Context& c) -> PageAnswer {
              TRY(engine.store().undo_merge(by(c), TRY(c.id("merge"))));
              c.say(html::Tone::green, "已撤销合并，条目和实绩回到原来的档案。");
              return site::redirect("/registers/duplicates");
            }});
}

}  // namespace kepu::registers
