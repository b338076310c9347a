// The draw as everybody may check it; the drawn villages one by one: dwellings, surveyor, cases.
#include "core/base/secret.h"
#include "core/base/text.h"
#include "engines/survey/pages/desk.h"
#include "engines/survey/pages/replay_script.h"

namespace kepu::survey::field {

using base::Code;
using base::refuse;

namespace {

std::int64_t revision_of(const Context& context) {
  return base::parse_int(context.field("revision")).value_or(-1);
}

void write_method(Out& o, const Round& round) {
  o("<ol><li>种子文字“<b>{}</b>”的 SHA-256 前 64 位是种子数 "
    "{}。</li><li>村（社区）按乡镇、编码排列，分层；每层用自己的种子，随机数由 "
    "SplitMix64 派生的 xoshiro256** 1.0 产生。</li><li>每层按 18–69 "
    "岁人数成比例确定入样概率，人数太多、概率到 1 的必抽；其余用随机起点的系统抽样（Madow "
    "1949）抽取。</li><li>抽中的村列出全部住户后，用该村自己的种子定起点，每隔一定户数抽一户。</"
    "li><li>每户有一张随机表：家中有几位 18–69 "
    "岁的人，就按表问第几位（男在前、女在后，年长的在前）。做法出自 Kish（1949），每个人机会相等。</li></ol>",
    round.seed, std::to_string(seed_number(round.seed)));
}

PageAnswer show_draw(Context& context, SurveyEngine& engine) {
  const auto whole = TRY(engine.store().round(context.tenant.id, TRY(context.id("round"))));
  const auto& round = whole.round;
  if (round.seed.empty()) return refuse(Code::not_found, "survey.not_drawn", "这一轮还没有抽样。");
  const auto frame = whole.frame();
  const auto again = TRY(draw_areas(round.plan, frame, round.seed));
  const auto record = draw_text(round.plan, frame, round.seed, again);
  if (context.as() == "txt") context.log("export.draw", fmt::format("survey:{}", round.id), "下载抽样记录");
  if (context.as() == "txt")
    return http::attachment_bytes(record, "抽样记录.txt", "text/plain; charset=utf-8");
  if (context.as() == "py")
    return http::attachment_bytes(std::string(replay_script()), "replay.py", "text/plain; charset=utf-8");
  bool same = base::sha256_hex(record) == round.digest;
  std::size_t next = 0;
  for (const auto& a : whole.areas) {
    const bool drawn = next < again.areas.size() && again.areas[next].area == a.position;
    same = same && drawn == a.drawn();
    next += drawn ? 1 : 0;
  }
  site::Page page;
  page.title = "抽样记录";
  page.path = {{"科学素质调查", "/survey"}, {round.title, round_url(round.id)}, {"抽样记录", ""}};
  page.note = fmt::format("{}于 {} 抽样{}", round.drawn_name, base::to_local(round.drawn_at),
                          round.approved_at == 0 ? "，等候签发"
                                                 : fmt::format("，{}于 {} 签发", round.approved_name,
                                                               base::to_local(round.approved_at)));
  page.actions = [&](Out& h) {
    h("{}{}", html::button_link("下载抽样记录", round_url(round.id) + "/draw?as=txt", "download"),
      html::button_link("下载重抽程序", round_url(round.id) + "/draw?as=py", "download"));
  };
  page.body = [&](Out& h) {
    h("{}", html::panel("核对", [&](Out& o) {
        o("<p>{}　打开这一页时程序用同样的名单和种子重抽了一遍。</p><p>记录的摘要（SHA-256）：</p><p "
          "class=\"digest\">{}</p>",
          html::tag(same ? "重抽结果一致" : "重抽结果不一致", same ? html::Tone::green : html::Tone::red),
          round.digest);
      }));
    h("{}", html::panel("方法", [&](Out& o) { write_method(o, round); }));
    html::SimpleTable table{"名单和结果",
                            {{"村（社区）"},
                             {"乡镇"},
                             {"层"},
                             {"18–69 岁", html::Column::Kind::number},
                             {"入样概率", html::Column::Kind::number},
                             {"结果"}},
                            {}};
    for (const auto& a : whole.areas) {
      const auto stratum = static_cast<std::size_t>(a.stratum);
      table.rows.push_back({a.area.name, a.area.township,
                            stratum < again.planned.strata.size() ? again.planned.strata[stratum].name : "—",
                            fmt::format("{} 人", a.area.people),
                            a.drawn() ? fmt::format("{:.4f}", a.probability) : std::string("—"),
                            [&a](Out& o) {
                              if (a.drawn()) {
                                o("{}", html::tag(a.certain ? "必抽" : "抽中", html::Tone::blue));
                              } else {
                                o("没有抽中");
                              }
                            }});
    }
    h("{}", html::panel("名单和结果", table,
                        {.note = fmt::format("{} 个中抽 {} 个", whole.areas.size(), again.areas.size())}));
    h("{}", html::panel("自己重抽", [&](Out& o) {
        o("<p>下载抽样记录和重抽程序，在任何装有 Python 的电脑上运行 <code>python3 replay.py "
          "抽样记录.txt</code>。</p><details><summary>"
          "程序全文</summary><pre class=\"script\">{}</pre></details>",
          replay_script());
      }));
  };
  return site::page(context, std::move(page));
}

// ---------------------------------------------------------------- one drawn village

const form::Form& listing_form() {
  static const form::Form kForm({{.name = "addresses",
                                  .label = "住户地址",
                                  .kind = form::Kind::long_text,
                                  .hint = "每行一户，按走访的顺序；只写门牌或位置，不写姓名和电话。地址加密保"
                                          "存，只有分派到的调查员在访问时看得到",
                                  .max_length = 400000,
                                  .rows = 10},
                                 {.name = "count",
                                  .label = "或者只填住户总数",
                                  .kind = form::Kind::integer,
                                  .hint = "没有地址清单时，从村口起按顺序数，抽中第几户就到第几户",
                                  .min = 1,
                                  .max = 20000,
                                  .unit = "户",
                                  .short_field = true}});
  return kForm;
}

const AreaRow* area_of(const RoundWhole& whole, std::string_view text) {
  const auto number = base::parse_int(text).value_or(0);
  for (const auto& a : whole.areas) {
    if (a.position + 1 == number && a.drawn()) return &a;
  }
  return nullptr;
}

html::SimpleTable case_table(const std::vector<FieldCase>& cases, bool links) {
  html::SimpleTable table{"抽中的住户",
                          {{"住户"},
                           {"结果"},
                           {"上门", html::Column::Kind::number},
                           {"调查员", html::Column::Kind::text, true},
                           {"怎么来的", html::Column::Kind::text, true}},
                          {}};
  for (const auto& c : cases) {
    table.rows.push_back({[&c, links](Out& o) {
                            if (links) {
                              o("<a href=\"{}\">{}</a>", html::Url{case_url(c.id)}, c.number());
                            } else {
                              o("{}", c.number());
                            }
                          },
                          [&c](Out& o) { o("{}", html::light(light_of(c), word_of(c))); },
                          fmt::format("{} 次", c.visits),
                          c.surveyor_name.empty() ? std::string("未分派") : c.surveyor_name,
                          std::string(c.replaces == 0 ? "抽中" : "替换")});
  }
  return table;
}

PageAnswer area_page(Context& context, SurveyEngine& engine, const RoundWhole& whole, const AreaRow& a,
                     const Typed& typed) {
  const auto& round = whole.round;
  const auto cases = engine.store().cases(context.tenant.id, {.round = round.id, .area = a.position});
  const bool manage = context.actor.may(kManage);
  bool used = false;
  for (const auto& c : cases)
    used =
        used || c.visits > 0 || c.interview != 0 || c.waiting > 0 || c.replacement != ReplacementState::none;
  site::Page page;
  page.title = a.area.name;
  page.path = {{"科学素质调查", "/survey"}, {round.title, round_url(round.id)}, {a.area.name, ""}};
  page.note = fmt::format(
      "{}　18–69 岁 {} 人　入样概率 {}　{}", a.area.township, a.area.people,
      a.certain ? std::string("1（必抽）") : fmt::format("{:.4f}", a.probability),
      a.listed == 0 ? std::string("还没有列出住户")
                    : fmt::format("列出 {} 户，{}于 {}", a.listed, a.listed_by, base::to_local(a.listed_at)));
  const auto url = fmt::format("{}/areas/{}", round_url(round.id), a.position + 1);
  const std::vector<std::pair<std::string, std::string>> hidden = {
      {"revision", std::to_string(round.revision)}};
  page.body = [&](Out& h) {
    if (!typed.empty() && typed.of.empty()) h("{}", html::ErrorSummary{typed.errors});
    if (manage && find_rule(round.state, RoundAction::assign) != nullptr) {
      h("{}", html::panel("调查员", [&](Out& o) {
          const auto people = surveyors(context);
          if (people.empty()) {
            o("{}",
              html::Flash{html::Tone::amber, "还没有人有“入户访问”的权限。请管理员先授予“调查员”角色。"});
            return;
          }
          const form::Form fields({{.name = "person",
                                    .label = "由谁访问",
                                    .kind = form::Kind::select,
                                    .required = true,
                                    .options = people}});
          form::Values stored;
          if (a.surveyor != 0) stored.set("person", std::to_string(a.surveyor));
          auto view = view_of(context, url + "/assign", a.surveyor == 0 ? "分派" : "改派",
                              typed.of == "assign" ? typed : Typed{}, stored);
          view.hidden = hidden;
          view.guard = false;
          fields.write(o, view);
        }));
    }
    if (manage && find_rule(round.state, RoundAction::list) != nullptr && !used) {
      const auto write = [&](Out& o) {
        auto view = view_of(context, url + "/list", "列出住户，抽取", typed.of == "list" ? typed : Typed{});
        view.hidden = hidden;
        listing_form().write(o, view);
      };
      if (a.listed == 0) {
        h("{}",
          html::panel("列出住户", write, {.note = fmt::format("列出以后按种子抽 {} 户", round.plan.take)}));
      } else {
        h("<details class=\"mb\"{}><summary>重新列出住户（原来抽的作废）</summary>{}</details>",
          html::Attr{typed.of == "list", " open"}, write);
      }
    }
    if (!cases.empty()) {
      h("{}",
        html::panel("抽中的住户", case_table(cases, manage), {.note = fmt::format("{} 户", cases.size())}));
    } else if (a.listed == 0 && !manage) {
      h("{}", html::EmptyState{"还没有列出住户", "由县科协或调查员到村里列出全部住户后抽取。"});
    }
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer no_area() { return refuse(Code::not_found, "survey.area", "这个村（社区）没有抽中。"); }

PageAnswer show_area(Context& context, SurveyEngine& engine) {
  const auto whole = TRY(engine.store().round(context.tenant.id, TRY(context.id("round"))));
  const auto* a = area_of(whole, context.variable("area"));
  return a == nullptr ? no_area() : area_page(context, engine, whole, *a, {});
}

PageAnswer change_area(Context& context, SurveyEngine& engine, const std::string& what) {
  const auto whole = TRY(engine.store().round(context.tenant.id, TRY(context.id("round"))));
  const auto* a = area_of(whole, context.variable("area"));
  if (a == nullptr) return no_area();
  Typed typed{form::Values(context.request.form), {}, what};
  base::Done done;
  std::string said = "已分派。";
  if (what == "list") {
    const auto in = listing_form().check(context.request.form);
    typed = {in.values, in.errors, what};
    std::vector<std::string> addresses;
    for (const auto& line : base::split(base::replace_all(in.values.text("addresses"), "\r", ""), "\n")) {
      if (!base::trim(line).empty()) addresses.push_back(base::trim(line));
    }
    if (in.ok())
      done = engine.store().set_listing(by(context), whole.round.id, revision_of(context), a->position,
                                        addresses, static_cast<int>(in.values.integer("count").value_or(0)));
    said = "住户已列出并抽取。";
  } else {
    const Id person = base::parse_id(context.field("person")).value_or(0);
    std::string name;
    for (const auto& p : surveyors(context)) {
      if (p.value == std::to_string(person)) name = p.label;
    }
    done = engine.store().assign(by(context), whole.round.id, revision_of(context), a->position,
                                 name.empty() ? 0 : person, name);
  }
  if (!done) {
    if (done.error().field.empty()) typed.of.clear();
    typed.errors.push_back(done.error());
  }
  if (!typed.empty()) return area_page(context, engine, whole, *a, typed);
  context.say(html::Tone::green, said);
  return site::redirect(fmt::format("{}/areas/{}", round_url(whole.round.id), a->position + 1));
}

}  // namespace

void add_draw_pages(site::Site& site, SurveyEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/survey/rounds/{round}/draw", Access::right, "survey.read",
            [&](Context& c) { return show_draw(c, engine); }});
  site.add({Method::get, "/survey/rounds/{round}/areas/{area}", Access::right, "survey.read",
            [&](Context& c) { return show_area(c, engine); }});
  site.add({Method::post, "/survey/rounds/{round}/areas/{area}/list", Access::right, "survey.manage",
            [&](Context& c) { return change_area(c, engine, "list"); }});
  site.add({Method::post, "/survey/rounds/{round}/areas/{area}/assign", Access::right, "survey.manage",
            [&](Context& c) { return change_area(c, engine, "assign"); }});
}

}  // namespace kepu::survey::field
