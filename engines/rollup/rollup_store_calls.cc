// Calls of a superior: drafting, issuing, closing.
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

void save(sql::Session& s, const Call& c) {
  const std::string from = base::to_iso(c.from), to = base::to_iso(c.to), due = base::to_iso(c.due),
                    items = to_json(c.items);
  s.run(
      "update rollup_call set state = :state, title = :title, note = :note, first_day = :from, last_day = "
      ":to, "
      "due = :due, items = :items, replaced_by = :replaced_by, edited_at = :edited_at, edited_by = "
      ":edited_by, "
      "issued_at = :issued_at, issued_by = :issued_by, closed_at = :closed_at, closed_by = :closed_by, "
      "closed_reason = :closed_reason where tenant = :tenant and id = :id",
      {{"state", to_text(c.state)},
       {"title", c.title},
       {"note", c.note},
       {"from", from},
       {"to", to},
       {"due", due},
       {"items", items},
       {"replaced_by", c.replaced_by},
       {"edited_at", c.edited_at},
       {"edited_by", c.edited_by},
       {"issued_at", c.issued_at},
       {"issued_by", c.issued_by},
       {"closed_at", c.closed_at},
       {"closed_by", c.closed_by},
       {"closed_reason", c.closed_reason},
       {"tenant", c.superior.tenant},
       {"id", c.id}});
}

void insert(sql::Session& s, const Call& c) {
  s.run(
      "insert into rollup_call (tenant, id, state, title, note, first_day, last_day, due, items, replaces, "
      "replaced_by, revision, edited_at, edited_by, issued_at, issued_by, closed_at, closed_by, "
      "closed_reason) "
      "values (:tenant, :id, 'draft', '', '', '', '', '', '[]', :replaces, 0, 1, 0, '', 0, '', 0, '', '')",
      {{"tenant", c.superior.tenant}, {"id", c.id}, {"replaces", c.replaces}});
  save(s, c);
}

Result<Call> load(sql::Session& s, Id tenant, Id call) {
  auto found =
      s.one(fmt::format("select {} from rollup_call c where c.tenant = :tenant and c.id = :id", kCallColumns),
            {{"tenant", tenant}, {"id", call}}, call_from);
  if (!found) return refuse(Code::not_found, "rollup.call", "没有这个汇总要求。请从“下发汇总”进入。");
  return std::move(*found);
}

// Every county that is linked now and was not asked yet.
std::int64_t ask_counties(sql::Session& s, Id superior, Id call, base::Millis at) {
  return s.run(
      "insert into rollup_recipient (tenant, call, county, at) select l.superior, :call, l.tenant, :at from "
      "rollup_link l left join rollup_link_end e on e.tenant = l.superior and e.link = l.id where l.superior "
      "= "
      ":tenant and l.ended_at = 0 and e.link is null on conflict (tenant, call, county) do nothing",
      {{"call", call}, {"at", at}, {"tenant", superior}});
}

std::vector<Item>::iterator find_item(Call& call, std::string_view code) {
  return std::find_if(call.items.begin(), call.items.end(), [&](const Item& i) { return i.code == code; });
}

}  // namespace

std::vector<Call> RollupStore::calls(Id superior) {
  auto out = parts_.db.read([&](sql::Session& s) {
    return s.rows(
        fmt::format("select {} from rollup_call c where c.tenant = :tenant order by c.id desc", kCallColumns),
        {{"tenant", superior}}, call_from);
  });
  const Place own = place(superior);
  for (auto& c : out) c.superior = own;
  return out;
}

Result<Call> RollupStore::call(Id superior, Id call) {
  auto found = TRY(parts_.db.read([&](sql::Session& s) { return load(s, superior, call); }));
  found.superior = place(superior);
  return found;
}

