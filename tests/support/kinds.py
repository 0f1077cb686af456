"""A short script with a task of every kind, for pages that have to show and keep them all."""

from __future__ import annotations

from typing import Final

KINDS_ID: Final = "every-kind"
KINDS_TEXT: Final = """\
format: 1
id: every-kind
version: 1.0.0
title: 各种任务
summary: 一个短剧本，每种任务都有一个。
minutes: 10
themes: [建党]
objectives: {date: 记住开幕的日期}

roles:
  recorder: {name: 记录员, brief: 您负责记录。, goal: 把事情记全}
  lookout:  {name: 望风人, brief: 您守着后门。, goal: 及时报告}

vars:
  mistakes: {int: [0, 3], label: 疏漏, show: true}

cards:
  note: {title: 一张便条, text: 来人要找王会长。, fact: opened}

sources:
  museum: {cite: 中共一大纪念馆展陈, kind: museum}
facts:
  opened: {text: 一大1921年7月23日在上海开幕。, status: established, sources: [museum], objective: date}

traps:
  july-first:
    belief: 7月1日就是开幕日
    truth: opened
    why: 纪念日被当成了开幕日
    cost: {mistakes: +1}
    hold: 10m
    rescue: {role: any, ask: 七月一日是哪一年定下的？, choices: [{id: y38, text: 一九三八年提出, right: true}, {id: y21, text: 一九二一年定下}]}
    then: retry

start: house
scenes:
  house:
    title: 望志路
    when: 1921年7月23日 晚
    story: 会议开始了。
    tasks:
      date:
        role: recorder
        ask: 哪一天开幕？
        choices:
          - {id: d23, text: 七月二十三日, right: true, fact: opened}
          - {id: d1, text: 七月一日, trap: july-first}
      sequence:
        kind: order
        role: lookout
        ask: 按先后排好。
        fact: opened
        items: [{id: open, text: 开幕}, {id: move, text: 转移}, {id: close, text: 闭幕}]
      names:
        kind: match
        role: lookout
        ask: 谁从哪里来？
        fact: opened
        pairs: [{id: sh, left: 李达, right: 从上海来}, {id: wh, left: 董必武, right: 从武汉来}]
      room:
        kind: search
        role: recorder
        ask: 客堂里有什么？
        points: 1
        spots:
          - {id: desk, text: 写字台, card: note}
          - {id: wall, text: 墙上}
      secret: {kind: read, role: lookout, ask: 读完点确认。, story: 后门的暗号换了。}
    barrier: all
    next: [{go: boat}]
  boat:
    title: 南湖
    when: 1921年8月初
    story: 会议在船上继续。
    tasks:
      give: {kind: hand, role: recorder, ask: 把便条交给望风人。, card: note, to: lookout}
      who:
        kind: select
        role: lookout
        ask: 哪些是上海的代表？
        fact: opened
        choices:
          - {id: da, text: 李达, right: true}
          - {id: hj, text: 李汉俊, right: true}
          - {id: bw, text: 董必武}
      day: {kind: enter, role: recorder, ask: 来人要找哪一位？, accept: [王会长], fact: opened}
      way:
        kind: vote
        role: all
        ask: 从哪里走？
        tie: back
        choices:
          - {id: front, text: 前门}
          - {id: back, text: 后门}
      talk: {kind: discuss, role: all, ask: 商量一下。, at_least: 1s}
      round: {kind: speak, role: all, ask: 每人说一句。}
      line: {kind: reflect, role: recorder, ask: 写下此刻的想法。}
    barrier: all
    next: [{go: lake}]
  lake: {ending: good, title: 闭幕, story: 会议闭幕了。}

debrief:
  facts: [opened]
  discuss: [如果您在场，会怎样做？]
  oath: true
  reflect: 今天最大的收获（一两句话）

absence: {grace: 60s, then: share}

tests:
  - name: 一路答对
    play:
      - date=d23
      - sequence=open,move,close
      - names=sh=sh,wh=wh
      - room=desk
      - secret=
      - give=
      - who=da,hj
      - day=王会长
      - recorder:way=back
      - lookout:way=back
      - recorder:talk=
      - lookout:talk=
      - lookout:round=
      - recorder:round=
      - line=警觉是学来的。
    expect: {ending: lake, traps: []}
"""
KINDS: Final = KINDS_TEXT.encode()
