// What the interface takes and gives, declared once.
#include "engines/orders/api/order_json.h"

namespace kepu::orders {

using api::Property;
using api::Schema;
using api::Type;

namespace {

Schema text(std::string about, std::string example = {}) {
  return {.about = std::move(about), .example = std::move(example)};
}
Schema maybe(Schema schema) {
  schema.nullable = true;
  return schema;
}
Schema instant(std::string about, std::string example) {
  return {.about = std::move(about), .format = "date-time", .example = std::move(example)};
}
Schema number(std::string about, std::string example, std::optional<std::int64_t> min = {},
              std::optional<std::int64_t> max = {}) {
  return {.type = Type::integer,
          .about = std::move(about),
          .min = min,
          .max = max,
          .example = std::move(example)};
}
Schema flag(std::string about, std::string example = "false") {
  return {.type = Type::flag, .about = std::move(about), .example = std::move(example)};
}
Schema list(std::string about, Schema item, std::string example = {}) {
  Schema out{.type = Type::list, .about = std::move(about), .example = std::move(example)};
  out.items.push_back(std::move(item));
  return out;
}
Schema object(std::string about, std::vector<Property> properties) {
  Schema out{.type = Type::object, .about = std::move(about)};
  out.properties = std::move(properties);
  return out;
}

Schema states() {
  Schema out = text("平台的环节", "dispatched");
  for (const State s :
       {State::placed, State::dispatched, State::claimed, State::accepted, State::serving, State::served,
        State::review, State::split, State::closed, State::refused, State::merged, State::cancelled})
    out.words.emplace_back(to_text(s));
  return out;
}

Schema times_of_day() {
  Schema out = text("时段；不写则都可以", "上午");
  out.words = {"上午", "下午", "晚上", "全天"};
  return out;
}

std::vector<Property> order_members() {
  Schema status = text("open 办理中，closed 已结束（办结、不予受理、合并、取消）", "open");
  status.words = {"open", "closed"};
  Schema day{.about = "日期", .format = "date"};
  return {
      {"service_request_id", text("订单号", "单2026-000123"), true},
      {"status", status, true},
      {"status_notes", text("现在到了哪一步，给群众看的话", "已派单，正在安排服务队伍"), true},
      {"state", states(), true},
      {"state_title", text("环节的名称", "待领单"), true},
      {"service_code", maybe(text("服务事项的代码；群众自己写的需求没有", "3")), true},
      {"service_name", text("要什么服务", "健康讲座与血压义诊"), true},
      {"description",
       maybe(text("群众写的其他要求；只有自己系统点的单和连同 contact 读取时才有，否则为 null",
                  "老人多，请讲本地话")),
       true},
      {"agency_responsible", maybe(text("正在办理的单位", "县卫生健康局")), true},
      {"team", maybe(text("接单的服务队", "县医院健康服务队")), true},
      {"requested_datetime", instant("何时点的单", "2026-03-02T01:12:00.000Z"), true},
      {"updated_datetime", instant("何时到了现在的环节", "2026-03-02T02:30:00.000Z"), true},
      {"expected_datetime",
       maybe(instant("约定的服务结束时间；还没约定时是这个环节的办理时限", "2026-03-03T02:30:00.000Z")),
       true},
      {"address", text("村、社区或乡镇街道的名称", "柳溪镇 大坪村"), true},
      {"address_id", maybe(text("12 位区划代码；没有代码的是单位编号", "990321101203")), true},
      {"address_string", text("具体地点，可能为空", "村委会院坝"), true},
      {"wished_dates", list("群众方便的日子", day, "2026-03-10"), true},
      {"agreed_date", maybe({.about = "约定的日子", .format = "date", .example = "2026-03-10"}), true},
      {"people", maybe(number("大约人数；没说的为 null", "40")), true},
      {"rating", maybe(number("群众的评价，1 到 5；没有评价的为 null", "5")), true},
      {"channel", text("从哪里来：web 网页，on_behalf 电话代点，unit 单位代点，api 接口，part 拆分", "api"),
       true},
      {"revision", number("每变一次加一", "2"), true},
  };
}

}  // namespace

Schema service_schema() {
  Schema metadata = flag("没有另外的属性要填，总是 false");
  Schema type = text("提交后立即有订单号，总是 realtime", "realtime");
  type.words = {"realtime"};
  return object("服务事项", {{"service_code", text("代码，点单时用", "3"), true},
                             {"service_name", text("名称", "健康讲座与血压义诊"), true},
                             {"description", text("说明", "县医院医生 2 名，适合老人"), true},
                             {"group", text("服务类别", "健康与义诊"), true},
                             {"keywords", text("类别的常用词，逗号分开", "健康,义诊,血压"), true},
                             {"metadata", metadata, true},
                             {"type", type, true},
                             {"minutes", number("大约多少分钟", "90"), true},
                             {"notice_days", number("至少提前几天预约", "3"), true},
                             {"people_min", maybe(number("最少人数", "20")), true},
                             {"people_max", maybe(number("最多人数", "100")), true},
                             {"needs", text("需要准备什么", "桌椅 6 套，电源"), true},
                             {"for_minors", flag("面向未满 14 周岁的孩子，点单要写 guardian"), true}});
}

Schema area_schema() {
  Schema kind = text("township 乡镇街道，village 村社区", "village");
  kind.words = {"township", "village"};
  return object("可以点单的地方",
                {{"address_id", text("点单时用的编号", "990321101203"), true},
                 {"name", text("名称", "大坪村"), true},
                 {"address", text("连同上级的名称", "柳溪镇 大坪村"), true},
                 {"kind", kind, true},
                 {"parent_id", maybe(text("上级乡镇街道的 address_id", "990321101000")), true}});
}

Schema order_schema() { return object("订单，不含群众的称呼和电话", order_members()); }

Schema detail_schema() {
  auto members = order_members();
  members.push_back({"contact",
                     maybe(object("要了 contact=true、密钥有权限且没有到期删除时才有；每次读取都记入日志",
                                  {{"first_name", text("称呼", "冉大姐"), true},
                                   {"phone", text("电话", "13800000000"), true}})),
                     true});
  members.push_back(
      {"steps",
       list("办理经过，从早到晚；只有群众能看到的步骤",
            object("一步", {{"datetime", instant("何时", "2026-03-02T02:30:00.000Z"), true},
                            {"action", text("做了什么", "dispatch"), true},
                            {"state", text("之后的环节", "dispatched"), true},
                            {"agency", text("办理单位，可能为空", "大坪村"), true},
                            {"notes", maybe(text("附的话，同 description", "已电话核实")), true}})),
       true});
  return object("订单和办理经过", std::move(members));
}

Schema placing_schema() {
  Schema title = text("不在服务菜单里的需求，用几个字写明；与 service_code 二选一", "请讲讲果树冬季修剪");
  title.min = 2, title.max = 60;
  Schema dates = list("方便的日子，1 到 3 天", {.about = "日期", .format = "date"}, "2026-03-10");
  dates.min = 1, dates.max = 3;
  Schema description = text("其他要求", "老人多，请讲本地话");
  description.max = 500;
  Schema place = text("具体地点", "村委会院坝");
  place.max = 60;
  Schema name = text("怎么称呼点单的人", "冉大姐");
  name.min = 1, name.max = 20;
  Schema phone = text("联系电话，只用于这次服务", "13800000000");
  phone.min = 7, phone.max = 30;
  Schema guardian = text("未满 14 周岁的孩子的活动，写负责的家长或老师", "");
  guardian.max = 20;
  return object("点一个单",
                {{"service_code", text("服务事项的代码，见 GET /api/v1/services", "3")},
                 {"title", title},
                 {"address_id", text("村、社区或乡镇街道，见 GET /api/v1/areas", "990321101203"), true},
                 {"address_string", place},
                 {"wished_dates", dates, true},
                 {"time_of_day", times_of_day()},
                 {"people", number("大约人数", "40", 0, 100'000)},
                 {"first_name", name, true},
                 {"phone", phone, true},
                 {"description", description},
                 {"minor", flag("由孩子自己或只为孩子点单")},
                 {"guardian", guardian},
                 {"consent", flag("本人已同意联系方式用于这次服务，必须为 true", "true"), true}});
}

Schema placed_schema() {
  return object(
      "已经收到的点单",
      {{"service_request_id", text("订单号", "单2026-000123"), true},
       {"token", text("10 位查询码：交给点单的人，凭它看进展、留言和评价；不要给别人", "7K3MQ2XWHB"), true},
       {"service_notice", text("给点单人的话", "已经收到，村、社区核实后派单。"), true},
       {"url", text("订单在接口里的地址", "/api/v1/orders/2026-000123"), true},
       {"track_url", text("点单人看进展的网页", "/p/lanjiang/order/7K3MQ2XWHB"), true}});
}

Schema event_schema() {
  Schema status = text("open 或 closed", "open");
  status.words = {"open", "closed"};
  return object("订单现在的状况，不含个人信息和群众写的话",
                {{"service_request_id", text("订单号", "单2026-000123"), true},
                 {"service_code", maybe(text("服务事项的代码", "3")), true},
                 {"status", status, true},
                 {"state", states(), true},
                 {"state_title", text("环节的名称", "待领单"), true},
                 {"previous_state", maybe(text("之前的环节；新点的单为 null", "placed")), true},
                 {"action", text("哪一步，如 place、dispatch、accept", "dispatch"), true},
                 {"updated_datetime", instant("何时到了现在的环节", "2026-03-02T02:30:00.000Z"), true},
                 {"revision", number("每变一次加一；收到较小的可以丢弃", "2"), true},
                 {"url", text("订单在接口里的地址", "/api/v1/orders/2026-000123"), true}});
}

}  // namespace kepu::orders
