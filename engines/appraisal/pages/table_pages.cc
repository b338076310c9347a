// 考核指标表: what everybody reads, with the way to its editor while it is a draft.
#include "core/base/text.h"
#include "engines/appraisal/pages/desk.h"

namespace kepu::appraisal {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

namespace {

std::string groups_text(const Table& rules, const Item& item) {
  if (item.groups.empty()) return "全部";
  std::vector<std::string> titles;
  for (const auto& id : item.groups) {
    const auto* group = rules.group(id);
    titles.push_back(group == nullptr ? id : group->title);
  }
  return base::join(titles, "、");
}

table::Table<const Item*> items_table(const Loaded& loaded, bool editable) {
  using Row = const Item*;
  auto rules = loaded.table;
  std::vector<std::pair<std::string, std::string>> groups;
  for (const auto& g : rules->groups) groups.emplace_back(g.id, g.title);
  return table::Table<Row>(
             {.id = "items", .caption = "考核指标表", .search_hint = "内容、标准", .unit = "项"})
      .column({.key = "code", .title = "编号", .sortable = false, .width = 8},
              [editable, id = loaded.head.id](const Row& r) {
                return editable ? table::link(r->code, item_url(id, r->code)) : table::text(r->code);
              })
      .column({.key = "project", .title = "项目", .sortable = false, .hide_on_phone = true, .width = 16},
              [](const Row& r) { return table::text(r->project); })
      .column({.key = "content", .title = "内容", .sortable = false, .full_on_phone = true, .width = 28},
              [](const Row& r) { return table::text(r->content); })
      .column({.key = "standard", .title = "标准", .sortable = false, .full_on_phone = true, .width = 44},
              [](const Row& r) { return table::text(r->standard); })
      .column({.key = "points", .title = "分值", .number = true, .sortable = false},
              [](const Row& r) {
                return table::number(static_cast<double>(r->points) / static_cast<double>(kPoint),
                                     r->points % kPoint == 0 ? 0 : 2);
              })
      .column({.key = "kind", .title = "类别", .sortable = false, .hide_on_phone = true},
              [](const Row& r) {
                return table::tags(
                    {{std::string(title_of(r->kind)), r->kind == ItemKind::bonus       ? html::Tone::green
                                                      : r->kind == ItemKind::deduction ? html::Tone::red
                                                                                       : html::Tone::plain}});
              })
      .column({.key = "rule", .title = "计分", .sortable = false, .full_on_phone = true, .width = 44},
              [](const Row& r) { return table::text(rule_text(*r)); })
      .column({.key = "method", .title = "方法", .sortable = false, .hide_on_phone = true, .width = 24},
              [](const Row& r) { return table::text(r->method); })
      .column({.key = "groups", .title = "适用", .sortable = false, .hide_on_phone = true, .width = 18},
              [rules](const Row& r) { return table::text(groups_text(*rules, *r)); })
      .column({.key = "note", .title = "备注", .sortable = false, .export_only = true, .width = 24},
              [](const Row& r) { return table::text(r->note); })
      .filter({.key = "group", .title = "考核对象", .options = groups},
              [rules](const Row& r, std::string_view v) { return rules->applies(*r, v); })
      .filter({.key = "kind",
               .title = "类别",
               .options = {{"basic", "基本分"}, {"bonus", "加分"}, {"deduction", "扣分"}}},
              [](const Row& r, std::string_view v) { return to_text(r->kind) == v; });
}

void write_explanation(Out& h, const Table& rules) {
  h("{}", html::panel("总分怎么算", [&](Out& o) {
      o("<p>基本分：各适用考核项得分之和 ÷ 适用考核项分值之和 × {} 分，四舍五入到 0.01 "
        "分；“不适用”的项目分子分母都去掉，既不加分也不扣分。</p>",
        points_text(rules.full));
      o("<p class=\"mt\">加分最多 {} 分，扣分最多 {} "
        "分。没有数据也没有评分的项目按零分计入，并单独列出。</p>",
        points_text(rules.bonus_cap), points_text(rules.deduction_cap));
      o("<p class=\"mt\">评委分取中位数；三名以上评委评分时，偏离中位数超过该项分值 {}% "
        "的评分会标出，由审核人核对，不自动剔除。</p>",
        rules.outlier_percent);
      o("<p class=\"mt\">等次：{}</p>", [&](Out& x) {
        for (const auto& g : rules.grades)
          x("{}（{} 分起）　", html::tag(g.title, tone_of_grade(rules, g.title)), points_text(g.from));
      });
    }));
}

Answer show_table(Context& context, AppraisalEngine& engine) {
  Loaded loaded = TRY(appraisal_of(context, engine));
  const bool draft = loaded.head.state == State::draft;
  const bool editable = draft && context.actor.may("appraisal.edit");
  if (draft && !editable && !context.actor.may("appraisal.manage"))
    return refuse(Code::not_found, "appraisal.not_found", "这一年的考核还没有发布。");
  base::Errors problems;
  if (draft) {
    problems = problems_of(*loaded.table);
    if (auto known = engine.with_metrics(context.tenant.id, *loaded.table)) {
      loaded.table = std::make_shared<const Table>(std::move(*known));
    } else {
      problems.push_back(known.error());
    }
  }
  const auto rows = loaded.table->items_of("");
  const auto table = items_table(loaded, editable);
  site::Page page;
  page.title = fmt::format("{} 年度考核指标表", loaded.head.year);
  page.path = {
      {"考核", "/appraisals"}, {std::to_string(loaded.head.year), year_url(loaded.head.id)}, {"指标表", ""}};
  page.note = draft ? "编制中，发布后冻结"
                    : fmt::format("已于 {} 发布，规则不再改动",
                                  base::to_iso(base::date_of(loaded.head.published_at)));
  page.landscape = true;
  page.actions = [&](Out& h) {
    if (editable)
      h("{} {}", html::button_link("总体设置", year_url(loaded.head.id, "settings"), "settings"),
        html::button_link("添加考核项", item_url(loaded.head.id, "new"), "plus", html::Look::primary));
  };
  site::ListOptions options{.file_name = fmt::format("{} 年度考核指标表", loaded.head.year),
                            .subject = subject_of(loaded.head.id)};
  options.empty_hint = "还没有考核项，请添加。";
  options.before = [&](Out& h) {
    if (!draft) return;
    if (problems.empty()) {
      h("{}", html::Flash{html::Tone::green, "指标表没有问题，可以到年度页面发布。"});
      return;
    }
    h("{}", html::panel(fmt::format("发布前还要改 {} 处", problems.size()),
                        [&](Out& o) {
                          o("<ul class=\"plain\">{}</ul>", [&](Out& x) {
                            for (const auto& e : problems) x("<li>{}</li>", e.message);
                          });
                        },
                        {.alarm = true}));
  };
  options.after = [&](Out& h) { write_explanation(h, *loaded.table); };
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

}  // namespace

void add_table_pages(site::Site& site, AppraisalEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/appraisals/{appraisal}/table", Access::right, "appraisal.read",
            [&](Context& c) { return show_table(c, engine); }});
}

}  // namespace kepu::appraisal
