// 公示, the Word paper, and the proof that a final year is as it was.
#include "core/base/text.h"
#include "core/file/office.h"
#include "engines/appraisal/pages/desk.h"
#include "engines/appraisal/paper.h"

namespace kepu::appraisal {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

namespace {

base::Done noticed(const Head& head) {
  if (head.state >= State::notice) return {};
  return refuse(Code::not_found, "appraisal.not_noticed", "这一年的考核结果还没有公示。");
}

// As frozen, else as it stands in the notice.
base::Result<std::vector<ResultRow>> results_of(AppraisalEngine& engine, Id tenant, const Loaded& loaded) {
  if (loaded.head.state == State::final) return engine.store().results(tenant, loaded.head.id);
  std::vector<ResultRow> rows;
  for (const auto& u : score(TRY(engine.store().inputs(tenant, loaded.head.id, 0, true))).units)
    rows.push_back({u.unit, loaded.head.year, u.name, u.group, u.grade, u.self.total, u.assessed.total,
                    u.final.total, u.final.bonus, u.final.deduction, u.missing});
  return rows;
}

table::Table<ResultRow> notice_table(std::shared_ptr<const Table> rules) {
  std::vector<std::pair<std::string, std::string>> groups;
  for (const auto& g : rules->groups) groups.emplace_back(g.id, g.title);
  return table::Table<ResultRow>(
             {.id = "results", .caption = "考核结果", .search_hint = "单位名称", .unit = "个单位"})
      .column({.key = "unit", .title = "单位", .width = 28},
              [](const ResultRow& r) { return table::text(r.name); })
      .column({.key = "group", .title = "考核对象", .hide_on_phone = true},
              [rules](const ResultRow& r) {
                const auto* g = rules->group(r.group);
                return table::text(g == nullptr ? r.group : g->title);
              })
      .column({.key = "total", .title = "总分", .number = true},
              [](const ResultRow& r) {
                return table::number(
                    r.total ? std::optional(static_cast<double>(*r.total) / static_cast<double>(kPoint))
                            : std::nullopt,
                    2);
              })
      .column({.key = "grade", .title = "等次"},
              [rules](const ResultRow& r) {
                return r.grade.empty() ? table::missing()
                                       : table::tags({{r.grade, tone_of_grade(*rules, r.grade)}});
              })
      .filter({.key = "group", .title = "考核对象", .options = groups},
              [](const ResultRow& r, std::string_view v) { return r.group == v; });
}

Answer write_notice(Context& context, AppraisalEngine& engine, const Loaded& loaded, bool open) {
  TRY(noticed(loaded.head));
  const Head& head = loaded.head;
  const auto rows = TRY(results_of(engine, context.tenant.id, loaded));
  const auto table = notice_table(loaded.table);
  site::Page page;
  page.title =
      fmt::format("{} 年度{}结果{}", head.year, head.title, head.state == State::final ? "" : "公示");
  if (open) {
    page.path = {{page.title, ""}};
  } else {
    page.path = {{"考核", "/appraisals"}, {std::to_string(head.year), year_url(head.id)}, {"公示", ""}};
    page.actions = [&](Out& h) {
      h("{}",
        html::button_link("公开页面", fmt::format("/p/{}/appraisals/{}", context.tenant.code, head.year),
                          "external-link"));
    };
  }
  page.note = fmt::format("公示期 {} 至 {}{}", base::to_iso(head.notice_from.value_or(base::Date{})),
                          base::to_iso(head.notice_until.value_or(base::Date{})),
                          head.state == State::final
                              ? fmt::format("，{} 定稿", base::to_iso(base::date_of(head.finished_at)))
                              : std::string("，期内可以申诉"));
  site::ListOptions options{.file_name = page.title,
                            .subject = open ? std::string("public") : subject_of(head.id),
                            .anonymous = open};
  options.after = [&](Out& h) {
    h("{}", html::panel("说明", [&](Out& o) {
        o("<p>单位按名录顺序排列，不排名次；不适用的考核项不计入总分的分子和分母。等次：{}。</p>",
          [&](Out& x) {
            for (std::size_t i = 0; i < loaded.table->grades.size(); ++i)
              x("{}{} 分起为{}", i == 0 ? "" : "，", points_text(loaded.table->grades[i].from),
                loaded.table->grades[i].title);
          });
        if (head.state == State::final)
          o("<p class=\"mt\">定稿得分的 SHA-256 散列值：<code>{}</code></p>", head.scores_hash);
      }));
  };
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

Answer show_notice(Context& context, AppraisalEngine& engine) {
  return write_notice(context, engine, TRY(appraisal_of(context, engine)), false);
}

Answer show_public(Context& context, AppraisalEngine& engine) {
  if (context.tenant.id == 0) return refuse(Code::not_found, "tenant.unknown", "没有这个地区。请核对地址。");
  const int year = static_cast<int>(base::parse_int(context.variable("year")).value_or(0));
  const auto loaded = engine.store().of_year(context.tenant.id, year);
  if (loaded && noticed(loaded->head)) return write_notice(context, engine, *loaded, true);
  site::Page page;
  page.title = "年度考核结果";
  page.body = [](Out& h) {
    h("{}", html::EmptyState{"这里还没有公示的考核结果",
                             "考核结果公示后，这里会向所有人公开各单位的总分和等次。",
                             {},
                             "file-text"});
  };
  return site::public_page(context, std::move(page));
}

Answer word(Context& context, AppraisalEngine& engine) {
  const Loaded loaded = TRY(appraisal_of(context, engine));
  TRY(noticed(loaded.head));
  auto rows = TRY(results_of(engine, context.tenant.id, loaded));
  context.log("export.docx", subject_of(loaded.head.id), "导出考核结果 Word");
  const PaperParts parts{context.tenant.name,
                         loaded.head,
                         *loaded.table,
                         std::move(rows),
                         engine.store().appeals(context.tenant.id, loaded.head.id),
                         context.today()};
  return http::attachment_bytes(results_docx(parts), fmt::format("{} 年度考核结果.docx", loaded.head.year),
                                file::kWord);
}

Answer show_proof(Context& context, AppraisalEngine& engine) {
  const Loaded loaded = TRY(appraisal_of(context, engine));
  const Proof proof = TRY(engine.store().verify(context.tenant.id, loaded.head.id));
  site::Page page;
  page.title = fmt::format("核验 {} 年度考核", loaded.head.year);
  page.path = {
      {"考核", "/appraisals"}, {std::to_string(loaded.head.year), year_url(loaded.head.id)}, {"核验", ""}};
  page.note = "按当年的规则和冻结的数据重新计分，与定稿时写入审计日志的散列值比对";
  page.body = [&](Out& h) {
    h("{}", html::Flash{proof.sound ? html::Tone::green : html::Tone::red,
                        proof.sound
                            ? "全部相符：规则、数据、评分和结果定稿后没有被改动。"
                            : "有不符之处，定稿后的数据可能被改动过；请保留现场，联系系统管理员和审计员。"});
    h("{}", html::panel("逐项核对", [&](Out& o) {
        o("<ul class=\"plain\">{}</ul>", [&](Out& x) {
          for (const auto& line : proof.lines) {
            const bool good = base::starts_with(line, "相符");
            x("<li>{}</li>", html::light(good ? html::Light::done : html::Light::late, line));
          }
        });
      }));
    h("{}",
      html::panel("散列值",
                  html::Definitions{
                      {{"输入（规则、数据、评分）", [&](Out& o) { o("<code>{}</code>", proof.inputs_hash); }},
                       {"得分", [&](Out& o) { o("<code>{}</code>", proof.scores_hash); }},
                       {"审计日志", proof.audit_entry == 0 ? std::string("—")
                                                           : fmt::format("第 {} 条", proof.audit_entry)},
                       {"命令行", fmt::format("kepu appraisal verify --year {}", loaded.head.year)}}}));
  };
  return site::page(context, std::move(page));
}

}  // namespace

void add_result_pages(site::Site& site, AppraisalEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/appraisals/{appraisal}/notice", Access::right, "appraisal.read",
            [&](Context& c) { return show_notice(c, engine); }});
  site.add({Method::get, "/appraisals/{appraisal}/result.docx", Access::right, "appraisal.read",
            [&](Context& c) { return word(c, engine); }});
  site.add({Method::get, "/appraisals/{appraisal}/verify", Access::right, "appraisal.read",
            [&](Context& c) { return show_proof(c, engine); }});
  site.add({Method::get, "/p/{tenant}/appraisals/{year}", Access::open, "",
            [&](Context& c) { return show_public(c, engine); }});
}

}  // namespace kepu::appraisal
