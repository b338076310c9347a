#include <fmt/format.h>

#include <chrono>
#include <map>

#include "core/base/secret.h"
#include "core/sql/sql.h"

namespace kepu::sql {
namespace {

using Applied = std::map<std::pair<std::string, std::int64_t>, std::string>;  // (part, number) → hash

std::string_view sql_of(const Migration& step, Dialect dialect) {
  const std::string_view own = dialect == Dialect::sqlite ? step.sqlite : step.postgresql;
  return own.empty() ? step.sql : own;
}

std::string name_of(const Migration& step) {
  return fmt::format("{} 第 {} 步“{}”", step.part, step.number, step.title);
}

void check_numbers(const std::vector<Migration>& steps, Dialect dialect) {
  std::map<std::string_view, int> last;
  for (const Migration& step : steps) {
    if (step.number != ++last[step.part])
      throw Failure(
          fmt::format("数据库结构步骤编号不连续：{}，应为第 {} 步", name_of(step), last[step.part]));
    if (sql_of(step, dialect).empty())
      throw Failure(fmt::format("数据库结构步骤没有内容：{}", name_of(step)));
  }
}

// Two programs that start at once take turns. SQLite's write transactions do so anyway.
void take_turns(Session& session) {
  constexpr std::int64_t kLock = 0x6b657075;  // "kepu"
  if (session.dialect() == Dialect::postgresql)
    session.each("select pg_advisory_xact_lock(:lock)", {{"lock", kLock}}, [](const Row&) {});
}

Applied load(Session& session) {
  take_turns(session);
  session.run(
      "create table if not exists kepu_migration (part text not null, number bigint not null, title text not "
      "null, hash text not null, applied_at bigint not null, primary key (part, number))");
  Applied applied;
  session.each("select part, number, hash from kepu_migration", {}, [&](const Row& row) {
    applied[{row.text(0), row.integer(1)}] = row.text(2);
  });
  return applied;
}

void check_applied(const Applied& applied, const std::vector<Migration>& steps, Dialect dialect) {
  std::map<std::string, int, std::less<>> last;
  for (const Migration& step : steps) {
    last[std::string(step.part)] = step.number;
    const auto found = applied.find({std::string(step.part), step.number});
    if (found != applied.end() && found->second != base::sha256_hex(sql_of(step, dialect)))
      throw Failure(
          fmt::format("数据库结构步骤在执行之后被改动：{}。已发布的步骤不能修改，请恢复原文，另加新的步骤",
                      name_of(step)));
  }
  for (const auto& [key, hash] : applied) {
    const auto known = last.find(key.first);
    if (known != last.end() && key.second > known->second)
      throw Failure(fmt::format("数据库比程序新：{} 已到第 {} 步，本程序只到第 {} 步。请换用新版程序",
                                key.first, key.second, known->second));
  }
}

bool apply(Session& session, const Migration& step) {
  take_turns(session);
  const Args key = {{"part", step.part}, {"number", step.number}};
  if (session.integer("select count(*) from kepu_migration where part = :part and number = :number", key) > 0)
    return false;  // another program was quicker
  const std::string_view sql = sql_of(step, session.dialect());
  session.script(sql);
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  session.run(
      "insert into kepu_migration (part, number, title, hash, applied_at) values (:part, :number, :title, "
      ":hash, :now)",
      {{"part", step.part},
       {"number", step.number},
       {"title", step.title},
       {"hash", base::sha256_hex(sql)},
       {"now", now.count()}});
  return true;
}

}  // namespace

Migrated migrate(Database& db, const std::vector<Migration>& steps) {
  check_numbers(steps, db.dialect());
  const Applied applied = db.write([](Session& session) { return load(session); });
  check_applied(applied, steps, db.dialect());
  Migrated out;
  for (const Migration& step : steps) {
    if (applied.count({std::string(step.part), step.number})) continue;
    try {
      if (db.write([&](Session& session) { return apply(session, step); })) ++out.applied;
    } catch (const Failure& failure) {
      throw Failure(fmt::format("数据库结构升级失败：{}：{}", name_of(step), failure.what()));
    }
  }
  out.present = static_cast<int>(steps.size()) - out.applied;
  return out;
}

}  // namespace kepu::sql
