#include "core/site/forms.h"

#include <gtest/gtest.h>

#include "core/site/parts.h"
#include "core/site/testing.h"

namespace kepu::site {
namespace {

enum class Fruit { plum, pear };
std::string_view to_text(Fruit f) { return f == Fruit::plum ? "plum" : "pear"; }
std::string_view title_of(Fruit f) { return f == Fruit::plum ? "李" : "梨"; }

class Forms : public testing::PageTest {
 protected:
  Forms() : PageTest({}, {}), county(world, "lan", "岚江县") {
    tenant = county.tenant;
    whose = directory.tenant(tenant).value();
    context = std::make_unique<Context>(Context{request, services, whose, county.program, none, "token"});
  }
  void note(Id of, const std::string& subject, const std::string& summary, const std::string& unit = {}) {
    audit::Entry entry;
    entry.at = clock.now();
    entry.person_name = "经办";
    entry.unit_name = unit;
    entry.action = "test.note";
    entry.subject = subject;
    entry.summary = summary;
    world.db.write([&](sql::Session& s) { audit::append(s, of, std::move(entry)); });
  }
  auth::testing::County county;
  auth::Tenant whose;
  http::Request request;
  http::Pairs none;
  std::unique_ptr<Context> context;
};

TEST_F(Forms, WhatWasTyped_StandsWhereItWasRefused_ElseWhatIsStored) {
  form::Values stored, typed_in;
  stored.set("name", "旧");
  typed_in.set("name", "新");
  const auto fresh = view_of(*context, "/x", "保存", {}, stored);
  EXPECT_EQ(fresh.action, "/x");
  EXPECT_EQ(fresh.csrf, "token");
  EXPECT_EQ(fresh.submit, "保存");
  EXPECT_EQ(fresh.values.text("name"), "旧");
  EXPECT_TRUE(fresh.errors.empty());
  const Typed typed{typed_in, {{base::Code::invalid, "x.name", "name", "太短。"}}, "edit"};
  const auto again = view_of(*context, "/x", "保存", typed.only("edit"), stored);
  EXPECT_EQ(again.values.text("name"), "新");
  ASSERT_EQ(again.errors.size(), 1u);
  const auto other = view_of(*context, "/x", "保存", typed.only("move"), stored);
  EXPECT_EQ(other.values.text("name"), "旧");
  EXPECT_TRUE(other.errors.empty());
}

TEST_F(Forms, WhatCanBePutRight_BelongsToTheForm) {
  using base::Code;
  for (const auto code : {Code::invalid, Code::conflict, Code::too_large, Code::unsupported})
    EXPECT_TRUE(belongs_to_form({code, "x", "", ""})) << static_cast<int>(code);
  for (const auto code : {Code::forbidden, Code::not_found, Code::unauthenticated})
    EXPECT_FALSE(belongs_to_form({code, "x", "", ""})) << static_cast<int>(code);
  EXPECT_EQ(status_of({}), 200);
  EXPECT_EQ(status_of({{Code::conflict, "x", "", ""}, {Code::invalid, "y", "", ""}}), 409);
}

TEST_F(Forms, Choices_AreThoseOfTheEnumeration_InTheOrderGiven) {
  const auto options = options_of({Fruit::pear, Fruit::plum});
  const auto filter = as_filter(options);
  ASSERT_EQ(filter.size(), 2u);
  EXPECT_EQ(filter[0], (std::pair<std::string, std::string>("pear", "梨")));
  EXPECT_EQ(filter[1], (std::pair<std::string, std::string>("plum", "李")));
}

TEST_F(Forms, AnUploadsBytes_ComeWhole_AndOfOneThatIsGoneNone) {
  const std::string bytes("a\0b\r\n\xff", 6);
  auto file = upload("file", "x.bin", bytes);
  EXPECT_EQ(bytes_of(file), bytes);
  file.path += ".gone";
  EXPECT_EQ(bytes_of(file), "");
}

TEST_F(Forms, AUnit_IsCalledByItsShortName) {
  auth::Unit unit;
  unit.name = "岚江县科学技术协会";
  EXPECT_EQ(short_name(unit), unit.name);
  unit.short_name = "县科协";
  EXPECT_EQ(short_name(unit), "县科协");
  const Id farming = county.unit("县农业农村局");
  const auto units = directory.units(tenant);
  EXPECT_EQ(unit_name(*units, farming), "县农业农村局");
  EXPECT_EQ(unit_name(*units, 0), "—");
  EXPECT_EQ(unit_name(*units, 99), "（已撤销单位）");
}

TEST_F(Forms, AHistory_IsOfThisSubjectAndCounty_NewestFirst) {
  const auth::testing::County other(world, "yun", "云溪县");
  note(tenant, "meeting:1", "第一", "县科协");
  note(tenant, "meeting:2", "别的");
  note(other.tenant, "meeting:1", "别县");
  note(tenant, "meeting:1", "第二");
  note(tenant, "meeting:1", "第三");
  const auto quotes = [](const html::Timeline& line) {
    std::vector<std::string> out;
    for (const auto& m : line.moments) out.push_back(m.quote);
    return out;
  };
  const auto all = timeline_of(*context, "meeting:1");
  EXPECT_EQ(quotes(all), (std::vector<std::string>{"第三", "第二", "第一"}));
  EXPECT_TRUE(all.moments[0].hot);
  EXPECT_FALSE(all.moments[1].hot);
  EXPECT_EQ(quotes(timeline_of(*context, "meeting:1", 2)), (std::vector<std::string>{"第三", "第二"}));
  const auto some =
      timeline_of(*context, "meeting:1", 20, [](const audit::Entry& e) { return e.summary == "第三"; });
  EXPECT_EQ(quotes(some), (std::vector<std::string>{"第二", "第一"}));
  EXPECT_TRUE(some.moments[0].hot) << "the newest of those that are shown";
}

}  // namespace
}  // namespace kepu::site
