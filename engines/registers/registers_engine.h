// The register engine as the program composes it.
#pragma once

#include "core/metric/metric.h"
#include "core/site/site.h"
#include "engines/registers/bookings.h"
#include "engines/registers/registers_store.h"

namespace kepu::registers {

// Thread-safe; outlives the site that it is added to.
class RegistersEngine {
 public:
  struct Options {
    std::string home;  // the public address, for QR codes; empty: as the request was addressed
  };
  // Throws std::runtime_error where the shipped types cannot be read.
  RegistersEngine(site::Services services, const auth::Cipher& cipher, const auth::Signer& signer,
                  std::string_view shipped_types, Options options = {});

  RegisterStore& store() { return store_; }
  BookingStore& bookings() { return bookings_; }
  Registers& registers() { return store_; }  // for other engines
  const Options& options() const { return options_; }

  // registers.KEY 在册数, .new 新增数, .townships, .villages, .kind.X as the types say; registers.people.
  void add_metrics(metric::Catalog& catalog);
  // Routes, menu, search, to-dos.
  void add_to(site::Site& site);

 private:
  site::Services services_;
  Options options_;
  RegisterStore store_;
  BookingStore bookings_;
};

}  // namespace kepu::registers
