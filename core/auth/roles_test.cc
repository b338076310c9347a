#include "core/auth/roles.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/auth/testing.h"

namespace kepu::auth {
namespace {

std::string refusal(std::string_view text) {
  const auto roles = Roles::parse(text, "r.toml", rights());
  return roles ? std::string() : roles.error().message;
}

TEST(Roles, TheCataloguesOwnFileFits) {
  const auto loaded = Roles::load("catalog/roles.toml", testing::rights_of_the_catalogue());
  ASSERT_TRUE(loaded) << loaded.error().message;
  const Roles& roles = **loaded;
  EXPECT_EQ(roles.all().size(), 18u);
  ASSERT_TRUE(roles.find_by_title("乡镇(街道)负责人"));
  EXPECT_EQ(roles.find_by_title("乡镇(街道)负责人")->scope, ScopeKind::subtree);
  for (const Right& right : roles.declared()) EXPECT_TRUE(roles.has("administrator", right.id)) << right.id;
  EXPECT_TRUE(roles.has("auditor", "audit.read"));
  EXPECT_FALSE(roles.has("observer", "plan.edit"));
  EXPECT_FALSE(roles.has("no_such", "plan.edit"));
  // A head can give the liaison's role on: nobody else need do it for him.
  for (const auto& [head, liaison] :
       {std::pair("department_head", "department_liaison"), std::pair("township_head", "township_liaison")}) {
    for (const std::string& right : roles.find(liaison)->rights) EXPECT_TRUE(roles.has(head, right)) << right;
  }
}

TEST(Roles, RefusalsNameTheLine) {
  const std::string good =
      "[[role]]\nid='a'\ntitle='甲'\npurpose='用'\nscope='unit'\nrights=['audit.read']\n";
  EXPECT_EQ(refusal(good), "");
  EXPECT_NE(refusal("[[role]]\nid='a'\ntitle='甲'\npurpose='用'\nscope='unit'\nrights=['audit.raed']\n")
                .find("第6行"),
            std::string::npos);
  EXPECT_NE(refusal(good + good).find("第7行"), std::string::npos);
  EXPECT_NE(refusal("[[role]]\nid='a'\ntitle='甲'\npurpose='用'\nscope='all'\nrights=['audit.read']\n")
                .find("第5行"),
            std::string::npos);
  EXPECT_NE(refusal("[[role]]\nid='a'\ncolour='x'\n").find("第3行"), std::string::npos);
  EXPECT_NE(refusal("[[role]]\nid='a'\n").find("title"), std::string::npos);
  EXPECT_NE(refusal("[[role]]\nid=\n").find("第2行"), std::string::npos);
  EXPECT_NE(refusal("[other]\n").find("other"), std::string::npos);
  EXPECT_NE(refusal("").find("没有任何角色"), std::string::npos);
  EXPECT_NE(refusal("[[role]]\nid='a'\ntitle='甲'\npurpose='用'\nscope='unit'\nrights=[1]\n").find("第6行"),
            std::string::npos);
}

TEST(Roles, MissingFileIsSaid) {
  const auto roles = Roles::load("catalog/no_such.toml", rights());
  ASSERT_FALSE(roles);
  EXPECT_EQ(roles.error().code, base::Code::unavailable);
}

}  // namespace
}  // namespace kepu::auth
