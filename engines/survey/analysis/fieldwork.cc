#include "engines/survey/analysis/fieldwork.h"

namespace kepu::survey::analysis {

namespace {

void count(Fieldwork& f, const Case& c) {
  ++f.drawn;
  f.replacements += c.replacement ? 1 : 0;
  switch (c.outcome) {
    case Outcome::complete:
      ++f.complete;
      break;
    case Outcome::partial:
      ++f.partial;
      break;
    case Outcome::refusal:
      ++f.refusal;
      break;
    case Outcome::no_contact:
      ++f.no_contact;
      break;
    case Outcome::other:
      ++f.other;
      break;
    case Outcome::unknown:
      ++f.unknown;
      break;
    case Outcome::ineligible:
      ++f.ineligible;
      break;
  }
}

Rate rate(const char* name, const char* title, const char* formula, double part, double whole) {
  Rate r{name, title, formula, {}};
  if (whole > 0) r.percent = 100 * part / whole;
  return r;
}

}  // namespace

Fieldwork fieldwork_of(const std::vector<Case>& cases) {
  Fieldwork f;
  for (const Case& c : cases) count(f, c);
  const double i = f.complete, p = f.partial, r = f.refusal, nc = f.no_contact, o = f.other, u = f.unknown;
  const double eligible = i + p + r + nc + o;
  const double known = eligible + f.ineligible;
  const double e = known > 0 ? eligible / known : 0;
  if (known > 0) f.eligible_percent = 100 * e;
  f.rates = {
      rate("RR1", "应答率（情况不明的全部计入）", "I / (I+P+R+NC+O+U)", i, eligible + u),
      rate("RR2", "应答率（含部分完成，情况不明的全部计入）", "(I+P) / (I+P+R+NC+O+U)", i + p, eligible + u),
      rate("RR3", "应答率（情况不明的按估计的合格比例计入）", "I / (I+P+R+NC+O+e·U)", i, eligible + e * u),
      rate("RR4", "应答率（含部分完成，按估计的合格比例）", "(I+P) / (I+P+R+NC+O+e·U)", i + p,
           eligible + e * u),
      rate("RR5", "应答率（情况不明的不计）", "I / (I+P+R+NC+O)", i, eligible),
      rate("RR6", "应答率（含部分完成，情况不明的不计）", "(I+P) / (I+P+R+NC+O)", i + p, eligible),
      rate("COOP1", "合作率（接触到的人中）", "I / (I+P+R+O)", i, i + p + r + o),
      rate("COOP3", "合作率（能够作答的人中）", "I / (I+P+R)", i, i + p + r),
      rate("REF1", "拒访率（情况不明的全部计入）", "R / (I+P+R+NC+O+U)", r, eligible + u),
      rate("REF2", "拒访率（按估计的合格比例）", "R / (I+P+R+NC+O+e·U)", r, eligible + e * u),
      rate("CON1", "接触率（情况不明的全部计入）", "(I+P+R+O) / (I+P+R+NC+O+U)", i + p + r + o, eligible + u),
      rate("CON2", "接触率（按估计的合格比例）", "(I+P+R+O) / (I+P+R+NC+O+e·U)", i + p + r + o,
           eligible + e * u),
  };
  return f;
}

}  // namespace kepu::survey::analysis
