// Returns of a county, and what its superior sees of them.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/base/secret.h"
#include "core/base/text.h"
#include "engines/rollup/rollup_rows.h"

namespace kepu::rollup {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

bool is_linked(sql::Session& s, Id county, Id superior) {
  return s.integer(
             "select count(*) from rollup_link l left join rollup_link_end e on e.tenant = l.superior and "
             "e.link = "
             "l.id where l.tenant = :tenant and l.superior = :superior and l.ended_at = 0 and e.link is null",
             {{"tenant", county}, {"superior", superior}}) > 0;
}

// What the superior said of a return; `returned` of the newest.
std::optional<GiveBack> back_of(sql::Session& s, Id superior, Id returned) {
  return s.one(
      fmt::format("select {} from rollup_give_back g where g.tenant = :tenant and g.returned = :returned",
                  kBackColumns),
      {{"tenant", superior}, {"returned", returned}}, back_from);
}

Draft draft_of(sql::Session& s, Id county, Id call) {
  return s
      .one(
          "select choices, revision, edited_by, edited_at from rollup_draft where tenant = :tenant and call "
          "= :call",
          {{"tenant", county}, {"call", call}},
          [](const sql::Row& r) {
            return Draft{choices_from_json(r.view(0)), r.integer(1), r.text(2), r.integer(3)};
          })
      .value_or(Draft{});
}

// A call that was issued to the county; drafts are none of its business.
std::string issued_to(std::string_view more) {
  return fmt::format(
      "select {} from rollup_recipient q join rollup_call c on c.tenant = q.tenant and c.id = q.call where "
      "q.county = "
      ":tenant and c.state <> 'draft' {}",
      kCallColumns, more);
}

Result<Call> load_issued(sql::Session& s, Id county, Id call) {
  auto found = s.one(issued_to("and c.id = :call"), {{"tenant", county}, {"call", call}}, call_from);
  if (!found) return refuse(Code::not_found, "rollup.call", "没有这个汇总要求。请从“汇总上报”进入。");
  return std::move(*found);
}

Done check_open(sql::Session& s, Id county, const Call& call) {
  if (call.state != CallState::issued) {
    return refuse(Code::conflict, "rollup.closed",
                  "上级已于 " + base::to_local(call.closed_at) + " 办结这次汇总，不再收上报。");
  }
  if (!is_linked(s, county, call.superior.tenant))
    return refuse(Code::conflict, "rollup.link_ended", "与上级的汇总关系已解除，不能上报。");
  return {};
}

Standing standing_of(const Incoming& in, Date today) {
  CountyRow row;
  row.linked = in.linked;
  row.returns = in.returns;
  row.back = in.back;
  return board_of(in.call, {std::move(row)}, today).rows.front().standing;
}

}  // namespace

Incoming RollupStore::fill(sql::Session& s, Id county, Incoming in) {
  in.linked = is_linked(s, county, in.call.superior.tenant);
  in.returns = s.rows(
      fmt::format("select {} from rollup_return r where r.tenant = :tenant and r.call = :call order by "
                  "r.number desc",
                  kReturnColumns),
      {{"tenant", county}, {"call", in.call.id}}, return_from);
  if (!in.returns.empty()) in.back = back_of(s, in.call.superior.tenant, in.returns.front().id);
  in.draft = draft_of(s, county, in.call.id);
  in.standing = standing_of(in, parts_.clock.today());
  return in;
}

std::vector<Incoming> RollupStore::incoming(Id county) {
  auto out = parts_.db.read([&](sql::Session& s) {
    std::vector<Incoming> all;
    for (auto& c :
         s.rows(issued_to("order by c.issued_at desc, c.id desc"), {{"tenant", county}}, call_from)) {
      Incoming in;
      in.call = std::move(c);
      all.push_back(fill(s, county, std::move(in)));
    }
    return all;
  });
  std::map<Id, Place> places;
  for (auto& in : out) {
    auto& known = places[in.call.superior.tenant];
    if (known.tenant == 0) known = place(in.call.superior.tenant);
    in.call.superior = known;
  }
  return out;
}

