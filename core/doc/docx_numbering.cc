#include "core/doc/docx_numbering.h"

#include "core/base/text.h"
#include "core/doc/number_format.h"
#include "core/doc/package.h"

namespace kepu::doc {
namespace {

constexpr int kMaxStyleChain = 32;

std::optional<int> number(pugi::xml_node node, std::string_view attribute = "val") {
  const auto n = base::parse_int(value(node, attribute));
  if (!n || *n < -1'000'000 || *n > 1'000'000'000) return std::nullopt;
  return static_cast<int>(*n);
}

bool on(pugi::xml_node node) {
  if (!node) return false;
  const auto v = value(node, "val");
  return v != "0" && v != "false" && v != "off";
}

std::optional<std::size_t> level_index(pugi::xml_node node, std::string_view attribute) {
  const auto n = number(node, attribute);
  if (!n || *n < 0 || *n > 8) return std::nullopt;
  return static_cast<std::size_t>(*n);
}

}  // namespace

Numbering::Numbering(const pugi::xml_document& numbering, const pugi::xml_document& styles) {
  read_styles(styles);
  read_lists(numbering);
}

void Numbering::read_styles(const pugi::xml_document& styles) {
  for (const auto node : styles.document_element().children()) {
    if (local_name(node.name()) != "style" || value(node, "type") != "paragraph") continue;
    Style style;
    style.based_on = value(child(node, "basedOn"), "val");
    const auto properties = child(child(node, "pPr"), "numPr");
    style.list = number(child(properties, "numId"));
    style.level = number(child(properties, "ilvl"));
    const std::string id(value(node, "styleId"));
    if (value(node, "default") == "1" || value(node, "default") == "true") default_style_ = id;
    styles_[id] = std::move(style);
  }
}

Numbering::Level Numbering::read_level(pugi::xml_node node) {
  Level level;
  level.exists = true;
  level.start = number(child(node, "start")).value_or(1);
  auto format = child(node, "numFmt");
  // A format of the writer's own stands in a choice; its fallback is one that everybody knows.
  if (!format) format = child(child(child(node, "AlternateContent"), "Fallback"), "numFmt");
  if (format) level.format = value(format, "val");
  level.text = value(child(node, "lvlText"), "val");
  level.style = value(child(node, "pStyle"), "val");
  level.blank_after = value(child(node, "suff"), "val") != "nothing";
  level.as_decimal = on(child(node, "isLgl"));
  level.restart_after = number(child(node, "lvlRestart"));
  return level;
}

void Numbering::read_lists(const pugi::xml_document& numbering) {
  std::map<std::string, Levels> definitions;
  std::map<std::string, std::string> links;  // a definition that only names a style
  const auto root = numbering.document_element();
  for (const auto node : root.children()) {
    if (local_name(node.name()) != "abstractNum") continue;
    const std::string id(value(node, "abstractNumId"));
    for (const auto level : node.children()) {
      if (local_name(level.name()) != "lvl") continue;
      if (const auto i = level_index(level, "ilvl")) definitions[id][*i] = read_level(level);
    }
    if (const auto link = child(node, "numStyleLink")) links[id] = value(link, "val");
  }
  // Style links first need every list to be known by its definition.
  std::map<int, std::string> definition_of;
  const auto each_list = [&](auto&& visit) {
    for (const auto node : root.children()) {
      const auto id = local_name(node.name()) == "num" ? number(node, "numId") : std::nullopt;
      if (id) visit(node, *id);
    }
  };
  each_list(
      [&](pugi::xml_node node, int id) { definition_of[id] = value(child(node, "abstractNumId"), "val"); });
  const auto linked = [&](std::string definition) {
    const auto link = links.find(definition);
    if (link == links.end()) return definition;
    const auto style = styles_.find(link->second);
    if (style == styles_.end() || !style->second.list) return definition;
    const auto target = definition_of.find(*style->second.list);
    return target == definition_of.end() ? definition : target->second;
  };
  each_list([&](pugi::xml_node node, int id) {
    List list;
    list.definition = linked(definition_of[id]);
    if (const auto found = definitions.find(list.definition); found != definitions.end())
      list.levels = found->second;
    for (const auto change : node.children()) {
      const auto i = local_name(change.name()) == "lvlOverride" ? level_index(change, "ilvl") : std::nullopt;
      if (!i) continue;
      if (const auto level = child(change, "lvl")) list.levels[*i] = read_level(level);
      if (const auto start = number(child(change, "startOverride"))) {
        list.levels[*i].start = *start;
        list.starts_anew[*i] = true;
      }
    }
    lists_[id] = std::move(list);
  });
}

std::optional<Numbering::Place> Numbering::place_of(const ParagraphNumbering& paragraph) const {
  std::optional<int> list = paragraph.list;
  std::optional<int> level = paragraph.level;
  std::string style_of_list;
  std::string style = paragraph.style.empty() ? default_style_ : paragraph.style;
  for (int i = 0; i < kMaxStyleChain && !list; ++i) {
    const auto found = styles_.find(style);
    if (found == styles_.end()) break;
    if (!level) level = found->second.level;
    list = found->second.list;
    if (list) style_of_list = style;
    style = found->second.based_on;
  }
  if (!list || *list == 0) return std::nullopt;
  const auto found = lists_.find(*list);
  if (found == lists_.end()) return std::nullopt;
  // A list that a style brings names the level by the style, too.
  if (!style_of_list.empty() && !paragraph.level) {
    for (std::size_t i = 0; i < kLevels; ++i) {
      const auto& bound = found->second.levels[i].style;
      if (!bound.empty() && (bound == paragraph.style || bound == style_of_list)) level = static_cast<int>(i);
      if (!bound.empty() && bound == paragraph.style) break;
    }
  }
  const int at = level.value_or(0);
  if (at < 0 || at > 8) return std::nullopt;
  return Place{*list, static_cast<std::size_t>(at)};
}

void Numbering::count(const List& list, Counters& counters, std::size_t level) {
  for (std::size_t above = 0; above < level; ++above) {
    if (!counters[above]) counters[above] = list.levels[above].start;
  }
  auto& own = counters[level];
  own = own ? *own + 1 : list.levels[level].start;
  for (std::size_t below = level + 1; below < kLevels; ++below) {
    const auto& restart = list.levels[below].restart_after;
    const bool restarts = !restart || (*restart > 0 && static_cast<int>(level) < *restart);
    if (restarts) counters[below].reset();
  }
}

std::string Numbering::label(const List& list, const Counters& counters, std::size_t level) {
  const Level& own = list.levels[level];
  if (own.format == "bullet") return bullet_text(own.text);
  std::string out;
  for (std::size_t i = 0; i < own.text.size(); ++i) {
    const bool place =
        own.text[i] == '%' && i + 1 < own.text.size() && own.text[i + 1] >= '1' && own.text[i + 1] <= '9';
    if (!place) {
      out += own.text[i];
      continue;
    }
    const auto at = static_cast<std::size_t>(own.text[++i] - '1');
    const int n = counters[at].value_or(list.levels[at].start);
    out += format_number(n, own.as_decimal ? std::string_view("decimal") : list.levels[at].format);
  }
  return out;
}

std::string Numbering::next(const ParagraphNumbering& paragraph) {
  const auto place = place_of(paragraph);
  if (!place) return "";
  List& list = lists_[place->list];
  if (!list.levels[place->level].exists) return "";
  Counters& counters = counters_[list.definition];
  if (!list.used) {
    list.used = true;
    for (std::size_t i = 0; i < kLevels; ++i) {
      if (list.starts_anew[i]) counters[i].reset();
    }
  }
  count(list, counters, place->level);
  std::string out = label(list, counters, place->level);
  // Behind 一、 （一） —— the gap that Word draws is no blank of the text; behind a letter or digit it is
  // one.
  const auto points = base::to_code_points(out);
  static constexpr std::u32string_view kClosing = U"、，。．.)）]】〕：:—";
  if (!points.empty() && list.levels[place->level].blank_after &&
      kClosing.find(points.back()) == std::u32string_view::npos) {
    out += ' ';
  }
  return out;
}

}  // namespace kepu::doc
