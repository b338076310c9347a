// Parts of the page of one person's record.
#pragma once

#include <string_view>
#include <vector>

#include "engines/registers/pages/desk.h"

namespace kepu::registers {

form::Form proof_form(const Context& context);
form::Form certificate_form();
form::Form person_form(const Context& context, const Person& person);
form::Form erase_form();

// What was told, with the files that came with it. Refusals are the form's own errors.
Proof proof_of(Context& context, Id person, form::Checked& in);

// Which form came back with what was typed.
struct Back {
  std::string form;
  Typed typed;
};
// What the actor may do with this record.
struct RecordRights {
  bool office = false, himself = false, contact = false;
};

void write_proofs(Out& h, Context& context, RegistersEngine& engine, const Person& person,
                  const std::vector<Proof>& proofs);
void write_certificates(Out& h, const Person& person, const std::vector<Issued>& all);
void write_own_entries(Out& h, Context& context, RegistersEngine& engine, const std::vector<Entry>& entries);
void write_merges(Out& h, const std::vector<Merge>& merges);
// The form that the address or a refusal asks for; nothing where none is or it is not the actor's.
void write_asked_form(Out& h, Context& context, RegistersEngine& engine, const Person& person,
                      const RecordRights& rights, const Back& back);

}  // namespace kepu::registers
