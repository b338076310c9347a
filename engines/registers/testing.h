// For tests of engines that stand on registers: teams in memory.
#pragma once

#include <map>
#include <vector>

#include "engines/registers/registers.h"

namespace kepu::registers::testing {

using base::Id;

class Teams final : public registers::Registers {
 public:
  // account of the member → his teams
  std::map<Id, std::vector<Id>> of_account;
  std::vector<registers::FoundTeam> teams;
  std::vector<registers::Proof> proofs;

  registers::FoundTeam& add(Id entry, const std::string& name, Id unit, int closeness,
                            std::vector<std::string> skills) {
    registers::FoundTeam t;
    t.entry = entry;
    t.type = "team";
    t.name = name;
    t.unit = unit;
    t.closeness = closeness;
    t.skills = std::move(skills);
    teams.push_back(std::move(t));
    return teams.back();
  }

  std::vector<registers::FoundTeam> find_teams(Id, const registers::TeamQuery&) override { return teams; }
  std::vector<registers::Entry> members(Id, Id entry) override {
    std::vector<registers::Entry> out;
    for (const auto& [account, own] : of_account) {
      for (const Id team : own) {
        if (team == entry) out.push_back(member(account, team));
      }
    }
    return out;
  }
  // account of a person → keys of the registers that he is in himself
  std::map<Id, std::vector<std::string>> types_of;
  // Key of a register → teams with somebody in it; its title is its key.
  std::map<std::string, std::vector<Id>> held;
  registers::Holding holding(Id, std::string_view type, base::Date) override {
    return {std::string(type), held[std::string(type)]};
  }
  std::vector<std::pair<std::string, std::string>> person_types(Id) override {
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& [key, bodies] : held) out.emplace_back(key, key);
    return out;
  }
  base::Result<registers::PersonRecord> record(Id, Id person) override {
    registers::PersonRecord out;
    out.person.id = out.person.account = person;
    for (const Id team : of_account[person]) out.entries.push_back(member(person, team));
    for (const auto& type : types_of[person]) {
      out.entries.push_back(member(person, 0));
      out.entries.back().type = type;
    }
    return out;
  }
  // A person of the registers has the number of his account here.
  std::optional<Id> person_of_account(Id, Id account) override {
    return of_account.count(account) != 0 ? std::optional(account) : std::nullopt;
  }
  base::Result<Id> record_proof(const auth::Actor&, const registers::Proof& proof) override {
    proofs.push_back(proof);
    return static_cast<Id>(proofs.size());
  }

 private:
  static registers::Entry member(Id account, Id team) {
    registers::Entry e;
    e.person = account;
    e.parent = team;
    e.state = registers::State::in_force;
    e.valid_from = base::Date{2020, 1, 1};
    return e;
  }
};

}  // namespace kepu::registers::testing
