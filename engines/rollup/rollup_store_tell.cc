// Notices: what one tenant did and people of another have to know. Written by the program as the tenant whose
// people are told, because nobody writes the rows of another.
#include <fmt/format.h>

#include "core/base/text.h"
#include "core/notify/notify.h"
#include "engines/rollup/rollup_rows.h"

namespace kepu::rollup {
namespace {

struct News {
  Id tenant = 0;  // whose people are told
  std::string kind;
  Id subject = 0;
  Id other = 0;  // the tenant that did it
  std::string title, text;
};

constexpr std::string_view kUntold =
    " and not exists (select 1 from rollup_told t where t.tenant = {0} and t.kind = '{1}' and t.subject = "
    "{2})";

std::vector<News> find_news(sql::Session& s, base::Millis since) {
  std::vector<News> out;
  const auto find = [&](std::string_view kind, std::string_view tenant, std::string_view subject,
                        std::string_view sql) {
    s.each(
        std::string(sql) + fmt::format(fmt::runtime(kUntold), tenant, kind, subject), {{"since", since}},
        [&](const sql::Row& r) {
          out.push_back({r.integer(0), std::string(kind), r.integer(1), r.integer(2), r.text(3), r.text(4)});
        });
  };
  find("call", "q.county", "c.id",
       "select q.county, c.id, c.tenant, c.title, c.due from rollup_recipient q join rollup_call c on "
       "c.tenant = "
       "q.tenant and c.id = q.call where q.at > :since and c.state = 'issued'");
  find("back", "g.county", "g.returned",
       "select g.county, g.returned, g.tenant, c.title, g.reason from rollup_give_back g join rollup_call c "
       "on "
       "c.tenant = g.tenant and c.id = g.call where g.at > :since");
  find("return", "r.superior", "r.id",
       "select r.superior, r.id, r.tenant, c.title, '' from rollup_return r join rollup_call c on c.tenant = "
       "r.superior and c.id = r.call where r.at > :since");
  find("link", "l.superior", "l.id",
       "select l.superior, l.id, l.tenant, '', '' from rollup_link l where l.since > :since");
  return out;
}

notify::Notice notice_of(const News& news, const std::string& other) {
  notify::Notice n;
  n.key = fmt::format("rollup.{}:{}", news.kind, news.subject);
  n.url = fmt::format("/rollup/returns/{}", news.subject);
  if (news.kind == "call") {
    n.title = other + "要求上报：" + base::shorten(news.title, 40);
    n.text = "期限 " + news.text + "。请填写、核对后上报。";
    n.url = fmt::format("/rollup/in/{}", news.subject);
  } else if (news.kind == "back") {
    n.title = "上报被退回：" + base::shorten(news.title, 40);
    n.text = other + "：" + base::shorten(news.text, 200);
  } else if (news.kind == "return") {
    n.title = other + "已上报：" + base::shorten(news.title, 40);
    n.text = "可在汇总表中查看；有问题可以退回。";
  } else {
    n.title = other + "已与本地区建立汇总关系";
    n.text = "以后下发的汇总要求会送到" + other + "。";
    n.url = "/rollup/links";
  }
  return n;
}

std::vector<std::string_view> rights_of(const std::string& kind) {
  if (kind == "return") return {kCall};
  if (kind == "link") return {kCall, kLink};
  return {kFill, kSubmit};
}

}  // namespace

int RollupStore::tell(base::Millis since) {
  const auto news = parts_.db.read([&](sql::Session& s) { return find_news(s, since); });
  for (const auto& n : news) {
    auto notice = notice_of(n, place(n.other).name);
    const Id root = parts_.directory.units(n.tenant)->root();
    std::vector<Id> people;
    for (const auto right : rights_of(n.kind)) {
      for (const Id person : parts_.directory.holders(n.tenant, right, root)) people.push_back(person);
    }
    parts_.db.write([&](sql::Session& s) {
      for (const Id person : people) {
        notice.person = person;
        notify::post(s, n.tenant, notice, parts_.clock.now(), parts_.ids);
      }
      s.run(
          "insert into rollup_told (tenant, kind, subject, at) values (:tenant, :kind, :subject, :at) on "
          "conflict "
          "(tenant, kind, subject) do nothing",
          {{"tenant", n.tenant}, {"kind", n.kind}, {"subject", n.subject}, {"at", parts_.clock.now()}});
    });
  }
  return static_cast<int>(news.size());
}

}  // namespace kepu::rollup
