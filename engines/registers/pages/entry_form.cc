// The form of an entry, made of its type.
#include "core/base/text.h"
#include "engines/registers/pages/desk.h"

namespace kepu::registers {

namespace {

using form::Field;
using form::Kind;

std::string_view name_label(Subject subject) { return subject == Subject::person ? "姓名" : "名称"; }

std::vector<form::Option> parents_of(const Context& context, RegistersEngine& engine, const Type& type) {
  EntryQuery q;
  q.type = type.member_of;
  q.state = State::in_force;
  q.order_by = "e.pinyin, e.id";
  q.limit = 1000;
  std::vector<form::Option> out;
  for (const auto& e : engine.store().entries(context.tenant.id, q).entries) {
    out.push_back({std::to_string(e.id), e.name + "（" + e.number + "）"});
  }
  return out;
}

void add_person_fields(std::vector<Field>& fields, const Type& type) {
  fields.push_back({.name = "phone",
                    .label = "联系电话",
                    .kind = Kind::phone,
                    .hint = "加密保存，只显示前三位和后四位；用来认出同一个人，不公开",
                    .autocomplete = "off",
                    .short_field = true});
  if (type.minors) {
    fields.push_back({.name = "age",
                      .label = "年龄",
                      .kind = Kind::radio,
                      .required = true,
                      .options = {{"adult", "已满 14 周岁"},
                                  {"minor", "未满 14 周岁", "要监护人同意；不在公开名录显示"}}});
    fields.push_back({.name = "guardian",
                      .label = "监护人",
                      .hint = "未满 14 周岁时必填：监护人姓名、关系和同意的方式",
                      .max_length = 200});
  }
}

Field consent_field(const Type& type, bool self) {
  std::string what = "用途：" + type.purpose + "。";
  what += type.is_public ? "姓名和标为公开的内容会在公开名录显示；" : "不公开；";
  what += type.term_months > 0 ? fmt::format("登记有效期 {} 个月，", type.term_months) : "";
  what += "随时可以要求查看、更正、复制和删除。";
  return {.name = "consent",
          .label = self ? "我同意为上述用途登记我的信息" : "已告知本人用途并取得本人同意",
          .kind = Kind::checkbox,
          .required = true,
          .hint = what};
}

}  // namespace

form::Form entry_form(const Context& context, RegistersEngine& engine, const Type& type, bool fresh,
                      bool self) {
  const auto units = context.app.directory.units(context.tenant.id);
  std::vector<Field> fields;
  fields.push_back({.name = "name",
                    .label = std::string(name_label(type.subject)),
                    .required = true,
                    .max_length = type.subject == Subject::person ? 30u : 80u,
                    .autocomplete = "off",
                    .short_field = true});
  if (type.subject == Subject::person && fresh) add_person_fields(fields, type);
  fields.push_back({.name = "unit",
                    .label = "管理单位",
                    .kind = Kind::select,
                    .required = true,
                    .hint = self ? "由这个单位审核您的申请" : "",
                    .options = unit_options(context, self || !fresh ? std::string_view() : kApply),
                    .short_field = true});
  fields.push_back({.name = "place",
                    .label = "所在乡镇或村（社区）",
                    .kind = Kind::select,
                    .required = type.cover == Cover::village,
                    .options = place_options(*units),
                    .short_field = true});
  if (!type.member_of.empty()) {
    const auto bodies = engine.store().type(context.tenant.id, type.member_of);
    auto options = parents_of(context, engine, type);
    if (bodies && !options.empty()) {
      fields.push_back({.name = "parent",
                        .label = "所属" + bodies->title,
                        .kind = Kind::select,
                        .options = std::move(options),
                        .short_field = true});
    }
  }
  for (const auto& f : type.fields) fields.push_back(f.field);
  if (type.serves) {
    fields.push_back({.name = "serves",
                      .label = "服务区域",
                      .kind = Kind::multi_select,
                      .hint = "不选：有所在地的只服务本乡镇，没有所在地的服务全县",
                      .options = township_options(*units)});
  }
  if (type.subject == Subject::person && fresh) fields.push_back(consent_field(type, self));
  return form::Form(std::move(fields));
}

Application application_of(const Type& type, const form::Values& values, bool self) {
  Application a;
  a.self = self;
  a.consent = values.flag("consent");
  a.phone = values.text("phone");
  a.guardian = values.text("guardian");
  a.entry.type = type.key;
  a.entry.name = values.text("name");
  a.entry.unit = base::parse_id(values.text("unit")).value_or(0);
  a.entry.place = base::parse_id(values.text("place")).value_or(0);
  a.entry.parent = base::parse_id(values.text("parent")).value_or(0);
  a.entry.minor = values.text("age") == "minor";
  for (const auto& id : values.texts("serves")) {
    if (const auto found = base::parse_id(id)) a.entry.serves.push_back(*found);
  }
  for (const auto& f : type.fields) {
    for (const auto& v : values.texts(f.field.name)) {
      if (!v.empty()) a.entry.values.add(f.field.name, v);
    }
  }
  return a;
}

form::Values values_of(const Entry& e, const Type& type) {
  form::Values out;
  out.set("name", e.name);
  out.set("unit", std::to_string(e.unit));
  if (e.place != 0) out.set("place", std::to_string(e.place));
  if (e.parent != 0) out.set("parent", std::to_string(e.parent));
  for (const Id id : e.serves) out.add("serves", std::to_string(id));
  for (const auto& f : type.fields) {
    for (const auto& v : e.values.texts(f.field.name)) out.add(f.field.name, v);
  }
  return out;
}

std::string shown_value(const TypeField& f, const form::Values& values) {
  const auto texts = values.texts(f.field.name);
  if (texts.empty() || (texts.size() == 1 && texts[0].empty())) return {};
  if (f.field.kind == Kind::checkbox) return texts[0] == "1" ? "是" : "否";
  std::string out = base::join(texts, "、");
  if (!f.field.unit.empty()) out += " " + f.field.unit;
  return out;
}

}  // namespace kepu::registers
