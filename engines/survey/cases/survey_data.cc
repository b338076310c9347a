#include "engines/survey/cases/survey_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <limits>

#include "engines/survey/cases/case_table.h"

namespace kepu::survey {

namespace json = boost::json;
using Eigen::Index;
using Eigen::MatrixXd;

namespace {

tl::unexpected<base::Error> bad_spec(std::string message) {
  return base::refuse(base::Code::invalid, "case.spec", std::move(message));
}

void number_categories(CaseColumn& column) {
  column.label_values = column.values;
  auto& distinct = column.label_values;
  distinct.erase(std::remove_if(distinct.begin(), distinct.end(), [](double v) { return std::isnan(v); }),
                 distinct.end());
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  column.cells.count = static_cast<std::int32_t>(distinct.size());
  for (const double v : column.values) {
    const auto at = std::lower_bound(distinct.begin(), distinct.end(), v);
    column.cells.of.push_back(std::isnan(v) ? -1 : static_cast<std::int32_t>(at - distinct.begin()));
  }
  for (const double v : distinct) column.labels.push_back(fmt::format("{:.15g}", v));
}

void name_categories(CaseColumn& column, const std::vector<std::string>& cells, const json::object& about) {
  column.numeric = false;
  if (const auto* levels = about.if_contains("levels"); levels && levels->is_array()) {
    for (const auto& level : levels->get_array()) {
      if (level.is_string())
        column.labels.emplace_back(level.get_string());
      else if (level.is_number())
        column.labels.push_back(fmt::format("{:.15g}", level.to_number<double>()));
    }
  } else {
    column.labels = cells;
    std::sort(column.labels.begin(), column.labels.end());
    column.labels.erase(std::unique(column.labels.begin(), column.labels.end()), column.labels.end());
    std::erase(column.labels, "");
  }
  std::map<std::string_view, std::int32_t> number;
  for (const auto& label : column.labels) number.emplace(label, static_cast<std::int32_t>(number.size()));
  column.cells.count = static_cast<std::int32_t>(column.labels.size());
  for (const auto& cell : cells) {
    const auto found = number.find(cell);
    column.cells.of.push_back(found == number.end() ? -1 : found->second);
  }
}

}  // namespace

base::Result<const CaseColumn*> CaseFrame::find(std::string_view name) const {
  const auto found = columns.find(name);
  if (found == columns.end()) {
    return base::refuse(base::Code::invalid, "case.column", fmt::format("表中没有“{}”这一列。", name));
  }
  return &found->second;
}

base::Result<CaseFrame> read_frame(const json::object& table, const std::string& folder) {
  const auto file = TRY(text_of(table, "file"));
  if (file.find("..") != std::string::npos || file.starts_with('/')) {
    return bad_spec("表的文件必须在算例文件夹里：" + file);
  }
  const auto csv = TRY(read_table(folder + "/" + file));
  CaseFrame frame;
  frame.rows = csv.rows;
  const auto* about = table.if_contains("columns");
  for (std::size_t k = 0; k < csv.names.size(); ++k) {
    CaseColumn column;
    column.name = csv.names[k];
    const auto* one = about && about->is_object() ? about->get_object().if_contains(column.name) : nullptr;
    const auto type = one && one->is_object() ? TRY(text_of(one->get_object(), "type")) : std::string("num");
    if (type == "factor" || type == "chr") {
      name_categories(column, csv.columns[k], one->get_object());
    } else {
      column.values = TRY(csv.numbers(column.name));
      number_categories(column);
    }
    frame.columns.emplace(column.name, std::move(column));
  }
  return frame;
}

base::Result<MatrixXd> read_matrix(const json::object& table, const std::string& folder) {
  const auto file = TRY(text_of(table, "file"));
  if (file.find("..") != std::string::npos || file.starts_with('/')) {
    return bad_spec("表的文件必须在算例文件夹里：" + file);
  }
  const auto csv = TRY(read_table(folder + "/" + file));
  MatrixXd out(static_cast<Index>(csv.rows), static_cast<Index>(csv.names.size()));
  for (std::size_t k = 0; k < csv.names.size(); ++k) {
    const auto column = TRY(csv.numbers(csv.names[k]));
    out.col(static_cast<Index>(k)) = Eigen::Map<const Eigen::VectorXd>(column.data(), out.rows());
  }
  if (!out.allFinite())
    return base::refuse(base::Code::invalid, "case.table", "表 " + file + " 里有缺失值。");
  return out;
}

base::Error refused(const statistics::Refusal& refusal) {
  return {base::Code::invalid, refusal.rule, {}, "算不出结果：" + refusal.detail};
}

base::Result<std::string> text_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (!value || !value->is_string()) return bad_spec(fmt::format("spec.json 里的“{}”应当是文字。", key));
  return std::string(value->get_string());
}

