// What only SQLite has: a file, its rights, other programs on it, the writer's batches.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/sql/sql.h"

namespace kepu::sql {
namespace {

namespace fs = std::filesystem;

class SqliteFile : public ::testing::Test {
 protected:
  SqliteFile() : folder_(::testing::TempDir() + "kepu-sqlite-" + std::to_string(getpid())) {
    fs::remove_all(folder_);
  }
  ~SqliteFile() override { fs::remove_all(folder_); }
  std::string path() const { return (folder_ / "var" / "kepu.db").string(); }
  std::unique_ptr<Database> open(const Options& options = {}) {
    return Database::open("sqlite:" + path(), options);
  }
  static void make_table(Database& db) {
    db.write([](Session& s) { s.run("create table item (id bigint primary key, text text)"); });
  }
  static void insert(Database& db, int id, const std::string& text = "x") {
    db.write([&](Session& s) {
      s.run("insert into item values (:id, :text)", {{"id", id}, {"text", text}});
    });
  }
  static std::int64_t count(Database& db) {
    return db.read([](Session& s) { return s.integer("select count(*) from item"); });
  }
  static std::string message_of(const std::function<void()>& f) {
    try {
      f();
    } catch (const Failure& failure) {
      return failure.what();
    }
    return "";
  }
  fs::path folder_;
};

TEST_F(SqliteFile, IsMadeWithItsFolder_ForItsOwnerAlone_AndKeepsItsRows) {
  {
    const auto db = open();
    make_table(*db);
    insert(*db, 1);
    struct stat status {};
    for (const char* suffix : {"", "-wal", "-shm"}) {
      ASSERT_EQ(stat((path() + suffix).c_str(), &status), 0) << suffix;
      EXPECT_EQ(status.st_mode & 0777, 0600u) << suffix;
    }
  }
  EXPECT_EQ(count(*open()), 1);
}

TEST_F(SqliteFile, NoDatabase_OrNoWay_SaysWhichFile) {
  fs::create_directories(folder_ / "var");
  std::ofstream(path()) << std::string(4096, '?');
  EXPECT_NE(message_of([&] { open(); }).find(path()), std::string::npos);
  const std::string nowhere = "/proc/none/kepu.db";
  EXPECT_NE(message_of([&] { Database::open("sqlite:" + nowhere); }).find(nowhere), std::string::npos);
}

TEST_F(SqliteFile, DurabilityAndChecks_AreOn) {
  const auto db = open();
  db->write([](Session& s) {
    EXPECT_EQ(s.integer("pragma synchronous"), 2);
    EXPECT_EQ(s.integer("pragma foreign_keys"), 1);
    EXPECT_EQ(s.one("pragma journal_mode", {}, [](const Row& r) { return r.text(0); }), "wal");
  });
}

TEST_F(SqliteFile, TwoPrograms_ShareOneFile) {
  std::unique_ptr<Database> programs[2];
  std::thread first([&] { programs[0] = open(); }), second([&] { programs[1] = open(); });
  first.join();
  second.join();
  make_table(*programs[0]);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) insert(*programs[t % 2], t * 1000 + i);
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count(*programs[0]), 200);
  EXPECT_EQ(count(*programs[1]), 200);
}

TEST_F(SqliteFile, LockOfAnotherProgram_FailsTheWrite_AndOnlyThat) {
  const auto other = open();
  make_table(*other);
  Options impatient;
  impatient.busy_seconds = 1;
  const auto db = open(impatient);
  other->write([&](Session& s) {
    s.run("insert into item values (1, 'x')");
    EXPECT_NE(message_of([&] { insert(*db, 2); }).find("locked"), std::string::npos);
    EXPECT_EQ(count(*db), 0);
  });
  insert(*db, 3);
  EXPECT_EQ(count(*db), 2);
}

TEST_F(SqliteFile, WaitingWrites_ShareCommits) {
  const auto db = open();
  make_table(*db);
  std::atomic<int> answered{0};
  db->write([&](Session&) {
    std::thread([&] {
      for (int i = 0; i < 600; ++i)
        db->submit(
            [i](Session& s) {
              return s.run("insert into item values (:i, 'x')", {{"i", i}}) == 1;
            },
            [&](std::exception_ptr failure) { answered += failure ? 0 : 1; });
    }).join();
  });
  insert(*db, 1000);
  EXPECT_EQ(answered, 600);
  EXPECT_LE(db->counters().commits, 5);  // the table, the holder, 512 + 88, the last
}

// A full disk makes SQLite roll back the whole transaction, not only the savepoint.
TEST_F(SqliteFile, FullDisk_FailsTheLargeRequest_AndKeepsTheSmallOnes) {
  const auto db = open();
  make_table(*db);
  db->write([](Session& s) { s.each("pragma max_page_count = 100", {}, [](const Row&) {}); });
  const std::string large(std::size_t{1} << 20, 'x');
  std::atomic<int> kept{0}, failed{0};
  db->write([&](Session&) {
    std::thread([&] {
      for (int i = 0; i < 20; ++i)
        db->submit(
            [&, i](Session& s) {
              return s.run("insert into item values (:i, :text)",
                           {{"i", i}, {"text", i == 10 ? std::string_view(large) : "x"}}) == 1;
            },
            [&](std::exception_ptr failure) { ++(failure ? failed : kept); });
    }).join();
  });
  insert(*db, 1000);
  EXPECT_EQ(failed, 1);
  EXPECT_EQ(kept, 19);
  EXPECT_EQ(count(*db), 20);
}

TEST_F(SqliteFile, Backup_DuringWrites_IsOneMoment) {
  const auto db = open();
  make_table(*db);
  db->write([](Session& s) { s.run("create table twin (id bigint primary key)"); });
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (int i = 0; !stop; ++i)
      db->write([&](Session& s) {
        s.run("insert into item values (:i, 'x')", {{"i", i}});
        s.run("insert into twin values (:i)", {{"i", i}});
      });
  });
  while (count(*db) < 20) std::this_thread::yield();
  const std::string copy = (folder_ / "copy.db").string();
  db->backup_to(copy);
  stop = true;
  writer.join();
  EXPECT_NE(message_of([&] { db->backup_to(copy); }).find(copy), std::string::npos);
  EXPECT_FALSE(fs::exists(copy + ".part"));
  const auto restored = Database::open("sqlite:" + copy);
  EXPECT_GE(count(*restored), 20);
  restored->read([&](Session& s) {
    EXPECT_EQ(s.integer("select count(*) from item"), s.integer("select count(*) from twin"));
    EXPECT_EQ(s.one("pragma integrity_check", {}, [](const Row& r) { return r.text(0); }), "ok");
  });
}

TEST_F(SqliteFile, InMemory_IsPrivate_AndLeavesNothing) {
  const auto count_folders = [] {
    int found = 0;
    for (const auto& entry : fs::directory_iterator(fs::temp_directory_path()))
      if (fs::exists(entry.path() / "memory.db")) ++found;
    return found;
  };
  setenv("TMPDIR", ::testing::TempDir().c_str(), 1);
  const int before = count_folders();
  {
    const auto first = Database::open("sqlite::memory:"), second = Database::open("sqlite::memory:");
    make_table(*first);
    make_table(*second);
    insert(*first, 1);
    EXPECT_EQ(count(*first), 1);
    EXPECT_EQ(count(*second), 0);
    EXPECT_EQ(count_folders(), before + 2);
  }
  EXPECT_EQ(count_folders(), before);
}

}  // namespace
}  // namespace kepu::sql
