// 单位对应: what each written name means; 待办与采纳: what is still open, and adopting.
#include <algorithm>

#include "core/base/json.h"
#include "core/base/text.h"
#include "engines/plan/pages/task_parts.h"

namespace kepu::plan {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

namespace {

html::Segment tabs_of(Id version, std::string_view current) {
  html::Segment tabs;
  tabs.label = "校核步骤";
  for (const auto& [page, title] : {std::pair("review", "对照原文"), std::pair("names", "单位对应"),
                                    std::pair("open", "待办与采纳"), std::pair("compare", "版本对比")}) {
    tabs.items.push_back({title, version_url(version, page), current == page});
  }
  return tabs;
}

// "unit:4711", "townships", … – the value of one choice.
std::string choice_of(const NameMeaning& m) {
  return m.meaning == Meaning::unit ? fmt::format("unit:{}", m.unit) : std::string(to_text(m.meaning));
}

std::optional<NameMeaning> meaning_of(std::string_view name, std::string_view choice) {
  if (base::starts_with(choice, "unit:")) {
    const auto unit = base::parse_id(choice.substr(5));
    if (!unit) return std::nullopt;
    return NameMeaning{std::string(name), Meaning::unit, *unit};
  }
  const auto meaning = parse_meaning(choice);
  if (!meaning || *meaning == Meaning::unit) return std::nullopt;
  return NameMeaning{std::string(name), *meaning, 0};
}

constexpr Meaning kGroups[] = {Meaning::townships, Meaning::villages, Meaning::departments, Meaning::everyone,
                               Meaning::outside};

void write_choice(Out& h, int row, const std::string& selected, const auth::UnitTree& tree, bool may_make) {
  h(
      "<select class=\"in\" name=\"choice\" aria-label=\"第 {} 行对应到\"><option "
      "value=\"\">未定</option>{}"
      "<optgroup label=\"泛指\">{}</optgroup><optgroup label=\"单位\">{}</optgroup></select>",
      row,
      [&](Out& o) {
        if (may_make) o("<option value=\"new\">新建同名单位</option>");
      },
      [&](Out& o) {
        for (const Meaning m : kGroups) {
          o("<option value=\"{}\"{}>{}</option>", to_text(m), html::Attr{selected == to_text(m), " selected"},
            title_of(m));
        }
      },
      [&](Out& o) {
        for (const auto& u : tree.all()) {
          if (!u.active || u.kind == auth::UnitKind::village) continue;
          const std::string value = fmt::format("unit:{}", u.id);
          o("<option value=\"{}\"{}>{}</option>", value, html::Attr{selected == value, " selected"}, u.name);
        }
      });
}

struct NameRow {
  WrittenName written;
  std::string choice;  // decided, or the best proposal
  bool decided = false;
  double confidence = 1;
  std::string why;
};

std::vector<NameRow> name_rows(const Plan& plan, const Names& names, const auth::UnitTree& tree) {
  std::vector<NameRow> rows;
  for (auto& written : written_names(plan)) {
    NameRow row;
    if (const auto* known = names.find(written.name)) {
      row.choice = choice_of(*known);
      row.decided = true;
    } else if (const auto proposals = propose_meanings(written.name, tree); !proposals.empty()) {
      row.choice = choice_of(proposals.front().meaning);
      row.confidence = proposals.front().confidence;
      row.why = proposals.front().why;
    } else {
      row.confidence = 0;
      row.why = "没有相近的单位，可新建";
    }
    row.written = std::move(written);
    rows.push_back(std::move(row));
  }
  std::stable_sort(rows.begin(), rows.end(), [](const NameRow& a, const NameRow& b) {
    return std::pair(a.decided, a.confidence) < std::pair(b.decided, b.confidence);
  });
  return rows;
}

Answer show_names(Context& context, PlanEngine& engine) {
  const auto plan = TRY(version_of(context, engine));
  const auto tree = context.app.directory.units(context.tenant.id);
  const auto rows = name_rows(*plan, engine.store().names(context.tenant.id), *tree);
  const Id version = plan->version.id;
  if (context.as() == "json") {
    base::Json j;
    j.object().key("names").array();
    for (const auto& r : rows) {
      j.object()
          .field("name", r.written.name)
          .field("choice", r.choice)
          .field("decided", r.decided)
          .field("confidence", r.confidence)
          .end();
    }
    return http::json(std::move(j.end().end()).text());
  }
  const auto open = std::count_if(rows.begin(), rows.end(), [](const NameRow& r) { return !r.decided; });
  const bool may_edit = context.actor.may("plan.edit");
  const bool may_make = context.actor.may("organisation.manage");
  site::Page page;
  page.title = "单位对应";
  page.path = {{"方案与版本", "/plans"},
               {fmt::format("第 {} 版", plan->version.number), version_url(version, "review")},
               {"单位对应", ""}};
  page.note = fmt::format("《{}》　{} 个名称，{} 个未定。定过的名称会记住，以后导入自动沿用",
                          plan->version.metadata.title, rows.size(), open);
  page.actions = [&](Out& h) { h("{}", tabs_of(version, "names")); };
  page.body = [&](Out& h) {
    if (rows.empty()) {
      h("{}",
        html::EmptyState{"方案里没有读出单位名称", "请在“对照原文”中补上牵头和责任单位。", {}, "building"});
      return;
    }
    h("{}", html::panel("名称与单位", [&](Out& o) {
        o(
            "<form method=\"post\" action=\"{}\" data-guard><input type=\"hidden\" name=\"csrf\" "
            "value=\"{}\">"
            "<table class=\"t3 stack names\"><caption class=\"sr\">名称对应</caption><thead><tr><th "
            "scope=\"col\">原文写法</th>"
            "<th scope=\"col\" class=\"r hide-s\">牵头</th><th scope=\"col\" class=\"r hide-s\">责任</th><th "
            "scope=\"col\">对应到</th>"
            "<th scope=\"col\">依据</th></tr></thead><tbody>{}</tbody></table><p class=\"mt\">{}</p></form>",
            html::Url{version_url(version, "names")}, context.csrf,
            [&](Out& t) {
              int number = 0;
              for (const auto& r : rows) {
                ++number;
                t(
                    "<tr><th scope=\"row\">{}<input type=\"hidden\" name=\"name\" value=\"{}\"></th><td "
                    "class=\"r num hide-s\">{}</td>"
                    "<td class=\"r num hide-s\">{}</td><td class=\"full\">{}</td><td class=\"small "
                    "full\">{}</td></tr>",
                    r.written.name, r.written.name, r.written.lead, r.written.responsible,
                    [&](Out& x) {
                      if (may_edit) {
                        write_choice(x, number, r.choice, *tree, may_make);
                      } else {
                        x("{}", r.choice);
                      }
                    },
                    [&](Out& x) {
                      if (r.decided) {
                        x("{}", html::tag("已定", html::Tone::green));
                      } else if (r.confidence >= kSureEnough) {
                        x("{}　{}", html::tag("建议", html::Tone::blue), r.why);
                      } else {
                        x("{}　{}", html::tag("请核对", html::Tone::amber), r.why);
                      }
                    });
              }
            },
            [&](Out& x) {
              if (may_edit) x("{}", html::button("保存对应关系"));
            });
      }));
  };
  return site::page(context, std::move(page));
}

Answer save_names(Context& context, PlanEngine& engine) {
  const auto plan = TRY(version_of(context, engine));
  const auto names = context.request.fields("name");
  const auto choices = context.request.fields("choice");
  const std::string back = version_url(plan->version.id, "names");
  if (names.size() != choices.size() || names.size() > 2000) {
    return refuse(Code::invalid, "plan.names_form", "表单不完整，没有保存。请刷新页面后再试。");
  }
  const Names known = engine.store().names(context.tenant.id);
  std::vector<NameMeaning> decided;
  std::vector<std::string> fresh;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (choices[i] == "new") {
      fresh.push_back(names[i]);
    } else if (const auto m = meaning_of(names[i], choices[i])) {
      const auto* before = known.find(names[i]);
      if (before == nullptr || before->meaning != m->meaning || before->unit != m->unit)
        decided.push_back(*m);
    }
  }
  int made = 0;
  if (!fresh.empty()) {
    const auto units = engine.store().make_units(by(context), fresh);
    if (!units) {
      context.say(html::Tone::red, units.error().message);
      return site::redirect(back);
    }
    made = *units;
  }
  if (!decided.empty()) TRY(engine.store().decide_names(by(context), decided));
  const auto open = unmapped_names(*plan, engine.store().names(context.tenant.id)).size();
  context.say(open == 0 ? html::Tone::green : html::Tone::amber,
              fmt::format("已保存 {} 个对应{}{}", decided.size() + fresh.size(),
                          made > 0 ? fmt::format("，新建 {} 个单位", made) : "",
                          open == 0 ? "，全部名称已定。" : fmt::format("，还有 {} 个未定。", open)));
  return site::redirect(open == 0 ? version_url(plan->version.id, "open") : back);
}

// ---------------------------------------------------------------- open items and adoption

std::string url_of(const OpenItem& item, Id version) {
  const auto colon = item.subject.find(':');
  const std::string kind = item.subject.substr(0, colon),
                    rest = colon == std::string::npos ? "" : item.subject.substr(colon + 1);
  if (kind == "name") return version_url(version, "names");
  if (kind == "task") return version_url(version, "review") + "?edit=" + rest + "#i" + rest;
  if (kind.empty() || rest.empty()) return version_url(version, "review");
  return version_url(version, "review") + "#i" + rest;
}

void write_open(Out& h, const std::vector<OpenItem>& items, Id version) {
  std::map<OpenKind, std::vector<const OpenItem*>> groups;
  for (const auto& item : items) groups[item.kind].push_back(&item);
  for (const auto& [kind, list] : groups) {
    const bool blocks = list.front()->blocks;
    h("{}",
      html::panel(fmt::format("{}　{} 项", title_of(kind), list.size()),
                  [&](Out& o) {
                    o("<ul class=\"plain open-items\">{}</ul>", [&](Out& x) {
                      for (const auto* item : list) {
                        x("<li>{} <a href=\"{}\">{}</a>{}</li>",
                          html::light_shape(blocks ? html::Light::late : html::Light::watch,
                                            blocks ? "必须处理" : "建议处理"),
                          html::Url{url_of(*item, version)}, item->message, [&](Out& y) {
                            if (item->line > 0)
                              y("<span class=\"muted small\">　第 {} 行</span>", item->line);
                          });
                      }
                    });
                  },
                  {.note = blocks ? "必须处理，否则不能采纳" : "建议处理，不影响采纳", .alarm = blocks}));
  }
}

Answer show_open(Context& context, PlanEngine& engine) {
  const auto plan = TRY(version_of(context, engine));
  const auto unmapped = plan->version.kind == PlanKind::own
                            ? unmapped_names(*plan, engine.store().names(context.tenant.id))
                            : std::vector<std::string>();
  const auto items = open_items(*plan, unmapped);
  const auto blocking = std::count_if(items.begin(), items.end(), [](const OpenItem& i) { return i.blocks; });
  const Id version = plan->version.id;
  const bool own = plan->version.kind == PlanKind::own;
  if (context.as() == "json") {
    base::Json j;
    j.object().key("open").array();
    for (const auto& i : items) {
      j.object()
          .field("kind", to_text(i.kind))
          .field("blocks", i.blocks)
          .field("subject", i.subject)
          .field("message", i.message)
          .field("line", i.line)
          .end();
    }
    return http::json(std::move(j.end().end()).text());
  }
  site::Page page;
  page.title = "待办与采纳";
  page.path = {{"方案与版本", "/plans"},
               {fmt::format("第 {} 版", plan->version.number), version_url(version, "review")},
               {"待办与采纳", ""}};
  page.note = fmt::format("《{}》　{} 项待办，其中 {} 项必须处理", plan->version.metadata.title, items.size(),
                          own ? blocking : 0);
  page.actions = [&](Out& h) { h("{}", tabs_of(version, "open")); };
  page.body = [&](Out& h) {
    if (plan->version.state == VersionState::review && context.actor.may("plan.adopt")) {
      if (blocking == 0 || !own) {
        html::Confirm confirm;
        confirm.title = own ? "采纳这份方案" : "采用为上位文件";
        confirm.what = own ? fmt::format(
                                 "{} "
                                 "项任务将按单位对应关系分到各单位，作为运行中的方案；此前采纳的版本改为“已被"
                                 "取代”，责任人和确认记录随任务保留。",
                                 plan->living_tasks().size())
                           : std::string("采用后可与本级方案对标，并用于核对引文。");
        confirm.button = own ? "采纳" : "采用";
        confirm.url = version_url(version, "adopt");
        confirm.csrf = context.csrf;
        confirm.cancel_url = version_url(version, "review");
        confirm.danger = false;
        confirm.hidden = {{"revision", std::to_string(plan->version.revision)}};
        h("{}", confirm);
      } else {
        h("{}",
          html::Flash{html::Tone::amber, fmt::format("还有 {} 项必须处理，处理完才能采纳。", blocking)});
      }
    }
    if (plan->version.state != VersionState::review) {
      h("{}", html::Flash{html::Tone::green, "这个版本" + std::string(title_of(plan->version.state)) + "。"});
    }
    write_open(h, items, version);
    if (items.empty()) h("{}", html::EmptyState{"没有待办", "校核已完成。", {}, "checks"});
    if (plan->version.state == VersionState::review && context.actor.may("plan.edit")) {
      h("{}", html::panel("不用这一版",
                          [&](Out& o) {
                            o("<form method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"csrf\" "
                              "value=\"{}\"><div class=\"field\">"
                              "<label for=\"f-reason\">撤下原因</label><input class=\"in\" id=\"f-reason\" "
                              "name=\"reason\" required maxlength=\"200\"></div>{}</form>",
                              html::Url{version_url(version, "withdraw")}, context.csrf,
                              html::button("撤下校核稿", html::Look::danger));
                          },
                          {.note = "撤下后仍可查看，不会删除"}));
    }
  };
  return site::page(context, std::move(page));
}

Answer adopt(Context& context, PlanEngine& engine) {
  const auto plan = TRY(version_of(context, engine));
  const auto revision = base::parse_int(context.field("revision")).value_or(0);
  const auto done = engine.store().adopt(by(context), plan->version.id, revision);
  if (!done) {
    context.say(html::Tone::red, done.error().message);
    return site::redirect(version_url(plan->version.id, "open"));
  }
  context.say(html::Tone::green, plan->version.kind == PlanKind::own ? "方案已采纳，任务已分到各单位。"
                                                                     : "上位文件已采用，可以对标。");
  return site::redirect(plan->version.kind == PlanKind::own ? "/matrix" : "/alignment");
}

}  // namespace

void add_name_pages(site::Site& site, PlanEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/versions/{version}/names", Access::right, "plan.read",
            [&](Context& c) { return show_names(c, engine); }});
  site.add({Method::post, "/versions/{version}/names", Access::right, "plan.edit",
            [&](Context& c) { return save_names(c, engine); }});
  site.add({Method::get, "/versions/{version}/open", Access::right, "plan.read",
            [&](Context& c) { return show_open(c, engine); }});
  site.add({Method::post, "/versions/{version}/adopt", Access::right, "plan.adopt",
            [&](Context& c) { return adopt(c, engine); }});
}

}  // namespace kepu::plan
