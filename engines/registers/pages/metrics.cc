// What registers count, declared by their types: they come and go with them.
#include <algorithm>

#include "core/base/text.h"
#include "engines/registers/pages/bookings.h"

namespace kepu::registers {

namespace {

constexpr std::string_view kEngine = "registers.";
constexpr std::string_view kPeople = "registers.people";
constexpr std::string_view kKind = "kind.";

// registers.expert.kind.医疗卫生 → expert, kind.医疗卫生
std::pair<std::string, std::string> parts_of(std::string_view id) {
  const auto rest = id.substr(kEngine.size());
  const auto dot = rest.find('.');
  if (dot == std::string_view::npos) return {std::string(rest), ""};
  return {std::string(rest.substr(0, dot)), std::string(rest.substr(dot + 1))};
}

void add_of_type(std::vector<metric::Metric>& out, const Type& t) {
  const std::string id = std::string(kEngine) + t.key;
  const std::string where = "按所在地计入乡镇（街道），含所辖村（社区）；没有写所在地的计入管理单位。";
  const auto counting = t.subject == Subject::person ? metric::Counting::people : metric::Counting::amount;
  const auto add = [&](std::string suffix, std::string title, std::string unit, std::string definition,
                       metric::Nature nature, metric::Counting how, bool by_unit = true) {
    metric::Metric m;
    m.id = id + std::move(suffix);
    m.title = std::move(title);
    m.unit = std::move(unit);
    m.definition = std::move(definition);
    m.nature = nature;
    m.counting = how;
    m.by_unit = by_unit;
    out.push_back(std::move(m));
  };
  if (t.feeds_into(Feed::in_force)) {
    add("", t.title + "在册数", t.unit,
        "当日“" + t.title + "”名录里已发布、在有效期内、没有暂停和退出的条目。" + where,
        metric::Nature::stock, counting);
  }
  if (t.feeds_into(Feed::fresh)) {
    add(".new", t.title + "新增数", t.unit,
        "这段时间第一次进入“" + t.title + "”名录的条目；续期、恢复不算新增。" + where, metric::Nature::flow,
        counting);
  }
  if (t.feeds_into(Feed::townships)) {
    add(".townships", t.title + "覆盖乡镇数", "个",
        "当日有在册“" + t.title + "”（含在所辖村、社区的）的乡镇（街道）", metric::Nature::stock,
        metric::Counting::amount);
  }
  if (t.feeds_into(Feed::villages)) {
    add(".villages", t.title + "覆盖村（社区）数", "个",
        "当日有在册“" + t.title + "”、所在地写明为本村（社区）的村（社区）", metric::Nature::stock,
        metric::Counting::amount);
  }
  if (t.bookable) {
    add(".bookings", t.title + "借出次数", "次",
        "这段时间开始的、管理单位同意的预约，到今天已经开始；取消和未同意的不算。按借用单位计入，乡镇（街道）"
        "含所辖村（"
        "社区）。",
        metric::Nature::flow, metric::Counting::amount);
  }
  const auto* kind = t.of_use(Use::kind);
  if (t.feeds_into(Feed::kinds) && kind != nullptr) {
    for (const auto& o : kind->field.options) {
      add("." + std::string(kKind) + o.value, t.title + "在册数：" + o.label, t.unit,
          "当日在册“" + t.title + "”中，“" + kind->field.label + "”为“" + o.label + "”的条目。" + where,
          metric::Nature::stock, counting);
    }
  }
}

metric::Record record_of(const Entry& e) {
  metric::Record r;
  r.title = e.name + (e.number.empty() ? "" : "（" + e.number + "）");
  r.url = entry_url(e);
  r.unit = e.home();
  r.date = e.valid_from.value_or(base::date_of(e.created_at));
  r.amount = 1;
  r.note = e.kind;
  return r;
}

metric::Record record_of(const BookingRow& row) {
  metric::Record r;
  r.title = row.entry_name + "：" + row.booking.purpose;
  r.url = booking_url(row);
  r.unit = row.booking.unit;
  r.date = row.booking.first;
  r.amount = 1;
  r.note = std::string(title_of(row.booking.state));
  return r;
}

struct Asked {
  std::string what;  // "", new, townships, villages, kind
  CountQuery query;
};

class Figures {
 public:
  Figures(RegisterStore& store, BookingStore& bookings, auth::Directory& directory)
      : store_(store), bookings_(bookings), directory_(directory) {}

