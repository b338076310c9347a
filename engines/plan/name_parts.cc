#include "engines/plan/name_parts.h"

#include <algorithm>
#include <unordered_map>

#include "core/base/text.h"
#include "engines/plan/name_words.h"

namespace kepu::plan {
namespace {

using base::starts_with;

// The vocabulary in the form in which it is looked up; built once.
struct Vocabulary {
  std::unordered_map<std::string, std::string> bodies;               // any wording → the common short name
  std::unordered_map<std::string, std::vector<std::string>> fields;  // alias → fields
  std::size_t longest_field = 0;                                     // characters
  Vocabulary() {
    for (const auto& body : body_names()) {
      const auto words = base::split(body.words, "|");
      for (const auto& word : words) bodies.emplace(word, words.front());
    }
    for (const auto& row : field_words())
      for (auto& alias : base::split(row.aliases, "|")) {
        longest_field = std::max(longest_field, base::length(alias));
        fields.emplace(std::move(alias), base::split(row.fields, " "));
      }
  }
};

const Vocabulary& vocabulary() {
  static const Vocabulary instance;
  return instance;
}

bool take(std::string& text, std::string_view prefix) {
  if (!starts_with(text, prefix)) return false;
  text.erase(0, prefix.size());
  return true;
}

// 市场监管局 and 区域 begin with no level.
bool is_word_instead(std::string_view text) {
  for (const auto word : {"市场", "市容", "市监", "市管", "区域", "州际"})
    if (starts_with(text, word)) return true;
  return starts_with(text, "市政") && !starts_with(text, "市政府");
}

char32_t take_level(std::string& text) {
  struct Level {
    std::string_view word;
    char32_t level;
  };
  static constexpr Level kLevels[] = {{"国家", U'国'}, {"中央", U'国'}, {"全国", U'国'}, {"自治区", U'省'},
                                      {"省", U'省'},   {"市", U'市'},   {"州", U'州'},   {"盟", U'盟'},
                                      {"县", U'县'},   {"区", U'区'},   {"旗", U'旗'}};
  if (is_word_instead(text)) return 0;
  for (const auto& each : kLevels)
    if (take(text, each.word)) return each.level;
  return 0;
}

class Taker {
 public:
  Taker(std::string_view name, const Region& region) : region_(region) {
    parts_.wording = base::wording(name);
    rest_ = parts_.wording;
  }

  NameParts run() {
    if (is_youth_league()) {
      parts_.core = parts_.body = "团委";
      return std::move(parts_);
    }
    take_front();
    take_region_inside();
    take_township_office();
    parts_.core = rest_;
    name_the_body();
    return std::move(parts_);
  }

 private:
  // 团县委, 县团委, 共青团岚江县委员会, 团委
  bool is_youth_league() {
    if (base::contains(parts_.wording, "共青团")) return true;
    auto text = parts_.wording;
    take_region(text);
    const bool first = take(text, "团");
    parts_.level = take_level(text);
    const bool found = (first && (text == "委" || text == "委员会")) || text == "团委" || text == "团委员会";
    if (!found) parts_.level = 0;
    return found;
  }

  bool take_region(std::string& text) const {
    return (!region_.name.empty() && take(text, region_.name)) ||
           (!region_.stem.empty() && take(text, region_.stem));
  }

  void take_front() {
    for (int i = 0; i < 4; ++i) {
      if (take(rest_, "中国共产党") || take(rest_, "中共")) {
        parts_.branch = Branch::party;
        continue;
      }
      bool leveled = false;
      if (!region_.name.empty() && take(rest_, region_.name)) {
        leveled = true;
        if (parts_.level == 0) parts_.level = region_.level;
      } else if (!region_.stem.empty() && take(rest_, region_.stem)) {
        continue;
      } else if (const auto level = take_level(rest_); level != 0) {
        leveled = true;
        if (parts_.level == 0) parts_.level = level;
        take(rest_, "级");
      }
      take_branch(leveled);
      if (!leveled) break;
    }
    take(rest_, "税务总局");
  }

