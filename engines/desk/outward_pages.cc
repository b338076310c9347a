#include "engines/desk/outward_pages.h"

#include "core/auth/directory.h"
#include "core/base/text.h"
#include "core/form/form.h"
#include "core/notify/delivery.h"
#include "core/sql/sql.h"
#include "engines/desk/reminders.h"

namespace kepu::desk {

using html::Out;
using notify::Mail;
using site::Answer;
using site::Context;

namespace {

const form::Form& mail_form() {
  static const form::Form kForm = [] {
    std::vector<form::Option> options;
    for (const Mail mail : {Mail::none, Mail::each, Mail::daily}) {
      options.push_back({std::string(notify::to_text(mail)), std::string(notify::title_of(mail))});
    }
    return form::Form(
        {{.name = "mail", .label = "邮件", .kind = form::Kind::radio, .required = true, .options = options}});
  }();
  return kForm;
}

Answer show_ways(Context& context, bool mail_server) {
  const std::string address = context.app.directory.email_of(context.tenant.id, context.actor.person);
  const Mail now = context.app.db.read(
      [&](sql::Session& s) { return notify::mail_of(s, context.tenant.id, context.actor.person); });
  site::Page page;
  page.title = "通知方式";
  page.path = {{"我的工作", "/work"}, {"通知方式", ""}};
  page.note = "站内通知总是有的；邮件由您决定";
  page.narrow = true;
  page.body = [&](Out& h) {
    h("{}", html::panel("邮件", [&](Out& o) {
        if (!mail_server) {
          o("<p class=\"muted\">本平台还没有设置邮件服务器，选了也不会发出。请联系运维人员。</p>");
        } else if (address.empty()) {
          o("<p class=\"muted\">您的人员信息里没有邮箱，请联系本单位管理员补上。</p>");
        } else {
          o("<p>发到：{}</p>", address);
        }
        form::Values values;
        values.set("mail", std::string(notify::to_text(now)));
        mail_form().write(o, {.action = "/notices/ways", .csrf = context.csrf, .values = std::move(values)});
      }));
    h("{}", html::panel("什么时候提醒", [](Out& o) {
        o("<ul>{}</ul>", [](Out& list) {
          for (const auto& line : reminder_rule()) list("<li>{}</li>", line);
        });
      }));
  };
  return site::page(context, std::move(page));
}

Answer save_ways(Context& context) {
  const auto mail = notify::parse_mail(context.field("mail"));
  if (!mail) return base::refuse(base::Code::invalid, "desk.mail", "请选择一种邮件方式。", "mail");
  context.app.db.write([&](sql::Session& s) {
    notify::set_mail(s, context.tenant.id, context.actor.person, *mail, context.now());
  });
  context.say(html::Tone::green, "通知方式已保存。");
  return site::redirect("/notices/ways");
}

const form::Form& hook_form() {
  static const form::Form kForm({{.name = "url",
                                  .label = "回调地址",
                                  .hint = "接收通知的网址，以 https:// 开头；留空则停用",
                                  .max_length = 500}});
  return kForm;
}

Answer hook_page(Context& context, const Outward& outward, const form::Values* typed,
                 const base::Errors& errors) {
  const auto hook =
      context.app.db.read([&](sql::Session& s) { return notify::hook_of(s, context.tenant.id); });
  site::Page page;
  page.title = "网络回调";
  page.path = {{"设置", "/settings"}, {"网络回调", ""}};
  page.note = "把全县的通知送给工作群的机器人或其他系统";
  page.narrow = true;
  page.body = [&](Out& h) {
    h("{}", html::panel("回调地址",
                        [&](Out& o) {
                          if (hook.failures > 0) {
                            o("<p>{} 已连续失败 {} 次：{}</p>", html::tag("送不到", html::Tone::red),
                              hook.failures, hook.problem);
                          }
                          form::Values stored;
                          stored.set("url", hook.url);
                          hook_form().write(o, {.action = "/settings/webhook",
                                                .csrf = context.csrf,
                                                .values = typed != nullptr ? *typed : stored,
                                                .errors = errors});
                        },
                        {.alarm = hook.failures > 0}));
    h("{}", html::panel("核对签名", [&](Out& o) {
        o("<p>每次送出都带签名，接收方据此确认来源：X-Kepu-Signature 等于 v1= 加上 "
          "HMAC-SHA-256（密钥，时间戳 + “.” + 正文）的十六进制；时间戳在 "
          "X-Kepu-Timestamp，超过五分钟的应拒收。</p>"
          "<p>密钥：</p><p class=\"once\"><code>{}</code></p>",
          outward.secret(context.tenant.id));
      }));
  };
  return site::page(context, std::move(page), errors.empty() ? 200 : 422);
}

Answer save_hook(Context& context, const Outward& outward) {
  auto in = hook_form().check(context.request.form);
  const std::string url = in.values.text("url");
  if (!url.empty() && !base::starts_with(url, "https://") && !base::starts_with(url, "http://")) {
    in.errors.push_back({base::Code::invalid, "desk.hook", "url", "回调地址应以 https:// 开头。"});
  }
  if (!in.errors.empty()) return hook_page(context, outward, &in.values, in.errors);
  context.app.db.write([&](sql::Session& s) {
    notify::set_hook(s, context.tenant.id, url, context.now());
    audit::Entry entry;
    entry.at = context.now();
    entry.person = context.actor.person;
    entry.person_name = context.actor.name;
    entry.on_behalf_of = context.actor.on_behalf_of("tenant.manage", 0);
    entry.unit_name = context.actor.unit_name;
    entry.action = "notify.hook";
    entry.subject = fmt::format("tenant:{}", context.tenant.id);
    entry.summary = url.empty() ? std::string("停用网络回调") : "网络回调改为 " + url;
    entry.remote = context.request.remote;
    audit::append(s, context.tenant.id, std::move(entry));
  });
  context.say(html::Tone::green, url.empty() ? "网络回调已停用。" : "回调地址已保存，以后的通知会送到那里。");
  return site::redirect("/settings/webhook");
}

}  // namespace

void add_outward_pages(site::Site& site, Outward outward) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/notices/ways", Access::signed_in, "",
            [mail = outward.mail](Context& c) { return show_ways(c, mail); }});
  site.add({Method::post, "/notices/ways", Access::signed_in, "", save_ways});
  site.add({Method::get, "/settings/webhook", Access::right, "tenant.manage",
            [outward](Context& c) { return hook_page(c, outward, nullptr, {}); }});
  site.add({Method::post, "/settings/webhook", Access::right, "tenant.manage",
            [outward](Context& c) { return save_hook(c, outward); }});
  site.add(site::MenuItem{"系统", "网络回调", "/settings/webhook", "tenant.manage", 906, {}, {}, false});
}

}  // namespace kepu::desk
