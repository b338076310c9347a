// Makes the registers of the demonstration county, kind by kind. Not thread-safe; for one run.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "app/demo_people.h"
#include "app/demo_registers.h"
#include "core/auth/directory.h"
#include "engines/registers/registers_engine.h"

namespace kepu::app::demo {

using base::Id;
using registers::Action;
using registers::By;

class RegisterMaker {
 public:
  RegisterMaker(Program& program, Id tenant)
      : program_(program),
        store_(program.registers().store()),
        tenant_(tenant),
        tree_(program.directory().units(tenant)),
        command_(program.command_actor(tenant)) {}
  base::Result<RegistersMade> make();

 private:
  struct Row {
    std::string name;
    Id unit = 0, place = 0;
    std::map<std::string, std::string> values = {};
    std::string phone = {};
    std::vector<Id> serves = {};
    Id parent = 0;
    int months_ago = 8;
  };

  Id unit_of(const std::string& name) const {
    const auto* found = tree_->find_by_name(name);
    return found == nullptr ? Id{0} : found->id;
  }
  const std::vector<const auth::Unit*> townships() const { return tree_->of_kind(auth::UnitKind::township); }
  std::vector<const auth::Unit*> villages_of(Id township) const { return tree_->children(township); }
  base::Date ago(int months) const {
    return base::from_days(base::to_days(program_.clock().today()) - 30LL * months);
  }
  std::string next_phone() { return fmt::format("1990000{:04}", ++phones_); }

  std::string unit_name(Id unit) const {
    const auto* found = tree_->find(unit);
    return found == nullptr ? "县科协" : found->name;
  }

  // All of one register, in force.
  base::Done add(const std::string& key, const std::vector<Row>& rows);
  base::Result<std::map<std::string, Id>> entries_by_name(const std::string& key);

  base::Done make_bodies();
  base::Done make_people();
  base::Done make_village_people();
  base::Done make_township_people();
  base::Done make_places();
  base::Done make_things();
  base::Done link_accounts();
  base::Done act(Id id, Action action, const std::string& text);
  base::Done move_some();
  base::Result<Id> apply(const std::string& key, const Row& row, std::size_t i);
  base::Done apply_some();
  base::Done make_record();
  base::Done make_bookings();
  By as(const std::string& name);

  Program& program_;
  registers::RegisterStore& store_;
  Id tenant_;
  std::shared_ptr<const auth::UnitTree> tree_;
  auth::Actor command_;
  std::map<std::string, auth::Person> people_;
  std::deque<auth::Actor> acting_;
  RegistersMade made_;
  int phones_ = 0;
};

inline constexpr const char* kRegisterRemote = "示范数据";

}  // namespace kepu::app::demo