Done RollupStore::modify(const By& by, Id call, std::int64_t revision, std::vector<CallState> states,
                         const std::function<Result<std::string>(sql::Session&, Call&)>& work) {
  TRY(require_whole(by, kCall));
  const Id tenant = by.actor.tenant;
  return parts_.db.write([&](sql::Session& s) -> Done {
    const auto taken = s.run(
        "update rollup_call set revision = revision + 1 where tenant = :tenant and id = :id and revision = "
        ":revision",
        {{"tenant", tenant}, {"id", call}, {"revision", revision}});
    Call c = TRY(load(s, tenant, call));
    if (taken == 0) {
      return refuse(Code::conflict, "rollup.changed_meanwhile",
                    fmt::format("{}于 {} 刚改过这个汇总要求，您的修改没有保存。请看过现在的内容再改。",
                                c.edited_by, base::to_local(c.edited_at)));
    }
    if (std::find(states.begin(), states.end(), c.state) == states.end()) {
      return refuse(
          Code::conflict, "rollup.not_in_state",
          fmt::format("这个汇总要求现在是“{}”，不能这样办理。下发以后内容不再变动，要更正请另拟一个替代它。",
                      title_of(c.state)));
    }
    c.edited_at = parts_.clock.now();
    c.edited_by = by.actor.name;
    const std::string summary = TRY(work(s, c));
    save(s, c);
    log(s, by, kCall, c.edited_at, "rollup.call", subject_of(call), summary);
    return {};
  });
}

Result<Id> RollupStore::add_call(const By& by, const Call& head) {
  TRY(require_whole(by, kCall));
  if (const auto errors = check_head(head); !errors.empty()) return tl::unexpected(errors.front());
  return parts_.db.write([&](sql::Session& s) -> Result<Id> {
    Call c;
    c.id = parts_.ids.next();
    c.superior.tenant = by.actor.tenant;
    c.title = base::trim(head.title);
    c.note = head.note;
    c.from = head.from;
    c.to = head.to;
    c.due = head.due;
    c.edited_at = parts_.clock.now();
    c.edited_by = by.actor.name;
    insert(s, c);
    log(s, by, kCall, c.edited_at, "rollup.add", subject_of(c.id), "拟订汇总要求《" + c.title + "》");
    return c.id;
  });
}

Done RollupStore::change_call(const By& by, const Call& head) {
  if (const auto errors = check_head(head); !errors.empty()) return tl::unexpected(errors.front());
  return modify(by, head.id, head.revision, {CallState::draft},
                [&](sql::Session&, Call& c) -> Result<std::string> {
                  c.title = base::trim(head.title);
                  c.note = head.note;
                  c.from = head.from;
                  c.to = head.to;
                  c.due = head.due;
                  return "修改汇总要求《" + c.title + "》";
                });
}

Done RollupStore::put_item(const By& by, Id call, std::int64_t revision, const Item& item,
                           const std::string& was) {
  const auto suggested =
      item.metric.empty() ? std::nullopt : parts_.metrics.find(by.actor.tenant, item.metric);
  return modify(by, call, revision, {CallState::draft}, [&](sql::Session&, Call& c) -> Result<std::string> {
    auto at = find_item(c, was);
    if (!was.empty() && at == c.items.end())
      return refuse(Code::not_found, "rollup.item", "要修改的这一项已被移出，请刷新。", "code");
    auto others = c.items;
    std::erase_if(others, [&](const Item& i) { return !was.empty() && i.code == was; });
    if (const auto errors = check_item(item, others, suggested); !errors.empty())
      return tl::unexpected(errors.front());
    if (was.empty()) {
      c.items.push_back(item);
    } else {
      *at = item;
    }
    return fmt::format("{}汇总项目 {} {}", was.empty() ? "加入" : "修改", item.code, item.title);
  });
}

Done RollupStore::drop_item(const By& by, Id call, std::int64_t revision, const std::string& code) {
  return modify(by, call, revision, {CallState::draft}, [&](sql::Session&, Call& c) -> Result<std::string> {
    const auto at = find_item(c, code);
    if (at == c.items.end()) return refuse(Code::not_found, "rollup.item", "这一项已被移出，请刷新。");
    c.items.erase(at);
    return "移出汇总项目 " + code;
  });
}

Done RollupStore::discard(const By& by, Id call, std::int64_t revision) {
  TRY(require_whole(by, kCall));
  const Id tenant = by.actor.tenant;
  return parts_.db.write([&](sql::Session& s) -> Done {
    const auto gone = s.run(
        "delete from rollup_call where tenant = :tenant and id = :id and revision = :revision and state = "
        "'draft'",
        {{"tenant", tenant}, {"id", call}, {"revision", revision}});
    if (gone == 0) {
      const Call c = TRY(load(s, tenant, call));
      return refuse(Code::conflict, "rollup.changed_meanwhile",
                    fmt::format("{}于 {} 刚改过这个汇总要求，或已经下发，没有删除。请刷新查看。", c.edited_by,
                                base::to_local(c.edited_at)));
    }
    log(s, by, kCall, parts_.clock.now(), "rollup.discard", subject_of(call), "删除没有下发的汇总要求");
    return {};
  });
}

