"""Scripts that tests play: the miniature of the language's first page, and whatever they compile."""

from __future__ import annotations

from engine.scenario import compile_scenario
from engine.scenario.model import Scenario


def compile_text(text: str) -> Scenario:
    """The scenario of a script's text; raises ScenarioError with every issue."""
    return compile_scenario(text.encode(), "test.yaml")


MINI_TEXT = """\
format: 1
id: first-congress-demo
version: 1.0.0
title: 一大·1921（示例）
summary: 七月三十日的晚上，会场来了一个陌生人。
minutes: 10
themes: [建党]
objectives: {date: 记住一大开幕的日期, alert: 理解秘密工作的警觉}

roles:
  recorder: {name: 记录员, brief: 你负责记录与文件。, goal: 不让任何文件落入他人之手}
  lookout:  {name: 望风人, brief: 你守着后门。, goal: 第一时间报告, seats: [1, 2]}

vars:
  mistakes: {int: [0, 3], label: 疏漏, show: true}
  warned:   {bool: false}
  exit:     {one_of: [none, front, back], start: none}

cards:
  note: {title: 证词卡·甲, text: 来人说要找"王会长"。, fact: no-chairman}

sources:
  museum: {cite: 中共一大纪念馆展陈, kind: museum}
facts:
  opened: {text: 一大1921年7月23日在上海开幕。, status: established, sources: [museum], objective: date}
  stranger:
    text: 陌生人的身份，今天仍有不同说法。
    status: contested
    sources: [museum]
    accounts: [{says: 程子卿, basis: 1990年口述, sources: [museum]}, {says: 身份不明, basis: 无档案可证, sources: [museum]}]
  no-chairman: {text: 各界联合会没有会长。, status: accepted, sources: [museum], objective: alert}

traps:
  july-first:
    belief: 7月1日就是开幕日
    truth: opened
    why: 纪念日被当成了成立日
    cost: {mistakes: +1}
    hold: 30s
    rescue: {role: any, ask: 把他拉回来：七一是哪一年定的？, choices: [{id: y38, text: 1938年提出, right: true}, {id: y21, text: 1921年}]}
    then: retry

start: shanghai
scenes:
  shanghai:
    title: 望志路106号
    when: 1921年7月30日 晚
    story: 会议开始不久……
    story_for: {lookout: 后门有动静。}
    time: {limit: 5m, then: search}
    tasks:
      date:
        role: recorder
        ask: 大会是哪一天开幕的？
        choices:
          - {id: d23, text: 七月二十三日, right: true, fact: opened}
          - {id: d1,  text: 七月一日, trap: july-first}
      door:
        role: lookout
        ask: 一名陌生男子闯入后匆匆离开。
        choices:
          - {id: report, text: 立即报告, set: {warned: true}, give: {note: recorder}}
          - {id: ignore, text: 不予理会, set: {mistakes: +1}}
      compare:
        role: recorder
        after: [door]
        if: warned
        kind: enter
        ask: 证词卡里，来人要找的是哪一位？
        accept: [王会长]
        fact: no-chairman
    barrier: all
    next: [{if: warned, go: lake}, {go: search}]
  search:
    title: 搜查
    story: 巡捕来了。
    tasks: {hear: {role: lookout, kind: read, ask: 读一读, story: 他们在翻箱倒柜。}}
    barrier: all
    next: [{go: broken}]
  lake:   {ending: good, title: 南湖, story: 会议在南湖继续。}
  broken: {ending: bad, title: 中断, story: 会议被迫中断。}

debrief:
  facts: [opened, stranger]
  discuss: [如果你在场,会怎样判断来人？]
  oath: true
  reflect: 今天最大的收获（一两句话）

absence: {grace: 60s, then: share}

tests:
  - {name: 一次答对, play: [date=d23, door=report, compare=王会长], expect: {ending: lake, traps: []}}
  - {name: 掉进陷阱再爬出来, play: [date=d1, rescue=y38, date=d23, door=report, compare=王会长], expect: {ending: lake, vars: {mistakes: 1}}}
"""
MINI = MINI_TEXT.encode()
