// A list of 100,000 rows from SQLite to Excel: time, memory and the number of rows in the file, beside those
// of 10,000. Goals: 5 s, and a memory that does not grow with the rows.
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <filesystem>

#include "core/doc/workbook.h"
#include "core/sql/sql.h"
#include "core/table/table.h"

namespace {

using namespace kepu;  // NOLINT: a program

struct Line {
  std::int64_t id = 0;
  std::string code, title, unit, narrative, at;
  double share = 0;
};

table::Table<Line> lines_table() {
  return table::Table<Line>({.id = "lines", .caption = "填报", .unit = "项"})
      .column({.key = "code", .title = "编号"}, [](const Line& l) { return table::text(l.code); })
      .column({.key = "title", .title = "任务", .width = 40},
              [](const Line& l) { return table::link(l.title, "/reports/1"); })
      .column({.key = "unit", .title = "单位"}, [](const Line& l) { return table::text(l.unit); })
      .column({.key = "share", .title = "进度", .number = true},
              [](const Line& l) { return table::number(l.share, 0); })
      .column({.key = "narrative", .title = "进展情况", .width = 60},
              [](const Line& l) { return table::text(l.narrative); })
      .column({.key = "at", .title = "报送"}, [](const Line& l) { return table::text(l.at); });
}

long peak_kb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

// Counted by another program than the one that wrote them.
long rows_in(const std::string& path) {
  const std::string command = "unzip -p '" + path + "' xl/worksheets/sheet1.xml | grep -o '<row ' | wc -l";
  FILE* pipe = popen(command.c_str(), "r");
  long rows = -1;
  if (pipe == nullptr || fscanf(pipe, "%ld", &rows) != 1) rows = -1;
  if (pipe != nullptr) pclose(pipe);
  return rows;
}

}  // namespace

int main() {
  char name[] = "/tmp/kepu-export-XXXXXX";
  if (mkdtemp(name) == nullptr) return 1;
  const std::filesystem::path folder = name;
  {
    auto db = sql::Database::open("sqlite:" + (folder / "x.db").string());
    db->write([](sql::Session& s) {
      s.run(
          "create table line (id bigint primary key, code text, title text, unit text, narrative text, at "
          "text, share double precision)");
      for (int i = 0; i < 100'000; ++i) {
        s.run("insert into line values (:id, :code, :title, :unit, :narrative, :at, :share)",
              {{"id", std::int64_t{i}},
               {"code", fmt::format("农-{:02}", i % 90)},
               {"title", fmt::format("第{}项工作", i % 500)},
               {"unit", fmt::format("县第{}局", i % 40)},
               {"narrative",
                fmt::format("按方案要求推进，组织活动 {} 场次，参加 {} 人次，下一步扩大乡镇覆盖面。", i % 30,
                            i % 997)},
               {"at", std::string("2026-10-12")},
               {"share", i % 100 * 1.0}});
      }
    });
    const auto table = lines_table();
    for (const std::int64_t most : {10'000, 100'000}) {
      const table::Source<Line> source = [&](const table::Wanted& wanted) {
        table::Found<Line> found;
        found.total = most;
        const auto limit = std::min<std::int64_t>(wanted.limit, most - wanted.offset);
        found.rows = db->read([&](sql::Session& s) {
          return s.rows(
              "select id, code, title, unit, narrative, at, share from line order by id limit :limit offset "
              ":offset",
              {{"limit", limit}, {"offset", wanted.offset}}, [](const sql::Row& r) {
                return Line{r.integer(0), r.text(1), r.text(2), r.text(3), r.text(4), r.text(5), r.real(6)};
              });
        });
        return found;
      };
      const auto start = std::chrono::steady_clock::now();
      const std::string path = (folder / "x.xlsx").string();
      doc::WorkbookWriter out(path);
      table.workbook(out, source, table.parse({}));
      out.close();
      const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      fmt::print("{:>7} rows: {:.2f} s, peak {} kB, {} bytes, {} rows in the file\n", most, seconds,
                 peak_kb(), std::filesystem::file_size(path), rows_in(path));
    }
  }
  std::filesystem::remove_all(folder);
  return 0;
}
