// The editor of one score item. Forbidden criteria are refused beside the field that holds them, naming the
// rule.
#include "core/base/text.h"
#include "engines/appraisal/pages/desk.h"

namespace kepu::appraisal {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

namespace {

form::Form item_form(const Table& rules, const std::vector<metric::Metric>& metrics) {
  using form::Kind;
  std::vector<form::Option> groups, bound = {{"", "（不用指标）"}};
  for (const auto& g : rules.groups) groups.push_back({g.id, g.title});
  for (const auto& m : metrics) {
    if (m.by_unit) bound.push_back({m.id, fmt::format("{}（{}）", m.title, m.unit)});
  }
  return form::Form(
      {{.name = "code",
        .label = "编号",
        .required = true,
        .hint = "例如 1.2；按编号排列",
        .max_length = 12,
        .short_field = true},
       {.name = "project", .label = "项目", .max_length = 40, .short_field = true},
       {.name = "content", .label = "内容", .required = true, .max_length = 100},
       {.name = "standard",
        .label = "标准",
        .kind = Kind::long_text,
        .hint = "怎样得分、怎样扣分",
        .max_length = 500,
        .rows = 3},
       {.name = "method", .label = "方法", .hint = "看什么材料、怎样核实", .max_length = 200},
       {.name = "note", .label = "备注", .max_length = 200},
       {.name = "kind",
        .label = "类别",
        .kind = Kind::radio,
        .required = true,
        .options = {{"basic", "基本分"}, {"bonus", "加分"}, {"deduction", "扣分"}},
        .initial = "basic"},
       {.name = "points",
        .label = "分值",
        .required = true,
        .hint = "基本分的满分，加分、扣分的上限",
        .unit = "分",
        .short_field = true},
       {.name = "groups",
        .label = "适用对象",
        .kind = Kind::multi_select,
        .hint = "都不选就适用于全部",
        .options = groups},
       {.name = "rule",
        .label = "计分方式",
        .kind = Kind::radio,
        .required = true,
        .options = {{"manual", "人工评分", "评委打分，取中位数，再审核"},
                    {"linear", "按比例", "满分值得满分，零分值不得分，其间一条直线"},
                    {"steps", "分档", "达到哪一档得哪一档的分"},
                    {"per_piece", "按件", "每多少得几分，到分值封顶"},
                    {"yes_no", "达标", "达到得满分，否则不得分"}},
        .initial = "manual"},
       {.name = "lowest", .label = "最低分", .hint = "人工评分", .unit = "分", .short_field = true},
       {.name = "metric",
        .label = "指标",
        .kind = Kind::select,
        .hint = "除人工评分外都要选",
        .options = bound},
       {.name = "empty_at", .label = "零分值", .hint = "按比例", .short_field = true},
       {.name = "full_at",
        .label = "满分值",
        .hint = "按比例；可以小于零分值，表示越少越好",
        .short_field = true},
       {.name = "steps",
        .label = "各档",
        .kind = Kind::long_text,
        .hint = "分档：每行一档，从小到大，写“数值：得分”",
        .rows = 3},
       {.name = "piece", .label = "每多少", .hint = "按件", .short_field = true},
       {.name = "per_piece", .label = "得几分", .hint = "按件", .unit = "分", .short_field = true},
       {.name = "at_least", .label = "达标值", .hint = "达标", .short_field = true},
       {.name = "missing",
        .label = "没有数据时",
        .kind = Kind::select,
        .options = {{"zero", "计零分"}, {"manual", "转人工评分"}, {"not_applicable", "不计入"}}},
       {.name = "revision", .label = "", .kind = Kind::hidden}});
}

form::Values values_of(const Item& item) {
  form::Values v;
  const Rule& r = item.rule;
  v.set("code", item.code);
  v.set("project", item.project);
  v.set("content", item.content);
  v.set("standard", item.standard);
  v.set("method", item.method);
  v.set("note", item.note);
  v.set("kind", std::string(to_text(item.kind)));
  if (item.points != 0) v.set("points", points_text(item.points));
  for (const auto& g : item.groups) v.add("groups", g);
  v.set("rule", std::string(to_text(r.kind)));
  v.set("metric", r.metric);
  v.set("missing", std::string(to_text(r.missing)));
  if (r.kind == Rule::Kind::manual && r.lowest != 0) v.set("lowest", points_text(r.lowest));
  if (r.kind == Rule::Kind::linear) {
    v.set("empty_at", amount_text(r.empty_at));
    v.set("full_at", amount_text(r.full_at));
  }
  if (r.kind == Rule::Kind::per_piece) {
    v.set("piece", amount_text(r.piece));
    v.set("per_piece", points_text(r.per_piece));
  }
  if (r.kind == Rule::Kind::yes_no) v.set("at_least", amount_text(r.at_least));
  std::vector<std::string> steps;
  for (const auto& s : r.steps) steps.push_back(amount_text(s.from) + "：" + points_text(s.points));
  v.set("steps", base::join(steps, "\n"));
  return v;
}

// The item as typed; what cannot be read becomes an error beside its field.
class Reader {
 public:
  explicit Reader(form::Checked& in) : in_(in) {}
  Item item() {
    Item out;
    out.code = text("code");
    out.project = text("project");
    out.content = text("content");
    out.standard = text("standard");
    out.method = text("method");
    out.note = text("note");
    out.kind = parse_item_kind(text("kind")).value_or(ItemKind::basic);
    out.points = points("points", 0);
    for (const auto& g : in_.values.texts("groups")) out.groups.push_back(g);
    Rule& r = out.rule;
    r.kind = parse_rule_kind(text("rule")).value_or(Rule::Kind::manual);
    r.missing = parse_missing(text("missing")).value_or(Missing::zero);
    if (r.kind != Rule::Kind::manual) r.metric = text("metric");
    if (r.kind == Rule::Kind::manual) r.lowest = points("lowest", 0);
    if (r.kind == Rule::Kind::linear) {
      r.empty_at = amount("empty_at", 0);
      r.full_at = amount("full_at", 0);
    }
    if (r.kind == Rule::Kind::per_piece) {
      r.piece = amount("piece", kOne);
      r.per_piece = points("per_piece", 0);
    }
    if (r.kind == Rule::Kind::yes_no) r.at_least = amount("at_least", 0);
    if (r.kind == Rule::Kind::steps) read_steps(r);
    return out;
  }

