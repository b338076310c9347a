#include "core/auth/import.h"
#include "core/doc/workbook.h"
#include "engines/administration/pages.h"
#include "engines/administration/testing.h"

namespace kepu::administration::testing {
namespace {

class ImportPagesTest : public AdministrationTest {
 protected:
  ImportPagesTest() { member(lan, "admin", "administrator", lan.root); }

  std::string workbook(const std::vector<std::string>& titles,
                       const std::vector<std::vector<std::string>>& rows) {
    const std::string path = (folder / "made.xlsx").string();
    {
      doc::WorkbookWriter out(path);
      std::vector<doc::WorkbookWriter::Column> columns;
      for (const auto& title : titles) columns.push_back({title});
      out.sheet("导入", columns);
      for (const auto& row : rows) out.row(std::vector<doc::Cell>(row.begin(), row.end()));
      out.close();
    }
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  std::vector<std::string> titles(const std::vector<auth::ImportColumn>& columns) {
    std::vector<std::string> out;
    for (const auto& c : columns) out.push_back(c.title);
    return out;
  }
  int units() { return static_cast<int>(world.directory.units(lan.tenant)->all().size()); }
};

TEST_F(ImportPagesTest, Template_HasTheHeaderThatTheImportKnows) {
  Browser b = signed_in("admin");
  for (const char* kind : {"units", "people"}) {
    b.get(fmt::format("/import/{}/template", kind));
    ASSERT_FALSE(b.last().file.empty());
    std::ifstream in(b.last().file, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    b.post(fmt::format("/import/{}", kind), {}, {upload("file", "模板.xlsx", bytes)});
    EXPECT_EQ(b.last().status, 422);
    EXPECT_TRUE(b.shows("表头下面没有数据")) << "the header is known, only rows are missing";
  }
}

TEST_F(ImportPagesTest, Preview_WithErrors_NamesRowsAndImportsNothing) {
  Browser b = signed_in("admin");
  const int before = units();
  b.post("/import/units", {},
         {upload("file", "单位.xlsx",
                 workbook({"单位名称", "上级单位", "类型"},
                          {{"郁山镇", "岚江县", "乡镇街道"}, {"青石村", "没有的镇", "村社区"}}))});
  EXPECT_EQ(b.last().status, 422);
  EXPECT_TRUE(b.shows("第 3 行")) << b.last().body;
  EXPECT_TRUE(b.shows("没有的镇"));
  EXPECT_FALSE(b.shows("/import/units/confirm"));
  EXPECT_EQ(units(), before);
}

TEST_F(ImportPagesTest, Confirm_ImportsOnceWhatWasPreviewed) {
  Browser b = signed_in("admin");
  const int before = units();
  b.post("/import/units", {},
         {upload("file", "单位.xlsx",
                 workbook({"单位名称", "上级单位", "类型"},
                          {{"郁山镇", "岚江县", "乡镇街道"}, {"青石村", "郁山镇", "村社区"}}))});
  ASSERT_EQ(b.last().status, 200) << b.last().body;
  EXPECT_EQ(units(), before) << "a preview applies nothing";
  const std::string file = b.hidden("file");
  b.post("/import/units/confirm", {{"file", file}, {"name", "单位.xlsx"}});
  EXPECT_EQ(b.last().status, 200) << b.last().body;
  EXPECT_TRUE(b.shows("导入完成"));
  EXPECT_EQ(units(), before + 2);
  b.post("/import/units/confirm", {{"file", file}});
  EXPECT_EQ(b.last().status, 404) << "the file is gone";
}

TEST_F(ImportPagesTest, PeopleWithLogins_GetPasswordsShownOnce) {
  lan.unit("县农业农村局");
  Browser b = signed_in("admin");
  b.post("/import/people", {},
         {upload("file", "人员.xlsx",
                 workbook(titles(auth::person_columns(*world.roles)),
                          {{"方禾", "县农业农村局", "股长", "13800001234", "", "fanghe", "经办"}}))});
  ASSERT_EQ(b.last().status, 200) << b.last().body;
  b.post("/import/people/confirm", {{"file", b.hidden("file")}, {"name", "人员.xlsx"}});
  ASSERT_EQ(b.last().status, 200) << b.last().body;
  const auto at = b.last().body.find("<code>") + 6;
  const std::string password = b.last().body.substr(at, b.last().body.find("</code>", at) - at);
  EXPECT_GT(password.size(), 15u);
  EXPECT_TRUE(b.shows("fanghe"));
  b.post("/import/people/passwords", {{"csv", "姓名,登录名\r\n方禾,fanghe\r\n"}});
  EXPECT_EQ(b.last().body, "姓名,登录名\r\n方禾,fanghe\r\n");
  Browser own = browser();
  own.get("/sign-in");
  own.post("/sign-in", {{"tenant", "lan"}, {"login", "fanghe"}, {"password", password}});
  EXPECT_EQ(own.location(), "/account/password");
}

TEST_F(ImportPagesTest, WaitingFile_OfAnotherTenant_IsNotImported) {
  member(yun, "other", "administrator", yun.root);
  Browser b = signed_in("admin");
  b.post("/import/units", {},
         {upload("file", "单位.xlsx",
                 workbook({"单位名称", "上级单位", "类型"}, {{"郁山镇", "岚江县", "乡镇街道"}}))});
  const std::string file = b.hidden("file");
  ASSERT_EQ(file.size(), 64u);
  Browser other = signed_in("other", "yun");
  other.post("/import/units/confirm", {{"file", file}});
  EXPECT_EQ(other.last().status, 404);
}

TEST_F(ImportPagesTest, WhatIsNoWorkbook_IsRefusedAtItsField) {
  Browser b = signed_in("admin");
  b.post("/import/people", {}, {upload("file", "人员.xlsx", "这不是表格")});
  EXPECT_NE(b.last().status, 200);
  EXPECT_TRUE(b.shows("e-file")) << b.last().body;
  b.post("/import/people", {});
  EXPECT_EQ(b.last().status, 422);
  EXPECT_TRUE(b.shows("请选择填好的 Excel 文件"));
  b.post("/import/people", {}, {upload("file", "人员.xlsx", workbook({"甲", "乙"}, {{"1", "2"}}))});
  EXPECT_EQ(b.last().status, 422);
  EXPECT_TRUE(b.shows("表头"));
}

}  // namespace
}  // namespace kepu::administration::testing