base::Result<std::vector<std::string>> texts_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  std::vector<std::string> out;
  if (!value || value->is_null()) return out;
  if (value->is_string()) return std::vector<std::string>{std::string(value->get_string())};
  if (!value->is_array()) return bad_spec(fmt::format("spec.json 里的“{}”应当是文字的列表。", key));
  for (const auto& item : value->get_array()) {
    if (!item.is_string()) return bad_spec(fmt::format("spec.json 里的“{}”应当是文字的列表。", key));
    out.emplace_back(item.get_string());
  }
  return out;
}

base::Result<double> number_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (!value || !value->is_number()) return bad_spec(fmt::format("spec.json 里的“{}”应当是数字。", key));
  return value->to_number<double>();
}

base::Result<std::vector<double>> numbers_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (!value) return bad_spec(fmt::format("spec.json 里缺少“{}”。", key));
  if (value->is_number()) return std::vector<double>{value->to_number<double>()};
  if (!value->is_array()) return bad_spec(fmt::format("spec.json 里的“{}”应当是数字的列表。", key));
  std::vector<double> out;
  for (const auto& item : value->get_array()) {
    if (!item.is_number()) return bad_spec(fmt::format("spec.json 里的“{}”应当是数字的列表。", key));
    out.push_back(item.to_number<double>());
  }
  return out;
}

bool flag_of(const json::object& object, std::string_view key, bool otherwise) {
  const auto* value = object.if_contains(key);
  return value && value->is_bool() ? value->get_bool() : otherwise;
}

namespace {

// Which categories of the column a condition lets in.
base::Result<std::vector<bool>> allowed(const CaseColumn& column, const std::string& cmp,
                                        const json::value& value) {
  std::vector<bool> in(column.labels.size(), false);
  const auto equals = [&](std::size_t k, const json::value& v) {
    if (v.is_number()) {
      const double number = v.to_number<double>();
      return column.numeric ? column.label_values[k] == number
                            : column.labels[k] == fmt::format("{:.15g}", number);
    }
    return v.is_string() && column.labels[k] == std::string_view(v.get_string());
  };
  const bool inside = cmp == "in" || cmp == "==" || cmp == "=" || cmp == "eq";
  const bool outside = cmp == "!=" || cmp == "ne" || cmp == "not_in" || cmp == "notin" || cmp == "nin";
  for (std::size_t k = 0; k < in.size(); ++k) {
    if (cmp == "notna" || cmp == "not_na") {
      in[k] = true;
    } else if (inside || outside) {
      bool hit = false;
      if (value.is_array()) {
        for (const auto& one : value.get_array()) hit = hit || equals(k, one);
      } else {
        hit = equals(k, value);
      }
      in[k] = hit == inside;
    } else {
      if (!column.numeric || !value.is_number()) return bad_spec("只有数字的列才能比较大小：" + column.name);
      const double v = column.label_values[k], limit = value.to_number<double>();
      if (cmp == ">")
        in[k] = v > limit;
      else if (cmp == ">=")
        in[k] = v >= limit;
      else if (cmp == "<")
        in[k] = v < limit;
      else if (cmp == "<=")
        in[k] = v <= limit;
      else
        return bad_spec("不认识的比较符号：" + cmp);
    }
  }
  return in;
}

}  // namespace

base::Result<statistics::Domain> domain_of(const json::object& query, const CaseFrame& frame) {
  auto domain = statistics::Domain::all(frame.rows);
  const auto* conditions = query.if_contains("domain");
  if (!conditions || conditions->is_null()) return domain;
  if (!conditions->is_array()) return bad_spec("domain 应当是条件的列表。");
  for (const auto& condition : conditions->get_array()) {
    if (!condition.is_object()) return bad_spec("domain 的每个条件应当是一个对象。");
    const auto& object = condition.get_object();
    const auto name = TRY(text_of(object, "var"));
    const auto* column = TRY(frame.find(name));
    const auto cmp = TRY(text_of(object, "cmp"));
    const auto* value = object.if_contains("value");
    const bool wants_missing = cmp == "na" || cmp == "isna";
    const auto in = wants_missing ? std::vector<bool>(column->labels.size(), false)
                                  : TRY(allowed(*column, cmp, value ? *value : json::value(nullptr)));
    for (std::size_t i = 0; i < frame.rows; ++i) {
      const bool ok = column->missing(i) ? wants_missing : in[static_cast<std::size_t>(column->cells.of[i])];
      if (!ok) domain.in[i] = 0;
    }
  }
  return domain;
}

