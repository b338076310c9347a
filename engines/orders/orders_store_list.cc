// Lists of orders over millions: totals from kept counts, pages from the index that holds what is asked for,
// read from whichever end is nearer. What is found is what the plain query finds; only the way there differs.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/search/search.h"
#include "engines/orders/orders_rows.h"

namespace kepu::orders {

namespace {

constexpr int kWeeks = 62;
constexpr std::size_t kMostUnits = 400;  // of an "in" list that is worth an index of its own

constexpr const char* kPrimaryKey = "sqlite_autoindex_orders_order_1";  // the narrowest of all orders by id

enum class By { id, due, first_day, people };
struct Sort {
  By by = By::id;
  bool down = true;
};

Sort sort_of(std::string_view text) {
  if (text.empty()) return {};
  const auto end = std::min(text.find(','), text.size());
  const std::string_view first = text.substr(0, end);
  Sort out;
  out.down = first.size() > 5 && first.substr(first.size() - 5) == " desc";
  const std::string_view column = out.down ? first.substr(0, first.size() - 5) : first;
  out.by = column == "due"         ? By::due
           : column == "first_day" ? By::first_day
           : column == "people"    ? By::people
                                   : By::id;
  return out;
}

std::string order_of(Sort sort) {
  const std::string_view down = sort.down ? " desc" : "";
  const std::string_view column = sort.by == By::due         ? "due"
                                  : sort.by == By::first_day ? "first_day"
                                  : sort.by == By::people    ? "people"
                                                             : "";
  return column.empty() ? fmt::format("id{}", down) : fmt::format("{}{}, id{}", column, down, down);
}

struct Condition {
  std::string sql = "tenant = :tenant";
  sql::Args args;
  void add(std::string_view more) {
    sql += " and ";
    sql += more;
  }
  template <class V>
  void add(std::string_view more, std::string_view name, V value) {
    add(more);
    args.push_back({name, value});
  }
};

std::string scope_sql(const OrderQuery& q) {
  if (q.units) {
    const std::string units = in_list(*q.units);
    std::string out = fmt::format("(community in {} or department in {}", units, units);
    if (!q.teams.empty()) out += fmt::format(" or team in {}", in_list(q.teams));
    return out + ")";
  }
  return q.teams.empty() ? std::string() : fmt::format("team in {}", in_list(q.teams));
}

bool only_open(const OrderQuery& q) { return q.open_only || q.due_before || (q.state && is_open(*q.state)); }

// What orders_count knows.
void add_counted(Condition& c, const OrderQuery& q) {
  if (q.state) c.add("state = :state", "state", to_text(*q.state));
  if (q.ended_only) c.add("state in ('closed', 'refused', 'merged', 'cancelled')");
  if (!q.kind.empty()) c.add("kind = :kind", "kind", std::string_view(q.kind));
  if (q.township != 0) c.add("township = :township", "township", q.township);
  if (q.community != 0) c.add("community = :community", "community", q.community);
  if (q.department != 0) c.add("department = :department", "department", q.department);
}

// Narrowed by nothing but what orders_count knows; `but_dates`: and by dates or where a list ended.
bool is_counted(const OrderQuery& q, bool but_dates = false) {
  return q.teams.empty() && q.service == 0 && q.team == 0 && q.parent == 0 && !q.due_before &&
         q.text.empty() && (but_dates || (!q.from && !q.to && q.before == 0));
}

class Finder {
 public:
  Finder(sql::Session& s, Id tenant, const OrderQuery& q) : s_(s), tenant_(tenant), q_(q) {
    c_.args = {{"tenant", tenant}};
    if (const auto scope = scope_sql(q); !scope.empty()) c_.add(scope);
    if (only_open(q)) c_.add("closed_at = 0");
    add_counted(c_, q);
    if (q.service != 0) c_.add("service = :service", "service", q.service);
    if (q.team != 0) c_.add("team = :team", "team", q.team);
    if (q.parent != 0) c_.add("parent = :parent", "parent", q.parent);
    if (q.due_before) c_.add("due <> 0 and due < :due_before", "due_before", *q.due_before);
    if (q.from) c_.add("created_at >= :from_at", "from_at", base::start_of(*q.from));
    if (q.to)
      c_.add("created_at < :to_at", "to_at", base::start_of(base::from_days(base::to_days(*q.to) + 1)));
    if (q.before != 0) c_.add("id < :before", "before", q.before);
    words_ = base::trim(q.text);
    if (words_.empty()) return;
    auto found = search::find(s, "order", tenant, words_, kMostFound + 1);
    more_ = static_cast<std::int64_t>(found.size()) > kMostFound;
    if (more_) found.pop_back();
    alone_ = c_.sql == Condition().sql && (q.order_by.empty() || q.order_by == "id desc");
    if (alone_) {
      found_ = std::move(found);
      return;
    }
    id_text_ = id_array(s, found);
    c_.add(id_in(s), "ids", std::string_view(id_text_));
  }