  metric::Answer answer(const metric::Question& q) {
    const auto units = directory_.units(q.tenant);
    if (q.metric == kPeople) {
      const auto count = store_.people_on(q.tenant, homes_of(*units, q.units), q.to);
      return {static_cast<double>(count), "", count};
    }
    const Asked asked = asked_of(q, *units);
    if (asked.what == "bookings") {
      const auto count = static_cast<std::int64_t>(lent(q, asked, 0, kMostBookings).size());
      return {static_cast<double>(count), "", count};
    }
    if (asked.what == "new") {
      const auto count = static_cast<std::int64_t>(store_.fresh_between(asked.query, q.from, q.to).size());
      return {static_cast<double>(count), "", count};
    }
    if (asked.what == "townships" || asked.what == "villages") {
      const auto count = static_cast<std::int64_t>(covered(asked, *units, q.to).size());
      return {static_cast<double>(count), "", store_.count_on(asked.query, q.to)};
    }
    const auto count = store_.count_on(asked.query, q.to);
    return {static_cast<double>(count), "", count};
  }

  std::vector<metric::Record> records(const metric::Question& q, std::int64_t offset, std::int64_t limit) {
    const auto units = directory_.units(q.tenant);
    std::vector<metric::Record> out;
    if (q.metric == kPeople) {
      PersonQuery wanted;
      wanted.offset = offset;
      wanted.limit = limit;
      wanted.units = homes_of(*units, q.units);
      for (const auto& row : store_.people(q.tenant, wanted).people) {
        metric::Record r;
        r.title = row.person.name;
        r.url = person_url(row.person.id);
        r.date = base::date_of(row.person.created_at);
        r.amount = row.in_force > 0 ? 1 : 0;
        r.note = row.in_force > 0 ? row.registers : "现在没有在册的条目";
        out.push_back(std::move(r));
      }
      return out;
    }
    const Asked asked = asked_of(q, *units);
    if (asked.what == "bookings") {
      for (const auto& row : lent(q, asked, offset, limit)) out.push_back(record_of(row));
      return out;
    }
    if (asked.what == "new") {
      const auto all = store_.fresh_between(asked.query, q.from, q.to);
      for (auto i = offset; i < std::min<std::int64_t>(offset + limit, static_cast<std::int64_t>(all.size()));
           ++i)
        out.push_back(record_of(all[static_cast<std::size_t>(i)]));
      return out;
    }
    const bool places = asked.what == "townships" || asked.what == "villages";
    for (const auto& e : store_.in_force_on(asked.query, q.to, offset, limit)) {
      out.push_back(record_of(e));
      // Of a count of places, each entry shows where it is; the first of a place is what adds one.
      if (places) out.back().note = place_name(*units, e.place);
    }
    if (places) mark_first(out, *units, asked.what == "townships");
    return out;
  }

  std::map<Id, metric::Answer> by_unit(const metric::Question& q) {
    std::map<Id, metric::Answer> out;
    const auto units = directory_.units(q.tenant);
    const Asked asked = q.metric == kPeople ? Asked{} : asked_of(q, *units);
    if (q.metric == kPeople || !asked.what.empty()) {
      for (const Id unit : q.units) {
        metric::Question one = q;
        one.units = {unit};
        out[unit] = answer(one);
      }
      return out;
    }
    CountQuery all = asked.query;
    all.homes.reset();
    const auto counts = store_.count_by_home(all, q.to);
    for (const Id unit : q.units) {
      std::int64_t sum = 0;
      for (const Id id : homes_within(*units, unit)) {
        const auto at = counts.find(id);
        sum += at == counts.end() ? 0 : at->second;
      }
      out[unit] = {static_cast<double>(sum), "", sum};
    }
    return out;
  }

