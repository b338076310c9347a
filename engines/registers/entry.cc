// Terms, renewal, totals, names.
#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>

#include "core/base/text.h"
#include "engines/registers/registers.h"

namespace kepu::registers {

bool is_expired(const Entry& e, base::Date today) {
  return (e.state == State::in_force || e.state == State::suspended) && e.valid_until &&
         *e.valid_until < today;
}

bool in_force(const Entry& e, base::Date today) {
  return e.state == State::in_force && !is_expired(e, today) && (!e.valid_from || *e.valid_from <= today);
}

bool renewal_due(const Entry& e, const Type& type, base::Date today) {
  return e.state == State::in_force && e.valid_until &&
         base::to_days(*e.valid_until) - base::to_days(today) <= type.window_days;
}

std::optional<base::Date> term_end(base::Date from, int months) {
  if (months <= 0) return std::nullopt;
  const int month = from.month - 1 + months;
  base::Date end{from.year + month / 12, month % 12 + 1, from.day};
  // 31 January and one month: the term ends with February.
  while (!base::parse_date(base::to_iso(end))) --end.day;
  if (end.day != from.day) return end;
  return base::from_days(base::to_days(end) - 1);
}

std::optional<base::Date> renewed_until(const Entry& e, const Type& type, base::Date today) {
  if (e.valid_until && *e.valid_until >= today)
    return term_end(base::from_days(base::to_days(*e.valid_until) + 1), type.term_months);
  return term_end(today, type.term_months);
}

ProofTotals totals_of(const std::vector<Proof>& proofs) {
  ProofTotals out;
  for (const auto& p : proofs) {
    if (p.state != ProofState::confirmed) continue;
    out.hours += p.hours;
    out.audience += p.audience;
    ++out.count[p.kind];
    ++out.all;
  }
  return out;
}

std::string pinyin_of(std::string_view name) {
  // A transliterator is costly to make and not safe to share between threads.
  thread_local const std::unique_ptr<icu::Transliterator> kLatin = [] {
    UErrorCode status = U_ZERO_ERROR;
    return std::unique_ptr<icu::Transliterator>(
        icu::Transliterator::createInstance("Han-Latin; Latin-ASCII; Lower", UTRANS_FORWARD, status));
  }();
  auto text =
      icu::UnicodeString::fromUTF8(icu::StringPiece(name.data(), static_cast<std::int32_t>(name.size())));
  if (kLatin) kLatin->transliterate(text);
  std::string latin;
  text.toUTF8String(latin);
  return base::without_space(latin);
}

std::vector<std::string> tokens_of(std::string_view text) {
  std::vector<std::string> out;
  auto points = base::to_code_points(base::wording(text));
  for (auto& c : points) {
    if (c >= U'A' && c <= U'Z') c += U'a' - U'A';
  }
  for (std::size_t i = 0; i + 1 < points.size(); ++i) out.push_back(base::to_utf8(points.substr(i, 2)));
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace kepu::registers
