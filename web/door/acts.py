"""What the audit log's acts and outcomes are called on its page."""

from __future__ import annotations

import re
from typing import Final

from engine.rules.rejections import CATALOGUE
from web.door.statuses import message_of

ACTS: Final = {
    "login": "登录",
    "live": "连接被断开",
    "*": "同一时间的大量被拒操作",
    "lapse": "到期清除姓名和活动记录",
    "lapse due": "姓名到期，先等几天",
    "lapse put off": "暂不清除：电脑的时间不可信，或做不成备份",
    "erase": "清除了一人的姓名",
    "console erase": "命令行：清除姓名",
    "console names": "命令行：列出姓名",
    "console report": "命令行：取走一场的文档",
    "console export": "命令行：取走学习记录",
    "console backup": "命令行：做备份",
    "console restore": "命令行：恢复备份",
    "GET /audit/log.jsonl": "下载审计日志",
    "GET /api/runs/{run}/log": "取走对局记录（接口）",
    "GET /api/sessions/{name}": "看进度（接口）",
    "GET /review/{run}/log.jsonl": "下载对局记录",
    "GET /review/{run}/moment": "看重演",
    "GET /review/sessions/{name}/certificates": "打开参加证明",
    "GET /review/sessions/{name}/files/{file}": "下载文档",
    "POST /logout": "退出登录",
    "POST /api/token": "登录",
    "POST /login": "登录",
    "POST /api/sessions": "开一场（接口）",
    "POST /scenarios/{name}/sessions": "开一场",
    "POST /scenarios/{name}/rehearsals": "开始试演",
    "POST /sessions/{name}/pace": "变试演的快慢",
    "POST /sessions/{name}/wind-on": "试演快进",
    "POST /sessions/{name}/rehearsed": "结束试演",
    "POST /api/sessions/{code}/seats": "入座（接口）",
    "POST /api/sessions/{name}/commands": "带场操作",
    "POST /join/{code}": "入座",
    "POST /join/{code}/claim": "请求坐回原座",
    "POST /review/sessions/{name}/activity": "存活动信息",
    "POST /review/sessions/{name}/strike": "从到场名单划掉或恢复",
    "POST /review/sessions/{name}/erase": "清除一人的姓名",
    "POST /review/sessions/{name}/make-up": "开一局补课",
    "POST /review/sessions/{name}/push": "送学习记录",
    "POST /review/{run}/fork": "分出一局演练",
    "POST /review/{run}/wind-on": "演练快进",
    "POST /review/{run}/notes": "写批注",
    "POST /review/{run}/notes/{name}": "改批注",
    "DELETE /review/{run}/notes/{name}": "删批注",
    "POST /studio/new": "新建剧本",
    "POST /studio/import": "收进剧本包",
    "POST /studio/{name}/files": "拿开或拿回剧本的图片",
    "POST /studio/{name}/menu": "放进菜单",
    "POST /studio/{name}/menu/taken": "从菜单收回",
    "POST /studio/{name}/save": "存一稿剧本",
    "POST /studio/{name}/check": "检查剧本",
    "POST /studio/{name}/cards": "看和改剧本的卡片",
    "POST /studio/{name}/graph": "画剧本",
    "POST /studio/{name}/prove": "证明剧本",
    "POST /studio/{name}/play": "试演剧本",
    "POST /seats/{run}/{seat}": "换座位凭证",
    "POST /move/{link}": "换浏览器",
    "POST /people": "建账号",
    "POST /people/accounts/{person}": "改账号",
    "POST /people/accounts/{person}/password": "重设密码",
    "POST /people/accounts/{person}/disable": "停用账号",
    "POST /people/accounts/{person}/enable": "启用账号",
    "POST /people/accounts/{person}/logins/end": "结束别人的登录",
    "POST /people/accounts/{person}/codes/drop": "去掉别人的动态码",
    "POST /people/branches": "建支部",
    "POST /people/branches/{branch}": "改支部",
    "POST /account/password": "改自己的密码",
    "POST /account/logins/end": "结束自己的其他登录",
    "POST /account/codes": "开始设动态码",
    "POST /account/codes/confirm": "启用动态码",
    "POST /account/codes/drop": "去掉动态码",
    "command ?": "不认识的操作",
    "command start": "开始",
    "command pause": "暂停",
    "command resume": "继续",
    "command close": "关闭",
    "command agree": "同意坐回原座",
    "command decline": "不同意坐回原座",
    "command extend": "加时间",
    "command add_team": "加一队",
    "command name_team": "给一队取名",
    "command add_seat": "加一个座位",
    "command address": "换入场地址",
    "command lock": "关上入座",
    "command unlock": "打开入座",
    "command renew_code": "换邀请码",
    "command remove_absent": "请没有到的退出",
    "command open_barrier": "放行",
    "command skip": "跳过一题",
    "command release": "解除拦住",
    "command hand_over": "交给别人代办",
    "command hand_back": "收回代办",
    "command jump": "跳到一幕",
    "command nudge": "提醒一下",
    "command debrief": "带复盘",
    "command draw": "抽人发言",
    "command hide_reflection": "让一句收获不上大屏幕",
    "command show_reflection": "让一句收获上大屏幕",
    "command show_reflections": "让收获都上大屏幕",
    "command remove": "请出座位",
    "command submit": "作答",
    "command hint": "看提示",
    "command hand": "交卡",
    "command show": "给人看卡",
    "command rescue": "帮队友",
    "command thank": "谢队友",
    "command ready": "准备好",
    "command role": "换角色",
    "command leave": "离开",
}
"""By act; one that isn't here is shown as it stands."""

OUTCOMES: Final = {"401": "没有登录，或账号密码不对", "403": "不许", "404": "没有找到",
                   "409": "和现状冲突", "413": "太大", "422": "内容不合要求", "429": "太快",
                   "refused": "被拒", "500": "程序出错",
                   "unsure": "先问了一次", "not_saved": "没有存下来"}  # fmt: skip


def act_zh(act: str) -> str:
    """What an act is called."""
    return ACTS.get(act, act)


def outcome_zh(code: str) -> str:
    """Why something was refused, in a few words."""
    known = CATALOGUE[code][0] if code in CATALOGUE else message_of(code)
    told = known.zh if known is not None else OUTCOMES.get(code, code)
    return re.sub(r"\{\w*\}", "…", told).rstrip("。")
