// Puts paragraphs and tables of any document into the shape of lines that extract.h promises.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace kepu::doc {

// Not thread-safe. Calls may come unbalanced (hostile input): what does not fit is ignored or closed.
class Shape {
 public:
  explicit Shape(std::uint64_t text_limit) : limit_(text_limit) {}

  // A paragraph at the present place: in the open cell, else in the body.
  void line(std::string text);

  void open_table();
  void open_row();
  // `span` columns and `row_span` rows; cells below or beside that a merged cell covers come out empty. A
  // `covered` cell is itself the continuation of the one above: its text is dropped.
  void open_cell(int span = 1, int row_span = 1, bool covered = false);
  // What is learnt of the open cell before its text comes.
  void change_cell(int span, bool covered);
  void close_cell();
  void close_row();
  void drop_row();  // closes the row and forgets it
  void close_table();

  std::size_t open_tables() const { return tables_.size(); }
  // More text than the limit has come; what came after is not kept.
  bool overflow() const { return overflow_; }
  // Closes what is open and gives the lines.
  std::vector<std::string> finish();

 private:
  struct Line {
    enum class Role { plain, cell, row_end } role = Role::plain;
    std::string text;
  };
  using Lines = std::vector<Line>;
  struct Cell {
    Lines lines;
    bool covered = false;
  };
  struct Table {
    std::vector<std::vector<Cell>> rows;
    std::vector<int> covered_rows;  // by column: how many rows below are still covered by a merged cell
    std::size_t span = 1;           // of the open cell
    std::size_t cells = 0;
    std::size_t inner_cells = 0;  // of the largest table inside that keeps its shape
    bool row_open = false;
    bool cell_open = false;
  };
  Lines* target();
  bool charge(std::size_t bytes);
  void add_cell(Table& table, bool covered);
  void fill_covered(Table& table);
  static void append_frame(Table table, Lines& out);
  static void append_grid(Table table, Lines& out);

  std::uint64_t limit_;
  std::uint64_t used_ = 0;
  bool overflow_ = false;
  Lines body_;
  std::vector<Table> tables_;
  std::size_t ignored_tables_ = 0;  // too deep
};

}  // namespace kepu::doc
