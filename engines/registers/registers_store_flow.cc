// Steps of an entry by the table of states, the days in force, what waits, and taking in whole sheets.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/notify/notify.h"
#include "engines/registers/registers_rows.h"

namespace kepu::registers {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

constexpr std::string_view kForEver = "9999-12-31";
constexpr std::size_t kMostCharacters = 1000, kMostRows = 5000;
constexpr int kWidestWindow = 365;         // as check_type() allows
constexpr std::int64_t kMostDue = 10'000;  // looked through at once

std::string last_day(const std::optional<base::Date>& until) {
  return until ? base::to_iso(*until) : std::string(kForEver);
}

// A preview rolls everything back by a refusal of its own.
constexpr std::string_view kPreview = "register.preview";

}  // namespace

std::string RegisterStore::next_number(sql::Session& s, Id tenant, const Type& type) {
  const int year = today().year;
  const auto number =
      s.one(
           "insert into register_counter (tenant, type, year, last) values (:tenant, :type, :year, 1) on "
           "conflict "
           "(tenant, type, year) do update set last = register_counter.last + 1 returning last",
           {{"tenant", tenant}, {"type", type.key}, {"year", year}},
           [](const sql::Row& r) { return r.integer(0); })
          .value_or(1);
  return fmt::format("{}{}-{:04}", type.prefix, year, number);
}

// ---------------------------------------------------------------- days in force

void RegisterStore::begin_span(sql::Session& s, Id tenant, const Entry& e, base::Date day) {
  const std::string first = base::to_iso(day), last = last_day(e.valid_until);
  // Ended and begun again on one day: it was in force that day all the same.
  s.run(
      "insert into register_span (tenant, entry, type, first_day, last_day) values (:tenant, :entry, :type, "
      ":first, "
      ":last) on conflict (tenant, entry, first_day) do update set last_day = :last",
      {{"tenant", tenant}, {"entry", e.id}, {"type", e.type}, {"first", first}, {"last", last}});
}

void RegisterStore::end_span(sql::Session& s, Id tenant, Id entry, base::Date day) {
  const std::string today = base::to_iso(day), before = base::to_iso(base::from_days(base::to_days(day) - 1));
  s.run("delete from register_span where tenant = :tenant and entry = :entry and first_day >= :today",
        {{"tenant", tenant}, {"entry", entry}, {"today", today}});
  s.run(
      "update register_span set last_day = :before where tenant = :tenant and entry = :entry and last_day >= "
      ":today",
      {{"before", before}, {"tenant", tenant}, {"entry", entry}, {"today", today}});
}

// A renewal in time lets the span run on; after the end a new one begins.
void RegisterStore::extend_span(sql::Session& s, Id tenant, const Entry& e, base::Date day) {
  const std::string today = base::to_iso(day), last = last_day(e.valid_until);
  const auto longer = s.run(
      "update register_span set last_day = :last where tenant = :tenant and entry = :entry and last_day >= "
      ":today",
      {{"last", last}, {"tenant", tenant}, {"entry", e.id}, {"today", today}});
  if (longer == 0) begin_span(s, tenant, e, day);
}

// ---------------------------------------------------------------- one step

void RegisterStore::tell_applicant(sql::Session& s, const By& by, const Type& type, const Entry& e,
                                   const std::string& title, const std::string& text) {
  std::set<Id> people;
  if (e.applicant != 0) people.insert(e.applicant);
  if (e.person != 0) {
    const auto account = s.integer("select account from register_person where tenant = :tenant and id = :id",
                                   {{"tenant", by.actor.tenant}, {"id", e.person}});
    if (account != 0) people.insert(account);
  }
  for (const Id person : people) {
    if (person == by.actor.person) continue;
    notify::post(
        s, by.actor.tenant,
        {person, fmt::format("register:{}:{}", e.id, e.revision), title + "：" + type.title + "　" + e.name,
         text, fmt::format("/registers/{}/{}", type.key, e.id)},
        p_.clock.now(), p_.ids);
  }
}

namespace {

// What the step makes of the entry, or why it may not.
Done apply_step(Entry& e, const Type& type, const Act& act, base::Date today) {
  switch (act.action) {
    case Action::publish:
      e.valid_from = today;
      e.valid_until = act.until ? act.until : term_end(today, type.term_months);
      if (e.valid_until && *e.valid_until < today)
        return refuse(Code::invalid, "register.until", "有效期不能早于今天。", "until");
      return {};
    case Action::renew: {
      if (!e.valid_until) return refuse(Code::conflict, "register.no_term", "这个条目长期有效，不用续期。");
      const auto until = act.until ? act.until : renewed_until(e, type, today);
      if (until && (*until < today || *until <= *e.valid_until))
        return refuse(Code::invalid, "register.until", "续期后的有效期要晚于原来的有效期和今天。", "until");
      e.valid_until = until;
      return {};
    }
    case Action::resume:
      if (is_expired(e, today))
        return refuse(Code::conflict, "register.expired", "有效期已过，请用“续期”恢复。");
      return {};
    default:
      return {};
  }
}

}  // namespace

