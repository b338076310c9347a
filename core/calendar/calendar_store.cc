#include "core/calendar/calendar_store.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace kepu::calendar {

using base::Code;
using base::refuse;

namespace {

constexpr std::string_view kSchema = R"(
create table calendar_year (
  tenant bigint not null,
  year bigint not null,
  source text not null,
  days text not null,
  revision bigint not null,
  edited_at bigint not null,
  edited_by text not null,
  primary key (tenant, year)
);
)";

struct Held {
  std::int64_t revision = 0;
  base::Millis at = 0;
  std::string by;
};

Held held(sql::Session& session, Id tenant, int year) {
  return session
      .one("select revision, edited_at, edited_by from calendar_year where tenant = :tenant and year = :year",
           {{"tenant", tenant}, {"year", year}},
           [](const sql::Row& r) {
             return Held{r.integer(0), r.integer(1), r.text(2)};
           })
      .value_or(Held{});
}

tl::unexpected<base::Error> changed_meanwhile(const Held& now, int year) {
  return refuse(
      Code::conflict, "calendar.changed_meanwhile",
      now.revision == 0
          ? fmt::format("{}年的安排刚被恢复为随程序发布的版本，您的修改没有保存。请刷新后再改。", year)
          : fmt::format("{}于 {} 刚改过 {} 年的安排，您的修改没有保存。请刷新后在最新内容上再改。", now.by,
                        base::to_local(now.at), year));
}

}  // namespace

const std::vector<sql::Migration>& migrations() {
  static const std::vector<sql::Migration> kSteps = {{"calendar", 1, "工作日历", kSchema}};
  return kSteps;
}

CalendarStore::CalendarStore(sql::Database& db, std::vector<Year> shipped)
    : db_(db), shipped_(std::move(shipped)) {}

const Year* CalendarStore::shipped(int year) const {
  for (const auto& y : shipped_) {
    if (y.year == year) return &y;
  }
  return nullptr;
}

std::shared_ptr<const Calendar> CalendarStore::of(Id tenant) {
  return kept_.get(db_.stamp(), tenant, [&] {
    std::vector<Year> years = shipped_;
    db_.read([&](sql::Session& session) {
      session.each(
          "select year, source, days, revision, edited_at, edited_by from calendar_year where tenant = "
          ":tenant",
          {{"tenant", tenant}}, [&](const sql::Row& r) {
            Year year{
                static_cast<int>(r.integer(0)), r.text(1), {}, true, r.integer(3), r.integer(4), r.text(5)};
            // It was checked when it was saved.
            if (auto runs = parse_runs(year.year, r.view(2))) year.runs = std::move(*runs);
            years.push_back(std::move(year));
          });
    });
    return std::make_shared<const Calendar>(std::move(years));
  });
}

base::Done CalendarStore::save(Id tenant, const Year& year, audit::Entry entry) {
  if (year.year < 2000 || year.year > 2100)
    return refuse(Code::invalid, "calendar.year", "年份应在 2000 到 2100 之间。", "year");
  if (base::trim(year.source).empty())
    return refuse(Code::invalid, "calendar.source", "请写明依据，例如国务院办公厅放假通知的文号。", "source");
  const std::string days = to_text(year.runs);
  TRY(parse_runs(year.year, days));
  return db_.write([&](sql::Session& session) -> base::Done {
    const sql::Args args = {{"tenant", tenant}, {"year", year.year}, {"source", year.source},
                            {"days", days},     {"at", entry.at},    {"by", entry.person_name}};
    std::int64_t changed = 0;
    if (year.revision == 0) {
      changed = session.run(
          "insert into calendar_year (tenant, year, source, days, revision, edited_at, edited_by) values "
          "(:tenant, "
          ":year, :source, :days, 1, :at, :by) on conflict do nothing",
          args);
    } else {
      sql::Args with_revision = args;
      with_revision.push_back({"revision", year.revision});
      changed = session.run(
          "update calendar_year set source = :source, days = :days, revision = revision + 1, edited_at = "
          ":at, "
          "edited_by = :by where tenant = :tenant and year = :year and revision = :revision",
          with_revision);
    }
    if (changed == 0) return changed_meanwhile(held(session, tenant, year.year), year.year);
    audit::append(session, tenant, entry);
    return {};
  });
}

base::Done CalendarStore::forget(Id tenant, int year, std::int64_t revision, audit::Entry entry) {
  return db_.write([&](sql::Session& session) -> base::Done {
    const auto gone = session.run(
        "delete from calendar_year where tenant = :tenant and year = :year and revision = :revision",
        {{"tenant", tenant}, {"year", year}, {"revision", revision}});
    if (gone == 0) return changed_meanwhile(held(session, tenant, year), year);
    audit::append(session, tenant, entry);
    return {};
  });
}

}  // namespace kepu::calendar