  void take_branch(bool leveled) {
    if (leveled && (take(rest_, "委员会") || take(rest_, "委"))) parts_.branch = Branch::party;
    if (take(rest_, "人民政府") || take(rest_, "政府")) parts_.branch = Branch::government;
  }

  // 市生态环境局岚江分局 → 生态环境局分局
  void take_region_inside() {
    if (region_.stem.empty()) return;
    rest_ = base::replace_all(base::replace_all(rest_, region_.name, ""), region_.stem, "");
  }

  // 青石镇人民政府, 青石街道办事处, 青石镇党委 → 青石镇, 青石街道
  void take_township_office() {
    for (const std::string_view office :
         {"人民政府", "政府", "街道办事处", "办事处", "党工委", "党委", "街道办"}) {
      if (!base::ends_with(rest_, office)) continue;
      auto place = rest_.substr(0, rest_.size() - office.size());
      if (starts_with(office, "街道")) place += "街道";
      for (const auto end : {"镇", "乡", "街道", "苏木"})
        if (base::ends_with(place, end) && base::length(place) > 1) {
          rest_ = place;
          return;
        }
    }
  }

  void name_the_body() {
    const auto& bodies = vocabulary().bodies;
    if (const auto found = bodies.find(rest_); found != bodies.end()) {
      parts_.body = found->second;
      return;
    }
    if (rest_ == "办" || rest_ == "办公室") {
      parts_.body = parts_.branch == Branch::party ? "党委办" : "政府办";
      return;
    }
    auto stem = rest_;
    for (const auto& each : body_endings())
      if (base::ends_with(stem, each.ending) && stem.size() > each.ending.size()) {
        stem.resize(stem.size() - each.ending.size());
        parts_.kind = each.kind;
        break;
      }
    take_fields(stem);
  }

  // Longest words first.
  void take_fields(const std::string& stem) {
    const auto& words = vocabulary();
    const auto letters = base::to_code_points(stem);
    for (std::size_t at = 0; at < letters.size();) {
      std::size_t step = 0;
      for (auto length = std::min(words.longest_field, letters.size() - at); length > 0 && step == 0;
           --length) {
        const auto found = words.fields.find(base::to_utf8(std::u32string_view(letters).substr(at, length)));
        if (found == words.fields.end()) continue;
        parts_.fields.insert(found->second.begin(), found->second.end());
        step = length;
      }
      if (step == 0 && !is_filler(letters[at])) parts_.fields.insert(base::to_utf8(letters.substr(at, 1)));
      at += std::max<std::size_t>(step, 1);
    }
  }

  static bool is_filler(char32_t c) { return c == U'和' || c == U'与' || c == U'及' || c == U'暨'; }

  const Region& region_;
  NameParts parts_;
  std::string rest_;
};

}  // namespace

Region region_of(std::string_view name) {
  Region region;
  auto text = base::wording(name);
  for (const std::string_view end : {"人民政府", "政府"})
    if (base::ends_with(text, end)) text.resize(text.size() - end.size());
  const auto letters = base::to_code_points(text);
  if (letters.size() < 2) return region;
  const auto last = letters.back();
  if (last != U'县' && last != U'市' && last != U'区' && last != U'旗') return region;
  region.name = text;
  region.level = last;
  region.stem = base::to_utf8(std::u32string_view(letters).substr(0, letters.size() - 1));
  // A stem of one character (澧) stands in too many words to be taken out of names.
  if (base::length(region.stem) < 2) region.stem.clear();
  return region;
}

NameParts take_apart(std::string_view name, const Region& region) { return Taker(name, region).run(); }

int rank_of(char32_t level, const Region& region) {
  if (level == 0 || level == region.level) return 0;
  switch (level) {
    case U'国':
      return 3;
    case U'省':
      return 2;
    case U'市':
    case U'州':
    case U'盟':
      return 1;
    default:
      return 0;
  }
}

}  // namespace kepu::plan
