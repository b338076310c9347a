// 责任矩阵: tasks × units, with filters; on a phone a list that says who does what; Excel and JSON of the
// same.
#include <mutex>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/html/components.h"
#include "engines/plan/matrix.h"
#include "engines/plan/pages/task_parts.h"

namespace kepu::plan {

using html::Out;
using site::Answer;
using site::Context;
using site::timeline_of;

namespace {

struct Asked {
  MatrixFilter filter;
  Id task = 0;  // shown beside the matrix
  std::string query(Id task_id) const {
    http::Pairs pairs;
    if (filter.initiative != 0) pairs.emplace_back("f.initiative", std::to_string(filter.initiative));
    if (filter.unit != 0) pairs.emplace_back("f.unit", std::to_string(filter.unit));
    if (filter.role) pairs.emplace_back("f.role", std::string(to_text(*filter.role)));
    if (!filter.text.empty()) pairs.emplace_back("q", filter.text);
    if (filter.unfold_groups) pairs.emplace_back("unfold", "1");
    if (task_id != 0) pairs.emplace_back("task", std::to_string(task_id));
    return pairs.empty() ? "" : "?" + http::build_query(pairs);
  }
};

Asked asked_of(const Context& context) {
  Asked asked;
  asked.filter.initiative = base::parse_id(context.param("f.initiative")).value_or(0);
  asked.filter.unit = base::parse_id(context.param("f.unit")).value_or(0);
  const auto role = context.param("f.role");
  if (role == "lead") asked.filter.role = Role::lead;
  if (role == "responsible") asked.filter.role = Role::responsible;
  asked.filter.text = base::shorten(base::trim(context.param("q")), 60);
  asked.filter.unfold_groups = context.param("unfold") == "1";
  asked.task = base::parse_id(context.param("task")).value_or(0);
  return asked;
}

std::string short_column_title(const std::string& title) {
  // Narrow columns: 县农业农村局 reads 农业农村局; three characters (县科协) stay.
  const auto points = base::to_code_points(title);
  if (points.size() > 4 && points[1] != U'委' &&
      (points[0] == U'县' || points[0] == U'市' || points[0] == U'区')) {
    return base::to_utf8(std::u32string_view(points).substr(1));
  }
  return title;
}

// "牵 县科协；责 县教育局、县妇联" for the phone and for printing without columns.
void write_who(Out& h, const Matrix& matrix, std::size_t row) {
  for (const Role role : {Role::lead, Role::responsible}) {
    std::string names;
    for (std::size_t c = 0; c < matrix.columns.size(); ++c) {
      if (matrix.cells[row][c] != role) continue;
      if (!names.empty()) names += "、";
      names += matrix.columns[c].title;
    }
    if (!names.empty()) h("<b>{}</b>　{}<br>", title_of(role), names);
  }
}

void write_table(Out& h, const Running& now, const Matrix& matrix, const Asked& asked, base::Date today) {
  std::string& out = h.buffer();
  out +=
      "<div class=\"mx-wrap\"><table class=\"t3 mx mxc stack\"><caption "
      "class=\"sr\">任务与单位责任分工</caption><thead><tr>"
      "<th scope=\"col\" class=\"code\">编号</th><th scope=\"col\">任务</th>";
  for (const auto& c : matrix.columns) {
    h("<th scope=\"col\" class=\"v{}\"><span>{}</span></th>",
      html::Raw{asked.filter.unit != 0 && c.unit == asked.filter.unit ? " on" : ""},
      short_column_title(c.title));
  }
  out += "<th scope=\"col\">期限</th></tr></thead><tbody>";
  for (std::size_t r = 0; r < matrix.rows.size(); ++r) {
    const TaskItem& task = *matrix.rows[r];
    const DateLight light = light_of(now, task, today);
    const auto span = span_of(*now.plan, task);
    out += task.id == asked.task ? "<tr aria-current=\"true\">" : "<tr>";
    h("<td class=\"code hide-s\">{}</td><th scope=\"row\"><span class=\"only-s muted num\">{}　</span><a "
      "href=\"{}\" "
      "data-part=\"mx\">{}</a></th>",
      task.code, task.code, html::Url{"/matrix" + asked.query(task.id)}, task.title);
    for (std::size_t c = 0; c < matrix.columns.size(); ++c) {
      const auto role = matrix.cells[r][c];
      if (!role) {
        out += "<td></td>";
      } else if (*role == Role::lead) {
        out += "<td><abbr class=\"rl lead-r\" title=\"牵头\">牵</abbr></td>";
      } else {
        out += "<td><abbr class=\"rl co-r\" title=\"责任\">责</abbr></td>";
      }
    }
    h("<td class=\"stc nowrap\">{}<span class=\"num only-l\"> {}</span></td>",
      html::light_shape(light.light, light.word),
      span ? base::to_iso(span->last).substr(0, 7) : std::string("—"));
    h("<td class=\"who\">{}</td>", [&](Out& o) { write_who(o, matrix, r); });
    out += "</tr>";
  }
  out += "</tbody><tfoot><tr><th scope=\"row\" colspan=\"2\">承担任务数（牵头＋责任）</th>";
  for (const auto& c : matrix.columns) h("<td>{}</td>", c.lead + c.responsible);
  out += "<td></td></tr></tfoot></table></div>";
}

void write_filters(Out& h, const Running& now, const Asked& asked) {
  std::vector<const auth::Unit*> units;
  std::map<Id, bool> named;
  for (const auto& a : *now.assignments) named[a.unit] = true;
  for (const auto& u : now.units->all()) {
    if (named.count(u.id) != 0) units.push_back(&u);
  }
  h(
      "<form class=\"filters\" method=\"get\" action=\"/matrix\" data-part=\"mx\" data-auto>"
      "<label class=\"sr\" for=\"m-i\">行动或工程</label><select class=\"in\" id=\"m-i\" "
      "name=\"f.initiative\">"
      "<option value=\"\">全部行动工程</option>{}</select>"
      "<label class=\"sr\" for=\"m-u\">单位</label><select class=\"in\" id=\"m-u\" name=\"f.unit\">"
      "<option value=\"\">全部单位</option>{}</select>"
      "<label class=\"sr\" for=\"m-r\">承担方式</label><select class=\"in\" id=\"m-r\" name=\"f.role\">"
      "<option value=\"\">牵头和责任</option><option value=\"lead\"{}>只看牵头</option><option "
      "value=\"responsible\"{}>只看责任</option></select>"
      "<label class=\"sr\" for=\"m-q\">任务名称或编号</label><input class=\"in\" id=\"m-q\" name=\"q\" "
      "value=\"{}\" placeholder=\"任务名称、编号\">"
      "<label class=\"opt\"><input type=\"checkbox\" name=\"unfold\" value=\"1\"{}>展开乡镇</label>"
      "<button class=\"btn\">筛选</button>{}</form>",
      [&](Out& o) {
        for (const auto* i : now.plan->living_initiatives()) {
          o("<option value=\"{}\"{}>{}</option>", i->id,
            html::Attr{i->id == asked.filter.initiative, " selected"}, i->title);
        }
      },
      [&](Out& o) {
        for (const auto* u : units) {
          o("<option value=\"{}\"{}>{}</option>", u->id, html::Attr{u->id == asked.filter.unit, " selected"},
            u->name);
        }
      },
      html::Attr{asked.filter.role == Role::lead, " selected"},
      html::Attr{asked.filter.role == Role::responsible, " selected"}, asked.filter.text,
      html::Attr{asked.filter.unfold_groups, " checked"},
      [&](Out& o) {
        if (!asked.query(0).empty())
          o("<a class=\"btn link\" href=\"/matrix\" data-part=\"mx\">清除筛选</a>");
      });
}

void write_aside(Out& h, Context& context, const Running& now, const TaskItem& task) {
  const auto* initiative = now.plan->initiative_of(task);
  const auto span = span_of(*now.plan, task);
  const DateLight light = light_of(now, task, context.today());
  const auto timeline = timeline_of(context, fmt::format("task:{}", task.id), 5);
  const auto targets = now.targets_of(task.id);
  std::vector<std::pair<std::string, html::Content>> items = {
      {"所属", initiative->title},
      {"牵头", parties_content(now, task.id, Role::lead)},
      {"责任", parties_content(now, task.id, Role::responsible)},
      {"起止", span ? base::to_iso(span->first) + " 至 " + base::to_iso(span->last) : std::string("未定")}};
  for (const auto* t : targets) items.emplace_back("目标", now.goal_text(*t));
  h(
      "<aside class=\"panel{}\" aria-label=\"任务详情\"><header><div><h2><span class=\"muted "
      "num\">{}</span>　{}</h2></div></header>"
      "<p>{}</p>{}<section class=\"sec\"><h3>任务内容</h3><p class=\"small\">{}</p></section>{}<p "
      "class=\"mt\">{}</p></aside>",
      html::Raw{light.light == html::Light::late ? " alarm" : ""}, task.code, task.title,
      html::light(light.light, light.word), html::Definitions{std::move(items)},
      base::shorten(task.body, 160),
      [&](Out& o) {
        if (!timeline.moments.empty()) o("<section class=\"sec\"><h3>过程记录</h3>{}</section>", timeline);
      },
      html::button_link("打开任务页", task_url(task.id), "external-link"));
}

std::string cell_word(const std::optional<Role>& role) {
  return !role ? "" : *role == Role::lead ? "牵头" : "责任";
}

Answer matrix_json(const Matrix& matrix) {
  base::Json j;
  j.object().key("columns").array();
  for (const auto& c : matrix.columns) {
    j.object()
        .key("unit")
        .id(c.unit)
        .field("title", c.title)
        .field("lead", c.lead)
        .field("responsible", c.responsible)
        .end();
  }
  j.end().key("rows").array();
  for (std::size_t r = 0; r < matrix.rows.size(); ++r) {
    j.object()
        .key("task")
        .id(matrix.rows[r]->id)
        .field("code", matrix.rows[r]->code)
        .field("title", matrix.rows[r]->title);
    j.key("roles").array();
    for (std::size_t c = 0; c < matrix.columns.size(); ++c) {
      if (matrix.cells[r][c]) {
        j.object().field("column", static_cast<int>(c)).field("role", to_text(*matrix.cells[r][c])).end();
      }
    }
    j.end().end();
  }
  return http::json(std::move(j.end().end()).text());
}

Answer matrix_xlsx(Context& context, const Running& now, const Matrix& matrix) {
  site::ListOptions options{.file_name = "责任矩阵",
                            .subject = fmt::format("version:{}", now.plan->version.id)};
  const std::string path = site::detail::export_path(context.app, "xlsx");
  doc::WorkbookWriter out(path);
  std::vector<doc::WorkbookWriter::Column> columns = {{"编号", 8, "", {}}, {"任务", 42, "", {}}};
  for (const auto& c : matrix.columns) columns.push_back({c.title, 6, "", {}});
  columns.push_back({"期限", 12, "", {}});
  out.sheet("责任矩阵", columns, now.plan->version.metadata.title + "　责任矩阵");
  for (std::size_t r = 0; r < matrix.rows.size(); ++r) {
    std::vector<doc::Cell> cells = {matrix.rows[r]->code, matrix.rows[r]->title};
    for (const auto& cell : matrix.cells[r]) cells.emplace_back(cell_word(cell));
    const auto span = span_of(*now.plan, *matrix.rows[r]);
    cells.emplace_back(span ? base::to_iso(span->last) : std::string());
    out.row(cells);
  }
  out.close();
  return site::detail::file_answer(context, options, path);
}

// The table of a filter is the same for everybody until the plan, the units or the day change: kept
// ready-made.
class TableCache {
 public:
  std::shared_ptr<const std::string> find_or_make(const std::string& key, std::shared_ptr<const void> holds,
                                                  const std::function<std::string()>& make) {
    {
      const std::lock_guard lock(mutex_);
      for (auto& e : entries_) {
        if (e.key == key && e.holds == holds) return e.html;
      }
    }
    auto made = std::make_shared<const std::string>(make());
    const std::lock_guard lock(mutex_);
    if (entries_.size() >= kEntries) entries_.erase(entries_.begin());
    entries_.push_back({key, std::move(holds), made});
    return made;
  }

