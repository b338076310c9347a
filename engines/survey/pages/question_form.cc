#include "engines/survey/pages/question_form.h"

#include "core/base/text.h"

namespace kepu::survey::field {

const form::Form& question_form() {
  using form::Kind;
  static const form::Form kForm([] {
    std::vector<form::Option> dimensions = {{"", "不计分（背景题）"}};
    for (const auto d : kDimensions)
      dimensions.push_back({std::string(to_text(d)), std::string(dimension_title(d))});
    std::vector<form::Option> kinds;
    for (const auto k : {QuestionKind::single, QuestionKind::multi, QuestionKind::number, QuestionKind::text,
                         QuestionKind::note})
      kinds.push_back({std::string(to_text(k)), std::string(title_of(k))});
    return std::vector<form::Field>{
        {.name = "name",
         .label = "题号",
         .required = true,
         .hint = "字母开头，字母、数字、下划线；条件里写作 ${题号}",
         .max_length = 40,
         .pattern = "[A-Za-z][A-Za-z0-9_]*",
         .pattern_message = "题号用字母开头，只含字母、数字、下划线，如 k01。",
         .short_field = true},
        {.name = "kind",
         .label = "题型",
         .kind = Kind::select,
         .required = true,
         .options = kinds,
         .initial = "single",
         .short_field = true},
        {.name = "text",
         .label = "题目",
         .kind = Kind::long_text,
         .required = true,
         .max_length = 500,
         .rows = 3},
        {.name = "options",
         .label = "选项",
         .kind = Kind::long_text,
         .hint = "每行“代码 | 文字”，不写代码就按顺序编号；代码 90 以上的（如 98 | 不知道）总排在最后",
         .max_length = 4000,
         .rows = 6},
        {.name = "dimension",
         .label = "维度",
         .kind = Kind::select,
         .options = dimensions,
         .short_field = true},
        {.name = "right",
         .label = "正确答案",
         .hint = "选项的代码；多选用空格隔开",
         .max_length = 60,
         .short_field = true},
        {.name = "relevant",
         .label = "什么时候问",
         .hint = "如 ${age} >= 60 and ${sex} = '2'；selected(${media}, '3') 指多选里选了 3；不填就人人都问",
         .max_length = 500},
        {.name = "constraint",
         .label = "检查",
         .hint = "“.”是这一题的回答，如 . >= 18 and . <= 69",
         .max_length = 500},
        {.name = "message", .label = "检查不过时的提示", .max_length = 200},
        {.name = "required", .label = "必答", .kind = Kind::checkbox, .short_field = true},
        {.name = "shuffle", .label = "选项顺序随机", .kind = Kind::checkbox, .short_field = true},
        {.name = "anchor", .label = "锚题（上一轮也问）", .kind = Kind::checkbox, .short_field = true}};
  }());
  return kForm;
}

form::Values values_of(const Question& q) {
  form::Values v;
  v.set("name", q.name);
  v.set("kind", std::string(to_text(q.kind)));
  v.set("text", q.text);
  v.set("options", options_text(q.options));
  v.set("dimension", q.dimension ? std::string(to_text(*q.dimension)) : "");
  v.set("right", q.right);
  v.set("relevant", q.relevant);
  v.set("constraint", q.constraint);
  v.set("message", q.constraint_message);
  v.set("required", q.required ? "1" : "");
  v.set("shuffle", q.shuffle ? "1" : "");
  v.set("anchor", q.anchor ? "1" : "");
  return v;
}

Question question_of(const form::Values& v) {
  Question q;
  q.name = v.text("name");
  q.text = v.text("text");
  q.kind = parse_question_kind(v.text("kind")).value_or(QuestionKind::single);
  q.options = parse_options(v.text("options"));
  q.dimension = parse_dimension(v.text("dimension"));
  auto codes = base::split(base::squeeze(v.text("right")), " ");
  std::erase(codes, "");
  std::sort(codes.begin(), codes.end());
  q.right = q.dimension ? base::join(codes, " ") : "";
  q.relevant = v.text("relevant");
  q.constraint = v.text("constraint");
  q.constraint_message = v.text("message");
  q.required = v.flag("required") && q.kind != QuestionKind::note;
  q.shuffle = v.flag("shuffle");
  q.anchor = v.flag("anchor");
  return q;
}

}  // namespace kepu::survey::field
