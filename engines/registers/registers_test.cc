// The pure rules: states, terms, types as text, certificates.
#include "engines/registers/registers.h"

#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <set>
#include <sstream>

#include "core/auth/signature.h"
#include "engines/registers/certificate.h"

namespace kepu::registers {
namespace {

std::vector<Type> shipped() {
  std::ifstream in("catalog/registers.toml");
  std::stringstream text;
  text << in.rdbuf();
  auto types = parse_types(text.str(), "catalog/registers.toml");
  if (!types) throw std::runtime_error(types.error().message);
  return *types;
}

constexpr State kStates[] = {State::draft,    State::submitted, State::checked, State::approved,
                             State::in_force, State::suspended, State::retired, State::returned,
                             State::refused,  State::withdrawn};
constexpr Action kActions[] = {Action::submit,  Action::withdraw, Action::check,   Action::give_back,
                               Action::approve, Action::refuse,   Action::publish, Action::renew,
                               Action::suspend, Action::resume,   Action::retire};

TEST(RegisterFlow, WordsAreReadBack) {
  for (const auto s : kStates) {
    EXPECT_EQ(parse_state(to_text(s)), s);
    EXPECT_EQ(parse_state(title_of(s)), s);
  }
  for (const auto a : kActions) EXPECT_EQ(parse_action(to_text(a)), a);
}

TEST(RegisterFlow, NothingComesIntoForceUncheckedAndUnapproved) {
  // Every way from a draft to 在册 passes 待审核, 待批准 and 待发布: searched over all paths without repeats.
  std::set<State> without_check, frontier = {State::draft};
  while (!frontier.empty()) {
    const State at = *frontier.begin();
    frontier.erase(frontier.begin());
    without_check.insert(at);
    for (const auto a : kActions) {
      const auto* rule = find_rule(at, a);
      if (rule != nullptr && a != Action::check && without_check.count(rule->to) == 0)
        frontier.insert(rule->to);
    }
  }
  EXPECT_EQ(without_check.count(State::in_force), 0u);
  EXPECT_EQ(without_check.count(State::approved), 0u);
}

TEST(RegisterFlow, EndsStayEnds) {
  for (const auto end : {State::retired, State::refused, State::withdrawn}) {
    for (const auto a : kActions) EXPECT_EQ(find_rule(end, a), nullptr);
    EXPECT_FALSE(is_open(end));
  }
}

TEST(RegisterFlow, WhatStopsSomebodyNeedsAReason) {
  for (const auto& rule : rules()) {
    const bool stops = rule.action == Action::give_back || rule.action == Action::refuse ||
                       rule.action == Action::suspend || rule.action == Action::retire;
    EXPECT_EQ(rule.reason, stops) << title_of(rule.action);
  }
}

TEST(RegisterTerm, EndsTheDayBeforeTheSameDay) {
  EXPECT_EQ(term_end({2026, 2, 10}, 24), (base::Date{2028, 2, 9}));
  EXPECT_EQ(term_end({2026, 3, 1}, 12), (base::Date{2027, 2, 28}));
  EXPECT_EQ(term_end({2026, 8, 31}, 6), (base::Date{2027, 2, 28}));
  EXPECT_EQ(term_end({2026, 1, 1}, 12), (base::Date{2026, 12, 31}));
  EXPECT_EQ(term_end({2026, 1, 1}, 0), std::nullopt);
}

TEST(RegisterTerm, RenewalRunsOnFromTheOldEndOrFromToday) {
  Type type;
  type.term_months = 12;
  type.window_days = 60;
  Entry e;
  e.state = State::in_force;
  e.valid_until = base::Date{2026, 6, 30};
  EXPECT_EQ(renewed_until(e, type, {2026, 6, 1}), (base::Date{2027, 6, 30}));
  EXPECT_EQ(renewed_until(e, type, {2026, 8, 15}), (base::Date{2027, 8, 14}));
  EXPECT_FALSE(renewal_due(e, type, {2026, 4, 30}));
  EXPECT_TRUE(renewal_due(e, type, {2026, 5, 1}));
  EXPECT_TRUE(renewal_due(e, type, {2026, 9, 1}));
  EXPECT_TRUE(in_force(e, {2026, 6, 30}));
  EXPECT_FALSE(in_force(e, {2026, 7, 1}));
  EXPECT_TRUE(is_expired(e, {2026, 7, 1}));
}

TEST(RegisterType, ShippedOnesCoverEveryDutyOfRegisters) {
  const auto types = shipped();
  std::set<std::string> duties;
  for (const auto& t : types) {
    EXPECT_TRUE(check_type(t, types).empty()) << t.key;
    EXPECT_FALSE(t.fields.empty()) << t.key;
    duties.insert(t.duties.begin(), t.duties.end());
    for (const auto& f : t.fields) EXPECT_FALSE(f.personal && f.is_public) << t.key << " " << f.field.name;
  }
  for (const char* duty : {"A3-07",  "A5-05",  "A5-06",  "A5-08",  "A6-11",  "A7-04",  "A7-05",
                           "A7-06",  "A8-02",  "A8-08",  "A8-09",  "A12-01", "A12-02", "A12-03",
                           "A12-05", "A12-06", "A12-07", "A12-08", "A12-09", "A12-10", "A12-22"}) {
    EXPECT_EQ(duties.count(duty), 1u) << duty;
  }
}

TEST(RegisterType, IsTheSameAfterWritingAndReading) {
  for (const auto& type : shipped()) {
    const auto again = parse_types(type_toml(type), "again");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(type_toml(again->front()), type_toml(type));
    EXPECT_EQ(fields_text(again->front().fields), fields_text(type.fields));
  }
}

TEST(RegisterType, FieldLinesNameEveryFault) {
  const auto lines = parse_fields(
      "skills 专长 | 多选 甲、乙 | 必填 公开 技能\n"
      "名称二 | 不懂的\n"
      "kind 类别 | 单选 甲 | 公开\n"
      "idcard 证件号 | 文字 | 个人 公开\n"
      "skills 又一个 | 文字\n"
      "name 名字 | 文字\n"
      "x y | 文字 | 好看");
  std::string all;
  for (const auto& e : lines.errors) all += e.message;
  EXPECT_EQ(lines.errors.size(), 6u) << all;
  for (const char* row : {"第 2 行", "第 3 行", "第 4 行", "第 5 行", "第 6 行", "第 7 行"}) {
    EXPECT_NE(all.find(row), std::string::npos) << row << all;
  }
}

TEST(RegisterType, NewKeysNeverTakeAnOldFieldsName) {
  const auto lines = parse_fields("甲 | 文字\n乙 | 文字", {"f1", "f3"});
  ASSERT_EQ(lines.fields.size(), 2u);
  EXPECT_EQ(lines.fields[0].field.name, "f2");
  EXPECT_EQ(lines.fields[1].field.name, "f4");
}

TEST(RegisterType, LostFieldsAreThoseGoneOrOfAnotherKind) {
  Type before, now;
  before.fields = parse_fields("a 甲 | 文字\nb 乙 | 文字\nc 丙 | 整数 个").fields;
  now.fields = parse_fields("a 甲（改名） | 文字\nc 丙 | 文字").fields;
  std::vector<std::string> lost;
  for (const auto* f : lost_fields(before, now)) lost.push_back(f->field.name);
  EXPECT_EQ(lost, (std::vector<std::string>{"b", "c"}));
}

TEST(RegisterNames, PinyinHasNoTones) {
  EXPECT_EQ(pinyin_of("李雷"), "lilei");
  EXPECT_EQ(pinyin_of("李蕾"), pinyin_of("李 雷"));
  EXPECT_NE(pinyin_of("王雷"), pinyin_of("李雷"));
}

TEST(RegisterNames, TokensAreOverlappingPairs) {
  EXPECT_EQ(tokens_of("科普站"), (std::vector<std::string>{"普站", "科普"}));
  EXPECT_TRUE(tokens_of("站").empty());
  EXPECT_EQ(tokens_of("Ab1"), tokens_of("ab1"));
}

// ---------------------------------------------------------------- certificates

Proof proof(base::Date on, ProofState state, double hours, const std::string& title) {
  Proof p;
  p.on = on;
  p.state = state;
  p.hours = hours;
  p.audience = 30;
  p.title = title;
  p.decided_unit = "柳溪镇";
  return p;
}

Certificate sample() {
  auto c = certificate_of("测试人员",
                          {proof({2026, 3, 1}, ProofState::confirmed, 2, "防汛讲座"),
                           proof({2026, 2, 1}, ProofState::confirmed, 1.5, "急救\t培训"),
                           proof({2026, 3, 2}, ProofState::told, 8, "没有确认"),
                           proof({2025, 12, 31}, ProofState::confirmed, 4, "上一年")},
                          {2026, 1, 1}, {2026, 12, 31});
  c.code = "abc";
  c.county = "岚江县";
  c.issuer = "县科协";
  c.issued_on = {2026, 4, 1};
  c.roles = {"科普专家（专2026-0001）"};
  return c;
}

TEST(Certificate, CountsConfirmedWorksOfItsDaysAlone) {
  const auto c = sample();
  ASSERT_EQ(c.lines.size(), 2u);
  EXPECT_EQ(c.lines[0].title, "急救 培训");
  EXPECT_DOUBLE_EQ(c.hours, 3.5);
  EXPECT_EQ(c.audience, 60);
}

TEST(Certificate, IsTheSameAfterWritingAndReading) {
  const auto again = parse_certificate(payload_of(sample()));
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, sample());
  const auto file = parse_certificate_file(certificate_file(payload_of(sample()), "sig", "key"));
  ASSERT_TRUE(file);
  EXPECT_EQ(file->payload, payload_of(sample()));
  EXPECT_EQ(file->signature, "sig");
  EXPECT_EQ(file->public_key, "key");
}

TEST(Certificate, AnyChangedByteOfTextOrSignatureIsFoundOut) {
  const auth::Signer signer{auth::MasterKey{}};
  const std::string text = payload_of(sample()), signature = signer.sign(text);
  ASSERT_TRUE(auth::Signer::verify(text, signature, signer.public_key()));
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(auth::Signer::verify(changed, signature, signer.public_key())) << i;
  }
  for (std::size_t i = 0; i < signature.size(); ++i) {
    std::string changed = signature;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(auth::Signer::verify(text, changed, signer.public_key())) << i;
  }
  EXPECT_FALSE(auth::Signer::verify(text + " ", signature, signer.public_key()));
  EXPECT_FALSE(auth::Signer::verify(text, "", signer.public_key()));
  auth::MasterKey other;
  other.bytes[0] = 1;
  EXPECT_FALSE(auth::Signer::verify(text, signature, auth::Signer(other).public_key()));
}

}  // namespace
}  // namespace kepu::registers
