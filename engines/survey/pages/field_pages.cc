// 入户进度: rates by formula, who did what, how long it took; the list of cases for the office.
#include "core/base/text.h"
#include "engines/survey/pages/desk.h"

namespace kepu::survey::field {

namespace {

struct Worker {  // one surveyor's field work
  std::string name;
  int cases = 0, complete = 0, visits = 0, refused = 0, open = 0;
  double minutes = 0;
  int timed = 0, quick = 0;
  int checked = 0, asked = 0, differing = 0;
};

constexpr double kQuickMinutes = 8;  // shorter than the questions can be read aloud

std::map<Id, Worker> workers_of(SurveyEngine& engine, Id tenant, Id round,
                                const std::vector<FieldCase>& cases) {
  std::map<Id, Worker> out;
  const auto interviews = engine.store().interviews(tenant, round);
  for (const auto& c : cases) {
    if (c.surveyor == 0) continue;
    auto& w = out[c.surveyor];
    w.name = c.surveyor_name;
    ++w.cases;
    w.visits += c.visits;
    w.open += is_open(c) ? 1 : 0;
    const auto* d = find_disposition(c.code);
    w.complete += d != nullptr && d->outcome == Outcome::complete ? 1 : 0;
    w.refused += d != nullptr && d->outcome == Outcome::refusal ? 1 : 0;
    const auto at = interviews.find(c.id);
    if (at == interviews.end() || minutes_of(at->second) <= 0) continue;
    w.minutes += minutes_of(at->second);
    ++w.timed;
    w.quick += minutes_of(at->second) < kQuickMinutes ? 1 : 0;
  }
  for (const auto& b : engine.store().back_checks(tenant, round)) {
    if (b.at == 0) continue;
    auto& w = out[b.surveyor];
    ++w.checked;
    w.asked += b.asked;
    w.differing += b.differing;
  }
  return out;
}

void write_rates(Out& h, const AaporCounts& c) {
  const auto r = aapor_rates(c);
  struct Line {
    const char* name;
    const std::optional<double>& value;
    const char* formula;
  };
  const Line lines[] = {{"RR1 最低回应率", r.rr1, "I / (I+P+R+NC+O+U)"},
                        {"RR2", r.rr2, "(I+P) / (I+P+R+NC+O+U)"},
                        {"RR3", r.rr3, "I / (I+P+R+NC+O+e·U)"},
                        {"RR4", r.rr4, "(I+P) / (I+P+R+NC+O+e·U)"},
                        {"RR5 最高回应率", r.rr5, "I / (I+P+R+NC+O)"},
                        {"RR6", r.rr6, "(I+P) / (I+P+R+NC+O)"},
                        {"COOP1 合作率", r.coop1, "I / (I+P+R+O)"},
                        {"REF1 拒访率", r.ref1, "R / (I+P+R+NC+O+U)"},
                        {"CON1 接触率", r.con1, "(I+P+R+O) / (I+P+R+NC+O+U)"}};
  html::SimpleTable table{"回应率", {{"指标"}, {"值", html::Column::Kind::number}, {"算法"}}, {}};
  for (const auto& l : lines) table.rows.push_back({l.name, percent_text(l.value), l.formula});
  h("{}", html::panel("回应率", [&](Out& o) {
      o("{}<p class=\"small muted after\">按 AAPOR《标准定义》第 10 版（2023）。I 完成 {}，P 部分完成 {}，R "
        "拒访 "
        "{}，NC 没有见到人 {}，O 其他 {}，U "
        "情况不明 {}，不合格 {}。e 是情况不明的住户中合格的比例，取已知情况的住户的比例 {}。</p>",
        table, fmt::format("{:.0f}", c.complete), fmt::format("{:.0f}", c.partial),
        fmt::format("{:.0f}", c.refusal), fmt::format("{:.0f}", c.no_contact), fmt::format("{:.0f}", c.other),
        fmt::format("{:.0f}", c.unknown), fmt::format("{:.0f}", c.ineligible), fmt::format("{:.3f}", r.e));
    }));
}

void write_workers(Out& h, const std::map<Id, Worker>& workers, const std::string& checks) {
  html::SimpleTable table{"各调查员",
                          {{"调查员"},
                           {"住户", html::Column::Kind::number},
                           {"完成", html::Column::Kind::number},
                           {"拒访", html::Column::Kind::number},
                           {"还要去", html::Column::Kind::number},
                           {"平均用时", html::Column::Kind::number},
                           {"不足 8 分钟", html::Column::Kind::number},
                           {"复核不符", html::Column::Kind::number}},
                          {}};
  for (const auto& [id, w] : workers) {
    table.rows.push_back({w.name, std::to_string(w.cases), std::to_string(w.complete),
                          std::to_string(w.refused), std::to_string(w.open),
                          w.timed == 0 ? std::string("—") : fmt::format("{:.0f} 分钟", w.minutes / w.timed),
                          std::to_string(w.quick),
                          w.asked == 0 ? std::string("还没有复核")
                                       : fmt::format("{:.1f}%（{} 题中 {} 题）",
                                                     100.0 * w.differing / w.asked, w.asked, w.differing)});
  }
  h("{}", html::panel("各调查员", table,
                      {.note = "用来发现要帮助的地方，不作为个人排名", .more = {"复核", checks}}));
}

PageAnswer progress(Context& context, SurveyEngine& engine) {
  const auto round = TRY(engine.store().round(context.tenant.id, TRY(context.id("round")))).round;
  const auto cases = engine.store().cases(context.tenant.id, {.round = round.id});
  AaporCounts counts;
  std::map<std::string, int> codes;
  for (const auto& c : cases) {
    if (c.replacement == ReplacementState::approved) continue;  // its replacement stands for it
    const auto* d = find_disposition(c.code);
    count(counts, d == nullptr ? Outcome::unknown : d->outcome);
    ++codes[c.code];
  }
  site::Page page;
  page.title = "入户进度";
  page.path = {{"科学素质调查", "/survey"}, {round.title, round_url(round.id)}, {"入户进度", ""}};
  page.note = fmt::format("{}　截至 {}", title_of(round.state), base::to_local(context.now()));
  page.body = [&](Out& h) {
    if (cases.empty()) {
      h("{}", html::EmptyState{"还没有抽中的住户", "签发抽样、列出住户以后，这里有各种结果和回应率。"});
      return;
    }
    write_rates(h, counts);
    html::SimpleTable table{"结果代码", {{"代码"}, {"结果"}, {"户数", html::Column::Kind::number}}, {}};
    for (const auto& d : dispositions()) {
      const auto at = codes.find(std::string(d.code));
      if (at != codes.end())
        table.rows.push_back({std::string(d.code), std::string(d.title), std::to_string(at->second)});
    }
    h("{}", html::panel("各户结果", table, {.note = fmt::format("{} 户", cases.size())}));
    if (context.actor.may(kManage))
      write_workers(h, workers_of(engine, context.tenant.id, round.id, cases),
                    round_url(round.id) + "/checks");
  };
  return site::page(context, std::move(page));
}

PageAnswer list_cases(Context& context, SurveyEngine& engine) {
  const auto whole = TRY(engine.store().round(context.tenant.id, TRY(context.id("round"))));
  const auto cases = engine.store().cases(context.tenant.id, {.round = whole.round.id});
  const auto village = [&](const FieldCase& c) {
    return whole.areas[static_cast<std::size_t>(c.area)].area.name;
  };
  const auto table =
      table::Table<FieldCase>(
          {.id = "cases", .caption = "住户", .search_hint = "村、调查员、编号", .unit = "户"})
          .column({.key = "number", .title = "住户"},
                  [](const FieldCase& c) { return table::link(c.number(), case_url(c.id)); })
          .column({.key = "village", .title = "村（社区）", .width = 20},
                  [&](const FieldCase& c) { return table::text(village(c)); })
          .column({.key = "code", .title = "代码"}, [](const FieldCase& c) { return table::text(c.code); })
          .column({.key = "state", .title = "结果", .width = 24},
                  [](const FieldCase& c) { return table::status(light_of(c), word_of(c)); })
          .column({.key = "visits", .title = "上门次数", .number = true},
                  [](const FieldCase& c) { return table::count(c.visits); })
          .column({.key = "surveyor", .title = "调查员"},
                  [](const FieldCase& c) { return table::text(c.surveyor_name); })
          .column({.key = "kind", .title = "怎么来的", .hide_on_phone = true},
                  [](const FieldCase& c) { return table::text(c.replaces == 0 ? "抽中" : "替换"); })
          .filter({.key = "state",
                   .title = "状态",
                   .options = {{"open", "还要去"}, {"done", "有访问记录"}, {"waiting", "等候决定"}}},
                  [](const FieldCase& c, std::string_view v) {
                    if (v == "open") return is_open(c);
                    if (v == "done") return c.interview != 0;
                    return c.waiting > 0 || c.replacement == ReplacementState::asked;
                  });
  site::Page page;
  page.title = "住户";
  page.path = {{"科学素质调查", "/survey"}, {whole.round.title, round_url(whole.round.id)}, {"住户", ""}};
  page.note = "地址不在名单里，也不导出";
  page.actions = [](Out& h) { h("{}", html::button_link("传回存成文件的记录", "/survey/rescue", "upload")); };
  site::ListOptions options{.file_name = "抽中的住户", .subject = fmt::format("survey:{}", whole.round.id)};
  options.empty_hint = "还没有抽中的住户：先签发抽样，再到每个村列出住户。";
  return site::list(context, table, table.in_memory(cases), std::move(page), options);
}

}  // namespace

void add_field_pages(site::Site& site, SurveyEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/survey/rounds/{round}/field", Access::right, "survey.read",
            [&](Context& c) { return progress(c, engine); }});
  site.add({Method::get, "/survey/rounds/{round}/cases", Access::right, "survey.manage",
            [&](Context& c) { return list_cases(c, engine); }});
}

}  // namespace kepu::survey::field
