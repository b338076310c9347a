// 问卷: the list, a new one (empty, copied, from an XLSForm file), one with its walk, its release, its file.
#include "core/base/text.h"
#include "engines/survey/pages/desk.h"
#include "engines/survey/xlsform.h"

namespace kepu::survey::field {

using base::Code;

namespace {

std::int64_t revision_of(const Context& context) {
  return base::parse_int(context.field("revision")).value_or(-1);
}

// What every questionnaire begins with: the background that estimates rest on.
Questionnaire beginning() {
  Question sex, age, education;
  sex.name = "sex";
  sex.text = "受访者性别";
  sex.options = {{"1", "男"}, {"2", "女"}};
  age.name = "age";
  age.text = "您今年多少周岁？";
  age.kind = QuestionKind::number;
  age.constraint = ". >= 18 and . <= 69";
  age.constraint_message = "只访问 18–69 岁的人；年龄不对请核对选人。";
  education.name = "education";
  education.text = "您的文化程度（含在读）";
  education.options = {
      {"1", "小学及以下"}, {"2", "初中"}, {"3", "高中、中专、技校"}, {"4", "大专"}, {"5", "本科及以上"}};
  return {"", {{"background", "基本情况", "", false, {sex, age, education}}}};
}

const form::Form& new_form() {
  static const form::Form kForm(
      {{.name = "title", .label = "名称", .hint = "导入文件时可以不填，用文件里的名称", .max_length = 100},
       {.name = "copy", .label = "从哪里开始", .kind = form::Kind::select},
       {.name = "file",
        .label = "或导入 XLSForm 文件",
        .kind = form::Kind::file,
        .hint = "survey、choices、settings 三张工作表的 .xlsx",
        .accept = ".xlsx"}});
  return kForm;
}

http::Response new_page(Context& context, SurveyEngine& engine, const Typed& typed) {
  std::vector<form::Option> copies = {{"", "空白（只有性别、年龄、文化程度）"}};
  for (const auto& q : engine.store().questionnaires(context.tenant.id))
    copies.push_back({std::to_string(q.id), "另存“" + q.title + "”"});
  site::Page page;
  page.title = "新建问卷";
  page.path = {{"科学素质调查", "/survey"}, {"问卷", "/survey/questionnaires"}, {"新建", ""}};
  page.narrow = true;
  auto view = view_of(context, "/survey/questionnaires/new", "新建", typed);
  view.cancel_url = "/survey/questionnaires";
  page.body = [&](Out& h) {
    h("{}", html::panel("", [&](Out& o) { new_form().with_options("copy", copies).write(o, view); }));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer add(Context& context, SurveyEngine& engine) {
  Typed typed{form::Values(context.request.form), {}, ""};
  const auto title = base::trim(context.field("title"));
  auto q = beginning();
  const auto* upload = context.request.upload("file");
  const Id copy = base::parse_id(context.field("copy")).value_or(0);
  if (upload != nullptr && upload->size > 0) {
    const auto sheets = read_upload(context, "file");
    if (sheets) {
      auto read = read_xlsform(*sheets);
      typed.errors = read.errors;
      q = std::move(read.questionnaire);
    } else {
      typed.errors.push_back(sheets.error());
    }
  } else if (copy != 0) {
    q = *TRY(engine.store().questionnaire(context.tenant.id, copy)).body;
  }
  if (!title.empty()) q.title = title;
  if (typed.empty()) {
    const auto added = engine.store().add_questionnaire(by(context), q);
    if (added) {
      context.say(html::Tone::green, "已新建。改好题目，走查没有问题就可以定稿。");
      return site::redirect(questionnaire_url(*added));
    }
    typed.errors.push_back(added.error());
  }
  return new_page(context, engine, typed);
}

PageAnswer list(Context& context, SurveyEngine& engine) {
  const auto rows = engine.store().questionnaires(context.tenant.id);
  using Row = StoredQuestionnaire;
  const auto table =
      table::Table<Row>({.id = "questionnaires", .caption = "问卷", .search_hint = "名称", .unit = "份"})
          .column({.key = "title", .title = "问卷", .full_on_phone = true, .width = 36},
                  [](const Row& q) { return table::link(q.title, questionnaire_url(q.id)); })
          .column({.key = "state", .title = "状态"},
                  [](const Row& q) {
                    return table::status(q.released() ? html::Light::done : html::Light::idle,
                                         q.released() ? "已定稿" : "编写中");
                  })
          .column({.key = "questions", .title = "题数", .number = true},
                  [](const Row& q) { return table::count(q.questions); })
          .column({.key = "scored", .title = "计分题", .number = true},
                  [](const Row& q) { return table::count(q.scored); })
          .column({.key = "released", .title = "定稿日期"},
                  [](const Row& q) {
                    return q.released() ? table::date(base::date_of(q.released_at)) : table::missing();
                  })
          .column({.key = "by", .title = "最后修改", .hide_on_phone = true},
                  [](const Row& q) { return table::text(q.edited_by); });
  site::Page page;
  page.title = "问卷";
  page.path = {{"科学素质调查", "/survey"}, {"问卷", ""}};
  page.note = "定稿以后不能再改；要改就另存一份";
  page.actions = [&](Out& h) {
    if (!context.actor.may(kManage)) return;
    h("{}{}", html::button_link("题库", "/survey/items", "list-details"),
      html::button_link("新建问卷", "/survey/questionnaires/new", "plus", html::Look::primary));
  };
  site::ListOptions options{.file_name = "问卷", .subject = "questionnaires"};
  options.empty_hint = "还没有问卷。新建一份，或导入 XLSForm 文件。";
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

void write_walk(Out& h, Context& context, const StoredQuestionnaire& stored) {
  const auto walked = walk(*stored.body);
  h("{}", html::panel("走查", [&](Out& o) {
      if (walked.faults.empty()) {
        o("<p>{}　走完 {} 条路，最短 {} 题，最长 {} 题，每一题都有人能走到、走得出去，计分题都有答案。</p>",
          html::tag(walked.complete ? "没有问题" : "没有走完",
                    walked.complete ? html::Tone::green : html::Tone::amber),
          std::to_string(walked.paths), walked.shortest, walked.longest);
      } else {
        o("<p>{}　改好才能定稿。</p><ul class=\"faults\">{}</ul>",
          html::tag(fmt::format("{} 处问题", walked.faults.size()), html::Tone::red), [&](Out& x) {
            for (const auto& f : walked.faults) {
              if (f.question.empty() || stored.body->find(f.question) == nullptr || stored.released()) {
                x("<li>{}　{}</li>", f.question, f.message);
              } else {
                x("<li><a href=\"{}/questions/{}\">{}</a>　{}</li>", html::Url{questionnaire_url(stored.id)},
                  f.question, f.question, f.message);
              }
            }
          });
      }
      if (stored.released()) {
        o("<p class=\"muted\">{}于 {} 定稿。</p>", stored.released_by, base::to_local(stored.released_at));
      } else if (walked.faults.empty() && walked.complete && context.actor.may(kManage)) {
        o("{}", html::PostButton{"定稿",
                                 questionnaire_url(stored.id) + "/release",
                                 context.csrf,
                                 html::Look::primary,
                                 {},
                                 {{"revision", std::to_string(stored.revision)}}});
      }
    }));
}

void write_points(Out& h, const Questionnaire& q) {
  html::SimpleTable table{"各维度的题数和分值",
                          {{"维度"},
                           {"题数", html::Column::Kind::number},
                           {"满分", html::Column::Kind::number},
                           {"每题", html::Column::Kind::number}},
                          {}};
  for (const auto d : kDimensions) {
    int count = 0;
    double points = 0;
    for (const auto* x : q.scored()) {
      if (x->dimension != d) continue;
      ++count;
      points = points_of(q, *x);
    }
    table.rows.push_back({std::string(dimension_title(d)), std::to_string(count),
                          fmt::format("{:g} 分", full_points(d)),
                          count == 0 ? std::string("—") : fmt::format("{:.2f} 分", points)});
  }
  h("{}", html::panel("计分", table, {.note = "满分 100，70 分及以上为具备科学素质"}));
}

void write_block(Out& h, Context& context, const StoredQuestionnaire& stored, std::size_t index) {
  const auto& block = stored.body->blocks[index];
  const bool edits = !stored.released() && context.actor.may(kManage);
  html::SimpleTable table{
      block.title.empty() ? block.name : block.title, {{"题号"}, {"题目"}, {"题型"}, {"答案和条件"}}, {}};
  for (const auto& q : block.questions) {
    table.rows.push_back({[&, edits](Out& o) {
                            if (edits) {
                              o("<a href=\"{}/questions/{}\">{}</a>", html::Url{questionnaire_url(stored.id)},
                                q.name, q.name);
                            } else {
                              o("{}", q.name);
                            }
                          },
                          [&q](Out& o) {
                            o("{}{}", q.text, [&](Out& x) {
                              if (q.options.empty()) return;
                              x("<br><span class=\"small muted\">{}</span>", [&](Out& y) {
                                for (const auto& option : q.options) y("{} {}　", option.code, option.text);
                              });
                            });
                          },
                          [&q](Out& o) {
                            o("{}", title_of(q.kind));
                            if (q.dimension)
                              o("<br>{}", html::tag(dimension_title(*q.dimension), html::Tone::blue));
                            if (q.anchor) o(" {}", html::tag("锚题"));
                          },
                          [&q](Out& o) {
                            if (!q.right.empty()) o("答案 {}<br>", q.right);
                            if (!q.relevant.empty()) o("<span class=\"small\">问：{}</span><br>", q.relevant);
                            if (!q.constraint.empty())
                              o("<span class=\"small\">检查：{}</span>", q.constraint);
                            if (q.right.empty() && q.relevant.empty() && q.constraint.empty()) o("—");
                          }});
  }
  std::string note = block.shuffle ? "题目顺序随机" : "";
  if (!block.relevant.empty()) note += (note.empty() ? "" : "；") + std::string("问：") + block.relevant;
  h("{}",
    html::panel(
        block.title.empty() ? block.name : block.title, table,
        {.note = note,
         .more = edits ? html::Link{"修改“" + (block.title.empty() ? block.name : block.title) + "”",
                                    fmt::format("{}/blocks/{}", questionnaire_url(stored.id), index + 1)}
                       : html::Link{}}));
}

PageAnswer show(Context& context, SurveyEngine& engine) {
  const auto stored = TRY(engine.store().questionnaire(context.tenant.id, TRY(context.id("questionnaire"))));
  const auto& q = *stored.body;
  const auto url = questionnaire_url(stored.id);
  site::Page page;
  page.title = stored.title;
  page.path = {{"科学素质调查", "/survey"}, {"问卷", "/survey/questionnaires"}, {stored.title, ""}};
  page.note = fmt::format("{}　{} 题，其中计分 {} 题", stored.released() ? "已定稿" : "编写中",
                          stored.questions, stored.scored);
  page.actions = [&](Out& h) {
    h("{}", html::button_link("导出 XLSForm", url + "/form.xlsx", "download"));
    if (stored.released() || !context.actor.may(kManage)) return;
    h("{}{}", html::button_link("从题库选题", url + "/bank", "list-details"),
      html::button_link("加题", url + "/questions/new", "plus"));
  };
  page.body = [&](Out& h) {
    write_walk(h, context, stored);
    write_points(h, q);
    for (std::size_t b = 0; b < q.blocks.size(); ++b) write_block(h, context, stored, b);
  };
  return site::page(context, std::move(page));
}

PageAnswer release(Context& context, SurveyEngine& engine) {
  const Id id = TRY(context.id("questionnaire"));
  TRY(engine.store().release(by(context), id, revision_of(context)));
  context.say(html::Tone::green, "已定稿，可以用于调查。");
  return site::redirect(questionnaire_url(id));
}

PageAnswer export_form(Context& context, SurveyEngine& engine) {
  const auto stored = TRY(engine.store().questionnaire(context.tenant.id, TRY(context.id("questionnaire"))));
  context.log("export.questionnaire", fmt::format("questionnaire:{}", stored.id),
              "导出问卷“" + stored.title + "”（含答案）");
  return workbook_answer(context, stored.title,
                         [&](const std::string& path) { write_xlsform(*stored.body, path); });
}

}  // namespace

void add_questionnaire_pages(site::Site& site, SurveyEngine& engine) {
  using http::Method;
  using site::Access;
  // Answers stand on these pages: for the office and those who sign.
  site.add({Method::get, "/survey/questionnaires", Access::right, "survey.read",
            [&](Context& c) { return list(c, engine); }});
  site.add({Method::get, "/survey/questionnaires/new", Access::right, "survey.manage",
            [&](Context& c) -> PageAnswer { return new_page(c, engine, {}); }});
  site.add({Method::post, "/survey/questionnaires/new", Access::right, "survey.manage",
            [&](Context& c) { return add(c, engine); }, 32u << 20, true});
  site.add({Method::get, "/survey/questionnaires/{questionnaire}", Access::right, "survey.manage",
            [&](Context& c) { return show(c, engine); }});
  site.add({Method::post, "/survey/questionnaires/{questionnaire}/release", Access::right, "survey.manage",
            [&](Context& c) { return release(c, engine); }});
  site.add({Method::get, "/survey/questionnaires/{questionnaire}/form.xlsx", Access::right, "survey.manage",
            [&](Context& c) { return export_form(c, engine); }});
}

}  // namespace kepu::survey::field
