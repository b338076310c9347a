#include "engines/points/points.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/secret.h"
#include "core/base/text.h"
#include "core/base/words.h"

namespace kepu::points {

namespace {

constexpr base::Word<Basis> kBases[] = {{Basis::hour, "hour", "每小时"}, {Basis::time, "time", "每次"}};
constexpr base::Word<Entry> kEntries[] = {{Entry::issue, "issue", "发放"},
                                          {Entry::correction, "correction", "更正"},
                                          {Entry::redemption, "redemption", "兑换"},
                                          {Entry::give_back, "give_back", "退回"},
                                          {Entry::expiry, "expiry", "过期"}};
constexpr base::Word<ClaimState> kClaims[] = {{ClaimState::reserved, "reserved", "待领取"},
                                              {ClaimState::handed_out, "handed_out", "已领取"},
                                              {ClaimState::cancelled, "cancelled", "已取消"},
                                              {ClaimState::lapsed, "lapsed", "逾期未领"}};
constexpr std::string_view kAny = "任意", kLeader = "队长", kMember = "队员";
constexpr std::string_view kRoles[] = {kLeader, kMember, "讲师", "助手", "司机"};
constexpr int kMostPoints = 1000;

std::string any_or(const std::string& text) { return text.empty() ? std::string(kAny) : text; }
std::string none_if_any(std::string_view text) { return text == kAny ? std::string() : std::string(text); }

// `all` null: anything goes.
bool known(const std::vector<std::string>* all, const std::string& one) {
  return all == nullptr || one.empty() || std::find(all->begin(), all->end(), one) != all->end();
}

RuleLines read_rules(std::string_view text, const std::vector<std::string>* kinds,
                     const std::vector<std::string>* grades) {
  RuleLines out;
  int number = 0;
  const auto wrong = [&](const std::string& what) {
    out.errors.push_back(
        {base::Code::invalid, "points.rules", "rules", fmt::format("第 {} 行：{}", number, what)});
  };
  for (const auto& raw : base::split(text, "\n")) {
    ++number;
    const std::string line = base::trim(raw);
    if (line.empty()) continue;
    auto parts = base::split(base::replace_all(line, "｜", "|"), "|");
    if (parts.size() != 5) {
      wrong("要写成“服务类别 | 角色 | 在册名录 | 每小时 | 分数”五段，用竖线隔开。");
      continue;
    }
    Rule r;
    r.kind = none_if_any(base::trim(parts[0]));
    r.role = none_if_any(base::trim(parts[1]));
    r.grade = none_if_any(base::trim(parts[2]));
    const auto basis = base::parse_word(kBases, base::trim(parts[3]));
    const auto points = base::parse_int(base::trim(base::to_narrow(base::trim(parts[4]))));
    if (!known(kinds, r.kind)) wrong("没有服务类别“" + r.kind + "”，请按点单设置里的名称写，或写“任意”。");
    if (!r.role.empty() && std::find(std::begin(kRoles), std::end(kRoles), r.role) == std::end(kRoles))
      wrong("角色写“队长”“讲师”“助手”“司机”“队员”（除队长以外的人）或“任意”。");
    if (!known(grades, r.grade)) wrong("没有名录“" + r.grade + "”，请按名录的名称写，或写“任意”。");
    if (!basis) wrong("第四段写“每小时”或“每次”。");
    if (!points || *points < 0 || *points > kMostPoints) wrong("分数是 0 到 1000 的整数。");
    r.basis = basis.value_or(Basis::hour);
    r.points = static_cast<int>(points.value_or(0));
    const bool again = std::any_of(out.rules.begin(), out.rules.end(), [&](const Rule& o) {
      return o.kind == r.kind && o.role == r.role && o.grade == r.grade;
    });
    if (again) wrong("和前面一行的条件相同，只留一行。");
    out.rules.push_back(std::move(r));
  }
  return out;
}

}  // namespace

std::string_view title_of(Basis b) { return base::word_of(kBases, b).title; }
std::string_view to_text(Entry e) { return base::word_of(kEntries, e).text; }
std::string_view title_of(Entry e) { return base::word_of(kEntries, e).title; }
std::optional<Entry> parse_entry(std::string_view t) { return base::parse_word(kEntries, t); }
std::string_view to_text(ClaimState s) { return base::word_of(kClaims, s).text; }
std::string_view title_of(ClaimState s) { return base::word_of(kClaims, s).title; }
std::optional<ClaimState> parse_claim_state(std::string_view t) { return base::parse_word(kClaims, t); }

std::string_view account_of(Entry e) {
  switch (e) {
    case Entry::issue:
      return "发放账户";
    case Entry::correction:
      return "更正账户";
    case Entry::redemption:
    case Entry::give_back:
      return "兑换账户";
    case Entry::expiry:
      return "过期账户";
  }
  return "";
}

RuleLines parse_rules(std::string_view text, const std::vector<std::string>& kinds,
                      const std::vector<std::string>& grades) {
  return read_rules(text, &kinds, &grades);
}
std::vector<Rule> parse_stored_rules(std::string_view text) {
  return read_rules(text, nullptr, nullptr).rules;
}

Rules shipped_rules() {
  Rules out;
  out.rules = {{"", "", "", Basis::hour, 10}, {"", std::string(kLeader), "", Basis::hour, 12}};
  out.day_cap = 80;
  out.filled_percent = 50;
  return out;
}

std::string rules_text(const std::vector<Rule>& rules) {
  std::string out;
  for (const auto& r : rules)
    out += fmt::format("{} | {} | {} | {} | {}\n", any_or(r.kind), any_or(r.role), any_or(r.grade),
                       title_of(r.basis), r.points);
  return out;
}

Award award_of(const Rules& rules, const Service& s) {
  const Rule* best = nullptr;
  int best_special = -1;
  for (const auto& r : rules.rules) {
    if (!r.kind.empty() && r.kind != s.kind) continue;
    const bool named = r.role == s.role && r.role != kMember;
    if (!r.role.empty() && !named && (r.role != kMember || s.role == kLeader)) continue;
    if (!r.grade.empty() && std::find(s.grades.begin(), s.grades.end(), r.grade) == s.grades.end()) continue;
    const int special = (r.kind.empty() ? 0 : 2) +
                        (named            ? 2
                         : r.role.empty() ? 0
                                          : 1) +
                        (r.grade.empty() ? 0 : 2);
    if (special > best_special) best = &r, best_special = special;
  }
  if (best == nullptr) return {0, "没有适用的积分规则"};
  if (best->basis == Basis::time && !s.first) return {0, "按次计分，同一单只计一次"};
  const std::int64_t share = s.filled ? rules.filled_percent : 100;
  const std::int64_t minutes = best->basis == Basis::hour ? std::max(0, s.minutes) : 60;
  Award out;
  out.points = static_cast<int>((best->points * minutes * share + 3000) / 6000);
  out.why = fmt::format("{} {} 分", title_of(best->basis), best->points);
  if (best->basis == Basis::hour) out.why += fmt::format(" × {:.1f} 小时", minutes / 60.0);
  if (share != 100) out.why += fmt::format(" × {}%（补录）", share);
  return out;
}

int capped(const Rules& rules, int points, int of_day, int of_month) {
  int left = points;
  if (rules.day_cap > 0) left = std::min(left, rules.day_cap - of_day);
  if (rules.month_cap > 0) left = std::min(left, rules.month_cap - of_month);
  return std::max(0, left);
}

std::optional<Date> last_day_of(const Rules& rules, Date day) {
  if (rules.years <= 0) return std::nullopt;
  return Date{day.year + rules.years, 12, 31};
}

std::string chain(std::string_view before, Id tenant, const Booking& b) {
  // Lengths stand before the texts, so that nothing can move from one field to the next.
  std::string text = fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}", before, tenant, b.number, b.at,
                                 to_text(b.entry), b.person, b.points, base::to_iso(b.day), b.rules);
  for (const auto* field : {&b.name, &b.source, &b.words, &b.by})
    text += fmt::format("|{}:{}", field->size(), *field);
  return base::sha256_hex(text);
}

std::vector<Taken> take(std::vector<Lot>& lots, int points) {
  std::int64_t there = 0;
  for (const auto& lot : lots) there += lot.left;
  if (points <= 0 || there < points) return {};
  std::vector<Lot*> order;
  for (auto& lot : lots) order.push_back(&lot);
  std::stable_sort(order.begin(), order.end(), [](const Lot* a, const Lot* b) {
    if (a->last_day.has_value() != b->last_day.has_value()) return a->last_day.has_value();
    if (a->last_day && *a->last_day != *b->last_day)
      return base::to_days(*a->last_day) < base::to_days(*b->last_day);
    return a->booking < b->booking;
  });
  std::vector<Taken> out;
  for (Lot* lot : order) {
    const int now = std::min(lot->left, points);
    if (now == 0) continue;
    lot->left -= now;
    points -= now;
    out.push_back({lot->booking, now});
    if (points == 0) break;
  }
  return out;
}

}  // namespace kepu::points
