// What the current thread is doing on which database, so that a call which would wait for itself is refused
// with a clear text instead.
#pragma once

#include "core/sql/sql.h"

namespace kepu::sql {

class Nesting {
 public:
  enum class Doing { reading, writing, answering };

  Nesting(const Database& database, Doing doing, Session* session);
  ~Nesting();
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;

  // The session of the read() that this thread is inside of, or null. Throws std::logic_error inside write().
  static Session* reading(const Database& database);
  // Throws std::logic_error where write() would wait for itself: inside read(), write() and `done`.
  static void check_write(const Database& database);
  // Throws std::logic_error inside write(), whose function may run twice.
  static void check_submit(const Database& database);

 private:
  static const Nesting* innermost(const Database& database);

  const Database& database_;
  const Doing doing_;
  Session* const session_;
  const Nesting* const outer_;
};

}  // namespace kepu::sql
