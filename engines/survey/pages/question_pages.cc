// The questions of a questionnaire that is still being written: add, change, move, take out, take in from the
// bank.
#include "core/base/text.h"
#include "engines/survey/pages/question_form.h"

namespace kepu::survey::field {

using base::Code;
using base::refuse;

namespace {

struct Where {
  std::size_t block = 0, at = 0;
};
std::optional<Where> where_of(const Questionnaire& q, std::string_view name) {
  for (std::size_t b = 0; b < q.blocks.size(); ++b) {
    for (std::size_t i = 0; i < q.blocks[b].questions.size(); ++i) {
      if (q.blocks[b].questions[i].name == name) return Where{b, i};
    }
  }
  return std::nullopt;
}

base::Result<StoredQuestionnaire> open_draft(Context& context, SurveyEngine& engine) {
  auto stored = TRY(engine.store().questionnaire(context.tenant.id, TRY(context.id("questionnaire"))));
  if (stored.released())
    return refuse(Code::conflict, "questionnaire.released", "问卷已经定稿，不能再改。请另存一份。");
  return stored;
}

form::Form with_block(const Questionnaire& q) {
  auto fields = question_form().fields();
  std::vector<form::Option> blocks;
  for (std::size_t b = 0; b < q.blocks.size(); ++b)
    blocks.push_back({std::to_string(b), q.blocks[b].title.empty() ? q.blocks[b].name : q.blocks[b].title});
  blocks.push_back({"new", "另起一组"});
  fields.insert(fields.begin() + 2, {.name = "block",
                                     .label = "在哪一组",
                                     .kind = form::Kind::select,
                                     .required = true,
                                     .options = blocks,
                                     .initial = blocks.front().value,
                                     .short_field = true});
  fields.insert(fields.begin() + 3,
                {.name = "block_title", .label = "新组的名称", .max_length = 60, .short_field = true});
  return form::Form(std::move(fields));
}

http::Response form_page(Context& context, const StoredQuestionnaire& stored, const std::string& name,
                         const Typed& typed) {
  const auto at = where_of(*stored.body, name);
  const bool fresh = !at;
  const auto url = questionnaire_url(stored.id) + "/questions/" + (fresh ? "new" : name);
  form::Values values;
  if (at) {
    values = values_of(stored.body->blocks[at->block].questions[at->at]);
    values.set("block", std::to_string(at->block));
  } else {
    values.set("required", "1");
    values.set("kind", "single");
    values.set("block", std::to_string(stored.body->blocks.empty() ? 0 : stored.body->blocks.size() - 1));
  }
  site::Page page;
  page.title = fresh ? "加题" : "修改 " + name;
  page.path = {{"科学素质调查", "/survey"},
               {"问卷", "/survey/questionnaires"},
               {stored.title, questionnaire_url(stored.id)},
               {page.title, ""}};
  page.narrow = true;
  auto view = view_of(context, url, "保存", typed, values);
  view.cancel_url = questionnaire_url(stored.id);
  view.hidden = {{"revision", std::to_string(stored.revision)}};
  page.body = [&](Out& h) {
    h("{}", html::panel("", [&](Out& o) { with_block(*stored.body).write(o, view); }));
    if (fresh) return;
    h("<div class=\"deeds\">{}</div>", [&](Out& o) {
      for (const auto& [text, what] :
           {std::pair("上移", "up"), std::pair("下移", "down"), std::pair("删去这一题", "remove")}) {
        o("{} ", html::PostButton{text,
                                  url + "/move",
                                  context.csrf,
                                  std::string_view(what) == "remove" ? html::Look::danger : html::Look::plain,
                                  {},
                                  {{"revision", std::to_string(stored.revision)}, {"do", what}}});
      }
    });
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

// Puts the question into the chosen block: in its place where it stays there, else at the end.
void place(Questionnaire& q, Question question, const std::string& old, const form::Values& v) {
  std::size_t block = 0;
  if (v.text("block") == "new") {
    block = q.blocks.size();
    q.blocks.push_back({fmt::format("part{}", block + 1), v.text("block_title"), "", question.scored(), {}});
  } else {
    block =
        std::min(static_cast<std::size_t>(base::parse_int(v.text("block")).value_or(0)), q.blocks.size() - 1);
  }
  const auto at = where_of(q, old);
  if (at && at->block == block) {
    question.item = q.blocks[block].questions[at->at].item;
    q.blocks[block].questions[at->at] = std::move(question);
    return;
  }
  if (at)
    q.blocks[at->block].questions.erase(q.blocks[at->block].questions.begin() +
                                        static_cast<std::ptrdiff_t>(at->at));
  q.blocks[block].questions.push_back(std::move(question));
}

PageAnswer edit(Context& context, SurveyEngine& engine, bool fresh) {
  const auto stored = TRY(open_draft(context, engine));
  const std::string name = fresh ? "" : std::string(context.variable("question"));
  if (!fresh && !where_of(*stored.body, name))
    return refuse(Code::not_found, "questionnaire.question", "问卷里没有这一题。");
  if (context.request.method == http::Method::get) return form_page(context, stored, name, {});
  const auto in = with_block(*stored.body).check(context.request.form);
  Typed typed{in.values, in.errors, ""};
  if (typed.empty()) {
    auto question = question_of(in.values);
    if (question.name != name && stored.body->find(question.name) != nullptr)
      typed.errors.push_back(
          {Code::invalid, "questionnaire.name", "name", "题号“" + question.name + "”已经用了，请换一个。"});
    for (const auto& [field, text] :
         {std::pair("relevant", question.relevant), std::pair("constraint", question.constraint)}) {
      const auto parsed = Expression::parse(text);
      if (!parsed)
        typed.errors.push_back({Code::invalid, parsed.error().rule, field, parsed.error().message});
    }
    if (typed.empty()) {
      auto q = *stored.body;
      place(q, std::move(question), name, in.values);
      std::erase_if(q.blocks, [](const Block& b) { return b.questions.empty(); });
      const auto done = engine.store().change_questionnaire(
          by(context), stored.id, base::parse_int(context.field("revision")).value_or(-1), q);
      if (done) {
        context.say(html::Tone::green, "已保存。");
        return site::redirect(questionnaire_url(stored.id));
      }
      typed.errors.push_back(done.error());
    }
  }
  return form_page(context, stored, name, typed);
}

PageAnswer move(Context& context, SurveyEngine& engine) {
  const auto stored = TRY(open_draft(context, engine));
  auto q = *stored.body;
  const auto at = where_of(q, context.variable("question"));
  if (!at) return refuse(Code::not_found, "questionnaire.question", "问卷里没有这一题。");
  auto& questions = q.blocks[at->block].questions;
  const auto what = context.field("do");
  if (what == "remove") questions.erase(questions.begin() + static_cast<std::ptrdiff_t>(at->at));
  if (what == "up" && at->at > 0) std::swap(questions[at->at], questions[at->at - 1]);
  if (what == "down" && at->at + 1 < questions.size()) std::swap(questions[at->at], questions[at->at + 1]);
  std::erase_if(q.blocks, [](const Block& b) { return b.questions.empty(); });
  TRY(engine.store().change_questionnaire(by(context), stored.id,
                                          base::parse_int(context.field("revision")).value_or(-1), q));
  context.say(html::Tone::green, what == "remove" ? "已删去。" : "已移动。");
  return site::redirect(questionnaire_url(stored.id));
}

http::Response bank_page(Context& context, SurveyEngine& engine, const StoredQuestionnaire& stored,
                         const Typed& typed) {
  std::vector<form::Option> options;
  for (const auto& item : engine.store().items(context.tenant.id)) {
    if (!item.active || stored.body->find(item.question.name) != nullptr) continue;
    options.push_back({item.code, fmt::format("{}　{}　{}（用过 {} 次）", item.code,
                                              dimension_title(*item.question.dimension),
                                              base::shorten(item.question.text, 40), item.exposed)});
  }
  site::Page page;
  page.title = "从题库选题";
  page.note = "加到“科学素质题”一组，题目和选项的顺序随机";
  page.path = {{"科学素质调查", "/survey"},
               {"问卷", "/survey/questionnaires"},
               {stored.title, questionnaire_url(stored.id)},
               {page.title, ""}};
  page.narrow = true;
  page.body = [&](Out& h) {
    if (options.empty()) {
      h("{}", html::EmptyState{"没有可选的题", "题库里能用的题都已在问卷里，或题库还是空的。",
                               [](Out& o) { o("{}", html::button_link("到题库", "/survey/items")); }});
      return;
    }
    const form::Form fields({{.name = "items",
                              .label = "题目",
                              .kind = form::Kind::multi_select,
                              .required = true,
                              .options = options}});
    auto view = view_of(context, questionnaire_url(stored.id) + "/bank", "加入问卷", typed);
    view.cancel_url = questionnaire_url(stored.id);
    view.hidden = {{"revision", std::to_string(stored.revision)}};
    h("{}", html::panel("", [&](Out& o) { fields.write(o, view); }));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer bank(Context& context, SurveyEngine& engine) {
  const auto stored = TRY(open_draft(context, engine));
  if (context.request.method == http::Method::get) return bank_page(context, engine, stored, {});
  const auto chosen = context.request.fields("items");
  Typed typed{form::Values(context.request.form), {}, ""};
  if (chosen.empty()) typed.errors.push_back({Code::invalid, "form.required", "items", "请选择题目。"});
  auto q = *stored.body;
  auto block =
      std::find_if(q.blocks.begin(), q.blocks.end(), [](const Block& b) { return b.name == "items"; });
  if (block == q.blocks.end()) {
    q.blocks.push_back({"items", "科学素质题", "", true, {}});
    block = q.blocks.end() - 1;
  }
  for (const auto& item : engine.store().items(context.tenant.id)) {
    if (std::find(chosen.begin(), chosen.end(), item.code) == chosen.end() ||
        q.find(item.question.name) != nullptr)
      continue;
    auto question = item.question;
    question.item = item.code;
    block->questions.push_back(std::move(question));
  }
  if (typed.empty()) {
    const auto done = engine.store().change_questionnaire(
        by(context), stored.id, base::parse_int(context.field("revision")).value_or(-1), q);
    if (done) {
      context.say(html::Tone::green, fmt::format("加入 {} 题。", chosen.size()));
      return site::redirect(questionnaire_url(stored.id));
    }
    typed.errors.push_back(done.error());
  }
  return bank_page(context, engine, stored, typed);
}

}  // namespace

void add_question_pages(site::Site& site, SurveyEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/survey/questionnaires/{questionnaire}/questions/new", Access::right,
            "survey.manage", [&](Context& c) { return edit(c, engine, true); }});
  site.add({Method::post, "/survey/questionnaires/{questionnaire}/questions/new", Access::right,
            "survey.manage", [&](Context& c) { return edit(c, engine, true); }});
  site.add({Method::get, "/survey/questionnaires/{questionnaire}/questions/{question}", Access::right,
            "survey.manage", [&](Context& c) { return edit(c, engine, false); }});
  site.add({Method::post, "/survey/questionnaires/{questionnaire}/questions/{question}", Access::right,
            "survey.manage", [&](Context& c) { return edit(c, engine, false); }});
  site.add({Method::post, "/survey/questionnaires/{questionnaire}/questions/{question}/move", Access::right,
            "survey.manage", [&](Context& c) { return move(c, engine); }});
  site.add({Method::get, "/survey/questionnaires/{questionnaire}/bank", Access::right, "survey.manage",
            [&](Context& c) { return bank(c, engine); }});
  site.add({Method::post, "/survey/questionnaires/{questionnaire}/bank", Access::right, "survey.manage",
            [&](Context& c) { return bank(c, engine); }});
}

}  // namespace kepu::survey::field
