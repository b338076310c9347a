// /survey/rounds/{round}/result: computed by the office, made final by somebody else, then read by all who
// may read surveys; the Word report, the result as JSON, and the microdata for the office.
#include <fmt/format.h>

#include "core/base/text.h"
#include "core/file/file.h"
#include "core/file/office.h"
#include "core/form/form.h"
#include "core/html/format.h"
#include "core/site/forms.h"
#include "engines/survey/analysis/dataset_json.h"
#include "engines/survey/analysis/report.h"
#include "engines/survey/analysis/wording.h"
#include "engines/survey/microdata/microdata.h"
#include "engines/survey/results/pages/result_parts.h"

namespace kepu::survey::results {

using analysis::AnalysisOptions;
using analysis::kAnonymity;
using analysis::Microdata;
using analysis::microdata_of;
using analysis::quiz_sentence;
using analysis::to_json;
using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;
using site::Typed;

namespace {

ResultBy by(const Context& c) { return {c.actor, c.request.remote}; }
bool prepares(const Context& c) { return c.actor.may(kResultManage) || c.actor.may(kResultApprove); }
std::string issuer_of(const Context& c) { return c.tenant.name + "全民科学素质工作办公室"; }

const form::Form& words_form() {
  static const form::Form kForm({{.name = "words",
                                  .label = "有关工作",
                                  .kind = form::Kind::long_text,
                                  .hint = "写进报告，每行一段；可以不写",
                                  .max_length = 5000,
                                  .rows = 6}});
  return kForm;
}

struct Found {
  RoundHead head;
  std::optional<StoredResult> stored;
};

// A draft is for those who prepare it; everybody else sees the round without result.
base::Result<Found> found_of(Context& c, ResultsEngine& engine) {
  Found out;
  out.head = TRY(engine.rounds().round(c.tenant.id, TRY(c.id("round"))));
  out.stored = engine.store().newest(c.tenant.id, out.head.id);
  if (out.stored && !out.stored->final && !prepares(c)) out.stored.reset();
  return out;
}

base::Result<StoredResult> stored_of(Context& c, ResultsEngine& engine) {
  auto found = TRY(found_of(c, engine));
  if (!found.stored) return refuse(Code::not_found, "survey.result.none", "这一轮调查还没有公布结果。");
  return std::move(*found.stored);
}

void write_all(Out& h, const StoredResult& s) {
  const auto& r = s.result;
  h("{}", html::Lead{headline(r)});
  write_headline(h, r);
  write_groups(h, r);
  write_townships(h, r);
  write_comparisons(h, r);
  write_scores(h, r);
  h("{}", html::panel("为什么没有竞赛成绩", [&](Out& o) { o("<p>{}</p>", quiz_sentence()); }));
  write_fieldwork(h, r);
  write_items(h, r);
  write_weights(h, r);
  write_method(h, r, s.hash);
}

// Where whoever doubts a number can begin.
void write_checking(Out& h, Context& c, const StoredResult& s) {
  const auto url = result_url(s.round);
  h("{}", html::panel("核验", [&](Out& o) {
      o("<p><a href=\"{}\">完整结果（JSON）</a>：每个数的全部位数，SHA-256 与上面“结果”一致。</p>",
        html::Url{url + "?as=json"});
      if (!c.actor.may(kResultManage)) return;
      o("<p class=\"mt\"><a href=\"{}\">冻结的数据（JSON）</a>：用命令 kepu survey result "
        "重算，结果应当逐字节相同。"
        "数据含逐户记录，不要外传。</p>",
        html::Url{url + "/dataset?as=json"});
    }));
}

void write_nothing(Out& h, Context& c, const RoundHead& head) {
  if (!c.actor.may(kResultManage)) {
    h("{}", html::EmptyState{"还没有公布结果", "结果由调查组织单位计算、另一人复核定稿以后公布。"});
  } else if (!head.frozen) {
    h("{}", html::EmptyState{"调查还没有冻结", "入户结束、数据核对完以后，在本轮调查页面冻结，才能计算结果。",
                             html::button_link("去本轮调查", head.url)});
  } else {
    h("{}", html::EmptyState{
                "还没有计算结果", "数据已经冻结。计算只需片刻，可以算几次；定稿要由另一个人办理。",
                html::PostButton{"计算结果", result_url(head.id) + "/compute", c.csrf, html::Look::primary}});
  }
}

void write_final_form(Out& h, Context& c, const StoredResult& s, const Typed& typed) {
  form::View view{.action = result_url(s.round) + "/final",
                  .csrf = c.csrf,
                  .values = typed.values,
                  .errors = typed.errors,
                  .submit = "定稿"};
  view.hidden = {{"hash", s.hash}};
  h("{}", html::panel("复核定稿",
                      [&](Out& o) {
                        if (s.made_by == c.actor.person) {
                          o("<p>这一稿是您计算的，要由另一个有“签批”权限的人定稿。</p>");
                        } else {
                          words_form().write(o, view);
                        }
                      },
                      {.note = "定稿后数字不再变动，能看调查的人都能看到"}));
}

http::Response result_page(Context& c, const Found& found, const Typed& typed) {
  const auto& s = found.stored;
  site::Page page;
  page.title = found.head.title + "结果";
  page.path = {{"公民科学素质调查", "/survey"}, {found.head.title, found.head.url}, {"结果", ""}};
  page.note = !s ? std::string("概率抽样调查的结果，带误差范围")
              : s->final
                  ? fmt::format("{} 由{}复核定稿，不再变动", base::to_local(s->final_at), s->final_by_name)
                  : fmt::format("草稿，第 {} 稿，{} 于 {} 计算；定稿前只有办理的人能看到", s->number,
                                s->made_by_name, base::to_local(s->made_at));
  if (s) {
    page.actions = [&](Out& h) {
      const auto url = result_url(s->round);
      h("{}", html::button_link(s->final ? "下载报告（Word）" : "下载草稿（Word）", url + "?as=docx",
                                "file-type-doc"));
      if (c.actor.may(kResultManage)) h("{}", html::button_link("微观数据", url + "/microdata"));
      if (c.actor.may(kResultManage) && !s->final)
        h("{}", html::PostButton{"重新计算", url + "/compute", c.csrf});
    };
  }
  page.body = [&](Out& h) {
    if (!s) return write_nothing(h, c, found.head);
    write_all(h, *s);
    write_checking(h, c, *s);
    if (!s->final && c.actor.may(kResultApprove)) write_final_form(h, c, *s, typed);
    if (!s->words.empty())
      h("{}", html::panel("有关工作", [&](Out& o) { o("<p class=\"prewrap\">{}</p>", s->words); }));
  };
  return site::page(c, std::move(page), typed.errors.empty() ? 200 : 422);
}

Answer show(Context& c, ResultsEngine& engine) {
  const auto found = TRY(found_of(c, engine));
  if (c.as().empty()) return result_page(c, found, {});
  const auto s = TRY(stored_of(c, engine));
  const std::string subject = fmt::format("survey_round:{}", s.round);
  if (c.as() == "docx") {
    c.log("export.survey_result", subject, "下载《" + s.result.round + "》结果报告");
    const std::string bytes = s.paper.empty() ? paper_of(s.result, {issuer_of(c), {}, s.words}).docx()
                                              : TRY(c.app.files.read(s.paper));
    return http::attachment_bytes(bytes, s.result.round + "结果报告.docx", file::kWord);
  }
  if (c.as() == "json") {
    c.log("export.survey_result", subject, "导出《" + s.result.round + "》结果（JSON）");
    return http::attachment_bytes(to_json(s.result), s.result.round + "结果.json", "application/json");
  }
  return refuse(Code::unsupported, "survey.result.form", "没有这种格式，可以下载 Word 报告或 JSON。");
}

Answer compute(Context& c, ResultsEngine& engine) {
  const Id id = TRY(c.id("round"));
  const int number = TRY(engine.compute(by(c), id));
  c.say(html::Tone::green, fmt::format("已计算第 {} 稿。", number));
  return site::redirect(result_url(id));
}

Answer finalise(Context& c, ResultsEngine& engine) {
  const auto found = TRY(found_of(c, engine));
  auto in = words_form().check(c.request.form);
  if (in.ok()) {
    const auto done = engine.finalise(by(c), found.head.id, std::string(c.field("hash")),
                                      in.values.text("words"), issuer_of(c));
    if (done) {
      c.say(html::Tone::green, "结果已定稿。");
      return site::redirect(result_url(found.head.id));
    }
    in.errors.push_back(done.error());
  }
  if (!found.stored || found.stored->final) return tl::unexpected(in.errors.back());
  return result_page(c, found, {in.values, in.errors});
}

// ---- microdata: made anew from the frozen round each time, the same bytes.

base::Result<Microdata> microdata(Context& c, ResultsEngine& engine) {
  const auto dataset = TRY(engine.rounds().dataset(c.tenant.id, TRY(c.id("round"))));
  AnalysisOptions options;
  options.program = engine.program();
  return microdata_of(dataset, options, {.design = c.param("design") == "1"});
}

std::string type_of(const std::string& name) {
  if (base::ends_with(name, ".csv")) return "text/csv; charset=utf-8";
  if (base::ends_with(name, ".xml")) return "application/xml";
  if (base::ends_with(name, ".sav")) return "application/x-spss-sav";
  return "text/plain; charset=utf-8";
}

Answer show_microdata(Context& c, ResultsEngine& engine) {
  const auto found = TRY(found_of(c, engine));
  const auto made = TRY(microdata(c, engine));
  const std::string url = result_url(found.head.id) + "/microdata";
  const std::string design = c.param("design") == "1" ? "?design=1" : "";
  site::Page page;
  page.title = "微观数据";
  page.path = {{"公民科学素质调查", "/survey"},
               {found.head.title, found.head.url},
               {"结果", result_url(found.head.id)},
               {"微观数据", ""}};
  page.note = "去标识后可以提供给他人的数据；每次导出都记入日志";
  page.body = [&](Out& h) {
    h("{}",
      html::panel("做了哪些保护",
                  [&](Out& o) {
                    o("<ul>{}</ul>", [&](Out& x) {
                      for (const auto& line : made.done) x("<li>{}</li>", line);
                    });
                  },
                  {.note = fmt::format("每一种性别、年龄、文化程度、城乡的组合至少 {} 人", kAnonymity)}));
    html::Files files;
    for (const auto& [name, bytes] : made.files)
      files.files.push_back(
          {name, url + "/files/" + http::url_encode(name) + design, html::file_size(bytes.size())});
    h("{}", html::panel(design.empty() ? "可以公开的文件" : "供签约研究者的文件", files));
    h("<p class=\"mt\">{}</p>", [&](Out& o) {
      if (design.empty()) {
        o("研究者要自己计算误差的，签保密协议后可以提供<a href=\"{}\">带抽样设计的文件</a>。",
          html::Url{url + "?design=1"});
      } else {
        o("<a href=\"{}\">回到可以公开的文件</a>", html::Url{url});
      }
    });
  };
  return site::page(c, std::move(page));
}

Answer microdata_file(Context& c, ResultsEngine& engine) {
  const auto head = TRY(engine.rounds().round(c.tenant.id, TRY(c.id("round"))));
  const auto made = TRY(microdata(c, engine));
  for (const auto& [name, bytes] : made.files) {
    if (name != c.variable("name")) continue;
    c.log("export.survey_microdata", fmt::format("survey_round:{}", head.id),
          fmt::format("导出《{}》微观数据 {}{}", head.title, name,
                      c.param("design") == "1" ? "（含抽样设计）" : ""));
    return http::attachment_bytes(bytes, name, type_of(name));
  }
  return refuse(Code::not_found, "survey.microdata.file", "没有这个文件。");
}

Answer show_dataset(Context& c, ResultsEngine& engine) {
  const auto head = TRY(engine.rounds().round(c.tenant.id, TRY(c.id("round"))));
  const auto dataset = TRY(engine.rounds().dataset(c.tenant.id, head.id));
  c.log("export.survey_dataset", fmt::format("survey_round:{}", head.id),
        "导出《" + head.title + "》冻结的数据，用于重算核验");
  return http::attachment_bytes(to_json(dataset), head.title + "数据.json", "application/json");
}

}  // namespace

void add_result_pages(site::Site& site, ResultsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/survey/rounds/{round}/result", Access::right, "survey.read",
            [&](Context& c) { return show(c, engine); }});
  site.add({Method::post, "/survey/rounds/{round}/result/compute", Access::right, "survey.manage",
            [&](Context& c) { return compute(c, engine); }});
  site.add({Method::post, "/survey/rounds/{round}/result/final", Access::right, "survey.approve",
            [&](Context& c) { return finalise(c, engine); }});
  site.add({Method::get, "/survey/rounds/{round}/result/microdata", Access::right, "survey.manage",
            [&](Context& c) { return show_microdata(c, engine); }});
  site.add({Method::get, "/survey/rounds/{round}/result/microdata/files/{name}", Access::right,
            "survey.manage", [&](Context& c) { return microdata_file(c, engine); }});
  site.add({Method::get, "/survey/rounds/{round}/result/dataset", Access::right, "survey.manage",
            [&](Context& c) { return show_dataset(c, engine); }});
}

}  // namespace kepu::survey::results
