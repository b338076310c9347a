// The command line: kepu COMMAND … . Exit status: 0 done; 1 refused (bad input); 2 wrong usage; 3 unexpected
// failure; 4 not found; 5 no right; 6 conflict; 7 try again later; 8 a check failed (audit verify, restore).
// Results go to standard output, progress and messages to standard error.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "app/program.h"

namespace CLI {
class App;
}

namespace kepu::app {

int run_command_line(int count, char** arguments);

// A command sets `action`; it runs after the arguments were understood and returns the exit status.
struct Command {
  Config config;
  std::function<int()> action;
};

void add_serve(CLI::App& app, Command& command);
void add_plan(CLI::App& app, Command& command);
void add_accounts(CLI::App& app, Command& command);    // user add, tenant add
void add_keeping(CLI::App& app, Command& command);     // migrate, backup, restore, audit verify
void add_appraisal(CLI::App& app, Command& command);   // appraisal verify
void add_statistics(CLI::App& app, Command& command);  // statistics check
void add_survey(CLI::App& app, Command& command);      // survey simulate, survey result
void add_demo(CLI::App& app, Command& command);

// Prints a refusal and gives its exit status.
int refused(const base::Error& error);
// "[ 3/12] 建立单位 …" on standard error, rewritten in place on a terminal.
void progress(int step, int of, std::string_view what);

}  // namespace kepu::app