 private:
  static constexpr std::size_t kEntries = 12;
  struct Entry {
    std::string key;
    std::shared_ptr<const void> holds;  // standings or unit tree: the address is part of the key
    std::shared_ptr<const std::string> html;
  };
  std::mutex mutex_;
  std::vector<Entry> entries_;
};

Answer show_matrix(Context& context, PlanEngine& engine, TableCache& cache) {
  const Running now = TRY(running(context, engine));
  const Asked asked = asked_of(context);
  const auto* task = now.plan->task(asked.task);
  const auto make = [&] { return make_matrix(*now.plan, *now.assignments, *now.units, asked.filter); };
  if (context.as() == "json") return matrix_json(make());
  if (context.as() == "xlsx") return matrix_xlsx(context, now, make());
  const auto render = [&] {
    const Matrix matrix = make();
    return html::render([&](Out& h) {
      write_filters(h, now, asked);
      if (matrix.rows.empty()) {
        h("{}", html::EmptyState{"没有符合条件的任务", "放宽筛选条件再试。", {}, "filter"});
      } else {
        write_table(h, now, matrix, asked, context.today());
      }
    });
  };
  const auto& version = now.plan->version;
  const auto table =
      cache.find_or_make(fmt::format("{}/{}/{}{}", version.id, version.revision,
                                     base::to_iso(context.today()), asked.query(asked.task)),
                         now.standings ? std::shared_ptr<const void>(now.standings) : now.units, render);
  site::Page page;
  const auto* initiative = now.plan->initiative(asked.filter.initiative);
  page.title = initiative != nullptr ? initiative->title + "　责任矩阵" : std::string("责任矩阵");
  page.landscape = true;
  page.path = {{"任务清单", "/tasks"}, {"责任矩阵", ""}};
  page.note = fmt::format("版本 {}（{} 采纳）　{} 项任务", version.number,
                          base::to_iso(base::date_of(version.adopted_at)), now.plan->living_tasks().size());
  const std::string query = asked.query(0);
  page.actions = [&](Out& h) {
    h("{}{}",
      html::button_link("导出表格", "/matrix" + query + (query.empty() ? "?" : "&") + "as=xlsx",
                        "file-spreadsheet"),
      html::button_link("版本对比", version_url(version.id, "compare"), "history"));
  };
  page.body = [&](Out& h) {
    h("<div id=\"mx\" class=\"{}\"><section class=\"panel\"><h2 class=\"sr\">任务与单位分工</h2>{}"
      "<p class=\"roles note\"><span><b class=\"rl lead-r\">牵</b>牵头，对结果负责</span>"
      "<span><b class=\"rl "
      "co-r\">责</b>责任，按职责分工落实</span><span>{}</span></p></section>{}</div>",
      html::Raw{task != nullptr ? "split" : ""}, html::Raw{*table},
      html::Raw{now.standings ? "状态依据见各任务" : "状态只按起止日期判断"}, [&](Out& o) {
        if (task != nullptr && !task->dropped) write_aside(o, context, now, *task);
      });
  };
  return site::page(context, std::move(page));
}

}  // namespace

void add_matrix_pages(site::Site& site, PlanEngine& engine) {
  const auto cache = std::make_shared<TableCache>();
  site.add({http::Method::get, "/matrix", site::Access::right, "plan.read",
            [&engine, cache](Context& c) { return show_matrix(c, engine, *cache); }});
  site.add(site::MenuItem{"计划", "责任矩阵", "/matrix", "plan.read", 102, "table", {}, false});
}

}  // namespace kepu::plan
