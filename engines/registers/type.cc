// Types as TOML, and what may be wrong with one.
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <regex>

#include "core/base/text.h"
#include "engines/registers/registers.h"

namespace kepu::registers {
namespace {

constexpr std::string_view kReserved[] = {"people", "types",  "duplicates", "certificates",
                                          "due",    "proofs", "record",     "bookings"};
constexpr std::string_view kKeys[] = {"key",    "title",  "purpose", "unit",     "prefix",    "subject",
                                      "self",   "check",  "approve", "maintain", "term",      "window",
                                      "public", "minors", "serves",  "cover",    "member_of", "role",
                                      "feeds",  "duties", "fields",  "active",   "bookable"};

std::string text_of(const toml::table& t, std::string_view key) {
  return base::trim(t[key].value_or(std::string()));
}

template <class E>
std::string read_word(const toml::table& t, std::string_view key, E& into,
                      std::optional<E> (*parse)(std::string_view)) {
  if (!t.contains(key)) return {};
  const auto value = parse(text_of(t, key));
  if (!value) return fmt::format("{} 的值“{}”看不懂", key, text_of(t, key));
  into = *value;
  return {};
}

std::vector<std::string> list_of(const toml::table& t, std::string_view key) {
  std::vector<std::string> out;
  if (const auto* all = t[key].as_array()) {
    for (const auto& v : *all) out.push_back(base::trim(v.value_or(std::string())));
  }
  return out;
}

// What is wrong; empty: nothing.
std::string read(const toml::table& t, Type& type) {
  for (const auto& [key, value] : t) {
    if (std::find(std::begin(kKeys), std::end(kKeys), key.str()) == std::end(kKeys))
      return fmt::format("不认识“{}”", key.str());
  }
  type.key = text_of(t, "key");
  type.title = text_of(t, "title");
  type.purpose = text_of(t, "purpose");
  type.unit = text_of(t, "unit");
  type.prefix = text_of(t, "prefix");
  type.self = t["self"].value_or(false);
  type.term_months = static_cast<int>(t["term"].value_or(std::int64_t{0}));
  type.window_days = static_cast<int>(t["window"].value_or(std::int64_t{60}));
  type.is_public = t["public"].value_or(true);
  type.minors = t["minors"].value_or(false);
  type.serves = t["serves"].value_or(false);
  type.bookable = t["bookable"].value_or(false);
  type.active = t["active"].value_or(true);
  type.member_of = text_of(t, "member_of");
  type.role = text_of(t, "role");
  type.duties = list_of(t, "duties");
  for (const auto& wrong :
       {read_word(t, "subject", type.subject, parse_subject), read_word(t, "check", type.check, parse_level),
        read_word(t, "approve", type.approve, parse_level),
        read_word(t, "maintain", type.maintain, parse_level),
        read_word(t, "cover", type.cover, parse_cover)}) {
    if (!wrong.empty()) return wrong;
  }
  for (const auto& word : list_of(t, "feeds")) {
    const auto feed = parse_feed(word);
    if (!feed) return "feeds 的值“" + word + "”看不懂";
    type.feeds.push_back(*feed);
  }
  auto lines = parse_fields(t["fields"].value_or(std::string()));
  if (!lines.errors.empty()) return "字段" + lines.errors.front().message;
  type.fields = std::move(lines.fields);
  return {};
}

}  // namespace

const TypeField* Type::find(std::string_view name) const {
  for (const auto& f : fields) {
    if (f.field.name == name) return &f;
  }
  return nullptr;
}
const TypeField* Type::of_use(Use use) const {
  for (const auto& f : fields) {
    if (f.use == use) return &f;
  }
  return nullptr;
}
bool Type::feeds_into(Feed feed) const { return std::find(feeds.begin(), feeds.end(), feed) != feeds.end(); }

base::Errors check_type(const Type& type, const std::vector<Type>& others) {
  base::Errors out;
  const auto refuse = [&](std::string field, std::string message) {
    out.push_back({base::Code::invalid, "register.type", std::move(field), std::move(message)});
  };
  static const std::regex kKey("[a-z][a-z0-9_]{1,31}");
  if (!std::regex_match(type.key, kKey)) {
    refuse("key", "代号用小写字母开头，只含小写字母、数字和下划线，2 到 32 个，例如 expert。");
  } else if (std::find(std::begin(kReserved), std::end(kReserved), type.key) != std::end(kReserved)) {
    refuse("key", "代号“" + type.key + "”是程序自己用的，请换一个。");
  }
  if (type.title.empty()) refuse("title", "请填写名录的名称。");
  if (type.purpose.empty()) refuse("purpose", "请写明登记的用途，征求本人同意时要显示。");
  if (type.unit.empty()) refuse("unit", "请填写计量单位，如 人、支、个。");
  if (type.prefix.empty() || base::length(type.prefix) > 4)
    refuse("prefix", "编号字头写 1 到 4 个字，如“专”。");
  if (type.term_months < 0 || type.term_months > 240)
    refuse("term", "有效期写 0 到 240 个月，0 表示长期有效。");
  if (type.window_days < 0 || type.window_days > 365) refuse("window", "续期提醒写 0 到 365 天。");
  if (type.minors && type.subject != Subject::person)
    refuse("minors", "只有人员名录才涉及未满十四周岁的人。");
  if (type.bookable && type.subject != Subject::place && type.subject != Subject::thing)
    refuse("bookable", "只有场所和物品的名录才能预约借用。");
  if (!type.role.empty() && type.subject != Subject::person) refuse("role", "只有人员名录才能带来角色。");
  if (type.feeds_into(Feed::kinds) && type.of_use(Use::kind) == nullptr)
    refuse("feeds", "要按分类计数，先把一个单选字段标为“分类”。");
  if (!type.member_of.empty()) {
    const auto at =
        std::find_if(others.begin(), others.end(), [&](const Type& o) { return o.key == type.member_of; });
    if (at == others.end() || at->subject == Subject::person)
      refuse("member_of", "所属名录要选一个组织或场所的名录。");
  }
  for (const auto& o : others) {
    if (o.key == type.key) continue;
    if (o.title == type.title) refuse("title", "已有名录“" + o.title + "”，请换一个名称。");
    if (o.prefix == type.prefix) refuse("prefix", "编号字头“" + o.prefix + "”已用于“" + o.title + "”。");
  }
  return out;
}

base::Result<std::vector<Type>> parse_types(std::string_view text, std::string_view file_name) {
  const auto wrong = [&](auto line, std::string_view what) {
    return base::refuse(base::Code::invalid, "registers.toml",
                        fmt::format("{} 第{}行：{}", file_name, line, what));
  };
  toml::table root;
  try {
    root = toml::parse(text, file_name);
  } catch (const toml::parse_error& e) {
    return wrong(e.source().begin.line, fmt::format("格式有误（{}）", e.description()));
  }
  const toml::array* list = root["register"].as_array();
  if (list == nullptr) return wrong(1u, "没有任何名录（[[register]]）");
  std::vector<Type> out;
  for (const toml::node& node : *list) {
    const auto line = node.source().begin.line;
    const toml::table* table = node.as_table();
    if (table == nullptr) return wrong(line, "名录应写成 [[register]]");
    Type type;
    if (const auto what = read(*table, type); !what.empty()) return wrong(line, what);
    for (const auto& o : out) {
      if (o.key == type.key) return wrong(line, "代号“" + type.key + "”写了两次");
    }
    out.push_back(std::move(type));
  }
  if (out.size() > 1) {  // one alone is a tenant's own, checked beside the others by the store
    for (const auto& type : out) {
      const auto errors = check_type(type, out);
      if (!errors.empty()) return wrong(1u, type.key + "：" + errors.front().message);
    }
  }
  return out;
}

std::string type_toml(const Type& type) {
  toml::array feeds, duties;
  for (const auto f : type.feeds) feeds.push_back(std::string(to_text(f)));
  for (const auto& d : type.duties) duties.push_back(d);
  toml::table one{{"key", type.key},
                  {"title", type.title},
                  {"purpose", type.purpose},
                  {"unit", type.unit},
                  {"prefix", type.prefix},
                  {"subject", std::string(to_text(type.subject))},
                  {"self", type.self},
                  {"check", std::string(to_text(type.check))},
                  {"approve", std::string(to_text(type.approve))},
                  {"maintain", std::string(to_text(type.maintain))},
                  {"term", type.term_months},
                  {"window", type.window_days},
                  {"public", type.is_public},
                  {"minors", type.minors},
                  {"serves", type.serves},
                  {"cover", std::string(to_text(type.cover))},
                  {"member_of", type.member_of},
                  {"role", type.role},
                  {"feeds", feeds},
                  {"duties", duties},
                  {"fields", fields_text(type.fields)},
                  {"bookable", type.bookable},
                  {"active", type.active}};
  toml::array all;
  all.push_back(std::move(one));
  std::ostringstream out;
  out << toml::table{{"register", std::move(all)}};
  return std::move(out).str();
}

std::vector<const TypeField*> lost_fields(const Type& before, const Type& now) {
  std::vector<const TypeField*> out;
  for (const auto& f : before.fields) {
    const auto* same = now.find(f.field.name);
    if (same == nullptr || same->field.kind != f.field.kind) out.push_back(&f);
  }
  return out;
}

}  // namespace kepu::registers