void drop_missing(statistics::Domain& domain, const std::vector<const CaseColumn*>& columns) {
  for (const auto* column : columns) {
    for (std::size_t i = 0; i < domain.in.size(); ++i) {
      if (column->missing(i)) domain.in[i] = 0;
    }
  }
}

NamedMatrix indicators(const std::vector<const CaseColumn*>& columns) {
  NamedMatrix out;
  Index width = 0;
  for (const auto* c : columns) width += c->numeric ? 1 : static_cast<Index>(c->labels.size());
  const auto rows = static_cast<Index>(columns.empty() ? 0 : columns[0]->cells.of.size());
  out.values = MatrixXd::Zero(rows, width);
  Index at = 0;
  for (const auto* c : columns) {
    if (c->numeric) {
      out.names.push_back(c->name);
      out.values.col(at++) = Eigen::Map<const Eigen::VectorXd>(c->values.data(), rows);
      continue;
    }
    for (const auto& label : c->labels) out.names.push_back(c->name + label);
    const auto levels = static_cast<Index>(c->labels.size());
    for (Index i = 0; i < rows; ++i) {
      const auto category = c->cells.of[static_cast<std::size_t>(i)];
      if (category >= 0)
        out.values(i, at + category) = 1;
      else
        out.values.row(i).segment(at, levels).setConstant(std::numeric_limits<double>::quiet_NaN());
    }
    at += levels;
  }
  return out;
}

namespace {

std::vector<std::string> split(const std::string& term) {
  std::vector<std::string> parts;
  for (std::size_t from = 0; from <= term.size();) {
    const auto colon = std::min(term.find(':', from), term.size());
    parts.push_back(term.substr(from, colon - from));
    from = colon + 1;
  }
  return parts;
}

}  // namespace

base::Result<ModelMatrix> model_matrix(const std::vector<std::string>& terms, bool intercept,
                                       const CaseFrame& frame) {
  ModelMatrix out;
  const auto rows = static_cast<Index>(frame.rows);
  std::vector<MatrixXd> blocks;
  if (intercept) {
    blocks.push_back(MatrixXd::Ones(rows, 1));
    out.names.emplace_back("(Intercept)");
    out.term.push_back(0);
  }
  bool all_levels = !intercept;  // without an intercept the first factor keeps its first level
  for (std::size_t t = 0; t < terms.size(); ++t) {
    MatrixXd block = MatrixXd::Ones(rows, 1);
    std::vector<std::string> names{""};
    for (const auto& part : split(terms[t])) {
      const auto* column = TRY(frame.find(part));
      auto one = indicators({column});
      if (!column->numeric && !all_levels) {
        one.values = one.values.rightCols(std::max<Index>(one.values.cols() - 1, 0)).eval();
        one.names.erase(one.names.begin());
      }
      if (!column->numeric) all_levels = false;
      MatrixXd product(rows, block.cols() * one.values.cols());
      std::vector<std::string> product_names;
      for (Index b = 0; b < one.values.cols(); ++b) {
        for (Index a = 0; a < block.cols(); ++a) {
          product.col(b * block.cols() + a) = block.col(a).cwiseProduct(one.values.col(b));
          const auto& left = names[static_cast<std::size_t>(a)];
          product_names.push_back((left.empty() ? "" : left + ":") + one.names[static_cast<std::size_t>(b)]);
        }
      }
      block = std::move(product);
      names = std::move(product_names);
    }
    out.term.insert(out.term.end(), names.size(), static_cast<int>(t + 1));
    out.names.insert(out.names.end(), names.begin(), names.end());
    blocks.push_back(std::move(block));
  }
  out.values.resize(rows, static_cast<Index>(out.names.size()));
  Index at = 0;
  for (const auto& block : blocks) {
    out.values.middleCols(at, block.cols()) = block;
    at += block.cols();
  }
  return out;
}

}  // namespace kepu::survey
