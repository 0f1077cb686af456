"""A scenario to begin with: small, sound, proved; every block says in Chinese what it is for."""

from __future__ import annotations

from typing import Final

SCHEMA_FILE: Final = "scenario.schema.json"

_SCRIPT: Final = """\
# yaml-language-server: $schema=scenario.schema.json
# 这是一个能玩、能证明的小剧本。改一处，查一处：hongchuan check . ；改完证明：hongchuan prove .
format: 1
id: {id}
version: 0.1.0
title: {title}
summary: 一句话说说这一晚演什么。
minutes: 5                        # 答应大家的时长；hongchuan prove 会算一算对不对
themes: [党史]
objectives: {{date: 记住一大开幕的日期}}

roles:                            # 谁来演；每个角色知道的不一样
  recorder: {{name: 记录员, brief: 你负责记录。会议的日期和人数，只有你记得最清楚。}}
  lookout: {{name: 望风人, brief: 你守在门口。来了什么人、该不该报告，由你判断。}}

vars:                             # 全队共有的数；只能取写明的值
  mistakes: {{int: [0, 3], label: 疏漏, show: true}}

sources:                          # 出处：书、论文、展陈。还没见到原文的，写 verify: true
  museum: {{cite: 中共一大纪念馆展陈, kind: museum, verify: true}}

facts:                            # 史实：确证 established，通行说法 accepted，说法不一 contested，条文 statute
  opened:
    text: 中国共产党第一次全国代表大会1921年7月23日在上海开幕。
    status: established
    sources: [museum]
    objective: date

traps:                            # 误区：人们常常怎么想，史实怎么说，全队付出什么代价
  july-first:
    belief: 七月一日就是开幕日
    truth: opened
    why: 七月一日是后来定下的纪念日
    cost: {{mistakes: +1}}
    hold: 30s                     # 踩中的人停这么久
    rescue:                       # 队友可以提前把他拉回来
      role: any
      ask: 七月一日是什么日子？
      choices:
        - {{id: memorial, text: 后来定下的建党纪念日, right: true}}
        - {{id: opening, text: 大会开幕的日子}}

start: hall
scenes:
  hall:
    title: 会场
    story: 会议要开始了。记录员翻开本子，望风人走到门口。
    tasks:
      date:
        role: recorder
        ask: 大会是哪一天开幕的？
        choices:
          - {{id: d23, text: 七月二十三日, right: true, fact: opened}}
          - {{id: d1, text: 七月一日, trap: july-first}}
      door:
        role: lookout
        ask: 门口有人张望，你怎么办？
        choices:
          - {{id: report, text: 进去告诉大家}}
          - {{id: ignore, text: 装作没看见, set: {{mistakes: +1}}}}
    next: [{{go: leave}}]
  leave:
    title: 散会
    story: 天晚了，大家要分头离开。
    tasks:
      pack:
        role: recorder
        kind: read
        ask: 收好文件
        story: 本子上记着今天的日期。把它交代给望风人，再走。
      tell:
        role: lookout
        after: [pack]             # 队友做完，这一项才开
        kind: enter
        ask: 记录员告诉你的日期，是七月几日？（填数字）
        accept: ["23", 二十三]
        fact: opened
    next: [{{if: mistakes >= 2, go: careless}}, {{go: safe}}]
  safe: {{ending: good, title: 平安, story: 大家平安离开。}}
  careless: {{ending: mixed, title: 有惊无险, story: 大家离开了，可是出了不少疏漏。}}

debrief:
  facts: [opened]
  discuss: [今天哪一步最险？]
  reflect: 今天最大的收获（一两句话）

absence: {{grace: 60s, then: share}}   # 有人缺席：队友代做

tests:
  - {{name: 一路答对, play: [date=d23, door=report, pack=, tell=23], expect: {{ending: safe, traps: []}}}}
  - {{name: 踩中再爬出来, play: [date=d1, rescue=memorial, date=d23, door=ignore, pack=, tell=二十三], expect: {{ending: careless, traps: [july-first], vars: {{mistakes: 2}}}}}}
"""  # noqa: E501 - one test a line, as authors write them


def starter(name: str, title: str) -> str:
    """The script of a new scenario. `name` is its id; `title` any text on one line."""
    quoted = '"' + title.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return _SCRIPT.format(id=name, title=quoted)
