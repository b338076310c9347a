#include "core/sql/nesting.h"

namespace kepu::sql {
namespace {
thread_local const Nesting* top = nullptr;
}

Nesting::Nesting(const Database& database, Doing doing, Session* session)
    : database_(database), doing_(doing), session_(session), outer_(top) {
  top = this;
}

Nesting::~Nesting() { top = outer_; }

const Nesting* Nesting::innermost(const Database& database) {
  const Nesting* at = top;
  while (at && &at->database_ != &database) at = at->outer_;
  return at;
}

Session* Nesting::reading(const Database& database) {
  const Nesting* at = innermost(database);
  if (!at) return nullptr;
  if (at->doing_ == Doing::writing)
    throw std::logic_error("Database::read 不能在 write 之内调用：请使用 write 给出的 Session");
  return at->session_;
}

void Nesting::check_write(const Database& database) {
  const Nesting* at = innermost(database);
  if (!at) return;
  switch (at->doing_) {
    case Doing::reading:
      throw std::logic_error("Database::write 不能在 read 之内调用：请先结束读取");
    case Doing::writing:
      throw std::logic_error("Database::write 不能嵌套调用：请使用外层 write 给出的 Session");
    case Doing::answering:
      throw std::logic_error("Database::write 不能在 done 之内调用：请改用 submit");
  }
}

void Nesting::check_submit(const Database& database) {
  const Nesting* at = innermost(database);
  if (at && at->doing_ == Doing::writing)
    throw std::logic_error("Database::submit 不能在 write 之内调用：请使用 write 给出的 Session");
}

}  // namespace kepu::sql
