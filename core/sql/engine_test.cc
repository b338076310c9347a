// The contract of Database and Session, the same on every engine.
#include <gtest/gtest.h>

#include <cmath>
#include <condition_variable>
#include <future>
#include <limits>
#include <thread>

#include "core/base/result.h"
#include "core/sql/testing.h"

namespace kepu::sql {
namespace {

class SqlEngine : public testing::EngineTest {
 protected:
  void prepare(Database& database) override {
    database.write([](Session& s) {
      s.script(
          "create table item (id bigint primary key, name text, weight double precision, code text unique);"
          "create table part (id bigint primary key, item bigint not null references item (id));");
    });
  }
  void insert(std::int64_t id, const std::string& name) {
    db().write([&](Session& s) { insert(s, id, name); });
  }
  static void insert(Session& s, std::int64_t id, const std::string& name) {
    s.run("insert into item (id, name) values (:id, :name)", {{"id", id}, {"name", name}});
  }
  std::int64_t count() {
    return db().read([](Session& s) { return s.integer("select count(*) from item"); });
  }
};
KEPU_STORE_TEST_SUITE(SqlEngine);

TEST_P(SqlEngine, Values_ComeBackAsTheyWent) {
  const std::int64_t integers[] = {0, -1, 5'000'000'000, std::numeric_limits<std::int64_t>::max(),
                                   std::numeric_limits<std::int64_t>::min()};
  const double reals[] = {
      0.0, -0.1, 1.0 / 3, 1e300, 5e-324, 9007199254740993.0, std::numeric_limits<double>::infinity()};
  const std::string texts[] = {
      "", " ", "科普", "𠮷", "it's \"quoted\" \\ {x} %_", "行\n行\t", std::string(1 << 20, 'x')};
  db().read([&](Session& s) {
    for (std::int64_t v : integers)
      EXPECT_EQ(s.one("select cast(:v as bigint)", {{"v", v}}, [](const Row& r) { return r.integer(0); }), v);
    for (double v : reals)
      EXPECT_EQ(
          s.one("select cast(:v as double precision)", {{"v", v}}, [](const Row& r) { return r.real(0); }),
          v);
    for (const std::string& v : texts)
      EXPECT_EQ(s.one("select cast(:v as text)", {{"v", v}}, [](const Row& r) { return r.text(0); }), v);
  });
}

TEST_P(SqlEngine, StoredValues_KeepTheirColumn) {
  db().write([](Session& s) {
    s.run("insert into item (id, name, weight) values (:id, :name, :weight)",
          {{"id", std::numeric_limits<std::int64_t>::max()}, {"name", ""}, {"weight", 0.1}});
    s.run("insert into item (id, name, weight) values (:id, :name, :weight)",
          {{"id", 1}, {"name", nullptr}, {"weight", std::optional<double>()}});
    s.run("insert into item (id, weight) values (:id, :weight)", {{"id", 2}, {"weight", 3}});
  });
  db().read([](Session& s) {
    s.each("select id, name, weight from item order by id desc limit 1", {}, [](const Row& r) {
      EXPECT_EQ(r.integer(0), std::numeric_limits<std::int64_t>::max());
      EXPECT_FALSE(r.null(1));
      EXPECT_EQ(r.view(1), "");
      EXPECT_EQ(r.real(2), 0.1);
    });
    s.each("select name, weight from item where id = 1", {}, [](const Row& r) {
      EXPECT_TRUE(r.null(0));
      EXPECT_EQ(r.view(0), "");
      EXPECT_EQ(r.integer(0), 0);
      EXPECT_FALSE(r.optional_real(1));
    });
    EXPECT_EQ(s.one("select weight from item where id = 2", {}, [](const Row& r) { return r.real(0); }), 3.0);
  });
}

// Each pair: what both engines must answer to the same statement.
TEST_P(SqlEngine, Statements_AnswerTheSameOnEveryEngine) {
  for (int i = 1; i <= 4; ++i) insert(i, std::string(1, "bAaB"[i - 1]));
  db().read([&](Session& s) {
    const auto texts = [&](std::string_view sql, const Args& args = {}) {
      std::string out;
      s.each(sql, args, [&](const Row& r) { out += r.text(0) + ";"; });
      return out;
    };
    EXPECT_EQ(texts("select name from item order by name"), "A;B;a;b;");
    EXPECT_EQ(texts("select name from item where name like :p", {{"p", "a%"}}), "a;");
    EXPECT_EQ(s.integer("select 7 / 2"), 3);
    EXPECT_EQ(s.integer("select sum(id) from item"), 10);
    EXPECT_EQ(s.integer("select sum(id + :big) from item", {{"big", std::int64_t{1} << 60}}),
              (std::int64_t{1} << 62) + 10);
    EXPECT_EQ(s.integer("select exists (select 1 from item where id = :id)", {{"id", 3}}), 1);
    EXPECT_EQ(s.integer("select exists (select 1 from item where id = :id)", {{"id", 9}}), 0);
    EXPECT_EQ(s.one("select avg(id) from item", {}, [](const Row& r) { return r.real(0); }), 2.5);
    EXPECT_EQ(texts("select coalesce(max(name), :none) from item where id > 99", {{"none", "无"}}), "无;");
    EXPECT_EQ(texts("select name || :x || name from item where id = :id", {{"x", "-"}, {"id", 1}}), "b-b;");
    EXPECT_EQ(s.integer("select count(*) from item where :a is null or id = :a",
                        {{"a", std::optional<std::int64_t>()}}),
              4);
    EXPECT_EQ(s.integer("select count(*) from item where :a is null or name = :a",
                        {{"a", std::optional<std::string>("a")}}),
              1);
    EXPECT_EQ(texts("select name from item order by id limit :n offset :m", {{"n", 2}, {"m", 1}}), "A;a;");
    EXPECT_EQ(texts("select ':id' || name -- :no\n from item /* :no */ where id = :id", {{"id", 2}}),
              ":idA;");
    EXPECT_FALSE(s.one("select 1 from item where id = 77", {}, [](const Row&) { return 1; }));
  });
}

TEST_P(SqlEngine, Run_CountsChangedRows) {
  db().write([](Session& s) {
    for (int i = 1; i <= 5; ++i) insert(s, i, "x");
    EXPECT_EQ(s.run("update item set name = :n where id > :id", {{"n", "y"}, {"id", 2}}), 3);
    EXPECT_EQ(s.run("create table other (id bigint)"), 0);
    EXPECT_EQ(s.run("insert into item (id) values (:id) on conflict do nothing", {{"id", 1}}), 0);
    EXPECT_EQ(s.run("insert into item (id, name) values (:id, :n) on conflict (id) do update set name = :n",
                    {{"id", 1}, {"n", "z"}}),
              1);
    EXPECT_EQ(s.run("select * from item"), 0);
    EXPECT_EQ(
        s.integer("update item set name = name || :x where id = :id returning id", {{"x", "!"}, {"id", 5}}),
        5);
    EXPECT_EQ(s.run("delete from item where id <> 1"), 4);
    EXPECT_EQ(s.run("delete from item where id <> 1"), 0);
  });
  EXPECT_EQ(count(), 1);
}

TEST_P(SqlEngine, ManyRows_ComeInOrder) {
  db().write([](Session& s) {
    for (int i = 0; i < 10000; ++i) insert(s, i, std::to_string(i));
  });
  std::int64_t expected = 0;
  db().read([&](Session& s) {
    s.each("select id, name from item order by id", {}, [&](const Row& r) {
      ASSERT_EQ(r.integer(0), expected);
      ASSERT_EQ(r.view(1), std::to_string(expected));
      ++expected;
    });
  });
  EXPECT_EQ(expected, 10000);
}

TEST_P(SqlEngine, UniqueKey_IsItsOwnException) {
  insert(1, "a");
  EXPECT_THROW(insert(1, "b"), UniqueViolation);
  const auto with_code = [&](int id) {
    db().write([&](Session& s) { s.run("insert into item (id, code) values (:id, 'c')", {{"id", id}}); });
  };
  with_code(2);
  EXPECT_THROW(with_code(3), UniqueViolation);
  EXPECT_EQ(count(), 2);
}

TEST_P(SqlEngine, OtherFailures_AreFailures_AndNotUniqueViolations) {
  const auto failing = [&](std::string_view sql) {
    try {
      db().write([&](Session& s) { s.run(sql); });
    } catch (const UniqueViolation&) {
      return "unique";
    } catch (const Failure&) {
      return "failure";
    }
    return "none";
  };
  EXPECT_STREQ(failing("insert into part (id, item) values (1, 4711)"), "failure");  // foreign key
  EXPECT_STREQ(failing("insert into nowhere values (1)"), "failure");
  EXPECT_STREQ(failing("insert into part (id) values (1)"), "failure");  // not null
  EXPECT_STREQ(failing("this is no statement"), "failure");
  insert(1, "it still works");
  EXPECT_EQ(count(), 1);
}

TEST_P(SqlEngine, Text_ThatOneEngineCannotHold_IsRefusedByBoth) {
  EXPECT_THROW(insert(1, std::string("a\0b", 3)), Failure);
  EXPECT_THROW(insert(1, "\xff\xfe"), Failure);
  EXPECT_THROW(db().read([](Session& s) {
    s.integer("select cast(:x as double precision)", {{"x", std::nan("")}});
  }),
               Failure);
  EXPECT_EQ(count(), 0);
}

TEST_P(SqlEngine, Arguments_MissingUnusedOrTwice_AreNamed) {
  const auto message = [&](const Args& args) {
    try {
      db().read([&](Session& s) { s.integer("select id from item where id = :id and name = :name", args); });
    } catch (const std::invalid_argument& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  EXPECT_NE(message({{"id", 1}}).find(":name"), std::string::npos);
  EXPECT_NE(message({{"id", 1}, {"name", "x"}, {"extra", 2}}).find(":extra"), std::string::npos);
  EXPECT_NE(message({{"id", 1}, {"id", 1}, {"name", "x"}}).find(":id"), std::string::npos);
  EXPECT_EQ(message({{"name", "x"}, {"id", 1}}), "");
}

TEST_P(SqlEngine, TransactionControl_InAStatement_IsRefused) {
  for (const char* sql : {"commit", " BEGIN", "-- x\nrollback", "savepoint a"})
    EXPECT_THROW(db().write([&](Session& s) { s.run(sql); }), std::invalid_argument) << sql;
  EXPECT_THROW(db().write([](Session& s) { s.script("create table t (id bigint); commit"); }),
               std::exception);
  insert(1, "it still works");
  EXPECT_EQ(count(), 1);
}

TEST_P(SqlEngine, Read_CannotChangeAnything) {
  EXPECT_THROW(db().read([](Session& s) { insert(s, 1, "x"); }), Failure);
  EXPECT_EQ(count(), 0);
}

TEST_P(SqlEngine, Exceptions_PassThrough_AndRollBack) {
  struct Mine {
    int number;
  };
  try {
    db().write([](Session& s) {
      insert(s, 1, "x");
      throw Mine{42};
    });
    FAIL();
  } catch (const Mine& mine) {
    EXPECT_EQ(mine.number, 42);
  }
  EXPECT_THROW(db().read([](Session&) { throw Mine{1}; }), Mine);
  EXPECT_THROW(db().read([](Session& s) { s.each("select 1", {}, [](const Row&) { throw Mine{1}; }); }),
               Mine);
  EXPECT_EQ(count(), 0);
}

TEST_P(SqlEngine, Result_WithAnError_RollsBack) {
  const auto add = [&](bool refused) {
    return db().write([&](Session& s) -> base::Result<int> {
      insert(s, refused ? 1 : 2, "x");
      if (refused) return base::refuse(base::Code::conflict, "x.taken", "已被占用");
      return 7;
    });
  };
  EXPECT_EQ(add(true).error().rule, "x.taken");
  EXPECT_EQ(count(), 0);
  EXPECT_EQ(add(false).value(), 7);
  EXPECT_EQ(count(), 1);
  const base::Done done = db().write([](Session& s) -> base::Done {
    insert(s, 3, "x");
    return {};
  });
  EXPECT_TRUE(done);
  EXPECT_EQ(count(), 2);
}

TEST_P(SqlEngine, AfterAFailedStatement_NothingIsKept) {
  insert(1, "a");
  const auto swallow = [&](bool go_on) {
    db().write([&](Session& s) {
      insert(s, 2, "b");
      try {
        insert(s, 1, "again");
      } catch (const UniqueViolation&) {
      }
      if (go_on) insert(s, 3, "c");
    });
  };
  EXPECT_THROW(swallow(false), UniqueViolation);
  EXPECT_THROW(swallow(true), UniqueViolation);
  EXPECT_EQ(count(), 1);
  // A refusal in its place is the normal way.
  const auto refused = db().write([&](Session& s) -> base::Done {
    try {
      insert(s, 1, "again");
    } catch (const UniqueViolation&) {
      return base::refuse(base::Code::conflict, "item.exists", "已存在");
    }
    return {};
  });
  EXPECT_EQ(refused.error().rule, "item.exists");
}

TEST_P(SqlEngine, ReadSnapshot_DoesNotSeeLaterWrites) {
  insert(1, "a");
  db().read([&](Session& s) {
    EXPECT_EQ(s.integer("select count(*) from item"), 1);
    std::thread([&] { insert(2, "b"); }).join();
    EXPECT_EQ(s.integer("select count(*) from item"), 1);
    EXPECT_EQ(count(), 1);  // a nested read joins the snapshot
  });
  EXPECT_EQ(count(), 2);
}

TEST_P(SqlEngine, NestedCalls_JoinOrAreRefused_ButNeverWaitForThemselves) {
  EXPECT_THROW(db().write([&](Session&) { db().write([](Session&) {}); }), std::logic_error);
  EXPECT_THROW(db().write([&](Session&) { db().read([](Session&) {}); }), std::logic_error);
  EXPECT_THROW(db().read([&](Session&) { db().write([](Session&) {}); }), std::logic_error);
  EXPECT_THROW(
      db().write([&](Session&) { db().submit([](Session&) { return true; }, [](std::exception_ptr) {}); }),
      std::logic_error);
  insert(1, "it still works");
  // Another database is another matter.
  const auto other = Database::open("sqlite::memory:");
  db().read([&](Session& s) {
    other->write([](Session& o) { o.run("create table t (id bigint)"); });
    EXPECT_EQ(s.integer("select count(*) from item"), 1);
  });
}

TEST_P(SqlEngine, TheSameStatement_InsideItsOwnRows_Works) {
  for (int i = 1; i <= 3; ++i) insert(i, "x");
  db().read([&](Session&) {
    int pairs = 0;
    db().read([&](Session& s) {
      s.each("select id from item", {}, [&](const Row&) {
        db().read(
            [&](Session& inner) { inner.each("select id from item", {}, [&](const Row&) { ++pairs; }); });
      });
    });
    EXPECT_EQ(pairs, 9);
  });
}

TEST_P(SqlEngine, ConcurrentWrites_AllLand_AndFailuresStayAlone) {
  constexpr int kThreads = 8, kEach = 50;
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const std::int64_t id = t * kEach + i;
        try {
          db().write([&](Session& s) {
            insert(s, id, "x");
            if (i % 5 == 0) throw std::runtime_error("mine");
            if (i % 5 == 1) insert(s, id, "twice");
          });
        } catch (const std::runtime_error&) {
          ++failed;
        }
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, kThreads * kEach * 2 / 5);
  EXPECT_EQ(count(), kThreads * kEach * 3 / 5);
  const Database::Counters counters = db().counters();
  EXPECT_EQ(counters.writes, 1 + kThreads * kEach * 3 / 5);
  EXPECT_GE(counters.failures, failed);
}

TEST_P(SqlEngine, ConcurrentIncrements_LoseNone) {
  insert(1, "x");
  db().write([](Session& s) { s.run("update item set weight = 0"); });
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i)
        db().write([](Session& s) { s.run("update item set weight = weight + 1"); });
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(db().read([](Session& s) { return s.integer("select weight from item"); }), 200);
}

TEST_P(SqlEngine, Submit_AnswersEachOnce_AfterTheCommit) {
  constexpr int kRequests = 300;
  std::mutex mutex;
  std::condition_variable all;
  int kept = 0, failed = 0;
  for (int i = 0; i < kRequests; ++i)
    db().submit(
        [i](Session& s) {
          insert(s, i, "x");
          if (i % 10 == 0) throw std::runtime_error("mine");
          return i % 10 != 1;
        },
        [&, i](std::exception_ptr failure) {
          std::lock_guard lock(mutex);
          EXPECT_EQ(failure != nullptr, i % 10 == 0);
          ++(failure ? failed : kept);
          if (kept + failed == kRequests) all.notify_one();
        });
  std::unique_lock lock(mutex);
  ASSERT_TRUE(all.wait_for(lock, std::chrono::seconds(20), [&] { return kept + failed == kRequests; }));
  EXPECT_EQ(failed, kRequests / 10);
  EXPECT_EQ(count(), kRequests * 8 / 10);
}

TEST_P(SqlEngine, Done_MayReadAndSubmit_ButNotWrite) {
  std::promise<std::string> seen;
  db().submit(
      [](Session& s) {
        insert(s, 1, "x");
        return true;
      },
      [&](std::exception_ptr) {
        std::string out = std::to_string(count());
        try {
          insert(2, "y");
        } catch (const std::logic_error&) {
          out += " refused";
        }
        db().submit(
            [](Session& s) {
              insert(s, 3, "z");
              return true;
            },
            [&, out](std::exception_ptr) { seen.set_value(out + " again"); });
      });
  EXPECT_EQ(seen.get_future().get(), "1 refused again");
  EXPECT_EQ(count(), 2);
}

// A commit that fails takes only the request with it that spoilt it.
TEST_P(SqlEngine, DeferredKey_FailsTheCommit_OfItsOwnRequestAlone) {
  db().write([](Session& s) {
    s.script(
        "create table late (id bigint primary key, item bigint references item (id) deferrable initially "
        "deferred)");
  });
  constexpr int kRequests = 100;
  std::atomic<int> kept{0}, failed{0};
  std::promise<void> all;
  for (int i = 0; i < kRequests; ++i)
    db().submit(
        [i](Session& s) {
          if (i % 25 != 7) insert(s, i, "x");
          s.run("insert into late (id, item) values (:id, :id)", {{"id", i}});
          return true;
        },
        [&](std::exception_ptr failure) {
          ++(failure ? failed : kept);
          if (kept + failed == kRequests) all.set_value();
        });
  ASSERT_EQ(all.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
  EXPECT_EQ(failed, 4);
  EXPECT_EQ(db().read([](Session& s) { return s.integer("select count(*) from late"); }), kRequests - 4);
}

TEST_P(SqlEngine, Closing_AnswersEverythingThatWaits) {
  const auto database = testing::TestDatabase::make(GetParam());
  std::atomic<int> answered{0};
  {
    const auto second = Database::open(is_sqlite() ? "sqlite::memory:" : database->url());
    second->write([](Session& s) { s.run("create table t (id bigint primary key)"); });
    for (int i = 0; i < 200; ++i)
      second->submit(
          [i](Session& s) {
            return s.run("insert into t values (:i)", {{"i", i}}) == 1;
          },
          [&](std::exception_ptr failure) { answered += failure ? 1000 : 1; });
  }
  EXPECT_EQ(answered, 200);
}

TEST_P(SqlEngine, MoreStatementsThanTheCacheHolds_Work) {
  insert(1, "x");
  for (int round = 0; round < 2; ++round)
    db().read([](Session& s) {
      for (int i = 0; i < 450; ++i)
        ASSERT_EQ(s.integer("select id + " + std::to_string(i) + " from item where id = :id", {{"id", 1}}),
                  i + 1);
    });
}

TEST_P(SqlEngine, TwoStatementsInOneCall_AreRefused) {
  EXPECT_THROW(db().write([](Session& s) { s.run("delete from part; delete from item"); }), std::exception);
  db().read([](Session& s) { EXPECT_EQ(s.integer("select 5 ;\n "), 5); });
}

}  // namespace
}  // namespace kepu::sql
