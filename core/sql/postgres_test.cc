// What only PostgreSQL has: connections that break, deadlocks, settings of a database.
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <atomic>
#include <set>
#include <thread>

#include "core/sql/testing.h"

namespace kepu::sql {
namespace {

class Postgres : public ::testing::Test {
 protected:
  void SetUp() override {
    made_ = testing::TestDatabase::make(testing::Engine::postgresql);
    if (!made_) GTEST_SKIP() << "KEPU_TEST_POSTGRES is not set: run by tests/postgres.sh";
    db().write([](Session& s) { s.run("create table item (id bigint primary key, n bigint)"); });
  }
  Database& db() { return made_->db(); }
  static std::int64_t backend(Session& s) { return s.integer("select pg_backend_pid()"); }
  void end_backend(std::int64_t pid) {
    Database::open(made_->url())->write([&](Session& s) {
      EXPECT_EQ(s.integer("select pg_terminate_backend(cast(:pid as integer))", {{"pid", pid}}), 1);
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  static std::string message_of(const std::function<void()>& f) {
    try {
      f();
    } catch (const Failure& failure) {
      return failure.what();
    }
    return "";
  }
  std::unique_ptr<testing::TestDatabase> made_;
};

TEST_F(Postgres, OneConnection_LastsThroughRefusalsAndFailures) {
  std::set<std::int64_t> backends;
  for (int i = 0; i < 30; ++i) {
    backends.insert(db().read([](Session& s) { return backend(s); }));
    backends.insert(db().write([](Session& s) { return backend(s); }));
    db().write([&](Session& s) { s.run("insert into item (id) values (:i)", {{"i", i}}); });
    EXPECT_THROW(db().write([&](Session& s) {
      s.run("insert into item (id) values (:i)", {{"i", i}});
    }),
                 UniqueViolation);
    EXPECT_THROW(db().read([](Session& s) { s.integer("select :x"); }), std::invalid_argument);
    EXPECT_THROW(db().write([](Session& s) {
      s.script("create table t (id bigint)");
      throw 1;
    }),
                 int);
  }
  EXPECT_EQ(backends.size(), 1u);
}

TEST_F(Postgres, EndedConnection_IsReplaced) {
  end_backend(db().read([](Session& s) { return backend(s); }));
  EXPECT_EQ(db().read([](Session& s) { return s.integer("select 5"); }), 5);
  end_backend(db().read([](Session& s) { return backend(s); }));
  EXPECT_EQ(db().write([](Session& s) { return s.run("insert into item (id) values (1)"); }), 1);
}

TEST_F(Postgres, ConnectionThatEndsWithinARead_FailsThatRead_AndTheNextWorks) {
  EXPECT_THROW(db().read([&](Session& s) {
    end_backend(backend(s));
    s.integer("select 5");
  }),
               Failure);
  EXPECT_EQ(db().read([](Session& s) { return s.integer("select 5"); }), 5);
}

TEST_F(Postgres, ConnectionThatEndsWithinAWrite_IsTriedAgain_Once) {
  int calls = 0;
  db().write([&](Session& s) {
    s.run("insert into item (id) values (1)");
    if (++calls == 1) end_backend(backend(s));
    s.run("insert into item (id) values (2)");
  });
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(db().read([](Session& s) { return s.integer("select count(*) from item"); }), 2);
}

TEST_F(Postgres, ConnectionThatEndsBeforeTheCommit_SaysThatTheOutcomeIsUnknown) {
  const std::string message = message_of([&] {
    db().write([&](Session& s) {
      s.run("insert into item (id) values (1)");
      end_backend(backend(s));
    });
  });
  EXPECT_NE(message.find("不能确定"), std::string::npos) << message;
}

TEST_F(Postgres, Deadlock_IsTriedAgain) {
  db().write([](Session& s) { s.run("insert into item (id, n) values (1, 0), (2, 0)"); });
  std::atomic<int> met{0}, calls{0};
  const auto both = [&](int first, int second) {
    db().write([&](Session& s) {
      ++calls;
      s.run("update item set n = n + 1 where id = :id", {{"id", first}});
      ++met;
      for (int i = 0; i < 500 && met < 2; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      s.run("update item set n = n + 1 where id = :id", {{"id", second}});
    });
  };
  std::thread one([&] { both(1, 2); }), two([&] { both(2, 1); });
  one.join();
  two.join();
  EXPECT_GE(calls, 3);
  EXPECT_EQ(db().read([](Session& s) { return s.integer("select sum(n) from item"); }), 4);
}

TEST_F(Postgres, NewSchema_DoesNotDisturbPreparedStatements) {
  db().write([](Session& s) { s.run("insert into item (id, n) values (1, 2)"); });
  const auto read = [&] {
    return db().read([](Session& s) { return s.integer("select * from item where id = 1"); });
  };
  EXPECT_EQ(read(), 1);
  Database::open(made_->url())->write([](Session& s) { s.script("alter table item add more text"); });
  EXPECT_EQ(read(), 1);
}

TEST_F(Postgres, Commit_WaitsForTheDisk_EvenIfTheServerWouldNot) {
  const std::string url =
      std::string(std::getenv("KEPU_TEST_POSTGRES")) + "?options=-csynchronous_commit%3Doff";
  Database::open(url)->read([](Session& s) {
    EXPECT_EQ(
        s.one("select current_setting('synchronous_commit')", {}, [](const Row& r) { return r.text(0); }),
        "on");
  });
}

TEST_F(Postgres, OtherOrderOfText_IsRefused_WithTheCure) {
  const std::string server = std::getenv("KEPU_TEST_POSTGRES");
  PGconn* raw = PQconnectdb(server.c_str());
  const std::string name = "kepu_test_order_" + std::to_string(getpid());
  const auto execute = [&](const std::string& sql) {
    PGresult* result = PQexec(raw, sql.c_str());
    EXPECT_EQ(PQresultStatus(result), PGRES_COMMAND_OK) << PQerrorMessage(raw);
    PQclear(result);
  };
  execute("create database " + name + " locale_provider icu icu_locale 'en' template template0");
  const std::string message =
      message_of([&] { Database::open(server.substr(0, server.rfind('/') + 1) + name); });
  execute("drop database " + name);
  PQfinish(raw);
  EXPECT_NE(message.find("create database"), std::string::npos) << message;
}

TEST_F(Postgres, UrlForPeople_HoldsNoPassword) {
  EXPECT_EQ(db().url().find("***") != std::string::npos,
            std::string(std::getenv("KEPU_TEST_POSTGRES")).find("@") != std::string::npos);
}

TEST_F(Postgres, PoolThatIsTaken_SaysSo) {
  Options options;
  options.readers = 1;
  options.busy_seconds = 1;
  const auto small = Database::open(made_->url(), options);
  small->read([&](Session& s) {
    s.integer("select 1");
    std::thread([&] {
      EXPECT_NE(message_of([&] { small->read([](Session&) {}); }).find("占用"), std::string::npos);
    }).join();
  });
}

TEST(PostgresUrl, ServerThatIsNotThere_IsNamed) {
  try {
    Database::open("postgresql://user:secret@127.0.0.1:1/name");
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_NE(std::string(failure.what()).find("user:***@127.0.0.1:1/name"), std::string::npos)
        << failure.what();
    EXPECT_EQ(std::string(failure.what()).find("secret"), std::string::npos);
  }
}

}  // namespace
}  // namespace kepu::sql