  // Of all that match; beyond what is kept, counted up to kCountedUpTo.
  std::int64_t total(bool& more) {
    if (is_counted(q_)) return kept_total();
    if (alone_) {
      more = more_;
      return static_cast<std::int64_t>(found_.size());
    }
    sql::Args args = c_.args;
    args.push_back({"most", kCountedUpTo + 1});
    const auto n =
        s_.integer(fmt::format("select count(*) from (select 1 as one from {} where {} limit :most) found",
                               table(only_open(q_) && words_.empty() ? "orders_order_open" : ""), c_.sql),
                   args);
    more = more_ || n > kCountedUpTo;
    return std::min(n, kCountedUpTo);
  }

  std::vector<Id> ids() {
    if (alone_) {
      const auto size = static_cast<std::int64_t>(found_.size());
      const auto from = std::min(q_.offset, size), to = from + std::min(q_.limit, size - from);
      return {found_.begin() + from, found_.begin() + to};
    }
    const Sort sort = sort_of(q_.order_by);
    if (sort.by == By::due) return by_clock(sort);
    return page(sort, q_.offset, q_.limit);
  }

 private:
  std::int64_t kept_total() {
    if (kept_ >= 0) return kept_;
    Condition c;
    c.args = {{"tenant", tenant_}};
    if (const auto scope = scope_sql(q_); !scope.empty()) c.add(scope);
    if (q_.open_only) c.add("state not in ('closed', 'refused', 'merged', 'cancelled')");
    add_counted(c, q_);
    kept_ = s_.integer(
        fmt::format("select cast(coalesce(sum(orders), 0) as bigint) from orders_count where {}", c.sql),
        c.args);
    return kept_;
  }

  std::string table(std::string_view index) const { return orders_by(s_, index); }

  // That of what is looked through whole: the words' orders by their ids, else the open ones.
  const char* filter_index() const {
    return !words_.empty() ? "orders_order_list" : only_open(q_) ? "orders_order_open" : "";
  }

  std::vector<Id> ids_by(std::string_view from, std::string_view where, std::string_view order,
                         std::int64_t offset, std::int64_t limit) {
    sql::Args args = c_.args;
    args.push_back({"limit", limit});
    args.push_back({"offset", offset});
    return s_.rows(
        fmt::format("select id from {} where {} order by {} limit :limit offset :offset", from, where, order),
        args, [](const sql::Row& r) { return static_cast<Id>(r.integer(0)); });
  }

  // With a clock first, by its end; the others after them. Only open orders have a clock.
  std::vector<Id> by_clock(Sort sort) {
    const std::string from = table(words_.empty() ? "orders_order_open" : "orders_order_list"),
                      clocked = c_.sql + " and closed_at = 0 and due <> 0";
    auto out = ids_by(from, clocked, order_of(sort), q_.offset, q_.limit);
    // Where only what waits for somebody is asked for, there are no others.
    if (static_cast<std::int64_t>(out.size()) == q_.limit || q_.due_before) return out;
    const auto with_clock =
        out.empty() ? s_.integer(fmt::format("select count(*) from {} where {}", from, clocked), c_.args)
                    : q_.offset + static_cast<std::int64_t>(out.size());
    const auto rest = std::max<std::int64_t>(0, q_.offset - with_clock);
    const auto wanted = q_.limit - static_cast<std::int64_t>(out.size());
    for (const Id id : without_clock(sort.down, rest, wanted, with_clock)) out.push_back(id);
    return out;
  }

  std::vector<Id> without_clock(bool down, std::int64_t offset, std::int64_t limit, std::int64_t with_clock) {
    const Sort sort{By::id, down};
    c_.add("state in ('closed', 'refused', 'merged', 'cancelled', 'split')");
    if (only_open(q_) || !is_counted(q_)) return plain(sort, offset, limit);
    kept_ = std::max<std::int64_t>(0, kept_total() - with_clock);
    return page(sort, offset, limit);
  }

  // Dates of a few weeks are found by the time of placing; else the newest are looked through, of which so
  // many are wanted that the next is never far.
  std::vector<Id> plain(Sort sort, std::int64_t offset, std::int64_t limit) {
    const char* index = filter_index();
    if (*index != 0) return ids_by(table(index), c_.sql, order_of(sort), offset, limit);
    if (is_counted(q_, true)) {
      const bool weeks = q_.from && q_.to && base::to_days(*q_.to) - base::to_days(*q_.from) <= kWeeks;
      if (!weeks && kept_total() <= q_.sorted_up_to) return few(sort, offset, limit);
      index = weeks ? "orders_order_created" : "orders_order_list";
    } else if (q_.service != 0 && q_.text.empty() && q_.team == 0 && q_.teams.empty() && q_.parent == 0) {
      index = "orders_order_service";
    }
    return ids_by(table(index), c_.sql, order_of(sort), offset, limit);
  }

