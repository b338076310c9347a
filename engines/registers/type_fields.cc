// Fields as lines: `skills 服务专长 | 多选 农业、卫生 | 必填 公开 技能 | 提示`.
#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "core/base/text.h"
#include "engines/registers/registers.h"

namespace kepu::registers {
namespace {

using form::Kind;

constexpr std::size_t kMostFields = 40, kMostOptions = 60, kMostLabel = 30;
// Names that every entry's form has itself.
constexpr std::string_view kOwn[] = {"name", "phone",    "unit", "place",    "parent", "serves", "consent",
                                     "age",  "guardian", "csrf", "revision", "do",     "text"};

struct KindWord {
  Kind kind;
  std::string_view word;
};
constexpr KindWord kKinds[] = {{Kind::text, "文字"},         {Kind::long_text, "长文字"},
                               {Kind::integer, "整数"},      {Kind::number, "数字"},
                               {Kind::date, "日期"},         {Kind::select, "单选"},
                               {Kind::multi_select, "多选"}, {Kind::checkbox, "是否"},
                               {Kind::phone, "电话"},        {Kind::email, "邮箱"}};

std::string_view word_of(Kind kind) {
  for (const auto& k : kKinds) {
    if (k.kind == kind) return k.word;
  }
  return "文字";
}

bool is_key(const std::string& text) {
  static const std::regex kKey("[a-z][a-z0-9_]{0,31}");
  return std::regex_match(text, kKey);
}

// The message of what is wrong, empty: nothing.
std::string read_kind(const std::string& written, TypeField& f) {
  const auto blank = written.find(' ');
  const std::string word = written.substr(0, blank);
  const std::string rest = blank == std::string::npos ? "" : base::trim(written.substr(blank));
  const auto* found =
      std::find_if(std::begin(kKinds), std::end(kKinds), [&](const KindWord& k) { return k.word == word; });
  if (found == std::end(kKinds))
    return "第二格要写“文字”“长文字”“整数 人”“数字 公里”“日期”“单选 甲、乙”“多选 甲、乙”“是否”“电话”或“邮箱”";
  f.field.kind = found->kind;
  const bool choice = found->kind == Kind::select || found->kind == Kind::multi_select;
  if (choice) {
    for (const auto& part : base::split(rest, "、")) {
      const std::string label = base::squeeze(part);
      if (label.empty()) continue;
      const bool twice = std::any_of(f.field.options.begin(), f.field.options.end(),
                                     [&](const form::Option& o) { return o.value == label; });
      if (twice) return "选项“" + label + "”写了两次";
      f.field.options.push_back({label, label});
    }
    if (f.field.options.size() < 2) return "“" + word + "”后面至少写两个选项，用“、”隔开";
    if (f.field.options.size() > kMostOptions) return "选项不要超过 60 个";
    return {};
  }
  if (found->kind == Kind::integer || found->kind == Kind::number) {
    f.field.unit = rest;
    f.field.min = 0;
    return {};
  }
  return rest.empty() ? std::string() : "“" + word + "”后面不用再写“" + base::shorten(rest, 20) + "”";
}

std::string read_marks(const std::string& written, TypeField& f) {
  for (const auto& mark : base::split(written, " ")) {
    if (mark.empty()) continue;
    if (mark == "必填") {
      f.field.required = true;
    } else if (mark == "公开") {
      f.is_public = true;
    } else if (mark == "个人") {
      f.personal = true;
    } else if (mark == "分类" || mark == "技能" || mark == "时间") {
      f.use = mark == "分类" ? Use::kind : mark == "技能" ? Use::skill : Use::time;
    } else {
      return "第三格只能写“必填”“公开”“个人”“分类”“技能”“时间”，看不懂“" + base::shorten(mark, 20) + "”";
    }
  }
  if (f.personal && f.is_public) return "“个人”字段不能“公开”";
  const bool choice = f.field.kind == Kind::select || f.field.kind == Kind::multi_select;
  if (f.use == Use::kind && f.field.kind != Kind::select) return "“分类”要用单选字段";
  if (f.use != Use::none && !choice) return "“技能”“时间”要用单选或多选字段";
  if (f.use != Use::none && f.personal) return "用来查找的字段不能是“个人”";
  return {};
}

std::string read_line(const std::string& line, TypeField& f) {
  const auto parts = base::split(line, "|");
  std::string label = base::squeeze(parts[0]);
  const auto blank = label.find(' ');
  if (blank != std::string::npos && is_key(label.substr(0, blank))) {
    f.field.name = label.substr(0, blank);
    label = base::trim(label.substr(blank));
  }
  if (label.empty()) return "字段没有名称";
  if (base::length(label) > kMostLabel) return "字段名称不要超过 30 字";
  f.field.label = label;
  if (parts.size() > 4) return "一行最多四格：名称 | 类型 | 标记 | 提示";
  if (const auto wrong = parts.size() > 1 ? read_kind(base::squeeze(parts[1]), f) : std::string();
      !wrong.empty())
    return wrong;
  if (parts.size() > 2) {
    if (const auto wrong = read_marks(base::squeeze(parts[2]), f); !wrong.empty()) return wrong;
  }
  if (parts.size() > 3) f.field.hint = base::squeeze(parts[3]);
  if (f.field.kind == Kind::long_text) f.field.max_length = 2000;
  f.field.short_field = f.field.kind != Kind::long_text && f.field.kind != Kind::multi_select;
  return {};
}

}  // namespace

FieldLines parse_fields(std::string_view text, const std::vector<std::string>& taken) {
  FieldLines out;
  int number = 0;
  std::vector<std::string> keys = taken;
  const auto refuse = [&](const std::string& message) {
    out.errors.push_back(
        {base::Code::invalid, "register.fields", "fields", fmt::format("第 {} 行：{}。", number, message)});
  };
  const auto known = [](const std::vector<std::string>& all, std::string_view key) {
    return std::find(all.begin(), all.end(), key) != all.end();
  };
  std::vector<std::string> used;
  for (const auto& raw : base::split(text, "\n")) {
    ++number;
    if (base::trim(raw).empty()) continue;
    TypeField f;
    if (const auto wrong = read_line(base::replace_all(raw, "｜", "|"), f); !wrong.empty()) {
      refuse(wrong);
      continue;
    }
    if (std::find(std::begin(kOwn), std::end(kOwn), f.field.name) != std::end(kOwn)) {
      refuse("“" + f.field.name + "”是每个条目本来就有的，请换一个代号");
      continue;
    }
    if (!f.field.name.empty() && known(used, f.field.name)) {
      refuse("代号“" + f.field.name + "”写了两次");
      continue;
    }
    for (const auto& other : out.fields) {
      if (other.field.label == f.field.label) refuse("字段“" + f.field.label + "”写了两次");
      if (f.use != Use::none && other.use == f.use) refuse("“分类”“技能”“时间”各只能标一个字段");
    }
    if (!f.field.name.empty()) used.push_back(f.field.name);
    out.fields.push_back(std::move(f));
  }
  keys.insert(keys.end(), used.begin(), used.end());
  for (auto& f : out.fields) {
    for (int i = 1; f.field.name.empty(); ++i) {
      const std::string key = fmt::format("f{}", i);
      if (known(keys, key)) continue;
      f.field.name = key;
      keys.push_back(key);
    }
  }
  if (out.fields.size() > kMostFields) refuse("字段不要超过 40 个");
  return out;
}

std::string fields_text(const std::vector<TypeField>& fields) {
  std::string out;
  for (const auto& f : fields) {
    std::string kind(word_of(f.field.kind));
    std::vector<std::string> options;
    for (const auto& o : f.field.options) options.push_back(o.value);
    if (!options.empty()) kind += " " + base::join(options, "、");
    if (!f.field.unit.empty()) kind += " " + f.field.unit;
    std::vector<std::string> marks;
    if (f.field.required) marks.emplace_back("必填");
    if (f.is_public) marks.emplace_back("公开");
    if (f.personal) marks.emplace_back("个人");
    if (f.use == Use::kind) marks.emplace_back("分类");
    if (f.use == Use::skill) marks.emplace_back("技能");
    if (f.use == Use::time) marks.emplace_back("时间");
    out += f.field.name + " " + f.field.label + " | " + kind;
    if (!marks.empty() || !f.field.hint.empty()) out += " | " + base::join(marks, " ");
    if (!f.field.hint.empty()) out += " | " + f.field.hint;
    out += "\n";
  }
  return out;
}

}  // namespace kepu::registers