Result<Incoming> RollupStore::incoming(Id county, Id call) {
  auto out = TRY(parts_.db.read([&](sql::Session& s) -> Result<Incoming> {
    Incoming in;
    in.call = TRY(load_issued(s, county, call));
    return fill(s, county, std::move(in));
  }));
  out.call.superior = place(out.call.superior.tenant);
  return out;
}

std::int64_t RollupStore::waiting(Id county) {
  return parts_.db.read([&](sql::Session& s) {
    return s.integer(
        "select count(*) from rollup_recipient q join rollup_call c on c.tenant = q.tenant and c.id = q.call "
        "where q.county = :county and c.state = 'issued' and exists (select 1 from rollup_link l left join "
        "rollup_link_end e on e.tenant = l.superior and e.link = l.id where l.tenant = q.county and "
        "l.superior = "
        "c.tenant and l.ended_at = 0 and e.link is null) and not exists (select 1 from rollup_return r left "
        "join "
        "rollup_give_back g on g.tenant = r.superior and g.returned = r.id where r.tenant = q.county and "
        "r.call = "
        "c.id and g.returned is null and not exists (select 1 from rollup_return n where n.tenant = r.tenant "
        "and "
        "n.call = r.call and n.number > r.number))",
        {{"county", county}});
  });
}

Done RollupStore::save_draft(const By& by, Id call, std::int64_t revision,
                             const std::vector<Choice>& choices) {
  TRY(require_whole(by, kFill));
  const Id county = by.actor.tenant;
  return parts_.db.write([&](sql::Session& s) -> Done {
    const Call c = TRY(load_issued(s, county, call));
    TRY(check_open(s, county, c));
    const std::string text = to_json(choices);
    const sql::Args args = {{"tenant", county},
                            {"call", call},
                            {"choices", text},
                            {"at", parts_.clock.now()},
                            {"by", by.actor.name}};
    std::int64_t saved = 0;
    if (revision == 0) {
      // Also over the row that a submission without a draft leaves.
      saved = s.run(
          "insert into rollup_draft (tenant, call, choices, revision, edited_at, edited_by) values (:tenant, "
          ":call, :choices, 1, :at, :by) on conflict (tenant, call) do update set choices = "
          "excluded.choices, "
          "revision = 1, edited_at = excluded.edited_at, edited_by = excluded.edited_by where "
          "rollup_draft.revision = 0",
          args);
    } else {
      auto more = args;
      more.emplace_back("revision", revision);
      saved = s.run(
          "update rollup_draft set choices = :choices, revision = revision + 1, edited_at = :at, edited_by = "
          ":by where tenant = :tenant and call = :call and revision = :revision",
          more);
    }
    if (saved == 0) {
      const Draft now = draft_of(s, county, call);
      return refuse(Code::conflict, "rollup.changed_meanwhile",
                    fmt::format("{}于 {} 刚保存过这份上报，您填的没有保存。请刷新后再填。", now.edited_by,
                                base::to_local(now.edited_at)));
    }
    log(s, by, kFill, parts_.clock.now(), "rollup.draft", subject_of(call), "填写《" + c.title + "》的上报");
    return {};
  });
}

