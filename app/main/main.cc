#include "app/cli.h"

int main(int count, char** arguments) { return kepu::app::run_command_line(count, arguments); }