  std::vector<Id> page(Sort sort, std::int64_t offset, std::int64_t limit) {
    if (only_open(q_) || !is_counted(q_)) return plain(sort, offset, limit);
    const auto total = kept_total();
    if (offset >= total) return {};
    if (total <= q_.sorted_up_to) return few(sort, offset, limit);
    limit = std::min(limit, total - offset);
    const bool from_the_end = offset > total / 2;
    if (from_the_end) {
      offset = total - offset - limit;
      sort.down = !sort.down;
    }
    const char* index = sort.by == By::first_day    ? "orders_order_first_day"
                        : sort.by == By::people     ? "orders_order_people"
                        : c_.sql == Condition().sql ? kPrimaryKey
                                                    : "orders_order_list";
    auto out = ids_by(table(index), c_.sql, order_of(sort), offset, limit);
    if (from_the_end) std::reverse(out.begin(), out.end());
    return out;
  }

  std::vector<Id> few(Sort sort, std::int64_t offset, std::int64_t limit) {
    if (q_.township != 0 || q_.department != 0 || q_.community != 0 || !q_.units) {
      const char* index = q_.community != 0    ? "orders_order_community"
                          : q_.township != 0   ? "orders_order_township"
                          : q_.department != 0 ? "orders_order_department"
                          : !q_.kind.empty()   ? "orders_order_kind"
                          : q_.state           ? "orders_order_state"
                                               : "orders_order_list";
      return ids_by(table(index), c_.sql, order_of(sort), offset, limit);
    }
    if (q_.units->size() > kMostUnits)
      return ids_by(table("orders_order_list"), c_.sql, order_of(sort), offset, limit);
    const std::string units = in_list(*q_.units);
    return ids_by(
        "orders_order",
        fmt::format("tenant = :tenant and id in (select id from {} where {} and community in {} union select "
                    "id from {} where {} and department in {})",
                    table("orders_order_community"), c_.sql, units, table("orders_order_department"), c_.sql,
                    units),
        order_of(sort), offset, limit);
  }

  sql::Session& s_;
  Id tenant_;
  const OrderQuery& q_;
  Condition c_;
  std::string words_, id_text_;
  bool more_ = false, alone_ = false;  // the words alone were asked for: what was found is the list
  std::vector<Id> found_;
  std::int64_t kept_ = -1;
};

}  // namespace

std::vector<Order> OrderStore::by_ids(sql::Session& s, Id tenant, const std::vector<Id>& ids) const {
  if (ids.empty()) return {};
  const std::string wanted = id_array(s, ids);
  auto rows = s.rows(
      fmt::format("select {} from orders_order where tenant = :tenant and {}", kOrderColumns, id_in(s)),
      {{"tenant", tenant}, {"ids", wanted}}, [&](const sql::Row& r) { return order_from(r, tenant, false); });
  std::map<Id, std::size_t> place;
  for (std::size_t i = 0; i < ids.size(); ++i) place.emplace(ids[i], i);
  std::sort(rows.begin(), rows.end(),
            [&](const Order& a, const Order& b) { return place.at(a.id) < place.at(b.id); });
  return rows;
}

std::vector<Order> OrderStore::orders_of(Id tenant, const std::vector<Id>& ids) {
  return p_.db.read([&](sql::Session& s) { return by_ids(s, tenant, ids); });
}

OrderPage OrderStore::orders(Id tenant, const OrderQuery& q) {
  return p_.db.read([&](sql::Session& s) {
    Finder finder(s, tenant, q);
    OrderPage page;
    if (q.counted) page.total = finder.total(page.more);
    page.orders = by_ids(s, tenant, finder.ids());
    return page;
  });
}

std::map<State, std::int64_t> OrderStore::counts(Id tenant, const OrderQuery& q) {
  OrderQuery all = q;
  all.state.reset();
  all.open_only = true;
  all.text.clear();
  return p_.db.read([&](sql::Session& s) {
    Condition c;
    c.args = {{"tenant", tenant}};
    if (const auto scope = scope_sql(all); !scope.empty()) c.add(scope);
    add_counted(c, all);
    std::map<State, std::int64_t> out;
    s.each(fmt::format("select state, cast(sum(orders) as bigint) from orders_count where {} and state not "
                       "in ('closed', 'refused', 'merged', 'cancelled') group by state",
                       c.sql),
           c.args, [&](const sql::Row& r) {
             const auto state = parse_state(r.view(0));
             if (state && r.integer(1) != 0) out[*state] = r.integer(1);
           });
    return out;
  });
}

void OrderStore::count(sql::Session& s, Id tenant, const Order& o, int by) {
  s.run(
      "insert into orders_count (tenant, community, department, township, kind, state, orders) values "
      "(:tenant, :community, :department, :township, :kind, :state, :by) on conflict (tenant, community, "
      "department, township, kind, state) do update set orders = orders_count.orders + :by",
      {{"tenant", tenant},
       {"community", o.community},
       {"department", o.department},
       {"township", o.township},
       {"kind", o.kind},
       {"state", to_text(o.state)},
       {"by", by}});
}

void recount(sql::Session& s) {
  s.run("delete from orders_count");
  s.run(
      "insert into orders_count (tenant, community, department, township, kind, state, orders) select "
      "tenant, "
      "community, department, township, kind, state, count(*) from orders_order group by tenant, community, "
      "department, township, kind, state");
}

}  // namespace kepu::orders
