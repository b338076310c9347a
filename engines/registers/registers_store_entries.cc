// Entries: lists, counts, one with its history.
#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "core/base/text.h"
#include "engines/registers/registers_rows.h"

namespace kepu::registers {

using base::Code;
using base::refuse;
using base::Result;

namespace {

// The texts that the arguments point to live as long as the condition.
struct Condition {
  std::string sql = "e.tenant = :tenant";
  sql::Args args;
  std::deque<std::string> texts;
  void add(const std::string& more, std::string_view name, std::string value) {
    sql += " and " + more;
    args.emplace_back(name, std::string_view(texts.emplace_back(std::move(value))));
  }
  void add_id(const std::string& more, std::string_view name, Id value) {
    sql += " and " + more;
    args.emplace_back(name, value);
  }
};

constexpr std::string_view kArgNames[] = {"k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"};
constexpr std::string_view kTagFields[] = {"tf0", "tf1", "tf2", "tf3", "tf4", "tf5", "tf6", "tf7"};
constexpr std::string_view kTagValues[] = {"tv0", "tv1", "tv2", "tv3", "tv4", "tv5", "tv6", "tv7"};

// Two characters and more are looked up by their tokens. The rarest leads; the others are looked for in what
// it gives.
void add_text(Condition& c, const EntryQuery& q, const std::vector<std::string>& tokens) {
  const std::string text = base::squeeze(q.text);
  if (text.empty()) return;
  if (tokens.empty()) return c.add("e.name like :words escape '!'", "words", like_of(text));
  const std::string type = q.type.empty() ? "" : " and type = :type",
                    same_type = q.type.empty() ? "" : " and t.type = e.type";
  for (std::size_t i = 0; i < tokens.size() && i < std::size(kArgNames); ++i) {
    c.add(
        i == 0
            ? fmt::format(
                  "e.id in (select entry from register_token where tenant = :tenant{} and token = :{})", type,
                  kArgNames[i])
            : fmt::format(
                  "exists (select 1 from register_token t where t.tenant = e.tenant{} and t.token = :{} and "
                  "t.entry = e.id)",
                  same_type, kArgNames[i]),
        kArgNames[i], tokens[i]);
  }
}

// Tokens of the words looked for, the rarest first as far as a short look tells.
std::vector<std::string> rarest_first(sql::Session& s, Id tenant, const EntryQuery& q) {
  constexpr std::int64_t kLook = 3000;
  std::vector<std::pair<std::int64_t, std::string>> found;
  for (auto& token : tokens_of(q.text)) {
    sql::Args args = {{"tenant", tenant}, {"token", std::string_view(token)}, {"look", kLook}};
    if (!q.type.empty()) args.emplace_back("type", std::string_view(q.type));
    const auto count = s.integer(
        fmt::format(
            "select count(*) from (select 1 from register_token where tenant = :tenant{} and token = :token "
            "limit :look) x",
            q.type.empty() ? "" : " and type = :type"),
        args);
    found.emplace_back(count, std::move(token));
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> out;
  for (auto& [count, token] : found) out.push_back(std::move(token));
  return out;
}

Condition condition_of(Id tenant, const EntryQuery& q, const std::vector<std::string>& tokens) {
  Condition c;
  c.args.emplace_back("tenant", tenant);
  if (!q.type.empty()) c.add("e.type = :type", "type", q.type);
  if (q.units) {
    const auto list = in_list(*q.units);
    if (q.own != 0) {
      c.add_id("(e.unit in " + list + " or e.home in " + list +
                   " or e.applicant = :own or e.person in (select id from register_person where tenant = "
                   ":tenant and "
                   "account = :own))",
               "own", q.own);
    } else {
      c.sql += " and (e.unit in " + list + " or e.home in " + list + ")";
    }
  }
  if (q.state) c.add("e.state = :state", "state", std::string(to_text(*q.state)));
  if (q.public_on) {
    c.add("e.state = 'in_force' and e.minor = 0 and (e.valid_until = '' or e.valid_until >= :public_on)",
          "public_on", base::to_iso(*q.public_on));
  }
  if (q.expired_on) {
    c.add("e.state in ('in_force', 'suspended') and e.valid_until <> '' and e.valid_until < :expired",
          "expired", base::to_iso(*q.expired_on));
  }
  if (q.due_by) {
    c.add("e.state = 'in_force' and e.valid_until <> '' and e.valid_until <= :due_by", "due_by",
          base::to_iso(*q.due_by));
  }
  if (q.homes) c.sql += " and e.home in " + in_list(*q.homes);
  if (!q.kind.empty()) c.add("e.kind = :kind", "kind", q.kind);
  if (q.parent != 0) c.add_id("e.parent = :parent", "parent", q.parent);
  if (q.person != 0) c.add_id("e.person = :person", "person", q.person);
  for (std::size_t i = 0; i < q.tags.size() && i < std::size(kTagFields); ++i) {
    c.args.emplace_back(kTagFields[i], std::string_view(c.texts.emplace_back(q.tags[i].first)));
    c.add(fmt::format(
              "e.id in (select entry from register_tag where tenant = :tenant{} and field = :{} and value = "
              ":{})",
              q.type.empty() ? "" : " and type = :type", kTagFields[i], kTagValues[i]),
          kTagValues[i], q.tags[i].second);
  }
  add_text(c, q, tokens);
  return c;
}

}  // namespace

EntryPage RegisterStore::entries(Id tenant, const EntryQuery& q) {
  const auto all = q.sort_field.empty() ? nullptr : types(tenant);
  const Type* type = all ? all->find(q.type) : nullptr;
  const TypeField* sort = type == nullptr ? nullptr : type->find(q.sort_field);
  if (sort != nullptr && !is_sortable(*sort)) sort = nullptr;
  if (sort != nullptr) make_sortable(tenant, *type, *sort);
  return p_.db.read([&](sql::Session& s) {
    Condition c = condition_of(tenant, q, rarest_first(s, tenant, q));
    EntryPage page;
    page.total = q.known_total ? *q.known_total
                               : s.integer("select count(*) from register_entry e where " + c.sql, c.args);
    if (sort != nullptr) {
      page.entries = sorted_entries(s, tenant, q, c.sql, c.args);
      return page;
    }
    c.args.emplace_back("limit", q.limit);
    c.args.emplace_back("offset", q.offset);
    page.entries = s.rows(
        fmt::format("select {} from register_entry e where {} order by {} limit :limit offset :offset",
                    prefixed(kEntryColumns, "e"), c.sql, q.order_by.empty() ? "e.id desc" : q.order_by),
        c.args, [&](const sql::Row& r) { return entry_from(r, tenant, false); });
    return page;
  });
}

std::map<std::string, std::int64_t> RegisterStore::counts(Id tenant, const std::string& type,
                                                          const std::optional<std::vector<Id>>& units,
                                                          Id own) {
  EntryQuery q;
  q.type = type;
  q.units = units;
  q.own = own;
  const std::string day = base::to_iso(today());
  const auto key = fmt::format("{} {} {} {} {}", tenant, type, own, day, units ? in_list(*units) : "");
  return *kept_counts_.get(p_.db.stamp(), key, [&] {
    return p_.db.read([&](sql::Session& s) {
      Condition c = condition_of(tenant, q, {});
      c.args.emplace_back("today", std::string_view(day));
      auto out = std::make_shared<std::map<std::string, std::int64_t>>();
      s.each(
          "select e.state, count(*), sum(case when e.valid_until <> '' and e.valid_until < :today then 1 "
          "else 0 end) "
          "from register_entry e where " +
              c.sql + " group by e.state",
          c.args, [&](const sql::Row& r) {
            const std::string state = r.text(0);
            const bool has_term = state == "in_force" || state == "suspended";
            (*out)[state] += r.integer(1) - (state == "in_force" ? r.integer(2) : 0);
            if (has_term) (*out)["expired"] += r.integer(2);
            (*out)["all"] += r.integer(1);
          });
      return std::shared_ptr<const std::map<std::string, std::int64_t>>(std::move(out));
    });
  });
}

std::map<std::string, std::int64_t> RegisterStore::in_force_by_type(Id tenant) {
  const std::string day = base::to_iso(today());
  return p_.db.read([&](sql::Session& s) {
    std::map<std::string, std::int64_t> out;
    s.each(
        "select type, count(*) from register_entry where tenant = :tenant and state = 'in_force' and "
        "(valid_until = '' "
        "or valid_until >= :today) group by type",
        {{"tenant", tenant}, {"today", day}}, [&](const sql::Row& r) { out[r.text(0)] = r.integer(1); });
    return out;
  });
}

Result<Entry> RegisterStore::load_entry(sql::Session& s, Id tenant, Id id, bool open_personal) {
  auto found =
      s.one(fmt::format("select {} from register_entry where tenant = :tenant and id = :id", kEntryColumns),
            {{"tenant", tenant}, {"id", id}},
            [&](const sql::Row& r) { return entry_from(r, tenant, open_personal); });
  if (!found) return refuse(Code::not_found, "register.not_found", "没有这个条目。请从名录进入。");
  return std::move(*found);
}

Result<Entry> RegisterStore::entry(Id tenant, Id id, bool open_personal) {
  return p_.db.read([&](sql::Session& s) { return load_entry(s, tenant, id, open_personal); });
}

std::vector<HistoryStep> RegisterStore::history(Id tenant, Id entry) {
  return p_.db.read([&](sql::Session& s) {
    return s.rows(
        "select number, at, action, person_name, unit_name, words, before_state, after_state from "
        "register_step where "
        "tenant = :tenant and entry = :entry order by number",
        {{"tenant", tenant}, {"entry", entry}}, [](const sql::Row& r) {
          HistoryStep h;
          h.number = static_cast<int>(r.integer(0));
          h.at = r.integer(1);
          h.action = r.text(2);
          h.by = r.text(3);
          h.unit = r.text(4);
          h.words = r.text(5);
          h.before = parse_state(r.view(6)).value_or(State::draft);
          h.after = parse_state(r.view(7)).value_or(State::draft);
          return h;
        });
  });
}

void RegisterStore::add_step(sql::Session& s, const By& by, Id entry, std::string_view action,
                             const std::string& words, State before, State after) {
  s.run(
      "insert into register_step (tenant, entry, number, at, action, person, person_name, unit_name, words, "
      "before_state, after_state) select :tenant, :entry, coalesce(max(number), 0) + 1, :at, :action, "
      ":person, :name, "
      ":unit_name, :words, :before, :after from register_step where tenant = :tenant and entry = :entry",
      {{"tenant", by.actor.tenant},
       {"entry", entry},
       {"at", p_.clock.now()},
       {"action", action},
       {"person", by.actor.person},
       {"name", by.actor.name},
       {"unit_name", by.actor.unit_name},
       {"words", words},
       {"before", to_text(before)},
       {"after", to_text(after)}});
}

}  // namespace kepu::registers
