#include "core/http/router.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace kepu::http {
namespace {

class RouterTest : public testing::Test {
 protected:
  Router router;
  const int home = router.add(Method::get, "/");
  const int plan = router.add(Method::get, "/plans/{plan}");
  const int fresh = router.add(Method::get, "/plans/new");
  const int save = router.add(Method::post, "/plans/{id}");
  const int task = router.add(Method::get, "/plans/{plan}/tasks/{task}");
  const int edit = router.add(Method::post, "/plans/new/edit");
  const int files = router.add(Method::get, "/files/{rest*}");
};

TEST_F(RouterTest, LiteralsWinAndVariablesAreNamedByTheirRoute) {
  EXPECT_EQ(router.find(Method::get, "/").route, home);
  EXPECT_EQ(router.find(Method::get, "/plans/new").route, fresh);
  const Match match = router.find(Method::get, "/plans/12/tasks/一");
  EXPECT_EQ(match.route, task);
  EXPECT_EQ(match.variables, (Pairs{{"plan", "12"}, {"task", "一"}}));
  EXPECT_EQ(router.find(Method::post, "/plans/12").variables, (Pairs{{"id", "12"}}));
}

TEST_F(RouterTest, GoesBackWhereALiteralLeadsNowhere) {
  EXPECT_EQ(router.find(Method::get, "/plans/new/tasks/1").route, task);
  EXPECT_EQ(router.find(Method::post, "/plans/new").route, save);
}

TEST_F(RouterTest, RestTakesAllSegments) {
  EXPECT_EQ(router.find(Method::get, "/files/a/b/c.css").variables, (Pairs{{"rest", "a/b/c.css"}}));
  EXPECT_EQ(router.find(Method::get, "/files/").variables, (Pairs{{"rest", ""}}));
  EXPECT_EQ(router.find(Method::get, "/files").route, -1);
}

TEST_F(RouterTest, TellsOtherMethodsFromNothing) {
  const Match match = router.find(Method::del, "/plans/1");
  EXPECT_EQ(match.route, -1);
  EXPECT_TRUE(match.other_method);
  EXPECT_EQ(match.allow, "GET, HEAD, POST");
  EXPECT_EQ(router.find(Method::get, "/plans/new/edit").allow, "POST");
  for (const char* none : {"/plans", "/plans/", "/plans/1/", "//", "/plans//tasks/1", "/x", "", "plans/1"}) {
    const Match nothing = router.find(Method::get, none);
    EXPECT_EQ(nothing.route, -1) << none;
    EXPECT_FALSE(nothing.other_method) << none;
  }
}

TEST_F(RouterTest, HeadFindsGet) { EXPECT_EQ(router.find(Method::head, "/plans/1").route, plan); }

TEST_F(RouterTest, RefusesTwinsAndMalformedPatterns) {
  EXPECT_THROW(router.add(Method::get, "/plans/{other}"), std::logic_error);
  EXPECT_THROW(router.add(Method::get, "/x/{rest*}/y"), std::logic_error);
  EXPECT_THROW(router.add(Method::get, "x"), std::logic_error);
  EXPECT_THROW(router.add(Method::get, ""), std::logic_error);
}

}  // namespace
}  // namespace kepu::http
