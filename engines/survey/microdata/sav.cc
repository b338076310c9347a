// SPSS by ReadStat. Its time stamp is the last day of the fieldwork, so that equal data give equal bytes.
#include <fmt/format.h>
#include <readstat.h>

#include <memory>

#include "core/base/text.h"
#include "engines/survey/microdata/microdata.h"

namespace kepu::survey::analysis {

namespace {

ssize_t append(const void* data, std::size_t length, void* into) {
  static_cast<std::string*>(into)->append(static_cast<const char*>(data), length);
  return static_cast<ssize_t>(length);
}

struct Free {
  void operator()(readstat_writer_t* w) const { readstat_writer_free(w); }
};

readstat_variable_t* declare(readstat_writer_t* w, const Column& c) {
  auto* v = readstat_add_variable(w, c.name.c_str(), READSTAT_TYPE_DOUBLE, 0);
  readstat_variable_set_label(v, c.label.c_str());
  readstat_variable_set_format(v, fmt::format("F8.{}", c.decimals).c_str());
  readstat_variable_set_measure(v, c.codes.empty() ? READSTAT_MEASURE_SCALE : READSTAT_MEASURE_NOMINAL);
  if (c.codes.empty()) return v;
  auto* labels = readstat_add_label_set(w, READSTAT_TYPE_DOUBLE, ("L_" + c.name).c_str());
  for (const auto& [code, title] : c.codes) readstat_label_double_value(labels, code, title.c_str());
  readstat_variable_set_label_set(v, labels);
  return v;
}

}  // namespace

base::Result<std::string> sav_of(const StudyText& study, const std::vector<Column>& columns) {
  std::string out;
  const std::unique_ptr<readstat_writer_t, Free> w(readstat_writer_init());
  const auto check = [](readstat_error_t e) -> base::Done {
    if (e == READSTAT_OK) return {};
    return base::refuse(base::Code::invalid, "survey.microdata",
                        fmt::format("SPSS 文件没有写成（{}）。", readstat_error_message(e)));
  };
  TRY(check(readstat_set_data_writer(w.get(), append)));
  TRY(check(readstat_writer_set_file_label(w.get(), base::shorten(study.title, 20).c_str())));
  TRY(check(readstat_writer_set_file_timestamp(w.get(), base::start_of(study.until) / 1000)));
  std::vector<readstat_variable_t*> variables;
  for (const auto& c : columns) variables.push_back(declare(w.get(), c));
  const auto rows = columns.empty() ? 0 : columns.front().values.size();
  TRY(check(readstat_begin_writing_sav(w.get(), &out, static_cast<long>(rows))));
  for (std::size_t i = 0; i < rows; ++i) {
    TRY(check(readstat_begin_row(w.get())));
    for (std::size_t k = 0; k < columns.size(); ++k) {
      const auto& v = columns[k].values[i];
      TRY(check(v ? readstat_insert_double_value(w.get(), variables[k], *v)
                  : readstat_insert_missing_value(w.get(), variables[k])));
    }
    TRY(check(readstat_end_row(w.get())));
  }
  TRY(check(readstat_end_writing(w.get())));
  return out;
}

}  // namespace kepu::survey::analysis
