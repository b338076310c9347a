// For tests of stores: every test runs on every engine. A store's test file needs three lines more than
// usual:
//
//   class OrderStoreTest : public kepu::sql::testing::EngineTest {
//     void prepare(sql::Database& db) override { sql::migrate(db, orders::migrations()); }
//   };
//   KEPU_STORE_TEST_SUITE(OrderStoreTest);
//   TEST_P(OrderStoreTest, Claim_OfATakenOrder_IsRefused) { db().write(…); }
//
// Each test gets an empty database of its own: SQLite always; PostgreSQL in a schema that is dropped
// afterwards when KEPU_TEST_POSTGRES holds a URL (tests/postgres.sh starts a throw-away server and sets it),
// otherwise the test is skipped with a message.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "core/sql/sql.h"

namespace kepu::sql::testing {

enum class Engine { sqlite, postgresql };

inline std::string name_of(Engine engine) { return engine == Engine::sqlite ? "Sqlite" : "Postgresql"; }
inline void PrintTo(Engine engine, std::ostream* out) { *out << name_of(engine); }

// An empty database, gone with this object.
class TestDatabase {
 public:
  // Null where the engine is not at hand.
  static std::unique_ptr<TestDatabase> make(Engine engine, const Options& options = {}) {
    if (engine == Engine::sqlite) return std::unique_ptr<TestDatabase>(new TestDatabase(options));
    const char* server = std::getenv("KEPU_TEST_POSTGRES");
    if (!server || !*server) return nullptr;
    return std::unique_ptr<TestDatabase>(new TestDatabase(options, server));
  }
  ~TestDatabase() {
    db_.reset();
    if (!schema_.empty()) on_server("drop schema " + schema_ + " cascade");
  }
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  Database& db() { return *db_; }
  // Opens the same database a second time on PostgreSQL; SQLite's is private to db().
  const std::string& url() const { return url_; }

 private:
  explicit TestDatabase(const Options& options)
      : url_("sqlite::memory:"), db_(Database::open(url_, options)) {}
  TestDatabase(const Options& options, std::string server) : server_(std::move(server)) {
    static std::atomic<int> count{0};
    schema_ = "kepu_test_" + std::to_string(getpid()) + "_" + std::to_string(++count);
    on_server("create schema " + schema_);
    const char* separator = server_.find('?') == std::string::npos ? "?" : "&";
    url_ = server_ + separator + "options=-csearch_path%3D" + schema_;
    db_ = Database::open(url_, options);
  }
  void on_server(const std::string& script) {
    Database::open(server_)->write([&](Session& session) { session.script(script); });
  }

  std::string url_, server_, schema_;
  std::unique_ptr<Database> db_;
};

class EngineTest : public ::testing::TestWithParam<Engine> {
 protected:
  // What every test of the suite starts from: migrations, a few rows.
  virtual void prepare(Database&) {}

  void SetUp() override {
    test_database_ = TestDatabase::make(GetParam());
    if (!test_database_) GTEST_SKIP() << "KEPU_TEST_POSTGRES is not set: run by tests/postgres.sh";
    prepare(db());
  }
  void TearDown() override { test_database_.reset(); }

  Database& db() { return test_database_->db(); }
  TestDatabase& test_database() { return *test_database_; }
  bool is_sqlite() const { return GetParam() == Engine::sqlite; }

 private:
  std::unique_ptr<TestDatabase> test_database_;
};

inline std::vector<Engine> databases() { return {Engine::sqlite, Engine::postgresql}; }

}  // namespace kepu::sql::testing

#define KEPU_STORE_TEST_SUITE(Name)                                                                      \
  INSTANTIATE_TEST_SUITE_P(Engines, Name, ::testing::ValuesIn(::kepu::sql::testing::databases()),        \
                           [](const ::testing::TestParamInfo<::kepu::sql::testing::Engine>& parameter) { \
                             return ::kepu::sql::testing::name_of(parameter.param);                      \
                           })
