"""Roles in words: what each is called, and what it may do, for who gives one."""

from yiqi.i18n import lazy_gettext as _l
from yiqi.roles.rules.permissions import Role

ROLES = {
    Role.CHECK_IN_STAFF: _l("签到人员"),
    Role.ACTIVITY_ORGANIZER: _l("活动组织者"),
    Role.UNION_ORGANIZER: _l("工会组织者"),
    Role.FEDERATION_ADMIN: _l("总工会管理员"),
    Role.AUDITOR: _l("审计员"),
}
DOES = {
    Role.CHECK_IN_STAFF: _l("现场签到，看打了星号的名单"),
    Role.ACTIVITY_ORGANIZER: _l("办活动：发布、名单、签到、消息、统计"),
    Role.UNION_ORGANIZER: _l("办本工会和下级的活动，管会员，给活动组织者和签到人员开权限"),
    Role.FEDERATION_ADMIN: _l("管全区的活动、工会、权限"),
    Role.AUDITOR: _l("看全区的统计和记录，名单打星号，不能改"),
}
