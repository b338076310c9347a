// Remembers that a statement of a session failed, so that nothing more happens in it. (PostgreSQL refuses by
// itself; SQLite would go on, and the same rule would then end differently on the two engines.)
#pragma once

#include <exception>

namespace kepu::sql {

class SessionGuard {
 public:
  // Runs f unless something failed before; what f throws is the session's failure from now on.
  template <class F>
  void run(F&& f) {
    rethrow();
    try {
      f();
    } catch (...) {
      failure_ = std::current_exception();
      throw;
    }
  }
  // The failure once more, also when the caller's function caught it.
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }
  const std::exception_ptr& failure() const { return failure_; }

 private:
  std::exception_ptr failure_;
};

}  // namespace kepu::sql
