#include "core/form/form.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace kepu::form {
namespace {

Form unit_form() {
  return Form(
      {{.name = "name", .label = "单位名称", .required = true, .max_length = 10},
       {.name = "people",
        .label = "人数",
        .kind = Kind::integer,
        .required = true,
        .min = 1,
        .max = 500,
        .unit = "人"},
       {.name = "share", .label = "占比", .kind = Kind::number, .min = 0, .max = 100},
       {.name = "due", .label = "期限", .kind = Kind::date, .earliest = base::Date{2026, 1, 1}},
       {.name = "kind",
        .label = "类别",
        .kind = Kind::select,
        .required = true,
        .options = {{"gov", "党政机关"}, {"school", "学校"}}},
       {.name = "fields",
        .label = "领域",
        .kind = Kind::multi_select,
        .options = {{"a", "农业"}, {"h", "健康"}}},
       {.name = "open", .label = "对外开放", .kind = Kind::checkbox},
       {.name = "phone", .label = "联系电话", .kind = Kind::phone},
       {.name = "mail", .label = "邮箱", .kind = Kind::email},
       {.name = "secret", .label = "口令", .kind = Kind::password},
       {.name = "code", .label = "代码", .pattern = "[0-9]{12}", .pattern_message = "区划代码是 12 位数字"},
       {.name = "note", .label = "备注", .kind = Kind::long_text}});
}

Pairs good() {
  return {{"name", "　县科协 "}, {"people", "１，２0"},
          {"share", "12.50"},    {"due", "2026年3月5日"},
          {"kind", "gov"},       {"fields", "h"},
          {"fields", "a"},       {"fields", "h"},
          {"open", "on"},        {"phone", "138 0000 0000"},
          {"mail", "a@b.cn"},    {"note", "一\r\n二"}};
}

std::vector<std::string> rules(const Checked& checked) {
  std::vector<std::string> out;
  for (const auto& e : checked.errors) out.push_back(e.field + ":" + e.rule);
  return out;
}

TEST(FormCheck, KeepsValuesInOneForm) {
  const Checked in = unit_form().check(good());
  ASSERT_TRUE(in.ok()) << in.errors[0].message;
  EXPECT_EQ(in.values.text("name"), "县科协");
  EXPECT_EQ(in.values.integer("people"), 120);
  EXPECT_EQ(in.values.number("share"), 12.5);
  EXPECT_EQ(in.values.date("due"), (base::Date{2026, 3, 5}));
  EXPECT_EQ(in.values.texts("fields"), (std::vector<std::string>{"h", "a"}));
  EXPECT_TRUE(in.values.flag("open"));
  EXPECT_EQ(in.values.text("phone"), "13800000000");
  EXPECT_EQ(in.values.text("note"), "一\n二");
}

TEST(FormCheck, KeptValuesPassAgainUnchanged) {
  const Checked once = unit_form().check(good());
  const Checked twice = unit_form().check(once.values.pairs());
  EXPECT_EQ(once.values.pairs(), twice.values.pairs());
}

TEST(FormCheck, TellsAllErrorsAtOnceAndKeepsWhatWasTyped) {
  const Checked in = unit_form().check({{"name", " "},
                                        {"people", "很多"},
                                        {"share", "101"},
                                        {"due", "2026-02-30"},
                                        {"kind", "bank"},
                                        {"fields", "x"},
                                        {"phone", "1380000000"},
                                        {"mail", "a@b"},
                                        {"code", "12"}});
  EXPECT_EQ(rules(in),
            (std::vector<std::string>{"name:form.required", "people:form.not_a_number", "share:form.range",
                                      "due:form.date", "kind:form.option", "fields:form.option",
                                      "phone:form.phone", "mail:form.email", "code:form.pattern"}));
  EXPECT_EQ(in.values.text("people"), "很多");
  EXPECT_EQ(in.errors[6].message, "手机号是 11 位数字，现在是 10 位");
}

TEST(FormCheck, RefusesWhatIsOutOfBounds) {
  const auto rule_of = [](const char* name, const char* value) {
    Pairs typed = good();
    std::erase_if(typed, [&](const auto& p) { return p.first == name; });
    typed.emplace_back(name, value);
    const Checked in = unit_form().check(typed);
    return in.ok() ? "" : in.errors[0].rule;
  };
  EXPECT_EQ(rule_of("people", "0"), "form.range");
  EXPECT_EQ(rule_of("people", "1"), "");
  EXPECT_EQ(rule_of("people", "500"), "");
  EXPECT_EQ(rule_of("people", "501"), "form.range");
  EXPECT_EQ(rule_of("people", "1.5"), "form.not_an_integer");
  EXPECT_EQ(rule_of("people", "1e2"), "form.not_a_number");
  EXPECT_EQ(rule_of("people", "nan"), "form.not_a_number");
  EXPECT_EQ(rule_of("due", "2025-12-31"), "form.range");
  EXPECT_EQ(rule_of("name", "一二三四五六七八九十"), "");
  EXPECT_EQ(rule_of("name", "一二三四五六七八九十一"), "form.too_long");
  EXPECT_EQ(rule_of("name", "a\x01"), "form.characters");
  EXPECT_EQ(rule_of("phone", "0791-1234567"), "");
  EXPECT_EQ(rule_of("phone", "+86 13912345678"), "");
}

TEST(FormWrite, ShowsErrorsBesideFieldsAndNeverWritesPasswordsBack) {
  const Form form = unit_form();
  const Checked in =
      form.check({{"name", "<script>"}, {"people", "0"}, {"kind", "gov"}, {"secret", "hunter2"}});
  const std::string page = html::render([&](html::Out& h) {
    form.write(h, {.action = "/units", .csrf = "tok", .values = in.values, .errors = in.errors});
  });
  EXPECT_NE(page.find("<a href=\"#f-people\">“人数”应在 1 到 500 之间</a>"), page.npos);
  EXPECT_NE(page.find("id=\"e-people\""), page.npos);
  EXPECT_NE(page.find("aria-describedby=\"e-people\""), page.npos);
  EXPECT_NE(page.find("value=\"&lt;script&gt;\""), page.npos);
  EXPECT_EQ(page.find("hunter2"), page.npos);
  EXPECT_NE(page.find("name=\"csrf\" value=\"tok\""), page.npos);
  EXPECT_NE(page.find("<option value=\"gov\" selected>"), page.npos);
  EXPECT_EQ(page.find("multipart"), page.npos);
}

TEST(FormWrite, AFileMakesTheFormMultipart) {
  const Form form(
      {{.name = "doc", .label = "文件", .kind = Kind::file, .required = true, .accept = ".docx"}});
  const std::string page = html::render([&](html::Out& h) { form.write(h, {.action = "/import"}); });
  EXPECT_NE(page.find("enctype=\"multipart/form-data\""), page.npos);
  EXPECT_EQ(form.check({}).errors.at(0).message, "请选择文件");
}

TEST(FormJson, WritesByKindAndReadsBack) {
  const Form form = unit_form();
  const Checked in = form.check(good());
  const std::string json = form.json(in.values);
  EXPECT_EQ(
      json,
      "{\"name\":\"县科协\",\"people\":120,\"share\":12.5,\"due\":\"2026-03-05\",\"kind\":\"gov\",\"fields\":"
      "[\"h\",\"a\"],"
      "\"open\":true,\"phone\":\"13800000000\",\"mail\":\"a@b.cn\",\"code\":null,\"note\":\"一\\n二\"}");
  const auto typed = form.typed_from_json(json);
  ASSERT_TRUE(typed.has_value());
  const Checked again = form.check(*typed);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(form.json(again.values), json);
}

TEST(FormJson, RefusesWhatIsNoFlatObject) {
  for (const auto* bad : {"", "[]", "{", "{\"a\":{}}", "{\"a\":[null]}", "{\"a\":[[1]]}"}) {
    EXPECT_FALSE(unit_form().typed_from_json(bad).has_value()) << bad;
  }
}

TEST(FormTemplate, ReadsTheRowsOfItsOwnTemplate) {
  const Form form = unit_form();
  std::vector<std::string> titles;
  for (const auto& column : form.template_columns()) titles.push_back(column.title);
  EXPECT_EQ(titles.front(), "单位名称＊");
  EXPECT_EQ(titles.size(), 11u) << "a password is never in a template";
  std::swap(titles[0], titles[1]);  // the order of columns is free
  const auto columns = form.match_columns(titles);
  ASSERT_TRUE(columns.has_value());
  const Checked row =
      form.read_row(*columns, {"120", "县科协", "", "2026/3/5", "党政机关", "健康，农业", "是"}, 2);
  ASSERT_TRUE(row.ok()) << row.errors[0].message;
  EXPECT_EQ(row.values.text("kind"), "gov");
  EXPECT_EQ(row.values.texts("fields"), (std::vector<std::string>{"h", "a"}));
  EXPECT_TRUE(row.values.flag("open"));
  const Checked bad = form.read_row(*columns, {"x", "县科协", "", "", "银行"}, 5);
  ASSERT_EQ(bad.errors.size(), 2u);
  EXPECT_EQ(bad.errors[0].message, "第 5 行「人数」：“人数”应填数字，不带单位，例如 120");
}

TEST(FormTemplate, NamesEveryMissingColumn) {
  const auto columns = unit_form().match_columns({"人数 *"});
  ASSERT_FALSE(columns.has_value());
  EXPECT_EQ(columns.error().message, "表头缺少“单位名称”、“类别”列，请用下载的模板填写，不要改表头");
}

TEST(FormConstruction, DoubleNamesAndBadPatternsAreBugs) {
  EXPECT_THROW(Form({{.name = "a", .label = "a"}, {.name = "a", .label = "b"}}), std::logic_error);
  EXPECT_THROW(Form({{.name = "a", .label = "a", .pattern = "("}}), std::exception);
}

}  // namespace
}  // namespace kepu::form
