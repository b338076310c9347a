// How a list is declared and what comes of it; the page against a golden file.
#include "core/table/table.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>

#include "core/base/text.h"

namespace kepu::table {
namespace {

struct Task {
  std::string title;
  std::string lead;
  std::optional<base::Date> due;
  std::int64_t evidence = 0;
  html::Light light = html::Light::ok;
};

const std::vector<Task> kTasks = {
    {"科普赶场", "县科协", base::Date{2026, 10, 20}, 58, html::Light::late},
    {"阿城讲座", "县教育局", {}, 1247, html::Light::done},
    {"=cmd()，注意", "县教育局", base::Date{2026, 3, 5}, 0, html::Light::ok},
    {"第 10 批培训", "县科协", base::Date{2026, 12, 31}, 3, html::Light::watch},
    {"第 9 批培训", "县\"科\"协", base::Date{2026, 1, 31}, 3, html::Light::idle},
};

Table<Task> tasks() {
  return Table<Task>({.id = "tasks",
                      .caption = "任务",
                      .search_hint = "搜任务、单位",
                      .default_sort = "due",
                      .tie_break = "t.id",
                      .unit = "项"})
      .column({.key = "title", .title = "任务", .sql = "t.title"},
              [](const Task& t) { return link(t.title, "/tasks/1"); })
      .column({.key = "lead", .title = "牵头单位", .hide_on_phone = true},
              [](const Task& t) { return text(t.lead); })
      .column({.key = "due", .title = "期限", .sql = "t.due"}, [](const Task& t) { return date(t.due); })
      .column({.key = "evidence", .title = "佐证", .number = true},
              [](const Task& t) { return count(t.evidence); })
      .column({.key = "light", .title = "状态"}, [](const Task& t) { return status(t.light); })
      .filter({.key = "lead", .title = "单位", .options = {{"县科协", "县科协"}, {"县教育局", "县教育局"}}},
              [](const Task& t, std::string_view v) { return t.lead == v; });
}

std::vector<std::string> titles(const Pairs& query) {
  const auto table = tasks();
  const Query q = table.parse(query);
  std::vector<std::string> out;
  for (const Task& t : table.in_memory(kTasks)({q, "", 0, 100}).rows) out.push_back(t.title);
  return out;
}

using Titles = std::vector<std::string>;

TEST(Lists, SortByPinyinNumberDateAndUrgencyWithMissingLast) {
  EXPECT_EQ(titles({}), (Titles{"第 9 批培训", "=cmd()，注意", "科普赶场", "第 10 批培训", "阿城讲座"}))
      << "the default: by date";
  EXPECT_EQ(titles({{"sort", "-due"}}),
            (Titles{"第 10 批培训", "科普赶场", "=cmd()，注意", "第 9 批培训", "阿城讲座"}));
  EXPECT_EQ(titles({{"sort", "title"}}),
            (Titles{"=cmd()，注意", "阿城讲座", "第 9 批培训", "第 10 批培训", "科普赶场"}));
  EXPECT_EQ(titles({{"sort", "-evidence"}}).front(), "阿城讲座");
  EXPECT_EQ(titles({{"sort", "light"}}),
            (Titles{"科普赶场", "第 10 批培训", "=cmd()，注意", "阿城讲座", "第 9 批培训"}));
}

TEST(Lists, SearchAndFiltersNarrow) {
  EXPECT_EQ(titles({{"q", "９ 培训"}}), (Titles{"第 9 批培训"})) << "all words, width does not count";
  EXPECT_EQ(titles({{"f.lead", "县教育局"}}), (Titles{"=cmd()，注意", "阿城讲座"}));
  EXPECT_EQ(titles({{"f.lead", "县教育局"}, {"q", "阿城"}}), (Titles{"阿城讲座"}));
  EXPECT_TRUE(titles({{"q", "没有"}}).empty());
}

TEST(Queries, OnlyWhatTheSchemaKnowsGetsThrough) {
  const Schema schema = tasks().schema();
  const Query q = parse(
      schema, {{"sort", "1; DROP TABLE"}, {"page", "-3"}, {"size", "7"}, {"f.lead", "别的"}, {"f.x", "y"}});
  EXPECT_EQ(q.sort, "due");
  EXPECT_EQ(q.page, 1);
  EXPECT_EQ(q.size, 50);
  EXPECT_TRUE(q.filters.empty());
  EXPECT_EQ(order_by(schema, q), "(t.due) IS NULL, t.due, t.id");
  EXPECT_EQ(order_by(schema, parse(schema, {{"sort", "-title"}})), "(t.title) IS NULL, t.title DESC, t.id");
  EXPECT_EQ(order_by(schema, parse(schema, {{"sort", "lead"}})), "t.id") << "a column without an expression";
  EXPECT_EQ(base::length(parse(schema, {{"q", std::string(5000, 'x')}}).text), 100u);
}

TEST(Queries, AnAddressReadsBackAsTheSameQuery) {
  const Schema schema = tasks().schema();
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    const char* sorts[] = {"title", "-title", "due", "-due", "light", "nonsense"};
    const char* texts[] = {"", "科普 &=?#", "50%", "a+b"};
    const char* sizes[] = {"20", "50", "100", "200", "3"};
    const Query q = parse(schema, {{"sort", sorts[random() % 6]},
                                   {"q", texts[random() % 4]},
                                   {"size", sizes[random() % 5]},
                                   {"f.lead", random() % 2 ? "县科协" : ""}});
    Pairs pairs;
    std::stringstream address(to_query(schema, q));
    for (std::string part; std::getline(address, part, '&');) {
      std::string value;
      for (std::size_t i = part.find('=') + 1; i < part.size(); ++i) {
        const bool escaped = part[i] == '%';
        value += escaped ? static_cast<char>(std::stoi(part.substr(i + 1, 2), nullptr, 16)) : part[i];
        if (escaped) i += 2;
      }
      pairs.emplace_back(part.substr(0, part.find('=')), value);
    }
    const Query back = parse(schema, pairs);
    EXPECT_EQ(back.sort, q.sort);
    EXPECT_EQ(back.descending, q.descending);
    EXPECT_EQ(back.size, q.size);
    EXPECT_EQ(back.text, q.text);
    EXPECT_EQ(back.filters, q.filters);
  }
}

TEST(Exports, CsvDisarmsFormulasAndQuotes) {
  const auto table = tasks();
  const std::string csv = table.csv(table.in_memory(kTasks), table.parse({{"sort", "title"}}));
  EXPECT_EQ(csv,
            "\xEF\xBB\xBF任务,牵头单位,期限,佐证,状态\r\n"
            "\"'=cmd()，注意\",县教育局,2026-03-05,0,正常\r\n"
            "阿城讲座,县教育局,,1247,已完成\r\n"
            "第 9 批培训,\"县\"\"科\"\"协\",2026-01-31,3,未到期\r\n"
            "第 10 批培训,县科协,2026-12-31,3,关注\r\n"
            "科普赶场,县科协,2026-10-20,58,滞后\r\n");
}

TEST(Exports, JsonIsTyped) {
  const auto table = tasks();
  EXPECT_EQ(table.json(table.in_memory(kTasks), table.parse({{"q", "阿城"}})),
            "{\"total\":1,\"page\":1,\"size\":50,\"rows\":[{\"title\":\"阿城讲座\",\"lead\":\"县教育局\","
            "\"due\":null,\"evidence\":1247,\"light\":\"done\"}]}");
}

TEST(Exports, WalkALongSqlSourceInBatches) {
  const auto table = tasks();
  std::vector<std::int64_t> offsets;
  const Source<Task> source = [&](const Wanted& wanted) {
    EXPECT_EQ(wanted.order_by, "(t.due) IS NULL, t.due, t.id");
    offsets.push_back(wanted.offset);
    Found<Task> found;
    found.total = 4500;
    for (std::int64_t i = wanted.offset; i < std::min<std::int64_t>(4500, wanted.offset + wanted.limit); ++i)
      found.rows.push_back(kTasks[0]);
    return found;
  };
  const std::string csv = table.csv(source, table.parse({}));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 4501);
  EXPECT_EQ(offsets, (std::vector<std::int64_t>{0, 2000, 4000}));
}

