#include "engines/registers/registers_engine.h"

#include <stdexcept>

#include "core/base/text.h"
#include "core/sql/kept.h"
#include "engines/registers/pages/bookings.h"
#include "engines/registers/pages/desk.h"

namespace kepu::registers {

namespace {

constexpr std::int64_t kMostTodos = 200;

std::vector<Type> shipped_of(std::string_view text) {
  auto types = parse_types(text, "catalog/registers.toml");
  if (!types) throw std::runtime_error(types.error().message);
  return std::move(*types);
}

std::string title_of_type(const TypeSet& types, const std::string& key) {
  const auto* type = types.find(key);
  return type == nullptr ? key : type->title;
}

void add_entry_todo(std::vector<site::Todo>& out, const Context& context, const TypeSet& types,
                    const Entry& e, std::string_view right, std::string kind) {
  site::Todo t;
  t.key = fmt::format("register:{}", e.id);
  t.kind = std::move(kind);
  t.title = title_of_type(types, e.type) + "：" + e.name;
  t.url = entry_url(e);
  t.note = e.state == State::returned ? "退回：" + e.reason : "";
  t.unit = e.unit;
  t.on_behalf_of = context.actor.on_behalf_of(right, e.unit);
  out.push_back(std::move(t));
}

void add_booking_todos(std::vector<site::Todo>& out, const Context& context, RegistersEngine& engine) {
  const auto units = context.app.directory.units(context.tenant.id);
  const auto add = [&](const BookingRow& r, const char* prefix, const char* kind, base::Date due) {
    site::Todo t;
    t.key = fmt::format("{}:{}", prefix, r.booking.id);
    t.kind = kind;
    t.title = r.entry_name + "：" + unit_name(*units, r.booking.unit) + "，" +
              days_text(r.booking.first, r.booking.last, context.today());
    t.url = booking_url(r);
    t.note = r.booking.purpose;
    t.due = due;
    t.unit = r.keeper;
    t.on_behalf_of = context.actor.on_behalf_of(kReview, r.keeper);
    out.push_back(std::move(t));
  };
  for (const auto& r : engine.bookings().to_decide(context.actor, kMostTodos))
    add(r, "booking", "借用确认", r.booking.first);
  for (const auto& r : engine.bookings().overdue(context.actor, kMostTodos))
    add(r, "booking.overdue", "催还", r.booking.last);
}

std::vector<site::Todo> todos_of(const Context& context, RegistersEngine& engine) {
  std::vector<site::Todo> out;
  auto& store = engine.store();
  const auto& actor = context.actor;
  if (!actor.may(kRead)) return out;
  const auto types = store.types(context.tenant.id);
  for (const auto& e : store.waiting(actor, kMostTodos)) {
    add_entry_todo(out, context, *types, e, e.state == State::submitted ? kReview : kManage,
                   e.state == State::submitted ? "名录审核"
                   : e.state == State::checked ? "名录批准"
                                               : "名录发布");
  }
  for (const auto& e : store.due_for_renewal(actor, kMostTodos)) {
    add_entry_todo(out, context, *types, e, kManage, "名录续期");
    out.back().key = fmt::format("register.renew:{}", e.id);
    out.back().due = e.valid_until;
  }
  for (const auto& p : store.waiting_proofs(actor, kMostTodos)) {
    site::Todo t;
    t.key = fmt::format("proof:{}", p.id);
    t.kind = "确认实绩";
    t.title = p.title;
    t.url = fmt::format("{}/proofs/{}", person_url(p.person), p.id);
    t.note = p.told_name + "登记";
    t.unit = p.host;
    t.on_behalf_of = actor.on_behalf_of(kReview, p.host);
    out.push_back(std::move(t));
  }
  add_booking_todos(out, context, engine);
  if (actor.may(kApply)) {
    EntryQuery q;  // what came back to who applied
    q.state = State::returned;
    q.units = std::vector<Id>{};
    q.own = actor.person;
    q.limit = kMostTodos;
    if (actor.person != 0) {
      for (const auto& e : store.entries(context.tenant.id, q).entries)
        add_entry_todo(out, context, *types, e, kApply, "名录补正");
    }
  }
  return out;
}

std::vector<site::SearchHit> hits_of(const Context& context, RegistersEngine& engine,
                                     std::string_view words) {
  std::vector<site::SearchHit> hits;
  if (!context.actor.may(kRead)) return hits;
  const auto types = engine.store().types(context.tenant.id);
  EntryQuery q;
  q.units = scope_of(context.actor);
  q.own = q.units ? context.actor.person : 0;
  q.text = std::string(words);
  q.limit = 20;
  for (const auto& e : engine.store().entries(context.tenant.id, q).entries) {
    hits.push_back({e.name + (e.number.empty() ? "" : "　" + e.number), entry_url(e),
                    title_of_type(*types, e.type), word_of(e, context.today())});
  }
  return hits;
}

}  // namespace

RegistersEngine::RegistersEngine(site::Services services, const auth::Cipher& cipher,
                                 const auth::Signer& signer, std::string_view shipped_types, Options options)
    : services_(services),
      options_(std::move(options)),
      store_({services.db, services.clock, services.ids, services.directory, cipher, signer,
              shipped_of(shipped_types)}),
      bookings_({services.db, services.clock, services.ids, services.directory, store_}) {
  services.directory.add_use_check(unit_in_use);
}

void RegistersEngine::add_to(site::Site& site) {
  add_overview_pages(site, *this);
  add_type_pages(site, *this);
  add_people_pages(site, *this);
  add_duplicate_pages(site, *this);
  add_record_pages(site, *this);
  add_proof_pages(site, *this);
  add_certificate_pages(site, *this);
  add_booking_lists(site, *this);
  add_booking_pages(site, *this);
  add_list_pages(site, *this);
  add_coverage_pages(site, *this);
  add_import_pages(site, *this);
  add_entry_pages(site, *this);
  add_public_pages(site, *this);
  site.add(site::MenuItem{"名录", "名录", "/registers", "register.read", 500, {}, {}, false});
  site.add(site::MenuItem{"名录", "人员档案", "/registers/people", "register.read", 501, {}, {}, false});
  site.add(site::MenuItem{"名录", "预约借用", "/registers/bookings", "register.read", 501, {}, {}, false});
  const auto due = std::make_shared<sql::Kept<std::string, std::int64_t>>(1024);
  site.add(site::MenuItem{
      "名录",
      "待续期",
      "/registers/due",
      "register.manage",
      502,
      {},
      [this, due](const Context& c) {
        const auto key = fmt::format("{} {} {}", c.tenant.id, c.actor.person, base::to_iso(c.today()));
        return *due->get(c.stamp, key, [&] {
          return std::make_shared<const std::int64_t>(store_.due_for_renewal(c.actor, kMostTodos).size());
        });
      },
      false});
  site.add(site::MenuItem{"名录", "我的档案", "/registers/record", "register.read", 503, {}, {}, false});
  site.add(site::MenuItem{"名录", "名录设置", "/registers/types", "register.types", 504, {}, {}, false});
  site.add_todos([this](const Context& c) { return todos_of(c, *this); });
  site.add_search([this](const Context& c, std::string_view words) { return hits_of(c, *this, words); });
}

}  // namespace kepu::registers
