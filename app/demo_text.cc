#include "app/demo_text.h"

#include <algorithm>
#include <stdexcept>

#include "app/program.h"
#include "core/base/text.h"

namespace kepu::app::demo {
namespace {

constexpr std::string_view kCounty = "岚江";
constexpr std::string_view kTask = "! ";

struct Replacement {
  std::string was;
  std::optional<std::string> is;
};

std::vector<Replacement> replacements(std::string_view changes) {
  std::vector<Replacement> out;
  for (const auto& line : base::split(changes, "\n")) {
    if (base::starts_with(line, "- ")) {
      out.push_back({line.substr(2), std::nullopt});
    } else if (base::starts_with(line, "+ ") && !out.empty() && !out.back().is) {
      out.back().is = line.substr(2);
    } else if (!line.empty() && !base::starts_with(line, "# ") && line != "#") {
      // A remark may run over several lines: each begins with "#".
      throw std::runtime_error("demo/draft-changes.txt：看不懂这一行：" + line);
    }
  }
  return out;
}

std::size_t only_place(const std::string& text, const std::string& part) {
  const auto at = text.find(part);
  if (at == std::string::npos || text.find(part, at + 1) != std::string::npos) {
    throw std::runtime_error("demo/draft-changes.txt：这段原文在方案里不是恰好一处：" + part);
  }
  return at;
}

}  // namespace

std::string issued_text() { return std::string(shipped_demo("plan")); }
std::string draft_text() { return with_changes(shipped_demo("plan"), shipped_demo("draft")); }
std::string superior_text() { return std::string(shipped_demo("superior")); }

std::string with_changes(std::string_view text, std::string_view changes) {
  std::string out = "\n" + std::string(text);  // so that a whole line is found between two line breaks
  for (const auto& [was, is] : replacements(changes)) {
    if (is) {
      out.replace(only_place(out, was), was.size(), *is);
    } else {
      out.erase(only_place(out, "\n" + was + "\n"), was.size() + 1);
    }
  }
  return out.substr(1);
}

std::string county_text(const std::string& county, int years, const std::vector<std::size_t>& omitted) {
  std::string text = issued_text();
  text = base::replace_all(text, "岚府",
                           std::string(base::to_utf8(base::to_code_points(county).substr(0, 1))) + "府");
  text = base::replace_all(text, std::string(kCounty) + "县", county);
  text = base::replace_all(text, kCounty,
                           base::ends_with(county, "县") ? county.substr(0, county.size() - 3) : county);
  // From the earliest on, so that no year is moved twice.
  for (int year = 2025; years != 0 && year <= 2030; ++year) {
    text = base::replace_all(text, std::to_string(year), std::to_string(year + years));
  }
  std::vector<std::string> kept;
  std::size_t task = 0;
  for (auto& line : base::split(text, "\n")) {
    if (base::starts_with(line, kTask) &&
        std::find(omitted.begin(), omitted.end(), task++) != omitted.end()) {
      continue;
    }
    kept.push_back(std::move(line));
  }
  return base::join(kept, "\n");
}

std::size_t tasks_in(std::string_view text) {
  const auto lines = base::split(text, "\n");
  return static_cast<std::size_t>(std::count_if(
      lines.begin(), lines.end(), [](const std::string& line) { return base::starts_with(line, kTask); }));
}

std::string county_name(int index) {
  static constexpr std::string_view kFirst[] = {"霁", "翎", "砚", "篁", "珩", "苇", "岫", "澹", "蓼", "曦"};
  static constexpr std::string_view kSecond[] = {"棠", "汀", "禾", "漪", "榆", "铎", "蘅", "笙", "榕", "筠"};
  static constexpr std::string_view kThird[] = {"浦", "原", "坡", "渡", "坝", "沟", "湾", "岭", "泽", "塬"};
  const auto at = [](const auto& list, int i) { return std::string(list[static_cast<std::size_t>(i)]); };
  return at(kFirst, index % 10) + at(kSecond, index / 10 % 10) + at(kThird, index / 100 % 10) + "县";
}

std::uint64_t Dice::next() {
  state_ += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

}  // namespace kepu::app::demo
