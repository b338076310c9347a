// 督查通报: drafted from the records, circulated once, then as it was circulated.
#include "core/base/text.h"
#include "core/file/file.h"
#include "core/file/office.h"
#include "engines/inspection/circular.h"
#include "engines/inspection/pages/desk.h"

namespace kepu::inspection {

using base::Code;
using base::refuse;

namespace {

const form::Form& words_form() {
  static const form::Form kForm({{.name = "words",
                                  .label = "有关要求",
                                  .kind = form::Kind::long_text,
                                  .hint = "每行一段，接在汇总后面",
                                  .max_length = 5000,
                                  .rows = 8}});
  return kForm;
}

struct Made {
  RoundWhole whole;
  Circular circular;
  base::Date day;
};

base::Result<Made> made_of(Context& context, InspectionEngine& engine) {
  const Id id = TRY(context.id("round"));
  Made out;
  out.whole = TRY(engine.store().round(context.tenant.id, id));
  const auto& round = out.whole.round;
  const bool ready =
      round.state == RoundState::circulated || (round.state == RoundState::closed && sees_all(context.actor));
  if (!ready)
    return refuse(Code::not_found, "inspection.no_circular",
                  "这一轮督查还没有通报。走访结束以后才能拟通报。");
  const auto bodies = engine.store().records(context.tenant.id, id);
  std::vector<std::pair<const Visit*, const Body*>> records;
  for (const auto& v : out.whole.visits) {
    const auto at = bodies.find(v.id);
    records.emplace_back(&v, at == bodies.end() ? nullptr : &at->second);
  }
  ProblemQuery query;
  query.round = id;
  query.limit = 5000;
  const auto problems = engine.store().problems(context.tenant.id, query);
  const auto as_of = round.circulated_at != 0 ? round.circulated_at : context.now();
  out.day = base::date_of(as_of);
  out.circular = circular_of(out.whole, records, problems.problems,
                             *context.app.directory.units(context.tenant.id), as_of);
  return out;
}

std::string paper_bytes(Context& context, const Made& made, const std::string& words) {
  const auto units = context.app.directory.units(context.tenant.id);
  return paper_of(made.whole.round, made.circular, *units, context.tenant.name + "全民科学素质工作办公室",
                  words, made.day)
      .docx();
}

void write_circular(Out& h, Context& context, const Made& made) {
  const auto& c = made.circular;
  html::StatStrip stats{{{"走访单位", std::to_string(c.visited), "个",
                          c.not_visited > 0 ? fmt::format("另有 {} 个未走访", c.not_visited) : ""},
                         {"发现问题", std::to_string(c.problems.size()), "个"},
                         {"已销号", std::to_string(c.closed), "个", "截至 " + base::to_iso(made.day)}}};
  h("{}", stats);
  html::SimpleTable units;
  units.caption = "各单位情况";
  units.columns = {{"单位"},
                   {"得分率", html::Column::Kind::number},
                   {"问题", html::Column::Kind::number},
                   {"已销号", html::Column::Kind::number}};
  for (const auto& u : c.units) {
    units.rows.push_back(
        {u.name, percent_text(u.share), std::to_string(u.problems), std::to_string(u.closed)});
  }
  h("{}", html::panel("各单位情况", units,
                      {.note = "得分率：评分题得分与“是否”题答“是”之和，占可得分之比；“不适用”不计"}));
  html::SimpleTable questions;
  questions.caption = "各项检查结果";
  questions.columns = {{"检查内容"},
                       {"作答单位", html::Column::Kind::number},
                       {"是", html::Column::Kind::number},
                       {"否", html::Column::Kind::number},
                       {"平均", html::Column::Kind::number}};
  for (const auto& q : c.questions) {
    const bool yes_no = q.question.kind == QuestionKind::yes_no;
    questions.rows.push_back({q.question.text, std::to_string(q.answered),
                              yes_no ? std::to_string(q.yes) : std::string("—"),
                              yes_no ? std::to_string(q.no) : std::string("—"),
                              q.mean ? fmt::format("{:.1f}", *q.mean) : std::string("—")});
  }
  h("{}", html::panel("各项检查结果", questions));
  h("{}", html::panel("发现的问题", [&](Out& o) {
      if (c.problems.empty()) {
        o("<p>没有发现需要整改的问题。</p>");
      } else if (sees_all(context.actor)) {
        write_problems(o, context, c.problems, "发现的问题");
      } else {
        // Everybody reads what was circulated; the way of each problem is its unit's own.
        const auto tree = context.app.directory.units(context.tenant.id);
        html::SimpleTable table{"发现的问题", {{"单位"}, {"问题"}, {"程度"}}, {}};
        for (const auto& p : c.problems) {
          table.rows.push_back({unit_name(*tree, p.unit), p.what, std::string(title_of(p.severity))});
        }
        o("{}", table);
      }
    }));
}

http::Response circular_page(Context& context, const Made& made, const Typed& typed) {
  const auto& round = made.whole.round;
  site::Page page;
  page.title = "关于" + round.title + "情况的通报";
  page.path = {{"督查", "/inspection"}, {round.title, round_url(round.id)}, {"通报", ""}};
  page.note = round.circulated_at == 0 ? std::string("草稿：下面的数字随记录变化；印发后不再变")
                                       : base::to_local(round.circulated_at) + " 印发";
  page.actions = [&](Out& h) {
    h("{}", html::button_link(round.circulated_at == 0 ? "下载草稿（Word）" : "下载通报（Word）",
                              round_url(round.id) + "/circular?as=docx", "file-type-doc"));
  };
  page.body = [&](Out& h) {
    write_circular(h, context, made);
    if (round.state == RoundState::closed && context.actor.may(kManage)) {
      auto view = view_of(context, round_url(round.id) + "/circular", "印发通报", typed);
      view.hidden = {{"revision", std::to_string(round.revision)}};
      h("{}", html::panel("印发", [&](Out& o) { words_form().write(o, view); },
                          {.note = "印发后，能看督查的单位都能看到；走访记录不再变动"}));
    } else if (!round.words.empty()) {
      h("{}", html::panel("有关要求", [&](Out& o) { o("<p class=\"prewrap\">{}</p>", round.words); }));
    }
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer show_circular(Context& context, InspectionEngine& engine) {
  const auto made = TRY(made_of(context, engine));
  if (context.as() != "docx") return circular_page(context, made, {});
  const auto& round = made.whole.round;
  const std::string bytes =
      round.paper.empty() ? paper_bytes(context, made, "") : TRY(context.app.files.read(round.paper));
  context.log("export.circular", fmt::format("round:{}", round.id), "下载督查通报《" + round.title + "》");
  return http::attachment_bytes(bytes, round.title + "通报.docx", file::kWord);
}

PageAnswer circulate(Context& context, InspectionEngine& engine) {
  const auto made = TRY(made_of(context, engine));
  TRY(context.require(kManage));
  auto in = words_form().check(context.request.form);
  if (in.ok()) {
    const std::string words = in.values.text("words");
    const auto stored = TRY(context.app.files.put(paper_bytes(context, made, words)));
    const auto done = engine.store().circulate_round(by(context), made.whole.round.id,
                                                     base::parse_int(context.field("revision")).value_or(-1),
                                                     words, stored.sha256);
    if (done) {
      context.say(html::Tone::green, "通报已印发。");
      return site::redirect(round_url(made.whole.round.id) + "/circular");
    }
    in.errors.push_back(done.error());
  }
  return circular_page(context, made, {in.values, in.errors});
}

}  // namespace

void add_circular_pages(site::Site& site, InspectionEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/inspection/rounds/{round}/circular", Access::right, "inspection.read",
            [&](Context& c) { return show_circular(c, engine); }});
  site.add({Method::post, "/inspection/rounds/{round}/circular", Access::right, "inspection.manage",
            [&](Context& c) { return circulate(c, engine); }});
}

}  // namespace kepu::inspection