Done RegisterStore::act(const By& by, Id id, const Act& act) {
  const Id tenant = by.actor.tenant;
  const Entry seen = TRY(entry(tenant, id));
  const Type type = TRY(this->type(tenant, seen.type));
  const Type written_by = TRY(this->type(tenant, seen.type, seen.type_version));
  TRY(may_act(by.actor, seen, act.action));
  const auto* rule = find_rule(seen.state, act.action);
  const std::string text = base::trim(act.text);
  if (rule->reason && text.empty()) {
    return refuse(Code::invalid, "register.reason", fmt::format("请写明{}的原因。", title_of(act.action)),
                  "text");
  }
  if (base::length(text) > kMostCharacters)
    return refuse(Code::invalid, "register.reason", "说明不要超过 1,000 字。", "text");
  const base::Date day = today();
  return p_.db.write([&](sql::Session& s) -> Done {
    const auto taken = s.run(
        "update register_entry set revision = revision + 1 where tenant = :tenant and id = :id and revision "
        "= "
        ":revision",
        {{"tenant", tenant}, {"id", id}, {"revision", act.revision}});
    Entry e = TRY(load_entry(s, tenant, id, false));
    if (taken == 0 || e.state != seen.state) {
      return refuse(
          Code::conflict, "register.changed_meanwhile",
          fmt::format("{}于 {} 刚办理过这个条目（现在是“{}”），您的操作没有生效。请看过最新情况再办。",
                      e.edited_by, base::to_local(e.edited_at), title_of(e.state)));
    }
    const State before = e.state;
    TRY(apply_step(e, type, act, day));
    e.state = rule->to;
    if (act.action == Action::publish) {
      e.published_at = p_.clock.now();
      if (e.number.empty()) e.number = next_number(s, tenant, type);
    }
    if (rule->reason) e.reason = text;
    const std::string from = iso_or_empty(e.valid_from), until = iso_or_empty(e.valid_until);
    s.run(
        "update register_entry set state = :state, number = :number, valid_from = :from, valid_until = "
        ":until, reason "
        "= :reason, published_at = :published, edited_at = :at, edited_by = :by where tenant = :tenant and "
        "id = :id",
        {{"state", to_text(e.state)},
         {"number", e.number},
         {"from", from},
         {"until", until},
         {"reason", e.reason},
         {"published", e.published_at},
         {"at", p_.clock.now()},
         {"by", by.actor.name},
         {"tenant", tenant},
         {"id", id}});
    switch (act.action) {
      case Action::publish:
        write_marks(s, tenant, written_by, e);
        write_sort(s, tenant, type, e);  // lists are sorted by the fields of today
        begin_span(s, tenant, e, day);
        break;
      case Action::resume:
        begin_span(s, tenant, e, day);
        break;
      case Action::renew:
        before == State::suspended ? begin_span(s, tenant, e, day) : extend_span(s, tenant, e, day);
        break;
      case Action::suspend:
      case Action::retire:
        end_span(s, tenant, id, day);
        break;
      default:
        break;
    }
    add_step(s, by, id, to_text(act.action), text, before, e.state);
    if (rule->step != Step::applicant)
      tell_applicant(s, by, type, e, std::string(title_of(act.action)), text);
    log(s, by,
        rule->step == Step::applicant ? kApply
        : rule->step == Step::check   ? kReview
                                      : kManage,
        e.unit, "register." + std::string(to_text(act.action)), subject_of("register_entry", id),
        fmt::format("{}{}：{}{}", title_of(act.action), type.title, e.name,
                    text.empty() ? "" : "（" + base::shorten(text, 60) + "）"));
    return {};
  });
}

// ---------------------------------------------------------------- what waits

std::vector<Entry> RegisterStore::waiting(const auth::Actor& actor, std::int64_t limit) {
  std::vector<Entry> out;
  const auto all = types(actor.tenant);
  const auto units = p_.directory.units(actor.tenant);
  struct Waits {
    State state;
    Step step;
    std::string_view right;
  };
  for (const auto& w :
       {Waits{State::submitted, Step::check, kReview}, Waits{State::checked, Step::approve, kManage},
        Waits{State::approved, Step::maintain, kManage}}) {
    if (!actor.may(w.right)) continue;
    EntryQuery q;
    q.state = w.state;
    if (!actor.may_everywhere(w.right)) q.units = actor.units_of(w.right);
    q.order_by = "e.edited_at, e.id";
    q.limit = limit;
    for (auto& e : entries(actor.tenant, q).entries) {
      const auto* type = all->find(e.type);
      if (type == nullptr || !actor.may(w.right, level_unit(*units, *type, e, w.step))) continue;
      // The office, which may do everything, is not shown what a township has to check.
      const bool own_level = (w.step == Step::check     ? type->check
                              : w.step == Step::approve ? type->approve
                                                        : type->maintain) == Level::county;
      if (actor.may_everywhere(w.right) && !own_level && e.unit != actor.unit) continue;
      out.push_back(std::move(e));
    }
  }
  return out;
}