Result<Return> RollupStore::submit(const By& by, Id call, std::int64_t draft_revision,
                                   const std::string& reason, const Composed& composed) {
  TRY(require_whole(by, kSubmit));
  if (!composed.problems.empty()) return tl::unexpected(composed.problems.front());
  if (base::length(reason) > 500)
    return refuse(Code::invalid, "rollup.reason", "原因不要超过 500 字。", "reason");
  const Id county = by.actor.tenant;
  Return made;
  made.county = place(county);
  const auto asked = TRY(incoming(county, call));
  made.superior = asked.call.superior;
  return parts_.db.write([&](sql::Session& s) -> Result<Return> {
    // Takes the draft's row, so that of two at once each gets a number of its own; makes it where nobody
    // saved.
    s.run(
        "insert into rollup_draft (tenant, call, choices, revision, edited_at, edited_by) values (:tenant, "
        ":call, "
        "'[]', 0, :at, :by) on conflict (tenant, call) do update set revision = rollup_draft.revision",
        {{"tenant", county}, {"call", call}, {"at", parts_.clock.now()}, {"by", by.actor.name}});
    const Draft draft = draft_of(s, county, call);
    if (draft.revision != draft_revision) {
      return refuse(Code::conflict, "rollup.changed_meanwhile",
                    fmt::format("{}于 {} 改过这份上报，没有报出。请核对现在的内容再报。", draft.edited_by,
                                base::to_local(draft.edited_at)));
    }
    const Call c = TRY(load_issued(s, county, call));
    TRY(check_open(s, county, c));
    const auto before = s.integer(
        "select coalesce(max(number), 0) from rollup_return where tenant = :tenant and call = :call",
        {{"tenant", county}, {"call", call}});
    if (before > 0 && base::trim(reason).empty()) {
      return refuse(Code::invalid, "rollup.again", "这次汇总已报过，再报请写明原因；以前报的保留。",
                    "reason");
    }
    Return r = made;
    r.id = parts_.ids.next();
    r.call = call;
    r.call_title = c.title;
    r.from = c.from;
    r.to = c.to;
    r.due = c.due;
    r.number = static_cast<int>(before) + 1;
    r.reason = base::trim(reason);
    r.by = by.actor.name;
    r.at = parts_.clock.now();
    r.as_of = composed.as_of;
    r.facts = composed.facts;
    r.entries = composed.entries;
    r.body = canonical(r);
    r.sha256 = base::sha256_hex(r.body);
    s.run(
        "insert into rollup_return (tenant, id, superior, call, number, body, sha256, at) values (:tenant, "
        ":id, "
        ":superior, :call, :number, :body, :sha256, :at)",
        {{"tenant", county},
         {"id", r.id},
         {"superior", c.superior.tenant},
         {"call", call},
         {"number", r.number},
         {"body", r.body},
         {"sha256", r.sha256},
         {"at", r.at}});
    log(s, by, kSubmit, r.at, "rollup.submit", subject_of(call),
        fmt::format("上报《{}》（第 {} 次），{} 项，SHA-256 {}", c.title, r.number, r.entries.size(),
                    r.sha256));
    return r;
  });
}

Result<Board> RollupStore::board(Id superior, Id call) {
  Call found = TRY(this->call(superior, call));
  std::set<Id> linked;
  for (const auto& l : counties_of(superior)) linked.insert(l.county.tenant);
  struct Read {
    std::vector<Id> counties;
    std::vector<Return> returns;
    std::vector<GiveBack> backs;
  };
  const auto read = parts_.db.read([&](sql::Session& s) {
    const sql::Args key = {{"tenant", superior}, {"call", call}};
    Read out;
    out.counties = s.rows("select county from rollup_recipient where tenant = :tenant and call = :call", key,
                          [](const sql::Row& r) { return r.integer(0); });
    out.returns =
        s.rows(fmt::format("select {} from rollup_return r where r.superior = :tenant and r.call = :call",
                           kReturnColumns),
               key, return_from);
    out.backs =
        s.rows(fmt::format("select {} from rollup_give_back g where g.tenant = :tenant and g.call = :call",
                           kBackColumns),
               key, back_from);
    return out;
  });
  std::vector<CountyRow> rows;
  for (const Id county : read.counties) {
    CountyRow row;
    row.place = place(county);
    row.linked = linked.count(county) != 0;
    const Return* newest = nullptr;
    for (const auto& r : read.returns) {
      if (r.county.tenant != county) continue;
      row.returns.push_back(r);
      if (newest == nullptr || newest->number < r.number) newest = &r;
    }
    for (const auto& g : read.backs) {
      if (newest != nullptr && g.returned == newest->id) row.back = g;
    }
    rows.push_back(std::move(row));
  }
  return board_of(std::move(found), std::move(rows), parts_.clock.today());
}

