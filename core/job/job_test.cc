#include "core/job/job.h"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

#include "core/base/id.h"
#include "core/sql/testing.h"

namespace kepu::job {
namespace {

class JobTest : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& db) override { sql::migrate(db, migrations()); }
  Job counting(int& count) {
    return {"test.count", "计数", 1000, [&count](base::Millis) {
              ++count;
              return std::string("数了一次");
            }};
  }
  base::FixedClock clock{1'000'000};
};
KEPU_STORE_TEST_SUITE(JobTest);

TEST_P(JobTest, RunsWhenItsIntervalHasPassed_OnOneProgramOnly) {
  int count = 0;
  Jobs here(db(), clock), there(db(), clock);
  here.add(counting(count));
  there.add(counting(count));
  EXPECT_EQ(here.run_due() + there.run_due(), 1);
  clock.set(1'000'999);
  EXPECT_EQ(here.run_due() + there.run_due(), 0);
  clock.set(1'001'000);
  EXPECT_EQ(there.run_due() + here.run_due(), 1);
  EXPECT_EQ(count, 2);
  EXPECT_EQ(here.runs().at(0).outcome, "数了一次");
  EXPECT_EQ(here.runs().at(0).begun, 1'001'000);
}

TEST_P(JobTest, TwoRunsOfTheProgram_MakeNoIdTwice_EvenInOneMillisecond) {
  const int mine = next_node(db()), other = next_node(db());
  EXPECT_NE(mine, other);
  base::IdMaker here(clock, mine), there(clock, other);
  std::set<base::Id> ids;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(ids.insert(here.next()).second);
    EXPECT_TRUE(ids.insert(there.next()).second);
  }
  std::set<int> nodes;
  for (int i = 0; i < 3 * kSharedNodes; ++i) nodes.insert(next_node(db()));
  EXPECT_EQ(static_cast<int>(nodes.size()), kSharedNodes);
  EXPECT_EQ(*nodes.rbegin(), kSharedNodes - 1);
}

TEST_P(JobTest, Failure_IsRecordedAndTriedAgain) {
  int tries = 0;
  Jobs jobs(db(), clock);
  jobs.add({"test.fail", "出错", 1000, [&](base::Millis) -> std::string {
              if (++tries == 1) throw std::runtime_error("邮件服务器没有应答");
              return "好了";
            }});
  EXPECT_EQ(jobs.run_due(), 1);
  EXPECT_TRUE(jobs.runs().at(0).failed);
  EXPECT_EQ(jobs.runs().at(0).outcome, "邮件服务器没有应答");
  clock.set(1'002'000);
  EXPECT_EQ(jobs.run_due(), 1);
  EXPECT_FALSE(jobs.runs().at(0).failed);
}

TEST_P(JobTest, RunThatWasCutOff_BeginsAnewAfterItsLease) {
  int count = 0;
  Jobs dead(db(), clock);
  dead.add({"test.count", "计数", 1000, [this, &count](base::Millis) -> std::string {
              // As long as it runs nobody else begins, be it due again or not.
              Jobs other(db(), clock);
              other.add(counting(count));
              clock.set(1'500'000);
              EXPECT_EQ(other.run_due(), 0);
              clock.set(1'700'000);
              EXPECT_EQ(other.run_due(), 1);
              return "";
            }});
  EXPECT_EQ(dead.run_due(), 1);
  EXPECT_EQ(count, 1);
}

TEST_P(JobTest, SameNameTwice_IsAMistake) {
  int count = 0;
  Jobs jobs(db(), clock);
  jobs.add(counting(count));
  EXPECT_THROW(jobs.add(counting(count)), std::logic_error);
}

TEST_P(JobTest, Thread_RunsAtOnceAndStops) {
  std::mutex mutex;
  std::condition_variable ran;
  bool done = false;
  Jobs jobs(db(), clock);
  jobs.add({"test.once", "一次", 1000, [&](base::Millis) {
              const std::lock_guard lock(mutex);
              done = true;
              ran.notify_all();
              return std::string();
            }});
  jobs.start(std::chrono::hours(1));
  std::unique_lock lock(mutex);
  EXPECT_TRUE(ran.wait_for(lock, std::chrono::seconds(60), [&] { return done; }));
  lock.unlock();
  jobs.stop();
}

}  // namespace
}  // namespace kepu::job
