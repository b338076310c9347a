// A list with search, filters, sorting, paging, exports; a form with errors; the matrix.
#include "core/form/form.h"
#include "core/table/table.h"
#include "web/gallery/gallery.h"

namespace kepu::gallery {

namespace {

using namespace html;  // NOLINT: a page is made of components

struct Task {
  std::string title, lead;
  std::optional<base::Date> due;
  int evidence;
  Light light;
};

const std::vector<Task>& invented_tasks() {
  static const std::vector<Task> tasks = [] {
    const std::vector<std::string> titles = {"推动科学教育进课堂", "丰富校外科技活动", "实施高素质农民培育",
                                             "科普赶场",           "园区技能竞赛",     "老年人智能技术普及",
                                             "科普教育基地认定",   "流动科技馆巡展"};
    const std::vector<std::string> leads = {"县教育局", "县科协", "县农业农村局", "县总工会", "县卫生健康委"};
    std::vector<Task> all;
    for (std::size_t i = 0; i < 84; ++i) {
      Task t{titles[i % titles.size()] + (i < 8 ? "" : "（第 " + std::to_string(i / 8 + 1) + " 批）"),
             leads[i % leads.size()],
             {},
             static_cast<int>(i * 7 % 40),
             static_cast<Light>(i * 3 % 5)};
      if (i % 6 != 5) t.due = base::from_days(base::to_days({2026, 3, 1}) + static_cast<int>(i) * 11 % 300);
      all.push_back(t);
    }
    return all;
  }();
  return tasks;
}

void write_tasks(Out& h) {
  using table::Table;
  const auto list =
      Table<Task>({.id = "tasks",
                   .caption = "任务",
                   .search_hint = "搜任务、单位",
                   .default_sort = "light",
                   .unit = "项"})
          .column({.key = "title", .title = "任务"}, [](const Task& t) { return table::link(t.title, "#"); })
          .column({.key = "lead", .title = "牵头单位"}, [](const Task& t) { return table::text(t.lead); })
          .column({.key = "due", .title = "期限"}, [](const Task& t) { return table::date(t.due); })
          .column({.key = "evidence", .title = "佐证", .number = true},
                  [](const Task& t) { return table::count(t.evidence); })
          .column({.key = "light", .title = "状态"}, [](const Task& t) { return table::status(t.light); })
          .column({.key = "tags", .title = "标记", .sortable = false, .hide_on_phone = true},
                  [](const Task& t) {
                    return t.evidence % 3 ? table::missing() : table::tags({{"县政府重点", Tone::blue}});
                  })
          .filter(
              {.key = "lead", .title = "单位", .options = {{"县科协", "县科协"}, {"县教育局", "县教育局"}}},
              [](const Task& t, std::string_view v) { return t.lead == v; })
          .filter({.key = "light", .title = "状态", .options = {{"late", "滞后"}, {"watch", "关注"}}},
                  [](const Task& t, std::string_view v) { return class_of(t.light) == v; });
  Headline{"任务", "3 版方案，84 项任务", button_link("责任矩阵", "#", "table")}(h);
  panel("", [&](Out& o) {
    list.write(o, list.in_memory(invented_tasks()), list.parse({{"size", "20"}, {"page", "2"}}),
               {.url = "/tasks", .xlsx = "/tasks.xlsx", .csv = "/tasks.csv", .json = "/api/tasks"});
  })(h);
  panel("责任矩阵", [](Out& o) {
    const std::vector<const char*> units = {"县科协",     "县委宣传部", "县教育局", "农业农村局",
                                            "人力社保局", "卫生健康委", "乡镇街道"};
    o(
        "<div class=\"mx-wrap\"><table class=\"t3 mx stack\"><caption "
        "class=\"sr\">任务与单位责任分工</caption><thead><tr><th scope=\"col\">任务</th>{}<th "
        "scope=\"col\">状态</th></tr></thead><tbody>{}</tbody></table></div>",
        [&](Out& p) {
          for (const auto* u : units) p("<th scope=\"col\" class=\"v\"><span>{}</span></th>", u);
        },
        [&](Out& p) {
          for (std::size_t r = 0; r < 6; ++r) {
            const Task& t = invented_tasks()[r];
            p(
                "<tr><th scope=\"row\"><a href=\"#\">{}</a></th>{}<td "
                "class=\"who\">牵头：{}；责任：县科协、乡镇街道</td><td class=\"nowrap stc\">{}</td></tr>",
                t.title,
                [&](Out& q) {
                  for (std::size_t c = 0; c < units.size(); ++c) {
                    q("<td class=\"v matrix-cell\">{}</td>", [&](Out& x) {
                      if (c == r)
                        x("{}", role_chip(Role::lead));
                      else if ((c * 5 + r) % 4 == 0)
                        x("{}", role_chip(Role::partner));
                    });
                  }
                },
                t.lead, light(t.light));
          }
        });
    o("<p class=\"roles note\"><span>{}牵头，对结果负责</span><span>{}协同，分担任务</span></p>",
      role_chip(Role::lead), role_chip(Role::partner));
  })(h);
}

void write_form(Out& h) {
  using form::Field;
  using form::Form;
  using form::Kind;
  const Form unit({Field{.name = "name", .label = "单位名称", .required = true, .hint = "用全称，与公章一致"},
                   Field{.name = "short", .label = "简称", .short_field = true},
                   Field{.name = "people",
                         .label = "编制人数",
                         .kind = Kind::integer,
                         .required = true,
                         .min = 1,
                         .max = 500,
                         .unit = "人",
                         .short_field = true},
                   Field{.name = "kind",
                         .label = "类别",
                         .kind = Kind::select,
                         .required = true,
                         .options = {{"gov", "党政机关"}, {"school", "学校"}},
                         .short_field = true},
                   Field{.name = "since", .label = "成立日期", .kind = Kind::date, .short_field = true},
                   Field{.name = "scope",
                         .label = "数据范围",
                         .kind = Kind::radio,
                         .required = true,
                         .options = {{"own", "只看本单位", "只能看到和填写本单位承担的任务"},
                                     {"all", "看全县", "可以看到所有单位的任务和佐证，但不能改"}}},
                   Field{.name = "fields",
                         .label = "领域",
                         .kind = Kind::multi_select,
                         .options = {{"a", "农业"}, {"h", "健康"}, {"e", "应急"}, {"s", "科技教育"}}},
                   Field{.name = "phone", .label = "联系电话", .kind = Kind::phone, .required = true},
                   Field{.name = "note", .label = "备注", .kind = Kind::long_text, .rows = 3},
                   Field{.name = "open", .label = "在公开页面上显示这个单位", .kind = Kind::checkbox}});
  const auto in = unit.check({{"name", "云溪县科学技术协会"},
                              {"people", "0"},
                              {"kind", "gov"},
                              {"scope", "own"},
                              {"fields", "h"},
                              {"phone", "1380000000"}});
  Headline{"新增单位"}(h);
  h("<div class=\"split\">{}{}</div>",
    panel("",
          [&](Out& o) {
            unit.write(o, {.action = "/units",
                           .csrf = "token",
                           .values = in.values,
                           .errors = in.errors,
                           .cancel_url = "#"});
          }),
    panel("导入方案",
          [](Out& o) {
            const Form import({Field{.name = "doc",
                                     .label = "方案文件",
                                     .kind = Kind::file,
                                     .required = true,
                                     .hint = "Word（.docx、.doc）或 PDF，最大 64 MB",
                                     .accept = ".docx,.doc,.pdf"}});
            import.write(o, {.action = "/plans", .csrf = "token", .submit = "上传并读取"});
          },
          {.note = "读取后逐条核对，不会直接发布"}));
}

}  // namespace

Page tasks() { return {"tasks.html", "任务", false, false, write_tasks}; }
Page forms() { return {"forms.html", "新增单位", false, false, write_form}; }

}  // namespace kepu::gallery
