// kepu survey simulate, result
#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <iterator>

#include "app/cli.h"
#include "engines/survey/analysis/analysis.h"
#include "engines/survey/analysis/dataset_check.h"
#include "engines/survey/analysis/dataset_json.h"
#include "engines/survey/analysis/report.h"
#include "engines/survey/microdata/microdata.h"
#include "engines/survey/simulation/county.h"

namespace kepu::app {
namespace {

base::Error cannot(const char* what, const std::string& path) {
  return {base::Code::not_found, "survey.file", "", fmt::format("{} {}。请检查路径和权限。", what, path)};
}

base::Result<std::string> read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return tl::unexpected(cannot("打不开文件", path));
  return std::string(std::istreambuf_iterator<char>(file), {});
}

base::Done write(const std::string& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) return tl::unexpected(cannot("写不了文件", path));
  return {};
}

int simulate(std::uint64_t seed, const std::string& out) {
  const auto dataset = survey::simulation::demonstration_round(seed);
  const auto text = survey::analysis::to_json(dataset);
  if (const auto done = write(out, text + "\n"); !done) return refused(done.error());
  fmt::print("{}：{} 个村（社区），{} 户。数据 SHA-256 {}\n", out, dataset.psus.size(), dataset.cases.size(),
             survey::analysis::hash_of(dataset));
  return 0;
}

struct ResultArguments {
  std::string dataset, docx, microdata;
  bool json = false;
};

// All faults of a dataset at once.
int faults(const base::Errors& errors) {
  for (const auto& e : errors) fmt::print(stderr, "{}：{}\n", e.field, e.message);
  return refused({base::Code::invalid, "survey.dataset", "",
                  fmt::format("数据有 {} 处要改，没有计算。", errors.size())});
}

base::Done write_microdata(const survey::Dataset& dataset, const survey::analysis::AnalysisOptions& options,
                           const std::string& folder) {
  const auto released = TRY(survey::analysis::microdata_of(dataset, options));
  for (const auto& [name, bytes] : released.files) TRY(write(folder + "/" + name, bytes));
  for (const auto& line : released.done) fmt::print(stderr, "{}\n", line);
  return {};
}

int result(const ResultArguments& a) {
  const auto text = read(a.dataset);
  if (!text) return refused(text.error());
  const auto dataset = survey::analysis::dataset_from_json(*text);
  if (!dataset) return refused(dataset.error());
  if (const auto errors = survey::analysis::check(*dataset); !errors.empty()) return faults(errors);
  survey::analysis::AnalysisOptions options;
  options.program = "kepu " KEPU_VERSION;
  const auto made = survey::analysis::analyse(*dataset, options);
  if (!made) return refused(made.error());
  if (!a.docx.empty()) {
    const auto done = write(a.docx, survey::analysis::paper_of(*made, {}).docx());
    if (!done) return refused(done.error());
  }
  if (!a.microdata.empty()) {
    if (const auto done = write_microdata(*dataset, options, a.microdata); !done)
      return refused(done.error());
  }
  fmt::print("{}\n", a.json ? survey::analysis::to_json(*made) : survey::analysis::text_of(*made));
  return 0;
}

}  // namespace

void add_survey(CLI::App& app, Command& command) {
  auto* survey = app.add_subcommand("survey", "公民科学素质调查：模拟一轮数据，由数据文件得出结果");
  survey->require_subcommand(1);
  struct Simulation {
    std::uint64_t seed = 2026;
    std::string out;
  };
  auto s = std::make_shared<Simulation>();
  auto* simulate_command = survey->add_subcommand("simulate", "从真值已知的模拟县抽一轮调查，写成数据文件");
  simulate_command->add_option("--seed", s->seed, "种子，同一种子得到同一文件")->capture_default_str();
  simulate_command->add_option("--out", s->out, "写到哪个文件")->required();
  simulate_command->callback([&command, s] { command.action = [s] { return simulate(s->seed, s->out); }; });

  auto r = std::make_shared<ResultArguments>();
  auto* result_command =
      survey->add_subcommand("result", "由一轮调查的数据得出结果：加权、比例、误差范围、目标");
  result_command->add_option("DATASET", r->dataset, "数据文件（JSON）")->required();
  result_command->add_option("--docx", r->docx, "另写 Word 报告");
  result_command->add_option("--microdata", r->microdata, "另写可以公开的微观数据到这个文件夹");
  result_command->add_flag("--json", r->json, "输出完整结果（JSON）");
  result_command->callback([&command, r] { command.action = [r] { return result(*r); }; });
}

}  // namespace kepu::app