std::map<Id, RollupStore::Count> RollupStore::counts(Id superior) {
  return parts_.db.read([&](sql::Session& s) {
    std::map<Id, Count> out;
    s.each("select call, count(*) from rollup_recipient where tenant = :tenant group by call",
           {{"tenant", superior}},
           [&](const sql::Row& r) { out[r.integer(0)].asked = static_cast<int>(r.integer(1)); });
    s.each(
        "select r.call, count(*) from rollup_return r left join rollup_give_back g on g.tenant = r.superior "
        "and "
        "g.returned = r.id where r.superior = :tenant and g.returned is null and not exists (select 1 from "
        "rollup_return n where n.tenant = r.tenant and n.call = r.call and n.number > r.number) group by "
        "r.call",
        {{"tenant", superior}},
        [&](const sql::Row& r) { out[r.integer(0)].reported = static_cast<int>(r.integer(1)); });
    return out;
  });
}

std::vector<Return> RollupStore::of_county(Id superior, Id county) {
  return parts_.db.read([&](sql::Session& s) {
    return s.rows(
        fmt::format(
            "select {} from rollup_return r where r.superior = :superior and r.tenant = :county order "
            "by r.at desc, r.id desc",
            kReturnColumns),
        {{"superior", superior}, {"county", county}}, return_from);
  });
}

Done RollupStore::give_back(const By& by, Id returned, const std::string& reason) {
  TRY(require_whole(by, kCall));
  TRY(check_reason(reason, "退回的原因和要改什么"));
  const Id tenant = by.actor.tenant;
  return parts_.db.write([&](sql::Session& s) -> Done {
    const auto r =
        s.one(fmt::format("select {} from rollup_return r where r.superior = :tenant and r.id = :id",
                          kReturnColumns),
              {{"tenant", tenant}, {"id", returned}}, return_from);
    if (!r) return refuse(Code::not_found, "rollup.return", "没有这份上报。请从汇总表进入。");
    const auto state =
        s.one("select state from rollup_call where tenant = :tenant and id = :id",
              {{"tenant", tenant}, {"id", r->call}}, [](const sql::Row& row) { return row.text(0); });
    if (state != to_text(CallState::issued))
      return refuse(Code::conflict, "rollup.not_in_state", "这次汇总已经办结，不能再退回。");
    const auto newest = s.integer(
        "select max(number) from rollup_return where superior = :tenant and call = :call and tenant = "
        ":county",
        {{"tenant", tenant}, {"call", r->call}, {"county", r->county.tenant}});
    if (newest != r->number)
      return refuse(Code::conflict, "rollup.newer", r->county.name + "已经重新上报，请看新的一份。");
    const auto added = s.run(
        "insert into rollup_give_back (tenant, returned, call, county, number, reason, at, by_name) values "
        "(:tenant, :returned, :call, :county, :number, :reason, :at, :by) on conflict (tenant, returned) do "
        "nothing",
        {{"tenant", tenant},
         {"returned", returned},
         {"call", r->call},
         {"county", r->county.tenant},
         {"number", r->number},
         {"reason", reason},
         {"at", parts_.clock.now()},
         {"by", by.actor.name}});
    if (added == 0) {
      const auto other = back_of(s, tenant, returned);
      return refuse(Code::conflict, "rollup.given_back",
                    fmt::format("{}于 {} 已经退回这份上报。", other->by, base::to_local(other->at)));
    }
    log(s, by, kCall, parts_.clock.now(), "rollup.give_back", subject_of(r->call),
        fmt::format("退回{}的上报（第 {} 次）：{}", r->county.name, r->number, reason));
    return {};
  });
}

Result<RollupStore::Shown> RollupStore::find_return(Id tenant, Id returned) {
  return parts_.db.read([&](sql::Session& s) -> Result<Shown> {
    auto found =
        s.one(fmt::format("select {} from rollup_return r where r.id = :id and (r.tenant = :tenant or "
                          "r.superior = :superior)",
                          kReturnColumns),
              {{"id", returned}, {"tenant", tenant}, {"superior", tenant}}, return_from);
    if (!found) return refuse(Code::not_found, "rollup.return", "没有这份上报。请从“汇总上报”进入。");
    Shown out;
    out.intact = base::sha256_hex(found->body) == found->sha256;
    out.newest = s.integer("select max(number) from rollup_return where tenant = :county and call = :call",
                           {{"county", found->county.tenant}, {"call", found->call}}) == found->number;
    out.back = back_of(s, found->superior.tenant, returned);
    out.returned = std::move(*found);
    return out;
  });
}

}  // namespace kepu::rollup