std::vector<Entry> RegisterStore::due_for_renewal(const auth::Actor& actor, std::int64_t limit) {
  std::vector<Entry> out;
  if (!actor.may(kManage)) return out;
  const auto all = types(actor.tenant);
  const auto units = p_.directory.units(actor.tenant);
  EntryQuery q;  // the widest window of all; each register's own is looked at below
  q.due_by = base::from_days(base::to_days(today()) + kWidestWindow);
  if (!actor.may_everywhere(kManage)) q.units = actor.units_of(kManage);
  q.order_by = "e.valid_until, e.id";
  q.limit = kMostDue;
  for (auto& e : entries(actor.tenant, q).entries) {
    const auto* type = all->find(e.type);
    if (type == nullptr || !renewal_due(e, *type, today())) continue;
    if (!actor.may(kManage, level_unit(*units, *type, e, Step::maintain))) continue;
    if (actor.may_everywhere(kManage) && type->maintain != Level::county && e.unit != actor.unit) continue;
    if (static_cast<std::int64_t>(out.size()) == limit) break;
    out.push_back(std::move(e));
  }
  return out;
}

// ---------------------------------------------------------------- sheets

Result<ImportReport> RegisterStore::import(const By& by, const std::string& key,
                                           const std::vector<ImportRow>& rows, bool preview) {
  const Id tenant = by.actor.tenant;
  const Type type = TRY(this->type(tenant, key));
  TRY(by.actor.require(kApply));
  if (!type.active)
    return refuse(Code::conflict, "register.inactive", "“" + type.title + "”已停用，不再登记。");
  if (rows.size() > kMostRows)
    return refuse(Code::too_large, "register.rows", "一次最多导入 5,000 行，请拆成几个文件。", "file");
  const auto units = p_.directory.units(tenant);
  ImportReport report;
  const auto problem = [&](int row, const base::Error& error) {
    report.problems.push_back(
        {error.code, error.rule, error.field, fmt::format("第 {} 行：{}", row, error.message)});
  };
  for (const auto& row : rows) {
    if (const auto right = by.actor.require(kApply, row.application.entry.unit); !right) {
      problem(row.row, right.error());
    } else if (const auto good = check_application(by.actor, type, row.application); !good) {
      problem(row.row, good.error());
    }
  }
  if (!report.problems.empty()) return report;
  const auto work = [&](sql::Session& s) -> Done {
    report = {};
    freeze(s, by, type);
    for (const auto& row : rows) {
      const Application& a = row.application;
      Entry e = a.entry;
      e.id = p_.ids.next();
      e.type = type.key;
      e.type_version = type.version;
      e.name = base::squeeze(e.name);
      e.applicant = by.actor.person;
      if (const auto* kind = type.of_use(Use::kind)) e.kind = e.values.text(kind->field.name);
      if (type.subject == Subject::person) {
        e.consent = "paper";
        e.consent_at = p_.clock.now();
        const auto before =
            s.integer("select count(*) from register_person where tenant = :tenant", {{"tenant", tenant}});
        const auto person = person_for(s, by, type, a);
        if (!person) {
          problem(row.row, person.error());
          continue;
        }
        e.person = *person;
        const auto after =
            s.integer("select count(*) from register_person where tenant = :tenant", {{"tenant", tenant}});
        if (after == before) ++report.known_people;
      }
      const bool at_once = by.actor.may(kManage, level_unit(*units, type, e, Step::maintain));
      e.state = at_once ? State::in_force : State::submitted;
      if (at_once) {
        e.number = next_number(s, tenant, type);
        e.published_at = p_.clock.now();
        if (!e.valid_from) e.valid_from = today();
        if (!e.valid_until) e.valid_until = term_end(*e.valid_from, type.term_months);
      }
      insert_entry(s, by, type, e);
      if (at_once) begin_span(s, tenant, e, *e.valid_from);
      add_step(s, by, e.id, "import", fmt::format("从表格导入，第 {} 行", row.row), State::draft, e.state);
      ++report.added;
    }
    if (!report.problems.empty() || preview) return refuse(Code::invalid, std::string(kPreview), "");
    log(s, by, kApply, 0, "register.import", "register_type:" + type.key,
        fmt::format("导入{} {} {}", type.title, report.added, type.unit));
    return {};
  };
  const auto done = p_.db.write(work);
  if (!done && done.error().rule != kPreview) return tl::unexpected(done.error());
  report.applied = done.has_value();
  return report;
}

}  // namespace kepu::registers