 private:
  static constexpr std::int64_t kMostBookings = 1'000'000;

  std::vector<BookingRow> lent(const metric::Question& q, const Asked& asked, std::int64_t offset,
                               std::int64_t limit) {
    BookingQuery wanted;
    wanted.type = asked.query.type;
    wanted.lent_in = DaySpan{q.from, std::min(q.to, store_.today())};
    wanted.booked_by = asked.query.homes;
    wanted.offset = offset;
    wanted.limit = limit;
    return bookings_.bookings(q.tenant, wanted);
  }
  // A township with its villages; of other units their own alone (the county's root is above all and has
  // none).
  static std::vector<Id> homes_within(const auth::UnitTree& units, Id unit) {
    const auto* u = units.find(unit);
    return u != nullptr && u->kind == auth::UnitKind::township ? units.below(unit) : std::vector<Id>{unit};
  }
  static std::optional<std::vector<Id>> homes_of(const auth::UnitTree& units, const std::vector<Id>& asked) {
    if (asked.empty()) return std::nullopt;
    std::vector<Id> out;
    for (const Id unit : asked) {
      const auto more = homes_within(units, unit);
      out.insert(out.end(), more.begin(), more.end());
    }
    return out;
  }

  Asked asked_of(const metric::Question& q, const auth::UnitTree& units) const {
    auto [key, what] = parts_of(q.metric);
    Asked out;
    out.query.tenant = q.tenant;
    out.query.type = key;
    out.query.homes = homes_of(units, q.units);
    if (base::starts_with(what, kKind)) {
      out.query.kind = what.substr(kKind.size());
    } else {
      out.what = what;
    }
    return out;
  }

  std::set<Id> covered(const Asked& asked, const auth::UnitTree& units, base::Date day) {
    std::set<Id> out;
    for (const auto& [home, count] : store_.count_by_home(asked.query, day)) {
      if (const Id place = counted_place(units, home, asked.what == "townships")) out.insert(place);
    }
    return out;
  }
  static Id counted_place(const auth::UnitTree& units, Id home, bool townships) {
    const auto* u = units.find(home);
    if (u == nullptr) return 0;
    if (u->kind == auth::UnitKind::village) return townships ? u->parent : u->id;
    return townships && u->kind == auth::UnitKind::township ? u->id : 0;
  }
  static void mark_first(std::vector<metric::Record>& records, const auth::UnitTree& units, bool townships) {
    std::set<Id> seen;
    for (auto& r : records) {
      const Id place = counted_place(units, r.unit, townships);
      r.amount = place != 0 && seen.insert(place).second ? 1 : 0;
    }
  }

  RegisterStore& store_;
  BookingStore& bookings_;
  auth::Directory& directory_;
};

}  // namespace

void RegistersEngine::add_metrics(metric::Catalog& catalog) {
  const auto figures = std::make_shared<Figures>(store_, bookings_, services_.directory);
  metric::Source source;
  source.answer = [figures](const metric::Question& q) { return figures->answer(q); };
  source.records = [figures](const metric::Question& q, std::int64_t offset, std::int64_t limit) {
    return figures->records(q, offset, limit);
  };
  source.by_unit = [figures](const metric::Question& q) { return figures->by_unit(q); };
  metric::Metric people;
  people.id = kPeople;
  people.title = "在册科普人员";
  people.unit = "人";
  people.definition = "当日在任何一个人员名录里在册的人，一人在几个名录里只算一次";
  people.nature = metric::Nature::stock;
  people.counting = metric::Counting::people;
  catalog.add(std::move(people), source);
  catalog.add_changing(
      [this](Id tenant) {
        std::vector<metric::Metric> out;
        const auto types = store_.types(tenant);
        for (const auto& t : types->current) add_of_type(out, t);
        return out;
      },
      std::move(source));
}

}  // namespace kepu::registers
