// One unit's scores side by side, and the forms of all who score.
#include "core/base/text.h"
#include "core/sql/sql.h"
#include "engines/appraisal/pages/mark_form.h"
#include "engines/appraisal/pages/sheet.h"
#include "engines/reports/reports.h"

namespace kepu::appraisal {

using base::Code;
using html::Out;
using site::Answer;
using site::Context;

namespace {

void write_comparison(Out& h, const Sheet& s) {
  html::SimpleTable table;
  table.caption = "各方得分对照";
  using K = html::Column::Kind;
  table.columns = {{"考核项"}, {"分值", K::number}, {"平台数据", K::number}, {"自评", K::number}};
  if (s.sees) {
    table.columns.push_back({"评委", K::number});
    table.columns.push_back({"审核", K::number});
    table.columns.push_back({"得分", K::number});
  }
  for (const auto* item : s.items) {
    const ItemScore& score = *s.score_of(item->code);
    const auto* answer = s.figure(item->code);
    std::vector<html::Content> row;
    row.push_back(link_to(item->code + "　" + item->content, item_page(s, item->code)));
    row.emplace_back((item->kind == ItemKind::deduction ? "扣 "
                      : item->kind == ItemKind::bonus   ? "加 "
                                                        : "") +
                     points_text(item->points));
    if (item->rule.kind == Rule::Kind::manual) {
      row.emplace_back("");
    } else if (answer == nullptr) {
      row.emplace_back([](Out& o) { o("<span class=\"muted small\">评分开始时冻结</span>"); });
    } else {
      row.emplace_back([text = figure_text(*item, *answer), got = score.automatic](Out& o) {
        o("{}", text);
        if (got) o("<br><span class=\"muted small\">计 {} 分</span>", points_text(*got));
      });
    }
    row.emplace_back(mark_text(score.self, score.self_not_applicable));
    if (s.sees) {
      row.emplace_back([&score](Out& o) {
        o("{}", points_or_dash(score.assessors));
        if (!score.outliers.empty()) o(" {}", html::tag("有偏离", html::Tone::amber));
      });
      const auto* reviewed = s.mark(Mark::Kind::reviewed, item->code);
      row.emplace_back(reviewed == nullptr ? std::string() : mark_text(reviewed->points, !reviewed->points));
      row.emplace_back([&score, basic = item->kind == ItemKind::basic](Out& o) {
        if (score.origin == Origin::missing) {
          if (basic) o("{}", html::tag("缺", html::Tone::amber));
        } else {
          o("<b>{}</b>　<span class=\"muted small\">{}</span>",
            mark_text(score.decided, score.not_applicable), title_of(score.origin));
        }
      });
    }
    table.rows.push_back(std::move(row));
  }
  h("{}", table);
}

html::StatStrip totals_of(const Sheet& s) {
  const auto stat = [](const char* name, const Total& t, std::string note) {
    return html::Stat{name, t.total ? points_text(*t.total) : "", "分", std::move(note)};
  };
  const auto parts = [](const Total& t) {
    return fmt::format("基本 {}，加 {}，扣 {}", points_text(t.basic), points_text(t.bonus),
                       points_text(t.deduction));
  };
  html::StatStrip strip;
  strip.stats.push_back(stat("自评", s.scores.self,
                             s.sheet.submitted_at != 0
                                 ? base::to_iso(base::date_of(s.sheet.submitted_at)) + " 提交"
                                 : std::string("未提交")));
  if (!s.sees || s.loaded.head.state < State::assessing) return strip;
  const auto scored = [&](const char* name, const Total& t) {
    if (s.scores.unscored == 0) return stat(name, t, parts(t));
    return html::Stat{name, "", "", fmt::format("还有 {} 项没有评分", s.scores.unscored)};
  };
  strip.stats.push_back(scored("平台数据和评委", s.scores.assessed));
  strip.stats.push_back(
      scored(s.loaded.head.state == State::final ? "最终得分" : "目前得分", s.scores.final));
  const std::string missing =
      s.scores.missing > 0 ? fmt::format("{} 项缺数据或评分，按零分计", s.scores.missing) : "没有缺项";
  strip.stats.push_back({"等次", s.scores.unscored == 0 ? s.scores.grade : "", "", missing});
  return strip;
}

struct Tried {        // a form that was refused
  std::string which;  // self, assess, review, return, appeal
  base::Errors errors;
};

std::vector<MarkRow> rows_of(const Context& context, const Sheet& s, Mark::Kind kind) {
  std::vector<MarkRow> rows;
  for (const auto* item : s.items) {
    if (kind != Mark::Kind::reviewed && !asks_people(*item, s.sheet.entry.unit, s.in.figures)) continue;
    MarkRow row{item, {}, s.mark(kind, item->code, context.actor.person)};
    const auto* self = s.mark(Mark::Kind::self, item->code);
    if (kind != Mark::Kind::self && self != nullptr)
      row.note = "自评 " + mark_text(self->points, !self->points) +
                 (self->reason.empty() ? "" : "：" + self->reason);
    if (kind == Mark::Kind::reviewed) {
      const auto& score = *s.score_of(item->code);
      std::string now = score.automatic ? "平台数据计 " + points_text(*score.automatic)
                                        : "评委 " + points_or_dash(score.assessors);
      row.note = now + (row.note.empty() ? "" : "；" + row.note);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

void write_mark_form(Out& h, const Context& context, const Sheet& s, Mark::Kind kind, const Tried* tried) {
  const std::string which = kind == Mark::Kind::self       ? "self"
                            : kind == Mark::Kind::assessor ? "assess"
                                                           : "review";
  MarkForm form;
  form.action = sheet_url(s.loaded.head.id, s.sheet.entry.unit) + "/" + which;
  form.csrf = context.csrf;
  form.revision = s.sheet.revision;
  form.rows = rows_of(context, s, kind);
  form.links = kind == Mark::Kind::self;
  form.submit = kind == Mark::Kind::self ? "保存" : "保存评分";
  form.caption = std::string(title_of(kind));
  if (kind == Mark::Kind::self) {
    form.second = "保存并提交";
    const auto proofs = context.app.db.read([&](sql::Session& session) {
      return reports::evidence_of_unit(session, context.tenant.id, s.sheet.entry.unit, context.today(), 50);
    });
    for (const auto& e : proofs) form.proofs.emplace_back(reports::evidence_url(e.id), e.title);
  }
  if (tried != nullptr && tried->which == which) {
    form.typed = &context.request.form;
    form.errors = tried->errors;
  }
  const char* title = kind == Mark::Kind::self       ? "填写自评"
                      : kind == Mark::Kind::assessor ? "我的评分"
                                                     : "审核";
  const char* note =
      kind == Mark::Kind::self
          ? "每项写得分和依据；佐证从佐证库里选，或写平台里的地址、网址。平台有数据的项目自动计分，不用填"
      : kind == Mark::Kind::assessor ? "只评人工评分的项目；别的评委看不到您的评分，各项取中位数"
                                     : "留空就按平台数据或评委中位数计；与它们不同的，要写理由";
  h("{}", html::panel(title, form, {.note = note, .id = which}));
}

const form::Form& return_form() {
  static const form::Form kForm(
      {{.name = "reason", .label = "退回的原因", .required = true, .hint = "单位会看到", .max_length = 300}});
  return kForm;
}

form::Form appeal_form(const Sheet& s) {
  std::vector<form::Option> items;
  for (const auto* item : s.items) items.push_back({item->code, item->code + "　" + item->content});
  return form::Form(
      {{.name = "item", .label = "考核项", .kind = form::Kind::select, .required = true, .options = items},
       {.name = "text",
        .label = "理由和依据",
        .kind = form::Kind::long_text,
        .required = true,
        .max_length = 2000},
       {.name = "link", .label = "佐证链接", .max_length = 500}});
}

void write_plain_form(Out& h, const Context& context, const Sheet& s, const form::Form& form,
                      const std::string& which, const char* title, const std::string& note,
                      const Tried* tried) {
  const bool again = tried != nullptr && tried->which == which;
  h("{}", html::panel(title,
                      [&](Out& o) {
                        form.write(o,
                                   {.action = sheet_url(s.loaded.head.id, s.sheet.entry.unit) + "/" + which,
                                    .csrf = context.csrf,
                                    .values = again ? form::Values(context.request.form) : form::Values(),
                                    .errors = again ? tried->errors : base::Errors{},
                                    .submit = title});
                      },
                      {.note = note, .id = which}));
}

html::Timeline history_of(Context& context, const Sheet& s) {
  constexpr int kEntries = 40;
  const bool all = context.actor.may("appraisal.review") || context.actor.may("appraisal.manage");
  return timeline_of(context, subject_of(s.loaded.head.id, s.sheet.entry.unit), kEntries, !all);
}

Answer show_sheet(Context& context, AppraisalEngine& engine, const Tried* tried) {
  const Sheet s = TRY(sheet_of(context, engine));
  const Head& head = s.loaded.head;
  const auto& unit = s.sheet.entry;
  const auto* group = s.loaded.table->group(unit.group);
  const auto timeline = history_of(context, s);
  site::Page page;
  page.title = unit.name;
  page.path = {{"考核", "/appraisals"}, {std::to_string(head.year), year_url(head.id)}, {unit.name, ""}};
  page.note = [&](Out& h) {
    h("{} 年度考核　{}　{}", head.year, group == nullptr ? unit.group : group->title,
      html::light(light_of(head.state), title_of(head.state)));
  };
  page.body = [&](Out& h) {
    h("{}", totals_of(s));
    if (s.bar && head.state >= State::assessing && head.state < State::notice &&
        (context.actor.may("appraisal.assess") || context.actor.may("appraisal.review")))
      h("{}", html::Flash{html::Tone::amber, *s.bar});
    if (s.self) write_mark_form(h, context, s, Mark::Kind::self, tried);
    if (s.assess) write_mark_form(h, context, s, Mark::Kind::assessor, tried);
    h("{}",
      html::panel("得分对照", [&](Out& o) { write_comparison(o, s); },
                  {.note = s.sees ? "点考核项看规则、各方评分和数据来源" : "评委分和审核分在公示时公开"}));
    if (s.review) write_mark_form(h, context, s, Mark::Kind::reviewed, tried);
    if (transition(head.state, Action::return_self) != nullptr && s.sheet.submitted_at != 0 &&
        context.actor.may("appraisal.review", unit.unit))
      write_plain_form(h, context, s, return_form(), "return", "退回自评", "退回后单位可以修改并重新提交",
                       tried);
    if (transition(head.state, Action::appeal) != nullptr && context.actor.may("appraisal.self", unit.unit) &&
        context.today() <= head.notice_until.value_or(base::Date{}))
      write_plain_form(h, context, s, appeal_form(s), "appeal", "提出申诉",
                       "对得分有异议的，在 " + base::to_chinese(*head.notice_until) + " 前提出；一项一次",
                       tried);
    if (!timeline.moments.empty()) h("{}", html::panel("过程记录", timeline));
  };
  return site::page(context, std::move(page), tried != nullptr ? 422 : 200);
}

// ---------------------------------------------------------------- what is sent

Answer refused_or(Context& context, AppraisalEngine& engine, const Sheet& s, const char* which,
                  base::Errors errors, const char* said) {
  if (!errors.empty()) {
    const Tried tried{which, std::move(errors)};
    return show_sheet(context, engine, &tried);
  }
  context.say(html::Tone::green, said);
  return site::redirect(sheet_url(s.loaded.head.id, s.sheet.entry.unit));
}

Answer save_marks(Context& context, AppraisalEngine& engine, Mark::Kind kind, const char* which) {
  const Sheet s = TRY(sheet_of(context, engine));
  const Id id = s.loaded.head.id, unit = s.sheet.entry.unit;
  std::vector<const Item*> items;
  for (const auto& row : rows_of(context, s, kind)) items.push_back(row.item);
  base::Errors errors;
  const auto marks = read_marks(context.request.form, items, errors);
  for (auto& error : problems_of(*s.loaded.table, s.sheet.entry, marks)) errors.push_back(std::move(error));
  const bool submit = !context.field("submit").empty();
  if (errors.empty()) {
    const auto revision = base::parse_int(context.field("revision")).value_or(0);
    const auto done =
        kind == Mark::Kind::self ? engine.store().save_self(by(context), id, unit, revision, marks, submit)
        : kind == Mark::Kind::assessor ? engine.store().assess(by(context), id, unit, marks)
                                       : engine.store().review(by(context), id, unit, revision, marks);
    if (!done) {
      // Not about what was typed: its own page and status.
      if (done.error().code == Code::forbidden || done.error().code == Code::not_found)
        return tl::unexpected(done.error());
      errors.push_back(done.error());
    }
  }
  return refused_or(context, engine, s, which, std::move(errors), submit ? "自评已提交。" : "评分已保存。");
}

Answer return_self(Context& context, AppraisalEngine& engine) {
  const Sheet s = TRY(sheet_of(context, engine));
  auto in = return_form().check(context.request.form);
  if (in.ok()) {
    const auto done = engine.store().return_self(by(context), s.loaded.head.id, s.sheet.entry.unit,
                                                 in.values.text("reason"));
    if (!done && done.error().code == Code::forbidden) return tl::unexpected(done.error());
    if (!done) in.errors.push_back(done.error());
  }
  return refused_or(context, engine, s, "return", in.errors, "已退回，单位会收到通知。");
}

Answer appeal(Context& context, AppraisalEngine& engine) {
  const Sheet s = TRY(sheet_of(context, engine));
  auto in = appeal_form(s).check(context.request.form);
  if (in.ok()) {
    const auto made =
        engine.store().appeal(by(context), s.loaded.head.id, s.sheet.entry.unit, in.values.text("item"),
                              in.values.text("text"), in.values.text("link"));
    if (!made && made.error().code == Code::forbidden) return tl::unexpected(made.error());
    if (!made) in.errors.push_back(made.error());
  }
  return refused_or(context, engine, s, "appeal", in.errors, "申诉已提交，裁定后会通知您。");
}

}  // namespace

void add_sheet_pages(site::Site& site, AppraisalEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/appraisals/{appraisal}/units/{unit}", Access::right, "appraisal.read",
            [&](Context& c) { return show_sheet(c, engine, nullptr); }});
  site.add({Method::post, "/appraisals/{appraisal}/units/{unit}/self", Access::right, "appraisal.self",
            [&](Context& c) { return save_marks(c, engine, Mark::Kind::self, "self"); }});
  site.add({Method::post, "/appraisals/{appraisal}/units/{unit}/assess", Access::right, "appraisal.assess",
            [&](Context& c) { return save_marks(c, engine, Mark::Kind::assessor, "assess"); }});
  site.add({Method::post, "/appraisals/{appraisal}/units/{unit}/review", Access::right, "appraisal.review",
            [&](Context& c) { return save_marks(c, engine, Mark::Kind::reviewed, "review"); }});
  site.add({Method::post, "/appraisals/{appraisal}/units/{unit}/return", Access::right, "appraisal.review",
            [&](Context& c) { return return_self(c, engine); }});
  site.add({Method::post, "/appraisals/{appraisal}/units/{unit}/appeal", Access::right, "appraisal.self",
            [&](Context& c) { return appeal(c, engine); }});
  add_sheet_item_pages(site, engine);
}

}  // namespace kepu::appraisal
