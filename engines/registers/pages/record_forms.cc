// The forms of a person's record: telling what he did, certificate, correcting, erasing.
#include "core/base/text.h"
#include "core/file/attachment.h"
#include "engines/registers/pages/record.h"

namespace kepu::registers {

using form::Kind;

namespace {

form::Field file_field(int number) {
  static constexpr const char* kCount[] = {"一", "二", "三"};
  form::Field out{.name = fmt::format("file{}", number),
                  .label = fmt::format("佐证材料{}", kCount[number - 1]),
                  .kind = Kind::file,
                  .accept = ".jpg,.jpeg,.png,.pdf,.docx,.xlsx,.pptx,.txt"};
  if (number == 1)
    out.hint = "照片、PDF、Word、Excel，每份 15 MB 以内。只有本人和确认的人能看；照片里的位置信息自动去掉";
  return out;
}

}  // namespace

form::Form proof_form(const Context& context) {
  std::vector<form::Option> kinds;
  for (const auto k : {ProofKind::service, ProofKind::talk, ProofKind::work, ProofKind::mentoring,
                       ProofKind::training, ProofKind::other}) {
    kinds.push_back({std::string(to_text(k)), std::string(title_of(k))});
  }
  return form::Form({{.name = "kind",
                      .label = "类型",
                      .kind = Kind::select,
                      .required = true,
                      .options = kinds,
                      .short_field = true},
                     {.name = "on",
                      .label = "日期",
                      .kind = Kind::date,
                      .required = true,
                      .latest = context.today(),
                      .short_field = true},
                     {.name = "title",
                      .label = "做了什么",
                      .required = true,
                      .hint = "讲座题目、服务内容或作品名称",
                      .max_length = 100},
                     {.name = "host",
                      .label = "为哪个单位做的",
                      .kind = Kind::select,
                      .required = true,
                      .hint = "由这个单位的人确认；自己登记的不能自己确认",
                      .options = unit_options(context, "")},
                     {.name = "hours",
                      .label = "时长",
                      .kind = Kind::number,
                      .min = 0,
                      .max = 24,
                      .unit = "小时",
                      .short_field = true},
                     {.name = "audience",
                      .label = "服务人次",
                      .kind = Kind::integer,
                      .min = 0,
                      .unit = "人次",
                      .short_field = true},
                     {.name = "note",
                      .label = "佐证说明",
                      .hint = "通知文号、签到表编号、佐证库编号等，便于确认",
                      .max_length = 300},
                     file_field(1),
                     file_field(2),
                     file_field(3)});
}

form::Form certificate_form() {
  return form::Form(
      {{.name = "from", .label = "从", .kind = Kind::date, .required = true, .short_field = true},
       {.name = "to", .label = "到", .kind = Kind::date, .required = true, .short_field = true}});
}

form::Form person_form(const Context& context, const Person& p) {
  std::vector<form::Option> accounts;
  auto query = auth::PersonQuery{};
  query.text = p.name;
  query.limit = 50;
  if (const auto found = context.app.directory.find_people(context.actor, query)) {
    for (const auto& a : found->people) {
      const auto units = context.app.directory.units(context.tenant.id);
      accounts.push_back({std::to_string(a.id), a.name + "（" + unit_name(*units, a.unit) + "）"});
    }
  }
  if (p.account != 0) {
    bool there = false;
    for (const auto& a : accounts) there = there || a.value == std::to_string(p.account);
    if (!there) accounts.push_back({std::to_string(p.account), "现在对应的账号"});
  }
  std::vector<form::Field> fields = {
      {.name = "name", .label = "姓名", .required = true, .max_length = 30, .short_field = true},
      {.name = "phone",
       .label = "联系电话",
       .hint = "带星号的不改",
       .max_length = 30,
       .autocomplete = "off",
       .short_field = true}};
  if (!accounts.empty()) {
    fields.push_back({.name = "account",
                      .label = "本人的账号",
                      .kind = Kind::select,
                      .hint = "对应后，本人登录能看到自己的档案",
                      .options = accounts});
  }
  return form::Form(std::move(fields));
}

form::Form erase_form() {
  return form::Form(
      {{.name = "text",
        .label = "删除的原因",
        .required = true,
        .hint = "如：本人书面申请",
        .max_length = 200},
       {.name = "sure", .label = "我已核对：删除后不能恢复", .kind = Kind::checkbox, .required = true}});
}

Proof proof_of(Context& context, Id person, form::Checked& in) {
  Proof proof;
  proof.person = person;
  const auto& v = in.values;
  proof.kind = parse_proof_kind(v.text("kind")).value_or(ProofKind::other);
  proof.on = v.date("on").value_or(base::Date{});
  proof.title = v.text("title");
  proof.host = base::parse_id(v.text("host")).value_or(0);
  proof.hours = v.number("hours").value_or(0);
  proof.audience = v.integer("audience").value_or(0);
  proof.note = v.text("note");
  for (std::size_t i = 1; i <= kMostProofFiles; ++i) {
    const std::string field = fmt::format("file{}", i);
    const auto* upload = context.request.upload(field);
    if (upload == nullptr || upload->size == 0) continue;
    auto taken =
        file::take_attachment(context.app.files, upload->path, upload->size, upload->name, field, false);
    if (!taken) {
      in.errors.push_back(taken.error());
    } else if (std::find(proof.files.begin(), proof.files.end(), *taken) == proof.files.end()) {
      proof.files.push_back(std::move(*taken));
    }
  }
  return proof;
}

void write_asked_form(Out& h, Context& context, RegistersEngine& engine, const Person& p,
                      const RecordRights& rights, const Back& back) {
  const std::string url = person_url(p.id);
  const std::string asked = back.form.empty() ? std::string(context.param("form")) : back.form;
  const auto view = [&](std::string_view form, std::string action, std::string submit,
                        form::Values stored = {}) {
    return view_of(context, std::move(action), std::move(submit), back.form == form ? back.typed : Typed{},
                   std::move(stored));
  };
  if (asked == "proof" && context.actor.may(kApply)) {
    h("{}", html::panel("登记实绩",
                        [&](Out& o) { proof_form(context).write(o, view("proof", url + "/proofs", "登记")); },
                        {.note = "由受益单位的人确认后才计入", .id = "form-proof"}));
  } else if (asked == "phone" && rights.contact) {
    // Written down: a telephone number is not looked at unseen.
    context.log("register.read_phone", fmt::format("register_person:{}", p.id), "查看联系电话：" + p.name);
    const auto open = engine.store().person(context.tenant.id, p.id, true);
    const std::string phone = open ? open->phone : "";
    h("{}", html::panel("联系电话",
                        [&](Out& o) {
                          o("<p><a href=\"{}\">{}</a></p>", html::Url{"tel:" + phone}, phone);
                          if (open && !open->guardian.empty()) o("<p>监护人：{}</p>", open->guardian);
                        },
                        {.note = "本次查看已记入审计日志", .id = "form-phone"}));
  } else if (asked == "certificate" && rights.office) {
    form::Values days;
    days.set("from", base::to_iso({context.today().year, 1, 1}));
    days.set("to", base::to_iso(context.today()));
    h("{}", html::panel(
                "出具科普实绩证明",
                [&](Out& o) {
                  certificate_form().write(o, view("certificate", url + "/certificates", "签名并出具", days));
                },
                {.note = "写入这段时间已确认的实绩，带电子签名和查验二维码", .id = "form-certificate"}));
  } else if (asked == "person" && rights.office) {
    form::Values stored;
    stored.set("name", p.name);
    stored.set("phone", p.masked);
    if (p.account != 0) stored.set("account", std::to_string(p.account));
    auto shown = view("person", url + "/edit", "保存", stored);
    shown.hidden = {{"revision", std::to_string(p.revision)}};
    h("{}", html::panel("修改档案", [&](Out& o) { person_form(context, p).write(o, shown); },
                        {.id = "form-person"}));
  } else if (asked == "erase" && rights.office) {
    h("{}",
      html::panel(
          "删除个人信息",
          [&](Out& o) {
            o("<p>姓名、电话和登记内容会抹去，在册的条目办理退出，证明撤销；过去的计数保留，不再指向本人。<"
              "/p>");
            erase_form().write(o, view("erase", url + "/erase", "删除"));
          },
          {.alarm = true, .id = "form-erase"}));
  }
}

}  // namespace kepu::registers
