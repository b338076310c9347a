#include "engines/survey/results/pages/result_parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/html/format.h"
#include "engines/survey/analysis/categories.h"
#include "engines/survey/analysis/wording.h"

namespace kepu::survey::results {

using analysis::Comparison;
using analysis::count_text;
using analysis::Estimate;
using analysis::percent_text;
using analysis::points_text;
using analysis::Publish;
using analysis::range_text;
using analysis::variable_title;
using analysis::Verdict;
using html::Column;
using html::Out;

namespace {

constexpr auto kNumber = Column::Kind::number;

std::string range_or_dash(const Estimate& e) {
  return e.publish == Publish::no ? std::string("—") : range_text(e.lower, e.upper);
}

std::optional<double> rate_of(const RoundResult& r, std::string_view name) {
  for (const auto& rate : r.fieldwork.rates) {
    if (rate.name == name) return rate.percent;
  }
  return std::nullopt;
}

std::vector<const Estimate*> groups_by(const RoundResult& r, std::string_view variable) {
  std::vector<const Estimate*> out;
  for (const auto& e : r.literacy.rows) {
    if (e.variable == variable) out.push_back(&e);
  }
  return out;
}

// What the groups of a variable say, where it can be said: the widest pair whose intervals do not touch.
std::string message_of(const std::vector<const Estimate*>& groups, std::string_view title) {
  const Estimate *low = nullptr, *high = nullptr;
  for (const auto* e : groups) {
    if (e->publish == Publish::no) continue;
    if (!low || e->percent < low->percent) low = e;
    if (!high || e->percent > high->percent) high = e;
  }
  if (!low || low == high) return fmt::format("按{}：样本不够比较", title);
  if (*high->lower > *low->upper)
    return fmt::format("按{}：{} {}，{} {}，差别超出误差范围", title, group_title(*high),
                       percent_text(high->percent), group_title(*low), percent_text(low->percent));
  return fmt::format("按{}：各组的差别没有超出误差范围", title);
}

html::Bars bars_of(const RoundResult& r, const std::vector<const Estimate*>& groups, std::string title) {
  html::Bars bars;
  bars.title = std::move(title);
  bars.reference = r.county_row().percent;
  bars.reference_label = "全县";
  for (const auto* e : groups) {
    if (e->publish != Publish::no)
      bars.bars.push_back({group_title(*e), e->percent, e->lower, e->upper, fmt::format("n={}", e->n)});
  }
  return bars;
}

}  // namespace

void write_headline(Out& h, const RoundResult& r) {
  const auto& c = r.county_row();
  const auto response = rate_of(r, "RR3");
  html::StatStrip strip{
      {{"具备科学素质的比例", fmt::format("{:.1f}", c.percent), "%",
        "95% 误差范围 " + range_text(c.lower, c.upper)},
       {"完成访问", std::string(html::grouped(c.n)), "人",
        fmt::format("{} 个村（社区），抽 {} 户", r.villages, r.fieldwork.drawn)},
       {"应答率", response ? fmt::format("{:.1f}", *response) : std::string(), "%", "AAPOR RR3，公式见下"},
       {"相当于简单随机抽样",
        c.effective_n ? std::string(html::grouped(static_cast<std::int64_t>(*c.effective_n))) : std::string(),
        "人", c.deff ? fmt::format("设计效应 {:.2f}", *c.deff) : std::string()}},
      "主要结果"};
  h("{}", strip);
  const auto light = !r.target                       ? html::Light::idle
                     : r.target->met == Verdict::yes ? html::Light::done
                     : r.target->met == Verdict::no  ? html::Light::late
                                                     : html::Light::watch;
  const std::string word = !r.target                       ? "没有目标"
                           : r.target->met == Verdict::yes ? "已达到"
                           : r.target->met == Verdict::no  ? "没有达到"
                                                           : "不能判断";
  h("{}", html::panel("目标达到了吗", [&](Out& o) {
      o("<p>{}</p>", html::light(light, word));
      for (const auto& line : target_sentences(r)) o("<p class=\"mt\">{}</p>", line);
      if (const auto line = planning_sentence(r); !line.empty())
        o("<p class=\"mt small muted\">{}</p>", line);
    }));
}

void write_groups(Out& h, const RoundResult& r) {
  h("{}",
    html::panel(
        "各人群",
        [&](Out& o) {
          for (const char* name : {"place", "education", "age", "sex"}) {
            const auto groups = groups_by(r, name);
            const auto bars = bars_of(r, groups, message_of(groups, variable_title(name)));
            if (bars.bars.size() > 1) {
              o("<h3 class=\"mt\">{}</h3>{}", bars.title, [&](Out& x) {
                auto untitled = bars;
                untitled.title_above = true;
                x("{}", untitled);
              });
            }
          }
          html::SimpleTable table{
              "各人群的比例",
              {{"人群"}, {"受访", kNumber}, {"比例", kNumber}, {"95% 误差范围"}, {"有效样本", kNumber, true}},
              {}};
          for (const auto& e : r.literacy.rows) {
            if (e.variable == "township") continue;
            table.rows.push_back({group_title(e), std::to_string(e.n), shown(e), range_or_dash(e),
                                  e.effective_n ? fmt::format("{:.0f}", *e.effective_n) : std::string("—")});
          }
          o("<div class=\"mt\">{}</div><p class=\"small muted mt\">{}</p>", table, source_line(r));
        },
        {.note = "横线为 95% 误差范围；样本少、误差太宽的不公布"}));
}

void write_townships(Out& h, const RoundResult& r) {
  const auto& t = r.townships;
  h("{}",
    html::panel(
        "各乡镇（街道）",
        [&](Out& o) {
          o("<p>{}</p>", townships_sentence(t));
          if (!t.made) return;
          html::Bars bars;
          bars.title = t.homogeneity_p < 0.05 ? "各乡镇之间确有差别，单个乡镇的误差范围都宽"
                                              : "各乡镇之间的差别没有超出误差";
          bars.reference = r.county_row().percent;
          bars.reference_label = "全县";
          html::SimpleTable table{"各乡镇的比例",
                                  {{"乡镇（街道）"},
                                   {"村", kNumber, true},
                                   {"受访", kNumber},
                                   {"比例（模型）", kNumber},
                                   {"95% 误差范围"},
                                   {"本乡样本的分量", kNumber, true}},
                                  {}};
          for (const auto& row : t.rows) {
            if (row.percent)
              bars.bars.push_back({row.name, *row.percent, row.lower, row.upper, fmt::format("n={}", row.n)});
            table.rows.push_back({row.name, std::to_string(row.villages), std::to_string(row.n),
                                  row.percent ? percent_text(*row.percent) : std::string("—"),
                                  row.percent ? range_text(row.lower, row.upper) : row.why_not,
                                  fmt::format("{:.0f}%", 100 * row.shrinkage)});
          }
          if (bars.bars.size() > 1) {
            auto untitled = bars;
            untitled.title_above = true;
            o("<h3 class=\"mt\">{}</h3>{}", bars.title, untitled);
          }
          o("<div class=\"mt\">{}</div><p class=\"small muted mt\">{}</p>", table, source_line(r));
        },
        {.note = "模型估计，按名录顺序，不排名次"}));
}

void write_comparisons(Out& h, const RoundResult& r) {
  if (!r.change && r.superiors.empty()) return;
  h("{}",
    html::panel("与上一轮和上级地区比较",
                [&](Out& o) {
                  html::SimpleTable table{"与上一轮和上级地区比较",
                                          {{"地区"},
                                           {"年份"},
                                           {"比例", kNumber},
                                           {"误差范围"},
                                           {"本次相差", kNumber},
                                           {"能否判断"},
                                           {"出处"}},
                                          {}};
                  const auto add = [&](const Comparison& c) {
                    table.rows.push_back(
                        {c.area == r.county ? c.area + "（上一轮）" : c.area, fmt::format("{} 年", c.year),
                         percent_text(c.other),
                         c.other_lower ? range_text(c.other_lower, c.other_upper) : std::string("没有公布"),
                         points_text(c.difference), c.why, c.source});
                  };
                  if (r.change) add(*r.change);
                  for (const auto& c : r.superiors) add(c);
                  o("<div class=\"mt\">{}</div><p class=\"small muted mt\">{}</p>", table, source_line(r));
                },
                {.note = "两边都有误差范围的才能判断高低"}));
}

void write_scores(Out& h, const RoundResult& r) {
  h("{}", html::panel("得分和档次", [&](Out& o) {
      html::SimpleTable levels{"各档的比例", {{"档次"}, {"比例", kNumber}, {"95% 误差范围"}}, {}};
      for (const auto& e : r.literacy.levels) levels.rows.push_back({e.category, shown(e), range_or_dash(e)});
      html::SimpleTable scores{
          "平均分", {{"内容"}, {"满分", kNumber}, {"平均分", kNumber}, {"标准误", kNumber}}, {}};
      for (const auto& s : r.literacy.scores)
        scores.rows.push_back({s.name, fmt::format("{:g}", s.full), fmt::format("{:.1f}", s.mean),
                               fmt::format("{:.2f}", s.se)});
      o("{}<div class=\"mt\">{}</div><p class=\"mt\">{}</p><p class=\"small muted mt\">{}</p>", levels,
        scores, irt_sentence(r), source_line(r));
    }));
}

void write_fieldwork(Out& h, const RoundResult& r) {
  h("{}",
    html::panel(
        "访问和应答",
        [&](Out& o) {
          const auto& f = r.fieldwork;
          html::SimpleTable outcomes{"抽到的户怎么样了", {{"结果"}, {"户", kNumber}, {"占比", kNumber}}, {}};
          const auto add = [&](const char* title, int n) {
            outcomes.rows.push_back({title, std::to_string(n),
                                     f.drawn > 0 ? percent_text(100.0 * n / f.drawn) : std::string("—")});
          };
          add("完成 I", f.complete);
          add("部分完成 P", f.partial);
          add("拒访 R", f.refusal);
          add("无法接触 NC", f.no_contact);
          add("其他 O", f.other);
          add("情况不明 U", f.unknown);
          add("不合格", f.ineligible);
          html::SimpleTable rates{"应答率", {{"代号"}, {"名称"}, {"公式"}, {"数值", kNumber}}, {}};
          for (const auto& rate : f.rates)
            rates.rows.push_back({rate.name, rate.title, rate.formula,
                                  rate.percent ? percent_text(*rate.percent) : std::string("—")});
          o("{}<div class=\"mt\">{}</div>", outcomes, rates);
          const auto& q = r.quality;
          if (q.minutes_median)
            o("<p class=\"mt\">访问用时中位数 {} 分钟，最短的一成在 {} 分钟以内；{} "
              "人不到中位数的三分之一。</p>",
              fmt::format("{:.0f}", *q.minutes_median), fmt::format("{:.0f}", *q.minutes_low), q.hasty);
          o("<p class=\"mt\">没有作答的占 {}；年龄不详 {} 人，文化程度不详 {} 人，性别不详 {} 人。</p>",
            percent_text(q.answers_missing), q.without_age, q.without_education, q.without_sex);
          if (!q.villages.empty())
            o("<ul class=\"mt\">{}</ul>", [&](Out& x) {
              for (const auto& line : q.villages) x("<li>{}</li>", line);
            });
          o("<p class=\"small muted mt\">e={}，为情况已知的户中合格的比例。{}</p>",
            f.eligible_percent ? percent_text(*f.eligible_percent) : std::string("—"), source_line(r));
        },
        {.note = "AAPOR 标准定义，第 10 版"}));
}

void write_items(Out& h, const RoundResult& r) {
  h("{}", html::panel(
              "题目",
              [&](Out& o) {
                html::SimpleTable table{"题目统计",
                                        {{"题号"},
                                         {"内容"},
                                         {"答对", kNumber},
                                         {"区分度", kNumber},
                                         {"高低分组差", kNumber, true},
                                         {"不答", kNumber},
                                         {"男女 DIF", kNumber, true},
                                         {"城乡 DIF", kNumber, true},
                                         {"备注"}},
                                        {}};
                const auto real = [](const std::optional<double>& x) {
                  return x ? fmt::format("{:.2f}", *x) : std::string("—");
                };
                const auto dif = [](const std::optional<double>& x, const std::string& letter) {
                  return x ? fmt::format("{} {}", letter, html::with_sign(*x, 1)) : std::string("—");
                };
                for (const auto& i : r.items.rows) {
                  table.rows.push_back({i.code, i.dimension, percent_text(i.facility), real(i.item_rest),
                                        real(i.discrimination), percent_text(i.missing),
                                        dif(i.dif_sex, i.dif_sex_class), dif(i.dif_place, i.dif_place_class),
                                        i.remarks.empty() ? std::string("—") : base::join(i.remarks, "、")});
                }
                o("<p>信度 α {}，测量标准误 {} 分；平均 {} 分，标准差 {} 分。</p><div class=\"mt\">{}</div>",
                  fmt::format("{:.2f}", r.items.alpha), fmt::format("{:.1f}", r.items.error_of_measurement),
                  fmt::format("{:.1f}", r.items.mean), fmt::format("{:.1f}", r.items.sd), table);
                o("<p class=\"small muted "
                  "mt\">"
                  "区分度：题与其余题得分的相关。DIF：总分相同的两组人答对的机会是否不同（Mantel–Haenszel，ET"
                  "S 分级，C 为明显）。{}</p>",
                  source_line(r));
              },
              {.note = "题目文字保密，只列题号"}));
}

void write_weights(Out& h, const RoundResult& r) {
  h("{}", html::panel("权数", [&](Out& o) {
      html::SimpleTable log{"权数的每一步",
                            {{"步骤"},
                             {"个数", kNumber},
                             {"合计", kNumber},
                             {"最小", kNumber},
                             {"最大", kNumber},
                             {"设计效应", kNumber},
                             {"说明"}},
                            {}};
      for (const auto& w : r.weighting.log) {
        log.rows.push_back({w.title, std::to_string(w.count), count_text(w.sum),
                            fmt::format("{:.1f}", w.least), fmt::format("{:.1f}", w.most),
                            fmt::format("{:.3f}", w.deff), w.note});
      }
      html::SimpleTable margins{"人口结构",
                                {{"变量"},
                                 {"类别"},
                                 {"受访", kNumber},
                                 {"总体人数", kNumber},
                                 {"校准前", kNumber},
                                 {"校准后", kNumber}},
                                {}};
      for (const auto& m : r.weighting.margins)
        margins.rows.push_back({m.variable, m.category, std::to_string(m.n), count_text(m.known),
                                count_text(m.before), count_text(m.after)});
      o("{}<div class=\"mt\">{}</div>", log, margins);
      std::vector<std::string> sources;
      for (const auto& m : r.weighting.margins) {
        if (std::find(sources.begin(), sources.end(), m.source) == sources.end()) sources.push_back(m.source);
      }
      for (const auto& s : sources) o("<p class=\"small muted mt\">总体人数：{}</p>", s);
      for (const auto& n : r.weighting.notes) o("<p class=\"small muted mt\">{}</p>", n);
    }));
}

void write_method(Out& h, const RoundResult& r, const std::string& hash) {
  h("{}", html::panel("方法", [&](Out& o) {
      for (const auto& line : method_paragraphs(r)) o("<p class=\"mt break\">{}</p>", line);
      o("<p class=\"mt break\">结果 SHA-256 {}</p>", hash);
    }));
}

}  // namespace kepu::survey::results
