// What a phone talks to: records in batches, the key of what it keeps; and the file of a phone that found no
// network.

#include "core/base/json.h"
#include "core/base/text.h"
#include "engines/survey/pages/desk.h"

namespace kepu::survey::field {

using base::Code;

namespace {

constexpr std::uint64_t kMostBytes = 16u << 20;

// {"results":[{"case":"4711","key":"…","outcome":"accepted","message":"…","errors":[{"field":"q-age","message":"…"}]}]}
PageAnswer receive(Context& context, SurveyEngine& engine) {
  const auto records = TRY(read_records(context.request.body));
  const auto taken = engine.store().receive(by(context), records);
  base::Json j;
  j.object().key("results").array();
  for (std::size_t i = 0; i < records.size(); ++i) {
    j.object().key("case").id(records[i].field_case).field("key", records[i].key);
    j.field("outcome", std::string(to_text(taken[i].kind)))
        .field("message", taken[i].message)
        .key("errors")
        .array();
    for (const auto& e : taken[i].errors)
      j.object().field("field", e.field).field("message", e.message).end();
    j.end().end();
  }
  j.end().end();
  return http::json(std::move(j).text());
}

PageAnswer draft_key(Context& context, SurveyEngine& engine) {
  const auto key = TRY(engine.store().draft_key(by(context), TRY(context.id("case"))));
  base::Json j;
  j.object().field("key", key).end();
  return http::json(std::move(j).text());
}

const form::Form& rescue_form() {
  static const form::Form kForm({{.name = "file",
                                  .label = "存成的文件",
                                  .kind = form::Kind::file,
                                  .required = true,
                                  .hint = "在手机“我的访问”页存成的 .json 文件；同一份再传一次也不会重复",
                                  .accept = ".json"}});
  return kForm;
}

struct Outcome {
  std::string number, url, word;
  html::Light light = html::Light::done;
};

http::Response rescue_page(Context& context, const std::vector<Outcome>& outcomes,
                           const base::Errors& errors) {
  site::Page page;
  page.title = "传回存成文件的访问记录";
  page.path = {{"科学素质调查", "/survey"}, {"传回", ""}};
  page.narrow = true;
  page.body = [&](Out& h) {
    if (!outcomes.empty()) {
      html::SimpleTable table{"结果", {{"住户"}, {"结果"}}, {}};
      for (const auto& o : outcomes) {
        table.rows.push_back({[&o](Out& x) { x("<a href=\"{}\">{}</a>", html::Url{o.url}, o.number); },
                              [&o](Out& x) { x("{}", html::light(o.light, o.word)); }});
      }
      h("{}", html::panel("结果", table));
    }
    form::View view{.action = "/survey/rescue", .csrf = context.csrf};
    view.errors = errors;
    view.submit = "传回";
    h("{}", html::panel("", [&](Out& o) { rescue_form().write(o, view); }));
  };
  return site::page(context, std::move(page), errors.empty() ? 200 : 422);
}

PageAnswer rescue(Context& context, SurveyEngine& engine) {
  if (context.request.method == http::Method::get) return rescue_page(context, {}, {});
  const auto* upload = context.request.upload("file");
  if (upload == nullptr || upload->size == 0)
    return rescue_page(context, {}, {{Code::invalid, "records.json", "file", "请选择存成的文件。"}});
  const std::string bytes = site::bytes_of(*upload);
  const auto records = read_records(bytes);
  if (!records) return rescue_page(context, {}, {records.error()});
  const auto taken = engine.store().receive(by(context), *records);
  std::vector<Outcome> outcomes;
  for (std::size_t i = 0; i < records->size(); ++i) {
    const auto whole = engine.store().field_case(context.tenant.id, (*records)[i].field_case);
    Outcome o;
    const bool known = whole.has_value() && engine.store().may_enter(context.actor, whole->field_case);
    o.number = known ? whole->area.area.name + " " + whole->field_case.number() : "（没有这一户）";
    o.url = known ? case_url((*records)[i].field_case) : "/survey/rescue";
    o.word = taken[i].message;
    o.light = taken[i].kind == Taken::Kind::refused   ? html::Light::late
              : taken[i].kind == Taken::Kind::waiting ? html::Light::watch
                                                      : html::Light::done;
    outcomes.push_back(std::move(o));
  }
  return rescue_page(context, outcomes, {});
}

}  // namespace

void add_record_pages(site::Site& site, SurveyEngine& engine) {
  using http::Method;
  using site::Access;
  // The surveyor's own cases, or the office's papers: the store decides by case.
  site.add({Method::post, "/survey/records", Access::signed_in, "",
            [&](Context& c) { return receive(c, engine); }, kMostBytes});
  site.add({Method::get, "/survey/cases/{case}/key", Access::signed_in, "",
            [&](Context& c) { return draft_key(c, engine); }});
  site.add({Method::get, "/survey/rescue", Access::right, "survey.manage",
            [&](Context& c) { return rescue(c, engine); }});
  site.add({Method::post, "/survey/rescue", Access::right, "survey.manage",
            [&](Context& c) { return rescue(c, engine); }, kMostBytes, true});
}

}  // namespace kepu::survey::field