TEST(Exports, WorkbookCellsKeepNumbersAsNumbers) {
  const auto row =
      workbook_row({count(1247), number(1.25, 1), missing(), date(base::Date{2026, 1, 2}), text("=x")});
  EXPECT_EQ(std::get<std::int64_t>(row[0]), 1247);
  EXPECT_EQ(std::get<double>(row[1]), 1.25);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(row[2]));
  EXPECT_EQ(std::get<std::string>(row[3]), "2026-01-02");
  EXPECT_EQ(std::get<std::string>(row[4]), "=x");
}

TEST(Pages, APagePastTheEndShowsTheLast) {
  std::vector<Task> many(45, kTasks[0]);
  const auto table = tasks();
  const std::string html = html::render([&](html::Out& h) {
    table.write(h, table.in_memory(many), table.parse({{"size", "20"}, {"page", "9"}}), {.url = "/tasks"});
  });
  EXPECT_NE(html.find("aria-current=\"page\">3<"), html.npos);
  EXPECT_NE(html.find("/tasks?size=20&amp;page=2"), html.npos);
}

TEST(Pages, EmptyListsSayWhyAndWhatToDo) {
  const auto table = tasks();
  const auto page = [&](const std::vector<Task>& rows, const Pairs& query) {
    return html::render([&](html::Out& h) {
      table.write(h, table.in_memory(rows), table.parse(query),
                  {.url = "/tasks", .empty_hint = "先导入方案。"});
    });
  };
  EXPECT_NE(page({}, {}).find("<p class=\"title\">还没有任务</p><p>先导入方案。</p>"), std::string::npos);
  const std::string none = page(kTasks, {{"q", "没有"}});
  EXPECT_NE(none.find("没有符合条件的任务"), none.npos);
  EXPECT_NE(none.find("value=\"没有\""), none.npos) << "what was typed is kept";
}

// The page of a list, reviewed as a whole. KEPU_WRITE_GOLDEN=1 writes it anew.
TEST(Pages, LookAsInTheGoldenFile) {
  const auto table = tasks();
  const std::string html = html::render([&](html::Out& h) {
    table.write(h, table.in_memory(kTasks), table.parse({{"sort", "-evidence"}, {"f.lead", "县教育局"}}),
                {.url = "/tasks", .xlsx = "/tasks.xlsx", .csv = "/tasks.csv", .json = "/api/tasks"});
  });
  std::string lines;  // one tag a line, so that a difference can be read
  for (std::size_t i = 0; i < html.size(); ++i) {
    if (html[i] == '<' && i > 0 && html[i + 1] != '/') lines += '\n';
    lines += html[i];
  }
  lines += '\n';
  const std::string path = "core/table/golden/list.html";  // tests run in the root of the project
  if (std::getenv("KEPU_WRITE_GOLDEN")) std::ofstream(path, std::ios::binary) << lines;
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file) << path;
  std::stringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(lines, golden.str());
}

}  // namespace
}  // namespace kepu::table
