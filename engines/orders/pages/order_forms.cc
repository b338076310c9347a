#include "engines/orders/pages/order_forms.h"

#include <fmt/format.h>

namespace kepu::orders {

namespace {

form::Field words(std::string label, bool required, std::string hint = {}) {
  return {.name = "text",
          .label = std::move(label),
          .kind = form::Kind::long_text,
          .required = required,
          .hint = std::move(hint),
          .max_length = 500,
          .rows = 3};
}

std::vector<form::Option> community_options(const auth::UnitTree& units) {
  std::vector<form::Option> out;
  for (const auto& u : units.all()) {
    if (u.active && (u.kind == auth::UnitKind::village || u.kind == auth::UnitKind::township))
      out.push_back({std::to_string(u.id), area_name(units, u.id)});
  }
  return out;
}

std::vector<form::Option> kind_options(const Settings& settings) {
  std::vector<form::Option> out;
  for (const auto& k : settings.kinds) out.push_back({k.key, k.title});
  return out;
}

form::Form split_form(const Choices& g) {
  std::vector<form::Option> services;
  for (const auto& s : g.services) services.push_back({std::to_string(s.id), s.title});
  std::vector<form::Field> fields;
  for (int i = 1; i <= kSplitParts; ++i) {
    fields.push_back({.name = fmt::format("service{}", i),
                      .label = fmt::format("第 {} 个子订单：服务", i),
                      .kind = form::Kind::select,
                      .options = services,
                      .short_field = true});
    fields.push_back(
        {.name = fmt::format("title{}", i), .label = "或自己写", .max_length = 60, .short_field = true});
  }
  return form::Form(std::move(fields));
}

}  // namespace

form::Form action_form(Action action, const Order& o, const Choices& g, Date today) {
  switch (action) {
    case Action::dispatch:
      return form::Form({{.name = "unit",
                          .label = "派给",
                          .kind = form::Kind::select,
                          .hint = "不选就按派单规则",
                          .options = department_options(g.units),
                          .short_field = true},
                         {.name = "kind",
                          .label = "服务类别",
                          .kind = form::Kind::select,
                          .options = kind_options(g.settings),
                          .short_field = true},
                         words("核实情况", false, "和群众联系的结果、需要注意的事")});
    case Action::transfer:
      return form::Form(
          {{.name = "unit",
            .label = o.state == State::placed ? "转给哪个村、社区或乡镇" : "转给哪个单位",
            .kind = form::Kind::select,
            .required = true,
            .options = o.state == State::placed ? community_options(g.units) : department_options(g.units)},
           words("原因", true)});
    case Action::merge: {
      std::vector<form::Option> options;
      for (const auto& a : g.alike)
        options.push_back({std::to_string(a.id), a.number + "　" + a.title,
                           area_name(g.units, a.area) + "，" + when_words(a)});
      return form::Form({{.name = "into",
                          .label = "并到哪一单",
                          .kind = form::Kind::radio,
                          .required = true,
                          .options = options}});
    }
    case Action::split:
      return split_form(g);
    case Action::accept: {
      std::vector<form::Option> teams;
      for (const auto& t : g.teams)
        if (t.team.lacks.empty())
          teams.push_back({std::to_string(t.team.team), t.team.name + "（" + t.why + "）"});
      return form::Form({{.name = "team",
                          .label = "队伍",
                          .kind = form::Kind::select,
                          .required = true,
                          .hint = "电话里已经说好的，直接指派；其他的用下面的邀约",
                          .options = teams},
                         day_field(today),
                         time_field("from", "开始"),
                         time_field("to", "结束")});
    }
    case Action::finish:
      return form::Form({{.name = "people",
                          .label = "实际到场",
                          .kind = form::Kind::integer,
                          .required = true,
                          .min = 0,
                          .max = 100000,
                          .unit = "人",
                          .short_field = true},
                         words("服务情况", false)});
    case Action::confirm:
      return form::Form({{.name = "rating",
                          .label = "群众的评价",
                          .kind = form::Kind::select,
                          .required = true,
                          .options = {{"5", "很满意"}, {"4", "满意"}, {"3", "一般"}},
                          .short_field = true},
                         words("群众的话", false)});
    case Action::object:
      return form::Form({words("群众不满意的地方", true)});
    case Action::settle:
      return form::Form({words("核查结果和答复", true, "群众在查询页看得到")});
    case Action::claim:
      return form::Form({words("说明", false)});
    case Action::cancel:
      return form::Form({words("群众取消的原因", true)});
    case Action::refuse:
      return form::Form({words("不予受理的原因", true, "群众在查询页看得到，请写明可以找谁")});
    default:
      return form::Form({words("原因", true)});
  }
}

}  // namespace kepu::orders
