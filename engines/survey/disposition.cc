#include "engines/survey/disposition.h"

namespace kepu::survey {
namespace {

constexpr Disposition kTable[] = {
    {"1.1", "完成访问", Outcome::complete, false, true},
    {"1.2", "部分完成", Outcome::partial, false, true},
    {"2.111", "入户被拒", Outcome::refusal, true, true},
    {"2.112", "被抽中的人拒绝", Outcome::refusal, true, true},
    {"2.12", "中途停止，答得太少", Outcome::refusal, false, true},
    {"2.24", "家中无人", Outcome::no_contact, true, false},
    {"2.25", "被抽中的人不在家", Outcome::no_contact, true, false},
    {"2.23", "进不了楼或院子", Outcome::no_contact, true, false},
    {"2.32", "因病、残疾等无法作答", Outcome::other, true, true},
    {"2.33", "语言不通", Outcome::other, true, true},
    {"2.36", "调查期间一直外出", Outcome::other, true, true},
    {"3.11", "还没有去过", Outcome::unknown, false, false},
    {"3.17", "路不通或有危险，到不了", Outcome::unknown, true, false},
    {"3.18", "找不到这一户", Outcome::unknown, true, false},
    {"3.21", "见到人但没有问到家里有几人", Outcome::unknown, true, false},
    {"4.50", "不是住户（商铺、单位、已拆除）", Outcome::ineligible, true, true},
    {"4.60", "空房，无人居住", Outcome::ineligible, true, true},
    {"4.70", "家中没有 18–69 岁的常住居民", Outcome::ineligible, true, true},
};

std::optional<double> ratio(double part, double whole) {
  return whole > 0 ? std::optional(part / whole) : std::nullopt;
}

}  // namespace

std::span<const Disposition> dispositions() { return kTable; }
const Disposition* find_disposition(std::string_view code) {
  for (const auto& d : kTable) {
    if (d.code == code) return &d;
  }
  return nullptr;
}

void count(AaporCounts& c, Outcome outcome, double weight) {
  switch (outcome) {
    case Outcome::complete:
      c.complete += weight;
      return;
    case Outcome::partial:
      c.partial += weight;
      return;
    case Outcome::refusal:
      c.refusal += weight;
      return;
    case Outcome::no_contact:
      c.no_contact += weight;
      return;
    case Outcome::other:
      c.other += weight;
      return;
    case Outcome::unknown:
      c.unknown += weight;
      return;
    case Outcome::ineligible:
      c.ineligible += weight;
      return;
  }
}

AaporRates aapor_rates(const AaporCounts& c) {
  AaporRates out;
  const double interviews = c.complete + c.partial;
  const double eligible = interviews + c.refusal + c.no_contact + c.other;
  const double known = eligible + c.ineligible;
  out.e = known > 0 ? eligible / known : 1;
  out.rr1 = ratio(c.complete, eligible + c.unknown);
  out.rr2 = ratio(interviews, eligible + c.unknown);
  out.rr3 = ratio(c.complete, eligible + out.e * c.unknown);
  out.rr4 = ratio(interviews, eligible + out.e * c.unknown);
  out.rr5 = ratio(c.complete, eligible);
  out.rr6 = ratio(interviews, eligible);
  out.coop1 = ratio(c.complete, interviews + c.refusal + c.other);
  out.ref1 = ratio(c.refusal, eligible + c.unknown);
  out.con1 = ratio(interviews + c.refusal + c.other, eligible + c.unknown);
  return out;
}

}  // namespace kepu::survey
