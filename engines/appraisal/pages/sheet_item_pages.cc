// One item of one unit: its rule, who gave how much, and the records behind the figure.
#include <algorithm>

#include "engines/appraisal/pages/sheet.h"

namespace kepu::appraisal {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

namespace {

constexpr std::int64_t kRecordsShown = 100;

void write_marks(Out& h, const Context& context, const Sheet& s, const Item& item) {
  html::SimpleTable table;
  table.caption = "各方评分";
  table.columns = {{"谁"}, {"得分", html::Column::Kind::number}, {"说明"}, {"时间"}};
  const bool names = context.actor.may("appraisal.review");
  const auto& score = *s.score_of(item.code);
  int number = 0;
  for (const auto& m : s.in.marks) {
    if (m.item != item.code) continue;
    const bool own = m.kind == Mark::Kind::assessor && m.person == context.actor.person;
    if (m.kind == Mark::Kind::assessor) ++number;
    if (m.kind != Mark::Kind::self && !own && !s.sees) continue;
    std::string who = std::string(title_of(m.kind));
    if (m.kind == Mark::Kind::assessor)
      who += own ? "（本人）" : names ? "　" + m.person_name : fmt::format(" {}", number);
    const bool out =
        std::find(score.outliers.begin(), score.outliers.end(), m.person) != score.outliers.end() &&
        m.kind == Mark::Kind::assessor;
    table.rows.push_back({[who, out](Out& o) {
                            o("{}", who);
                            if (out) o(" {}", html::tag("偏离", html::Tone::amber));
                          },
                          mark_text(m.points, !m.points),
                          [&m](Out& o) {
                            o("{}", m.reason);
                            if (!m.link.empty()) o(" <a href=\"{}\">佐证</a>", html::Url{m.link});
                          },
                          base::to_local(m.at)});
  }
  if (table.rows.empty()) {
    h("<p class=\"muted\">还没有评分。</p>");
  } else {
    h("{}", table);
  }
}

void write_records(Out& h, const Context& context, AppraisalEngine& engine, const Sheet& s,
                   const Item& item) {
  const auto* answer = s.figure(item.code);
  if (answer == nullptr) {
    h("<p class=\"muted\">平台数据在评分开始时冻结。</p>");
    return;
  }
  h("{}", html::Definitions{{{"数值", figure_text(item, *answer)},
                             {"期间", base::to_iso(answer->from) + " 至 " + base::to_iso(answer->to)},
                             {"冻结时间", base::to_local(answer->at)},
                             {"记录", fmt::format("{} 条", answer->records)}}});
  const auto records = engine.metrics().records(
      {context.tenant.id, item.rule.metric, {s.sheet.entry.unit}, answer->from, answer->to}, 0,
      kRecordsShown);
  if (!records || records->empty()) return;
  html::SimpleTable table;
  table.caption = "数据背后的记录";
  table.columns = {{"记录"}, {"日期"}, {"计入", html::Column::Kind::number}, {"备注"}};
  for (const auto& r : *records)
    table.rows.push_back(
        {link_to(r.title, r.url), base::to_iso(r.date), fmt::format("{:.4g}", r.amount), r.note});
  h("<p class=\"muted small mt\">下面是这些记录今天的样子；计分用的是上面冻结的数值。</p>{}", table);
}

Answer show_item(Context& context, AppraisalEngine& engine) {
  const Sheet s = TRY(sheet_of(context, engine));
  const std::string code(context.variable("item"));
  const auto at =
      std::find_if(s.items.begin(), s.items.end(), [&](const Item* i) { return i->code == code; });
  if (at == s.items.end())
    return refuse(Code::not_found, "appraisal.no_such_item", "这个单位没有编号为 " + code + " 的考核项。");
  const Item& item = **at;
  const ItemScore& score = *s.score_of(code);
  const Head& head = s.loaded.head;
  site::Page page;
  page.title = item.code + "　" + item.content;
  page.path = {{"考核", "/appraisals"},
               {std::to_string(head.year), year_url(head.id)},
               {s.sheet.entry.name, sheet_url(head.id, s.sheet.entry.unit)},
               {item.code, ""}};
  page.note = fmt::format("{}　{}{} 分", item.project,
                          item.kind == ItemKind::basic ? "" : title_of(item.kind), points_text(item.points));
  page.body = [&](Out& h) {
    h("{}", html::panel("规则", html::Definitions{
                                    {{"标准", item.standard},
                                     {"计分", rule_text(item)},
                                     {"方法", item.method},
                                     {"备注", item.note.empty() ? std::string("—") : item.note},
                                     {"得分", s.sees ? mark_text(score.decided, score.not_applicable) + "（" +
                                                           std::string(title_of(score.origin)) + "）"
                                                     : std::string("公示时公开")}}}));
    if (item.rule.kind != Rule::Kind::manual)
      h("{}", html::panel("平台数据：" + item.rule.metric_title,
                          [&](Out& o) { write_records(o, context, engine, s, item); }));
    h("{}", html::panel(
                "各方评分", [&](Out& o) { write_marks(o, context, s, item); },
                {.note = score.assessors_counted >= 3 ? fmt::format("偏离中位数超过分值 {}% 的评分标为“偏离”",
                                                                    s.loaded.table->outlier_percent)
                                                      : std::string()}));
  };
  return site::page(context, std::move(page));
}

}  // namespace

void add_sheet_item_pages(site::Site& site, AppraisalEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/appraisals/{appraisal}/units/{unit}/items/{item}", Access::right, "appraisal.read",
            [&](Context& c) { return show_item(c, engine); }});
}

}  // namespace kepu::appraisal
