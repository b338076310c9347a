#include "engines/plan/duties/duty_catalog.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <set>
#include <utility>

#include "engines/plan/duties/duty_cue.h"

namespace kepu::plan {

namespace {

using base::Done;
using base::Result;

constexpr std::size_t kMaxBytes = 1 << 20;
constexpr std::size_t kMaxDuties = 1000;

constexpr std::pair<std::string_view, std::string_view> kEngines[] = {
    {"plan", "计划"},     {"indicators", "指标"}, {"survey", "调查"},   {"registers", "名录"},
    {"schemes", "申报"},  {"orders", "点单"},     {"events", "活动"},   {"training", "培训"},
    {"contests", "竞赛"}, {"media", "传播"},      {"response", "应急"}, {"funds", "经费"},
    {"partners", "合作"},
};

unsigned line_of(const toml::node& node) { return node.source().begin.line; }

tl::unexpected<base::Error> refuse_at(unsigned line, std::string rule, std::string_view what,
                                      std::string field = {}) {
  return base::refuse(base::Code::invalid, std::move(rule), fmt::format("职责目录第 {} 行：{}", line, what),
                      std::move(field));
}

// The text under a key; refused where it is absent (and needed), empty or no text.
Result<std::string> text_of(const toml::table& table, std::string_view key, bool needed) {
  const toml::node* node = table.get(key);
  if (!node) {
    if (!needed) return std::string();
    return refuse_at(line_of(table), "catalog.field", fmt::format("缺少“{}”，请补上这一项。", key),
                     std::string(key));
  }
  const auto* text = node->as_string();
  if (!text || text->get().empty())
    return refuse_at(line_of(*node), "catalog.field", fmt::format("“{}”应是引号里的文字，且不能为空。", key),
                     std::string(key));
  return text->get();
}

struct TextAt {
  std::string text;
  unsigned line = 0;
};

Result<std::vector<TextAt>> texts_of(const toml::table& table, std::string_view key) {
  std::vector<TextAt> out;
  const toml::node* node = table.get(key);
  if (!node) return out;
  const auto* list = node->as_array();
  if (!list)
    return refuse_at(line_of(*node), "catalog.field", fmt::format("“{}”应是方括号里的一列文字。", key),
                     std::string(key));
  for (const auto& each : *list) {
    const auto* text = each.as_string();
    if (!text || text->get().empty())
      return refuse_at(line_of(each), "catalog.field",
                       fmt::format("“{}”里每一项都应是引号里的文字，且不能为空。", key), std::string(key));
    out.push_back({text->get(), line_of(each)});
  }
  return out;
}

std::vector<std::string> plain(std::vector<TextAt> texts) {
  std::vector<std::string> out;
  for (auto& each : texts) out.push_back(std::move(each.text));
  return out;
}

// A cue that breaks the grammar is refused with the line it stands on.
Done check_cue(const TextAt& cue, const DutyCatalog& catalog) {
  if (auto parsed = parse_cue(cue.text, catalog.words); !parsed)
    return refuse_at(cue.line, parsed.error().rule, parsed.error().message, "cues");
  return {};
}

Done read_cues(const toml::table& table, const DutyCatalog& catalog, Duty& duty) {
  for (const bool strong : {true, false}) {
    for (const auto& cue : TRY(texts_of(table, strong ? "cues" : "weak"))) {
      if (const Done done = check_cue(cue, catalog); !done) return tl::unexpected(done.error());
      duty.cues.push_back({cue.text, strong});
    }
  }
  for (const auto& phrase : TRY(texts_of(table, "against"))) {
    if (phrase.text.find_first_of("+&!@") != std::string::npos)
      return refuse_at(phrase.line, "catalog.cue", "“against”里只能写词，不能用 + & ! @。", "against");
    if (const Done done = check_cue(phrase, catalog); !done) return tl::unexpected(done.error());
    duty.against.push_back(phrase.text);
  }
  if (duty.cues.empty())
    return refuse_at(line_of(table), "catalog.cue",
                     fmt::format("职责 {} 没有提示词，请在 cues 里至少写一条。", duty.id), "cues");
  return {};
}

Result<Duty> read_duty(const toml::table& table, const DutyCatalog& catalog) {
  Duty duty;
  duty.id = TRY(text_of(table, "id", true));
  duty.engine = TRY(text_of(table, "engine", true));
  duty.title = TRY(text_of(table, "title", true));
  duty.purpose = TRY(text_of(table, "purpose", true));
  duty.units = plain(TRY(texts_of(table, "units")));
  duty.holds = plain(TRY(texts_of(table, "holds")));
  const unsigned line = line_of(table);
  if (catalog.find(duty.id))
    return refuse_at(line, "catalog.duplicate_id",
                     fmt::format("编号 {} 用了两次，请改成不重复的编号。", duty.id), "id");
  duty.area = duty.id.substr(0, duty.id.find('-'));
  if (duty.area.size() == duty.id.size() || !catalog.area(duty.area))
    return refuse_at(line, "catalog.unknown_area",
                     fmt::format("编号 {} 应写成“领域-序号”，领域须先在 [[area]] 中列出。", duty.id), "id");
  if (engine_title(duty.engine).empty())
    return refuse_at(
        line, "catalog.unknown_engine",
        fmt::format("没有名为“{}”的功能模块，可用的有：{}。", duty.engine, fmt::join(duty_engines(), "、")),
        "engine");
  if (table.contains("place")) duty.place = TRY(text_of(table, "place", true));
  if (duty.place != "any" && duty.place != "task" && duty.place != "elsewhere")
    return refuse_at(line, "catalog.field",
                     "“place”只能写 any（不限）、task（任务里）或 elsewhere（任务以外）。", "place");
  if (const Done done = read_cues(table, catalog, duty); !done) return tl::unexpected(done.error());
  return duty;
}

Done read_words(const toml::table& root, DutyCatalog& catalog) {
  const auto* words = root["words"].as_table();
  if (!words) return {};
  for (const auto& [name, node] : *words) {
    const auto* text = node.as_string();
    if (!text)
      return refuse_at(line_of(node), "catalog.field",
                       fmt::format("词组“{}”应是引号里用“|”隔开的词。", name.str()), "words");
    for (const char c : text->get())
      if (std::string_view("+&!@{}").find(c) != std::string_view::npos)
        return refuse_at(line_of(node), "catalog.cue", fmt::format("词组“{}”里只能用“|”和“*”。", name.str()),
                         "words");
    if (const Done done = check_cue({text->get(), line_of(node)}, catalog); !done)
      return tl::unexpected(done.error());
    catalog.words.emplace(std::string(name.str()), text->get());
  }
  return {};
}

// The tables of an array of tables such as [[duty]].
Result<std::vector<const toml::table*>> tables_of(const toml::table& root, std::string_view key) {
  std::vector<const toml::table*> out;
  const toml::node* node = root.get(key);
  if (!node) return out;
  const auto* list = node->as_array();
  if (!list)
    return refuse_at(line_of(*node), "catalog.field", fmt::format("应写成 [[{}]]，每个一段。", key),
                     std::string(key));
  for (const auto& each : *list) {
    if (!each.is_table())
      return refuse_at(line_of(each), "catalog.field", fmt::format("应写成 [[{}]]，每个一段。", key),
                       std::string(key));
    out.push_back(each.as_table());
  }
  return out;
}

// toml++ as packaged throws; what it throws is a refusal.
Result<toml::table> parse_toml(std::string_view text) try {
  return toml::parse(text);
} catch (const toml::parse_error& error) {
  return refuse_at(
      error.source().begin.line, "catalog.syntax",
      fmt::format("不符合 TOML 写法（{}）。请检查引号、方括号和等号是否成对。", error.description()));
}

}  // namespace

const Duty* DutyCatalog::find(std::string_view id) const {
  const auto at = std::find_if(duties.begin(), duties.end(), [&](const Duty& d) { return d.id == id; });
  return at == duties.end() ? nullptr : &*at;
}

const DutyArea* DutyCatalog::area(std::string_view id) const {
  const auto at = std::find_if(areas.begin(), areas.end(), [&](const DutyArea& a) { return a.id == id; });
  return at == areas.end() ? nullptr : &*at;
}

Result<DutyCatalog> parse_duty_catalog(std::string_view text) {
  if (text.size() > kMaxBytes)
    return base::refuse(base::Code::too_large, "catalog.too_large",
                        "职责目录超过 1 MB，请删去多余内容后再保存。");
  const toml::table root = TRY(parse_toml(text));
  DutyCatalog catalog;
  const auto version = root["version"].value<int>();
  if (!version || *version < 1)
    return refuse_at(1, "catalog.field", "缺少版本号，请写 version = 1 这样的整数。", "version");
  catalog.version = *version;
  catalog.source = TRY(text_of(root, "source", false));
  if (const Done done = read_words(root, catalog); !done) return tl::unexpected(done.error());
  for (const auto* table : TRY(tables_of(root, "area"))) {
    DutyArea
        area;  // field by field: a refusal in the middle of an initialiser would leak what came before it
    area.id = TRY(text_of(*table, "id", true));
    area.title = TRY(text_of(*table, "title", true));
    if (catalog.area(area.id))
      return refuse_at(line_of(*table), "catalog.duplicate_id", fmt::format("领域 {} 列了两次。", area.id),
                       "id");
    catalog.areas.push_back(std::move(area));
  }
  const auto duties = TRY(tables_of(root, "duty"));
  if (duties.size() > kMaxDuties)
    return base::refuse(base::Code::too_large, "catalog.too_large", "职责超过 1000 条，请合并后再保存。");
  for (const auto* table : duties) catalog.duties.push_back(TRY(read_duty(*table, catalog)));
  return catalog;
}

const std::vector<std::string_view>& duty_engines() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> out;
    for (const auto& [name, title] : kEngines) out.push_back(name);
    return out;
  }();
  return names;
}

std::string_view engine_title(std::string_view engine) {
  for (const auto& [name, title] : kEngines)
    if (name == engine) return title;
  return {};
}

}  // namespace kepu::plan
