// One group of questions: its title, whom it is asked, whether its questions come in an order of chance, its
// place among the groups.
#include "core/base/text.h"
#include "engines/survey/pages/desk.h"

namespace kepu::survey::field {

using base::Code;
using base::refuse;

namespace {

const form::Form& block_form() {
  using form::Kind;
  static const form::Form kForm(
      {{.name = "title", .label = "名称", .required = true, .max_length = 60},
       {.name = "relevant",
        .label = "什么时候问这一组",
        .hint = "整组的跳转条件，如 ${age} >= 60；只能用前面各组的题；不填就人人都问",
        .max_length = 500},
       {.name = "shuffle", .label = "题目顺序随机", .kind = Kind::checkbox, .short_field = true}});
  return kForm;
}

struct Opened {
  StoredQuestionnaire stored;
  std::size_t at = 0;  // of the block
};
base::Result<Opened> open_block(Context& context, SurveyEngine& engine) {
  auto stored = TRY(engine.store().questionnaire(context.tenant.id, TRY(context.id("questionnaire"))));
  if (stored.released())
    return refuse(Code::conflict, "questionnaire.released", "问卷已经定稿，不能再改。请另存一份。");
  const auto number = base::parse_int(context.variable("block")).value_or(0);
  if (number < 1 || number > static_cast<std::int64_t>(stored.body->blocks.size()))
    return refuse(Code::not_found, "questionnaire.block",
                  "问卷里没有这一组，可能已经移动过。请从问卷页进入。");
  return Opened{std::move(stored), static_cast<std::size_t>(number - 1)};
}

std::string block_url(const Opened& o) {
  return fmt::format("{}/blocks/{}", questionnaire_url(o.stored.id), o.at + 1);
}

http::Response block_page(Context& context, const Opened& opened, const Typed& typed) {
  const auto& q = *opened.stored.body;
  const auto& block = q.blocks[opened.at];
  site::Page page;
  page.title = "修改“" + (block.title.empty() ? block.name : block.title) + "”一组";
  page.path = {{"科学素质调查", "/survey"},
               {"问卷", "/survey/questionnaires"},
               {opened.stored.title, questionnaire_url(opened.stored.id)},
               {"修改一组", ""}};
  page.note =
      fmt::format("第 {} 组，共 {} 组，{} 题", opened.at + 1, q.blocks.size(), block.questions.size());
  page.narrow = true;
  form::Values values;
  values.set("title", block.title);
  values.set("relevant", block.relevant);
  values.set("shuffle", block.shuffle ? "1" : "");
  auto view = view_of(context, block_url(opened), "保存", typed, values);
  const auto revision = std::to_string(opened.stored.revision);
  view.cancel_url = questionnaire_url(opened.stored.id);
  view.hidden = {{"revision", revision}};
  page.body = [&](Out& h) {
    h("{}", html::panel("", [&](Out& o) { block_form().write(o, view); }));
    const auto button = [&](Out& o, const char* text, const char* what) {
      o("{} ", html::PostButton{text,
                                block_url(opened) + "/move",
                                context.csrf,
                                html::Look::plain,
                                {},
                                {{"revision", revision}, {"do", what}}});
    };
    if (q.blocks.size() < 2) return;
    h("<div class=\"deeds\">{}</div>", [&](Out& o) {
      if (opened.at > 0) button(o, "整组上移", "up");
      if (opened.at + 1 < q.blocks.size()) button(o, "整组下移", "down");
    });
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

base::Done save(Context& context, SurveyEngine& engine, const Opened& opened, const Questionnaire& q) {
  return engine.store().change_questionnaire(by(context), opened.stored.id,
                                             base::parse_int(context.field("revision")).value_or(-1), q);
}

PageAnswer edit(Context& context, SurveyEngine& engine) {
  const auto opened = TRY(open_block(context, engine));
  if (context.request.method == http::Method::get) return block_page(context, opened, {});
  const auto in = block_form().check(context.request.form);
  Typed typed{in.values, in.errors, ""};
  const auto condition = Expression::parse(in.values.text("relevant"));
  if (!condition)
    typed.errors.push_back({Code::invalid, condition.error().rule, "relevant", condition.error().message});
  if (typed.empty()) {
    auto q = *opened.stored.body;
    auto& block = q.blocks[opened.at];
    block.title = in.values.text("title");
    block.relevant = in.values.text("relevant");
    block.shuffle = in.values.flag("shuffle");
    const auto done = save(context, engine, opened, q);
    if (done) {
      context.say(html::Tone::green, "已保存。");
      return site::redirect(questionnaire_url(opened.stored.id));
    }
    typed.errors.push_back(done.error());
  }
  return block_page(context, opened, typed);
}

PageAnswer move(Context& context, SurveyEngine& engine) {
  const auto opened = TRY(open_block(context, engine));
  auto q = *opened.stored.body;
  const auto what = context.field("do");
  if (what == "up" && opened.at > 0) std::swap(q.blocks[opened.at], q.blocks[opened.at - 1]);
  if (what == "down" && opened.at + 1 < q.blocks.size())
    std::swap(q.blocks[opened.at], q.blocks[opened.at + 1]);
  TRY(save(context, engine, opened, q));
  context.say(html::Tone::green, "已移动。走查会指出移动后对不上的条件。");
  return site::redirect(questionnaire_url(opened.stored.id));
}

}  // namespace

void add_block_pages(site::Site& site, SurveyEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/survey/questionnaires/{questionnaire}/blocks/{block}", Access::right,
            "survey.manage", [&](Context& c) { return edit(c, engine); }});
  site.add({Method::post, "/survey/questionnaires/{questionnaire}/blocks/{block}", Access::right,
            "survey.manage", [&](Context& c) { return edit(c, engine); }});
  site.add({Method::post, "/survey/questionnaires/{questionnaire}/blocks/{block}/move", Access::right,
            "survey.manage", [&](Context& c) { return move(c, engine); }});
}

}  // namespace kepu::survey::field
