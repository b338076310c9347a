// 引文核对: titles and numbers of the documents that a plan cites, against those that were imported.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "engines/plan/compare.h"

namespace kepu::plan {
namespace {

using Verdict = Citation::Verdict;

constexpr double kNearlySame = 0.85;

// 江南省 of 江南省全民科学素质…: whose plan it is; empty for the State Council's outline.
std::string region_of(const std::string& wording) {
  auto head = wording.substr(0, wording.find("全民科学素质"));
  if (head.size() == wording.size()) return {};
  if (const auto at = head.rfind("印发"); at != std::string::npos) {
    head = head.substr(at + std::string_view("印发").size());
  }
  return head;
}

// 《…》 of a notice often stands for the plan inside it, and the other way round.
double title_likeness(const std::string& cited, const Metadata& document) {
  const auto wording = base::wording(cited);
  if (wording.empty()) return 0;
  double best = 0;
  for (const auto* title : {&document.title, &document.notice_title}) {
    const auto other = base::wording(*title);
    if (other.empty()) continue;
    const auto here = region_of(wording), there = region_of(other);
    if (!here.empty() && !there.empty() && !base::ends_with(here, there) && !base::ends_with(there, here))
      continue;
    const auto shorter = std::min(wording.size(), other.size()),
               longer = std::max(wording.size(), other.size());
    const bool inside =
        shorter * 2 >= longer && (base::contains(other, wording) || base::contains(wording, other));
    best = std::max(best,
                    inside || base::contains(other, "印发" + wording) ? 1.0 : base::likeness(wording, other));
  }
  return best;
}

struct Nearest {
  const Version* document = nullptr;
  double likeness = 0;
};

Citation judge(const BasisItem& basis, const Nearest& by_title, const Version* by_number) {
  Citation citation{basis, Verdict::not_at_hand, 0, {}};
  const auto number = normal_doc_number(basis.doc_number);
  const auto conclude = [&](Verdict verdict, const Version& document, std::string message) {
    citation.verdict = verdict;
    citation.plan_version = document.id;
    citation.message = std::move(message);
    return citation;
  };
  const bool known_title = by_title.document != nullptr && by_title.likeness >= kNearlySame;
  if (by_number != nullptr) {
    if (title_likeness(basis.title, by_number->metadata) >= kNearlySame)
      return conclude(Verdict::agrees, *by_number, "题名、文号与已导入的文件一致。");
    return conclude(Verdict::title_differs, *by_number,
                    fmt::format("文号 {} 的文件题名是《{}》，这里写作《{}》：请核对题名或文号。", number,
                                by_number->metadata.title, basis.title));
  }
  if (!known_title) {
    citation.message = fmt::format("《{}》尚未导入，无法核对：可在“上位文件”中导入原文。", basis.title);
    return citation;
  }
  const auto& document = *by_title.document;
  const auto right = normal_doc_number(document.metadata.doc_number);
  if (number.empty())
    return conclude(Verdict::no_number, document,
                    right.empty() ? fmt::format("引用《{}》没有写文号：请补写。", basis.title)
                                  : fmt::format("引用《{}》没有写文号：应为 {}。", basis.title, right));
  if (right.empty())
    return conclude(Verdict::agrees, document, "题名与已导入的文件一致；该文件没有文号，文号无法核对。");
  return conclude(Verdict::number_differs, document,
                  fmt::format("《{}》的文号是 {}，这里写作 {}：请改正。", basis.title, right, number));
}

}  // namespace

std::string normal_doc_number(std::string_view text) {
  auto number = base::without_space(base::to_narrow(text));
  for (const std::string_view open : {"[", "(", "【", "〖", "［"})
    number = base::replace_all(number, open, "〔");
  for (const std::string_view close : {"]", ")", "】", "〗", "］"})
    number = base::replace_all(number, close, "〕");
  number = base::replace_all(number, "〕第", "〕");
  // 〔2021〕09号 → 〔2021〕9号
  if (const auto at = number.find("〕"); at != std::string::npos) {
    const auto digits = at + std::string_view("〕").size();
    while (digits + 1 < number.size() && number[digits] == '0' && number[digits + 1] >= '0' &&
           number[digits + 1] <= '9')
      number.erase(digits, 1);
  }
  return number;
}

std::vector<Citation> check_citations(const Plan& plan, const std::vector<Version>& at_hand) {
  std::vector<Citation> citations;
  for (const auto& basis : plan.basis) {
    const auto number = normal_doc_number(basis.doc_number);
    Nearest by_title;
    const Version* by_number = nullptr;
    for (const auto& document : at_hand) {
      const bool own =
          document.id == plan.version.id || (document.plan != 0 && document.plan == plan.version.plan);
      if (own || document.state == VersionState::withdrawn) continue;
      const auto likeness = title_likeness(basis.title, document.metadata);
      if (likeness > by_title.likeness) by_title = {&document, likeness};
      if (number.empty() || number != normal_doc_number(document.metadata.doc_number)) continue;
      if (by_number == nullptr || likeness > title_likeness(basis.title, by_number->metadata))
        by_number = &document;
    }
    citations.push_back(judge(basis, by_title, by_number));
  }
  return citations;
}

}  // namespace kepu::plan