 private:
  std::string text(const char* name) const { return in_.values.text(name); }
  void wrong(const char* name, std::string message) {
    in_.errors.push_back({Code::invalid, "appraisal.number", name, std::move(message)});
  }
  Points points(const char* name, Points otherwise) {
    if (text(name).empty()) return otherwise;
    const auto value = parse_points(text(name));
    if (!value) wrong(name, "请写分数，例如 5 或 2.5，最多两位小数。");
    return value.value_or(otherwise);
  }
  Amount amount(const char* name, Amount otherwise) {
    if (text(name).empty()) return otherwise;
    const auto value = parse_amount(text(name));
    if (!value) wrong(name, "请写数字，例如 12 或 0.5。");
    return value.value_or(otherwise);
  }
  void read_steps(Rule& rule) {
    for (const auto& line : base::split(base::replace_all(text("steps"), "：", ":"), "\n")) {
      if (base::trim(line).empty()) continue;
      const auto at = line.find(':');
      const auto from = at == std::string::npos ? std::nullopt : parse_amount(line.substr(0, at));
      const auto gives = at == std::string::npos ? std::nullopt : parse_points(line.substr(at + 1));
      if (!from || !gives) {
        wrong("steps", "看不懂这一行：“" + base::trim(line) + "”。每行写“数值：得分”，例如“10：3”。");
        return;
      }
      rule.steps.push_back({*from, *gives});
    }
  }
  form::Checked& in_;
};

struct Place {
  Loaded loaded;
  const Item* item = nullptr;  // null: a new one
  std::string name;            // of the path: its code, or "new"
};

base::Result<Place> place_of(Context& context, AppraisalEngine& engine) {
  Place place;
  place.loaded = TRY(appraisal_of(context, engine));
  TRY(require_transition(place.loaded.head.state, Action::edit));
  place.name = std::string(context.variable("item"));
  if (place.name != "new") {
    place.item = place.loaded.table->item(place.name);
    if (place.item == nullptr)
      return refuse(Code::not_found, "appraisal.no_such_item",
                    "没有编号为 " + place.name + " 的考核项，可能刚被改名或删除。");
  }
  return place;
}

Answer show_item(Context& context, AppraisalEngine& engine, const form::Checked* typed) {
  const Place place = TRY(place_of(context, engine));
  const Head& head = place.loaded.head;
  const auto form = item_form(*place.loaded.table, engine.metrics().all(context.tenant.id));
  form::Values values = typed != nullptr        ? typed->values
                        : place.item != nullptr ? values_of(*place.item)
                                                : form::Values();
  if (typed == nullptr) values.set("revision", std::to_string(head.revision));
  site::Page page;
  page.title = place.item == nullptr ? "添加考核项" : "考核项 " + place.item->code;
  page.path = {{"考核", "/appraisals"},
               {std::to_string(head.year), year_url(head.id)},
               {"指标表", year_url(head.id, "table")},
               {page.title, ""}};
  page.note =
      "点赞、投票、转发、在线和学习时长、打卡签到、安装使用率、积分排名不能作为考核内容（国办函〔2026〕12号）"
      "；活动签到表等到场凭证可以作为佐证";
  page.body = [&](Out& h) {
    h("{}", html::panel(place.item == nullptr ? std::string("新的考核项") : place.item->content, [&](Out& o) {
        form.write(o, {.action = item_url(head.id, place.name),
                       .csrf = context.csrf,
                       .values = values,
                       .errors = typed != nullptr ? typed->errors : base::Errors{},
                       .cancel_url = year_url(head.id, "table")});
        if (place.item != nullptr)
          o("{}", html::PostButton{"删除这一项",
                                   item_url(head.id, place.name) + "/remove",
                                   context.csrf,
                                   html::Look::danger,
                                   "trash",
                                   {{"revision", std::to_string(head.revision)}}});
      }));
  };
  return site::page(context, std::move(page), typed != nullptr ? 422 : 200);
}

Answer save_item(Context& context, AppraisalEngine& engine) {
  const Place place = TRY(place_of(context, engine));
  auto in =
      item_form(*place.loaded.table, engine.metrics().all(context.tenant.id)).check(context.request.form);
  Item item = Reader(in).item();
  if (const auto metric = engine.metrics().find(context.tenant.id, item.rule.metric)) {
    item.rule.metric_title = metric->title;
    item.rule.metric_unit = metric->unit;
  }
  const bool readable = in.ok();
  for (auto& error : engine.store().criteria().refusals(item)) in.errors.push_back(std::move(error));
  if (readable) {
    for (auto& error : problems_of(item)) in.errors.push_back(std::move(error));
  }
  if (in.ok()) {
    Table table = *place.loaded.table;
    const auto at = std::find_if(table.items.begin(), table.items.end(), [&](const Item& i) {
      return place.item != nullptr && i.code == place.name;
    });
    if (at == table.items.end()) {
      table.items.push_back(item);
    } else {
      *at = item;
    }
    const auto done = engine.store().edit(
        by(context), place.loaded.head.id, in.values.integer("revision").value_or(0), table,
        fmt::format("{}考核项 {} {}（{} 分）", place.item == nullptr ? "添加" : "修改", item.code,
                    item.content, points_text(item.points)));
    if (done) {
      context.say(html::Tone::green, "考核项 " + item.code + " 已保存。");
      return site::redirect(year_url(place.loaded.head.id, "table"));
    }
    in.errors.push_back(done.error());
  }
  return show_item(context, engine, &in);
}

Answer remove_item(Context& context, AppraisalEngine& engine) {
  const Place place = TRY(place_of(context, engine));
  Table table = *place.loaded.table;
  std::erase_if(table.items, [&](const Item& i) { return i.code == place.name; });
  TRY(engine.store().edit(by(context), place.loaded.head.id,
                          base::parse_int(context.field("revision")).value_or(0), table,
                          "删除考核项 " + place.name));
  context.say(html::Tone::green, "考核项 " + place.name + " 已删除。");
  return site::redirect(year_url(place.loaded.head.id, "table"));
}

}  // namespace

void add_item_pages(site::Site& site, AppraisalEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/appraisals/{appraisal}/items/{item}", Access::right, "appraisal.edit",
            [&](Context& c) { return show_item(c, engine, nullptr); }});
  site.add({Method::post, "/appraisals/{appraisal}/items/{item}", Access::right, "appraisal.edit",
            [&](Context& c) { return save_item(c, engine); }});
  site.add({Method::post, "/appraisals/{appraisal}/items/{item}/remove", Access::right, "appraisal.edit",
            [&](Context& c) { return remove_item(c, engine); }});
}

}  // namespace kepu::appraisal
