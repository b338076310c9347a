// Who belongs to whom.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "engines/rollup/rollup_rows.h"

namespace kepu::rollup {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

constexpr std::string_view kLinks =
    "select l.id, l.tenant, l.superior, l.since, l.by_name, l.ended_at, l.ended_by, l.reason, coalesce(e.at, "
    "0), "
    "coalesce(e.by_name, ''), coalesce(e.reason, '') from rollup_link l left join rollup_link_end e on "
    "e.tenant = "
    "l.superior and e.link = l.id where ";

// Both sides may have ended it; the first end counts.
Link link_from(const sql::Row& r) {
  Link l;
  l.id = r.integer(0);
  l.county.tenant = r.integer(1);
  l.superior.tenant = r.integer(2);
  l.since = r.integer(3);
  l.by = r.text(4);
  const base::Millis by_county = r.integer(5), by_superior = r.integer(8);
  const bool county_first = by_county != 0 && (by_superior == 0 || by_county <= by_superior);
  l.ended_at = county_first ? by_county : by_superior;
  if (l.stands()) return l;
  l.ended_by = r.text(county_first ? 6 : 9);
  l.reason = r.text(county_first ? 7 : 10);
  l.ended_side = county_first ? "county" : "superior";
  return l;
}

std::optional<Link> standing_link(sql::Session& s, Id county) {
  return s.one(std::string(kLinks) + "l.tenant = :tenant and l.ended_at = 0 and e.link is null",
               {{"tenant", county}}, link_from);
}

// Links change one at a time, so that two of them cannot close a circle together.
void take_turn(sql::Session& s, Id tenant) {
  s.run(
      "insert into rollup_guard (tenant, turns) values (:tenant, 1) on conflict (tenant) do update set turns "
      "= "
      "rollup_guard.turns + 1",
      {{"tenant", tenant}});
}
constexpr Id kAllTenants = 0;
constexpr int kMostLevels = 64;

}  // namespace

Place RollupStore::place(Id tenant) {
  const auto found = parts_.directory.tenant(tenant);
  return found ? Place{found->id, found->code, found->name, found->area_code}
               : Place{tenant, "", "（已停用地区）", ""};
}

std::vector<Link> RollupStore::links(Id tenant) {
  auto out = parts_.db.read([&](sql::Session& s) {
    return s.rows(std::string(kLinks) + "l.tenant = :tenant or l.superior = :superior order by l.id desc",
                  {{"tenant", tenant}, {"superior", tenant}}, link_from);
  });
  std::map<Id, Place> places;
  const auto named = [&](Place& p) {
    auto& known = places[p.tenant];
    if (known.tenant == 0) known = place(p.tenant);
    p = known;
  };
  for (auto& l : out) {
    named(l.county);
    named(l.superior);
    if (!l.stands()) l.ended_side = l.ended_side == "county" ? l.county.name : l.superior.name;
  }
  std::stable_partition(out.begin(), out.end(), [](const Link& l) { return l.stands(); });
  return out;
}

std::optional<Link> RollupStore::superior_of(Id county) {
  auto found = parts_.db.read([&](sql::Session& s) { return standing_link(s, county); });
  if (found) {
    found->county = place(found->county.tenant);
    found->superior = place(found->superior.tenant);
  }
  return found;
}

std::vector<Link> RollupStore::counties_of(Id superior) {
  auto out = links(superior);
  std::erase_if(out, [&](const Link& l) { return !l.stands() || l.superior.tenant != superior; });
  std::sort(out.begin(), out.end(), [](const Link& a, const Link& b) {
    if (a.county.area_code != b.county.area_code) return a.county.area_code < b.county.area_code;
    return base::compare_pinyin(a.county.name, b.county.name) < 0;
  });
  return out;
}

Result<Id> RollupStore::link(const By& by, const std::string& superior_code) {
  TRY(require_whole(by, kLink));
  const auto superior = parts_.directory.tenant_by_code(base::trim(superior_code));
  if (!superior) {
    return refuse(Code::not_found, "rollup.superior",
                  "没有代码为“" + base::shorten(base::trim(superior_code), 32) +
                      "”的地区。代码是登录页“地区”一栏所列地区的简称，请向上级核对。",
                  "code");
  }
  const Id county = by.actor.tenant;
  return parts_.db.write([&](sql::Session& s) -> Result<Id> {
    take_turn(s, kAllTenants);
    if (const auto now = standing_link(s, county)) {
      return refuse(Code::conflict, "rollup.linked", "本地区已有上级。要换上级，请先解除现在的汇总关系。",
                    "code");
    }
    Id above = superior->id;
    for (int level = 0; above != 0; ++level) {
      if (above == county || level >= kMostLevels) {
        return refuse(Code::conflict, "rollup.circle",
                      above == superior->id ? std::string("不能把本地区设为自己的上级。")
                                            : "“" + superior->name + "”是本地区的下级，不能再作上级。",
                      "code");
      }
      const auto next = standing_link(s, above);
      above = next ? next->superior.tenant : 0;
    }
    const Id id = parts_.ids.next();
    s.run(
        "insert into rollup_link (tenant, id, superior, since, by_name, ended_at, ended_by, reason) values "
        "(:tenant, :id, :superior, :at, :by, 0, '', '')",
        {{"tenant", county},
         {"id", id},
         {"superior", superior->id},
         {"at", parts_.clock.now()},
         {"by", by.actor.name}});
    log(s, by, kLink, parts_.clock.now(), "rollup.link", fmt::format("rollup_link:{}", id),
        "把“" + superior->name + "”设为上级，同意向其上报汇总数据");
    return id;
  });
}

Done RollupStore::end_link(const By& by, Id link, const std::string& reason) {
  TRY(require_whole(by, kLink));
  TRY(check_reason(reason, "解除的原因"));
  const Id tenant = by.actor.tenant;
  return parts_.db.write([&](sql::Session& s) -> Done {
    take_turn(s, kAllTenants);
    const auto found =
        s.one(std::string(kLinks) + "l.id = :id and (l.tenant = :tenant or l.superior = :superior)",
              {{"id", link}, {"tenant", tenant}, {"superior", tenant}}, link_from);
    if (!found) return refuse(Code::not_found, "rollup.link", "没有这个汇总关系。请从“汇总关系”进入。");
    if (!found->stands()) {
      return refuse(
          Code::conflict, "rollup.link_ended",
          fmt::format("这个汇总关系已由{}于 {} 解除。", found->ended_by, base::to_local(found->ended_at)));
    }
    const sql::Args args = {{"tenant", tenant},
                            {"id", link},
                            {"at", parts_.clock.now()},
                            {"by", by.actor.name},
                            {"reason", reason}};
    if (found->county.tenant == tenant) {
      s.run(
          "update rollup_link set ended_at = :at, ended_by = :by, reason = :reason where tenant = :tenant "
          "and id "
          "= :id",
          args);
    } else {
      s.run(
          "insert into rollup_link_end (tenant, link, county, at, by_name, reason) select :tenant, l.id, "
          "l.tenant, "
          ":at, :by, :reason from rollup_link l where l.id = :id and l.superior = :superior",
          {{"tenant", tenant},
           {"id", link},
           {"at", parts_.clock.now()},
           {"by", by.actor.name},
           {"reason", reason},
           {"superior", tenant}});
    }
    log(s, by, kLink, parts_.clock.now(), "rollup.link_end", fmt::format("rollup_link:{}", link),
        "解除汇总关系：" + reason);
    return {};
  });
}

}  // namespace kepu::rollup
