// The registers of the demonstration county: what is common to all kinds.
#include "app/demo_registers.h"

#include "app/demo_register_maker.h"
#include "app/demo_register_values.h"
#include "core/base/text.h"

namespace kepu::app::demo {

using registers::Application;
using registers::ImportRow;
using registers::Type;

base::Result<RegistersMade> RegisterMaker::make() {
  people_ = TRY(people_by_name(program_, command_));
  TRY(make_bodies());
  TRY(make_people());
  TRY(make_places());
  TRY(make_things());
  TRY(link_accounts());
  TRY(move_some());
  TRY(apply_some());
  TRY(make_record());
  TRY(make_bookings());
  return made_;
}

base::Done RegisterMaker::add(const std::string& key, const std::vector<Row>& rows) {
  const Type type = TRY(store_.type(tenant_, key));
  std::vector<ImportRow> sheet;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ImportRow line;
    line.row = static_cast<int>(i) + 2;
    Application& a = line.application;
    a.consent = true;
    a.phone = rows[i].phone;
    a.entry.type = key;
    a.entry.name = rows[i].name;
    a.entry.unit = rows[i].unit;
    a.entry.place = rows[i].place;
    a.entry.parent = rows[i].parent;
    a.entry.serves = rows[i].serves;
    a.entry.values = filled(type, rows[i].values, unit_name(rows[i].unit), program_.clock().today(), i);
    a.entry.valid_from = ago(rows[i].months_ago);
    sheet.push_back(std::move(line));
  }
  const auto report = TRY(store_.import({command_, kRegisterRemote}, key, sheet, false));
  if (!report.applied) {
    return base::refuse(base::Code::invalid, "demo.register",
                        type.title + "：" + report.problems.front().message);
  }
  made_.entries += report.added;
  return {};
}

base::Result<std::map<std::string, Id>> RegisterMaker::entries_by_name(const std::string& key) {
  registers::EntryQuery q;
  q.type = key;
  q.limit = 1000;
  std::map<std::string, Id> out;
  for (const auto& e : store_.entries(tenant_, q).entries) out[e.name] = e.id;
  return out;
}

base::Result<RegistersMade> make_registers(Program& program, base::Id tenant) {
  return RegisterMaker(program, tenant).make();
}

}  // namespace kepu::app::demo