Done RollupStore::issue(const By& by, Id call, std::int64_t revision) {
  return modify(by, call, revision, {CallState::draft}, [&](sql::Session& s, Call& c) -> Result<std::string> {
    const auto counties = ask_counties(s, c.superior.tenant, call, c.edited_at);
    const auto errors = check_issue(c, static_cast<std::size_t>(counties), base::date_of(parts_.clock.now()));
    if (!errors.empty()) return tl::unexpected(errors.front());
    c.state = CallState::issued;
    c.issued_at = c.edited_at;
    c.issued_by = by.actor.name;
    if (c.replaces != 0) {
      Call old = TRY(load(s, c.superior.tenant, c.replaces));
      if (old.replaced_by != 0)
        return refuse(Code::conflict, "rollup.replaced", "原来的汇总要求已被另一个替代，请核对后再下发。");
      old.replaced_by = c.id;
      old.edited_at = c.edited_at;
      old.edited_by = by.actor.name;
      if (old.state == CallState::issued) {
        old.state = CallState::closed;
        old.closed_at = c.edited_at;
        old.closed_by = by.actor.name;
        old.closed_reason = "由《" + c.title + "》替代";
      }
      s.run("update rollup_call set revision = revision + 1 where tenant = :tenant and id = :id",
            {{"tenant", c.superior.tenant}, {"id", old.id}});
      save(s, old);
    }
    return fmt::format("下发汇总要求《{}》，{} 项，{} 个县", c.title, c.items.size(), counties);
  });
}

Done RollupStore::close(const By& by, Id call, std::int64_t revision, const std::string& reason) {
  if (base::length(reason) > 500)
    return refuse(Code::invalid, "rollup.reason", "说明不要超过 500 字。", "reason");
  return modify(by, call, revision, {CallState::issued}, [&](sql::Session&, Call& c) -> Result<std::string> {
    c.state = CallState::closed;
    c.closed_at = c.edited_at;
    c.closed_by = by.actor.name;
    c.closed_reason = base::trim(reason);
    return "办结汇总要求《" + c.title + "》，不再收上报" +
           (c.closed_reason.empty() ? "" : "：" + c.closed_reason);
  });
}

Result<Id> RollupStore::correct(const By& by, Id call) {
  TRY(require_whole(by, kCall));
  return parts_.db.write([&](sql::Session& s) -> Result<Id> {
    Call c = TRY(load(s, by.actor.tenant, call));
    const auto other = s.integer(
        "select count(*) from rollup_call where tenant = :tenant and replaces = :id and state = 'draft'",
        {{"tenant", by.actor.tenant}, {"id", call}});
    if (c.state == CallState::draft || c.replaced_by != 0 || other != 0) {
      return refuse(Code::conflict, "rollup.replaced",
                    c.state == CallState::draft ? "还没有下发，直接修改就行。"
                                                : "已有一个替代它的汇总要求，请在那里修改。");
    }
    const std::string title = c.title;
    c.replaces = c.id;
    c.id = parts_.ids.next();
    c.title += "（更正）";
    c.state = CallState::draft;
    c.issued_at = c.closed_at = 0;
    c.issued_by.clear();
    c.closed_by.clear();
    c.closed_reason.clear();
    c.edited_at = parts_.clock.now();
    c.edited_by = by.actor.name;
    insert(s, c);
    log(s, by, kCall, c.edited_at, "rollup.add", subject_of(c.id), "拟订更正，替代《" + title + "》");
    return c.id;
  });
}

Result<int> RollupStore::add_counties(const By& by, Id call) {
  TRY(require_whole(by, kCall));
  return parts_.db.write([&](sql::Session& s) -> Result<int> {
    const Call c = TRY(load(s, by.actor.tenant, call));
    if (c.state != CallState::issued)
      return refuse(Code::conflict, "rollup.not_in_state", "只有进行中的汇总要求能补发。");
    const auto added = ask_counties(s, by.actor.tenant, call, parts_.clock.now());
    if (added > 0) {
      log(s, by, kCall, parts_.clock.now(), "rollup.call", subject_of(call),
          fmt::format("向新建立关系的 {} 个县补发", added));
    }
    return static_cast<int>(added);
  });
}

}  // namespace kepu::rollup
