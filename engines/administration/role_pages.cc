// 角色权限: what every role may do, and who holds it.
#include "core/auth/roles.h"
#include "core/base/text.h"
#include "engines/administration/pages.h"

namespace kepu::administration {

using html::Out;
using site::Answer;
using site::Context;

namespace {

struct Holders {
  std::vector<std::string> names;  // the first few
  std::int64_t total = 0;
};

Holders holders_of(const Context& context, const std::string& role) {
  constexpr int kShown = 6;
  auth::PersonQuery query;
  query.role = role;
  query.limit = kShown;
  Holders out;
  if (const auto found = context.app.directory.find_people(context.actor, query)) {
    out.total = found->total;
    for (const auto& p : found->people) out.names.push_back(p.name);
  }
  return out;
}

void write_roles(Out& h, const Context& context, const auth::Roles& roles) {
  html::SimpleTable view{"角色", {{"角色"}, {"职责"}, {"通常的数据范围"}, {"持有人"}}, {}};
  for (const auto& role : roles.all()) {
    const Holders holders = holders_of(context, role.id);
    view.rows.push_back(
        {role.title, role.purpose, std::string(auth::title_of(role.scope)), [holders, id = role.id](Out& o) {
           if (holders.total == 0) return o("<span class=\"muted\">无</span>");
           o("<p><a href=\"{}\">{} 人</a><span class=\"muted small\">　{}{}</span></p>",
             html::Url{"/people?" + http::build_query({{"f.role", id}, {"f.state", "active"}})},
             holders.total, base::join(holders.names, "、"),
             static_cast<std::size_t>(holders.total) > holders.names.size() ? "等" : "");
         }});
  }
  h("{}", view);
}

void write_rights(Out& h, const auth::Roles& roles) {
  h(
      "<div class=\"scroll-x\" role=\"region\" aria-label=\"角色与权限对照表\" tabindex=\"0\"><table "
      "class=\"t3 nw\"><thead><tr><th scope=\"col\">权限</th>{}</tr></thead><tbody>{}</tbody></table></div>",
      [&](Out& o) {
        for (const auto& role : roles.all()) o("<th scope=\"col\" class=\"c\">{}</th>", role.title);
      },
      [&](Out& o) {
        for (const auto& right : roles.declared()) {
          o("<tr><th scope=\"row\">{}</th>{}</tr>", right.title, [&](Out& x) {
            for (const auto& role : roles.all()) {
              x("<td class=\"c\">{}</td>", [&](Out& y) {
                if (roles.has(role.id, right.id)) {
                  y("{}", html::icon("check", "有"));
                } else {
                  y("<span class=\"muted\">—</span>");
                }
              });
            }
          });
        }
      });
}

Answer show_roles(Context& context) {
  const auto roles = context.app.directory.roles();
  site::Page page;
  page.title = "角色权限";
  page.path = {{"角色权限", ""}};
  page.note = "角色决定能做什么，数据范围决定能看到哪些单位；在人员页授予和收回";
  page.body = [&](Out& h) {
    h("{}{}", html::panel("角色", [&](Out& o) { write_roles(o, context, *roles); }),
      html::panel("角色与权限对照", [&](Out& o) { write_rights(o, *roles); }));
  };
  return site::page(context, std::move(page));
}

}  // namespace

void add_role_pages(site::Site& site) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/roles", Access::right, "person.read", show_roles});
  site.add(site::MenuItem{"系统", "角色权限", "/roles", "person.read", 902, {}, {}, false});
}

}  // namespace kepu::administration
