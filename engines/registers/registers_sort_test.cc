// Lists sorted by a type's own fields, against a plain sort in memory.
#include <algorithm>
#include <random>

#include "engines/registers/registers_store_testing.h"

namespace kepu::registers {
namespace {

TypeField field(form::Kind kind, std::vector<form::Option> options = {}) {
  TypeField f;
  f.field.name = "f";
  f.field.kind = kind;
  f.field.options = std::move(options);
  return f;
}
std::string key(const TypeField& f, const std::string& value) {
  form::Values v;
  v.set("f", value);
  return sort_key(f, v);
}

TEST(RegisterSortKey, OrdersAsTheValuesDo) {
  std::mt19937 dice(5);
  const auto number = field(form::Kind::number), day = field(form::Kind::date);
  std::vector<double> numbers = {0, 1, -1, 0.5, -0.5, 10, 9, 100, 99, 1e9, -1e9, 1e-9};
  for (int i = 0; i < 300; ++i) numbers.push_back((static_cast<double>(dice()) - 2e9) / 1000.0);
  for (const double a : numbers) {
    for (const double b : numbers)
      ASSERT_EQ(key(number, fmt::format("{}", a)) < key(number, fmt::format("{}", b)), a < b)
          << a << " " << b;
  }
  EXPECT_EQ(key(number, "-0"), key(number, "0"));
  EXPECT_LT(key(day, "2025-12-31"), key(day, "2026-01-01"));
  const auto level = field(form::Kind::select, {{"国家级", ""}, {"省级", ""}, {"市级", ""}, {"县级", ""}});
  EXPECT_LT(key(level, "国家级"), key(level, "省级"));
  EXPECT_LT(key(level, "市级"), key(level, "县级"));
  EXPECT_LT(key(level, "县级"), key(level, "乡级")) << "what is no longer a choice comes behind";
  EXPECT_LT(key(field(form::Kind::text), "柏树"), key(field(form::Kind::text), "松树"));
  for (const auto& f : {number, day, level, field(form::Kind::text)}) EXPECT_EQ(key(f, "  "), "");
  EXPECT_EQ(key(day, "去年"), "");
  auto sealed = field(form::Kind::text);
  sealed.personal = true;
  EXPECT_FALSE(is_sortable(sealed));
  EXPECT_EQ(key(sealed, "甲"), "") << "a key would tell what is sealed";
}

class RegisterSortTest : public RegisterStoreTest {
 protected:
  // Galleries of the town with these kinds, days and lengths; some say nothing.
  void fill(int count) {
    std::mt19937 dice(11);
    const char* kinds[] = {"科普画廊", "宣传栏", "电子屏"};
    std::vector<ImportRow> rows;
    for (int i = 0; i < count; ++i) {
      ImportRow row;
      row.row = i + 2;
      auto& e = row.application.entry;
      e.name = fmt::format("第{}号栏", i);
      e.unit = willow;
      e.place = village;
      e.values.set("kind", kinds[dice() % 3]);
      e.values.set("address", fmt::format("{}号路口", dice() % 9));
      e.values.set("updated", fmt::format("2026-0{}-1{}", 1 + dice() % 3, dice() % 9));
      if (dice() % 3 != 0) e.values.set("length", fmt::format("{}米", dice() % 50));
      rows.push_back(std::move(row));
    }
    ASSERT_TRUE(must(store->import(by(town), "gallery", rows, false)).applied);
  }
  std::vector<Entry> list(EntryQuery q, std::int64_t page) {
    std::vector<Entry> out;
    q.type = "gallery";
    q.limit = page;
    for (q.offset = 0;; q.offset += page) {
      const auto found = store->entries(lan->tenant, q);
      out.insert(out.end(), found.entries.begin(), found.entries.end());
      if (found.entries.empty()) return out;
    }
  }
  void expect_sorted(const std::string& name, const EntryQuery& conditions = {}) {
    const TypeField f = *must(store->type(lan->tenant, "gallery")).find(name);
    const auto all = list(conditions, 1000);
    for (const bool down : {false, true}) {
      EntryQuery q = conditions;
      q.sort_field = name;
      q.sort_down = down;
      const auto sorted = list(q, 7);
      ASSERT_EQ(sorted.size(), all.size()) << name << ": none lost, none twice";
      auto expected = all;
      std::sort(expected.begin(), expected.end(), [&](const Entry& a, const Entry& b) {
        const std::string x = sort_key(f, a.values), y = sort_key(f, b.values);
        if (x.empty() != y.empty()) return y.empty();
        if (x.empty()) return a.id > b.id;
        if (x != y) return down ? x > y : x < y;
        return down ? a.id > b.id : a.id < b.id;
      });
      for (std::size_t i = 0; i < sorted.size(); ++i)
        ASSERT_EQ(sorted[i].id, expected[i].id) << name << (down ? " down " : " up ") << i;
    }
  }
};
KEPU_STORE_TEST_SUITE(RegisterSortTest);

TEST_P(RegisterSortTest, EveryPageOfEveryFieldIsThatOfAPlainSort) {
  fill(60);
  for (const char* name : {"kind", "length", "updated", "address"}) expect_sorted(name);
  EntryQuery narrowed;
  narrowed.tags = {{"kind", "电子屏"}};
  expect_sorted("length", narrowed);
  narrowed.text = "路口";
  expect_sorted("updated", narrowed);
}

TEST_P(RegisterSortTest, EntriesOfBeforeAreSortedToo_AndAfterTheChoicesChanged) {
  fill(20);
  world->db.write(
      [](sql::Session& s) { s.run("delete from register_sort"); });  // as an older program left it
  expect_sorted("kind");
  const auto chief = lan->actor("administrator", lan->root, ScopeKind::tenant);
  Type changed = must(store->type(lan->tenant, "gallery"));
  std::reverse(changed.fields[0].field.options.begin(), changed.fields[0].field.options.end());
  must(store->change_type(by(chief), changed, 1, false));
  expect_sorted("kind");
  const Id last = list({}, 1000).back().id;
  Application edit;
  edit.entry = must(store->entry(lan->tenant, last));
  edit.entry.values = {};
  edit.entry.values.set("kind", "宣传栏");
  edit.entry.values.set("updated", "2020-01-01");
  edit.entry.values.set("address", "桥头");
  must(store->change(by(town), edit));
  expect_sorted("updated");
  EntryQuery q;
  q.sort_field = "updated";
  EXPECT_EQ(list(q, 5).front().id, last);
  q.sort_field = "nothing";  // no such field: the newest first
  EXPECT_EQ(list(q, 1000).size(), 20u);
}

}  // namespace
}  // namespace kepu::registers
