// Runs a helper program without a shell, in a process group of its own, with limits of time, memory and
// output.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kepu::doc {

struct ChildLimits {
  int seconds = 30;                         // of the clock, and of the processor
  std::uint64_t memory_bytes = 1ull << 30;  // address space
  std::uint64_t output_bytes = 64ull << 20;
};

struct ChildResult {
  enum class End { exited, missing, timed_out, output_too_large, killed } end = End::killed;
  int status = 0;      // where it exited
  std::string output;  // what it wrote to its standard output
  std::string errors;  // the first 4 kB of its standard error
};

// `program` is looked up in PATH. `input` is its standard input and can be opened again, as a file that
// seeks, under /dev/stdin; it lies in memory only. The program inherits no other file, no environment but
// PATH and a UTF-8 locale, and may write no file. Thread-safe.
ChildResult run_child(const std::string& program, const std::vector<std::string>& arguments,
                      std::string_view input, const ChildLimits& limits);

}  // namespace kepu::doc
