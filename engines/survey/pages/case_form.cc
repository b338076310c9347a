#include "engines/survey/pages/case_form.h"

#include "core/base/text.h"

namespace kepu::survey::field {
namespace {

std::string value_of(const Pairs& fields, std::string_view name) {
  for (const auto& [n, v] : fields) {
    if (n == name) return v;
  }
  return {};
}
bool has(const Pairs& fields, std::string_view name, std::string_view value) {
  for (const auto& [n, v] : fields) {
    if (n != name) continue;
    for (const auto& one : base::split(v, " ")) {
      if (one == value) return true;
    }
  }
  return false;
}
void write_error(Out& h, const base::Errors& errors, std::string_view field) {
  for (const auto& e : errors) {
    if (e.field == field) h("<p class=\"err\"><span class=\"sr\">错误：</span>{}</p>", e.message);
  }
}

std::string ast_of(const std::string& condition) {
  const auto parsed = Expression::parse(condition);
  return parsed ? parsed->json() : "";
}
// Both conditions in one.
std::string relevance_of(const Question& q, const Block* block) {
  const auto own = ast_of(q.relevant), above = block == nullptr ? "" : ast_of(block->relevant);
  if (own.empty() || above.empty()) return own + above;
  return "[\"and\"," + above + "," + own + "]";
}

void write_choices(Out& h, const Question& q, const std::string& field, const Pairs& fields) {
  const bool several = q.kind == QuestionKind::multi;
  h("<div class=\"answers\" id=\"f-{}\">{}</div>", field, [&](Out& o) {
    for (const auto& option : q.options) {
      o("<label class=\"opt\"><input type=\"{}\" name=\"{}\" value=\"{}\"{}>{}</label>",
        several ? "checkbox" : "radio", field, option.code,
        html::Attr{has(fields, field, option.code), " checked"}, option.text);
    }
  });
}

void write_table(Out& h, const std::array<int, kMostPersons>& table) {
  h(
      "<table class=\"pick-table\"><caption>随机表：家中 18–69 "
      "岁常住居民按“男在前、女在后，年长的在前”排列，问第几位</caption><thead><tr><th "
      "scope=\"row\">家中人数</th>{}</tr></thead><tbody><tr><th "
      "scope=\"row\">问第几位</th>{}</tr></tbody></table>",
      [&](Out& o) {
        for (int n = 1; n <= 8; ++n) o("<th scope=\"col\">{}</th>", n);
      },
      [&](Out& o) {
        for (std::size_t n = 0; n < 8; ++n) o("<td>{}</td>", table[n]);
      });
}

}  // namespace

void write_question(Out& h, const Question& q, const Pairs& fields, const base::Errors& errors,
                    const Block* block) {
  if (q.kind == QuestionKind::note) {
    h("<div class=\"panel question\" data-relevant=\"{}\"><p>{}</p></div>", relevance_of(q, block), q.text);
    return;
  }
  const std::string field = "q-" + q.name;
  h(
      "<fieldset class=\"panel question\" data-q=\"{}\"{}{}{}><legend>{}{}</legend>{}{}{}</fieldset>", q.name,
      html::AttrValue{"data-relevant", relevance_of(q, block)},
      html::AttrValue{"data-constraint", ast_of(q.constraint)},
      html::AttrValue{"data-message", q.constraint_message}, q.text,
      [&](Out& o) {
        if (q.kind == QuestionKind::multi) o("<span class=\"voluntary\">（可多选）</span>");
        if (!q.required) o("<span class=\"voluntary\">（可不答）</span>");
      },
      [&](Out& o) {
        if (!q.relevant.empty() || (block != nullptr && !block->relevant.empty()))
          o("<p class=\"hint only-plain\">只在前面的回答适用时才问。</p>");
      },
      [&](Out& o) { write_error(o, errors, field); },
      [&](Out& o) {
        if (q.kind == QuestionKind::single || q.kind == QuestionKind::multi) {
          write_choices(o, q, field, fields);
        } else if (q.kind == QuestionKind::number) {
          o("<input class=\"in short\" id=\"f-{}\" name=\"{}\" inputmode=\"decimal\" autocomplete=\"off\" "
            "value=\"{}\" "
            "aria-label=\"{}\">",
            field, field, value_of(fields, field), q.text);
        } else {
          o("<textarea class=\"in\" id=\"f-{}\" name=\"{}\" rows=\"2\" maxlength=\"1000\" "
            "aria-label=\"{}\">{}</textarea>",
            field, field, q.text, value_of(fields, field));
        }
      });
}

void write_interview_form(Out& h, const Context& context, const InterviewForm& form) {
  const auto& c = form.whole.field_case;
  const auto serial = serial_of(c.area, c.dwelling);
  const auto table = selection_table(form.whole.round.seed, serial);
  const auto blocks = ordered(form.questionnaire, order_seed(form.whole.round.seed, serial));
  std::vector<std::string> positions;
  for (const int p : table) positions.push_back(std::to_string(p));
  if (!form.errors.empty()) h("{}", html::ErrorSummary{form.errors});
  h(
      "<div id=\"survey-state\" class=\"visit-state\" aria-live=\"polite\"></div><form method=\"post\" "
      "action=\"{}/interview\" "
      "data-survey=\"interview\" data-case=\"{}\" data-person=\"{}\" data-title=\"{}\" "
      "data-table=\"{}\"><input type=\"hidden\" "
      "name=\"csrf\" value=\"{}\"><input type=\"hidden\" name=\"key\" value=\"{}\">{}{}<p class=\"row\">{} "
      "{}</p></form>",
      html::Url{case_url(c.id)}, c.id, context.actor.person, form.whole.area.area.name + " " + c.number(),
      base::join(positions, " "), context.csrf, form.key,
      [&](Out& o) {
        o(
            "<section class=\"panel question\"><h3>先选人</h3>{}<div class=\"field\"><label "
            "for=\"f-persons\">家中 18–69 "
            "岁常住居民有几位</label>{}<input class=\"in short\" id=\"f-persons\" name=\"persons\" "
            "inputmode=\"numeric\" "
            "autocomplete=\"off\" value=\"{}\"></div><p class=\"chosen\" id=\"survey-chosen\" "
            "aria-live=\"polite\"></p>{}</section>",
            [&](Out& x) { write_table(x, table); }, [&](Out& x) { write_error(x, form.errors, "persons"); },
            value_of(form.fields, "persons"),
            [&](Out& x) {
              if (!form.paper) return;
              x(
                  "<div class=\"field\"><label for=\"f-paper\">纸质问卷编号<span "
                  "class=\"voluntary\">（现场访问不填）</span></label>{}<input class=\"in short\" "
                  "id=\"f-paper\" name=\"paper\" "
                  "maxlength=\"40\" value=\"{}\"></div>",
                  [&](Out& y) { write_error(y, form.errors, "paper"); }, value_of(form.fields, "paper"));
            });
      },
      [&](Out& o) {
        for (std::size_t b = 0; b < blocks.size(); ++b) {
          const auto& block = form.questionnaire.blocks[b];
          if (!block.title.empty()) o("<h3 class=\"block\">{}</h3>", block.title);
          for (const auto& q : blocks[b]) write_question(o, q, form.fields, form.errors, &block);
        }
      },
      html::button("完成访问，交回"),
      html::button("受访者中途停止，交回已答的", html::Look::plain, "stopped", "1"));
}

void write_attempt_form(Out& h, const Context& context, const AttemptForm& form) {
  const auto& c = form.whole.field_case;
  const auto on = value_of(form.fields, "on"), hour = value_of(form.fields, "hour"),
             code = value_of(form.fields, "code");
  if (!form.errors.empty()) h("{}", html::ErrorSummary{form.errors});
  h(
      "<div id=\"attempt-state\" class=\"visit-state\" aria-live=\"polite\"></div><form method=\"post\" "
      "action=\"{}/attempt\" "
      "data-survey=\"attempt\" data-case=\"{}\" data-person=\"{}\" data-title=\"{}\"><input type=\"hidden\" "
      "name=\"csrf\" "
      "value=\"{}\"><input type=\"hidden\" name=\"key\" value=\"{}\"><div class=\"field\"><label "
      "for=\"f-code\">结果</label>{}<select class=\"in\" id=\"f-code\" name=\"code\"><option "
      "value=\"\">请选择</option>{}</select></div><div class=\"pairs\"><div class=\"field half\"><label "
      "for=\"f-on\">上门日期</label>{}<input class=\"in short\" type=\"date\" id=\"f-on\" name=\"on\" "
      "value=\"{}\"></div><div "
      "class=\"field half\"><label for=\"f-hour\">几点（0–23）</label>{}<input class=\"in short\" "
      "id=\"f-hour\" name=\"hour\" "
      "inputmode=\"numeric\" value=\"{}\"></div></div><div class=\"field\"><label for=\"f-note\">说明<span "
      "class=\"voluntary\">（选填，不写姓名和电话）</span></label>{}<input class=\"in\" id=\"f-note\" "
      "name=\"note\" "
      "maxlength=\"200\" value=\"{}\"></div><p class=\"row\">{}</p></form>",
      html::Url{case_url(c.id)}, c.id, context.actor.person, form.whole.area.area.name + " " + c.number(),
      context.csrf, form.key, [&](Out& o) { write_error(o, form.errors, "code"); },
      [&](Out& o) {
        for (const auto& d : dispositions()) {
          if (d.by_visit)
            o("<option value=\"{}\"{}>{}　{}</option>", d.code, html::Attr{code == d.code, " selected"},
              d.code, d.title);
        }
      },
      [&](Out& o) { write_error(o, form.errors, "on"); }, on.empty() ? base::to_iso(context.today()) : on,
      [&](Out& o) { write_error(o, form.errors, "hour"); }, hour,
      [&](Out& o) { write_error(o, form.errors, "note"); }, value_of(form.fields, "note"),
      html::button("记下这次上门", html::Look::plain));
}

void write_interview(Out& h, const Questionnaire& q, const Interview& in) {
  html::SimpleTable table{"回答", {{"题"}, {"回答"}, {"用时", html::Column::Kind::number}}, {}};
  for (const auto& block : q.blocks) {
    for (const auto& question : block.questions) {
      const auto at = in.answers.find(question.name);
      if (at == in.answers.end()) continue;
      std::vector<std::string> words;
      for (const auto& code : base::split(at->second, " ")) {
        const auto option = std::find_if(question.options.begin(), question.options.end(),
                                         [&](const Option& o) { return o.code == code; });
        words.push_back(option == question.options.end() ? code : option->text);
      }
      const auto time = in.times.find(question.name);
      table.rows.push_back({question.text, question.options.empty() ? at->second : base::join(words, "、"),
                            time == in.times.end()
                                ? std::string("—")
                                : fmt::format("{:.0f} 秒", static_cast<double>(time->second) / 1000)});
    }
  }
  h("<p class=\"muted\">家中 18–69 岁 {} 人，问第 {} 位{}{}</p>{}", in.persons, in.person,
    in.until > in.from ? fmt::format("　用时 {:.0f} 分钟", minutes_of(in)) : "",
    in.paper.empty() ? "" : "　纸质问卷 " + in.paper, table);
}

}  // namespace kepu::survey::field
