// Records out of the file that a phone wrote because it could not send them.

#include "core/base/text.h"
#include "core/file/file.h"
#include "core/file/photo.h"
#include "engines/inspection/pages/desk.h"
#include "engines/inspection/rescue.h"

namespace kepu::inspection {

using base::Code;
using base::refuse;

namespace {

constexpr std::uint64_t kUploadLimit = 192ull << 20;

const form::Form& rescue_form() {
  static const form::Form kForm({{.name = "file",
                                  .label = "导出的文件",
                                  .kind = form::Kind::file,
                                  .required = true,
                                  .hint = "在手机“我的走访”页导出的 .json 文件；同一份再传一次也不会重复",
                                  .accept = ".json"}});
  return kForm;
}

struct Outcome {
  std::string visit, url, word;
  html::Light light = html::Light::done;
};

base::Result<Received> take_in(Context& context, InspectionEngine& engine, const Rescued& one) {
  auto whole = TRY(engine.store().visit(context.tenant.id, one.visit));
  if (whole.round.tasks.empty()) whole.round.tasks = task_names(context, engine);
  std::vector<std::pair<std::string, Photo>> fresh;
  for (const auto& picture : one.photos) {
    const auto clean = TRY(file::without_metadata(picture.bytes));
    const auto stored = TRY(context.app.files.put(clean));
    const Photo photo{stored.sha256, base::shorten(picture.name, 100), stored.type};
    TRY(engine.store().keep_photo(by(context), one.visit, photo));
    fresh.emplace_back(picture.field, photo);
  }
  const auto read = read_body(whole.round.checklist, whole.round.tasks, one.fields,
                              engine.store().photos(context.tenant.id, one.visit), fresh);
  if (!read.errors.empty()) {
    std::vector<std::string> messages;
    for (const auto& e : read.errors) messages.push_back(e.message);
    return refuse(Code::invalid, "rescue.body", "还没有填完：" + base::join(messages, ""));
  }
  return engine.store().receive(by(context), one.visit, one.key, one.base_revision, read.body);
}

Outcome outcome_of(Context& context, InspectionEngine& engine, const Rescued& one) {
  Outcome out;
  const auto whole = engine.store().visit(context.tenant.id, one.visit);
  out.visit = whole ? unit_name(*context.app.directory.units(context.tenant.id), whole->visit.unit)
                    : "（没有这次走访）";
  if (whole) out.url = visit_url(one.visit);
  const auto got = take_in(context, engine, one);
  if (!got) {
    out.light = html::Light::late;
    out.word = got.error().message;
  } else if (got->state == SubmissionState::waiting) {
    out.light = html::Light::watch;
    out.word = "已另存待定" + (got->other.empty() ? std::string() : "：" + got->other);
  } else {
    out.word = got->kind == Received::Kind::replayed ? "以前已经收到过，没有重复" : "已收到";
  }
  return out;
}

http::Response rescue_page(Context& context, const std::vector<Outcome>& outcomes,
                           const base::Errors& errors) {
  site::Page page;
  page.title = "传回导出的走访记录";
  page.path = {{"督查", "/inspection"}, {"我的走访", "/inspection/visits"}, {"传回", ""}};
  page.narrow = true;
  page.body = [&](Out& h) {
    if (!outcomes.empty()) {
      html::SimpleTable table{"结果", {{"单位"}, {"结果"}}, {}};
      for (const auto& o : outcomes) {
        table.rows.push_back({[&o](Out& x) { x("<a href=\"{}\">{}</a>", html::Url{o.url}, o.visit); },
                              [&o](Out& x) { x("{}", html::light(o.light, o.word)); }});
      }
      h("{}", html::panel("结果", table));
    }
    form::View view{.action = "/inspection/rescue", .csrf = context.csrf};
    view.errors = errors;
    view.submit = "传回";
    h("{}", html::panel("", [&](Out& o) { rescue_form().write(o, view); }));
  };
  return site::page(context, std::move(page), errors.empty() ? 200 : 422);
}

PageAnswer take_file_in(Context& context, InspectionEngine& engine) {
  const auto* upload = context.request.upload("file");
  if (upload == nullptr || upload->size == 0)
    return rescue_page(context, {}, {{Code::invalid, "rescue.file", "file", "请选择导出的文件。"}});
  const std::string bytes = site::bytes_of(*upload);
  const auto visits = read_rescue(bytes);
  if (!visits) return rescue_page(context, {}, {visits.error()});
  std::vector<Outcome> outcomes;
  for (const auto& one : *visits) outcomes.push_back(outcome_of(context, engine, one));
  return rescue_page(context, outcomes, {});
}

}  // namespace

void add_offline_routes(site::Site& site, InspectionEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/inspection/rescue", Access::right, "inspection.visit",
            [](Context& c) -> PageAnswer { return rescue_page(c, {}, {}); }});
  site.add({Method::post, "/inspection/rescue", Access::right, "inspection.visit",
            [&](Context& c) { return take_file_in(c, engine); }, kUploadLimit, true});
}

}  // namespace kepu::inspection
